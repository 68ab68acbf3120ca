"""Stand-in keys: what takes a key's place while there is none, or may sign for once.

Invariants:
    * What a stand-in signs is looked at and thrown away; it never leaves this room.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, Protocol, TypeVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from ceremony.pki.fact import KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.signature import VerifyingKey

_CURVES: Final[dict[KeyAlgorithm, ec.EllipticCurve]] = {
    KeyAlgorithm.EC_P256: ec.SECP256R1(),
    KeyAlgorithm.EC_P384: ec.SECP384R1(),
    KeyAlgorithm.EC_P521: ec.SECP521R1(),
}
_RSA_BITS: Final = {
    KeyAlgorithm.RSA_2048: 2048,
    KeyAlgorithm.RSA_3072: 3072,
    KeyAlgorithm.RSA_4096: 4096,
}
_HASHES: Final[dict[str, hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


_Made_co = TypeVar("_Made_co", covariant=True)


class _Builder(Protocol[_Made_co]):
    """What makes a certificate or a revocation list of the library's."""

    def sign(
        self,
        private_key: Any,  # noqa: ANN401  the library's builders take any of its keys
        algorithm: Any,  # noqa: ANN401  the same for its digests
        backend: Any = ...,  # noqa: ANN401  unused by the library
        *,
        rsa_padding: Any = ...,  # noqa: ANN401  the same
    ) -> _Made_co:
        """Sign what was laid out."""


def stand_in_public_key(algorithm: KeyAlgorithm) -> VerifyingKey:
    """Give a public key of an algorithm that nobody holds the private half of.

    An RSA modulus is only an odd number of the right length, since to find two primes
    takes seconds and nothing is ever signed or verified with it.
    """
    if algorithm in _CURVES:
        return ec.derive_private_key(1, _CURVES[algorithm]).public_key()
    if algorithm in _RSA_BITS:
        modulus = (1 << (_RSA_BITS[algorithm] - 1)) | 1
        return rsa.RSAPublicNumbers(65537, modulus).public_key()
    return ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()


def sign_for_looking(
    builder: _Builder[_Made_co], signature: SignatureAlgorithm
) -> _Made_co:
    """Sign with a stand-in key, so that the encoding can be looked at.

    Args:
        builder: Of a certificate or of a revocation list.
        signature: The algorithm that is to stand in it.
    """
    if signature is SignatureAlgorithm.ED25519:
        return builder.sign(ed25519.Ed25519PrivateKey.generate(), None)
    family, _, digest = signature.value.rpartition("-")
    algorithm = _HASHES[digest]
    if family == "ecdsa-with":
        return builder.sign(ec.generate_private_key(ec.SECP256R1()), algorithm)
    if family == "rsa-pss":
        pss = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
        return builder.sign(_rsa_key(), algorithm, rsa_padding=pss)
    return builder.sign(_rsa_key(), algorithm)


@lru_cache(maxsize=1)
def _rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)
