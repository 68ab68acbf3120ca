"""What the pages say again and again: names, times, page numbers, the record digest.

A :class:`Book` is a record made convenient; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ceremony.digest_words import words
from ceremony.engine.earlier import origin_of
from ceremony.engine.facts import (
    BoundToken,
    CertificateMade,
    DeviceHandled,
    EarlierFound,
    KeyMade,
)
from ceremony.engine.state import Recorded, State
from ceremony.engine.unresolved import is_making_unresolved
from ceremony.identifiers import Digest, Mode, PersonId
from ceremony.pack.outputs import certificate_file
from ceremony.pack.record import Record
from ceremony.people.roster import Seat
from ceremony.pki.certificate import carried_identifier, decode_pem
from ceremony.pki.field_fault import FIELD_FAULTS, LOAD_FAULTS
from ceremony.report.revoked import revoked_by_lists
from ceremony.script.model import Script

_UNKNOWN: Final = 88
"""A page number as wide as any, until the first pass has found the true one."""
_LONGEST: Final = 110
"""Characters of a person's text that page 1 quotes."""
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)


@dataclass(frozen=True, slots=True)
class Book:
    """A record on its way to paper.

    Attributes:
        record: The ceremony.
        root: The record digest: the root of the final checkpoint.
        size: The final checkpoint's number of leaves.
        pages: Where each anchor stands, 1-based; empty on the first pass.
    """

    record: Record
    root: Digest
    size: int
    pages: Mapping[str, int]

    @property
    def state(self) -> State:
        """Give where the ceremony stood at the end."""
        return self.record.state

    @property
    def script(self) -> Script:
        """Give the approved plan."""
        return self.record.state.script

    @property
    def mode(self) -> Mode:
        """Give the mode of the first fact."""
        return self.record.opened.mode

    @property
    def words(self) -> tuple[str, ...]:
        """Give the 32 words of the record digest."""
        return words(bytes.fromhex(self.root))

    @property
    def begun(self) -> datetime:
        """Give the wall time of the first leaf."""
        return wall(self.record.facts[0])

    @property
    def ended(self) -> datetime:
        """Give the wall time of the last leaf."""
        return wall(self.record.facts[-1])

    def page(self, anchor: str) -> str:
        """Refer to a page, e.g. ``page 7``, or say that there is none."""
        if self.pages and anchor not in self.pages:
            return "not in this record"
        return f"page {self.pages.get(anchor, _UNKNOWN)}"

    def name(self, person: PersonId) -> str:
        """Give a person's name, or the id where the edition does not open it."""
        return self.record.names.get(person) or person

    def title(self, person: PersonId) -> str:
        """Give a person's role as printed, e.g. ``Key custodian 2``."""
        return self.state.title(person)

    def who(self, person: PersonId) -> str:
        """Give name and role."""
        return f"{self.name(person)}, {lowered(self.title(person))}"

    def actor(self, recorded: Recorded) -> PersonId | None:
        """Give who acted in a leaf, or None where it names nobody."""
        actor = recorded.event.actor
        return PersonId(actor.person) if actor is not None else None

    def organisation(self, seat: Seat) -> str:
        """Give the organisation that a seat's person comes from, where opened."""
        return self.record.organisations.get(seat.person, "")

    def thing(self, name: str) -> str:
        """Give a thing's printed title, or its name where the script has none."""
        for thing in self.script.things:
            if thing.name == name:
                return thing.title
        return name

    def token(self, name: str) -> BoundToken | None:
        """Find what the binding says about a token of the script."""
        for bound in self.record.opened.tokens:
            if bound.name == name:
                return bound
        return None

    def token_of(self, key: str) -> BoundToken | None:
        """Find the token that a key lives in."""
        for thing in self.script.things:
            if thing.name == key:
                return self.token(thing.token)
        return None

    def earlier(self, name: str) -> EarlierFound | None:
        """Find where an earlier ceremony made a thing; None where none did."""
        return origin_of(self.state, name)

    @property
    def own_keys(self) -> dict[str, KeyMade]:
        """Give the pairs that came into being or were restored here, by name."""
        return {
            name: key
            for name, key in self.state.keys.items()
            if self.earlier(name) is None
        }

    @property
    def no_key(self) -> str:
        """Say that no key was made, or that this is in doubt; without a full stop."""
        if is_making_unresolved(self.state):
            return "Whether a key was made is in doubt for good"
        return "No key was made"

    @property
    def own_certificates(self) -> tuple[str, ...]:
        """Name the certificates that were issued here."""
        made = self.state.certificates
        return tuple(name for name in made if not self.script.thing(name).is_earlier)

    @property
    def generated(self) -> tuple[str, ...]:
        """Name the keys that came into being here: pairs, then secret keys."""
        made = (*self.own_keys, *self.state.secret_keys)
        return tuple(
            name
            for name in made
            if not self.script.thing(name).copy_of and self.earlier(name) is None
        )

    def destroyed_in(self, key: str) -> str:
        """Give the step in which a key was destroyed, or nothing where it was not."""
        return self.state.destroyed.get(key, "")

    def end_of(self, key: str) -> str:
        """Say how a key was destroyed, and where; nothing where it was not."""
        step = self.destroyed_in(key)
        for recorded in self.record.facts:
            fact, event = recorded.fact, recorded.event
            here = event.step is not None and event.step.id == step
            if here and isinstance(fact, DeviceHandled) and fact.zeroised is not None:
                performer, checker = map(
                    self.state.title, (fact.performer, fact.checker)
                )
                return (
                    f"with its token, which was zeroised by hand in step {step}: done "
                    f"by {performer}, checked by {checker}; it exists no more"
                )
        return f"in step {step}; it exists no more" if step else ""

    def certificates_of(self, key: KeyMade) -> tuple[tuple[str, CertificateMade], ...]:
        """Give the certificates of a key that the record knows, by name."""
        return tuple(
            (name, made)
            for name, made in self.state.certificates.items()
            if made.public_key == key.public_key
        )

    def certificate_of(self, key: KeyMade) -> tuple[str, CertificateMade] | None:
        """Give the certificate by which a key is shown: its first that still holds.

        Where lists revoke all that the record knows, the first of them.
        """
        known = self.certificates_of(key)
        holding = (each for each in known if not self.revoked(each[0]))
        return next(holding, known[0] if known else None)

    def certificate_file(self, certificate: str) -> str:
        """Name the file of a certificate that the record knows."""
        return certificate_file(self.record.facts, certificate)

    def key_identifier(self, certificate: str) -> str:
        """Give the key identifier that a certificate carries, hex; else nothing.

        It is read from the certificate: what a leaf tells is the key's short id.
        """
        raw = self.record.files.get(self.certificate_file(certificate), b"")
        try:
            return (carried_identifier(decode_pem(raw)) or b"").hex()
        except (*LOAD_FAULTS, *FIELD_FAULTS):
            return ""

    def id_of(self, key: KeyMade) -> tuple[str, str]:
        """Give the word and the octets (hex) by which a key is shown in little room.

        That is what its certificate carries; its short id where no certificate tells.
        """
        shown = self.certificate_of(key)
        identifier = self.key_identifier(shown[0]) if shown else ""
        if identifier:
            return "key identifier", identifier
        return "short id", key.key_identifier

    def revoked(self, certificate: str) -> str:
        """Say that a list revokes a certificate, here or before; else nothing."""
        return revoked_by_lists(self.state, certificate)

    def revoked_of(self, key: KeyMade, shown: str = "") -> tuple[str, ...]:
        """Say which certificates of a key are revoked.

        Args:
            key: The key.
            shown: The certificate beside which it is said, which needs no name.
        """
        return tuple(
            told if name == shown else f"{self.thing(name)} {told}"
            for name, _ in self.certificates_of(key)
            if (told := self.revoked(name))
        )


