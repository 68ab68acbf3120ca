"""What is renewed, made out from what the record carries of earlier ceremonies.

Part of check 12. Whose a certificate is it says itself; whose those of a batch are its
results say, whose SHA-256 the leaf of that ceremony has. Whether such a batch is what
its results say was for that ceremony's own verification.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from ceremony import canonical
from ceremony.engine.facts import EarlierFound, PartMade, RequestsJudged
from ceremony.engine.state import Recorded
from ceremony.pack.batch_files import earlier_issued_name, earlier_results_name
from ceremony.pack.record import Record
from ceremony.pki.certificate import decode_certificate
from ceremony.pki.issued_results import decode_issued
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_results import read_issued, read_results
from ceremony.pki.request_set import issued_in
from ceremony.verify.issued import blob_beside


def is_same_batch(
    record: Record, recorded: Recorded, fact: EarlierFound, part: PartMade
) -> bool:
    """Tell whether the results that a record carries of a batch are its leaf's.

    Args:
        record: The record.
        recorded: The leaf here that tells of the batch.
        fact: It.
        part: The last part, as that ceremony's leaf has it.

    Raises:
        FailedError: ``VERIFY-CERT-01``: a file is missing.
        InputError: A file is not of its format.
    """
    issued_file = earlier_issued_name(fact.thing)
    results_file = earlier_results_name(fact.thing)
    issued = blob_beside(record, recorded, issued_file, "")
    results = blob_beside(record, recorded, results_file, "")
    digests = (canonical.digest(issued), canonical.digest(results))
    told = decode_issued(issued, issued_file)
    good = [
        (each["position"], each["request"])
        for each in read_results(BytesIO(results), results_file)
        if each.get("verdict") == "good"
    ]
    return (
        digests == (part.issued, told.requests)
        and [(each.position, each.request) for each in told.answered] == good
        and len(good) == part.first + part.count - 1
    )


def renewed_subjects(
    record: Record, fact: RequestsJudged, profile: CertificateProfile
) -> frozenset[bytes] | None:
    """Give the subjects that an import may ask for again.

    Returns:
        See ``Issued.renewed``.

    Raises:
        CeremonyError: What the record carries of one is missing or cannot be read.
    """
    return earlier_subjects(record, profile, fact.renews) if fact.renews else None


def earlier_subjects(
    record: Record, profile: CertificateProfile, names: Iterable[str] | None = None
) -> frozenset[bytes]:
    """Give the subjects of certificates of earlier ceremonies.

    Args:
        record: The record.
        profile: What is asked for now; see ``request_set.issued_in``.
        names: Which ones, by name; None for all that the record carries.

    Raises:
        CeremonyError: What the record carries of one is missing or cannot be read.
    """
    subjects: set[bytes] = set()
    wanted = None if names is None else set(names)
    for recorded in record.facts:
        fact = recorded.fact
        if not isinstance(fact, EarlierFound):
            continue
        if wanted is None or fact.thing in wanted:
            subjects |= _subjects(record, recorded, fact, profile)
    return frozenset(subjects)


def _subjects(
    record: Record, recorded: Recorded, fact: EarlierFound, profile: CertificateProfile
) -> frozenset[bytes]:
    if fact.outcome.certificate is not None:
        pem = blob_beside(record, recorded, "certificate-", ".pem")
        return issued_in(decode_certificate(pem, fact.thing), profile).subjects
    if fact.outcome.part is not None:
        file = earlier_results_name(fact.thing)
        raw = blob_beside(record, recorded, file, "")
        return read_issued(BytesIO(raw), file, profile).subjects
    return frozenset()
