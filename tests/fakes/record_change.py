"""A made-up ceremony in which somebody put objects into a token meanwhile.

Two people go on beside them; the liars of ``change_lies`` change one part of that.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from ceremony import canonical
from ceremony.engine.change import CHANGED
from ceremony.engine.command import Command
from ceremony.engine.facts import (
    ChangedToken,
    Course,
    DeviationClosed,
    DeviationRecorded,
    FoundObject,
    Initial,
    InventoryTaken,
    Noted,
    Outcome,
    Result,
    Resumed,
    Severity,
    TokenFound,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.unseen import UNSEEN
from ceremony.engine.zeroise import is_inspected
from ceremony.identifiers import OperationId, PersonId, Role
from ceremony.script.model import Step
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, RecordBuilder, build_record
from tests.fakes.record_devices import (
    encode_made_up_inventory,
    free_name,
    list_token,
)

HELD_IN: Final = "root-hsm"
SERIAL: Final = "S-root-hsm"
INTRUDER: Final = tuple(
    FoundObject(kind, "intruder", "ab" * 16) for kind in ("private-key", "public-key")
)
NAMELESS: Final = FoundObject("data", "", "")
BY: Final = (
    Initial(PersonId("s-01"), Role("security-officer"), "SE"),
    Initial(PersonId("w-01"), Role("internal-witness"), "WE"),
)

Objects = tuple[FoundObject, ...]


@dataclass(frozen=True)
class Change:
    """What is found in the root token before a step, told and decided.

    Attributes:
        foreign: What is there and nothing explains.
        lost: How many objects of the root key are not there.
        told: What of it the leaf tells.
        again: What the resumption finds then.
        courses: What is decided, one after the other; none where nobody decides.
        finds: How often it is told.
        earlier: What was found before and is not there any more; often nothing.
        anew: How the deviation about that is closed.
        unseen: How grave it is that nobody could look in before; None if all could.
        seen: False where nobody decides about that.
        resumed: False where nobody records the resumption.
        since: How many leaves before the true one the resumption tells as the last.
        noted: The same of the note before it; None where nobody notes anything.
        others: False where the resumption leaves every other token out.
        looked: True where the look that found it is recorded as well, by one file.
    """

    step: str = "2.14"
    foreign: Objects = (*INTRUDER, NAMELESS)
    lost: int = 0
    told: Objects = (*INTRUDER, NAMELESS)
    again: Objects = (*INTRUDER, NAMELESS)
    severity: Severity = Severity.MAJOR
    unseen: Severity | None = None
    seen: bool = True
    courses: tuple[Course | None, ...] = (Course.GO_ON,)
    by: tuple[Initial, ...] = BY
    finds: int = 1
    earlier: Objects = ()
    anew: Course = Course.LOOK_AGAIN
    resumed: bool = True
    since: int = 0
    noted: int | None = 0
    others: bool = True
    looked: bool = False

    def before(self, builder: RecordBuilder, step: Step, *_op: OperationId) -> None:
        """Record all of it before its step, or while its operation is in doubt."""
        if step.id != self.step:
            return
        if self.earlier:
            self._find(builder, self.earlier, self.earlier)
        if self.unseen is not None:
            number = f"D-{len(builder.state.deviations) + 1:02d}"
            told = DeviationRecorded(number, self.unseen, UNSEEN, "Seen.", "It is not.")
            builder.record(told)
        if self.unseen is not None and self.seen:
            self._decide(builder, Course.LOOK_AGAIN)
        for _ in range(self.finds):
            self._find(builder, self.foreign, self.told)
        for course in self.courses:
            self._decide(builder, course)
        if self.resumed:
            self._resume(builder)

    def _find(self, builder: RecordBuilder, foreign: Objects, said: Objects) -> None:
        number = f"D-{len(builder.state.deviations) + 1:02d}"
        told = DeviationRecorded(
            number, self.severity, CHANGED, "As it was left.", "It is not."
        )
        builder.record(told)
        taken, contents = self._list(builder, foreign)
        changed = ChangedToken(HELD_IN, SERIAL, taken, said, taken.removed)
        builder.record(TokensChanged(number, (changed,)), contents=contents)
        if self.looked:
            before = builder.state.token(HELD_IN).inventory
            found = TokenFound(HELD_IN, SERIAL, before.count if before else 0, taken)
            builder.record(TokensInspected((found,)), contents=contents)

    def _decide(self, builder: RecordBuilder, course: Course | None) -> None:
        for known in builder.state.deviations:
            number = known.recorded.deviation
            mine = course if not self.earlier or number != "D-01" else self.anew
            told = DeviationClosed(number, "Test keys of May.", self.by, mine)
            builder.record(told)

    def _resume(self, builder: RecordBuilder) -> None:
        taken, contents = self._list(builder, self.again)
        before = builder.state.token(HELD_IN).inventory
        found = TokenFound(HELD_IN, SERIAL, before.count if before else 0, taken)
        last = builder.facts[-1].event.seq
        if self.noted is not None:
            builder.record(Noted("We wait for the safe.", last - self.noted))
        seq = last - self.since
        pending = builder.state.pending
        doubt = pending.op if pending is not None else None
        others, lists = find_others(builder) if self.others else ((), {})
        told = Resumed(
            seq, rebooted=False, tokens=(found, *others), by=BY, in_doubt=doubt
        )
        builder.record(told, contents={**contents, **lists})
        number = f"D-{len(builder.state.deviations) + 1:02d}"
        builder.record(
            DeviationRecorded(number, Severity.MINOR, "interruption", "None.", "One.")
        )
        builder.record(DeviationClosed(number, "Go on.", BY))

    def _list(
        self, builder: RecordBuilder, foreign: Objects
    ) -> tuple[InventoryTaken, dict[str, bytes]]:
        """List the root token with what is foreign in it beside the root key."""
        made = builder.state.keys.get("root-oca")
        key = made.objects if made is not None else ()
        held = (*key, *builder.state.foreign.get(HELD_IN, ()))
        gone = Counter(key[: self.lost])
        there = [each for each in (*held, *foreign) if not gone[each]]
        listed = [(each.kind, each.label, each.cka_id) for each in there]
        raw = encode_made_up_inventory(listed, builder)
        taken = InventoryTaken(
            canonical.digest(raw), len(there), foreign, key[: self.lost]
        )
        return taken, {free_name(builder, f"inventory-{HELD_IN}", ".json"): raw}


def find_others(
    builder: RecordBuilder,
) -> tuple[tuple[TokenFound, ...], dict[str, bytes]]:
    """Look into every token but the root's, as a resumption does."""
    state = builder.state
    found: list[TokenFound] = []
    lists: dict[str, bytes] = {}
    for bound in state.opened.tokens if state.opened is not None else ():
        if bound.name == HELD_IN or not is_inspected(state, bound.name):
            continue
        taken, contents = list_token(builder, bound.name, "")
        before = state.token(bound.name).inventory
        expected = before.count if before is not None else 0
        found.append(TokenFound(bound.name, bound.serial, expected, taken))
        lists.update(contents)
    return tuple(found), lists


def build_adopted(change: Change, by: tuple[PersonId, ...]) -> BuiltRecord:
    """Make a record whose root key was in doubt, and was adopted by these people."""

    def adopted(command: Command) -> Command:
        fact = command.fact
        if not isinstance(fact, Outcome) or command.step != change.step:
            return command
        told = replace(fact, result=Result.ADOPTED, decided_by=by)
        return replace(command, fact=told)

    return build_record(Forgery(interrupted=change.before, command=adopted))


def build_change(change: Change | None = None) -> BuiltRecord:
    """Make the small ceremony up, with a change of its root token."""
    return build_record(Forgery(before=(change or Change()).before))


def build_looked() -> BuiltRecord:
    """Make it up with the look that found the change recorded beside it."""
    return build_change(Change(looked=True))


def build_unseen() -> BuiltRecord:
    """Make it up with a token that could not be looked into, and then was."""
    seen = Change(unseen=Severity.MAJOR, finds=0, courses=(), again=())
    return build_change(seen)
