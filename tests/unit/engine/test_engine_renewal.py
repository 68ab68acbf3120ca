"""What an import renews: what the script names, found in an earlier ceremony."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.batch import is_batch
from ceremony.engine.facts import (
    EarlierFound,
    Fact,
    Outcome,
    RequestsGiven,
    RequestsJudged,
)
from ceremony.engine.renewal import renewal_lines, renewed_by, renewed_into
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line
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
    assert tuple(renewal_lines(replace(state, earlier=bare), names)) == ()


def test_a_batch_that_exists_already_is_one_of_certificates() -> None:
    assert is_batch(WHOLE, "old-devices")
    assert not is_batch(WHOLE, "old-meter")


def test_a_certificate_renews_what_its_request_does() -> None:
    assert renewed_by(WHOLE, "meter-request") == ("old-meter",)
    assert renewed_by(WHOLE, "other-requests") == ()
    assert renewed_by(WHOLE, "nobody's") == ()
    assert renewed_into(WHOLE, "device-certs") == ("old-devices",)
    assert renewed_into(WHOLE, "other-certs") == ()
    assert renewed_into(WHOLE, "old-meter") == ()


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
