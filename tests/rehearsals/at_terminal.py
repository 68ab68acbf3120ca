"""A ceremony that is opened and run at the terminal, with its answers played."""

from __future__ import annotations

from pathlib import Path

from tests.rehearsals.stage import run_ceremony, run_scene

FINISH = """
import json, sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.demo import finish_demo
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.verify.pack import verify_pack

workspace = Workspace(Path(sys.argv[1]))
out = workspace.folder / "evidence.pdf"
with enter(workspace, sys.argv[2], SystemClock()) as room:
    finish_demo(room, out, lambda _: None)
verdict = verify_pack(out, room.site.folder / "trust-policy.toml")
print(json.dumps([verdict.record_line, verdict.ceremony_line]))
"""


def run_at_the_terminal(workspace: Path) -> list[str]:
    """Open the site's script as a person does, and give the verdict's two lines."""
    site = workspace / "site"
    at = ["--workspace", str(workspace)]
    opened = run_ceremony(
        [
            *("open", str(site / "script.yaml"), "--site", str(site), "--rehearsal"),
            *("--roster", str(site / "roster.toml")),
            *("--answers", str(site / "answers.yaml"), *at),
        ],
        measured=True,
    )
    assert opened.status == 0, opened.all
    ceremony = opened.out.strip()
    ran = run_ceremony(["run", ceremony, *at], measured=True)
    assert ran.status == 0, ran.all
    told: list[str] = run_scene("-c", FINISH, workspace, ceremony, measured=True)
    return told
