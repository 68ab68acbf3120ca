"""Waivers: what a second linter finds and somebody answers for all the same.

A waiver is for one finding in one certificate or revocation list and ends on a day, so
that none can hide what is found later in another one. Where a linter gives the same id
to several things, the waiver says which of them it is about.

Invariants:
    * A waiver is covered by no other name than the second linter's: our own rules, and
      what says that something cannot be read, are never waived (docs/adr/0028).
    * What a waiver is about is a whole word of what was found, never its place and
      never a part of a longer word, such as another address that begins alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceremony.script.shape import Fields

NEVER_WAIVED: Final = re.compile(
    r"[A-Z].*|base\..*|pkilint\..*|.*\.invalid_asn1_syntax"
)
"""Ids of our own rules, and of findings that do not say what is wrong."""

DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


_BEFORE: Final = r"(?<![^\s\"'(\[])"
_BEHIND: Final = r"(?=[\"')\]]|[.,;:]?(\s|$))"
"""What whole words stand between: blanks, quotes, brackets, the end of a clause."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One finding in one certificate or revocation list that is let be until a day.

    Attributes:
        finding: The finding's id, as the second linter names it.
        certificate: The certificate's name in the script; empty for a list.
        owner: Who answers for it: name and position.
        reason: Why it is let be.
        clause: The standard's or policy's clause that is departed from or allows it.
        expires: The last day on which it holds.
        crl: The revocation list's name in the script; empty for a certificate.
        about: What the finding's text names beside its place, e.g. an address: whole
            words of it; empty where no other finding of the id is there.
    """

    finding: str
    certificate: str
    owner: str
    reason: str
    clause: str
    expires: date
    crl: str = ""
    about: str = ""

    @property
    def subject(self) -> str:
        """Name the certificate or revocation list that it is for."""
        return self.crl or self.certificate

    @property
    def ground(self) -> str:
        """Say on whose word, until when, for what of it and for which reason."""
        reason = self.reason.removesuffix(".")
        alone = f", for {self.about} alone" if self.about else ""
        return (
            f"waived by {self.owner} until {self.expires.isoformat()}{alone}: {reason} "
            f"[{self.clause}]"
        )

    @property
    def told(self) -> str:
        """Say it in one sentence."""
        return f"Waiver: {self.finding} in {self.subject} is {self.ground}."

    @property
    def brief(self) -> str:
        """Say of what, on whose word and until when, without reason and full stop."""
        until = self.expires.isoformat()
        what = f"{self.finding} in {self.subject}"
        alone = f", for {self.about} alone" if self.about else ""
        return f"Waiver: {what} is waived by {self.owner} until {until}{alone}"

    @property
    def lapsed(self) -> str:
        """Say that it holds no more, whose it was and until when: one sentence."""
        until = self.expires.isoformat()
        return f"Its waiver by {self.owner} has lapsed: its last day was {until}."

    def covers(self, finding: str, text: str) -> bool:
        """Tell whether a finding is what it is for.

        Args:
            finding: The finding's id.
            text: The path of the node that it is about, a colon, and what was found.
        """
        if self.finding != finding:
            return False
        whole = rf"{_BEFORE}{re.escape(self.about)}{_BEHIND}"
        return not self.about or re.search(whole, beside_place(text)) is not None

    def holds_on(self, day: date) -> bool:
        """Tell whether it has not expired."""
        return day <= self.expires


def waivers_on(
    waivers: tuple[Waiver, ...], subject: str, day: date
) -> tuple[Waiver, ...]:
    """Give the waivers for a certificate or revocation list that hold on a day."""
    return tuple(
        waiver
        for waiver in waivers
        if waiver.subject == subject and waiver.holds_on(day)
    )


def lapsed_waiver(
    waivers: tuple[Waiver, ...], subject: str, finding: str, text: str, day: date
) -> Waiver | None:
    """Find the waiver that would let a finding be, had it not expired before a day.

    Args:
        waivers: Those of the script; of several the one that held longest is taken.
        subject: The certificate or revocation list, as the script names it.
        finding: The finding's id.
        text: The path of the node that it is about, a colon, and what was found.
        day: The day, UTC.
    """
    lapsed = [
        each
        for each in waivers
        if each.subject == subject
        and not each.holds_on(day)
        and each.covers(finding, text)
    ]
    return max(lapsed, key=lambda each: each.expires, default=None)


def beside_place(text: str) -> str:
    """Give what a finding's text says beside the place in the certificate or list.

    Args:
        text: The path of the node that it is about, a colon, and what was found.
    """
    path, _, message = text.partition(": ")
    # Some messages name the node again, or one below it.
    return re.sub(rf"{re.escape(path)}[\w.]*", "", message)


def read_waivers(top: Fields) -> tuple[Waiver, ...]:
    """Read the waivers of a script; faults are noted there."""
    return tuple(_read(item) for item in top.children("waivers"))


def _read(item: Fields) -> Waiver:
    waiver = Waiver(
        finding=item.text("finding"),
        crl=item.name("crl", ""),
        certificate=item.name("certificate", ""),
        owner=item.text("owner"),
        reason=item.text("reason"),
        clause=item.text("clause"),
        expires=_read_day(item),
        about=item.text("about", ""),
    )
    if bool(waiver.certificate) == bool(waiver.crl):
        item.faults.add(
            "FILE-SHAPE-04",
            "A waiver has either certificate or crl, and not both or neither.",
            item.place,
            remedy="Name the certificate or the revocation list that it is for.",
        )
    item.finish()
    return waiver


def _read_day(item: Fields) -> date:
    text = item.text("expires")
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # the same fault as another form
    if text:
        item.faults.add(
            "FILE-SHAPE-04",
            f"The day {text!r} is not one written as YYYY-MM-DD.",
            item.place,
            remedy='Write for example "2027-01-31", in quotes.',
        )
    return date.min
