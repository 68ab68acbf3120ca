"""Waivers as an author and a printer meet them: one that has expired stops both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ceremony.cli.granted_words import tell_granted
from ceremony.script.decode import decode_script
from tests.cli.transcript import call_here
from tests.rehearsals.stage import Told, run_ceremony

FILE = Path(__file__).parents[1] / "vectors/scripts/sound-with-waiver.yaml"
ACCEPTED = FILE.with_name("sound-with-key-acts.yaml")


@pytest.mark.parametrize(
    ("last", "passes"), [("9999-12-31", True), ("2001-01-31", False)]
)
def test_a_waiver_that_has_expired_today_is_a_mistake(
    tmp_path: Path, last: str, *, passes: bool
) -> None:
    script = tmp_path / "script.yaml"
    script.write_text(FILE.read_text().replace("2030-12-31", last))
    said = call_here(["script", "check", str(script)])
    assert (said.status == 0) is passes, said.all
    assert ("SCRIPT-WAIVER-05" in said.all) is not passes
    out = tmp_path / "script.pdf"
    said = call_here(["script", "print", str(script), "-o", str(out)])
    assert (said.status == 0) is passes, said.all
    assert out.exists() is passes
    assert ("expired on 2001-01-31" in said.all) is not passes


def opening(workspace: Path, text: str) -> Told:
    """Open a rehearsal of a script at the workspace's site."""
    script = workspace / "ours.yaml"
    script.write_text(text)
    site = workspace / "site"
    return run_ceremony(
        [
            *("open", str(script), "--site", str(site), "--rehearsal"),
            *("--roster", str(site / "roster.toml"), "--workspace", str(workspace)),
        ]
    )


def test_a_waiver_is_told_with_its_owner_reason_clause_and_last_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell_granted(decode_script(FILE.read_bytes(), "script.yaml"))
    told = " ".join(capsys.readouterr().err.split())
    assert told == (
        "What the script lets be, or relies on without confirmation: "
        "- Waiver: pkix.invalid_uri_syntax in sub-cert is waived by A. Able, security "
        "officer until 2030-12-31: The host of the isolated network has no domain [RFC "
        "5280, section 4.2.1.6]. "
        "Page 1 of the pack tells what somebody answers for, and the verifier remarks "
        "on each waiver."
    )


@pytest.mark.hsm
def test_an_opening_that_is_refused_tells_why_and_nothing_else(workspace: Path) -> None:
    # The site has none of its tokens.
    said = opening(workspace, FILE.read_text())
    assert said.status != 0
    assert "What to do: " in said.err
    assert "lets be" not in said.all


@pytest.mark.hsm
@pytest.mark.parametrize("verb", ["run", "resume"])
def test_whoever_begins_is_told_again_before_the_first_step(
    workspace: Path, verb: str
) -> None:
    opened = opening(workspace, ACCEPTED.read_text())
    assert opened.status == 0, opened.all
    at = ["--workspace", str(workspace)]
    # Nobody is at this terminal: the first question ends it.
    begun = run_ceremony([verb, opened.out.strip(), *at])
    told, _, room = begun.err.partition("Page 1 of the pack tells what")
    for said in (opened.err, told):
        words = " ".join(said.split())
        assert "confirmed by J. Doe of the PA, from Annex B 2.3." in words
        assert "not confirmed, accepted by J. Doe of the PA: A test PKI." in words
        assert max(map(len, said.splitlines())) <= 79
    assert "1.1" not in told
    assert "1.1" in room + begun.out
    assert "steps closed   0 of" in run_ceremony(["status", *at]).out


def test_a_script_that_lets_nothing_be_is_told_without_a_word(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = re.sub(r"(?m)^waivers:\n(  .*\n)+", "", FILE.read_text())
    tell_granted(decode_script(text.encode(), "script.yaml"))
    assert capsys.readouterr().err == ""
