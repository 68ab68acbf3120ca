"""Stand-in keys: what takes a key's place while there is none, or may sign for once.

Invariants:
    * What a stand-in signs is looked at and thrown away; it never leaves this room.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import (
    CertificateIssuerPrivateKeyTypes,
)

from ceremony.pki.fact import KeyAlgorithm, SignatureAlgorithm

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


@lru_cache(maxsize=8)
def stand_in_key(algorithm: KeyAlgorithm) -> CertificateIssuerPrivateKeyTypes:
    """Give the stand-in key of an algorithm; RSA keys are slow to make, so one each."""
    if algorithm in _CURVES:
        return ec.generate_private_key(_CURVES[algorithm])
    if algorithm in _RSA_BITS:
        return rsa.generate_private_key(65537, _RSA_BITS[algorithm])
    return ed25519.Ed25519PrivateKey.generate()


def sign_for_looking(
    builder: x509.CertificateBuilder, signature: SignatureAlgorithm
) -> x509.Certificate:
    """Sign a certificate with a stand-in key, so that its encoding can be looked at."""
    if signature is SignatureAlgorithm.ED25519:
        return builder.sign(stand_in_key(KeyAlgorithm.ED25519), None)
    family, _, digest = signature.value.rpartition("-")
    algorithm = _HASHES[digest]
    if family == "ecdsa-with":
        return builder.sign(stand_in_key(KeyAlgorithm.EC_P256), algorithm)
    key = stand_in_key(KeyAlgorithm.RSA_2048)
    if family == "rsa-pss":
        pss = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
        return builder.sign(key, algorithm, rsa_padding=pss)
    return builder.sign(key, algorithm)
