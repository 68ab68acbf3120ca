"""Recorded answers: what people would type, for a rehearsal only.

A value that cannot be known beforehand is read from the projector, as a person in
the room would, and never from the state: so a blind check can fail in a rehearsal.
A PIN is no answer; it comes from the site's file of fixed PINs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from ceremony.engine.facts import Severity
from ceremony.engine.incident import LONGEST_BREAK
from ceremony.engine.steps.imported import FILES
from ceremony.errors import InputError, Place
from ceremony.identifiers import PersonId, Role, StepId
from ceremony.script.model import Script
from ceremony.script.node import MappingNode, find_place
from ceremony.script.shape import Faults, Fields
from ceremony.script.source_file import read_file
from ceremony.script.yaml_profile import parse_yaml


class Source(StrEnum):
    """Where a value is read when the rehearsal comes to it."""

    PROJECTOR = "projector"


class Direction(StrEnum):
    """Which way a person goes through the door."""

    IN = "in"
    OUT = "out"


class Complete(StrEnum):
    """What to do with a key that an interruption left complete."""

    ADOPT = "adopt"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True)
class DeviationAct:
    """A deviation with its four answers."""

    severity: Severity
    expected: str
    happened: str
    decided: str
    by: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class AttendanceAct:
    """A person leaves or comes back."""

    person: PersonId
    direction: Direction
    reason: str


@dataclass(frozen=True, slots=True)
class NoteAct:
    """A remark for the record."""

    text: str


@dataclass(frozen=True, slots=True)
class BreakAct:
    """A break that begins and at once ends.

    Attributes:
        minutes: How long it is planned to be, 1 to 600.
        staying: Who stays in the room.
    """

    reason: str
    minutes: int
    staying: tuple[PersonId, ...]


AnytimeAct = DeviationAct | AttendanceAct | NoteAct | BreakAct
Value = str | Source


@dataclass(frozen=True, slots=True)
class StepAnswers:
    """What people would type at one step.

    Attributes:
        values: By the name of what the step needs: a text, or where to read it.
        initials: Marks by role; a role that is left out gives its own right mark.
        before: What happens before the step, in order.
        after: What happens after it has closed, in order.
    """

    values: Mapping[str, Value]
    initials: Mapping[Role, str]
    before: tuple[AnytimeAct, ...]
    after: tuple[AnytimeAct, ...]


@dataclass(frozen=True, slots=True)
class RecoveryAnswers:
    """What two people decide at a resume.

    Attributes:
        complete: What becomes of a whole key. Nothing else is theirs to decide
            beforehand: half a key is destroyed, and what left nothing is failed.
        by: The roles whose holders decide.
    """

    complete: Complete
    by: tuple[Role, Role]


@dataclass(frozen=True, slots=True)
class Answers:
    """A file of recorded answers.

    Attributes:
        script: The id of the script that it belongs to.
        steps: By step id; a step that asks nothing may be left out.
        recovery: What is decided at a resume.
        report_signers: The marks of those who sign the report, by role.
        folder: Where the file lies, and the files that it names.
        place: Where it says to which script it belongs.
    """

    script: str
    steps: Mapping[StepId, StepAnswers]
    recovery: RecoveryAnswers
    report_signers: Mapping[Role, str]
    folder: Path = Path()
    place: Place | None = None

    def step(self, step: StepId) -> StepAnswers:
        """Give a step's answers; empty ones where the file has none."""
        told = self.steps.get(step, StepAnswers({}, {}, (), ()))
        files = told.values.get(FILES)
        if not isinstance(files, str) or isinstance(files, Source):
            return told
        there = "\n".join(str(self.folder / line) for line in files.splitlines())
        return replace(told, values={**told.values, FILES: there})


def load_answers(path: Path) -> Answers:
    """Read recorded answers from disk.

    Raises:
        InputError: The file is missing, or what :func:`decode_answers` refuses.
        StorageError: The disk failed.
    """
    return replace(decode_answers(read_file(path), path.name), folder=path.parent)


def decode_answers(raw: bytes, file: str) -> Answers:
    """Read recorded answers from their bytes.

    Args:
        raw: The file's bytes: UTF-8, the YAML profile of script-v1.
        file: Its name, for places.

    Raises:
        InputError: ``SCRIPT-YAML-*``, ``FILE-*``, or ``ANSWERS-PIN-01``: a PIN
            stands in the file; ``ANSWERS-ACT-01``: an act of no known kind;
            ``ANSWERS-ACT-02``: the same act twice;
            ``ANSWERS-RECOVERY-01``: not two people decide.
    """
    tree = parse_yaml(raw, file)
    top = Fields(tree, "a file of answers", Faults())
    acts: list[AnytimeAct] = []
    answers = Answers(
        script=top.name("script"),
        steps={
            StepId(step): _read_step(Fields(node, f"step {step}", top.faults), acts)
            for step, node in top.pairs("steps", required=True, names=False)
        },
        recovery=_read_recovery(top.child("recovery")),
        report_signers=_read_marks(top, "report-signers", required=True),
        place=find_place(tree, ["script"]),
    )
    top.finish()
    top.faults.raise_any()
    return answers


