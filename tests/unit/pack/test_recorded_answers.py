"""Recorded answers: texts, readings from the projector, acts at any time."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony.engine.facts import Severity
from ceremony.errors import InputError
from ceremony.identifiers import PersonId, Role, StepId
from ceremony.library import load_file
from ceremony.pack.answers import (
    AttendanceAct,
    BreakAct,
    Complete,
    DeviationAct,
    Direction,
    NoteAct,
    Source,
    decode_answers,
    load_answers,
    verify_answers,
)
from ceremony.script.decode import decode_script

DEMO = load_file("demo", "answers.yaml").decode()


def code_of(text: str) -> str:
    with pytest.raises(InputError) as caught:
        decode_answers(text.encode(), "a.yaml")
    assert caught.value.place is not None
    assert caught.value.place.line > 0
    return caught.value.code


def spoiled(old: str, new: str) -> str:
    assert old in DEMO
    return DEMO.replace(old, new, 1)


def test_the_built_in_answers_are_read_in_full(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text(DEMO)
    answers = load_answers(path)
    assert answers.script == "demo"
    assert answers.step(StepId("1.10")).values == {"words": Source.PROJECTOR}
    assert answers.step(StepId("1.12")).values == {"value": "NTS-REC-2026-0431"}
    assert answers.step(StepId("2.4")).initials == {
        "internal-witness": "SL",
        "administrator": "DO",
    }
    assert answers.step(StepId("4.5")).before == (
        AttendanceAct(PersonId("c-03"), Direction.OUT, "A call that could not wait."),
    )
    assert answers.step(StepId("4.6")).after == (
        AttendanceAct(PersonId("c-03"), Direction.IN, ""),
    )
    (deviation,) = answers.step(StepId("5.4")).before
    assert isinstance(deviation, DeviationAct)
    assert deviation.severity is Severity.MINOR
    assert deviation.by == ("security-officer", "internal-witness")
    (note,) = answers.step(StepId("5.5")).after
    assert isinstance(note, NoteAct)
    assert answers.step(StepId("1.8")).values == {}
    assert answers.recovery.complete is Complete.ADOPT
    assert answers.report_signers == {
        Role("security-officer"): "MT",
        Role("auditor"): "HA",
    }


def test_answers_to_another_script_are_refused_with_the_place_that_says_so() -> None:
    script = decode_script(load_file("demo", "script.yaml"), "script.yaml")
    verify_answers(decode_answers(DEMO.encode(), "a.yaml"), script)
    other = decode_answers(spoiled("script: demo", "script: backup").encode(), "a.yaml")
    with pytest.raises(InputError) as caught:
        verify_answers(other, script)
    assert caught.value.code == "ANSWERS-SCRIPT-01"
    assert str(caught.value) == (
        "The answers belong to the script backup, and what is played is the script "
        "demo."
    )
    assert caught.value.place is not None
    line = DEMO.splitlines().index("script: demo") + 1
    assert (caught.value.place.file, caught.value.place.line) == ("a.yaml", line)


def test_the_built_in_answers_belong_to_steps_of_the_built_in_script() -> None:
    script = decode_script(load_file("demo", "script.yaml"), "script.yaml")
    answers = decode_answers(DEMO.encode(), "answers.yaml")
    known = {step.id: step for step in script.steps}
    assert set(answers.steps) <= set(known)
    for step, told in answers.steps.items():
        assert set(told.initials) <= set(known[step].initials), step
    assert set(answers.report_signers) == set(script.report_signers)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{read: projector}", "{read: state}", "FILE-SHAPE-04"),
        ("{read: projector}", "{read: projector, row: 1}", "FILE-SHAPE-01"),
        ("clock_reading: {read", "pin: {read", "ANSWERS-PIN-01"),
        ("value: NTS-REC-2026-0431", "value: 431", "FILE-SHAPE-03"),
        ("value: NTS-REC-2026-0431", 'so_pin: "1234"', "ANSWERS-PIN-01"),
        ("- attendance:", "- absence:", "ANSWERS-ACT-01"),
        ("direction: out", "direction: up", "FILE-SHAPE-04"),
        ("severity: minor", "severity: tiny", "FILE-SHAPE-04"),
        ("complete: adopt", "complete: repeat", "FILE-SHAPE-04"),
        ("complete: adopt", "complete: adopt\n  partial: destroy", "FILE-SHAPE-01"),
        (
            "by: [security-officer, internal-witness]\n\nreport",
            "by: [auditor]\n\nreport",
            "ANSWERS-RECOVERY-01",
        ),
        ("report-signers:", "signers:", "FILE-SHAPE-01"),
    ],
)
def test_answers_of_another_shape_are_refused(old: str, new: str, code: str) -> None:
    assert code_of(spoiled(old, new)) == code


def test_two_acts_in_one_item_are_refused() -> None:
    text = spoiled("- note: The voided", "- note: N\n        deviation: The voided")
    assert code_of(text) == "ANSWERS-ACT-01"


BREAK = "- break: {reason: Lunch., minutes: 45, staying: [s-01, w-01]}"


def with_break(told: str = BREAK) -> str:
    return spoiled("- note: The voided", f"{told}\n      - note: The voided")


def test_a_break_has_a_reason_a_length_and_who_stays() -> None:
    answers = decode_answers(with_break().encode(), "answers.yaml")
    told, note = answers.step(StepId("5.5")).after
    assert told == BreakAct("Lunch.", 45, (PersonId("s-01"), PersonId("w-01")))
    assert isinstance(note, NoteAct)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("minutes: 45", "minutes: 0", "FILE-SHAPE-04"),
        ("minutes: 45", "minutes: 601", "FILE-SHAPE-04"),
        ("minutes: 45", "minutes: long", "FILE-SHAPE-03"),
        ("minutes: 45, ", "", "FILE-SHAPE-02"),
        ("reason: Lunch., ", "", "FILE-SHAPE-02"),
        (", staying: [s-01, w-01]", "", "FILE-SHAPE-02"),
        ("[s-01, w-01]", "[]", "FILE-SHAPE-04"),
        ("reason:", "why: X, reason:", "FILE-SHAPE-01"),
        ("- break:", "- pause:", "ANSWERS-ACT-01"),
    ],
)
def test_a_break_of_another_shape_is_refused(old: str, new: str, code: str) -> None:
    assert old in BREAK
    assert code_of(with_break(BREAK.replace(old, new))) == code


@pytest.mark.parametrize(
    "act",
    [
        BREAK,
        "- note: The lamp failed.",
        "- attendance: {person: c-01, direction: in}",
        "- deviation: {severity: note, expected: A, happened: B, decided: C, by: [x]}",
    ],
)
def test_an_act_that_is_written_twice_is_refused_where_it_stands(act: str) -> None:
    once = with_break(act)
    decode_answers(once.encode(), "a.yaml")
    twice = once.replace(act, f"{act}\n      {act}")
    with pytest.raises(InputError) as caught:
        decode_answers(twice.encode(), "a.yaml")
    assert caught.value.code == "ANSWERS-ACT-02"
    assert caught.value.place is not None
    lines = twice.splitlines()
    second = len(lines) - lines[::-1].index(f"      {act}")
    assert caught.value.place.line == second


def test_the_same_act_in_two_steps_is_refused() -> None:
    first = spoiled("- note: The voided", "- note: N\n      - note: The voided")
    text = first.replace("- attendance:", "- note: N\n      - attendance:", 1)
    assert code_of(text) == "ANSWERS-ACT-02"
