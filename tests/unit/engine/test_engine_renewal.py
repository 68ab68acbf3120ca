"""What an import renews: what the script names, found in an earlier ceremony."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.batch import is_batch
from ceremony.engine.facts import (
    CrlMade,
    EarlierFound,
    Fact,
    Intent,
    Outcome,
    RequestsGiven,
    RequestsJudged,
    RevokedCertificate,
)
from ceremony.engine.renewal import renewal_lines, renewed_by, request_answered
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest
from ceremony.script.decode import decode_script
from tests.fakes.renewal_script import KEYS, PROVEN, renewal_script
from tests.fakes.walked_record import (
    Moment,
    allowed,
    at,
    changed,
    refusal,
    walked_renewal,
)

METER, DEVICES = "2.4", "2.5"
RENEW_02 = "ENGINE-RENEW-02"
WHOLE = decode_script(
    renewal_script(dict.fromkeys((*KEYS, *PROVEN), "ab" * 32))[0].encode(), "it"
)


def moment(step: str, kind: type[Fact]) -> Moment:
    return at(step, kind, walked_renewal())


def told_of(thing: str) -> Moment:
    return next(
        each
        for each in walked_renewal()
        if isinstance(each.command.fact, EarlierFound)
        and each.command.fact.thing == thing
    )


@pytest.mark.parametrize(
    ("step", "renews"),
    [
        (METER, ()),
        (METER, ("old-devices",)),
        (METER, ("old-meter", "old-devices")),
        (DEVICES, ("old-meter",)),
    ],
)
def test_nothing_else_is_renewed_than_the_script_names(
    step: str, renews: tuple[str, ...]
) -> None:
    known = moment(step, RequestsJudged)
    allowed(known.before, known.command)
    lied = changed(known.command, renews=renews)
    assert refusal(known.before, lied) == "ENGINE-RENEW-01"


def test_nothing_is_renewed_that_no_earlier_ceremony_has_made() -> None:
    known = moment(METER, RequestsJudged)
    nothing = replace(known.before, earlier=())
    assert refusal(nothing, known.command) == "ENGINE-RENEW-01"


def test_a_batch_is_the_one_whose_results_the_script_names() -> None:
    known = told_of("old-devices")
    fact = known.command.fact
    assert isinstance(fact, EarlierFound)
    allowed(known.before, known.command)
    assert fact.outcome.part is not None
    other = replace(fact.outcome.part, issued=Digest("ee" * 32))
    for outcome in (
        replace(fact.outcome, part=other),
        replace(fact.outcome, part=None),
    ):
        lied = changed(known.command, outcome=outcome)
        assert refusal(known.before, lied) == "ENGINE-EARLIER-01"


def test_who_names_the_file_is_told_what_it_renews() -> None:
    state = moment(METER, RequestsGiven).before
    assert state.step is not None
    (need,) = KINDS[state.step.verb].needs(state.step, state)
    assert need.prompt == (
        "The file with the request: Request of the meter, which renews Old certificate "
        "of the meter"
    )


def test_an_import_tells_what_it_renews() -> None:
    told = []
    for step in (METER, DEVICES):
        known = moment(step, RequestsJudged)
        entries = KINDS["csr.import"].entries(known.after, (known.command.fact,))
        told += [
            each.value
            for each in entries
            if isinstance(each, Line) and each.label == "renews"
        ]
    old = known.before.certificates["old-meter"]
    assert told == [
        f"Old certificate of the meter, serial {old.serial}",
        "certificates of Old device certificates, which has 5",
    ]


def test_what_is_known_of_neither_certificate_nor_batch_is_not_told() -> None:
    state = moment(METER, RequestsJudged).before
    bare = tuple(
        replace(each, outcome=replace(each.outcome, certificate=None, part=None))
        for each in state.earlier
    )
    names = ("old-meter", "old-devices", "meter-cert")
    lines = renewal_lines(replace(state, earlier=bare), "meter-request", names)
    assert tuple(lines) == ()


def test_a_batch_that_exists_already_is_one_of_certificates() -> None:
    assert is_batch(WHOLE, "old-devices")
    assert not is_batch(WHOLE, "old-meter")


def test_a_certificate_renews_what_its_request_does() -> None:
    assert renewed_by(WHOLE, "meter-request") == ("old-meter",)
    assert renewed_by(WHOLE, "other-requests") == ()
    assert renewed_by(WHOLE, "nobody's") == ()
    told = ("device-certs", "other-certs", "old-meter")
    requests = [request_answered(WHOLE, name) for name in told]
    assert requests == ["device-requests", "other-requests", ""]
    assert [renewed_by(WHOLE, it) for it in requests] == [("old-devices",), (), ()]


def test_what_answers_a_request_tells_what_it_renews() -> None:
    state = replace(moment(METER, RequestsJudged).after, script=WHOLE)
    old = state.certificates["old-meter"]
    fact = Outcome(
        "certificate.issue",
        "root-hsm",
        "S-root-hsm",
        walked_renewal()[-1].after.earlier[0].outcome.result,
        thing="meter-cert",
        certificate=replace(old, public_key=Digest("ee" * 32)),
    )
    lines = KINDS["certificate.issue"].entries(state, (fact,))
    told = [each.value for each in lines if isinstance(each, Line)]
    assert f"Old certificate of the meter, serial {old.serial}" in told


def listed(reason: str, serial: str, issuer_key: Digest) -> CrlMade:
    """Tell of a list that revokes one certificate."""
    return CrlMade(
        digest=Digest("ab" * 32),
        tbs=Digest("ac" * 32),
        number=1,
        issuer="CN=Z2",
        issuer_thing="issuing-dca",
        issuer_key=issuer_key,
        this_update="2026-11-25T00:00:00Z",
        next_update="2026-12-25T00:00:00Z",
        revoked=(RevokedCertificate(serial, "2026-11-25", reason),),
    )


def given() -> tuple[Moment, CrlMade]:
    """Give the moment that the meter's file is named, and a list that revokes it."""
    known = moment(METER, RequestsGiven)
    old, key = known.before.certificates["old-meter"], known.before.keys["issuing-dca"]
    return known, listed("key-compromise", old.serial, key.public_key)


