"""Stand-in keys: what takes a key's place while there is none, or may sign for once.

Invariants:
    * What a stand-in signs is looked at and thrown away; it never leaves this room.
    * Whoever looks at it does not look at the signature's value.
"""

from __future__ import annotations

from typing import Final, NoReturn, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from ceremony.pki.fact import KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.signature import Builder, SigningKey, VerifyingKey, sign_built

_CURVES: Final[dict[KeyAlgorithm, ec.EllipticCurve]] = {
    KeyAlgorithm.EC_P256: ec.SECP256R1(),
    KeyAlgorithm.EC_P384: ec.SECP384R1(),
    KeyAlgorithm.EC_P521: ec.SECP521R1(),
}
_MODULI: Final = {
    KeyAlgorithm.RSA_2048: 2**2047 + 29,
    KeyAlgorithm.RSA_3072: 2**3071 + 83,
    KeyAlgorithm.RSA_4096: 2**4095 + 3,
}
"""By algorithm, the first number of its length in which ``weak_key`` sees nothing."""

_Made_co = TypeVar("_Made_co", covariant=True)


def stand_in_public_key(algorithm: KeyAlgorithm) -> VerifyingKey:
    """Give a public key of an algorithm that nobody holds the private half of.

    An RSA modulus is only a number of the right length that passes for one, since to
    find two primes takes seconds and nothing is ever signed or verified with it.
    """
    if algorithm in _CURVES:
        return ec.derive_private_key(1, _CURVES[algorithm]).public_key()
    if algorithm in _MODULI:
        return rsa.RSAPublicNumbers(65537, _MODULI[algorithm]).public_key()
    return ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()


def sign_for_looking(
    builder: Builder[_Made_co], signature: SignatureAlgorithm
) -> _Made_co:
    """Sign with a stand-in key, so that the encoding can be looked at.

    Args:
        builder: Of a certificate or of a revocation list.
        signature: The algorithm that is to stand in it.
    """
    return sign_built(builder, _signer(signature), signature)


def _signer(signature: SignatureAlgorithm) -> SigningKey:
    if signature is SignatureAlgorithm.ED25519:
        return ed25519.Ed25519PrivateKey.generate()
    if signature.startswith("ecdsa-"):
        return ec.generate_private_key(ec.SECP256R1())
    return _Octets()


class _Octets(rsa.RSAPrivateKey):
    """What lets octets take the place of an RSA signature, and holds no key.

    To make the signature took a twentieth of a certificate's time, and nobody looks
    at its value.
    """

    def sign(self, *_: object, **__: object) -> bytes:
        """Give as many octets as a signature by 2,048 bits has."""
        return bytes(self.key_size // 8)

    @property
    def key_size(self) -> int:
        """The size of the key that it stands for, bits."""
        return 2048

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("there is no key")

    decrypt = public_key = private_numbers = private_bytes = _refuse
    __copy__ = __deepcopy__ = _refuse
