"""Keys in a token, handed to ``cryptography``'s own builders.

Its private-key classes are meant to be subclassed for keys that live elsewhere. The
builder does not check the signature that it is given: whoever issues verifies it.

Invariants:
    * Nothing here can give a private key away: what asks for it gets TypeError, since
      asking is a defect of the caller.
    * The scheme is named in each call; the token never chooses one by itself.
    * Nothing here needs the PKCS#11 library: whoever signs may be far from the token.
    * ECDSA is signed over a digest made here, since tokens differ in which combined
      mechanisms they have and all have the plain one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final, NoReturn, Self, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, utils
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.utils import Buffer

from ceremony.hsm.mechanism import SignatureScheme
from ceremony.hsm.order import KeyAlgorithm

PublicKey: TypeAlias = (
    ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
)
"""The public keys that this room knows."""

PrivateKey: TypeAlias = "TokenECKey | TokenEd25519Key | TokenRSAKey"
"""A private key in a token, usable with ``cryptography``'s builders."""

SignInToken: TypeAlias = Callable[[bytes, SignatureScheme], bytes]
"""Has the token sign bytes by a scheme; gives the standard's raw signature."""

Signed: TypeAlias = Callable[[], bytes]
"""Waits for a signature that was asked for, and gives it."""

AskToken: TypeAlias = Callable[[bytes, SignatureScheme], Signed]
"""Asks the token to sign bytes by a scheme, and does not wait for the signature."""

_DIGESTS: Final = frozenset({"sha256", "sha384", "sha512"})
_PKCS1: Final = {
    "sha256": SignatureScheme.RSA_PKCS1_SHA256,
    "sha384": SignatureScheme.RSA_PKCS1_SHA384,
    "sha512": SignatureScheme.RSA_PKCS1_SHA512,
}
_PSS: Final = {
    "sha256": SignatureScheme.RSA_PSS_SHA256,
    "sha384": SignatureScheme.RSA_PSS_SHA384,
    "sha512": SignatureScheme.RSA_PSS_SHA512,
}


class _StaysInToken:
    """What every key in a token answers: it is never copied out of it."""

    def private_numbers(self) -> NoReturn:
        """Refuse: the key never leaves its token."""
        raise _never()

    def private_bytes(self, *_: object, **__: object) -> NoReturn:
        """Refuse: the key never leaves its token."""
        raise _never()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


class TokenECKey(_StaysInToken, ec.EllipticCurvePrivateKey):
    """An elliptic-curve private key in a token.

    Args:
        public: Its public key.
        ask: Asks the token to sign with it.
    """

    def __init__(self, public: ec.EllipticCurvePublicKey, ask: AskToken) -> None:
        self._public = public
        self._ask = ask

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Give the public key."""
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        """The key's curve."""
        return self._public.curve

    @property
    def key_size(self) -> int:
        """The key's size in bits."""
        return self._public.key_size

    def sign(
        self, data: Buffer, signature_algorithm: ec.EllipticCurveSignatureAlgorithm
    ) -> bytes:
        """Sign with ECDSA.

        Args:
            data: What to sign, any length; a digest where the algorithm says so.
            signature_algorithm: ECDSA with SHA-256, SHA-384 or SHA-512.

        Returns:
            ECDSA-Sig-Value, DER, up to 72 bytes for P-256, 104 for P-384 and 139 for
            P-521.

        Raises:
            TypeError: Another algorithm.
            TokenCallError: The token failed.

        Source: RFC 3279, section 2.2.3; PKCS#11 v2.40 current mechanisms, 2.3.6.
        """
        return self.ask(data, signature_algorithm)()

    def ask(
        self, data: Buffer, signature_algorithm: ec.EllipticCurveSignatureAlgorithm
    ) -> Signed:
        """Ask for what :meth:`sign` gives, and do not wait for it."""
        digest = _digest(data, signature_algorithm.algorithm)
        # A digest longer than the order is cut to it; not every token does so itself.
        width = (self.key_size + 7) // 8
        signed = self._ask(digest[:width], SignatureScheme.ECDSA)
        return lambda: _ecdsa_value(signed())

    def exchange(self, *_: object, **__: object) -> NoReturn:
        """Refuse: the key signs and does nothing else."""
        raise _never()


