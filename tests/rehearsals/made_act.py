"""Plays a ceremony whose second act is made up for one test, on SoftHSM.

Opening and close are those of ``sound-with-key-acts.yaml``: one token, seven people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ceremony.canonical import digest
from tests.fakes.key_acts import ANSWERS_FILE, SCRIPT_FILE, put_script
from tests.rehearsals.stage import (
    copy_site,
    folder_in_memory,
    run_ceremony,
    run_scene,
)

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
    finish_demo(room, out, lambda _: None)
verdict = verify_pack(out, room.site.folder / "trust-policy.toml")
print(json.dumps([verdict.record_line, verdict.ceremony_line]))
"""
VERIFIED = "Record: VERIFIED WITH REMARKS, REHEARSAL"


@dataclass(frozen=True)
class Played:
    """What the verifier said, the folder of the pack's files, and the workspace."""

    lines: list[str]
    files: Path
    workspace: Path


def read_backs(name: str) -> list[str]:
    """Give the steps in which a key and its certificate are read back."""
    ends = "reader: custodian, typist: internal-witness, source: projector"
    return [
        f"check, with: {{subject: {subject}, what: {what}, words: {words}, {ends}}}"
        for subject, what, words in (
            (name, "public key", 8),
            (f"{name}-cert", "certificate fingerprint", 32),
        )
    ]


def _script(
    things: Sequence[str], steps: Sequence[str], own: Mapping[str, bytes]
) -> str:
    """Give the script: its things, its second act and the site's own profiles."""
    text = SCRIPT_FILE.read_text()
    start, end = text.index("unverified:\n"), text.index("place:")
    named = [f'  - {{file: {n}, sha256: "{digest(raw)}"}}' for n, raw in own.items()]
    told = "\n".join(
        [
            *(["profiles:", *named] if named else []),
            "things:",
            "  root-hsm: {kind: token, title: Root token}",
            *(f"  {thing}" for thing in things),
            "  bag-out: {kind: bag, title: Bag to the safe}\n",
        ]
    )
    text = f"{text[:start]}{told}{text[end:]}"
    start, end = text.index('      - {id: "2.1"'), text.index("  - id: 3\n")
    numbered = "".join(
        f'      - {{id: "2.{number}", text: It is done., by: '
        f"{'custodian' if step.startswith('check') else 'administrator'}, "
        f"initials: [internal-witness], verb: {step}}}\n"
        for number, step in enumerate(steps, start=1)
    )
    return f"{text[:start]}{numbered}{text[end:]}"


@contextmanager
def play_act(
    site_base: Path,
    made: Path,
    things: list[str],
    act: list[str],
    *,
    profiles: Mapping[str, bytes] | None = None,
) -> Iterator[Played]:
    """Play it from open to verify, and give its pack's files.

    Args:
        site_base: A site of the demo at which nothing was opened.
        made: An empty folder.
        things: Keys and certificates, an entry of the script each.
        act: The steps between the hold and the end, from the verb on, one each.
        profiles: The site's own, by file; they lie beside the script.
    """
    own = profiles or {}
    steps = [
        "hold, with: {roles: [custodian]}",
        "token.initialise, irreversible: true, with: {token: root-hsm}",
        *act,
        "act-end",
    ]
    (made / "script.yaml").write_text(_script(things, steps, own))
    words = "".join(
        f'  "2.{number}": {{words: {{read: projector}}}}\n'
        for number, step in enumerate(steps, start=1)
        if step.startswith("check")
    )
    answers = ANSWERS_FILE.read_text()
    first = answers.index("\n", answers.index('  "2.1"')) + 1
    last = answers.index('  "3.1"')
    answers = f"{answers[:first]}{words}{answers[last:]}"
    (made / "answers.yaml").write_text(answers)
    with folder_in_memory("made-act", made) as folder:
        workspace = folder / "workspace"
        site = copy_site(site_base, workspace)
        put_script(site, made / "script.yaml", made / "answers.yaml")
        for name, raw in own.items():
            (site / name).write_bytes(raw)
        lines = run_scene("-c", SCENE, workspace, measured=True)
        pack, files = workspace / "evidence.pdf", folder / "files"
        ran = run_ceremony(["extract", str(pack), "-o", str(files)])
        assert ran.status == 0, ran.all
        yield Played(lines, files, workspace)
