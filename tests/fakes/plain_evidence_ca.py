"""An evidence CA by the library's builder alone, which lints nothing.

The committed packs hold certificates that are laid out so: their extensions stand in
another order than those of a site that is set up now. It also makes what the evidence
CA of a site refuses.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ceremony.pki.evidence_ca import SigningKey, Term
from ceremony.pki.extension import key_usage
from ceremony.pki.fact import KeyUse
from ceremony.pki.order import term as term_of
from ceremony.pki.profile import Validity


def certify_evidence_ca(
    term: Term, private_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """Make the CA's own certificate."""
    name = _name(term)
    builder = _prepare(term, name, private_key.public_key())
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    builder = builder.add_extension(
        key_usage((KeyUse.KEY_CERT_SIGN, KeyUse.CRL_SIGN)), critical=True
    )
    return builder.sign(private_key, hashes.SHA256())


def certify_signer(
    term: Term,
    public_key: SigningKey,
    *,
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    """Certify a key, whatever its name and whoever signs."""
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
    return builder.sign(ca_key, hashes.SHA256())


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
