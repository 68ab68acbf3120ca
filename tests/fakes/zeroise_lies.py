"""Lies about a token that people zeroise, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ceremony.engine.command import Command
from ceremony.engine.facts import DeviceHandled, Outcome, Zeroised
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_devices import encode_made_up_inventory
from tests.fakes.zeroise import build_zeroise

FOR_GOOD: Final = "2.14"
LISTED_AFTER: Final = "2.8"


def _lie(rule: str, place: str, **changes: Any) -> Lie:
    def make() -> BuiltRecord:
        return build_zeroise(Forgery(**changes))

    return Lie("11", rule, make, place)


def _told(
    change: Callable[[Zeroised], Zeroised | None],
) -> Callable[[Command], Command]:
    """Change what is recorded of the token after the act for good."""

    def lie(command: Command) -> Command:
        fact = command.fact
        if not isinstance(fact, DeviceHandled) or command.step != FOR_GOOD:
            return command
        if fact.zeroised is None:
            return command
        return replace(command, fact=replace(fact, zeroised=change(fact.zeroised)))

    return lie


def _still_in_it() -> dict[str, Any]:
    """Let the list after the act show that the key is still in the token."""
    made = next(
        known.fact.key
        for known in build_zeroise().builder.facts
        if isinstance(known.fact, Outcome) and known.fact.thing == "first-key"
    )
    assert made is not None
    objects = [(each.kind, each.label, each.cka_id) for each in made.objects]
    raw = encode_made_up_inventory(objects, build_zeroise().builder)

    def inventory(name: str, honest: bytes) -> bytes:
        return raw if name == _inventory_after() else honest

    def command(told: Command) -> Command:
        fact = told.fact
        if (
            not isinstance(fact, Outcome)
            or told.step != LISTED_AFTER
            or fact.inventory is None
        ):
            return told
        taken = replace(fact.inventory, count=len(objects), added=made.objects)
        return replace(told, fact=replace(fact, inventory=taken))

    return {"inventory": inventory, "command": command}


def _inventory_after() -> str:
    return next(
        known.event.blobs[0].name
        for known in build_zeroise().builder.facts
        if isinstance(known.fact, Outcome)
        and known.event.step is not None
        and known.event.step.id == LISTED_AFTER
    )


ZEROISE_LIES: Final[Mapping[str, Lie]] = {
    "zeroised-and-nothing-told-of-the-token": _lie(
        "VERIFY-MANUAL-01", "step 2.14", command=_told(lambda _: None)
    ),
    "zeroised-another-token-than-the-bound": _lie(
        "ENGINE-ZEROISE-01",
        "step 2.14",
        command=_told(lambda told: replace(told, serial="0123456789abcdef")),
    ),
    "zeroised-and-a-key-left-out": _lie(
        "ENGINE-ZEROISE-01",
        "step 2.14",
        command=_told(lambda told: replace(told, keys=())),
    ),
    "zeroised-and-objects-shown": _lie(
        "ENGINE-ZEROISE-02",
        "step 2.14",
        command=_told(lambda told: replace(told, shown=2)),
    ),
    "zeroised-and-the-key-still-listed": _lie(
        "VERIFY-INVENTORY-03", "step 2.8", **_still_in_it()
    ),
}
"""Every such lie, by a name that says what it is."""
