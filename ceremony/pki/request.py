"""Certification requests: how a key asks for its certificate.

Invariants:
    * A request that is accepted is signed with the very key that it names, so that
      nobody obtains a certificate for another's key.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import EvidenceError, InputError
from ceremony.identifiers import Digest
from ceremony.pki.certificate import spki_digest


@dataclass(frozen=True, slots=True)
class Request:
    """A verified request; :func:`verify_request` makes it.

    Attributes:
        subject: The name asked for.
        public_key: The key, on P-256.
        key_digest: SHA-256 of the key's SubjectPublicKeyInfo.
        der: The request: DER.
    """

    subject: x509.Name
    public_key: ec.EllipticCurvePublicKey
    key_digest: Digest
    der: bytes


def make_request(subject: x509.Name, private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """Make a request signed with the key that it names.

    Args:
        subject: The name asked for; see ``order.subject_name``.
        private_key: The subject's key, on P-256; it may live in a token.

    Returns:
        A PKCS#10 request, version v1(0), without attributes: DER.

    Raises:
        EvidenceError: ``PKI-REQUEST-02``: the token returned a wrong signature.
        InputError: ``PKI-REQUEST-03``: the key is not on P-256.

    Source:
        RFC 2986, section 4.
    """
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    der = builder.sign(private_key, hashes.SHA256()).public_bytes(Encoding.DER)
    return verify_request(der).der


def verify_request(der: bytes) -> Request:
    """Verify that a request is well formed and signed with the key that it names.

    Args:
        der: A PKCS#10 request: DER.

    Raises:
        InputError: ``PKI-REQUEST-01``: not a request in DER; ``PKI-REQUEST-03``: the
            key is not an EC key on P-256, or the signature is not
            ecdsa-with-SHA256.
        EvidenceError: ``PKI-REQUEST-02``: the signature is not by the key in it.

    Source:
        RFC 2986, sections 3 and 4.
    """
    try:
        request = x509.load_der_x509_csr(der)
        key = request.public_key()
        subject = request.subject
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(
            "PKI-REQUEST-01",
            "This is not a certification request in DER.",
            remedy="Give the file that the key's owner made.",
        ) from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not _is_p256(key):
        raise _unsuitable("The key in the request is not an EC key on P-256.")
    if request.signature_algorithm_oid != x509.SignatureAlgorithmOID.ECDSA_WITH_SHA256:
        raise _unsuitable("The request is not signed with ecdsa-with-SHA256.")
    if not request.is_signature_valid:
        raise EvidenceError(
            "PKI-REQUEST-02",
            "The request is not signed with the key that it names.",
            meaning="Whoever made the request need not hold that key.",
            remedy="Stop, keep the request, and have it made again by the key's owner.",
        )
    return Request(subject, key, spki_digest(key), der)


def verify_request_subject(request: Request, subject: x509.Name) -> None:
    """Verify that a request asks for the name that the script foresees.

    Raises:
        EvidenceError: ``PKI-REQUEST-04``: it asks for another, or encodes it
            otherwise.
    """
    if request.subject.public_bytes() != subject.public_bytes():
        raise EvidenceError(
            "PKI-REQUEST-04",
            f"The request asks for {request.subject.rfc4514_string()}, and not for "
            f"{subject.rfc4514_string()}.",
            meaning="A certificate from it would not be the one that was approved.",
            remedy="Stop, and have the request made again with the approved name.",
        )


def _is_p256(key: ec.EllipticCurvePublicKey) -> bool:
    return isinstance(key.curve, ec.SECP256R1)


def _unsuitable(message: str) -> InputError:
    return InputError(
        "PKI-REQUEST-03", message, remedy="Have the request made with a P-256 key."
    )
