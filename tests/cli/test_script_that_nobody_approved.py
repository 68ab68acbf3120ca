"""A script that the site's trust policy does not approve is told of, early and late."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ceremony.cli.pack import may_be_unverified
from ceremony.engine.facts import Head, RecordVerified
from ceremony.identifiers import Digest
from ceremony.verify.outcome import RecordWord
from tests.rehearsals.stage import run_ceremony

pytestmark = [pytest.mark.hsm, pytest.mark.no_cover]

RULE = "CONDUCT-TRUST-01"
UNAPPROVED = "VERIFY-SCRIPT-02"


def approve(site: Path, line: str) -> None:
    """Let the site's trust policy have another line of scripts, or none."""
    policy = site / "trust-policy.toml"
    told, count = re.subn(r"(?m)^scripts = .*\n", line, policy.read_text())
    assert count == 1
    policy.write_text(told)


def checked(workspace: Path) -> tuple[int, bool]:
    """Check the demo's script at its site: the status, and whether it is warned of."""
    site = workspace / "site"
    at = ["--site", str(site), "--rehearsal", "--workspace", str(workspace)]
    told = run_ceremony(["script", "check", str(site / "script.yaml"), *at])
    return told.status, RULE in told.out


def sealed(workspace: Path) -> tuple[int, str]:
    """Open the demo's script, give it up, and seal: the status, and what is told."""
    site, at = workspace / "site", ["--workspace", str(workspace)]
    who = ["--roster", str(site / "roster.toml"), "--site", str(site), "--rehearsal"]
    opened = run_ceremony(["open", str(site / "script.yaml"), *who, *at])
    ceremony = opened.out.strip()
    run_ceremony(["abandon", ceremony, "--reason", "A test.", *at])
    out = workspace / "evidence.pdf"
    told = run_ceremony(["seal", ceremony, "-o", str(out), *at], measured=True)
    assert f"{out} is sealed" in told.out, told.all
    return told.status, told.err


def test_a_script_that_is_not_approved_is_warned_of_and_told_at_the_seal(
    workspace: Path,
) -> None:
    assert checked(workspace) == (0, False)
    approve(workspace / "site", f'scripts = ["{"0" * 64}"]\n')
    assert checked(workspace) == (0, True)
    status, told = sealed(workspace)
    assert status == 0
    assert "trust-policy.toml, the pack is NOT VERIFIED:" in told
    assert re.findall(r"check (\w+): .*\[([\w-]+)\]", told) == [("10", UNAPPROVED)]


def test_nothing_is_told_of_a_script_that_is_approved(workspace: Path) -> None:
    assert sealed(workspace) == (0, "Laying out and sealing the pack.\n")


def test_a_policy_that_names_no_script_warns_of_none(workspace: Path) -> None:
    approve(workspace / "site", "")
    assert checked(workspace) == (0, False)


@pytest.mark.parametrize("word", RecordWord)
def test_a_pack_whose_record_was_verified_at_the_closing_is_not_verified_again(
    word: RecordWord,
) -> None:
    closed_as = RecordVerified(word.value, (), (), Head(1, Digest("0" * 64)))
    assert may_be_unverified(closed_as) == (word.value == "NOT VERIFIED")
    # An abandoned ceremony is verified by nobody before.
    assert may_be_unverified(None)
