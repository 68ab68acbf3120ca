"""Lies by leaving out the list of what is in a token after it was changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ceremony.engine.command import Command
from ceremony.engine.facts import Outcome
from ceremony.journal.event import Blob
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.key_acts import build_key_acts
from tests.fakes.record_builder import BuiltRecord, build_record, remade


def _unlisted(
    build: Callable[[Forgery], BuiltRecord], verb: str, thing: str = ""
) -> Callable[[], BuiltRecord]:
    """Leave the list out of one outcome, file and all; later ones take its number on.

    Where a key is made, every later list says that it may leave the token.
    """

    def make() -> BuiltRecord:
        free: dict[str, str] = {}
        moved: dict[str, str] = {}

        def call(blob: Blob) -> Blob:
            """Let a later list of a token have the name that is free by now."""
            begin = next((each for each in free if blob.name.startswith(each)), "")
            if not begin:
                return blob
            moved[blob.name], free[begin] = free[begin], blob.name
            return replace(blob, name=moved[blob.name])

        def command(told: Command) -> Command:
            fact = told.fact
            if not isinstance(fact, Outcome) or (fact.verb, fact.thing) != (
                verb,
                thing,
            ):
                return replace(told, blobs=tuple(map(call, told.blobs)))
            begin = f"inventory-{fact.token}"
            (free[begin],) = (
                each.name for each in told.blobs if each.name.startswith(begin)
            )
            blobs = tuple(each for each in told.blobs if each.name != free[begin])
            return replace(told, fact=replace(fact, inventory=None), blobs=blobs)

        def move(files: dict[str, bytes]) -> None:
            files |= {new: files[old] for old, new in moved.items()}
            for name in free.values():
                del files[name]

        return remade(build(Forgery(command=command)), move, manifest=True)

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
