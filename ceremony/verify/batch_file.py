"""The files of a batch that leaves tell of by their digests.

Part of check 12. Where a leaf tells of one it names it: that a file may be missing from
the pack is asked of what the leaves name, by the bound that the writer has
(``pack.batch_files``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography import x509

from ceremony.engine.facts import Intent, PartMade
from ceremony.engine.state import Recorded
from ceremony.identifiers import Digest
from ceremony.pack.batch_files import decode_serials
from ceremony.pack.record import Record
from ceremony.pki.certificate import encode_certificate
from ceremony.pki.field_fault import LOAD_FAULTS
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A file of a batch that a leaf tells of by its digest.

    Attributes:
        begin: How its name begins.
        rule: What is broken where the leaf does not name it.
    """

    begin: str
    rule: str


RESULTS: Final = BatchFile("results-", "VERIFY-BATCH-01")
ACCEPTED: Final = BatchFile("requests-", "VERIFY-BATCH-02")
REFUSED: Final = BatchFile("refused-", "VERIFY-BATCH-30")
CERTIFICATES: Final = BatchFile("certificates-", "VERIFY-BATCH-03")
SERIALS: Final = BatchFile("serials-", "VERIFY-BATCH-05")
ISSUED: Final = BatchFile("issued-", "VERIFY-BATCH-08")


def file_of(
    record: Record, recorded: Recorded, digest: Digest | None, which: BatchFile
) -> bytes | None:
    """Give the file beside a leaf that has a digest; None where the pack has none.

    Check 5 has compared the digests of all files with their leaves, and lets a file
    that a leaf names be missing only where a pack leaves it in the journal.

    Args:
        record: The record.
        recorded: The leaf.
        digest: What it tells of the file; None where it tells of none.
        which: The kind of file.

    Raises:
        FailedError: The rule of that kind: the leaf tells of the file and names none.
    """
    if digest is None:
        return None
    for blob in recorded.event.blobs:
        if blob.sha256 == digest and blob.name.startswith(which.begin):
            return record.files.get(blob.name)
    raise FailedError(
        which.rule,
        f"{place(recorded)}: it tells of a file {which.begin}* with SHA-256 {digest}, "
        "and names no such file beside it",
    )


def certificates_of(
    record: Record, recorded: Recorded, part: PartMade
) -> tuple[x509.Certificate, ...] | None:
    """Read the certificates of a part; None where the pack does not embed them.

    Raises:
        FailedError: ``VERIFY-BATCH-03``: it is not a file of so many certificates, or
            the leaf names none.
    """
    raw = file_of(record, recorded, part.certificates, CERTIFICATES)
    if raw is None:
        return None
    try:
        made = tuple(x509.load_pem_x509_certificates(raw))
    except LOAD_FAULTS:
        made = ()
    if len(made) != part.count or b"".join(map(encode_certificate, made)) != raw:
        raise FailedError(
            "VERIFY-BATCH-03",
            f"{place(recorded)}: the file of part {part.number} does not hold "
            f"{part.count} certificates",
        )
    return made


def serials_of(record: Record, recorded: Recorded) -> tuple[int, ...]:
    """Read the serial numbers that an intent names; none where they are not embedded.

    Raises:
        FailedError: ``VERIFY-BATCH-05``: it is not a file of so many serial numbers,
            or the leaf names none.
    """
    fact = recorded.fact
    part = fact.part if isinstance(fact, Intent) else None
    raw = None if part is None else file_of(record, recorded, part.serials, SERIALS)
    if raw is None or part is None:
        return ()
    try:
        serials = decode_serials(raw)
    except ValueError:
        serials = ()
    if len(serials) != part.count:
        raise FailedError(
            "VERIFY-BATCH-05",
            f"{place(recorded)}: not {part.count} serial numbers are named for part "
            f"{part.number}",
        )
    return serials
