"""Lies about acts by hand, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ceremony.engine.command import Command
from ceremony.engine.facts import (
    DeviceHandled,
    DeviceQuorum,
    FoundObject,
    Outcome,
)
from ceremony.identifiers import Digest, PersonId
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.manual_acts import build_manual_acts
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_devices import encode_made_up_inventory

LISTED_AFTER: Final = "2.5"


def _lie(rule: str, place: str, **changes: Any) -> Lie:
    def make() -> BuiltRecord:
        return build_manual_acts(Forgery(**changes))

    return Lie("11", rule, make, place)


def _told(**values: Any) -> Callable[[Command], Command]:
    """Change what is recorded of the act at the token."""

    def change(command: Command) -> Command:
        fact = command.fact
        if not isinstance(fact, DeviceHandled) or command.step != "2.4":
            return command
        return replace(command, fact=replace(fact, **values))

    return change


def _quorum(
    change: Callable[[DeviceQuorum], DeviceQuorum | None],
) -> Callable[[Command], Command]:
    """Change what is recorded of the reader's own quorum."""

    def told(command: Command) -> Command:
        fact = command.fact
        if not isinstance(fact, DeviceHandled) or fact.quorum is None:
            return command
        return replace(command, fact=replace(fact, quorum=change(fact.quorum)))

    return told


def _by(person: str) -> Callable[[DeviceQuorum], DeviceQuorum]:
    """Let the last credential be presented by somebody else."""

    def change(quorum: DeviceQuorum) -> DeviceQuorum:
        *others, last = quorum.presented
        presented = (*others, replace(last, person=PersonId(person)))
        return replace(quorum, presented=presented)

    return change


def _found(text: str) -> Callable[[Command], Command]:
    """Let a value that differs be told as one that agrees."""

    def change(command: Command) -> Command:
        fact = command.fact
        if not isinstance(fact, DeviceHandled) or command.step != "2.4":
            return command
        first, *rest = fact.readings
        readings = (replace(first, found=text), *rest)
        return replace(command, fact=replace(fact, readings=readings))

    return change


def _never_listed_again(script: bytes) -> bytes:
    """Let the step that lists the token after the act confirm something instead."""
    line = next(line for line in script.split(b"\n") if b'"2.5"' in line)
    said = line.replace(b"token.inventory", b"confirm")
    return script.replace(line, said.replace(said[said.index(b", with:") : -1], b""))


def _lists_nothing(command: Command) -> Command:
    """Let the listing after the act tell of no inventory."""
    fact = command.fact
    if isinstance(fact, Outcome) and command.step == LISTED_AFTER:
        return replace(command, fact=replace(fact, inventory=None))
    return command


def _left_behind() -> dict[str, Any]:
    """Let the token hold an object after the act that nothing is told of."""
    entry = ("data", "left by hand", "")
    raw = encode_made_up_inventory([entry])

    def inventory(name: str, honest: bytes) -> bytes:
        return raw if name == _inventory_of(LISTED_AFTER) else honest

    def command(told: Command) -> Command:
        fact = told.fact
        if (
            not isinstance(fact, Outcome)
            or told.step != LISTED_AFTER
            or fact.inventory is None
        ):
            return told
        taken = replace(fact.inventory, count=1, added=(FoundObject(*entry),))
        return replace(told, fact=replace(fact, inventory=taken))

    return {"inventory": inventory, "command": command}


def _inventory_of(step: str) -> str:
    """Name the inventory that a step took."""
    return next(
        known.event.blobs[0].name
        for known in build_manual_acts().builder.facts
        if isinstance(known.fact, Outcome)
        and known.event.step is not None
        and known.event.step.id == step
    )


MANUAL_LIES: Final[Mapping[str, Lie]] = {
    "act-by-hand-checked-by-who-did-it": _lie(
        "ENGINE-MANUAL-02", "step 2.4", command=_told(checker=PersonId("s-01"))
    ),
    "reading-that-differs-told-as-agreeing": _lie(
        "ENGINE-MANUAL-01", "step 2.4", command=_found("1 of 3")
    ),
    "exhibit-without-its-digest": Lie(
        "3",
        "ENGINE-FACT-02",
        lambda: build_manual_acts(
            Forgery(command=_told(exhibit_digest=Digest("none")))
        ),
        "device.handled.exhibit_digest",
    ),
    "device-quorum-that-is-not-told": _lie(
        "ENGINE-CARDS-01", "step 2.6", command=_quorum(lambda _: None)
    ),
    "device-quorum-lowered": _lie(
        "ENGINE-CARDS-01",
        "step 2.6",
        command=_quorum(
            lambda told: replace(told, need=1, presented=told.presented[:1])
        ),
    ),
    "card-presented-by-who-holds-none": _lie(
        "ENGINE-CARDS-02", "step 2.6", command=_quorum(_by("w-01"))
    ),
    "two-cards-presented-by-one-person": _lie(
        "ENGINE-CARDS-03", "step 2.6", command=_quorum(_by("c-01"))
    ),
    "device-quorum-of-too-few": _lie(
        "ENGINE-CARDS-04",
        "step 2.6",
        command=_quorum(lambda told: replace(told, presented=told.presented[:1])),
    ),
    "inventory-before-is-another": _lie(
        "ENGINE-MANUAL-04", "step 2.4", command=_told(before=Digest("ee" * 32))
    ),
    "token-never-listed-after-an-act-by-hand": _lie(
        "VERIFY-MANUAL-01", "step 2.4", script=_never_listed_again
    ),
    "listing-after-an-act-by-hand-that-lists-nothing": _lie(
        "VERIFY-MANUAL-01", "step 2.4", command=_lists_nothing
    ),
    "object-left-by-an-act-by-hand": _lie(
        "VERIFY-INVENTORY-03", "step 2.5", **_left_behind()
    ),
}
"""Every such lie, by a name that says what it is."""
