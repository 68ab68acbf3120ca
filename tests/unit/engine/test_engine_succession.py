"""A CA that has changed its key renews what the key before has signed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from ceremony.check.plan import read_plan
from ceremony.check.renewal_rules import lint_renewals
from ceremony.engine.facts import Intent, Outcome, RequestsGiven, RequestsJudged
from ceremony.engine.revoked import revoked_by_now
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.succession import (
    certificate_before,
    is_key,
    is_succeeding,
    keys_before,
    own_certificate,
)
from ceremony.engine.transcript import Line
from ceremony.identifiers import Digest
from ceremony.script.decode import decode_script
from ceremony.verify.check import Status
from ceremony.verify.verdict import judge_files
from tests.fakes.record_key_gone import build_key_gone
from tests.fakes.record_renewal import second_script
from tests.fakes.record_succession import (
    TAKEN,
    build_listed_by_name,
    build_succession,
    named_otherwise,
    succession_script,
)
from tests.fakes.renewal_script import ACT
from tests.fakes.walked_record import Moment, allowed, at, refusal, walk
from tests.unit.engine.test_engine_withdrawn import listed

OLD, NEW = "issuing-dca-certificate", "next-dca-certificate"
ROOT = "root-dca-certificate"


@cache
def moments() -> tuple[Moment, ...]:
    return walk(build_succession().builder)


def given() -> Moment:
    """Give the moment that the meter's file is named."""
    return at(TAKEN, RequestsGiven, moments())


def with_certificate(state: State, name: str, **changes: Any) -> State:
    changed = replace(state.certificates[name], **changes)
    return replace(state, certificates={**state.certificates, name: changed})


def test_the_next_key_of_a_ca_renews_what_the_key_before_has_signed() -> None:
    allowed(given().before, given().command)
    built = build_succession()
    (check,) = (
        it for it in judge_files(built.files, built.policy).checks if it.number == "12"
    )
    assert check.status is Status.PASSED


def test_a_key_that_is_gone_is_succeeded_and_its_list_is_known() -> None:
    built = build_key_gone()
    checks = judge_files(built.files, built.policy).checks
    assert [it.number for it in checks if it.status is Status.FAILED] == []
    (told,) = (it for it in built.builder.state.earlier if it.outcome.crl is not None)
    assert (told.thing, told.by) == (OLD, "")
    assert "issuing-dca" not in built.builder.state.keys
    command = next(it for it in walk(built.builder) if it.command.fact == told)
    allowed(command.before, command.command)
    known = command.before
    for certificates in ({}, {**known.certificates, OLD: known.certificates[ROOT]}):
        state = replace(known, certificates=certificates)
        assert refusal(state, command.command) == "ENGINE-EARLIER-01"


def test_the_step_tells_whose_key_has_signed_what_is_renewed() -> None:
    known = at(TAKEN, RequestsJudged, moments())
    entries = KINDS["csr.import"].entries(known.after, (known.command.fact,))
    told = [(it.label, it.value) for it in entries if isinstance(it, Line)]
    assert ("signed by", "the key before, that of Issuing certificate") in told


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (NEW, {"subject": "CN=Z3"}),
        (NEW, {"issuer": "CN=Z9"}),
        (NEW, {"not_before": "2020-01-01T00:00:00Z"}),
        (OLD, {"public_key": Digest("ee" * 32)}),
    ],
)
def test_without_both_certificates_of_one_ca_no_succession_is_shown(
    name: str, changes: Any
) -> None:
    state = with_certificate(given().before, name, **changes)
    assert refusal(state, given().command) == "ENGINE-RENEW-03"


def test_a_key_without_a_certificate_succeeds_nobody() -> None:
    state = given().before
    signer = state.keys["issuing-dca"].public_key
    assert certificate_before(state, "next-dca", signer) == OLD
    less = {name: it for name, it in state.certificates.items() if name != NEW}
    assert (
        certificate_before(replace(state, certificates=less), "next-dca", signer) == ""
    )
    assert is_key(state, "issuing-dca", signer)
    assert not is_key(state, "next-dca", signer)


