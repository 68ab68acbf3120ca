"""Breaks in a rehearsal: signed when they begin, played from answers, verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.pdf_text import text_of
from tests.rehearsals.stage import run_scene

pytestmark = pytest.mark.no_cover

REST = """
      - break:
          reason: Soup at the canteen.
          minutes: 45
          staying: [s-01, w-01]
"""


def with_a_break(workspace: Path) -> None:
    """Let the answers take a break before a key is made."""
    path = workspace / "site" / "answers.yaml"
    told = path.read_text()
    head = '\n  "3.3":\n'
    assert told.count(head) == 1
    path.write_text(told.replace(head, f"{head}    before:{REST.rstrip()}\n"))


HELD = """
import json, os, sys
from dataclasses import replace
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.actions import perform
from ceremony.conduct.demo import open_demo
from ceremony.conduct.incident import begin_break, end_break
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.errors import CeremonyError
from ceremony.pack.answers import load_answers
from ceremony.secret import Secret
from tests.unit.conduct.scenes import play_to

workspace = Workspace(Path(sys.argv[1]))
with enter(workspace, open_demo(workspace), SystemClock()) as at:
    play_to(at, "1.7")
    conductor, journal = at.conductor, at.conductor.log.journal
    answers = load_answers(at.site.folder / "answers.yaml").step("1.7")
    begin_break(conductor, "Lunch.", 45, ["s-01", "w-01"])
    signed = [journal.notes()[-1].size == journal.size, journal.size]
    inputs = gather(conductor, answers, at.pins)
    wrong = replace(inputs, pins={"pin": Secret(bytearray(b"00000000"))})
    told = ""
    try:
        perform(conductor, wrong)
    except CeremonyError as error:
        told = error.code
    end_break(conductor)
    perform(conductor, gather(conductor, answers, at.pins))
    step = conductor.state.step.id
print(json.dumps([signed[0], told, step]))
"""


@pytest.mark.hsm
def test_a_break_is_signed_and_no_pin_is_tried_in_it(workspace: Path) -> None:
    signed, told, step = run_scene("-c", HELD, workspace)
    assert signed
    # A PIN that was tried and is wrong would have been told as HSM-PIN-01.
    assert told == "ENGINE-BREAK-01"
    assert step == "1.8"


PLAYED = """
import json, sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct import rehearsal
from ceremony.conduct.demo import finish_demo, open_demo
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.pack.answers import load_answers
from ceremony.verify.pack import verify_pack

class Killed(Exception):
    pass

def killed(conductor):
    raise Killed

workspace = Workspace(Path(sys.argv[1]))
ceremony = open_demo(workspace)
honest = rehearsal.end_break
rehearsal.end_break = killed
resting = []
try:
    with enter(workspace, ceremony, SystemClock()) as room:
        answers = load_answers(room.plan.answers)
        rehearsal.play(room.conductor, answers, room.pins, lambda step: None)
except Killed:
    pass
rehearsal.end_break = honest
out = workspace.folder / "pack.pdf"
with enter(workspace, ceremony, SystemClock()) as room:
    by = ("security-officer", "internal-witness")
    decision = Decision(Choice.ADOPT, by)
    recover(room.conductor, room.pins, decision, lambda line: None)
    on = room.conductor.state.on_break
    resting.append(on is not None and on.step)
    finish_demo(room, out, lambda line: None)
    resting.append(room.conductor.state.on_break is None)
    types = [recorded.fact.type for recorded in room.conductor.facts]
policy = workspace.folder / "site" / "trust-policy.toml"
verdict = verify_pack(out, policy, out.with_suffix(".proof"))
failed = [c.number for c in verdict.checks if c.status.value == "failed"]
print(json.dumps([resting, types, verdict.record.value, failed]))
"""


@pytest.mark.hsm
@pytest.mark.slow
def test_a_played_break_that_was_cut_off_is_ended_once_and_the_pack_verifies(
    workspace: Path,
) -> None:
    with_a_break(workspace)
    resting, types, verdict, failed = run_scene("-c", PLAYED, workspace)
    assert resting == ["3.3", True]
    assert types.count("break.begun") == types.count("break.ended") == 1
    begun, ended = types.index("break.begun"), types.index("break.ended")
    assert types[begun + 1 : ended] == [
        "ceremony.resumed",
        "deviation.recorded",
        "deviation.closed",
    ]
    assert (verdict, failed) == ("VERIFIED WITH REMARKS", [])
    text = " ".join(text_of((workspace / "pack.pdf").read_bytes()).split())
    assert "45 minutes planned. In the room stay" in text
    assert "Breaks 1 break" in text
