"""A login that lasts for several steps, on SoftHSM: killed, ended in every way, sealed.

Whether somebody is logged in is asked of the token itself, which shows a private key
to its user and to nobody else. While a login is kept no second session is given.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.logins import put_at_site
from tests.fakes.pdf_text import text_of
from tests.rehearsals.opened import leaves_of
from tests.rehearsals.stage import copy_site, run_scene, shared

pytestmark = [
    pytest.mark.hsm,
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.no_cover,
]

IN_USE = ["HSM-TOKEN-04"]
LOGGED_OUT = ["CKO_PUBLIC_KEY"]


@pytest.fixture(scope="module")
def played(site_base: Path, run_id: str) -> Iterator[Path]:
    def make(folder: Path) -> None:
        for name in ("whole", "ends"):
            workspace = folder / name
            put_at_site(copy_site(site_base, workspace))
            told = run_scene("-m", "tests.crash.logins_child", workspace, name)
            (folder / f"{name}.json").write_text(json.dumps(told))

    with shared("logins", make, run_id) as folder:
        yield folder


@pytest.fixture(scope="module")
def told(played: Path) -> Any:
    return json.loads((played / "whole.json").read_text())


@pytest.fixture(scope="module")
def ends(played: Path) -> Any:
    return json.loads((played / "ends.json").read_text())


@pytest.fixture(scope="module")
def leaves(played: Path) -> list[dict[str, Any]]:
    return leaves_of(played / "whole")


def test_the_pack_verifies_after_five_kills(told: Any) -> None:
    assert told["lines"][0] == "Record: VERIFIED WITH REMARKS, REHEARSAL", told
    assert told["lines"][1].startswith("Ceremony: completed with deviations")


def test_while_logged_in_no_pin_is_asked_for_and_the_card_says_so(told: Any) -> None:
    seen = told["seen"]["break"]
    assert seen["asked"] == []
    assert seen["told"] == ["logged in since step 2.3"]
    assert seen["status"] == ["Root token: logged in since step 2.3"]
    assert seen["kept"] == IN_USE


def test_a_break_logs_out_and_the_next_step_logs_in_anew(told: Any) -> None:
    seen = told["seen"]["break"]
    assert seen["in the break"] == LOGGED_OUT
    assert seen["afterwards"] == ["pin"]
    assert seen["told afterwards"] == ["ended by the break; made anew in this step"]
    assert seen["anew"] == IN_USE


def test_a_break_that_is_refused_ends_no_login(told: Any) -> None:
    assert told["seen"]["break"]["refused"] == ["ENGINE-BREAK-05", *IN_USE]


def test_a_kill_while_logged_in_logs_out_and_the_state_says_so(told: Any) -> None:
    assert told["seen"]["killed"] == {
        "told": ["ended by the interruption; made anew in this step"],
        "asked": ["pin"],
        "seen": LOGGED_OUT,
    }


def test_the_logout_step_logs_out_and_later_steps_ask_for_their_pin(told: Any) -> None:
    assert told["seen"]["logged out"] == LOGGED_OUT
    assert told["last"] == ["pin"]


def test_every_login_and_logout_is_in_the_journal_with_its_outcome(
    leaves: list[dict[str, Any]],
) -> None:
    outcomes = [
        (leaf["step"]["id"], leaf["data"]["verb"], leaf["data"]["result"])
        for leaf in leaves
        if leaf["type"] == "hsm.outcome"
        and leaf["data"]["verb"] in ("token.login", "token.logout")
    ]
    assert outcomes == [
        # Killed before the token was asked, and before the outcome was recorded.
        ("2.3", "token.login", "failed"),
        ("2.3", "token.login", "failed"),
        ("2.3", "token.login", "done"),
        # Anew after the break, and after two kills: one while logged in, one in the
        # middle of the login itself.
        ("2.6", "token.login", "done"),
        ("2.8", "token.login", "failed"),
        ("2.8", "token.login", "done"),
        ("2.9", "token.logout", "adopted"),
    ]
    (begun,) = [leaf["data"] for leaf in leaves if leaf["type"] == "break.begun"]
    assert begun["logged_out"] == ["root-hsm"]


@pytest.mark.usefixtures("leaves")
def test_no_pin_stands_in_the_journal_or_in_the_pack(played: Path) -> None:
    pins = (played / "whole/site/pins.toml").read_text()
    pin = pins.split('root-hsm = "')[1].split('"')[0]
    assert len(pin) >= 6
    for name in ("leaves.jsonl", "evidence.pdf"):
        assert pin.encode() not in (played / "whole" / name).read_bytes()


def test_the_pages_tell_of_logins_and_of_what_ended_them(played: Path) -> None:
    text = " ".join(text_of((played / "whole/evidence.pdf").read_bytes()).split())
    assert "logged in; no PIN is kept" in text
    assert "Logged out first: Root token." in text


def test_a_module_whose_process_ended_is_told_in_words_and_asked_anew(
    ends: Any,
) -> None:
    assert ends["process ended"] == ["CONDUCT-LOGIN-01", "pin"]
    assert ends["anew"] == IN_USE


def test_looking_into_the_tokens_logs_out(ends: Any) -> None:
    assert ends["looked into"] == LOGGED_OUT


def test_a_doubt_that_is_decided_while_the_program_runs_on_logs_out(ends: Any) -> None:
    assert ends["decided in the room"] == [
        *LOGGED_OUT,
        "ended by the interruption; made anew in this step",
    ]


def test_a_module_that_hangs_gives_the_room_back_and_is_asked_anew(ends: Any) -> None:
    assert ends["hung"] == ["HSM-HOST-02", "pin"]


def test_leaving_the_ceremony_logs_out(ends: Any) -> None:
    assert ends["left"] == [
        *LOGGED_OUT,
        "ended by the interruption; made anew in this step",
    ]


def test_a_failure_of_the_token_logs_out(ends: Any) -> None:
    assert ends["failed"] == ["HSM-KEY-01", "pin", *LOGGED_OUT]
    assert ends["anew again"] == IN_USE


def test_going_on_with_a_pen_logs_out_and_the_laptop_asks_anew(ends: Any) -> None:
    assert ends["on paper"] == [*LOGGED_OUT, "CONDUCT-LOGIN-01", "pin"]


def test_giving_the_ceremony_up_logs_out(ends: Any) -> None:
    assert ends["abandoned"] == LOGGED_OUT
