"""Signatures by their algorithm: asked of a key, and checked.

Invariants:
    * The algorithm is the profile's; a key of another kind signs nothing.
    * What is handed to a key is the whole message, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import (
    Any,
    Final,
    Protocol,
    TypeAlias,
    TypeVar,
    cast,
    runtime_checkable,
)

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from ceremony.errors import EvidenceError
from ceremony.pki.fact import SignatureAlgorithm

SigningKey: TypeAlias = (
    ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
)
"""A key that signs; it may live in a token."""

VerifyingKey: TypeAlias = (
    ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
)
VERIFYING_KEYS: Final = (
    ec.EllipticCurvePublicKey,
    ed25519.Ed25519PublicKey,
    rsa.RSAPublicKey,
)

_HASHES: Final[dict[str, hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


_Made_co = TypeVar("_Made_co", covariant=True)


class Builder(Protocol[_Made_co]):
    """What lays out a certificate, a request or a revocation list of the library's."""

    def sign(
        self,
        private_key: Any,  # noqa: ANN401  the library's builders take any of its keys
        algorithm: Any,  # noqa: ANN401  the same for its digests
        backend: Any = ...,  # noqa: ANN401  unused by the library
        *,
        rsa_padding: Any = ...,  # noqa: ANN401  the same
    ) -> _Made_co:
        """Sign what was laid out."""


def sign_built(
    builder: Builder[_Made_co], key: SigningKey, algorithm: SignatureAlgorithm
) -> _Made_co:
    """Sign what a builder laid out; the builder encodes it.

    Args:
        builder: Of a certificate, a request or a revocation list.
        key: The key; it may live in a token.
        algorithm: By which algorithm; the key has to be of its kind.
    """
    family, digest = _parts(algorithm)
    if family == "rsa-pss":
        pss = _padding(family, digest)
        return builder.sign(key, _HASHES[digest], rsa_padding=pss)
    return builder.sign(key, _HASHES.get(digest))


@runtime_checkable
class AskedKey(Protocol):
    """A key that can be asked to sign without waiting for it, such as a token's."""

    def ask(self, message: bytes, *how: Any) -> Callable[[], bytes]:  # noqa: ANN401  as the library's keys
        """Ask for what ``sign`` gives; what is given waits for it."""


def sign(key: SigningKey, algorithm: SignatureAlgorithm, message: bytes) -> bytes:
    """Sign a message: as :func:`ask_to_sign`, whose signature is taken at once."""
    return ask_to_sign(key, algorithm, message)()


def ask_to_sign(
    key: SigningKey, algorithm: SignatureAlgorithm, message: bytes
) -> Callable[[], bytes]:
    """Ask a key to sign a message; one that can be asked is not waited for.

    Args:
        key: The key.
        algorithm: By which algorithm; PSS has MGF1 with the same digest and a salt as
            long as the digest (RFC 4055, section 3.1).
        message: Any bytes.

    Returns:
        What waits for the signature and gives it as a certificate holds it: for ECDSA
        an ECDSA-Sig-Value in DER.

    Raises:
        EvidenceError: ``PKI-SIGN-03``: the key is of another kind; nothing was signed.
        DeviceError: What the key raises passes through, here or from what is given.
    """
    how = _how(key, algorithm)
    if isinstance(key, AskedKey):
        return key.ask(message, *how)
    signature = cast("Any", key).sign(message, *how)
    return lambda: signature


def _how(key: SigningKey, algorithm: SignatureAlgorithm) -> tuple[Any, ...]:
    """Give what the library's keys are told beside the message."""
    family, digest = _parts(algorithm)
    if isinstance(key, ec.EllipticCurvePrivateKey) and family == "ecdsa-with":
        return (ec.ECDSA(_HASHES[digest]),)
    if isinstance(key, rsa.RSAPrivateKey) and family.startswith("rsa"):
        return _padding(family, digest), _HASHES[digest]
    if isinstance(key, ed25519.Ed25519PrivateKey) and family == "ed25519":
        return ()
    raise EvidenceError(
        "PKI-SIGN-03",
        f"The key is not one that signs by {algorithm}.",
        meaning="Nothing was signed.",
        remedy="Name a profile whose signature is of the kind of its issuer's key.",
    )


def is_signed_by(
    key: VerifyingKey, algorithm: SignatureAlgorithm, message: bytes, signature: bytes
) -> bool:
    """Tell whether a signature over a message is a key's, by an algorithm."""
    family, digest = _parts(algorithm)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and family == "ecdsa-with":
            key.verify(signature, message, ec.ECDSA(_HASHES[digest]))
        elif isinstance(key, rsa.RSAPublicKey) and family.startswith("rsa"):
            key.verify(signature, message, _padding(family, digest), _HASHES[digest])
        elif isinstance(key, ed25519.Ed25519PublicKey) and family == "ed25519":
            key.verify(signature, message)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _parts(algorithm: SignatureAlgorithm) -> tuple[str, str]:
    """Give the family and the digest of an algorithm; Ed25519 names no digest."""
    if algorithm is SignatureAlgorithm.ED25519:
        return "ed25519", ""
    family, _, digest = algorithm.value.rpartition("-")
    return family, digest


def _padding(family: str, digest: str) -> padding.PKCS1v15 | padding.PSS:
    if family == "rsa-pkcs1":
        return padding.PKCS1v15()
    algorithm = _HASHES[digest]
    return padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
