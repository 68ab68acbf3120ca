"""Check 3: every leaf is read strictly, and its bytes are the canonical ones.

The leaves are gone through twice. The first pass is fast: canonical bytes, numbers
and links, which check 4 answers for, and hashes, which check 5 compares. The second
reads every value, which all later checks need.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from ceremony.engine.fact_codec import decode_fact
from ceremony.errors import CeremonyError
from ceremony.journal.chain import ChainError, verify_strand
from ceremony.journal.codec import decode_event
from ceremony.journal.merkle import leaf_hash
from ceremony.pack.record import EVENTS, SCRIPT, Record, read_record
from ceremony.verify.check import (
    Check,
    FailedError,
    check_failed,
    check_passed,
    failed_from,
)


@dataclass(frozen=True, slots=True)
class Leaves:
    """What the first pass over a ceremony's leaves gave.

    Attributes:
        hashes: RFC 6962 leaf hash of each, 32 bytes, in the order of the file.
        fault: Says of the first leaf that is no leaf, or does not follow from the
            leaves before it; None where all do.
    """

    hashes: tuple[bytes, ...]
    fault: ChainError | None

    def __len__(self) -> int:
        return len(self.hashes)


def read_strictly(files: Mapping[str, bytes]) -> tuple[Record, Leaves]:
    """Read the record, and its leaves' links and hashes.

    Args:
        files: The embedded files' bytes by flat name.

    Raises:
        FailedError: ``VERIFY-FORM-01``, or the rule of the form that is broken.
    """
    leaves = read_leaves(files)
    try:
        return read_record(files), leaves
    except CeremonyError as error:
        _find_line(files[EVENTS])
        raise failed_from(error) from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise FailedError(
            "VERIFY-FORM-01", f"the record cannot be read: {error!r}"
        ) from error


def read_leaves(files: Mapping[str, bytes]) -> Leaves:
    """Go through the leaves once: canonical bytes, numbers, links and hashes.

    Args:
        files: The embedded files' bytes by flat name.

    Raises:
        FailedError: ``VERIFY-FORM-01``: the leaves or the script are missing.
    """
    for name in (EVENTS, SCRIPT):
        if name not in files:
            raise FailedError("VERIFY-FORM-01", f"{name} is missing")
    raw = files[EVENTS]
    if not raw.endswith(b"\n"):
        raise FailedError(
            "VERIFY-FORM-01", f"{EVENTS} does not end with a line feed, or is empty"
        )
    try:
        return Leaves(tuple(verify_strand(_lines(raw)).hashes.values()), None)
    except ChainError as fault:
        # The roots are a check of their own, and rest on the bytes alone.
        return Leaves(tuple(map(leaf_hash, _lines(raw))), fault)


def _lines(raw: bytes) -> Iterator[bytes]:
    """Give one line after another, so that they are not all held at once."""
    for line in BytesIO(raw):
        yield line[:-1]


def _find_line(raw: bytes) -> None:
    """Name the first line that is no leaf or holds no fact, if one is to blame."""
    for number, leaf in enumerate(_lines(raw), start=1):
        try:
            event = decode_event(leaf)
            decode_fact(event.type, event.data)
        except CeremonyError as error:
            raise failed_from(error, f"{EVENTS}, line {number}") from error


def form_passed(leaves: Leaves) -> Check:
    """Say that every leaf has its one form."""
    return check_passed(
        "3",
        f"{len(leaves)} leaves are the canonical bytes of their values.",
        compared=(f"each line of {EVENTS}", "its values, written again"),
    )


def form_failed(failure: FailedError) -> Check:
    """Say what is not of its form, and where."""
    return check_failed("3", failure.rule, failure.reason)
