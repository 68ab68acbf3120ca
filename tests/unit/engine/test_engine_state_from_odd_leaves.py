"""Fold takes what the record says: odd leaves change no more than they name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import (
    Attested,
    CertificateMade,
    Intent,
    Outcome,
    Result,
    StepClosed,
)
from ceremony.engine.fold import fold
from ceremony.identifiers import PersonId
from tests.fakes.walked_record import at, walked


def test_an_intent_without_operation_or_step_leaves_nothing_in_doubt() -> None:
    moment = at("2.2", Intent)
    fact = moment.command.fact
    for event in (replace(moment.event, op=None), replace(moment.event, step=None)):
        assert fold(moment.before, event, fact).pending is None
    assert fold(moment.before, moment.event, fact).pending is not None


def test_an_attestation_by_nobody_uses_up_its_nonce_and_seats_nobody() -> None:
    moment = at("1.1", Attested)
    fact = moment.command.fact
    assert isinstance(fact, Attested)
    state = fold(moment.before, replace(moment.event, actor=None), fact)
    assert state.nonces == {fact.nonce}
    assert state.in_room == frozenset()
    assert state.opening is None


def test_closing_after_the_last_step_closes_nothing() -> None:
    last = walked()[-1]
    told = at("3.8", StepClosed)
    state = fold(last.after, told.event, told.command.fact)
    assert state == last.after


@pytest.mark.parametrize("result", [Result.FAILED, Result.DESTROYED])
def test_a_device_that_failed_made_nothing_but_its_objects_are_known(
    result: Result,
) -> None:
    moment = at("2.5", Outcome)
    fact = moment.command.fact
    assert isinstance(fact, Outcome)
    state = fold(moment.before, moment.event, replace(fact, result=result))
    assert state.pending is None
    assert dict(state.keys) == {}
    assert state.token("root-hsm").inventory == fact.inventory
    assert state.token("root-hsm").initialised


def test_a_failed_initialisation_does_not_count() -> None:
    moment = at("2.2", Outcome)
    fact = moment.command.fact
    assert isinstance(fact, Outcome)
    failed = replace(fact, result=Result.FAILED, inventory=None)
    state = fold(moment.before, moment.event, failed)
    assert not state.token("root-hsm").initialised
    assert state.token("root-hsm").inventory is None


def test_a_token_that_was_left_half_initialised_is_no_longer_initialised() -> None:
    moment = at("2.2", Outcome)
    fact = moment.command.fact
    assert isinstance(fact, Outcome)
    full = at("2.6", StepClosed).before
    assert full.token("root-hsm").initialised
    by = (PersonId("p1"), PersonId("p2"))
    failed = replace(fact, result=Result.FAILED, inventory=None, decided_by=by)

    state = fold(full, moment.event, failed)

    assert not state.token("root-hsm").initialised
    assert state.token("root-hsm").inventory is None
    # What held what it held before stays as it is, and so does one that refused.
    refused = fold(full, moment.event, replace(failed, decided_by=()))
    assert refused.token("root-hsm") == full.token("root-hsm")
    held = replace(failed, inventory=full.token("root-hsm").inventory)
    assert fold(full, moment.event, held).token("root-hsm").initialised


def test_initialising_a_token_forgets_what_was_in_it() -> None:
    moment = at("2.2", Outcome)
    fact = moment.command.fact
    assert isinstance(fact, Outcome)
    full = at("2.6", StepClosed).before
    state = fold(full, moment.event, replace(fact, inventory=None))
    assert state.token("root-hsm").inventory is None
    assert state.token("issuing-hsm") == full.token("issuing-hsm")


def test_an_adopted_key_counts_as_made() -> None:
    moment = at("2.5", Outcome)
    fact = moment.command.fact
    assert isinstance(fact, Outcome)
    state = fold(moment.before, moment.event, replace(fact, result=Result.ADOPTED))
    assert dict(state.keys) == {"root-oca": fact.key}


def test_a_request_and_a_certificate_stand_under_the_name_of_their_thing() -> None:
    request, certificate = at("2.11", Outcome), at("2.12", Outcome)
    told = request.command.fact
    assert isinstance(told, Outcome)
    assert request.after.requests == {"issuing-oca-request": told.request}
    made = certificate.after.certificates["issuing-oca-certificate"]
    assert isinstance(made, CertificateMade)
    assert made.issuer_thing == "root-oca"
