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


@pytest.fixture(scope="module")
def told(site_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with folder_in_memory("doubt", tmp_path_factory.mktemp("doubt")) as folder:
        put_at_site(copy_site(site_base, folder / "workspace"))
        return run_scene(
            "-m", "tests.crash.key_acts_child", folder / "workspace", measured=True
        )


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
