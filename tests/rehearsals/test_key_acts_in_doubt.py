"""A key act that is killed between intent and outcome is decided by two people.

One ceremony is killed in one act after another, resumed each time, and ends in a pack
that verifies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.key_acts import put_at_site
from tests.rehearsals.stage import copy_site, run_scene, shared

pytestmark = [
    pytest.mark.hsm,
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.no_cover,
]


def play(site_base: Path, left: str, run_id: str) -> Iterator[Any]:
    """Play it once for all workers; ``left`` says what a kill leaves of the key."""

    def make(folder: Path) -> None:
        put_at_site(copy_site(site_base, folder / "workspace"))
        child = ("-m", "tests.crash.key_acts_child", folder / "workspace", left)
        told = run_scene(*child, measured=left == "half")
        (folder / "told.json").write_text(json.dumps(told))

    with shared(f"doubt-{left}", make, run_id) as folder:
        yield json.loads((folder / "told.json").read_text())


@pytest.fixture(scope="module")
def told(site_base: Path, run_id: str) -> Iterator[Any]:
    yield from play(site_base, "half", run_id)


def results(told: Any, step: str) -> list[str]:
    return [
        line.split(" ", 1)[1]
        for line in told["outcomes"]
        if line.startswith(f"{step} ")
    ]


def test_the_ceremony_ends_in_a_pack_that_verifies(told: Any) -> None:
    assert told["lines"][0] == "Record: VERIFIED WITH REMARKS, REHEARSAL", told[
        "failed"
    ]
    assert told["lines"][1].startswith("Ceremony: completed with deviations")


def test_a_proof_of_another_key_is_refused_and_recorded_as_failed(told: Any) -> None:
    assert told["refused"] == "CONDUCT-PROVE-01"
    assert results(told, "2.11")[0] == "key.prove failed"


def test_a_proof_that_was_lost_is_failed_and_made_anew(told: Any) -> None:
    assert results(told, "2.11")[1:] == ["key.prove failed", "key.prove done"]


def test_nothing_is_destroyed_in_a_token_that_holds_something_else(told: Any) -> None:
    assert told["stray"] == "CONDUCT-DESTROY-01"
    assert results(told, "2.15")[0] == "key.destroy failed"


def test_a_destruction_that_did_not_begin_is_carried_out_anew(told: Any) -> None:
    assert results(told, "2.15")[1] == "key.destroy failed"
    words = "Nothing of root-oca was destroyed; the step is carried out anew."
    assert words in told["closed"]


def test_what_is_left_of_a_half_destroyed_key_goes_on_two_peoples_word(
    told: Any,
) -> None:
    assert results(told, "2.15")[2:] == ["key.destroy adopted"]
    words = "1 object of root-oca was left and is destroyed too."
    assert words in told["closed"]
    assert told["destroyed"] == ["root-oca"]


def test_a_new_pin_is_typed_the_same_twice_and_is_another_one(told: Any) -> None:
    assert told["typed"] == "CONDUCT-PIN-03 CONDUCT-PIN-04"
    # Neither asked the token for anything, nor is recorded as an operation.
    assert results(told, "2.10") == ["token.change-pin adopted"]


def test_a_changed_user_pin_is_found_to_hold_and_adopted(told: Any) -> None:
    words = "The user PIN of Root token is changed; the new one holds."
    assert words in told["closed"]
    assert told["asked"] == "The PIN of Root token | The new user PIN of Root token"


def test_a_security_officers_pin_that_was_not_changed_is_changed_anew(
    told: Any,
) -> None:
    assert results(told, "2.2") == ["token.change-pin failed", "token.change-pin done"]
    words = (
        "The security officer's PIN of Root token was not changed; the step is "
        "carried out anew."
    )
    assert words in told["closed"]


def test_what_the_device_did_before_the_kill_stands_and_what_it_did_not_is_done(
    site_base: Path, run_id: str
) -> None:
    (told,) = play(site_base, "whole", run_id)
    assert results(told, "2.2") == ["token.change-pin adopted"]
    assert results(told, "2.10") == ["token.change-pin failed", "token.change-pin done"]
    assert results(told, "2.12") == ["crl.issue failed", "crl.issue done"]
    lost = "crl.issue counts as failed: its result was lost. It is carried out anew."
    # Both were refused before the device was asked.
    assert told["lists"] == "CONDUCT-CRL-01 CONDUCT-CRL-02 False"
    assert results(told, "2.15") == ["key.destroy adopted"]
    assert told["closed"] == [
        "The security officer's PIN of Root token is changed; the new one holds.",
        "The user PIN of Root token was not changed; the step is carried out anew.",
        "Go on with the step that was open.",
        lost,
        "root-oca is destroyed.",
    ]
    assert told["destroyed"] == ["root-oca"]
    assert told["needs"] == (
        "The PIN of Root token, David Okafor | "
        "The new user PIN of Root token, David Okafor | "
        "The new user PIN of Root token, once more, David Okafor"
    )
