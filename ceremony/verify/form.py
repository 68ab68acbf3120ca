"""Check 3: every leaf is read strictly, and its bytes are the canonical ones."""

from __future__ import annotations

from collections.abc import Mapping

from ceremony.engine.fact_codec import decode_fact
from ceremony.errors import CeremonyError
from ceremony.journal.codec import decode_event
from ceremony.pack.record import EVENTS, SCRIPT, Record, read_record
from ceremony.verify.check import (
    Check,
    FailedError,
    check_failed,
    check_passed,
    failed_from,
)


def read_strictly(files: Mapping[str, bytes]) -> tuple[Record, tuple[bytes, ...]]:
    """Read the record and the bytes of its leaves.

    Args:
        files: The embedded files' bytes by flat name.

    Raises:
        FailedError: ``VERIFY-FORM-01``, or the rule of the form that is broken.
    """
    leaves = _leaves(files)
    try:
        return read_record(files), leaves
    except CeremonyError as error:
        _find_line(leaves)
        raise failed_from(error) from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise FailedError(
            "VERIFY-FORM-01", f"the record cannot be read: {error!r}"
        ) from error


def _find_line(leaves: tuple[bytes, ...]) -> None:
    """Name the first line that is no leaf or holds no fact, if one is to blame."""
    for number, leaf in enumerate(leaves, start=1):
        try:
            event = decode_event(leaf)
            decode_fact(event.type, event.data)
        except CeremonyError as error:
            raise failed_from(error, f"{EVENTS}, line {number}") from error


def form_passed(leaves: tuple[bytes, ...]) -> Check:
    """Say that every leaf has its one form."""
    return check_passed(
        "3",
        f"{len(leaves)} leaves are the canonical bytes of their values.",
        compared=(f"each line of {EVENTS}", "its values, written again"),
    )


def form_failed(failure: FailedError) -> Check:
    """Say what is not of its form, and where."""
    return check_failed("3", failure.rule, failure.reason)


def _leaves(files: Mapping[str, bytes]) -> tuple[bytes, ...]:
    for name in (EVENTS, SCRIPT):
        if name not in files:
            raise FailedError("VERIFY-FORM-01", f"{name} is missing")
    raw = files[EVENTS]
    if not raw.endswith(b"\n"):
        raise FailedError(
            "VERIFY-FORM-01", f"{EVENTS} does not end with a line feed, or is empty"
        )
    return tuple(raw.split(b"\n")[:-1])
