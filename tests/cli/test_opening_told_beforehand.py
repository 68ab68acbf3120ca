"""``script check --site`` tells beforehand what an opening would be refused for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fakes.key_acts import TESTS
from tests.rehearsals.stage import Told, run_ceremony

pytestmark = [pytest.mark.hsm, pytest.mark.no_cover]


SOUND = (TESTS / "vectors/scripts/sound-with-crl.yaml").read_text()
RULE = re.compile(r"\[((?:ENGINE|BINDING)-[A-Z]+-\d+)\]")
UNFOUNDED = re.sub(r"(?m)^unverified:\n(  - .*\n)+", "", SOUND)


def called(workspace: Path, text: str, *verb: str) -> Told:
    path = workspace / "ours.yaml"
    path.write_text(text)
    at = ["--site", str(workspace / "site"), "--workspace", str(workspace)]
    return run_ceremony([*verb, str(path), *at])


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (
            SOUND.replace("modes: [rehearsal, live]", "modes: [rehearsal]"),
            ["ENGINE-OPEN-02", "BINDING-PIN-01", "BINDING-ORIGIN-01"],
        ),
        (UNFOUNDED, ["ENGINE-OPEN-08", "BINDING-PIN-01", "BINDING-ORIGIN-01"]),
        (SOUND, ["BINDING-PIN-01", "BINDING-ORIGIN-01"]),
    ],
)
def test_what_no_live_ceremony_could_be_opened_with_is_told(
    workspace: Path, text: str, rules: list[str]
) -> None:
    told = called(workspace, text, "script", "check")
    assert (told.status, RULE.findall(told.out)) == (1, rules), told.all
    roster = ["--roster", str(workspace / "site/roster.toml")]
    opened = called(workspace, text, "open", *roster)
    assert RULE.findall(opened.err)[0] in rules


def test_a_rehearsal_is_asked_for_the_mode_of_a_rehearsal(workspace: Path) -> None:
    told = called(workspace, SOUND, "script", "check", "--rehearsal")
    assert told.status == 0, told.all
    alone = SOUND.replace("modes: [rehearsal, live]", "modes: [live]")
    told = called(workspace, alone, "script", "check", "--rehearsal")
    assert (told.status, RULE.findall(told.out)) == (1, ["ENGINE-OPEN-02"])


@pytest.mark.parametrize(
    ("text", "room", "rule"),
    [
        (SOUND, "strict", "CONDUCT-ROOM-01"),
        (SOUND.replace("root-hsm", "other-hsm"), "standard", "ENGINE-OPEN-05"),
    ],
)
def test_what_a_site_lacks_for_an_opening_is_told(
    workspace: Path, text: str, room: str, rule: str
) -> None:
    site = workspace / "site"
    policy = TESTS.parent / f"ceremony/pack/rooms/{room}.toml"
    (site / "room-policy.toml").write_bytes(policy.read_bytes())
    told = called(workspace, text, "script", "check", "--rehearsal")
    assert told.status == 1, told.all
    assert f"[{rule}]" in told.out
    roster = ["--roster", str(site / "roster.toml")]
    opened = called(workspace, text, "open", *roster, "--rehearsal")
    assert (opened.status != 0, f"[{rule}]" in opened.err) == (True, True), opened.all
