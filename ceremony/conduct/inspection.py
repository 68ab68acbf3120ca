"""What is in every token beside what the journal expects, before anybody decides.

It looks, and nothing in a token changes. The resumption that follows looks again, and
records what it finds then. What nothing explains is recorded at once, so that nobody
who leaves again leaves it untold; so is a token that could not be looked into, and what
was seen in those that could.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from ceremony.conduct.actions.device import Taken, expected_listing, take
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.doubt import listing_before
from ceremony.conduct.left import not_looked
from ceremony.conduct.pins import PinSource
from ceremony.conduct.settling import is_half_initialised, opened_token
from ceremony.conduct.unseen import tell_look
from ceremony.engine.change import MAKES_KEY, is_left, is_whole, unexplained
from ceremony.engine.facts import FoundObject, TokenFound
from ceremony.engine.zeroise import is_inspected
from ceremony.errors import CeremonyError, DeviceError
from ceremony.pack.binding import TokenBinding
from ceremony.pack.inventory_file import Listing, decode_listing, new_in

_NOT_READY: Final = "It is not ready: its initialisation did not come to its end."


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
        asked: False where it was not even tried, because nobody gave its PIN.
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
    asked: bool = True

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
    unseen: DeviceError | None = None


def inspect_tokens(conductor: Conductor, pins: PinSource) -> tuple[TokenFinding, ...]:
    """Look into every token that the ceremony has initialised, with a login of its own.

    Raises:
        DeviceError: ``HSM-HOST-04``: a login that was kept does not end.
    """
    conductor.devices.log_out_all()
    inspected = [
        bound
        for bound in conductor.devices.binding.tokens
        if is_inspected(conductor.state, bound.name)
    ]
    looks = [_inspect(conductor, pins, bound) for bound in inspected]
    found = [look.found for look in looks if look.found is not None]
    taken = {look.name: look.taken for look in looks if look.taken is not None}
    unseen = {
        bound: look.unseen
        for bound, look in zip(inspected, looks, strict=True)
        if look.unseen is not None
    }
    tell_look(conductor, found, taken, unseen)
    return tuple(look.finding for look in looks)


def verify_looked(findings: Iterable[TokenFinding] | None) -> None:
    """Insist that people looked into every token before a ceremony is given up.

    Args:
        findings: What they found; None where nobody looked.

    Raises:
        RefusedError: ``CONDUCT-LOOK-01``.
    """
    if findings is None or not all(each.asked for each in findings):
        raise not_looked()


def _inspect(conductor: Conductor, pins: PinSource, bound: TokenBinding) -> _Look:
    title = conductor.script.thing(bound.name).title
    before = expected_listing(conductor, bound.name)
    expected = _lines(tuple(each.brief for each in before))
    try:
        with opened_token(conductor, pins, bound.name) as session:
            taken = take(conductor, bound.name, session)
    except CeremonyError as error:
        device = error if isinstance(error, DeviceError) else None
        finding = TokenFinding(
            title,
            bound.serial,
            expected,
            problem=str(error),
            asked=device is not None,
        )
        if device is not None and is_half_initialised(conductor, bound.name, device):
            return _Look(bound.name, replace(finding, problem=_NOT_READY))
        return _Look(bound.name, finding, unseen=device)
    brief = taken.brief
    foreign, _ = unexplained(conductor.state, bound.name, brief)
    listing = decode_listing(taken.content, taken.name)
    left = _left(conductor, bound.name, listing, foreign)
    finding = TokenFinding(
        title,
        bound.serial,
        # An earlier resumption may have listed what the operation left.
        expected=_lines(tuple(each.brief for each in before if each.brief not in left)),
        found=_lines(tuple(each.brief for each in listing)),
        left=_lines(left),
        whole=is_whole(left),
        foreign=_lines(foreign),
        missing=_lines(brief.removed),
    )
    there = TokenFound(bound.name, bound.serial, len(before), brief)
    return _Look(bound.name, finding, there, taken)


def _left(
    conductor: Conductor,
    token: str,
    listing: Listing,
    foreign: tuple[FoundObject, ...],
) -> tuple[FoundObject, ...]:
    """Give what the operation in doubt may have left in a token since its intent.

    What an interrupted resumption listed is left as much as what came after it.
    """
    pending = conductor.state.pending
    if pending is None or pending.intent.token != token:
        return ()
    if pending.intent.verb not in MAKES_KEY:
        return ()
    nobodys = (*foreign, *conductor.state.foreign.get(token, ()))
    came = (each.brief for each in new_in(listing, listing_before(conductor, pending)))
    return tuple(
        each for each in came if is_left(each, ("", pending.op)) and each not in nobodys
    )


def _lines(objects: tuple[FoundObject, ...]) -> tuple[str, ...]:
    return tuple(
        f"{each.kind} {each.label or 'without label'}"
        f"{'' if each.cka_id else ', without id'}"
        for each in objects
    )
