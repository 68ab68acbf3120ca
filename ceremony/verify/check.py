"""One line of the verifier's table: what was checked, and how it went.

The numbers are those of docs/spec/verification-v1.md. A check never raises for what
it finds: the finding is the product.

Invariants:
    * A failed check names the rule and the place: file, leaf, step, page or byte.
    * "Not checked" means that the verifier could not; "not given" that nothing was
      offered to compare with.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ceremony.errors import CeremonyError

TITLES: Final[Mapping[str, str]] = {
    "1": "Size and shape limits",
    "2": "Manifest of the embedded files",
    "3": "Strict form of every leaf",
    "4": "Order and chain of the leaves",
    "5": "Leaf hashes, roots and named files",
    "6": "Checkpoints signed by the log key",
    "7": "Cosignatures and quorum",
    "8": "Consistency with remembered checkpoints",
    "9": "Attestations",
    "10": "Script approved and followed",
    "11": "Device operations and inventories",
    "12": "Certificates and requests",
    "13a": "Seal and signatures of the document",
    "13b": "Journal's record of the sealed digest",
    "14": "Pages laid out again from the journal",
    "15": "Times",
    "16": "Mode",
}
"""Every check in its order, with its title."""

ESSENTIAL: Final = (
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "9",
    "10",
    "11",
    "12",
    "13a",
    "16",
)
"""Without one of these the verdict is CANNOT TELL."""

ON_FILES: Final = ("2", "3", "4", "5", "6", "7", "9", "10", "11", "12", "16")
"""The checks that need the embedded files alone."""

ADVISORY: Final = ("14", "15")
"""Where one of these was not checked, the verdict carries a remark."""


class Status(StrEnum):
    """How a check went."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not checked"
    NOT_GIVEN = "not given"


@dataclass(frozen=True, slots=True)
class Check:
    """One check and its answer.

    Attributes:
        number: As in the specification, ``1`` to ``16``.
        title: What was checked, in a few words.
        status: How it went.
        reason: Why, in words; for a failure with the place.
        compared: What was compared with what, one line each.
        command: An openssl or sha256sum command that shows the same; may be empty.
        rule: The rule that was broken, e.g. ``VERIFY-ROOT-02``; empty if none was.
        remarks: What a reader should know although the check passed.
    """

    number: str
    title: str
    status: Status
    reason: str
    compared: tuple[str, ...] = ()
    command: str = ""
    rule: str = ""
    remarks: tuple[str, ...] = ()


class FailedError(Exception):
    """A rule of a check is broken; :func:`make_check` alone catches it.

    Attributes:
        rule: The rule's id.
        reason: What was found, with the place.
    """

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


class UncheckedError(Exception):
    """A check cannot be made; the text says why. Caught where the other one is."""


def make_check(number: str, work: Callable[[], Check], *, command: str = "") -> Check:
    """Make one check: what it raises becomes its answer.

    Args:
        number: The check's number.
        work: Verifies, and gives the check where everything holds.
        command: Shows the same with other tools; may be empty.
    """
    try:
        return work()
    except FailedError as failure:
        return check_failed(number, failure.rule, failure.reason, command=command)
    except UncheckedError as unchecked:
        return check_skipped(number, str(unchecked))
    except CeremonyError as error:
        return check_failed(number, error.code, str(error), command=command)


def check_passed(
    number: str,
    reason: str,
    *,
    compared: tuple[str, ...] = (),
    command: str = "",
    remarks: tuple[str, ...] = (),
) -> Check:
    """Say that a check passed, and what was compared."""
    return Check(
        number,
        TITLES[number],
        Status.PASSED,
        plain(reason),
        tuple(plain(line) for line in compared),
        command,
        remarks=tuple(plain(remark) for remark in remarks),
    )


def check_failed(number: str, rule: str, reason: str, *, command: str = "") -> Check:
    """Say that a check failed, by which rule and where."""
    return Check(
        number,
        TITLES[number],
        Status.FAILED,
        plain(reason),
        command=command,
        rule=rule,
    )


def check_skipped(number: str, reason: str) -> Check:
    """Say that the verifier could not check, and why."""
    return Check(number, TITLES[number], Status.NOT_CHECKED, plain(reason))


def check_not_given(number: str, reason: str) -> Check:
    """Say that nothing was offered to compare with."""
    return Check(number, TITLES[number], Status.NOT_GIVEN, plain(reason))


def failed_from(error: CeremonyError, where: str = "") -> FailedError:
    """Turn what a lower room refused into a failure at a place."""
    told = str(error)
    return FailedError(error.code, f"{where}: {told}" if where else told)


def plain(text: str) -> str:
    """Make a text from a pack safe to print: NFC, and nothing that steers a terminal.

    Returns:
        The text; every control, format, surrogate and private character stands as
        its code in four or more hex digits after a backslash and ``u``.
    """
    return "".join(
        f"\\u{ord(sign):04x}" if unicodedata.category(sign)[0] == "C" else sign
        for sign in unicodedata.normalize("NFC", text)
    )
