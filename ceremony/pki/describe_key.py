"""Public keys and signature algorithms in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from ceremony.pki.der import read_key
from ceremony.pki.oid_name import name_oid
from ceremony.pki.plain_text import INDENT, hex_lines

Holder = x509.Certificate | x509.CertificateSigningRequest
"""What a public key stands in."""
Signed = Holder | x509.CertificateRevocationList


def describe_key(holder: Holder, spki: bytes) -> Iterator[str]:
    """Give the lines of a public key.

    Args:
        holder: What the key stands in.
        spki: Its SubjectPublicKeyInfo: DER.
    """
    raw = read_key(spki)
    kind = name_oid(raw.oid)
    match _key(holder):
        case ec.EllipticCurvePublicKey() as key:
            yield f"Public key: {kind}, curve {key.curve.name}, {key.key_size} bits"
            yield from hex_lines(raw.bits)
        case rsa.RSAPublicKey() as key:
            yield f"Public key: {kind}, {key.key_size} bits"
            yield from _describe_rsa(key.public_numbers())
        case _:
            yield f"Public key: {kind}"
            if raw.parameters:
                yield f"{INDENT}parameters:"
                yield from hex_lines(raw.parameters)
            yield from hex_lines(raw.bits)
    yield "SHA-256 of the public key (SubjectPublicKeyInfo, DER):"
    yield from hex_lines(hashlib.sha256(spki).digest())


def describe_parameters(signed: Signed, encoded: bytes) -> Iterator[str]:
    """Give the parameters of a PSS signature, indented; other kinds have none to tell.

    Args:
        signed: What is signed.
        encoded: The AlgorithmIdentifier: DER, given whole where it has no words.
    """
    if signed.signature_algorithm_oid != x509.SignatureAlgorithmOID.RSASSA_PSS:
        return
    try:
        pss, digest = (
            signed.signature_algorithm_parameters,
            signed.signature_hash_algorithm,
        )
    except (ValueError, UnsupportedAlgorithm):
        pss, digest = None, None
    if not isinstance(pss, padding.PSS) or digest is None:
        yield from hex_lines(encoded)
        return
    yield f"{INDENT}digest: {digest.name}"
    yield f"{INDENT}mask: MGF1 with {pss.mgf._algorithm.name}"  # noqa: SLF001  nothing else tells it
    yield f"{INDENT}salt: {pss._salt_length} octets"  # noqa: SLF001  the same


def _key(holder: Holder) -> CertificatePublicKeyTypes | None:
    """Read a key; None where it is of a kind or on a curve that is not known."""
    try:
        return holder.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None


def _describe_rsa(numbers: rsa.RSAPublicNumbers) -> Iterator[str]:
    yield f"{INDENT}exponent: {numbers.e}"
    yield f"{INDENT}modulus:"
    # As DER holds it: an octet of zero stands before a leading bit of one.
    size = numbers.n.bit_length() // 8 + 1
    yield from hex_lines(numbers.n.to_bytes(size, "big"))
