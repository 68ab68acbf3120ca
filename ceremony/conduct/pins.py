"""Where a PIN comes from: typed by its holder, or fixed for a software token.

Fixed PINs stand in ``pins.toml`` beside the site binding and serve rehearsals on
software tokens only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ceremony.engine.steps.kind import Need
from ceremony.errors import InputError
from ceremony.pack.binding import SiteBinding
from ceremony.pack.pins import EVIDENCE, FixedPins
from ceremony.secret import Secret


class PinSource(Protocol):
    """Whoever can give the PIN that a step needs."""

    def pin(self, need: Need) -> Secret:
        """Give the PIN that ``need`` asks for."""
        ...

    def evidence_pin(self) -> Secret:
        """Give the PIN of the evidence token."""
        ...


class FixedPinSource:
    """The PINs of software tokens, from the site's file.

    Raises:
        InputError: ``CONDUCT-PIN-01`` where the file lacks one.
    """

    def __init__(self, binding: SiteBinding, pins: FixedPins) -> None:
        self._pins = pins
        self._names = {bound.serial: bound.name for bound in binding.tokens} | {
            bound.serial: str(bound.id) for bound in binding.people
        }

    def pin(self, need: Need) -> Secret:
        """Find the PIN by the serial of the token that it opens."""
        known = self._pins.officer if need.name == "so_pin" else self._pins.user
        return self._find(self._names.get(need.token, need.token), known)

    def evidence_pin(self) -> Secret:
        """Find the PIN of the evidence token."""
        return self._find(EVIDENCE, self._pins.user)

    def _find(self, name: str, known: Mapping[str, Secret]) -> Secret:
        if name in known:
            return known[name]
        raise InputError(
            "CONDUCT-PIN-01",
            f"pins.toml has no PIN for {name}.",
            remedy="Add it, or let the PIN be typed.",
        )
