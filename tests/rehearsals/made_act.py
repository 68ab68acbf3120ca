"""Plays a ceremony whose second act is made up for one test, on SoftHSM.

Opening and close are those of ``sound-with-key-acts.yaml``: one token, seven people.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.key_acts import ANSWERS_FILE, SCRIPT_FILE, put_script
from tests.fakes.pdf_text import text_of
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
lines = [verdict.record_line, verdict.ceremony_line]
print(json.dumps([*lines, *verdict.remarks]))
"""
VERIFIED = "Record: VERIFIED WITH REMARKS, REHEARSAL"


@dataclass(frozen=True)
class Played:
    """What the verifier said, and the folder of the pack's files.

    Attributes:
        lines: The two lines of the verdict, then its remarks.
        files: The folder.
        pages: The text of each page, with single blanks.
    """

    lines: list[str]
    files: Path
    pages: list[str]

    @property
    def remarks(self) -> list[str]:
        return self.lines[2:]


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


def _with_things(text: str, things: list[str], waivers: str) -> str:
    start, end = text.index("unverified:\n"), text.index("place:")
    told = "\n".join(
        [
            *([waivers] if waivers else []),
            "things:",
            "  root-hsm: {kind: token, title: Root token}",
            *(f"  {thing}" for thing in things),
            "  bag-out: {kind: bag, title: Bag to the safe}\n",
        ]
    )
    return f"{text[:start]}{told}{text[end:]}"


@contextmanager
def play_act(
    site_base: Path,
    made: Path,
    things: list[str],
    act: list[str],
    *,
    waivers: str = "",
) -> Iterator[Played]:
    """Play it from open to verify, and give its pack's files.

    Args:
        site_base: A site of the demo at which nothing was opened.
        made: An empty folder.
        things: Keys and certificates, an entry of the script each.
        act: The steps between the hold and the end, from the verb on, one each.
        waivers: The script's section of waivers; empty for none.
    """
    steps = [
        "hold, with: {roles: [custodian]}",
        "token.initialise, irreversible: true, with: {token: root-hsm}",
        *act,
        "act-end",
    ]
    text = SCRIPT_FILE.read_text()
    text = _with_things(text, things, waivers)
    start, end = text.index('      - {id: "2.1"'), text.index("  - id: 3\n")
    numbered = "".join(
        f'      - {{id: "2.{number}", text: It is done., by: '
        f"{'custodian' if step.startswith('check') else 'administrator'}, "
        f"initials: [internal-witness], verb: {step}}}\n"
        for number, step in enumerate(steps, start=1)
    )
    (made / "script.yaml").write_text(f"{text[:start]}{numbered}{text[end:]}")
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
        lines = run_scene("-c", SCENE, workspace, measured=True)
        pack, files = workspace / "evidence.pdf", folder / "files"
        ran = run_ceremony(["extract", str(pack), "-o", str(files)])
        assert ran.status == 0, ran.all
        raw = text_of(pack.read_bytes(), "-raw").split("\f")[:-1]
        yield Played(lines, files, [" ".join(page.split()) for page in raw])
