"""What is in every token beside what the journal expects, before anybody decides.

It looks, and nothing in a token changes. The resumption that follows looks again, and
records what it finds then. What nothing explains is recorded at once, so that nobody
who leaves again leaves it untold.
"""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.conduct.actions.device import Taken, expected_listing, take
from ceremony.conduct.changed import tell_changes
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.pins import PinSource
from ceremony.conduct.settling import is_half_initialised, opened_token
from ceremony.engine.change import is_whole, unexplained
from ceremony.engine.facts import FoundObject, TokenFound
from ceremony.engine.zeroise import is_inspected
from ceremony.errors import CeremonyError, DeviceError
from ceremony.pack.binding import TokenBinding
from ceremony.pack.inventory_file import decode_listing


@dataclass(frozen=True, slots=True)
class TokenFinding:
    """One token at a resumption.

    Attributes:
        expected: The objects that the journal expects, one line each.
        found: The objects that are there.
        left: Those that the operation in doubt may have left.
        whole: True where these are exactly a whole key.
        foreign: Those that nothing explains.
        missing: Those that the journal expects and that are not there.
        problem: Why the token could not be looked into; empty where it could.
    """

    title: str
    serial: str
    expected: tuple[str, ...]
    found: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    whole: bool = False
    foreign: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    problem: str = ""

    @property
    def agrees(self) -> bool:
        """Tell whether the token holds what the journal expects, and nothing else."""
        return not (self.left or self.foreign or self.missing or self.problem)


@dataclass(frozen=True, slots=True)
class _Look:
    name: str
    finding: TokenFinding
    found: TokenFound | None = None
    taken: Taken | None = None


def inspect_tokens(conductor: Conductor, pins: PinSource) -> tuple[TokenFinding, ...]:
    """Look into every token that the ceremony has initialised, with a login of its own.

    Raises:
        DeviceError: ``HSM-HOST-04``: a login that was kept does not end.
    """
    conductor.devices.log_out_all()
    looks = [
        _inspect(conductor, pins, bound)
        for bound in conductor.devices.binding.tokens
        if is_inspected(conductor.state, bound.name)
    ]
    found = [look.found for look in looks if look.found is not None]
    tell_changes(
        conductor,
        found,
        {look.name: look.taken for look in looks if look.taken is not None},
    )
    return tuple(look.finding for look in looks)


def _inspect(conductor: Conductor, pins: PinSource, bound: TokenBinding) -> _Look:
    title = conductor.script.thing(bound.name).title
    before = expected_listing(conductor, bound.name)
    expected = _lines(tuple(each.brief for each in before))
    try:
        with opened_token(conductor, pins, bound.name) as session:
            taken = take(conductor, bound.name, session)
    except CeremonyError as error:
        told = str(error)
        if isinstance(error, DeviceError) and is_half_initialised(
            conductor, bound.name, error
        ):
            told = "It is not ready: its initialisation did not come to its end."
        finding = TokenFinding(title, bound.serial, expected, problem=told)
        return _Look(bound.name, finding)
    brief = taken.brief
    foreign, _ = unexplained(conductor.state, bound.name, brief)
    left = tuple(each for each in brief.added if each not in foreign)
    listing = decode_listing(taken.content, taken.name)
    finding = TokenFinding(
        title,
        bound.serial,
        expected,
        found=_lines(tuple(each.brief for each in listing)),
        left=_lines(left),
        whole=is_whole(left),
        foreign=_lines(foreign),
        missing=_lines(brief.removed),
    )
    there = TokenFound(bound.name, bound.serial, len(before), brief)
    return _Look(bound.name, finding, there, taken)


def _lines(objects: tuple[FoundObject, ...]) -> tuple[str, ...]:
    return tuple(
        f"{each.kind} {each.label or 'without label'}"
        f"{'' if each.cka_id else ', without id'}"
        for each in objects
    )
