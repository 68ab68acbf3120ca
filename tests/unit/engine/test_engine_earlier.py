"""What is told of earlier ceremonies, and what may be done with their keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from ceremony.engine.command import Command
from ceremony.engine.decide import verify_command
from ceremony.engine.earlier import origin_of, take_shown
from ceremony.engine.facts import (
    CertificateBrought,
    CheckValueFound,
    EarlierFound,
    FoundObject,
    Intent,
    Outcome,
)
from ceremony.engine.fold import fold
from ceremony.engine.kept import keys_of_issuer, last_lists
from ceremony.engine.revocation import certificate_of_key
from ceremony.engine.state import Recorded, State
from ceremony.engine.steps import KINDS
from ceremony.errors import RefusedError
from ceremony.identifiers import CeremonyId, Digest, PersonId, StepId
from ceremony.pack.record import Record, read_record
from tests.fakes.record_earlier import build_earlier

OTHER = Digest("0" * 64)


@cache
def record() -> Record:
    return read_record(build_earlier().files)


def before(wanted: Callable[[Recorded], bool]) -> tuple[State, Recorded]:
    """Give the first leaf of a kind and the state that it was recorded in."""
    state = State(record().state.script)
    for recorded in record().facts:
        if wanted(recorded):
            return state, recorded
        state = fold(state, recorded.event, recorded.fact)
    raise LookupError


def told_of(thing: str) -> tuple[State, EarlierFound]:
    state, recorded = before(
        lambda it: isinstance(it.fact, EarlierFound) and it.fact.thing == thing
    )
    assert isinstance(recorded.fact, EarlierFound)
    return state, recorded.fact


def begun(verb: str, thing: str) -> tuple[State, Recorded]:
    return before(
        lambda it: (
            isinstance(it.fact, Intent)
            and (it.fact.verb, it.fact.thing) == (verb, thing)
        )
    )


def ended(verb: str, thing: str) -> tuple[State, Recorded, Outcome]:
    state, recorded = before(
        lambda it: (
            isinstance(it.fact, Outcome)
            and (it.fact.verb, it.fact.thing) == (verb, thing)
        )
    )
    assert isinstance(recorded.fact, Outcome)
    return state, recorded, recorded.fact


def asked(recorded: Recorded) -> Command:
    event = recorded.event
    assert event.step is not None
    assert event.actor is not None
    return Command(
        recorded.fact,
        event.actor.person,
        event.step.id,
        event.step.presented,
        event.op,
        event.blobs,
    )


def refusal(state: State, command: Command) -> str:
    with pytest.raises(RefusedError) as refused:
        verify_command(state, command)
    return refused.value.code


def test_what_exists_already_is_told_before_the_first_step_and_by_nobody() -> None:
    state, fact = told_of("root-oca")
    verify_command(state, Command(fact))
    person = PersonId(state.seats[0].person)
    assert refusal(state, Command(fact, person)) == "ENGINE-EARLIER-01"
    later = replace(state, position=1)
    assert refusal(later, Command(fact)) == "ENGINE-EARLIER-01"
    begun = replace(state, current=(record().facts[0],))
    assert refusal(begun, Command(fact)) == "ENGINE-EARLIER-01"


def _with(fact: EarlierFound, **changes: object) -> EarlierFound:
    return replace(fact, outcome=replace(fact.outcome, **changes))  # type: ignore[arg-type]  # by name


def _another_key(fact: EarlierFound) -> EarlierFound:
    assert fact.outcome.key is not None
    return _with(fact, key=replace(fact.outcome.key, public_key=OTHER))


def _another_size(fact: EarlierFound) -> EarlierFound:
    assert fact.outcome.key is not None
    return _with(fact, key=replace(fact.outcome.key, size=384))


def _another_id(fact: EarlierFound) -> EarlierFound:
    assert fact.outcome.secret_key is not None
    return _with(fact, secret_key=replace(fact.outcome.secret_key, cka_id="00"))


def _another_certificate(fact: EarlierFound) -> EarlierFound:
    assert fact.outcome.certificate is not None
    return _with(fact, certificate=replace(fact.outcome.certificate, digest=OTHER))


@pytest.mark.parametrize(
    ("thing", "change"),
    [
        ("root-oca", _another_key),
        ("root-oca", _another_size),
        ("root-oca", lambda fact: _with(fact, serial="S-other")),
        ("root-oca", lambda fact: replace(fact, thing="nothing")),
        ("root-oca", lambda fact: replace(fact, thing="bag-out")),
        ("root-oca", lambda fact: _with(fact, key=None)),
        ("kek", _another_id),
        ("root-oca-certificate", _another_certificate),
        ("root-hsm", lambda fact: _with(fact, inventory=None)),
        ("root-hsm", lambda fact: _with(fact, serial="S-other")),
    ],
)
def test_what_the_script_does_not_name_is_not_told(
    thing: str, change: Callable[[EarlierFound], EarlierFound]
) -> None:
    state, fact = told_of(thing)
    assert refusal(state, Command(change(fact))) == "ENGINE-EARLIER-01"


def test_a_key_is_told_once() -> None:
    state, fact = told_of("root-oca")
    twice = fold(state, record().facts[0].event, fact)
    assert refusal(twice, Command(fact)) == "ENGINE-EARLIER-01"


def test_a_list_of_another_issuer_is_none_of_the_key() -> None:
    state, recorded = before(
        lambda it: isinstance(it.fact, EarlierFound) and it.fact.outcome.crl is not None
    )
    fact = recorded.fact
    assert isinstance(fact, EarlierFound)
    assert fact.outcome.crl is not None
    verify_command(state, Command(fact))
    other = _with(fact, crl=replace(fact.outcome.crl, issuer_key=OTHER))
    assert refusal(state, Command(other)) == "ENGINE-EARLIER-01"


def test_what_is_told_stands_under_the_names_of_this_script() -> None:
    state, _ = begun("key.prove", "root-oca")
    assert state.certificates["old-certificate"].issuer_thing == "root-oca"
    assert state.wrapped["root-oca"][0].under == "kek-copy"
    assert state.token("root-hsm").inventory is not None
    for key, numbers in (("root-oca", [4]), ("root-copy", [4]), ("issuing-oca", [])):
        lists = last_lists(state, keys_of_issuer(state, key))
        assert [each.number for each in lists] == numbers
    assert origin_of(state, "root-copy") is None


@pytest.mark.parametrize(
    ("verb", "thing"),
    [
        ("crl.issue", "second-list"),
        ("csr.create", "issuing-request"),
        ("key.unwrap", "root-copy"),
        ("key.destroy", "root-oca"),
    ],
)
def test_a_key_is_not_used_before_it_is_shown_to_be_there(
    verb: str, thing: str
) -> None:
    state, recorded = begun(verb, thing)
    verify_command(state, asked(recorded))
    unseen = replace(state, shown=frozenset())
    assert refusal(unseen, asked(recorded)) == "ENGINE-EARLIER-02"


def test_what_shows_a_key_depends_on_its_kind() -> None:
    shown = {
        "token.inventory": {"carrier"},
        "key.prove": {"root-oca", "issuing-oca"},
        "key.check-value": {"kek-copy"},
    }
    found: dict[str, set[str]] = {verb: set() for verb in shown}
    state = State(record().state.script)
    for recorded in record().facts:
        known = state.shown
        state = fold(state, recorded.event, recorded.fact)
        for name in state.shown - known:
            assert isinstance(recorded.fact, Outcome)
            found[recorded.fact.verb].add(name)
    assert found == shown


def test_a_proof_by_another_key_shows_nothing() -> None:
    state, _, fact = ended("key.prove", "root-oca")
    assert fact.proof is not None
    assert "root-oca" in take_shown(state, fact).shown
    other = replace(fact, proof=replace(fact.proof, public_key=OTHER))
    assert "root-oca" not in take_shown(state, other).shown
    assert take_shown(state, replace(fact, inventory=None)) == state


def test_a_key_that_is_gone_from_its_token_is_no_longer_shown() -> None:
    state, _, fact = ended("key.prove", "root-oca")
    assert fact.inventory is not None
    key = state.keys["root-oca"]
    lost = FoundObject("private-key", key.label, key.cka_id)
    gone = replace(fact, inventory=replace(fact.inventory, removed=(lost,)))
    shown = take_shown(state, fact)
    assert "root-oca" not in take_shown(shown, gone).shown


def test_another_check_value_than_the_journal_has_keeps_the_step_open() -> None:
    state, recorded, fact = ended("key.check-value", "kek-copy")
    other = CheckValueFound("cmac", "00" * 5, "CKM_AES_CMAC")
    wrong = fold(state, recorded.event, replace(fact, check_value=other))
    step = wrong.step
    assert step is not None
    with pytest.raises(RefusedError) as refused:
        KINDS[step.verb].complete(step, wrong)
    assert refused.value.code == "ENGINE-EARLIER-05"


def test_a_check_value_that_no_ceremony_has_found_before_is_taken_as_it_is() -> None:
    state, recorded, fact = ended("key.check-value", "kek-copy")
    known = tuple(it for it in state.earlier if it.outcome.check_value is None)
    state = fold(replace(state, earlier=known), recorded.event, fact)
    assert "kek-copy" in state.shown


def test_a_list_keeps_what_the_one_before_revokes_but_for_a_hold() -> None:
    state, recorded = begun("crl.issue", "second-list")
    step = state.step
    assert step is not None
    kept = ["old-certificate today superseded"]
    forgetful = replace(step, parameters={**step.parameters, "revoked": kept})
    acts = tuple(
        replace(act, steps=tuple(forgetful if it is step else it for it in act.steps))
        for act in state.script.acts
    )
    less = replace(state, script=replace(state.script, acts=acts))
    assert refusal(less, asked(recorded)) == "ENGINE-EARLIER-03"
    held = tuple(_held(fact) for fact in state.earlier)
    verify_command(replace(less, earlier=held), asked(recorded))


def _held(fact: EarlierFound) -> EarlierFound:
    crl = fact.outcome.crl
    if crl is None:
        return fact
    entries = tuple(replace(it, reason="certificate-hold") for it in crl.revoked)
    return _with(fact, crl=replace(crl, revoked=entries))


def test_a_number_that_the_last_list_has_is_not_given_again() -> None:
    state, recorded = begun("crl.issue", "second-list")
    numbered = tuple(
        _with(fact, crl=replace(fact.outcome.crl, number=5))
        if fact.outcome.crl is not None
        else fact
        for fact in state.earlier
    )
    later = replace(state, earlier=numbered)
    assert refusal(later, asked(recorded)) == "ENGINE-CRL-03"


def test_a_token_that_holds_an_earlier_key_is_not_initialised() -> None:
    state, _ = begun("token.inventory", "")
    step = state.step
    assert step is not None
    wipes = replace(step, verb="token.initialise", parameters={"token": "root-hsm"})
    intent = Intent("token.initialise", "root-hsm", "S-root-hsm", label="root-hsm")
    with pytest.raises(RefusedError) as refused:
        KINDS[wipes.verb].verify(wipes, state, intent)
    assert refused.value.code == "ENGINE-EARLIER-04"
    gone = replace(state, destroyed={"kek": StepId("2.9"), "root-oca": StepId("2.9")})
    KINDS[wipes.verb].verify(wipes, gone, intent)


def test_the_certificate_that_is_renewed_is_named() -> None:
    state, _, fact = ended("certificate.issue", "issuing-oca-certificate")
    entries = KINDS["certificate.issue"].entries(record().state, (fact,))
    old = state.certificates["old-certificate"]
    lines = [(getattr(it, "label", ""), getattr(it, "value", "")) for it in entries]
    assert ("renews", f"The old-certificate, serial {old.serial}") in lines


def done(part: str, thing: str) -> tuple[State, EarlierFound]:
    """Give what was told of a key after its making, and the state before it."""
    state, recorded = before(
        lambda it: (
            isinstance(it.fact, EarlierFound)
            and it.fact.thing == thing
            and getattr(it.fact.outcome, part) is not None
        )
    )
    assert isinstance(recorded.fact, EarlierFound)
    return state, recorded.fact


def test_a_blob_of_another_pair_is_none_of_the_key() -> None:
    state, fact = done("wrapped", "root-oca")
    assert fact.outcome.proof is not None
    verify_command(state, Command(fact))
    other = _with(fact, proof=replace(fact.outcome.proof, public_key=OTHER))
    assert refusal(state, Command(other)) == "ENGINE-EARLIER-01"
    unmade = replace(state, keys={})
    assert refusal(unmade, Command(fact)) == "ENGINE-EARLIER-01"


def test_a_check_value_of_another_key_is_none_of_the_key() -> None:
    state, fact = done("check_value", "kek-copy")
    verify_command(state, Command(fact))
    other = _with(fact, thing="kek")
    assert refusal(state, Command(other)) == "ENGINE-EARLIER-01"
    unmade = replace(state, earlier=())
    assert refusal(unmade, Command(fact)) == "ENGINE-EARLIER-01"
    # Another ceremony has names of its own.
    elsewhere = replace(other, ceremony=CeremonyId("KC-2025-008-R1"))
    verify_command(state, Command(elsewhere))


def test_a_ca_does_not_cross_itself_nor_what_does_not_exist() -> None:
    state, recorded = begun("certificate.cross-sign", "cross-certificate")
    verify_command(state, asked(recorded))
    own = state.certificates["root-oca-certificate"]
    itself = {**state.certificates, "old-certificate": own}
    for certificates in (itself, {}):
        other = replace(state, certificates=certificates)
        assert refusal(other, asked(recorded)) == "ENGINE-CROSS-01"


@pytest.mark.parametrize(
    "changes", [{"public_key": OTHER}, {"subject": "another name"}]
)
def test_a_cross_certificate_has_the_name_and_key_that_it_crosses(
    changes: dict[str, str],
) -> None:
    state, recorded, fact = ended("certificate.cross-sign", "cross-certificate")
    verify_command(state, asked(recorded))
    assert fact.certificate is not None
    made = replace(fact.certificate, **changes)  # type: ignore[arg-type]  # by name
    other = replace(asked(recorded), fact=replace(fact, certificate=made))
    assert refusal(state, other) == "ENGINE-CROSS-02"


def test_a_key_goes_on_by_its_own_certificate_whoever_crosses_it() -> None:
    state = record().state
    assert certificate_of_key(state, "issuing-oca") == "issuing-oca-certificate"
    assert list(state.certificates)[-1] == "cross-certificate"
    entries = KINDS["certificate.cross-sign"].entries(
        state, (ended("certificate.cross-sign", "cross-certificate")[2],)
    )
    assert "cross-signs" in [getattr(it, "label", "") for it in entries]


def test_another_cas_certificate_is_told_where_the_script_names_its_digest() -> None:
    state, recorded = before(lambda it: isinstance(it.fact, CertificateBrought))
    fact = recorded.fact
    assert isinstance(fact, CertificateBrought)
    verify_command(state, Command(fact))
    other = replace(fact, certificate=replace(fact.certificate, digest=OTHER))
    signed = replace(
        fact, certificate=replace(fact.certificate, issuer_thing="root-oca")
    )
    for wrong in (other, signed, replace(fact, thing="old-certificate")):
        assert refusal(state, Command(wrong)) == "ENGINE-EARLIER-01"
    assert fold(state, recorded.event, fact).certificates["other-ca"]
