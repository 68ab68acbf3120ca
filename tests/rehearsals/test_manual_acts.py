"""A ceremony in which people act by hand, on SoftHSM: killed twice, resumed, sealed.

It is played once. It is killed before the record of an act by hand is durable and after
it, and in the listing of the token between intent and outcome.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.manual_acts import put_at_site
from tests.fakes.pdf_text import text_of
from tests.rehearsals.opened import leaves_of
from tests.rehearsals.stage import copy_site, run_scene, shared

pytestmark = [pytest.mark.hsm, pytest.mark.crash, pytest.mark.slow]


@pytest.fixture(scope="module")
def played(site_base: Path, run_id: str) -> Iterator[Path]:
    def make(folder: Path) -> None:
        workspace = folder / "workspace"
        put_at_site(copy_site(site_base, workspace))
        told = run_scene("-m", "tests.crash.manual_acts_child", workspace)
        (folder / "told.json").write_text(json.dumps(told))

    with shared("manual-acts", make, run_id) as folder:
        yield folder


@pytest.fixture(scope="module")
def told(played: Path) -> Any:
    return json.loads((played / "told.json").read_text())


@pytest.fixture(scope="module")
def leaves(played: Path) -> list[dict[str, Any]]:
    return leaves_of(played / "workspace")


def of(leaves: list[dict[str, Any]], step: str, kind: str) -> list[dict[str, Any]]:
    return [
        leaf
        for leaf in leaves
        if leaf["type"] == kind and leaf.get("step", {}).get("id") == step
    ]


def test_the_pack_verifies_and_says_what_rests_on_people(told: Any) -> None:
    assert told["lines"][0] == "Record: VERIFIED WITH REMARKS, REHEARSAL", told
    assert told["lines"][1].startswith("Ceremony: completed with deviations")
    assert (
        "Acts by hand rest on the word of two people; step 2.4, 2.6."
        in (told["remarks"])
    )


def test_an_act_by_hand_is_recorded_once_however_often_it_is_killed(
    leaves: list[dict[str, Any]],
) -> None:
    assert len(of(leaves, "2.4", "device.handled")) == 1
    assert len(of(leaves, "2.6", "device.handled")) == 1
    assert len(of(leaves, "2.4", "step.closed")) == 1
    resumed = [leaf for leaf in leaves if leaf["type"] == "ceremony.resumed"]
    assert len(resumed) == 3


def test_the_listing_in_doubt_was_failed_and_taken_anew(
    leaves: list[dict[str, Any]],
) -> None:
    results = [leaf["data"]["result"] for leaf in of(leaves, "2.5", "hsm.outcome")]
    assert results == ["failed", "done"]


def test_the_act_names_the_inventory_before_and_the_one_after_is_equal(
    leaves: list[dict[str, Any]],
) -> None:
    (before,) = of(leaves, "2.3", "hsm.outcome")
    (act,) = of(leaves, "2.4", "device.handled")
    after = of(leaves, "2.5", "hsm.outcome")[-1]
    resumed = [
        leaf["data"]["tokens"][0]["inventory"]["digest"]
        for leaf in leaves
        if leaf["type"] == "ceremony.resumed" and leaf["seq"] < act["seq"]
    ]
    assert (
        act["data"]["before"]
        == [
            before["data"]["inventory"]["digest"],
            *resumed,
        ][-1]
    )
    assert after["data"]["inventory"]["digest"] == act["data"]["before"]
    (alone,) = of(leaves, "2.6", "device.handled")
    assert "before" not in alone["data"]
    assert alone["data"]["quorum"] == {
        "need": 2,
        "of": 3,
        "presented": [
            {"credential": "card-a", "person": "c-01"},
            {"credential": "card-c", "person": "c-03"},
        ],
    }


def test_who_acts_is_the_actor_and_another_checks(leaves: list[dict[str, Any]]) -> None:
    (act,) = of(leaves, "2.4", "device.handled")
    assert act["actor"]["person"] == act["data"]["performer"] == "s-01"
    assert act["data"]["checker"] == "w-01"


def test_the_pages_print_what_was_read_and_that_the_tool_saw_nothing(
    played: Path,
) -> None:
    text = " ".join(text_of((played / "workspace/evidence.pdf").read_bytes()).split())
    assert "2 of 3" in text
    assert "console.jpg" in text
    assert "the tool did not act and did not see it" in text
    assert "No module reaches the device" in text
    assert "2 of 3: 2 presented" in text
    assert "presented by Key custodian 3" in text
    assert "The device's own quorum; the people's is recorded apart." in text


def test_what_the_room_is_refused_is_the_act_that_nobody_else_checks(
    told: Any,
) -> None:
    assert told["refused"] == "ENGINE-MANUAL-03"
