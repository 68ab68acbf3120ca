"""What is in every token beside what the journal expects, before anybody decides.

It only looks: nothing is recorded and nothing in a token changes. The resumption that
follows looks again, and records what it finds then.
"""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.conduct.actions.device import expected_listing
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.listing import listing_of
from ceremony.conduct.pins import PinSource
from ceremony.conduct.settling import opened_token
from ceremony.engine.zeroise import is_inspected
from ceremony.errors import CeremonyError
from ceremony.pack.inventory_file import Listing, new_in


@dataclass(frozen=True, slots=True)
class TokenFinding:
    """One token at a resumption.

    Attributes:
        expected: The objects that the journal expects, one line each.
        found: The objects that are there.
        strange: Those that the journal does not explain.
        missing: Those that it expects and that are not there.
        problem: Why the token could not be looked into; empty where it could.
    """

    title: str
    serial: str
    expected: tuple[str, ...]
    found: tuple[str, ...]
    strange: tuple[str, ...]
    missing: tuple[str, ...]
    problem: str = ""

    @property
    def agrees(self) -> bool:
        """Tell whether the token holds what the journal expects, and nothing else."""
        return not (self.strange or self.missing or self.problem)


def inspect_tokens(conductor: Conductor, pins: PinSource) -> tuple[TokenFinding, ...]:
    """Look into every token that the ceremony has initialised, with a login of its own.

    Raises:
        DeviceError: ``HSM-HOST-04``: a login that was kept does not end.
    """
    conductor.devices.log_out_all()
    return tuple(
        _inspect(conductor, pins, bound.name, bound.serial)
        for bound in conductor.devices.binding.tokens
        if is_inspected(conductor.state, bound.name)
    )


def _inspect(
    conductor: Conductor, pins: PinSource, name: str, serial: str
) -> TokenFinding:
    title = conductor.script.thing(name).title
    expected = expected_listing(conductor, name)
    try:
        with opened_token(conductor, pins, name) as session:
            found = listing_of(session.inventory())
    except CeremonyError as error:
        told = _lines(expected)
        return TokenFinding(title, serial, told, (), (), (), str(error))
    return TokenFinding(
        title,
        serial,
        _lines(expected),
        _lines(found),
        _lines(new_in(found, expected)),
        _lines(new_in(expected, found)),
    )


def _lines(listing: Listing) -> tuple[str, ...]:
    return tuple(
        f"{each.brief.kind} {each.brief.label or 'without label'}" for each in listing
    )
