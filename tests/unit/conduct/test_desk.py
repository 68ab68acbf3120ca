"""The desk: what it takes, what it refuses, and what it shows, on SoftHSM tokens."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rehearsals.stage import run_scene

pytestmark = pytest.mark.hsm

Told = dict[str, Any]

EXPECTED_BY_THE_SCRIPT = [
    ["Timestamps of two authorities", "Ceremony administrator", 5],
    ["Digest of the recording", "Security officer", 10],
    ["The auditor's own report", "Independent auditor", 30],
]
"""Days as the demo's script has them, the earliest first."""


@pytest.fixture(scope="module")
def told() -> Told:
    return dict(run_scene("-m", "tests.unit.conduct.desk_scenes", measured=True))


@pytest.fixture
def typed(told: Told) -> Told:
    return dict(told["typed"])


@pytest.fixture
def incidents(told: Told) -> Told:
    return dict(told["incidents"])


def test_without_an_open_ceremony_nothing_is_carried_out(typed: Told) -> None:
    assert typed["left"] == [False, "CONDUCT-DESK-01"]


def test_a_ceremony_is_not_opened_without_the_pin_that_has_to_be_typed(
    typed: Told,
) -> None:
    assert typed["evidence untyped"] == "CONDUCT-PIN-02"
    assert not typed["open after a refusal"]
    assert typed["open"]


def test_a_turn_without_its_pin_is_refused_and_stays_a_turn(typed: Told) -> None:
    assert typed["untyped"] == "CONDUCT-PIN-02"
    assert typed["still its turn"]


def test_nothing_is_signed_where_the_text_is_no_longer_the_one_shown(
    typed: Told,
) -> None:
    assert typed["text changed"] == "CONDUCT-TURN-01"
    assert typed["changed without a pin"] == "CONDUCT-TURN-01"
    assert typed["nothing recorded"]


@pytest.mark.parametrize("pin", ["wrong", "changed", "right"])
def test_every_pin_is_wiped_whether_it_served_or_not(typed: Told, pin: str) -> None:
    assert typed[f"{pin} is wiped"]


def test_a_wrong_pin_is_told_as_the_token_tells_it(typed: Told) -> None:
    assert typed["wrong"] == "HSM-PIN-01"


def test_a_turn_says_whose_it_is_and_what_is_signed(typed: Told) -> None:
    name, title, offered, found, number = typed["turn"]
    assert (name, title) == ("Sarah Lindqvist", "Internal witness")
    assert not offered, "the site's file does not hold the PIN"
    assert found
    assert number == 1
    words, text = typed["words"]
    assert len(words) == 8
    assert text.startswith("I take part in KC-")


def test_a_signed_turn_brings_its_person_in_and_the_next_turn_up(typed: Told) -> None:
    assert typed["right"] == ""
    assert typed["present"] == ["Internal witness"]
    assert typed["next turn"] == "Ceremony administrator"


def test_home_asks_for_the_evidence_pin_where_it_has_to_be_typed(typed: Told) -> None:
    (card,) = typed["home before"]["cards"]
    assert card["asks pin"]
    assert card["fresh"]
    assert card["step"] == 1
    assert card["same start"]


def test_home_says_that_a_journal_is_held_and_goes_on(typed: Told) -> None:
    locked = typed["home locked"]
    assert locked["locked"] == ["JOURNAL-LOCK-01"]
    assert locked["cards"] == []


def test_home_shows_what_is_open_before_what_is_over(told: Told) -> None:
    home = told["finished"]["home"]
    assert home["open"] == [told["finished"]["second"]]
    assert [card["phase"] for card in home["cards"]] == ["running", "sealed"]
    first = home["open"][0].replace("-002-", "-001-")
    assert [card["pack"] for card in home["cards"]] == ["", f"{first}.pdf"]
    assert home["cards"][1]["step"] == 0
    assert not home["cards"][1]["asks pin"]
    assert home["locked"] == []


def test_a_pack_that_is_gone_is_not_offered(told: Told) -> None:
    cards = told["finished"]["without pack"]["cards"]
    assert [card["pack"] for card in cards] == ["", ""]


def test_what_the_script_expects_afterwards_falls_due_from_the_close_on(
    told: Told,
) -> None:
    assert told["finished"]["home"]["duties"] == EXPECTED_BY_THE_SCRIPT


def test_what_is_expected_is_due_after_a_ceremony_was_given_up_too(
    incidents: Told,
) -> None:
    assert incidents["home"]["duties"] == EXPECTED_BY_THE_SCRIPT


