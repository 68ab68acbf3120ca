"""Every token of the script as its module tells of it now, without a login."""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.conduct.certified import certified_words
from ceremony.conduct.conductor import Conductor
from ceremony.errors import CeremonyError
from ceremony.hsm.token import TokenFacts


@dataclass(frozen=True, slots=True)
class TokenState:
    """One token.

    Attributes:
        device: Manufacturer, model and firmware, in one line.
        pin: ``low``, ``final`` or ``locked``: what the token tells of its user PIN.
        certified: One sentence for each certificate that the opening records of it.
        problem: Why it could not be read; empty where it could.
    """

    title: str
    serial: str
    label: str
    device: str
    pin: tuple[str, ...]
    certified: tuple[str, ...]
    problem: str = ""


def view_tokens(conductor: Conductor) -> tuple[TokenState, ...]:
    """Ask each token of the script for its public facts; a site may bind others."""
    named = {thing.name for thing in conductor.script.things}
    return tuple(
        _view(conductor, bound.name, bound.serial)
        for bound in conductor.devices.binding.tokens
        if bound.name in named
    )


def _view(conductor: Conductor, name: str, serial: str) -> TokenState:
    title = conductor.script.thing(name).title
    certified = certified_words(conductor.state, name)
    try:
        facts = conductor.devices.token(name).facts
    except CeremonyError as error:
        return TokenState(title, serial, "", "", (), certified, str(error))
    device = f"{facts.manufacturer} {facts.model}, firmware {facts.firmware_version}"
    pin = _pin_words(facts)
    return TokenState(title, serial, facts.label, device, pin, certified)


def _pin_words(facts: TokenFacts) -> tuple[str, ...]:
    told = {
        "low": facts.pin_count_low,
        "final": facts.pin_final_try,
        "locked": facts.pin_locked,
    }
    return tuple(word for word, holds in told.items() if holds)
