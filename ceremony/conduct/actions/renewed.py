"""Whose certificates a step renews, from what earlier ceremonies made of them."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from ceremony.conduct.actions.order import certificate_named
from ceremony.conduct.conductor import Conductor
from ceremony.engine.batch import is_batch
from ceremony.pack.batch_files import earlier_results_name
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_results import read_issued
from ceremony.pki.request_set import Issued, issued_in


def renewed_subjects(
    conductor: Conductor, names: Iterable[str], profile: CertificateProfile
) -> frozenset[bytes]:
    """Give the subjects of certificates that exist already.

    Args:
        conductor: The ceremony.
        names: The certificates and batches, by name.
        profile: What is asked for now.

    Returns:
        See ``Issued.subjects``.

    Raises:
        InputError: What the journal keeps of one cannot be read.
        EvidenceError: ``CONDUCT-CERTIFICATE-01``: one is not as it was issued.
    """
    subjects: set[bytes] = set()
    for name in names:
        if is_batch(conductor.script, name):
            told = _issued_in_batch(conductor, name, profile)
        else:
            told = issued_in(certificate_named(conductor, name), profile)
        subjects |= told.subjects
    return frozenset(subjects)


def _issued_in_batch(
    conductor: Conductor, name: str, profile: CertificateProfile
) -> Issued:
    """Read the results that the ceremony has carried on since its opening."""
    file = earlier_results_name(name)
    (blob,) = (
        blob
        for recorded in conductor.facts
        for blob in recorded.event.blobs
        if blob.name == file
    )
    raw = conductor.log.journal.blob(blob.sha256)
    return read_issued(BytesIO(raw), file, profile)
