"""A second ceremony of the same journal stands on the first one's checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rehearsals.stage import run_scene

pytestmark = pytest.mark.no_cover

SCENE = """
import json, sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.demo import finish_demo, open_demo
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.verify.extract import extract_pack
from ceremony.verify.pack import verify_pack

workspace = Workspace(Path(sys.argv[1]))
told = []
for number in (1, 2):
    out = workspace.folder / f"pack-{number}.pdf"
    with enter(workspace, open_demo(workspace), SystemClock()) as room:
        finish_demo(room, out, lambda line: None)
    policy = workspace.folder / "site" / "trust-policy.toml"
    verdict = verify_pack(out, policy, out.with_suffix(".proof"))
    folder = workspace.folder / f"record-{number}"
    extract_pack(out, folder)
    head = (folder / "leaf-hashes.txt").read_text().splitlines()
    told.append([verdict.record.value, verdict.story.ceremony, head[2]])
    told[-1] += [sorted(path.name for path in folder.glob("checkpoint-*"))[0]]
print(json.dumps(told))
"""


@pytest.mark.hsm
@pytest.mark.slow
def test_the_second_pack_begins_at_the_checkpoint_before_it(workspace: Path) -> None:
    first, second = run_scene("-c", SCENE, workspace)

    assert (first[0], first[2]) == ("VERIFIED WITH REMARKS", "from 0")
    assert second[0] == "VERIFIED WITH REMARKS"
    assert second[1] != first[1]
    size = int(second[2].removeprefix("from "))
    assert size > 100
    assert second[3] == f"checkpoint-{size:04}"