def test_an_original_in_ink_is_a_duty_of_who_signed_it(told: Told) -> None:
    ink = ["Wet-ink original of sheet P-01", told["on paper"]["title"], 14]
    first, second, last = EXPECTED_BY_THE_SCRIPT
    assert told["on paper"]["given up"]["duties"] == [first, second, ink, last]


def test_a_ceremony_in_which_only_a_note_was_written_was_not_interrupted(
    told: Told,
) -> None:
    (card,) = told["on paper"]["noted"]["cards"]
    assert card["fresh"]


def test_a_deviation_may_be_left_open_and_decided_later_or_at_once(
    incidents: Told,
) -> None:
    assert incidents["open deviation"] == ""
    assert incidents["deviations"] == [
        ["D-01", "note", "A telephone rang.", "It is switched off."],
        ["D-02", "minor", "A lamp failed.", "Go on."],
    ]


def test_the_outline_names_the_deviations_of_the_step_they_were_in(
    incidents: Told,
) -> None:
    assert incidents["rows"] == {"3.4": ["D-01", "D-02"]}


def test_who_leaves_is_away_until_they_are_back(incidents: Told) -> None:
    assert incidents["away"] == ["x-01"]
    assert incidents["back"] == []


def test_a_break_says_who_stays_and_ends(incidents: Told) -> None:
    assert incidents["pause"] == [
        30,
        "Lunch.",
        ["Security officer", "Internal witness"],
    ]
    assert incidents["pause over"]


def test_a_closed_step_is_looked_at_with_its_initials(incidents: Told) -> None:
    assert incidents["past"] == ["3.3", "Generate key", ["SL", "DO"], True]
    assert incidents["to come"] == []


def test_tokens_are_told_as_they_are_and_one_that_is_missing_by_its_problem(
    incidents: Told,
) -> None:
    assert incidents["tokens"] == [["Root token", ""], ["Issuing token", ""]]
    root, issuing = incidents["gone"]
    assert root[:3] == ["Root token", "", ""]
    assert root[3].startswith("There is no token with serial 00000000deadbeef")
    assert issuing[1] == "KC-REH-ISSUING-HSM"
    assert "SoftHSM" in issuing[2]
    assert issuing[3] == ""


def test_a_token_that_holds_what_the_journal_expects_agrees(incidents: Told) -> None:
    assert incidents["agrees"] == [
        ["Root token", True, ["private-key root-oca", "public-key root-oca"]],
        ["Issuing token", True, []],
    ]


def test_what_the_journal_does_not_explain_is_strange(incidents: Told) -> None:
    assert incidents["strange"] == [
        False,
        ["private-key stray", "public-key stray"],
        [],
    ]


def test_what_the_journal_expects_and_is_not_there_is_missing(incidents: Told) -> None:
    assert incidents["missing"] == [
        False,
        [],
        ["private-key root-oca", "public-key root-oca"],
    ]


def test_two_people_abandon_a_ceremony_whose_key_is_gone(incidents: Told) -> None:
    assert incidents["alone"] == "ENGINE-CHANGE-05"
    told, courses = incidents["change"]
    assert [each.partition(", id ")[0] for each in told] == [
        "Root token: private-key root-oca",
        "Root token: public-key root-oca",
    ]
    assert all(each.endswith(", is recorded and not there") for each in told)
    assert courses == ["look-again", "abandon"]


def test_a_token_that_could_not_be_looked_into_does_not_agree(incidents: Told) -> None:
    assert incidents["wrong pin"] == [False, True, []]


def test_a_ceremony_that_was_given_up_is_no_longer_running(incidents: Told) -> None:
    assert incidents["phase"] == "abandoned"


def test_nothing_goes_on_before_two_people_have_decided(told: Told) -> None:
    undecided = dict(told["undecided"])
    assert undecided.pop("untouched")
    assert undecided.pop("abandon") == "CONDUCT-LOOK-01"
    assert set(undecided.values()) == {"CONDUCT-DESK-02"}
    assert len(undecided) == 10


def test_nobody_signs_out_over_an_open_deviation(told: Told) -> None:
    farewell = told["farewell"]
    assert farewell["open"] == farewell["open sheet"] == "CONDUCT-FAREWELL-02"
    assert farewell["no checkpoint"]
    assert farewell["nothing grew"]


def test_after_the_first_sign_out_nothing_but_the_farewell_is_recorded(
    told: Told,
) -> None:
    farewell = told["farewell"]
    assert [farewell[act] for act in ("note", "deviate", "move")] == [
        "CONDUCT-FAREWELL-01"
    ] * 3
    assert farewell["untouched"]
