"""A read-back that fails: recorded as unequal, and the step stays open."""

from __future__ import annotations

import json
from pathlib import Path

from tests.rehearsals.opened import leaves_of, open_demo
from tests.rehearsals.stage import run_ceremony

WRONG = "absurd adviser absurd adviser absurd adviser absurd adviser"


def test_a_wrong_word_in_the_answers_keeps_the_step_open(workspace: Path) -> None:
    answers = workspace / "site" / "answers.yaml"
    place = ("--workspace", str(workspace))
    right = answers.read_text()
    told = right.replace('"1.10":\n    words: {read: projector}', _typed(WRONG))
    assert told != right
    answers.write_text(told)
    ceremony = open_demo(workspace, answers)
    said = run_ceremony(["run", ceremony, *place])
    assert said.status == 1, said.all
    assert "[ENGINE-CHECK-04]" in said.err
    events = leaves_of(workspace)
    checked = [each for each in events if each["type"] == "value.checked"]
    closed = [each["step"]["id"] for each in events if each["type"] == "step.closed"]
    assert [each["data"]["equal"] for each in checked] == [False]
    assert checked[0]["step"]["id"] == "1.10"
    assert closed[-1] == "1.9"
    status = json.loads(
        run_ceremony(["status", ceremony, "--format", "json", *place]).out
    )[0]
    assert status["phase"] == "running"
    assert status["step"].startswith("1.10 ")


def _typed(words: str) -> str:
    return f'"1.10":\n    words: {words}'
