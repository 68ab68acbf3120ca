"""A key act that is killed between intent and outcome is decided by two people.

One ceremony is killed in one act after another, resumed each time, and ends in a pack
that verifies.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.key_acts import put_at_site
from tests.rehearsals.conftest import run_id, site_base
from tests.rehearsals.stage import copy_site, folder_in_memory, run_scene

__all__ = ["run_id", "site_base"]

pytestmark = [pytest.mark.hsm, pytest.mark.crash, pytest.mark.slow]


def play(site_base: Path, otherwise: Path, left: str) -> Any:
    with folder_in_memory("doubt", otherwise) as folder:
        put_at_site(copy_site(site_base, folder / "workspace"))
        child = ("-m", "tests.crash.key_acts_child", folder / "workspace", left)
        return run_scene(*child, measured=True)


@pytest.fixture(scope="module")
def told(site_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return play(site_base, tmp_path_factory.mktemp("half"), "half")


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
    assert results(told, "2.9")[0] == "key.prove failed"


def test_a_proof_that_was_lost_is_failed_and_made_anew(told: Any) -> None:
    assert results(told, "2.9")[1:] == ["key.prove failed", "key.prove done"]


def test_nothing_is_destroyed_in_a_token_that_holds_something_else(told: Any) -> None:
    assert told["stray"] == "CONDUCT-DESTROY-01"
    assert results(told, "2.11")[0] == "key.destroy failed"


def test_a_destruction_that_did_not_begin_is_carried_out_anew(told: Any) -> None:
    assert results(told, "2.11")[1] == "key.destroy failed"
    words = "Nothing of root-oca was destroyed; the step is carried out anew."
    assert words in told["closed"]


def test_what_is_left_of_a_half_destroyed_key_goes_on_two_peoples_word(
    told: Any,
) -> None:
    assert results(told, "2.11")[2:] == ["key.destroy adopted"]
    words = "1 object of root-oca was left and is destroyed too."
    assert words in told["closed"]
    assert told["destroyed"] == ["root-oca"]


def test_a_key_that_was_gone_before_the_kill_is_told_as_destroyed(
    site_base: Path,
    tmp_path: Path,
) -> None:
    told = play(site_base, tmp_path, "whole")
    assert results(told, "2.11") == ["key.destroy adopted"]
    assert told["closed"] == ["root-oca is destroyed."]
    assert told["destroyed"] == ["root-oca"]
