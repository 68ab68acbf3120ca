"""What another ceremony has renewed already is not renewed again: two would be live."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from ceremony.conduct.actions.issued_before import issued_before
from ceremony.conduct.actions.renewed import (
    renewed_subjects,
    verify_not_replaced,
    verify_still_answerable,
)
from ceremony.conduct.earlier import Found
from ceremony.conduct.log import Log
from ceremony.conduct.opening import Wish, _earlier
from ceremony.conduct.renewable import replaced_renewals
from ceremony.conduct.replaced import Journal
from ceremony.conduct.site import Site
from ceremony.engine.command import Command
from ceremony.engine.facts import Outcome
from ceremony.engine.state import Recorded, State
from ceremony.errors import RefusedError
from ceremony.identifiers import CeremonyId, Mode
from ceremony.pki.issued_results import decode_issued
from ceremony.register.history import Act, History
from ceremony.script.decode import decode_script
from tests.fakes.batch_site import SCRIPT_FILE
from tests.fakes.forgery import Forgery
from tests.fakes.record_anew import build_meter_anew
from tests.fakes.record_builder import START, BuiltRecord, build_record
from tests.fakes.record_earlier import FIRST, search
from tests.fakes.record_renewal import (
    DEVICE,
    METER_AGAIN,
    METERS,
    OLD,
    SIGNING,
    build_renewal,
    listing,
    revoked_device,
    second_script,
)
from tests.fakes.record_renewal import build_before as build_first
from tests.fakes.record_replaced import (
    NEWER,
    build_before,
    build_replaced,
    third_script,
)
from tests.fakes.renewal_script import ACT, IMPORTS, list_step
from tests.fakes.room_after import history_of, kept_by, room_after
from tests.unit.engine.test_engine_withdrawn import listed

REPLACED = "CONDUCT-RENEW-02"
ELSEWHERE = CeremonyId("KC-2026-009-R1")
ISSUED = "issued-device-certificates.jsonl"


def newer_serial() -> str:
    return build_before().builder.state.certificates[NEWER].serial


def told_before(
    raw: bytes, before: BuiltRecord, history: History | None = None, *more: Found
) -> list[tuple[str, str]]:
    """Give of each import that is refused beforehand the request, and the rule."""
    script = decode_script(raw, "it")
    found = [*search(script, before), *more]
    known = history or history_of(before.builder.facts)
    told = replaced_renewals(script, found, Journal(known, kept_by(before)))
    return [(str(step.parameters["request"]), refusal.code) for step, refusal in told]


@pytest.mark.parametrize(
    ("renews", "refused"),
    [("old-meter", True), ("newer-meter", False), ("old-meter, newer-meter", False)],
)
def test_what_was_renewed_already_is_told_before_the_opening(
    renews: str, *, refused: bool
) -> None:
    told = told_before(third_script(renews), build_before())
    assert told == ([("meter-request", REPLACED)] if refused else [])
    assert told_before(second_script(), build_first()) == []


def test_no_ceremony_is_opened_that_renews_what_was_renewed_already() -> None:
    room = room_after(build_replaced(), build_before(), facts=())
    token = SimpleNamespace(name="root-hsm", serial="S-root-hsm")
    binding = SimpleNamespace(tokens=[token])
    site = cast("Site", SimpleNamespace(binding=binding, certificates={}))
    log = cast("Log", room.log)
    for renews in ("old-meter, newer-meter", "old-meter"):
        script = decode_script(third_script(renews), "it")
        wish = Wish(script, (), site, Mode.REHEARSAL)
        if renews == "old-meter":
            with pytest.raises(RefusedError) as refused:
                _earlier(wish, log, START.date())
            assert refused.value.code == REPLACED
        else:
            assert {each.fact.thing for each in _earlier(wish, log, START.date())} >= {
                "newer-meter"
            }


@pytest.mark.parametrize(
    ("reason", "refused"), [("superseded", False), ("certificate-hold", True)]
)
def test_what_a_known_list_revokes_for_good_has_replaced_nothing(
    reason: str, *, refused: bool
) -> None:
    raw, before = third_script("old-meter"), build_before()
    found = search(decode_script(raw, "it"), before)
    key = next(each for each in found if each.fact.thing == "issuing-dca")
    crl = listed("issuing-dca", (newer_serial(), reason))
    crl = replace(crl, issuer_key=before.builder.state.keys["issuing-dca"].public_key)
    outcome = replace(key.fact.outcome, key=None, crl=crl)
    last = replace(key, fact=replace(key.fact, outcome=outcome))
    told = told_before(raw, before, None, last)
    assert told == ([("meter-request", REPLACED)] if refused else [])


def test_what_the_script_revokes_before_its_import_has_replaced_nothing() -> None:
    serial = f"serial:{newer_serial()} 2020-01-15 superseded"
    for item, told in (
        ("newer-meter today key-compromise", []),
        (serial, []),
        ("newer-meter today certificate-hold", [("meter-request", REPLACED)]),
        ("serial:4a0f today superseded", [("meter-request", REPLACED)]),
    ):
        raw = listing(third_script("old-meter"), METER_AGAIN, item)
        assert told_before(raw, build_before()) == told
    after = [*ACT[:2], IMPORTS["meter-again"], list_step(1, [serial])]
    late = second_script(after, first=build_before())
    assert told_before(late, build_before()) == [("meter-request", REPLACED)]


def batch_again(seq: int, *, whole: bool) -> Act:
    """Give the act that has issued the first ceremony's batch, as if another had."""
    for act in history_of(build_first().builder.facts).acts:
        if act.outcome.part is not None:
            issued = act.outcome.part.issued if whole else None
            part = replace(act.outcome.part, issued=issued)
            outcome = replace(act.outcome, thing="again", part=part)
            return Act(replace(act.event, seq=seq), outcome)
    raise LookupError


