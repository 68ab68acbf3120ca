"""Play the ceremony of acts by hand until it is killed, resume it, and so on.

Each part runs in a process of its own, forked by this program.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ceremony.clock import SystemClock
from ceremony.conduct.actions import act, perform
from ceremony.conduct.demo import finish_demo, open_demo
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.room import Room, enter
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import DeviceHandled, Outcome
from ceremony.errors import CeremonyError
from ceremony.pack.answers import load_answers
from ceremony.verify.pack import verify_pack
from tests.crash.key_acts_child import (
    BY,
    carry_out,
    die,
    dying_at,
    in_child,
    play_to,
)


@contextmanager
def room(workspace: Workspace) -> Iterator[Room]:
    """Enter and let two people decide about whatever was interrupted."""
    with enter(workspace, workspace.plans()[0].ceremony, SystemClock()) as at:
        recover(at.conductor, at.pins, Decision(Choice.ADOPT, BY), lambda _: None)
        yield at


def act_then_die_unrecorded(workspace: Workspace) -> None:
    """Name no digest of the exhibit first; then die before the act is recorded."""
    with room(workspace) as at:
        play_to(at, "device.manual", "")
        answers = load_answers(at.site.folder / "answers.yaml")
        told = gather(at.conductor, answers.step("2.4"), at.pins)
        lacking = replace(told, values={**told.values, "exhibit_digest": "none"})
        try:
            perform(at.conductor, lacking)
        except CeremonyError as error:
            (workspace.folder / "refused").write_text(error.code)
        dying_at(at, DeviceHandled, before=True)
        carry_out(at)


def act_then_die_without_initials(workspace: Workspace) -> None:
    """Die when the act is recorded and its step is open."""
    with room(workspace) as at:
        answers = load_answers(at.site.folder / "answers.yaml")
        act(at.conductor, gather(at.conductor, answers.step("2.4"), at.pins))
        die()


def list_then_die(workspace: Workspace) -> None:
    """Close the act with its initials; die when the token was listed, unrecorded."""
    with room(workspace) as at:
        play_to(at, "token.inventory", "2.3")
        dying_at(at, Outcome, before=True)
        carry_out(at)


def main() -> int:
    """Play every part and finish; give 1 where one was not killed or failed."""
    workspace = Workspace(Path(sys.argv[1]))
    open_demo(workspace)
    for part in (act_then_die_unrecorded, act_then_die_without_initials, list_then_die):
        status = in_child(lambda part=part: part(workspace))  # type: ignore[misc]  # the part is bound now
        if status != signal.SIGKILL:
            sys.stderr.write(f"{part.__name__} was not killed: {status}\n")
            return 1
    out = workspace.folder / "evidence.pdf"
    with room(workspace) as at:
        finish_demo(at, out, lambda _: None)
        verdict = verify_pack(out, at.site.folder / "trust-policy.toml")
    told = {
        "lines": [verdict.record_line, verdict.ceremony_line],
        "failed": [f"{each.rule} {each.reason}" for each in verdict.checks],
        "remarks": [said for check in verdict.checks for said in check.remarks],
        "refused": (workspace.folder / "refused").read_text(),
    }
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
