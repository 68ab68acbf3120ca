"""Sealing and signing that were cut off between the file and the journal's leaf."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rehearsals.stage import run_scene

pytestmark = pytest.mark.no_cover

SCENE = """
import json, sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct import closing
from ceremony.conduct.closing import PackFile
from ceremony.conduct.demo import finish_demo, open_demo, signatories
from ceremony.conduct.rehearsal import play
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.errors import StorageError
from ceremony.evidence.seal import EvidenceWriter
from ceremony.pack.answers import load_answers
from ceremony.verify.pack import verify_pack

workspace = Workspace(Path(sys.argv[1]))
out = workspace.folder / "pack.pdf"
with enter(workspace, open_demo(workspace), SystemClock()) as room:
    conductor = room.conductor
    play(conductor, load_answers(room.plan.answers), room.pins, lambda step: None)
    closing.close_ceremony(conductor, room.site.trust_policy)
    pack = PackFile(out, room.site.folder / "trust-policy.toml")
    honest = conductor.record

    def cut_off(*arguments, **named):
        raise StorageError("X", "The power failed.", remedy="")

    with EvidenceWriter() as writer:
        for work in (
            lambda: closing.seal_pack(conductor, writer, pack),
            *(
                lambda seat=seat: closing.sign_report(
                    conductor, writer, pack, seat.person, room.pins
                )
                for seat in signatories(conductor)
            ),
        ):
            conductor.record = cut_off
            try:
                work()
            except StorageError:
                pass
            conductor.record = honest
            before = out.read_bytes()
            work()
            assert out.read_bytes() == before, "it was written twice"
    verdict = verify_pack(out, pack.policy)
    state = conductor.state
    sealed = state.sealed is not None
    print(json.dumps([verdict.record.value, sealed, len(state.signed)]))
"""


@pytest.mark.hsm
@pytest.mark.slow
def test_what_was_written_and_not_told_is_taken_over_and_not_made_twice(
    workspace: Path,
) -> None:
    told = run_scene("-c", SCENE, workspace)

    assert told == ["VERIFIED WITH REMARKS", True, 2]