@pytest.mark.parametrize("whole", [True, False])
def test_a_batch_is_refused_where_nobody_of_it_is_left(*, whole: bool) -> None:
    """Nor is one of a ceremony that was left, of which there are no results."""
    before = build_first()
    history = history_of(before.builder.facts)
    history.acts.append(batch_again(500, whole=whole))
    raw = second_script()
    assert told_before(raw, before, history) == [("device-requests", REPLACED)]
    answered = decode_issued(before.files[ISSUED], ISSUED).answered
    some = f"serial:{answered[0].serial} 2020-01-15 superseded"
    assert told_before(listing(raw, METER_AGAIN, some), before, history) == []


def test_what_was_renewed_already_is_not_taken_in_in_the_room() -> None:
    room = room_after(build_replaced(), build_before()).as_conductor()
    step = room.script.steps[-1]
    for names, replaced in (
        (["old-meter"], METERS),
        (["newer-meter"], frozenset()),
        (["old-meter", "newer-meter"], frozenset()),
        (["old-devices"], frozenset()),
    ):
        old = renewed_subjects(room, names, SIGNING)
        assert old.replaced == replaced
        if replaced:
            with pytest.raises(RefusedError) as refused:
                verify_not_replaced(room, step, names, old)
            assert refused.value.code == REPLACED
        else:
            verify_not_replaced(room, step, names, old)


def left_behind() -> BuiltRecord:
    """Make the first ceremony up, left before its batch was whole."""

    def cut(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, Outcome) or fact.part is None:
            return told
        part = replace(fact.part, issued=None, answered_at="", received_at="")
        return replace(told, fact=replace(fact, part=part))

    raw = SCRIPT_FILE.read_bytes()
    forgery = Forgery(script=lambda _: raw, ceremony=FIRST, command=cut)
    return build_record(forgery)


def test_whose_certificate_of_a_batch_that_was_left_is_revoked_applies_anew() -> None:
    before, built = left_behind(), build_renewal()
    answered = decode_issued(build_first().files[ISSUED], ISSUED).answered
    key = built.builder.state.keys["issuing-dca"].public_key
    for serials, free in (((), frozenset()), ((answered[0].serial,), DEVICE)):
        crl = listed("issuing-dca", *((serial, "superseded") for serial in serials))
        known = {"list": replace(crl, issuer_key=key)}
        state = replace(State(built.builder.script), crls=known)
        room = room_after(built, before, state, facts=()).as_conductor()
        told = issued_before(room, SIGNING, renews=False)
        assert OLD - told.subjects == free


def elsewhere(act: Act) -> Recorded:
    """Let another ceremony have done it, after everything else."""
    return Recorded(replace(act.event, seq=900, ceremony=ELSEWHERE), act.outcome)


def meter_again() -> Act:
    """Give the act that has renewed the meter's certificate."""
    (act,) = (
        each
        for each in history_of(build_before().builder.facts).acts
        if each.outcome.thing == NEWER
    )
    return act


def not_answered(built: BuiltRecord, request: str, *since: Recorded) -> str:
    """Give by which rule a request is not answered any more; empty where it is."""
    room = room_after(built, build_first(), since=since, more=(build_before(),))
    conductor = room.as_conductor()
    try:
        verify_still_answerable(conductor, conductor.script.steps[-1], request)
    except RefusedError as refusal:
        return refusal.code
    return ""


def test_what_another_ceremony_has_renewed_meanwhile_is_not_answered() -> None:
    built, built_anew = build_renewal(), build_meter_anew()
    meter = elsewhere(meter_again())
    batches = [elsewhere(batch_again(900, whole=whole)) for whole in (True, False)]
    told = [
        not_answered(built, "meter-request"),
        not_answered(built, "meter-request", meter),
        not_answered(built, "other-requests", meter),
        *(not_answered(built, "device-requests", act) for act in (meter, *batches)),
        not_answered(built_anew, "meter-request"),
        not_answered(built_anew, "meter-request", meter),
    ]
    assert told == ["", REPLACED, "", "", REPLACED, REPLACED, "", "CONDUCT-IMPORT-03"]
    not_taken = build_renewal(Forgery(stop_after="2.3"))
    assert not_answered(not_taken, "meter-request", meter) == ""


@pytest.mark.parametrize(
    ("reason", "rule"), [("superseded", "CONDUCT-RENEW-03"), ("certificate-hold", "")]
)
def test_a_set_is_not_answered_once_a_list_revokes_what_one_of_it_renews(
    reason: str, rule: str
) -> None:
    item = f"{revoked_device()} today {reason}"
    steps = [*ACT[:2], IMPORTS["devices-again"], list_step(1, [item])]
    built = build_renewal(honest=second_script(steps))
    assert not_answered(built, "device-requests") == rule
