"""Whose certificates a step renews, from what earlier ceremonies made of them."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from ceremony.conduct.actions.order import certificate_named
from ceremony.conduct.conductor import Conductor
from ceremony.engine.batch import is_batch
from ceremony.engine.earlier import origin_of
from ceremony.engine.revoked import revoked_by_now
from ceremony.pack.batch_files import earlier_issued_name, earlier_results_name
from ceremony.pki.issued_results import decode_issued
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_results import read_issued
from ceremony.pki.request_set import Issued, issued_in


def renewed_subjects(
    conductor: Conductor, names: Iterable[str], profile: CertificateProfile
) -> Issued:
    """Give the subjects of certificates that exist already, revoked ones apart.

    Single ones are not revoked: the engine has let them be renewed.

    Args:
        conductor: The ceremony.
        names: The certificates and batches, by name.
        profile: What is asked for now.

    Returns:
        Its ``renewed`` and its ``revoked``.

    Raises:
        InputError: What the journal keeps of one cannot be read.
        EvidenceError: ``CONDUCT-CERTIFICATE-01``: one is not as it was issued.
    """
    subjects: set[bytes] = set()
    revoked: set[bytes] = set()
    for name in names:
        if is_batch(conductor.script, name):
            told = _issued_in_batch(conductor, name, profile)
        else:
            told = issued_in(certificate_named(conductor, name), profile)
        subjects |= told.subjects
        revoked |= told.revoked
    return Issued(renewed=frozenset(subjects), revoked=frozenset(revoked - subjects))


def _issued_in_batch(
    conductor: Conductor, name: str, profile: CertificateProfile
) -> Issued:
    """Read the results that the ceremony has carried on since its opening."""
    told = origin_of(conductor.state, name)
    signer = told.issuer_key if told is not None else None
    serials = revoked_by_now(conductor.state).by(signer)
    file = earlier_issued_name(name)
    issued = decode_issued(_carried(conductor, file), file)
    file = earlier_results_name(name)
    raw = _carried(conductor, file)
    return read_issued(BytesIO(raw), file, profile, issued.answered_with(serials))


def _carried(conductor: Conductor, file: str) -> bytes:
    (blob,) = (
        blob
        for recorded in conductor.facts
        for blob in recorded.event.blobs
        if blob.name == file
    )
    return conductor.log.journal.blob(blob.sha256)
