"""The guide to a site is carried out as it stands, from an empty folder."""

from __future__ import annotations

import sys
from pathlib import Path

from ceremony.canonical import digest
from ceremony.conduct.site import load_site
from ceremony.library import load_file
from ceremony.pki.certificate import decode_certificate
from tests.fakes.outside_tool import run_tool

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
    said = shell(tmp_path, commands())
    assert said.count("54 steps, sound.") == 2, said
    assert said.count("the certificate meets the profile; ") == 2
    assert " 0 failed." in said
    assert "[CONDUCT-TRUST-01]" not in said
    opened = next(line for line in said.splitlines() if line.startswith("KC-"))

    (tmp_path / "answers.yaml").write_bytes(load_file("demo", "answers.yaml"))
    there = f"{opened} --workspace workspace"
    shell(tmp_path, f"ceremony run {there} --answers answers.yaml")
    # It tells which checks fail by the policy in the site's folder, and here none does.
    said = shell(tmp_path, f"ceremony seal {there} -o pack.pdf")
    assert sorted(said.splitlines()) == [
        "Laying out and sealing the pack.",
        "pack.pdf is sealed; pack.proof shows its digest in the journal.",
    ]
    # Seal and CA are asked about once the report is signed.
    site = load_site(tmp_path / "site")
    binding, policy = site.binding, site.trust_policy
    seal = digest(binding.evidence.seal_certificate)
    assert policy.seal_certificates == (seal,)
    (ca,) = policy.ca_certificates
    assert decode_certificate(ca.encode(), "ca.pem") == decode_certificate(
        binding.evidence_ca, "ca.pem"
    )
