"""Public keys by which anybody can sign, and requests for certificates of them.

The primes are published ones, so that each modulus is what it is said to be.
"""

from __future__ import annotations

from typing import Final

from asn1crypto import keys
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from ceremony.pki.certificate import encode_spki
from ceremony.pki.der import RawKey
from ceremony.pki.der_request import encode_request_info, encode_signed_request
from ceremony.pki.fact import SignatureAlgorithm
from ceremony.pki.key_form import SIGNATURES

MODP_1024: Final = int(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74"
    "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437"
    "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff",
    16,
)
"""A prime of 1024 bits: RFC 2409, section 6.2, the second Oakley group."""
MODP_2048: Final = int(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74"
    "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437"
    "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05"
    "98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb"
    "9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b"
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718"
    "3995497cea956ae515d2261898fa051015728e5a8aacaa68ffffffffffffffff",
    16,
)
"""A prime of 2048 bits: RFC 3526, section 3, group 14."""

IDENTITY: Final = bytes([1, *bytes(31)])
"""The neutral point of edwards25519, as Ed25519 encodes it."""

IDENTITY_KEY: Final = ed25519.Ed25519PublicKey.from_public_bytes(IDENTITY)

SIGNS_ANYTHING: Final = IDENTITY + bytes(32)
"""A signature by ``IDENTITY_KEY`` over whatever there is: R neutral, S = 0, so that
both sides of RFC 8032, section 5.1.7, are the neutral point."""


def modulus(number: int) -> rsa.RSAPublicKey:
    """A key of a modulus and the usual exponent."""
    return rsa.RSAPublicNumbers(65537, number).public_key()


def modulus_key(number: int) -> RawKey:
    """The same by its encoding, also of what is no modulus."""
    bits = keys.RSAPublicKey({"modulus": number, "public_exponent": 65537}).dump()
    return RawKey("1.2.840.113549.1.1.1", b"\x05\x00", bits)


def request_of_anybody(subject: x509.Name) -> bytes:
    """A request that nobody's private key has signed, and whose signature is valid."""
    info = encode_request_info(subject.public_bytes(), encode_spki(IDENTITY_KEY), ())
    named = bytes.fromhex(SIGNATURES[SignatureAlgorithm.ED25519])
    return encode_signed_request(info, named, SIGNS_ANYTHING)


def request_of_modulus(subject: x509.Name, number: int) -> bytes:
    """A request for a key of a modulus, whose signature is none."""
    info = encode_request_info(subject.public_bytes(), encode_spki(modulus(number)), ())
    named = bytes.fromhex(SIGNATURES[SignatureAlgorithm.RSA_SHA256])
    return encode_signed_request(info, named, bytes(256))
