"""What the register says of tokens: when they were seen, and which keys are in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ceremony.clock import encode_wall
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import Outcome, Resumed, TokenFound, TokensInspected
from ceremony.engine.state import Recorded
from ceremony.register.history import History
from ceremony.register.projection import project
from tests.fakes.record_unresolved import Lost, build_unresolved
from tests.fakes.zeroise import build_zeroise
from tests.fakes.zeroise_lies import ZEROISE_LIES


def test_every_key_of_a_token_that_was_zeroised_is_told_with_the_time_of_its_end() -> (
    None
):
    facts = build_zeroise().builder.facts
    ends = [
        f"{known.event.t.wall:%Y-%m-%dT%H:%M:%S.%f}Z"
        for known in facts
        if known.event.type == "device.handled"
    ]
    keys = project(known.event for known in facts)["keys"]
    assert [(key["thing"], key["destroyed_at"]) for key in keys] == [
        ("first-key", ends[0]),
        ("second-key", ends[1]),
    ]
    told = history_of(facts)
    assert [said.split(" of ")[0] for said in told.gone.values()] == [
        "device.manual",
        "device.manual",
    ]
    assert len(set(told.gone.values())) == len(told.held) == 2


def test_a_key_that_a_list_shows_after_its_end_is_not_told_as_destroyed() -> None:
    facts = ZEROISE_LIES["zeroised-and-the-key-still-listed"].make().builder.facts
    for step, is_gone in (("2.7", True), ("2.8", False)):
        listed = [known for known in facts if known.event.seq <= seq_of(facts, step)]
        (key,) = project(known.event for known in listed)["keys"]
        assert (key["destroyed_at"] != "") is is_gone
        assert bool(history_of(listed).gone) is is_gone


@pytest.mark.parametrize("looked", [False, True])
def test_a_key_that_people_see_after_its_end_is_not_told_as_destroyed(
    *, looked: bool
) -> None:
    facts = ZEROISE_LIES["zeroised-and-the-key-still-listed"].make().builder.facts
    (listed,) = [
        known
        for known in facts
        if known.event.seq == seq_of(facts, "2.8") - 1
        and isinstance(known.fact, Outcome)
    ]
    assert isinstance(listed.fact, Outcome)
    assert listed.fact.inventory is not None
    found = TokenFound(listed.fact.token, listed.fact.serial, 0, listed.fact.inventory)
    fact: Resumed | TokensInspected = TokensInspected((found,))
    if not looked:
        fact = Resumed(30, rebooted=False, tokens=(found,), by=())
    event = replace(listed.event, type=fact.type, data=encode_fact(fact))
    told = [
        *(known for known in facts if known.event.seq <= seq_of(facts, "2.7")),
        Recorded(event, fact),
    ]
    (key,) = project(known.event for known in told)["keys"]
    assert key["destroyed_at"] == ""
    # No later ceremony takes it for that: nobody has gone on over what was seen.
    assert bool(history_of(told).gone) is looked


def test_a_token_is_told_with_its_last_list_and_with_not_having_been_seen() -> None:
    facts = build_unresolved().builder.facts
    times = {known.event.type: encode_wall(known.event.t.wall) for known in facts}
    tokens = project(known.event for known in facts)["tokens"]
    root, other = (
        next(row for row in tokens if row["name"] == name)
        for name in ("root-hsm", "issuing-hsm")
    )
    # Nobody decided when it was not seen: it is told as the deviation was recorded.
    assert root["unseen_at"] == times["deviation.recorded"]
    assert "" < str(root["listed_at"]) < str(root["unseen_at"])
    assert (other["listed_at"], other["unseen_at"]) == (times["tokens.inspected"], "")
    again = build_unresolved(Lost(seen=True)).builder.facts
    (seen,) = [
        row
        for row in project(known.event for known in again)["tokens"]
        if row["name"] == "root-hsm"
    ]
    looks = [known.event for known in again if known.event.type == "tokens.inspected"]
    assert seen["listed_at"] == encode_wall(looks[-1].t.wall)
    assert seen["unseen_at"] == ""


def test_what_is_known_of_a_token_outlives_the_ceremony_that_saw_it() -> None:
    facts = build_unresolved().builder.facts
    opened = facts[0].event
    later = replace(opened, ceremony="KC-2026-002-R1", seq=facts[-1].event.seq + 1)
    first, second = (
        project(events)["tokens"]
        for events in (
            [known.event for known in facts],
            [*(known.event for known in facts), later],
        )
    )
    assert [row["ceremony"] for row in second] == ["KC-2026-002-R1"] * len(first)
    assert [row | {"ceremony": ""} for row in second] == [
        row | {"ceremony": ""} for row in first
    ]


def seq_of(facts: Sequence[Recorded], step: str) -> int:
    """Find the last leaf of a step."""
    return max(
        known.event.seq
        for known in facts
        if known.event.step is not None and known.event.step.id == step
    )


def history_of(facts: Sequence[Recorded]) -> History:
    """Enter every leaf."""
    history = History()
    for known in facts:
        history.take(known.event)
    return history