@pytest.mark.parametrize("other", [{"profile": ""}, {}])
def test_a_certificate_by_or_of_another_ca_shows_no_succession(other: Any) -> None:
    """The old one is another CA's that was brought, or was made by cross-signing."""
    state = given().before
    things = tuple(
        replace(it, **other) if it.name == OLD else it for it in state.script.things
    )
    acts = state.script.acts
    if not other:
        step = acts[1].steps[3]
        crossed = replace(
            step, verb="certificate.cross-sign", parameters={"certificate": OLD}
        )
        acts = (replace(acts[0], steps=(*acts[0].steps, crossed)), *acts[1:])
    script = replace(state.script, things=things, acts=acts)
    signer = state.keys["issuing-dca"].public_key
    assert certificate_before(replace(state, script=script), "next-dca", signer) == ""


def test_a_list_of_the_next_key_is_about_what_the_key_before_has_signed() -> None:
    """Relying parties tell issuers apart by name; RFC 5280, section 6.3.3."""
    state = given().before
    old, new = (state.certificates[name].public_key for name in (OLD, NEW))
    assert keys_before(state, new) == {old}
    later = with_certificate(state, NEW, not_before="2031-01-01T00:00:00Z")
    assert (keys_before(later, new), keys_before(later, old)) == ({old}, set())
    assert keys_before(state, "ee" * 32) == frozenset()
    serial = state.certificates["old-meter"].serial
    crl = replace(
        listed("issuing-dca", (serial, "key-compromise")), issuer_key=Digest(new)
    )
    revoked = revoked_by_now(replace(state, crls={"list": crl}))
    assert revoked.by(old) == {serial: "key-compromise"}
    assert refusal(replace(state, crls={"list": crl}), given().command) == (
        "ENGINE-RENEW-02"
    )
    other = with_certificate(state, NEW, subject="CN=Z3")
    assert revoked_by_now(replace(other, crls={"list": crl})).by(old) == {}


LISTED = "2.8"
"""The step in which the next key signs a list."""


@cache
def listings() -> tuple[Moment, ...]:
    return walk(build_listed_by_name().builder)


def test_the_next_key_revokes_by_name_what_the_key_before_has_signed() -> None:
    asked = at(LISTED, Intent, listings())
    allowed(asked.before, asked.command)
    built = build_listed_by_name()
    checks = judge_files(built.files, built.policy).checks
    assert [it.number for it in checks if it.status is Status.FAILED] == []
    (crl,) = built.builder.state.crls.values()
    old = built.builder.state.certificates["old-meter"]
    assert [each.serial for each in crl.revoked] == [old.serial]


def test_a_list_names_nothing_that_the_record_does_not_show_to_be_its_cas() -> None:
    asked = at(LISTED, Intent, listings())
    known = asked.before
    other = Digest("ee" * 32)
    for state in (
        with_certificate(known, NEW, subject="CN=Z3"),
        with_certificate(known, NEW, not_before="2020-01-01T00:00:00Z"),
        with_certificate(known, OLD, public_key=other),
        with_certificate(known, "old-meter", issuer="CN=Z1"),
        with_certificate(known, "old-meter", issuer_thing="root-dca"),
    ):
        earlier = tuple(replace(it, issuer_key=None) for it in state.earlier)
        untold = replace(state, earlier=earlier)
        assert refusal(untold, asked.command) == "ENGINE-CRL-01"
    gone = with_certificate(known, "old-meter", issuer_thing="")
    allowed(gone, asked.command)
    told = tuple(replace(it, issuer_key=None) for it in gone.earlier)
    assert refusal(replace(gone, earlier=told), asked.command) == "ENGINE-CRL-01"


