"""The small CA behind the evidence: who may sign a record, and as whom.

It certifies the keys that people, the log and the pack's seal sign with. It is made
at set-up from a software key and has nothing to do with the CA under ceremony: what
makes a verifier believe it is the trust policy, obtained apart from the pack.

Invariants:
    * It certifies signing keys only, never another CA.
    * A common name goes into the open record: give a person's id there, and the name
      only where an edition of the pack may show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from ceremony.pki.certificate import verify_issued_by
from ceremony.pki.extension import key_usage
from ceremony.pki.fact import KeyUse
from ceremony.pki.order import term as term_of
from ceremony.pki.profile import Validity

SigningKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
"""The public keys that sign records: EC, or Ed25519."""


@dataclass(frozen=True, slots=True)
class Term:
    """What is particular to one certificate of the evidence CA.

    Attributes:
        common_name: The subject's common name, 1 to 64 characters.
        not_before: The first day, UTC.
        years: Calendar years, 1 to 100.
        serial: The serial number, positive; see ``order.serial_number``.
    """

    common_name: str
    not_before: date
    years: int
    serial: int


def certify_evidence_ca(
    term: Term, private_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """Make the evidence CA's own certificate, self-signed.

    Raises:
        EvidenceError: ``PKI-SIGN-01``: the signature that came back is wrong.

    Source:
        RFC 5280, sections 4.2.1.2, 4.2.1.3 and 4.2.1.9.
    """
    name = _name(term)
    builder = _prepare(term, name, private_key.public_key())
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    builder = builder.add_extension(
        key_usage((KeyUse.KEY_CERT_SIGN, KeyUse.CRL_SIGN)), critical=True
    )
    certificate = builder.sign(private_key, hashes.SHA256())
    verify_issued_by(certificate, certificate)
    return certificate


def certify_signer(
    term: Term,
    public_key: SigningKey,
    *,
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    """Certify a key that signs records: a person's, the log's or the seal's.

    Args:
        term: Name, validity and serial number.
        public_key: The key, on P-256 or Ed25519.
        ca: The evidence CA's certificate.
        ca_key: The evidence CA's key.

    Raises:
        EvidenceError: ``PKI-SIGN-01``: the key is not that of the CA's certificate.

    Source:
        RFC 5280, sections 4.2.1.1 to 4.2.1.3 and 4.2.1.9.
    """
    builder = _prepare(term, ca.subject, public_key)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    builder = builder.add_extension(
        key_usage((KeyUse.DIGITAL_SIGNATURE, KeyUse.NON_REPUDIATION)),
        critical=True,
    )
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier(identifier.digest, None, None), critical=False
    )
    certificate = builder.sign(ca_key, hashes.SHA256())
    verify_issued_by(certificate, ca)
    return certificate


def _prepare(
    term: Term, issuer: x509.Name, public_key: SigningKey
) -> x509.CertificateBuilder:
    not_before, not_after = term_of(term.not_before, Validity(years=term.years))
    return (
        x509.CertificateBuilder()
        .subject_name(_name(term))
        .issuer_name(issuer)
        .serial_number(term.serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .public_key(public_key)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False
        )
    )


def _name(term: Term) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, term.common_name)])