class TokenEd25519Key(_StaysInToken, ed25519.Ed25519PrivateKey):
    """An Ed25519 private key in a token.

    Args:
        public: Its public key.
        ask: Asks the token to sign with it.
    """

    def __init__(self, public: ed25519.Ed25519PublicKey, ask: AskToken) -> None:
        self._public = public
        self._ask = ask

    def public_key(self) -> ed25519.Ed25519PublicKey:
        """Give the public key."""
        return self._public

    def sign(self, data: Buffer) -> bytes:
        """Sign with pure Ed25519.

        Args:
            data: What to sign, any length.

        Returns:
            The signature, 64 bytes.

        Raises:
            TokenCallError: The token failed.

        Source: RFC 8032, section 5.1.6; PKCS#11 v3.0 current mechanisms, 2.3.14.
        """
        return self.ask(data)()

    def ask(self, data: Buffer) -> Signed:
        """Ask for what :meth:`sign` gives, and do not wait for it."""
        return self._ask(bytes(data), SignatureScheme.ED25519_PURE)

    def private_bytes_raw(self) -> NoReturn:
        """Refuse: the key never leaves its token."""
        raise _never()


class TokenRSAKey(_StaysInToken, rsa.RSAPrivateKey):
    """An RSA private key in a token.

    Args:
        public: Its public key.
        ask: Asks the token to sign with it.
    """

    def __init__(self, public: rsa.RSAPublicKey, ask: AskToken) -> None:
        self._public = public
        self._ask = ask

    def public_key(self) -> rsa.RSAPublicKey:
        """Give the public key."""
        return self._public

    @property
    def key_size(self) -> int:
        """The modulus's size in bits."""
        return self._public.key_size

    def sign(self, data: bytes, padding: object, algorithm: object) -> bytes:
        """Sign with RSASSA-PKCS1-v1_5 or RSASSA-PSS.

        Args:
            data: What to sign, any length; never a digest.
            padding: PKCS1v15; or PSS with MGF1 of the same digest and a salt as long
                as the digest.
            algorithm: SHA-256, SHA-384 or SHA-512.

        Returns:
            The signature, as long as the modulus.

        Raises:
            TypeError: Another padding or algorithm.
            TokenCallError: The token failed.

        Source: RFC 8017, sections 8.1 and 8.2.
        """
        return self.ask(data, padding, algorithm)()

    def ask(self, data: bytes, padding: object, algorithm: object) -> Signed:
        """Ask for what :meth:`sign` gives, and do not wait for it."""
        if not isinstance(algorithm, hashes.HashAlgorithm):
            raise TypeError("an RSA key in a token hashes by itself")
        if isinstance(padding, PKCS1v15):
            schemes = _PKCS1
        elif isinstance(padding, PSS) and _is_plain(padding, algorithm):
            schemes = _PSS
        else:
            raise TypeError("an RSA key in a token signs with PKCS #1 v1.5 or PSS")
        if algorithm.name not in schemes:
            raise TypeError(f"no signature is made with {algorithm.name}")
        return self._ask(bytes(data), schemes[algorithm.name])

    def decrypt(self, *_: object, **__: object) -> NoReturn:
        """Refuse: the key signs and does nothing else."""
        raise _never()


def private_key(public: PublicKey, sign: SignInToken) -> PrivateKey:
    """Give the private key that belongs to a public key in a token.

    Args:
        public: The public key.
        sign: Has the token sign, and waits for it.
    """

    def ask(data: bytes, scheme: SignatureScheme) -> Signed:
        value = sign(data, scheme)
        return lambda: value

    return asking_key(public, ask)


def asking_key(public: PublicKey, ask: AskToken) -> PrivateKey:
    """Give the private key of a token that can be asked without waiting for it."""
    match public:
        case ec.EllipticCurvePublicKey():
            return TokenECKey(public, ask)
        case ed25519.Ed25519PublicKey():
            return TokenEd25519Key(public, ask)
        case rsa.RSAPublicKey():
            return TokenRSAKey(public, ask)


