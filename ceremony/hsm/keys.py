"""Keys in a token, handed to ``cryptography``'s own builders.

Its private-key classes are meant to be subclassed for keys that live elsewhere. The
builder does not check the signature that it is given: whoever issues verifies it.

Invariants:
    * Nothing here can give a private key away: what asks for it gets TypeError, since
      asking is a defect of the caller.
    * The mechanism is named in each call; the token never chooses one by itself.
    * ECDSA is signed over a digest made here, since tokens differ in which combined
      mechanisms they have and all have the plain one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final, NoReturn, Self, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, utils
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.utils import Buffer
from pkcs11 import Mechanism

PublicKey: TypeAlias = (
    ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
)
"""The public keys that this room knows."""

PrivateKey: TypeAlias = "TokenECKey | TokenEd25519Key | TokenRSAKey"
"""A private key in a token, usable with ``cryptography``'s builders."""

SignInToken: TypeAlias = Callable[[bytes, Mechanism], bytes]
"""Has the token sign bytes by a mechanism; gives the standard's raw signature."""

_DIGESTS: Final = {"sha256": 32, "sha384": 48, "sha512": 64}
_RSA_MECHANISMS: Final = {
    "sha256": Mechanism.SHA256_RSA_PKCS,
    "sha384": Mechanism.SHA384_RSA_PKCS,
    "sha512": Mechanism.SHA512_RSA_PKCS,
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
        sign: Has the token sign with it.
    """

    def __init__(self, public: ec.EllipticCurvePublicKey, sign: SignInToken) -> None:
        self._public = public
        self._sign = sign

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
            ECDSA-Sig-Value, DER, up to 72 bytes for P-256 and 104 for P-384.

        Raises:
            TypeError: Another algorithm.
            TokenCallError: The token failed.

        Source: RFC 3279, section 2.2.3; PKCS#11 v2.40 current mechanisms, 2.3.6.
        """
        digest = _digest(data, signature_algorithm.algorithm)
        # A digest longer than the order is cut to it; not every token does so itself.
        width = (self.key_size + 7) // 8
        raw = self._sign(digest[:width], Mechanism.ECDSA)
        half = len(raw) // 2
        return encode_dss_signature(
            int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
        )

    def exchange(self, *_: object, **__: object) -> NoReturn:
        """Refuse: the key signs and does nothing else."""
        raise _never()


class TokenEd25519Key(_StaysInToken, ed25519.Ed25519PrivateKey):
    """An Ed25519 private key in a token.

    Args:
        public: Its public key.
        sign: Has the token sign with it.
    """

    def __init__(self, public: ed25519.Ed25519PublicKey, sign: SignInToken) -> None:
        self._public = public
        self._sign = sign

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
        return self._sign(bytes(data), Mechanism.EDDSA)

    def private_bytes_raw(self) -> NoReturn:
        """Refuse: the key never leaves its token."""
        raise _never()


class TokenRSAKey(_StaysInToken, rsa.RSAPrivateKey):
    """An RSA private key in a token.

    Args:
        public: Its public key.
        sign: Has the token sign with it.
    """

    def __init__(self, public: rsa.RSAPublicKey, sign: SignInToken) -> None:
        self._public = public
        self._sign = sign

    def public_key(self) -> rsa.RSAPublicKey:
        """Give the public key."""
        return self._public

    @property
    def key_size(self) -> int:
        """The modulus's size in bits."""
        return self._public.key_size

    def sign(self, data: bytes, padding: object, algorithm: object) -> bytes:
        """Sign with RSASSA-PKCS1-v1_5.

        Args:
            data: What to sign, any length; never a digest.
            padding: PKCS1v15.
            algorithm: SHA-256, SHA-384 or SHA-512.

        Returns:
            The signature, as long as the modulus.

        Raises:
            TypeError: Another padding or algorithm.
            TokenCallError: The token failed.

        Source: RFC 8017, section 8.2.
        """
        if not isinstance(padding, PKCS1v15):
            raise TypeError("an RSA key in a token signs with PKCS #1 v1.5 only")
        if not isinstance(algorithm, hashes.HashAlgorithm):
            raise TypeError("an RSA key in a token hashes by itself")
        mechanism = _RSA_MECHANISMS.get(algorithm.name)
        if mechanism is None:
            raise TypeError(f"no signature is made with {algorithm.name}")
        return self._sign(bytes(data), mechanism)

    def decrypt(self, *_: object, **__: object) -> NoReturn:
        """Refuse: the key signs and does nothing else."""
        raise _never()


def private_key(public: PublicKey, sign: SignInToken) -> PrivateKey:
    """Give the private key that belongs to a public key in a token."""
    match public:
        case ec.EllipticCurvePublicKey():
            return TokenECKey(public, sign)
        case ed25519.Ed25519PublicKey():
            return TokenEd25519Key(public, sign)
        case rsa.RSAPublicKey():
            return TokenRSAKey(public, sign)


def sign_by_default(key: PrivateKey, data: bytes) -> bytes:
    """Sign with the algorithm that goes with the key.

    Args:
        key: The key in the token.
        data: What to sign, any length.

    Returns:
        Ed25519: 64 bytes. ECDSA: DER, with SHA-384 for P-384, else SHA-256. RSA:
        PKCS #1 v1.5 with SHA-256, as long as the modulus.

    Raises:
        TokenCallError: The token failed.
    """
    match key:
        case TokenEd25519Key():
            return key.sign(data)
        case TokenECKey():
            wide = key.key_size > _DIGESTS["sha256"] * 8
            digest = hashes.SHA384() if wide else hashes.SHA256()
            return key.sign(data, ec.ECDSA(digest))
        case TokenRSAKey():
            return key.sign(data, PKCS1v15(), hashes.SHA256())


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
