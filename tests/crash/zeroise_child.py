"""Play the ceremony in which people zeroise a token, killed twice, to its pack.

The maker's tool is run by another process while the step is open, as people would. Each
part runs in a process of its own, forked by this program.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

from ceremony.conduct.actions import act
from ceremony.conduct.demo import finish_demo, open_demo
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.step_view import view_step
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import DeviceHandled
from ceremony.pack.answers import load_answers
from ceremony.register.history import read_history
from ceremony.register.projection import project
from ceremony.register.table import KEYS
from ceremony.verify.pack import verify_pack
from tests.crash.key_acts_child import (
    carry_out,
    die,
    dying_at,
    in_child,
    play_to,
    refusal_of,
)
from tests.crash.manual_acts_child import room
from tests.fakes.makers_tool import delete, initialise_anew


def tell_too_early_then_die(workspace: Workspace) -> None:
    """Tell what was not done yet; then do it, and die before it is recorded."""
    with room(workspace) as at:
        play_to(at, "device.manual", "")
        (workspace.folder / "refused").write_text(refusal_of(at))
        initialise_anew(at.site.folder, "root-hsm")
        dying_at(at, DeviceHandled, before=True)
        carry_out(at)


def tell_then_die_without_initials(workspace: Workspace) -> None:
    """Nothing counts before it is told; die when it is recorded and not initialled."""
    with room(workspace) as at:
        known = at.conductor.state
        view = view_step(at.conductor, {})
        expected = view.expect if view is not None else ""
        told = [*known.destroyed, known.token("root-hsm").initialised, expected]
        answers = load_answers(at.site.folder / "answers.yaml")
        act(at.conductor, gather(at.conductor, answers.step("2.7"), at.pins))
        view = view_step(at.conductor, {})
        told += [view.carried_out, view.expect] if view is not None else []
        (workspace.folder / "resumed").write_text(json.dumps(told))
        die()


def main() -> int:
    """Play every part and finish; give 1 where one was not killed or failed."""
    workspace = Workspace(Path(sys.argv[1]))
    open_demo(workspace)
    for part in (tell_too_early_then_die, tell_then_die_without_initials):
        status = in_child(lambda part=part: part(workspace))  # type: ignore[misc]  # the part is bound now
        if status != signal.SIGKILL:
            sys.stderr.write(f"{part.__name__} was not killed: {status}\n")
            return 1
    out = workspace.folder / "evidence.pdf"
    with room(workspace) as at:
        play_to(at, "device.manual", "2.7")
        delete(at.site.folder, "root-hsm")
        finish_demo(at, out, lambda _: None)
        verdict = verify_pack(out, at.site.folder / "trust-policy.toml")
        journal = at.conductor.log.journal
        rows = project(journal.events(at.conductor.ceremony))[KEYS.name]
        told = {
            "lines": [verdict.record_line, verdict.ceremony_line],
            "failed": [f"{each.rule} {each.reason}" for each in verdict.checks],
            "remarks": [said for check in verdict.checks for said in check.remarks],
            "refused": (workspace.folder / "refused").read_text(),
            "resumed": json.loads((workspace.folder / "resumed").read_text()),
            "destroyed": dict(at.conductor.state.destroyed),
            "register": {row["thing"]: row["destroyed_at"] != "" for row in rows},
            "gone": sorted(read_history(journal).gone.values()),
        }
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
