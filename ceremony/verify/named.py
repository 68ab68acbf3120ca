"""What lies beside the leaves is what they name: files, openings, exhibits; no more.

Part of check 5: a root covers the leaves, and the digests in the leaves cover these.
"""

from __future__ import annotations

from typing import cast

from ceremony import canonical
from ceremony.canonical import CanonicalError, Json
from ceremony.pack.batch_files import may_be_missing
from ceremony.pack.record import EXHIBITS, OPENINGS, SCRIPT, Record
from ceremony.verify.beside import verify_all_named
from ceremony.verify.binding import verify_binding_told
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place


def verify_named(record: Record) -> None:
    """Compare every file that a leaf names, every opening and every exhibit.

    Raises:
        FailedError: ``VERIFY-FILE-01`` to ``-05``, ``VERIFY-BINDING-01``.
    """
    _verify_blobs(record)
    verify_binding_told(record)
    _verify_openings(record)
    _verify_exhibits(record)
    verify_all_named(record)


def _verify_blobs(record: Record) -> None:
    """Compare each file that a leaf names, and the opening's own digests."""
    facts = [recorded.fact for recorded in record.facts]
    kept = may_be_missing(facts, record.state.script)
    for recorded, apart in zip(record.facts, kept, strict=True):
        for blob in recorded.event.blobs:
            if blob.sha256 in apart and blob.name not in record.files:
                continue
            content = record.files.get(blob.name)
            if content is None:
                raise FailedError(
                    "VERIFY-FILE-01", f"{place(recorded)}: {blob.name} is missing"
                )
            found = (canonical.digest(content), len(content))
            if found != (blob.sha256, blob.size):
                raise FailedError(
                    "VERIFY-FILE-01",
                    f"{place(recorded)}: {blob.name} is not the file that it names",
                )
    named = {blob.name: blob.sha256 for blob in record.facts[0].event.blobs}
    opened = record.opened
    for name, digest in (
        ("binding.json", opened.binding),
        ("site-policy.toml", opened.site_policy),
        ("room-policy.toml", opened.room_policy),
        ("trust-policy.toml", opened.trust_policy),
        ("environment.json", opened.environment),
        (SCRIPT, record.script_digest),
    ):
        if named.get(name) != digest:
            raise FailedError(
                "VERIFY-FILE-02",
                f"{place(record.facts[0])}: the ceremony was opened on another {name}",
            )


def _verify_openings(record: Record) -> None:
    """Insist that each opening opens a commitment of a seat."""
    commitments = {seat.name for seat in record.opened.seats}
    # Reading the record has shown that it is a list of objects.
    told = canonical.decode(record.files.get(OPENINGS, b"[]"))
    for number, opening in enumerate(cast("list[Json]", told)):
        if canonical.digest(canonical.encode(opening)) not in commitments:
            raise FailedError(
                "VERIFY-FILE-03",
                f"{OPENINGS}, entry {number}: it opens no commitment of the record",
            )


def _verify_exhibits(record: Record) -> None:
    """Insist that each exhibit is one whose digest a leaf names."""
    named = {blob.sha256 for known in record.facts for blob in known.event.blobs}
    try:
        told = canonical.decode(record.files.get(EXHIBITS, b"[]"))
    except CanonicalError as error:
        raise FailedError("VERIFY-FILE-04", f"{EXHIBITS}: {error}") from error
    for number, exhibit in enumerate(told if isinstance(told, list) else [told]):
        digest = exhibit.get("sha256") if isinstance(exhibit, dict) else None
        if not isinstance(digest, str) or digest not in named:
            raise FailedError(
                "VERIFY-FILE-04", f"{EXHIBITS}, entry {number}: no leaf names it"
            )