def verify_answers(answers: Answers, script: Script) -> None:
    """Insist that recorded answers are those to a script.

    Raises:
        InputError: ``ANSWERS-SCRIPT-01``: they belong to another one.
    """
    if answers.script != script.id:
        raise InputError(
            "ANSWERS-SCRIPT-01",
            f"The answers belong to the script {answers.script}, and what is played is "
            f"the script {script.id}.",
            remedy="Name the file of answers to this script; where this is it, correct "
            "script: in it.",
            place=answers.place,
        )


def _in_words(act: AnytimeAct) -> str:
    match act:
        case DeviationAct():
            return f"the deviation {act.happened!r}"
        case AttendanceAct():
            return f"{act.person} {act.direction}, reason {act.reason!r}"
        case NoteAct():
            return f"the note {act.text!r}"
        case BreakAct():
            return f"the break {act.reason!r}"


def _read_step(item: Fields, known: list[AnytimeAct]) -> StepAnswers:
    """Read a step's answers; its acts join those that are known already."""
    initials = _read_marks(item, "initials")
    before = _read_acts(item, "before", known)
    after = _read_acts(item, "after", known)
    values = {key: _read_value(item, key) for key in item.left()}
    return StepAnswers(values, initials, before, after)


def _read_value(item: Fields, key: str) -> Value:
    entry = item.take(key)
    if entry is None:
        return ""
    if key.endswith("pin"):
        item.faults.add(
            "ANSWERS-PIN-01",
            "A PIN is no answer: this file is kept with the record.",
            entry.place,
            remedy="Put it into the site's file of fixed PINs, for software tokens.",
        )
    if isinstance(entry.node, MappingNode):
        told = Fields(entry.node, key, item.faults)
        source = told.choice("read", Source)
        told.finish()
        return source
    return item.as_text(entry.node, key)


def _read_marks(
    item: Fields, key: str, *, required: bool = False
) -> Mapping[Role, str]:
    return {
        Role(role): item.as_text(node, f"the initials of {role}")
        for role, node in item.pairs(key, required=required)
    }


def _read_acts(
    item: Fields, key: str, known: list[AnytimeAct]
) -> tuple[AnytimeAct, ...]:
    acts: list[AnytimeAct] = []
    for told in item.children(key):
        act = _read_act(told)
        if act is None:
            continue
        if act in known:
            _refuse_twice(act, told)
        known.append(act)
        acts.append(act)
    return tuple(acts)


def _refuse_twice(act: AnytimeAct, told: Fields) -> None:
    """Refuse an act that is written twice: a resumed rehearsal would skip it."""
    told.faults.add(
        "ANSWERS-ACT-02",
        f"The same act is written twice: {_in_words(act)}.",
        told.place,
        remedy="Give each its own reason or text, so that both are carried out.",
    )


def _read_act(told: Fields) -> AnytimeAct | None:
    """Read one act; None, with its fault told, where it is of no known kind."""
    kinds = told.left()
    kind = kinds[0] if len(kinds) == 1 else ""
    if kind == "note":
        return NoteAct(told.text(kind))
    if kind in _READERS:
        return _READERS[kind](told.child(kind))
    told.faults.add(
        "ANSWERS-ACT-01",
        "At any time there may be a deviation, an attendance, a note or a break, one "
        "in each item.",
        told.place,
        remedy="Begin the item with deviation:, attendance:, note: or break:.",
    )
    return None


def _read_deviation(item: Fields) -> DeviationAct:
    act = DeviationAct(
        severity=item.choice("severity", Severity),
        expected=item.text("expected"),
        happened=item.text("happened"),
        decided=item.text("decided"),
        by=tuple(Role(name) for name in item.names("by", required=True)),
    )
    item.finish()
    return act


def _read_attendance(item: Fields) -> AttendanceAct:
    act = AttendanceAct(
        person=PersonId(item.name("person")),
        direction=item.choice("direction", Direction),
        reason=item.text("reason", ""),
    )
    item.finish()
    return act


def _read_break(item: Fields) -> BreakAct:
    act = BreakAct(
        reason=item.text("reason"),
        minutes=item.integer("minutes", 1, LONGEST_BREAK),
        staying=tuple(PersonId(name) for name in item.names("staying", required=True)),
    )
    item.finish()
    return act


_READERS: Final[Mapping[str, Callable[[Fields], AnytimeAct]]] = {
    "deviation": _read_deviation,
    "attendance": _read_attendance,
    "break": _read_break,
}


def _read_recovery(item: Fields) -> RecoveryAnswers:
    by = item.names("by", required=True)
    if len(set(by)) != 2:  # noqa: PLR2004  two people, as the rule says
        item.faults.add(
            "ANSWERS-RECOVERY-01",
            "Two people decide at a resume.",
            item.place,
            remedy="Name two roles under by.",
        )
        by = ("", "")
    answers = RecoveryAnswers(
        complete=item.choice("complete", Complete),
        by=(Role(by[0]), Role(by[1])),
    )
    item.finish()
    return answers
