"""Find the files behind a certificate's leaf, and the certificate above it."""

from __future__ import annotations

from cryptography import x509

from ceremony.engine.facts import CertificateMade
from ceremony.engine.state import Recorded
from ceremony.identifiers import Digest
from ceremony.pack.record import Record
from ceremony.pki.certificate import decode_certificate, fingerprint
from ceremony.script.model import Step
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place


def blob_beside(record: Record, recorded: Recorded, begin: str, ending: str) -> bytes:
    """Give the file beside a leaf whose name begins and ends so.

    Raises:
        FailedError: ``VERIFY-CERT-01``: there is none.
    """
    for blob in recorded.event.blobs:
        named = blob.name.startswith(begin) and blob.name.endswith(ending)
        if named and blob.name in record.files:
            return record.files[blob.name]
    raise FailedError(
        "VERIFY-CERT-01",
        f"{place(recorded)}: no file {begin}*{ending} is beside the leaf",
    )


def step_of(record: Record, recorded: Recorded) -> Step:
    """Give the step that a leaf belongs to.

    Raises:
        FailedError: ``VERIFY-CERT-01``: it belongs to none.
    """
    ref = recorded.event.step
    for step in record.state.script.steps:
        if ref is not None and step.id == ref.id:
            return step
    raise FailedError("VERIFY-CERT-01", f"{place(recorded)}: it belongs to no step")


def issuer_of(
    record: Record, made: CertificateMade, certificate: x509.Certificate
) -> x509.Certificate:
    """Find the certificate of the key that signed: itself, or one made before."""
    key = record.state.keys[made.issuer_thing]
    if made.public_key == key.public_key:
        return certificate
    return issuer_of_key(record, made.issuer_thing)


def issuer_of_key(record: Record, thing: str) -> x509.Certificate:
    """Find the certificate that the ceremony has made for a key of the script.

    Raises:
        FailedError: ``VERIFY-CERT-06``: it has made none.
    """
    key = record.state.keys[thing]
    for name, other in record.state.certificates.items():
        if other.public_key == key.public_key:
            return certificate_of(record, name, other.digest)
    raise FailedError(
        "VERIFY-CERT-06", f"the key {thing} has no certificate in this record"
    )


def certificate_of(record: Record, thing: str, digest: Digest) -> x509.Certificate:
    """Find the file of a certificate that the ceremony made, by its digest.

    Raises:
        FailedError: ``VERIFY-CERT-06``: it is not in the pack.
        InputError: ``PKI-CERT-01``: the file of that name is no certificate.
    """
    for name in record.files:
        if name.startswith(f"certificate-{thing}") and name.endswith(".pem"):
            certificate = decode_certificate(record.files[name], name)
            if fingerprint(certificate) == digest:
                return certificate
    raise FailedError("VERIFY-CERT-06", f"certificate-{thing}.pem is missing")