def wall(recorded: Recorded) -> datetime:
    """Give a leaf's wall time, UTC."""
    return recorded.event.t.wall


def clock(moment: datetime, *, seconds: bool = False) -> str:
    """Write the time of day, ``HH:MM`` or ``HH:MM:SS``."""
    return moment.strftime("%H:%M:%S" if seconds else "%H:%M")


def day(moment: datetime, *, weekday: bool = False) -> str:
    """Write a date out, e.g. ``19 November 2026``."""
    told = f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    return f"{_DAYS[moment.weekday()]} {told}" if weekday else told


def span(first: datetime, last: datetime) -> str:
    """Write a span of time, with its second date where the day changed."""
    if first.date() == last.date():
        short = clock(first) == clock(last)
        return f"{clock(first, seconds=short)} to {clock(last, seconds=short)}"
    return f"{clock(first)} to {day(last)}, {clock(last)}"


def lowered(title: str) -> str:
    """Write a printed title inside a sentence, e.g. ``key custodian 2``."""
    if len(title) > 1 and title[1].isupper():
        return title
    return title[:1].lower() + title[1:]


def excerpt(text: str) -> str:
    """Shorten a person's text for page 1, at a space where there is one."""
    told = text.rstrip(".").replace("\n", " ")
    if len(told) <= _LONGEST:
        return told
    at = told.rfind(" ", 0, _LONGEST)
    return told[: at if at > 0 else _LONGEST].rstrip(".") + " …"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Write a number and its noun, e.g. ``1 deviation``, ``3 deviations``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def listed(names: tuple[str, ...]) -> str:
    """Write names as a list, e.g. ``a, b and c``."""
    *first, last = names or ("",)
    return f"{', '.join(first)} and {last}" if first else last
