"""What a paper script is laid out from: a script, where it begins, and who is there.

Values only. Nothing in here is known later than the moment of printing: no digest of
a key or certificate, no word of a read-back, no PIN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.identifiers import Digest, Mode, Role, RoleKind
from ceremony.script.model import Script, Step

_LONGEST_ID: Final = 24
"""Characters of a script's id in a page's id; the digest tells scripts apart."""


@dataclass(frozen=True, slots=True)
class PaperSeat:
    """One person's place in the ceremony.

    Attributes:
        role: The role.
        number: 1 and up, among those who hold it.
        title: As printed, e.g. ``Key custodian 2``.
        name: The person's name; empty where it is to be written.
        initials: The person's own mark; likewise.
        standing: e.g. ``in the room``; empty where nothing is known.
    """

    role: Role
    number: int
    title: str
    name: str = ""
    initials: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Takeover:
    """How an open ceremony stood when it was moved to paper.

    Attributes:
        ceremony: Its id.
        log: The journal's origin.
        at: When it was printed, day and time.
        closed: The last closed step, number and text; empty where none is.
        size: The journal's number of leaves.
        root: Its root, 64 hex digits.
        doubts: What is in doubt or open, one sentence each.
    """

    ceremony: str
    log: str
    at: str
    closed: str
    size: int
    root: Digest
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperScript:
    """What is printed.

    Attributes:
        script: The script.
        set_id: What the id of each of its pages begins with.
        mode: Rehearsal or live; None where the script allows both.
        seats: Everybody, in the script's order.
        start: How many steps are closed already and are not printed.
        attributes: What a new key's attributes have to be, by name; empty where the
            site's policy is not at hand.
        takeover: The open ceremony that goes on on paper; None for a whole script.
    """

    script: Script
    set_id: str
    mode: Mode | None
    seats: tuple[PaperSeat, ...]
    start: int = 0
    attributes: tuple[tuple[str, str], ...] = ()
    takeover: Takeover | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """Give the steps that are printed."""
        return self.script.steps[self.start :]

    def page_id(self, number: int) -> str:
        """Name a page, so that a scan of it finds its place.

        Args:
            number: 1 and up.
        """
        return f"{self.set_id}-P{number:02d}"

    def seats_of(self, role: str) -> tuple[PaperSeat, ...]:
        """Give everybody who holds a role."""
        return tuple(seat for seat in self.seats if seat.role == role)

    def title(self, role: str) -> str:
        """Give a role as it is printed."""
        return self.script.demand(Role(role)).title

    def code(self, role: str) -> str:
        """Give the short sign of a role that stands in the corner of its boxes."""
        return role_codes(self.script)[Role(role)]

    @property
    def signers(self) -> tuple[str, str]:
        """Give the signs of the two roles whose initials every page bears."""
        kinds = (RoleKind.CONTROL, RoleKind.WITNESS)
        found = [
            next((d.role for d in self.script.roles if d.kind is kind), None)
            for kind in kinds
        ]
        first, second = (self.code(role) if role else "" for role in found)
        return first, second


def blank(script: Script) -> PaperScript:
    """Give the whole script, to be filled in by whoever will take part."""
    mode = script.modes[0] if len(script.modes) == 1 else None
    seats = tuple(
        PaperSeat(
            demand.role,
            number,
            f"{demand.title} {number}" if demand.count > 1 else demand.title,
        )
        for demand in script.roles
        for number in range(1, demand.count + 1)
    )
    set_id = f"{script.id[:_LONGEST_ID]}-{script.digest[:8]}"
    return PaperScript(script, set_id, mode, seats)


def role_codes(script: Script) -> dict[Role, str]:
    """Give each role a sign of its own of two letters, or more where two would clash.

    Of several words the initials (``IW``), of one word its beginning (``AD``).
    """
    codes: dict[Role, str] = {}
    for demand in script.roles:
        parts = demand.role.upper().split("-")
        long = "".join(parts)
        short = "".join(part[0] for part in parts) if len(parts) > 1 else long[:2]
        wishes = [short[:3], *(long[:length] for length in (2, 3, 4))]
        wishes += [f"{short[:2]}{number}" for number in range(2, len(script.roles) + 2)]
        codes[demand.role] = next(wish for wish in wishes if wish not in codes.values())
    return codes