def test_what_a_list_of_the_ceremony_revokes_is_not_renewed() -> None:
    known, revoking = given()
    allowed(known.before, known.command)
    state = replace(known.before, crls={"list": revoking})
    assert refusal(state, known.command) == "ENGINE-RENEW-02"


def test_what_an_earlier_list_revokes_is_not_renewed() -> None:
    known, revoking = given()
    told = known.before.earlier[-1]
    outcome = replace(told.outcome, certificate=None, part=None, crl=revoking)
    found = replace(told, thing="issuing-dca", outcome=outcome)
    state = replace(known.before, earlier=(*known.before.earlier, found))
    assert refusal(state, known.command) == "ENGINE-RENEW-02"


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer_key": Digest("ee" * 32)},
        {"revoked": ()},
        {"revoked": (RevokedCertificate("1" * 32, "2026-11-25", "superseded"),)},
    ],
)
def test_a_list_of_another_or_without_it_keeps_nobody(changes: Any) -> None:
    known, revoking = given()
    state = replace(known.before, crls={"list": replace(revoking, **changes)})
    allowed(state, known.command)


def test_a_certificate_on_hold_may_be_renewed() -> None:
    known, revoking = given()
    (entry,) = revoking.revoked
    held = replace(revoking, revoked=(replace(entry, reason="certificate-hold"),))
    allowed(replace(known.before, crls={"list": held}), known.command)


def answered_by(
    state: State, thing: str = "old-meter", answer: str = "meter-cert", **changes: Any
) -> State:
    """Let the script answer a request, and change who signed what is renewed by it."""
    earlier = tuple(
        replace(each, **changes) if each.thing == thing else each
        for each in state.earlier
    )
    steps = [step for step in WHOLE.steps if step.verb == "certificate.issue"]
    (step,) = (it for it in steps if it.parameters["certificate"] == answer)
    act = state.script.acts[-1]
    last = replace(act, steps=(*act.steps, step))
    script = replace(state.script, acts=(*state.script.acts[:-1], last))
    return replace(state, script=script, earlier=earlier)


def test_what_a_list_revokes_before_the_answer_is_signed_is_not_renewed() -> None:
    known, revoking = given()
    state = answered_by(known.before)
    step = state.script.steps[-1]
    token = state.script.thing("issuing-dca").token
    told = Intent(step.verb, token, "0", thing="meter-cert")
    judge = KINDS[step.verb].verify
    for revoked, code in (({}, "ENGINE-ISSUE-01"), ({"list": revoking}, RENEW_02)):
        with pytest.raises(RefusedError) as refused:
            judge(step, replace(state, crls=revoked), told)
        assert refused.value.code == code


def test_what_another_key_has_signed_is_not_renewed() -> None:
    known, _ = given()
    allowed(answered_by(known.before), known.command)
    allowed(answered_by(known.before, issuer_key=None), known.command)
    for changes in (
        {"issuer_key": Digest("ee" * 32)},
        {"issuer_key": None, "by": ""},
        {"issuer_key": None, "by": "root-dca"},
    ):
        state = answered_by(known.before, **changes)
        assert refusal(state, known.command) == "ENGINE-RENEW-03"


def test_a_key_that_nobody_has_answers_no_renewal() -> None:
    known, _ = given()
    state = answered_by(known.before)
    keys = {name: key for name, key in state.keys.items() if name != "issuing-dca"}
    assert refusal(replace(state, keys=keys), known.command) == "ENGINE-RENEW-03"


def test_which_of_a_batch_are_revoked_is_asked_of_each_request() -> None:
    _, revoking = given()
    known = moment(DEVICES, RequestsGiven)
    allowed(replace(known.before, crls={"list": revoking}), known.command)


def test_a_batch_of_another_key_is_not_renewed() -> None:
    known = moment(DEVICES, RequestsGiven)
    for signer in (known.before.keys["issuing-dca"].public_key, None):
        state = answered_by(
            known.before, thing="old-devices", answer="device-certs", issuer_key=signer
        )
        allowed(state, known.command)
    state = answered_by(
        known.before,
        thing="old-devices",
        answer="device-certs",
        issuer_key=Digest("ee" * 32),
    )
    assert refusal(state, known.command) == "ENGINE-RENEW-03"


def test_what_nothing_is_known_of_is_asked_about_only_when_it_is_told() -> None:
    known = moment(METER, RequestsGiven)
    allowed(replace(answered_by(known.before), earlier=()), known.command)
    assert renewed_by(WHOLE, "no request") == ()
