"""Where a profile departs on purpose from what a second linter takes for right.

Such a finding is expected: it is recorded with the clause that stands behind it, and
keeps nothing from being signed.

Invariants:
    * A departure is for one finding about one thing. What the linter finds besides is
      not covered by it, and where in a certificate or list it stands names no thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from ceremony.script.shape import Fields
from ceremony.script.waiver import beside_place

_OID: Final = re.compile(r"[0-9]+(\.[0-9]+)+")
_WORD: Final = re.compile(r"\w{3,}")
_TOO_WIDE: Final = frozenset({"certificate", "certificateList", "list"})
"""Words that are in a finding about any certificate or list."""

_UNSAID: Final = re.compile(r"base\..*|.*\.invalid_asn1_syntax")
"""Ids of findings that do not say what is wrong: an OID alone tells them apart."""


class _Found(Protocol):
    """A finding as a report or a leaf has it, as far as it matters here."""

    @property
    def rule(self) -> str:
        """Its id."""

    @property
    def message(self) -> str:
        """The path of the node that it is about, a colon, and what was found."""


@dataclass(frozen=True, slots=True)
class Departure:
    """One finding that a profile's certificates give on purpose.

    Attributes:
        finding: The finding's id, as the linter names it.
        about: What the finding's text has to name beside its place, e.g. an OID: whole
            words of it.
        reason: Why it stands.
        source: Standard and clause, or where it was observed.
    """

    finding: str
    about: str
    reason: str
    source: str

    @property
    def told(self) -> str:
        """Say why it stands, with its source."""
        return f"{self.reason} [{self.source}]"

    def expects(self, finding: str, text: str) -> bool:
        """Tell whether a finding is the one that it is for.

        Args:
            finding: The finding's id.
            text: The path of the node that it is about, a colon, and what was found.
        """
        return self.finding == finding and _names(beside_place(text), self.about)


def departure_for(
    departures: Iterable[Departure], finding: str, text: str
) -> Departure | None:
    """Find the departure that expects a finding; None where nothing does.

    Args:
        departures: Those of the profile; the first that fits is taken.
        finding: The finding's id.
        text: The path of the node that it is about, a colon, and what was found.
    """
    return next((each for each in departures if each.expects(finding, text)), None)


def _names(message: str, about: str) -> bool:
    """Tell whether whole words of a message, or a whole OID, are what it is about."""
    whole = rf"(?<![\w.]){re.escape(about)}(?!\.?\w)"
    return re.search(whole, message) is not None


def unfound(
    departures: tuple[Departure, ...], findings: Iterable[_Found]
) -> tuple[Departure, ...]:
    """Give the departures that expect none of some findings."""
    found = [departure_for(departures, each.rule, each.message) for each in findings]
    return tuple(each for each in departures if each not in found)


def read_departures(root: Fields) -> tuple[Departure, ...]:
    """Read the departures of a profile's file; faults are noted there."""
    return tuple(_read(item) for item in root.children("departs"))


def inherits_departures(root: Fields) -> bool:
    """Tell whether a profile's departures stand in the file that it is based on."""
    departs = root.peek("departs")
    return departs is not None and departs.place.file != root.place.file


def _read(item: Fields) -> Departure:
    departure = Departure(
        item.text("finding"),
        item.text("about"),
        item.text("reason"),
        item.text("source"),
    )
    if departure.about and not _is_narrow(departure):
        item.faults.add(
            "PKI-DEPART-01",
            f"The departure from {departure.finding} is about {departure.about!r}, "
            "which does not say what is let be: it would fit other findings too.",
            item.place,
            remedy="Name an OID or a word of the finding's message, beside its place.",
        )
    item.finish()
    return departure


def _is_narrow(departure: Departure) -> bool:
    if _OID.search(departure.about):
        return True
    words = set(_WORD.findall(departure.about)) - _TOO_WIDE
    return bool(words) and not _UNSAID.fullmatch(departure.finding)
