"""The guide to a site is carried out as it stands, from an empty folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ceremony.canonical import digest
from ceremony.conduct.site import load_site
from ceremony.library import load_file
from tests.fakes.outside_tool import run_tool

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/guide/make-a-site.md"


def commands() -> str:
    """Give the commands of the guide, in its order: what stands indented."""
    lines = GUIDE.read_text().split("\n## What a live site", 1)[0].split("\n")
    return "\n".join(line[4:] for line in lines if line.startswith("    ") or not line)


def shell(folder: Path, text: str) -> str:
    """Run commands, with ``ceremony`` on the path; give what they say."""
    tool = f'ceremony() {{ PYTHONPATH="{ROOT}" "{sys.executable}" -m ceremony "$@"; }}'
    done = run_tool(["sh", "-eu", "-c", f"{tool}\n{text}"], folder)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, said
    return said


def test_the_site_of_the_guide_holds_a_ceremony_that_its_own_policy_verifies(
    tmp_path: Path,
) -> None:
    (tmp_path / "answers.yaml").write_bytes(load_file("demo", "answers.yaml"))
    # What people type at the terminal is recorded here.
    run = 'ceremony run "$opened"'
    text = commands()
    assert text.count(run) == 1
    said = shell(tmp_path, text.replace(run, f"{run} --answers answers.yaml"))
    assert said.count("54 steps, sound.") == 2, said
    # The evidence CA's, the seal's, and those of seven people.
    assert said.count("the certificate meets the profile; ") == 9
    assert "3 to look at, 0 failed." in said
    assert "[CONDUCT-TRUST-01]" not in said
    assert "pack.pdf: report-2 is signed by x-01." in said
    told = said[said.index("Record: ") :].splitlines()
    assert told[0] == "Record: VERIFIED WITH REMARKS, REHEARSAL"
    assert told[1].startswith("Ceremony: completed with deviations (0 note, 1 minor")
    # The pack bears the very seal that the guide had certified.
    site = load_site(tmp_path / "site")
    seal = digest(site.binding.evidence.seal_certificate)
    assert site.trust_policy.seal_certificates == (seal,)
