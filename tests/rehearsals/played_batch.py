"""The ceremony that answers a batch of requests, played once on SoftHSM for every test.

Of its twelve requests two are bad.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.fakes.batch_site import put_batch_site, twelve_with_two_bad
from tests.rehearsals.made_act import SCENE
from tests.rehearsals.stage import copy_site, run_ceremony, run_scene, shared

GOOD: Final = 10


@dataclass(frozen=True)
class Played:
    """What the verifier said, the folder of the pack's files, and the pack."""

    lines: list[str]
    files: Path
    pack: Path

    def leaves(self, kind: str) -> list[dict[str, Any]]:
        """Give what each leaf of a type says, in order."""
        text = (self.files / "events.jsonl").read_text()
        told = [json.loads(line) for line in text.splitlines()]
        return [leaf["data"] for leaf in told if leaf["type"] == kind]

    def lines_of(self, name: str) -> list[dict[str, Any]]:
        """Read a file of one JSON object a line."""
        text = (self.files / name).read_text()
        return [json.loads(each) for each in text.splitlines()]


def play_batch(site_base: Path, run_id: str) -> Iterator[Played]:
    """Play it in the first test that asks, and give all of them what came of it."""

    def make(folder: Path) -> None:
        workspace = folder / "workspace"
        put_batch_site(copy_site(site_base, workspace), twelve_with_two_bad())
        lines = run_scene("-c", SCENE, workspace)
        (folder / "lines.json").write_text(json.dumps(lines))
        pack, files = workspace / "evidence.pdf", folder / "files"
        ran = run_ceremony(["extract", str(pack), "-o", str(files)])
        assert ran.status == 0, ran.all

    with shared("batch", make, run_id) as folder:
        lines = json.loads((folder / "lines.json").read_text())
        pack = folder / "workspace" / "evidence.pdf"
        yield Played(lines, folder / "files", pack)
