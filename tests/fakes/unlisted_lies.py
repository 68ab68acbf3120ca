"""Lies by leaving out the list of what is in a token after it was changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ceremony.engine.command import Command
from ceremony.engine.facts import Outcome
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.key_acts import build_key_acts
from tests.fakes.record_builder import BuiltRecord, build_record, remade


def _unlisted(
    build: Callable[[Forgery], BuiltRecord], verb: str, thing: str = ""
) -> Callable[[], BuiltRecord]:
    """Leave the list out of one outcome, file and all.

    Where a key is made, every later list says that it may leave the token.
    """

    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, Outcome) or (fact.verb, fact.thing) != (verb, thing):
            return told
        blobs = tuple(
            each for each in told.blobs if not each.name.startswith("inventory-")
        )
        return replace(told, fact=replace(fact, inventory=None), blobs=blobs)

    def make() -> BuiltRecord:
        built = build(Forgery(command=command))
        named = {each.name for told in built.builder.facts for each in told.event.blobs}

        def drop(files: dict[str, bytes]) -> None:
            for name in files.keys() - named:
                if name.startswith("inventory-"):
                    del files[name]

        return remade(built, drop, manifest=True)

    return make


UNLISTED_LIES: Final = {
    f"no-list-after-{verb}": Lie(
        "11", "VERIFY-INVENTORY-04", _unlisted(build, verb, thing), f"{verb} changes"
    )
    for build, verb, thing in (
        (build_record, "key.generate", "issuing-oca"),
        (build_record, "token.initialise", ""),
        (build_key_acts, "key.destroy", "root-oca"),
    )
}
