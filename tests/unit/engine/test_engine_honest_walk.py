"""The honest ceremony passes every rule, and its state grows as it should."""

from __future__ import annotations

import copy

import pytest

from ceremony.engine.decide import decide
from ceremony.engine.facts import (
    Attested,
    CeremonyClosed,
    Intent,
    Opened,
    Outcome,
    RecordVerified,
    StepClosed,
)
from ceremony.engine.fold import fold
from ceremony.engine.state import Phase, TokenState
from ceremony.identifiers import PersonId, Role
from tests.fakes.walked_record import after, allowed, at, walked


@pytest.mark.parametrize("number", range(84))
def test_each_honest_command_gives_the_leaf_that_the_record_holds(number: int) -> None:
    moment = walked()[number]
    draft = decide(moment.before, moment.command)
    event = moment.event
    assert draft.type == event.type
    assert draft.data == event.data
    assert (draft.op, draft.step, draft.actor) == (event.op, event.step, event.actor)
    assert draft.blobs == event.blobs


def test_the_walk_is_whole() -> None:
    assert len(walked()) == 84
    assert walked()[-1].after.phase is Phase.CLOSED


@pytest.mark.no_cover
@pytest.mark.parametrize("number", range(84))
def test_fold_leaves_the_state_before_as_it_was(number: int) -> None:
    moment = walked()[number]
    before = copy.deepcopy(moment.before)
    again = fold(moment.before, moment.event, moment.command.fact)
    assert moment.before == before
    assert again == moment.after


def test_every_step_is_closed_once_and_in_the_order_of_the_script() -> None:
    last = walked()[-1].after
    assert last.closed_steps == tuple(step.id for step in last.script.steps)
    assert last.closed_steps[:3] == ("1.1", "1.2", "1.3")
    assert last.position == 35
    assert last.step is None


def test_the_current_step_holds_its_own_facts_only() -> None:
    moment = at("2.5", StepClosed)
    kinds = [recorded.fact.type for recorded in moment.before.current]
    assert kinds == ["lint.checked", "hsm.intent", "hsm.outcome"]
    assert moment.after.current == ()


def test_an_operation_is_in_doubt_between_intent_and_outcome_only() -> None:
    intent, outcome = at("2.5", Intent), at("2.5", Outcome)
    assert intent.before.pending is None
    pending = outcome.before.pending
    assert pending is not None
    assert (pending.op, pending.step) == (intent.command.op, "2.5")
    assert pending.intent == intent.command.fact
    assert pending.seq == intent.event.seq
    assert outcome.after.pending is None


def test_people_are_in_the_room_from_sign_in_on() -> None:
    moment = at("1.3", Attested)
    assert moment.before.in_room == {"w-01", "a-01"}
    assert moment.after.in_room == {"w-01", "a-01", "s-01"}
    assert moment.after.signed_in == ("w-01", "a-01", "s-01")
    last = walked()[-1].after
    order = ("x-01", "c-01", "c-02", "c-03", "s-01", "a-01", "w-01")
    assert last.signed_out == order


def test_everybody_cosigns_the_same_opening_and_the_same_closing_checkpoint() -> None:
    moments = [m for m in walked() if isinstance(m.command.fact, Attested)]
    facts = [m.command.fact for m in moments if isinstance(m.command.fact, Attested)]
    last = walked()[-1].after
    assert last.opening == facts[0].head
    assert last.closing == facts[7].head
    assert {fact.head for fact in facts[:7]} == {last.opening}
    assert {fact.head for fact in facts[7:]} == {last.closing}
    assert last.opening != last.closing
    assert last.nonces == {fact.nonce for fact in facts}
    assert len(last.nonces) == 14


def test_tokens_keys_requests_and_certificates_are_known_once_made() -> None:
    assert after("2.1").tokens == {}
    assert after("2.1").token("root-hsm") == TokenState()
    made = after("2.2").token("root-hsm")
    assert made.initialised
    assert made.inventory is not None
    assert made.inventory.count == 0
    assert list(after("2.4").keys) == []
    assert list(after("2.5").keys) == ["root-oca"]
    listed = after("2.6").token("root-hsm").inventory
    assert listed is not None
    assert listed.count == 2
    assert list(after("2.6").certificates) == []
    assert list(after("2.7").certificates) == ["root-oca-certificate"]
    assert list(after("2.10").requests) == []
    assert list(after("2.11").requests) == ["issuing-oca-request"]
    last = walked()[-1].after
    assert set(last.keys) == {"root-oca", "issuing-oca"}
    assert set(last.certificates) == {
        "root-oca-certificate",
        "issuing-oca-certificate",
    }


def test_the_phases_follow_each_other() -> None:
    assert walked()[0].before.phase is Phase.PLANNED
    assert walked()[0].after.phase is Phase.RUNNING
    assert at("", RecordVerified).after.phase is Phase.RUNNING
    assert at("", RecordVerified).after.verified == at("", RecordVerified).command.fact
    assert at("", CeremonyClosed).after.closed == at("", CeremonyClosed).command.fact


def test_a_state_before_the_opening_knows_nobody() -> None:
    state = at("", Opened).before
    assert state.seats == ()
    with pytest.raises(KeyError):
        state.seat(PersonId("a-01"))


def test_people_are_named_by_role_and_counted_where_several_hold_it() -> None:
    state = at("1.1", Attested).before
    assert state.title(PersonId("a-01")) == "Ceremony administrator"
    assert state.title(PersonId("c-03")) == "Key custodian 3"
    held = [seat.person for seat in state.holders(Role("custodian"))]
    assert held == ["c-01", "c-02", "c-03"]
    with pytest.raises(KeyError):
        state.seat(PersonId("z-99"))


def test_what_stands_outside_the_steps_needs_no_actor() -> None:
    moment = at("", RecordVerified)
    assert moment.command.actor is None
    allowed(moment.before, moment.command)
    draft = decide(moment.before, moment.command)
    assert draft.actor is None
    assert draft.step is None
