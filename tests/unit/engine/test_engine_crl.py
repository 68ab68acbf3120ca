"""What a revocation list may be: each rule, what is asked for, and how it reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ceremony.digest_words import words
from ceremony.engine.command import Command
from ceremony.engine.decide import verify_command
from ceremony.engine.facts import Fact, Intent, Outcome, StepClosed
from ceremony.engine.reliance import unverified_facts
from ceremony.engine.revocation import (
    Revoked,
    ZeroSerialError,
    certificate_of_key,
    read_revoked,
    revocations,
)
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.check import right_words
from ceremony.engine.steps.kind import NeedKind
from ceremony.engine.transcript import Line, Mark, Table
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest
from ceremony.pki.crl_order import Revocation
from ceremony.pki.crl_profile import Reason
from tests.fakes.walked_record import (
    Moment,
    allowed,
    at,
    changed,
    refusal,
    walked_crls,
    walked_key_acts,
)

FIRST, SECOND = "2.9", "2.17"
OTHER = Digest("ee" * 32)


def moment(step: str, kind: type[Fact]) -> Moment:
    return at(step, kind, walked_crls())


def told(command: Command, **values: Any) -> Command:
    fact = command.fact
    assert isinstance(fact, Outcome)
    assert fact.crl is not None
    return changed(command, crl=replace(fact.crl, **values))


def test_the_honest_ceremony_of_lists_is_allowed_fact_by_fact() -> None:
    for each in walked_crls():
        verify_command(each.before, each.command)


def test_a_list_asks_for_the_pin_of_its_keys_token() -> None:
    state = moment(FIRST, Intent).before
    assert state.step is not None
    (need,) = KINDS["crl.issue"].needs(state.step, state)
    assert (need.kind, need.token) == (NeedKind.PIN, "S-root-hsm")


def test_a_list_is_signed_by_a_key_that_has_its_certificate() -> None:
    intent = moment(FIRST, Intent)
    allowed(intent.before, intent.command)
    uncertified = replace(intent.before, certificates={})
    assert refusal(uncertified, intent.command) == "ENGINE-CRL-01"
    unmade = replace(intent.before, keys={})
    assert refusal(unmade, intent.command) == "ENGINE-CRL-01"


def test_a_list_revokes_what_its_key_has_issued() -> None:
    intent = moment(SECOND, Intent)
    allowed(intent.before, intent.command)
    made = dict(intent.before.certificates)
    issued = made.pop("issuing-oca-certificate")
    unissued = replace(intent.before, certificates=made)
    assert refusal(unissued, intent.command) == "ENGINE-CRL-01"
    others = {
        **made,
        "issuing-oca-certificate": replace(issued, issuer_thing="issuing-oca"),
    }
    by_another = replace(intent.before, certificates=others)
    assert refusal(by_another, intent.command) == "ENGINE-CRL-01"


def test_a_list_is_issued_once() -> None:
    intent, outcome = moment(SECOND, Intent), moment(SECOND, Outcome)
    made = replace(intent.before, crls=outcome.after.crls)
    assert refusal(made, intent.command) == "ENGINE-CRL-02"


def test_the_number_of_a_list_is_above_its_keys_last() -> None:
    intent = moment(SECOND, Intent)
    first = intent.before.crls["first-arl"]
    equal = replace(intent.before, crls={"first-arl": replace(first, number=2)})
    assert refusal(equal, intent.command) == "ENGINE-CRL-03"
    by_another = replace(equal.crls["first-arl"], issuer_key=OTHER)
    elsewhere = replace(intent.before, crls={"first-arl": by_another})
    allowed(elsewhere, intent.command)


def test_the_device_is_not_asked_before_the_list_was_linted() -> None:
    intent = moment(SECOND, Intent)
    assert refusal(intent.before, changed(intent.command, tbs=OTHER)) == (
        "ENGINE-LINT-01"
    )


@pytest.mark.parametrize(
    "values",
    [
        {"tbs": OTHER},
        {"number": 3},
        {"issuer_thing": "issuing-oca"},
        {"issuer_key": OTHER},
        {"revoked": ()},
        {"this_update": "2026-11-24T00:00:00Z"},
    ],
)
def test_what_was_signed_is_what_was_linted_and_what_the_script_revokes(
    values: dict[str, Any],
) -> None:
    outcome = moment(SECOND, Outcome)
    allowed(outcome.before, outcome.command)
    assert refusal(outcome.before, told(outcome.command, **values)) == "ENGINE-CRL-04"


def test_a_list_changed_in_one_entry_is_another_one() -> None:
    outcome = moment(SECOND, Outcome)
    fact = outcome.command.fact
    assert isinstance(fact, Outcome)
    assert fact.crl is not None
    first, second = fact.crl.revoked
    for entries in (
        (second, first),
        (first, replace(second, reason="superseded")),
        (first, replace(second, day="2026-01-16")),
        (replace(first, serial="0" * 32), second),
    ):
        command = told(outcome.command, revoked=entries)
        assert refusal(outcome.before, command) == "ENGINE-CRL-04"


def test_only_this_verb_tells_of_a_list() -> None:
    outcome = moment(FIRST, Outcome)
    fact = outcome.command.fact
    assert isinstance(fact, Outcome)
    proof = at("2.11", Outcome, walked_key_acts())
    assert refusal(proof.before, changed(proof.command, crl=fact.crl)) == (
        "ENGINE-DEVICE-03"
    )


def test_a_step_without_its_list_does_not_close() -> None:
    closing = moment(FIRST, StepClosed)
    allowed(closing.before, closing.command)
    unmade = tuple(
        replace(known, fact=replace(known.fact, crl=None))
        if isinstance(known.fact, Outcome)
        else known
        for known in closing.before.current
    )
    lacking = replace(closing.before, current=unmade)
    assert refusal(lacking, closing.command) == "ENGINE-DEVICE-02"


def entries(step: str) -> tuple[object, ...]:
    closing = moment(step, StepClosed)
    facts = tuple(known.fact for known in closing.before.current)
    return KINDS["crl.issue"].entries(closing.before, facts)


def test_a_list_reads_with_its_number_its_days_and_what_it_revokes() -> None:
    lines = {each.label: each for each in entries(SECOND) if isinstance(each, Line)}
    assert lines["number"].value == "2"
    assert lines["this update"].value == "2026-11-25"
    assert lines["next update"].value == "2027-11-25"
    assert lines["revoked"].value == "2"
    assert lines[""].mark is Mark.SAME_BYTES
    (table,) = (each for each in entries(SECOND) if isinstance(each, Table))
    assert [row[1:] for row in table.rows] == [
        ("2026-11-25", "superseded"),
        ("2026-01-15", "unspecified"),
    ]
    assert table.rows[1][0] == f"{0x4A0F:032x}"


def test_a_first_list_reads_as_one_of_nothing() -> None:
    lines = {each.label: each for each in entries(FIRST) if isinstance(each, Line)}
    assert lines["revoked"].value == "nothing"
    assert not [each for each in entries(FIRST) if isinstance(each, Table)]


def test_a_list_that_nobody_linted_reads_as_a_fault() -> None:
    outcome = moment(FIRST, Outcome).command.fact
    (line,) = (
        each
        for each in KINDS["crl.issue"].entries(moment(FIRST, Outcome).after, (outcome,))
        if isinstance(each, Line) and each.label == ""
    )
    assert line.mark is Mark.FAIL


def test_the_digest_of_a_list_is_read_back_in_words() -> None:
    state = at("2.13", StepClosed, walked_key_acts()).before
    assert state.step is not None
    digest = bytes.fromhex(state.crls["arl"].digest)
    assert right_words(state.step, state) == words(digest)[:8]
    with pytest.raises(RefusedError) as caught:
        right_words(state.step, replace(state, crls={}))
    assert caught.value.code == "ENGINE-CHECK-01"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ca-1 today superseded", Revoked("ca-1", 0, None, Reason.SUPERSEDED)),
        (
            "serial:004a 2026-01-15 key-compromise",
            Revoked("", 0x4A, date(2026, 1, 15), Reason.KEY_COMPROMISE),
        ),
    ],
)
def test_an_item_is_read(text: str, told: Revoked) -> None:
    assert read_revoked(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ca-1 superseded",
        "ca-1 today",
        "ca-1  today superseded",
        "ca-1 today superseded ",
        "ca-1 tomorrow superseded",
        "ca-1 2026-02-30 superseded",
        "ca-1 today remove-from-crl",
        "ca-1 today because",
        "CA-1 today superseded",
        "serial:4A today superseded",
        "serial:0 today superseded",
        "serial: today superseded",
        "serial:" + "1" * 41 + " today superseded",
    ],
)
def test_an_item_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_revoked(text)


def test_zero_is_refused_as_a_number_and_the_greatest_is_read() -> None:
    with pytest.raises(ZeroSerialError):
        read_revoked(f"serial:{'0' * 40} today superseded")
    assert read_revoked(f"serial:{'f' * 40} today superseded").serial == (1 << 160) - 1


def test_today_is_the_day_of_the_list_and_a_name_its_serial_number() -> None:
    state = moment(SECOND, Outcome).after
    serial = int(state.certificates["issuing-oca-certificate"].serial, 16)
    items = ("issuing-oca-certificate today superseded",)
    assert revocations(items, state, date(2030, 1, 2)) == (
        Revocation(serial, date(2030, 1, 2), Reason.SUPERSEDED),
    )


def test_a_keys_certificate_is_found_by_its_public_key() -> None:
    state = moment(SECOND, Outcome).after
    assert certificate_of_key(state, "issuing-oca") == "issuing-oca-certificate"
    assert certificate_of_key(state, "another") == ""


def test_what_a_list_relies_on_unconfirmed_is_told_with_the_rest() -> None:
    script = moment(SECOND, Outcome).after.script
    told = unverified_facts(script)
    assert ("smki-oca-arl", "next-update") in told
    assert ("smki-root-oca", "validity") in told
    assert len(told) == len(set(told))
