"""Plays a ceremony whose second act is made up for one test, on SoftHSM.

Opening and close are those of ``sound-with-key-acts.yaml``: one token, seven people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.act_script import REQUESTS, act_script, own_section
from tests.fakes.key_acts import put_script
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
    """What the verifier said, the folder of the pack's files, and the workspace.

    Attributes:
        lines: The two lines of the verdict, then its remarks.
        files: The folder.
        pages: The text of each page, with single blanks.
        workspace: Where it was played.
    """

    lines: list[str]
    files: Path
    pages: list[str]
    workspace: Path

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


BEGIN = ("token.initialise, irreversible: true, with: {token: root-hsm}",)
"""How an act begins that makes everything anew."""


def write_act(  # noqa: PLR0913  each is a part of the script
    made: Path,
    things: list[str],
    act: list[str],
    *,
    name: str = "key-acts",
    profiles: Mapping[str, bytes] | None = None,
    section: str = "",
) -> tuple[Path, Path]:
    """Write a script whose second act is made up, and the answers that play it."""
    script, answers = made / f"{name}.yaml", made / f"{name}-answers.yaml"
    sections = [own_section(profiles or {}), section]
    text, played = act_script(things, act, name, [each for each in sections if each])
    script.write_text(text)
    answers.write_text(played)
    return script, answers


@contextmanager
def play_act(  # noqa: PLR0913  each is a part of the script
    site_base: Path,
    made: Path,
    things: list[str],
    act: list[str],
    *,
    profiles: Mapping[str, bytes] | None = None,
    section: str = "",
    requests: Sequence[bytes] = (),
) -> Iterator[Played]:
    """Play it from open to verify, and give its pack's files.

    Args:
        site_base: A site of the demo at which nothing was opened.
        made: An empty folder.
        things: Keys and certificates, an entry of the script each.
        act: The steps between the fresh token and the end, from the verb on, one each.
        profiles: The site's own, by file; they lie beside the script.
        section: What else stands before the things, e.g. waivers; empty for nothing.
        requests: What the act's imports take: DER, a file each.
    """
    named = ["root-hsm: {kind: token, title: Root token}", *things]
    script, answers = write_act(
        made, named, [*BEGIN, *act], profiles=profiles, section=section
    )
    with folder_in_memory("made-act", made) as folder:
        workspace = folder / "workspace"
        site = copy_site(site_base, workspace)
        put_script(site, script, answers)
        for file, raw in (profiles or {}).items():
            (site / file).write_bytes(raw)
        (site / REQUESTS).mkdir()
        for number, der in enumerate(requests, 1):
            (site / REQUESTS / f"request-{number:02}.csr").write_bytes(der)
        lines = run_scene("-c", SCENE, workspace)
        pack, files = workspace / "evidence.pdf", folder / "files"
        ran = run_ceremony(["extract", str(pack), "-o", str(files)])
        assert ran.status == 0, ran.all
        raw = text_of(pack.read_bytes(), "-raw").split("\f")[:-1]
        pages = [" ".join(page.split()) for page in raw]
        yield Played(lines, files, pages, workspace)
