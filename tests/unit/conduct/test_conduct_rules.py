"""Each refusal of the conductor, shown in a real room on SoftHSM tokens."""

from __future__ import annotations

import json

import pytest

from tests.rehearsals.stage import run_scene
from tests.unit.conduct.scenes import SCENES

ALONE = ("CONDUCT-ANCHOR-01", "CONDUCT-SCRIPT-01", "CONDUCT-SITE-02")


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    return dict(run_scene("-m", "tests.unit.conduct.scenes", measured=True))


@pytest.mark.hsm
@pytest.mark.parametrize("rule", [*SCENES, *ALONE])
def test_the_room_refuses_with_its_own_rule(told: dict[str, str], rule: str) -> None:
    assert told[rule] == rule


@pytest.mark.hsm
def test_a_wrong_pin_is_journalled_and_the_step_is_done_with_the_right_one(
    told: dict[str, str],
) -> None:
    assert told["wrong PIN"] == "HSM-PIN-01 | failed HSM-PIN-01 | done "


@pytest.mark.hsm
def test_roles_decide_and_see_ink_through_holders_who_are_not_the_person(
    told: dict[str, str],
) -> None:
    number, text, person, reason, decided, seen, meaning, watch, left = told[
        "ink"
    ].split(" | ")
    assert (number, person, decided, seen) == ("P-01", "c-01", "s-01 w-01", "c-02 w-01")
    assert text.endswith("of the journal. I do not agree: The notice was not read.")
    assert "I sign on paper, without my own token." in text
    assert reason == "The notice was not read."
    assert (meaning, watch, left) == ("did-not-agree", "10:00", "None")


@pytest.mark.hsm
def test_a_tokens_certificate_is_journalled_and_shown_where_its_facts_are(
    told: dict[str, str],
) -> None:
    shown = json.loads(told["certified"])
    assert shown["days"] == 90
    assert shown["journal"] == [["root-hsm", "4090", "2.41"]]
    (words,) = shown["card"]
    assert words.startswith("FIPS 140-3 level 3, certificate 4090, active on 20")
    assert words.endswith(
        "; firmware 2.4.1, certified 2.4.0, 2.4.1; approved mode on "
        "(yubihsm-shell: get deviceinfo)"
    )
    assert [each for each in shown["sheet"] if each] == [[words]]
    assert shown["status"] == [f"Root token: {words}"]
