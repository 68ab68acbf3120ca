"""A ceremony of the demo at a copied site: opened, played on, and read afterwards.

Each is a command, or a scene in a process of its own, over the workspace that is
named; what it leaves there is all that stays.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from tests.rehearsals.stage import run_ceremony, run_python

PLAY_TO: Final = """
import sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from tests.unit.conduct.scenes import play_to

with enter(Workspace(Path(sys.argv[1])), sys.argv[2], SystemClock()) as at:
    play_to(at, sys.argv[3])
"""


def open_demo(workspace: Path, answers: Path | None = None) -> str:
    """Open a rehearsal of the demo at the workspace's site; give its name.

    Args:
        workspace: With a site in it.
        answers: Recorded answers; None where people type.
    """
    site = workspace / "site"
    recorded = () if answers is None else ("--answers", str(answers))
    told = run_ceremony(
        [
            *("open", "demo", "--roster", str(site / "roster.toml"), *recorded),
            *("--site", str(site), "--rehearsal", "--workspace", str(workspace)),
        ]
    )
    assert told.status == 0, told.all
    return told.out.strip()


def play_scene(code: str, *arguments: str | Path) -> None:
    """Run a few lines in a process of their own, for they load a PKCS#11 module."""
    told = run_python(["-c", code, *arguments])
    assert told.status == 0, told.err


def play_to(workspace: Path, ceremony: str, step: str) -> None:
    """Carry an opened ceremony out up to, and without, one step."""
    play_scene(PLAY_TO, workspace, ceremony, step)


def leaves_of(workspace: Path) -> list[dict[str, Any]]:
    """Read every leaf of a workspace's journal, as it is exported."""
    path = workspace / "leaves.jsonl"
    path.unlink(missing_ok=True)
    told = run_ceremony(
        ["journal", "export", "-o", str(path), "--workspace", str(workspace)]
    )
    assert told.status == 0, told.all
    return [json.loads(line) for line in path.read_text().splitlines()]


def facts_of(workspace: Path, kind: str) -> list[dict[str, Any]]:
    """Read what each leaf of a kind says."""
    return [leaf["data"] for leaf in leaves_of(workspace) if leaf["type"] == kind]