def default_scheme(public: PublicKey) -> SignatureScheme:
    """Give the scheme that :func:`sign_by_default` signs by."""
    match public:
        case ed25519.Ed25519PublicKey():
            return SignatureScheme.ED25519_PURE
        case ec.EllipticCurvePublicKey():
            return SignatureScheme.ECDSA
        case rsa.RSAPublicKey():
            return SignatureScheme.RSA_PKCS1_SHA256


def scheme_for(algorithm: KeyAlgorithm) -> SignatureScheme:
    """Give the scheme by which a pair of an algorithm signs, before there is one."""
    if algorithm.is_rsa:
        return SignatureScheme.RSA_PKCS1_SHA256
    if algorithm is KeyAlgorithm.ED25519:
        return SignatureScheme.ED25519_PURE
    return SignatureScheme.ECDSA


def default_digest(public: PublicKey) -> str:
    """Name the digest of :func:`sign_by_default` for :mod:`hashlib`.

    Returns:
        E.g. ``sha256``; empty where the scheme hashes by itself.
    """
    match public:
        case ed25519.Ed25519PublicKey():
            return ""
        case ec.EllipticCurvePublicKey():
            return _curve_digest(public.key_size).name
        case rsa.RSAPublicKey():
            return default_scheme(public).digest


def sign_by_default(key: PrivateKey, data: bytes) -> bytes:
    """Sign with the algorithm that goes with the key.

    Args:
        key: The key in the token.
        data: What to sign, any length.

    Returns:
        Ed25519: 64 bytes. ECDSA: DER, with SHA-256 for P-256, SHA-384 for P-384 and
        SHA-512 for P-521. RSA: PKCS #1 v1.5 with SHA-256, as long as the modulus.

    Raises:
        TokenCallError: The token failed.
    """
    match key:
        case TokenEd25519Key():
            return key.sign(data)
        case TokenECKey():
            return key.sign(data, ec.ECDSA(_curve_digest(key.key_size)))
        case TokenRSAKey():
            return key.sign(data, PKCS1v15(), hashes.SHA256())


def verify_by_default(public: PublicKey, data: bytes, signature: bytes) -> None:
    """Verify what :func:`sign_by_default` signed.

    Raises:
        InvalidSignature: It is not this key's signature of this data.
    """
    match public:
        case ed25519.Ed25519PublicKey():
            public.verify(signature, data)
        case ec.EllipticCurvePublicKey():
            digest = _curve_digest(public.key_size)
            public.verify(signature, data, ec.ECDSA(digest))
        case rsa.RSAPublicKey():
            public.verify(signature, data, PKCS1v15(), hashes.SHA256())


def _curve_digest(bits: int) -> hashes.HashAlgorithm:
    """Give the digest that is as strong as the curve. Source: FIPS 186-5, 6.1.1."""
    wide = {384: hashes.SHA384(), 521: hashes.SHA512()}
    return wide.get(bits, hashes.SHA256())


def _is_plain(padding: PSS, algorithm: hashes.HashAlgorithm) -> bool:
    """Tell whether PSS is parametrised the one way that tokens agree on."""
    mask, salt = padding.mgf, padding._salt_length  # noqa: SLF001  no public name
    return (
        isinstance(mask, MGF1)
        and mask._algorithm.name == algorithm.name  # noqa: SLF001  no public name
        and (salt is PSS.DIGEST_LENGTH or salt == algorithm.digest_size)
    )


def _ecdsa_value(raw: bytes) -> bytes:
    """Bring a token's signature, r and s of one length, into ECDSA-Sig-Value."""
    half = len(raw) // 2
    return encode_dss_signature(
        int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
    )


def _digest(data: Buffer, algorithm: object) -> bytes:
    """Give the digest to sign: of the data, or the data where it is one already."""
    if isinstance(algorithm, utils.Prehashed):
        if len(data) != algorithm.digest_size:
            raise ValueError("the digest has not the length of its algorithm")
        return bytes(data)
    name = algorithm.name if isinstance(algorithm, hashes.HashAlgorithm) else ""
    if name not in _DIGESTS:
        raise TypeError(f"no signature is made with {name or algorithm!r}")
    return hashlib.new(name, data).digest()


def _never() -> TypeError:
    return TypeError("a key in a token signs, and never leaves it")
