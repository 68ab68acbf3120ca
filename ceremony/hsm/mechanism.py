"""Which mechanisms the algorithm of a key needs: plain names, for rules to read."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from ceremony.hsm.order import KeyAlgorithm

_EC: Final = ("CKM_EC_KEY_PAIR_GEN", "CKM_ECDSA")
_RSA: Final = ("CKM_RSA_PKCS_KEY_PAIR_GEN", "CKM_SHA256_RSA_PKCS")
_EDWARDS: Final = ("CKM_EC_EDWARDS_KEY_PAIR_GEN", "CKM_EDDSA")

_MECHANISMS: Final = {
    KeyAlgorithm.EC_P256: _EC,
    KeyAlgorithm.EC_P384: _EC,
    KeyAlgorithm.ED25519: _EDWARDS,
    KeyAlgorithm.RSA_2048: _RSA,
    KeyAlgorithm.RSA_3072: _RSA,
    KeyAlgorithm.RSA_4096: _RSA,
}


def signing_mechanism_of(key: PublicKeyTypes) -> str:
    """Give the name of the mechanism by which the other half of a public key signs."""
    match key:
        case ec.EllipticCurvePublicKey():
            return _EC[1]
        case ed25519.Ed25519PublicKey():
            return _EDWARDS[1]
        case _:
            return _RSA[1]


def generating_mechanism(algorithm: KeyAlgorithm) -> str:
    """Give the name of the mechanism by which such a key pair is made."""
    return _MECHANISMS[algorithm][0]


def signing_mechanism(algorithm: KeyAlgorithm) -> str:
    """Give the name of the mechanism by which such a key signs."""
    return _MECHANISMS[algorithm][1]
