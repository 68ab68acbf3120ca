"""A ceremony that uses its key after it was made, on SoftHSM, from open to verify.

It is played once. What a key signed for proof is judged with openssl.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.key_acts import put_at_site
from tests.fakes.outside_tool import run_tool
from tests.rehearsals.stage import (
    copy_site,
    folder_in_memory,
    run_ceremony,
    run_scene,
)

pytestmark = [pytest.mark.hsm, pytest.mark.slow]

SCENE = """
import json, sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.demo import finish_demo, open_demo
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.verify.pack import verify_pack

workspace = Workspace(Path(sys.argv[1]))
out = workspace.folder / "evidence.pdf"
with enter(workspace, open_demo(workspace), SystemClock()) as room:
    finish_demo(room, out, lambda text: None)
verdict = verify_pack(out, room.site.folder / "trust-policy.toml")
print(json.dumps({
    "lines": [verdict.record_line, verdict.ceremony_line],
    "remarks": [told for check in verdict.checks for told in check.remarks],
}))
"""


@dataclass(frozen=True)
class Played:
    """The finished ceremony: what the verifier said, and the pack's files."""

    verdict: dict[str, Any]
    files: Path
    pack: Path

    def leaves(self, step: str, kind: str) -> list[dict[str, Any]]:
        """Give a step's leaves of a type, in order."""
        text = (self.files / "events.jsonl").read_text()
        told = [json.loads(line) for line in text.splitlines()]
        return [
            leaf
            for leaf in told
            if leaf["type"] == kind and leaf.get("step", {}).get("id") == step
        ]

    def outcome(self, step: str) -> dict[str, Any]:
        """Give what a step's device did."""
        (leaf,) = self.leaves(step, "hsm.outcome")
        data: dict[str, Any] = leaf["data"]
        return data


@pytest.fixture(scope="module")
def played(site_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with folder_in_memory("acts", tmp_path_factory.mktemp("acts")) as folder:
        workspace = folder / "workspace"
        put_at_site(copy_site(site_base, workspace))
        verdict = run_scene("-c", SCENE, workspace, measured=True)
        pack = workspace / "evidence.pdf"
        told = run_ceremony(["extract", str(pack), "-o", str(folder / "files")])
        assert told.status == 0, told.all
        yield Played(verdict, folder / "files", pack)


def test_the_pack_is_verified_with_the_remarks_of_the_demo(played: Played) -> None:
    assert played.verdict["lines"] == [
        "Record: VERIFIED WITH REMARKS, REHEARSAL",
        "Ceremony: completed as approved; REHEARSAL; keys in software",
    ]
    assert all("waive" in remark for remark in played.verdict["remarks"])


def test_a_proof_is_the_journals_challenge_signed_by_the_key(played: Played) -> None:
    (intent,) = played.leaves("2.9", "hsm.intent")
    text = (played.files / "events.jsonl").read_bytes()
    line = next(
        raw for raw in text.split(b"\n") if b'"hsm.intent"' in raw and b'"2.9"' in raw
    )
    hashed = hashlib.sha256(b"\0" + line).digest()
    challenge = hashlib.sha256(
        b"key-ceremony/key.prove/v1 challenge\n" + hashed + bytes.fromhex(intent["op"])
    ).hexdigest()
    key = played.outcome("2.4")["key"]
    signed = (played.files / "key-proof-root-oca.txt").read_text()
    assert signed == (
        "key-ceremony/key.prove/v1\n"
        f"token {intent['data']['serial']}\n"
        f"key {key['cka_id']}\n"
        f"challenge {challenge}\n"
    )
    openssl = run_tool(
        [
            *("openssl", "dgst", "-sha256", "-keyform", "DER"),
            *("-verify", "public-key-root-oca.der"),
            *("-signature", "key-proof-root-oca.sig", "key-proof-root-oca.txt"),
        ],
        played.files,
    )
    assert openssl.stdout == b"Verified OK\n"