def test_the_step_tells_which_key_before_has_signed_what_its_list_names() -> None:
    done = at(LISTED, Outcome, listings())
    serial = done.after.certificates["old-meter"].serial
    wanted = [
        ("revokes", f"Old certificate of the meter, serial {serial}"),
        ("signed by", "the key before, that of Issuing certificate"),
    ]
    for name, lines in ((OLD, wanted), (NEW, [])):
        changes = {} if lines else {"subject": "CN=Z3"}
        state = with_certificate(done.after, name, **changes)
        entries = KINDS["crl.issue"].entries(state, (done.command.fact,))
        told = [(it.label, it.value) for it in entries if isinstance(it, Line)]
        assert [it for it in told if it in wanted] == lines
    unplanned = replace(done.after.script, acts=done.after.script.acts[:1])
    state = replace(done.after, script=unplanned)
    assert KINDS["crl.issue"].entries(state, (done.command.fact,))


def test_of_two_keys_never_is_each_before_the_other() -> None:
    """Of one moment the later leaf is the successor's, of whichever ceremony."""
    state = given().before
    old, new = (state.certificates[name].public_key for name in (OLD, NEW))
    moment = state.certificates[OLD].not_before
    same = with_certificate(state, NEW, not_before=moment)
    assert (keys_before(same, new), keys_before(same, old)) == ({old}, set())
    first = tuple(same.certificates.items())[::-1]
    turned = replace(same, certificates=dict(first))
    assert (keys_before(turned, new), keys_before(turned, old)) == ({old}, set())
    origin = next(it for it in state.earlier if it.thing == OLD)
    told = replace(origin, thing=NEW, seq=origin.seq - 1)
    both = replace(same, earlier=(*same.earlier, told))
    assert (keys_before(both, new), keys_before(both, old)) == (set(), {new})
    again = replace(state.certificates[OLD], not_before="2031-01-01T00:00:00Z")
    anew = replace(state, certificates={**state.certificates, "anew": again})
    assert (keys_before(anew, new), keys_before(anew, old)) == ({old}, set())


@pytest.mark.parametrize("name", [OLD, NEW])
def test_what_an_earlier_ceremony_has_cross_signed_shows_no_succession(
    name: str,
) -> None:
    state = given().before
    signer = state.keys["issuing-dca"].public_key
    origin = next(it for it in state.earlier if it.thing == OLD)
    outcome = replace(origin.outcome, verb="certificate.cross-sign")
    crossed = replace(origin, thing=name, outcome=outcome)
    others = (it for it in state.earlier if it.thing != name)
    state = replace(state, earlier=(*others, crossed))
    assert certificate_before(state, "next-dca", signer) == ""


def test_a_certificate_that_was_brought_makes_no_key_another_cas_next() -> None:
    """Somebody else has written another CA's name beside the key."""
    state = given().before
    signer = state.keys["issuing-dca"].public_key
    stranger = replace(state.certificates[NEW], subject="CN=Z3", issuer="CN=Z1")
    thing = replace(state.script.thing(NEW), name="stranger", profile="", sha256="ee")
    script = replace(state.script, things=(*state.script.things, thing))
    known = {**state.certificates, "stranger": stranger}
    state = replace(state, script=script, certificates=known)
    assert own_certificate(state, "next-dca") == NEW
    assert certificate_before(state, "next-dca", signer) == OLD
    state = with_certificate(state, OLD, subject="CN=Z3", issuer="CN=Z1")
    assert certificate_before(state, "next-dca", signer) == ""


def test_script_check_lets_the_next_key_of_a_named_ca_answer() -> None:
    for change, rules in ((bytes, []), (named_otherwise, ["SCRIPT-RENEW-04"])):
        script = decode_script(change(succession_script()), "it")
        found = [each.rule for each in lint_renewals(read_plan(script))]
        assert found == rules
        assert is_succeeding(script, "next-dca") is not bool(rules)
    assert not is_succeeding(decode_script(second_script(ACT), "it"), "nobody")
