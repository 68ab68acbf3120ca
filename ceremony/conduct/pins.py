"""Where a PIN comes from: typed, entered at the reader, or fixed for a software token.

Fixed PINs stand in ``pins.toml`` beside the site binding and serve rehearsals on
software tokens only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from ceremony.engine.steps.kind import Need
from ceremony.errors import InputError
from ceremony.pack.binding import PinSource as Declared
from ceremony.pack.binding import SiteBinding
from ceremony.pack.pins import EVIDENCE, FixedPins
from ceremony.secret import Secret, entered_at_reader


class PinSource(Protocol):
    """Whoever can give the PIN that a step needs; whoever takes it wipes it."""

    def pin(self, need: Need) -> Secret:
        """Give the PIN that ``need`` asks for."""
        ...

    def evidence_pin(self) -> Secret:
        """Give the PIN of the evidence token."""
        ...


class FixedPinSource:
    """The PINs of software tokens, from the site's file.

    Args:
        binding: Says which PINs are fixed.
        pins: The file's PINs.
        typed: Asked for every PIN that the binding does not call fixed.

    Raises:
        InputError: ``CONDUCT-PIN-01`` where the file lacks one.
    """

    def __init__(
        self, binding: SiteBinding, pins: FixedPins, typed: PinSource | None = None
    ) -> None:
        self._pins = pins
        self._typed = typed
        tokens = {bound.serial: (bound.name, bound.pin) for bound in binding.tokens}
        people = {bound.serial: (str(bound.id), bound.pin) for bound in binding.people}
        self._bound = tokens | people
        self._evidence = binding.evidence.pin

    def pin(self, need: Need) -> Secret:
        """Find the PIN by the serial of the token that it opens."""
        name, declared = self._bound.get(need.token, (need.token, Declared.FIXED))
        if self._typed is not None and declared is not Declared.FIXED:
            return self._typed.pin(need)
        return self._find(name, self._table(need))

    def _table(self, need: Need) -> Mapping[str, Secret]:
        """Choose the table: whose PIN it is, and whether it is the new one."""
        pins, changed = self._pins, need.renewed or need.name.startswith("new_")
        if "so_pin" in need.name:
            return pins.new_officer if changed else pins.officer
        return pins.new_user if changed else pins.user

    def evidence_pin(self) -> Secret:
        """Find the PIN of the evidence token."""
        if self._typed is not None and self._evidence is not Declared.FIXED:
            return self._typed.evidence_pin()
        return self._find(EVIDENCE, self._pins.user)

    def _find(self, name: str, known: Mapping[str, Secret]) -> Secret:
        """Give a copy, since whoever takes it wipes it."""
        if name in known:
            return Secret(bytearray(known[name].expose()))
        raise InputError(
            "CONDUCT-PIN-01",
            f"pins.toml has no PIN for {name}.",
            remedy="Add it, or let the PIN be typed.",
        )


class TypedPinSource:
    """The PINs that people typed for one act at the laptop, wiped when it is over."""

    def __init__(self) -> None:
        self._typed: dict[str, Secret] = {}

    @contextmanager
    def given(self, pins: Mapping[str, Secret | None]) -> Iterator[None]:
        """Hold typed PINs for one act, by need or by serial, and wipe them after."""
        self._typed = {name: pin for name, pin in pins.items() if pin}
        try:
            yield
        finally:
            for pin in self._typed.values():
                pin.wipe()
            self._typed = {}

    def pin(self, need: Need) -> Secret:
        """Give the PIN typed for the token, else for the need.

        Raises:
            InputError: ``CONDUCT-PIN-02``: nobody typed it.
        """
        for name in _names(need):
            if name in self._typed:
                return Secret(bytearray(self._typed[name].expose()))
        raise _untyped(need.prompt)

    def evidence_pin(self) -> Secret:
        """Give the PIN of the evidence token as it was typed.

        Raises:
            InputError: ``CONDUCT-PIN-02``: nobody typed it.
        """
        if EVIDENCE in self._typed:
            return Secret(bytearray(self._typed[EVIDENCE].expose()))
        raise _untyped("The PIN of the evidence token")

    def has(self, need: Need) -> bool:
        """Tell whether the PIN was typed."""
        return any(name in self._typed for name in _names(need))


class OfferedPinSource:
    """What was typed comes first; a PIN that the site's file holds is offered.

    Args:
        typed: The PINs of the act.
        other: The room's own source.
    """

    def __init__(self, typed: TypedPinSource, other: PinSource) -> None:
        self._typed = typed
        self._other = other

    def pin(self, need: Need) -> Secret:
        """Give the typed PIN, else the one that the site fixes."""
        source = self._typed if self._typed.has(need) else self._other
        return source.pin(need)

    def evidence_pin(self) -> Secret:
        """Give the PIN of the evidence token."""
        return self._other.evidence_pin()


class ReaderPinSource:
    """What the binding has entered at a token's own reader is asked of nobody else.

    Args:
        binding: Says which PINs those are.
        other: Gives every other one.
        told: Is told that a reader will wait for a PIN, before it does.
    """

    def __init__(
        self, binding: SiteBinding, other: PinSource, told: Callable[[str], None]
    ) -> None:
        self._binding = binding
        self._other = other
        self._told = told

    def pin(self, need: Need) -> Secret:
        """Tell the holder where to enter the PIN, or have it given."""
        if self._binding.pin_source(need.token) is not Declared.PINPAD:
            return self._other.pin(need)
        return self._at_reader(need.prompt, need.token)

    def evidence_pin(self) -> Secret:
        """Tell where to enter the PIN of the evidence token, or have it given."""
        if self._binding.evidence.pin is not Declared.PINPAD:
            return self._other.evidence_pin()
        return self._at_reader(
            "The PIN of the evidence token", self._binding.evidence.serial
        )

    def _at_reader(self, what: str, serial: str) -> Secret:
        which = what if serial in what else f"{what}, {serial}"
        self._told(reader_sentence(which))
        return entered_at_reader()


def reader_sentence(which: str) -> str:
    """Tell where a PIN is entered that nobody types here."""
    return f"{which}: enter it on the reader."


def _names(need: Need) -> tuple[str, ...]:
    """Give the names under which a PIN may have been typed.

    What is typed for a token, by its serial, is its user PIN as it holds: never a new
    one, nor the security officer's.
    """
    return (need.token, need.name) if need.name == "pin" else (need.name,)


def _untyped(what: str) -> InputError:
    return InputError(
        "CONDUCT-PIN-02",
        f"{what} was not typed.",
        remedy="Type it, then try again.",
    )
