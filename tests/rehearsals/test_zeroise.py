"""A token zeroised by hand on SoftHSM, with its own tool: twice, killed twice, sealed.

It is played once. First people zeroise the token so that it answers again, and are
killed before and after that is recorded; then for good, so that no token answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.pdf_text import text_of
from tests.fakes.zeroise import put_at_site
from tests.rehearsals.opened import leaves_of
from tests.rehearsals.stage import copy_site, run_scene, shared

pytestmark = [
    pytest.mark.hsm,
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.no_cover,
]


@pytest.fixture(scope="module")
def played(site_base: Path, run_id: str) -> Iterator[Path]:
    def make(folder: Path) -> None:
        workspace = folder / "workspace"
        put_at_site(copy_site(site_base, workspace))
        told = run_scene("-m", "tests.crash.zeroise_child", workspace)
        (folder / "told.json").write_text(json.dumps(told))

    with shared("zeroise", make, run_id) as folder:
        yield folder


@pytest.fixture(scope="module")
def told(played: Path) -> Any:
    return json.loads((played / "told.json").read_text())


@pytest.fixture(scope="module")
def acts(played: Path) -> list[dict[str, Any]]:
    return [
        leaf["data"]
        for leaf in leaves_of(played / "workspace")
        if leaf["type"] == "device.handled"
    ]


def test_the_pack_verifies_and_says_what_shows_that_nothing_is_left(told: Any) -> None:
    assert told["lines"][0] == "Record: VERIFIED WITH REMARKS, REHEARSAL", told
    assert (
        "Root token was zeroised by hand in step 2.7; the list of step 2.8 shows "
        "nothing in it." in told["remarks"]
    )
    assert (
        "Root token was zeroised by hand in step 2.14; that nothing is left in it "
        "rests on the word of two people." in told["remarks"]
    )


def test_a_token_that_still_shows_its_keys_does_not_count_as_zeroised(
    told: Any,
) -> None:
    assert told["refused"] == "ENGINE-ZEROISE-02"


def test_what_was_done_and_not_confirmed_before_a_kill_ends_no_key(told: Any) -> None:
    said = "Whatever is in Root token is destroyed: First key."
    assert told["resumed"][:2] == [True, said]


def test_once_it_is_done_nothing_is_said_to_be_destroyed_any_more(told: Any) -> None:
    assert told["resumed"][2:] == [True, ""]


def test_each_key_ends_in_the_step_that_zeroises_its_token(told: Any) -> None:
    assert told["destroyed"] == {"first-key": "2.7", "second-key": "2.14"}
    assert told["register"] == {"first-key": True, "second-key": True}
    assert all(said.startswith("device.manual of ceremony ") for said in told["gone"])
    assert len(set(told["gone"])) == 2


def test_the_record_has_what_the_token_showed_once_for_each_act(
    acts: list[dict[str, Any]],
) -> None:
    assert [act["zeroised"] | {"serial": ""} for act in acts] == [
        {"serial": "", "seen": "user-pin", "keys": ["first-key"]},
        {"serial": "", "seen": "absent", "keys": ["second-key"]},
    ]
    assert len({act["zeroised"]["serial"] for act in acts}) == 1


def test_the_pages_tell_of_each_key_how_it_ended(played: Path) -> None:
    text = " ".join(text_of((played / "workspace/evidence.pdf").read_bytes()).split())
    assert "no token with this serial; that it is empty rests on two people" in text
    assert "no object is shown without a login; the next list tells the rest" in text
    assert "with its token, which was zeroised by hand in step 2.14" in text
    assert "destroyed in step 2.7" in text
