"""A backup that is killed half way is decided by two people, and a bad blob is named.

One ceremony is killed in one act after another, resumed each time, and ends in a pack
that verifies.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.rehearsals.stage import folder_in_memory, run_scene

pytestmark = [
    pytest.mark.hsm,
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.no_cover,
]


def play(otherwise: Path, what: str) -> Any:
    with folder_in_memory("backup", otherwise) as folder:
        child = ("-m", "tests.crash.backup_child", folder / "workspace", what)
        return run_scene(*child)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return play(tmp_path_factory.mktemp("killed"), "killed")


def results(told: Any, step: str) -> list[str]:
    return [
        line.split(" ", 1)[1]
        for line in told["outcomes"]
        if line.startswith(f"{step} ")
    ]


def test_the_ceremony_ends_in_a_pack_that_verifies(told: Any) -> None:
    assert told["lines"][0] == "Record: VERIFIED WITH REMARKS, REHEARSAL", told[
        "checks"
    ]
    assert told["lines"][1].startswith("Ceremony: completed with deviations")
    assert told["equal"] == ["backup-kek-copy", "signer-copy"]


def test_a_copy_that_the_site_does_not_allow_is_refused_beforehand(told: Any) -> None:
    assert told["refused"] == "CONDUCT-COPY-01"


def test_a_secret_key_that_was_made_completely_is_kept(told: Any) -> None:
    assert results(told, "3.4") == ["key.generate adopted"]
    assert "The key backup-kek was made completely; it is kept." in told["closed"]


def test_a_restored_secret_key_is_kept_and_shown_equal_afterwards(told: Any) -> None:
    assert results(told, "3.9") == ["key.unwrap adopted"]
    assert results(told, "3.11") == ["key.check-value failed", "key.check-value done"]


def test_half_a_restored_pair_is_destroyed_whatever_was_decided(told: Any) -> None:
    assert results(told, "4.8")[0] == "key.unwrap destroyed"


def test_a_pair_whose_module_ended_before_it_was_looked_at_is_in_doubt(
    told: Any,
) -> None:
    assert told["lost"] == "HSM-HOST-03 True"
    assert results(told, "4.8")[1] == "key.unwrap destroyed"


def test_a_whole_restored_pair_is_destroyed_or_proven_and_kept(told: Any) -> None:
    assert results(told, "4.8")[2:] == ["key.unwrap destroyed", "key.unwrap adopted"]
    assert (
        "The key pair signer-copy was restored completely; it is kept."
        in told["closed"]
    )


def test_a_tampered_blob_is_named_and_leaves_nothing_behind(tmp_path: Path) -> None:
    told = play(tmp_path, "tampered")
    assert told["refused"] == ["HSM-WRAP-02", "HSM-WRAP-02"]
    assert told["faults"] == ["HSM-WRAP-02", "HSM-WRAP-02"]
    assert not told["pending"]
    assert told["left"] == ["backup-kek-copy", "transport", "transport"]
    assert told["equal"] == ["backup-kek-copy"]
