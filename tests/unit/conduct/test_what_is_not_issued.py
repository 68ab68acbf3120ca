"""What keeps a certificate from being signed, asked before a device is told a thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ceremony.conduct.actions.certificate import issue
from ceremony.conduct.actions.issued_before import serials_before
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.replaced import Journal
from ceremony.engine.facts import (
    CertificateBrought,
    EarlierFound,
    Intent,
    Opened,
    Outcome,
)
from ceremony.engine.state import Recorded
from ceremony.errors import CeremonyError
from ceremony.identifiers import CeremonyId
from tests.fakes.made_up_site import Site
from tests.fakes.record_batch import GOOD, build_batch
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_earlier import LOST, build_earlier, build_first
from tests.fakes.room_after import room_after
from tests.fakes.unmeasured import unmeasured

METER, CA = "meter-certificate", "issuing-dca-certificate"


@pytest.fixture(scope="module")
def built() -> BuiltRecord:
    return unmeasured(build_batch)


def refusal(
    built: BuiltRecord,
    certificate: str,
    *,
    since: Sequence[Recorded] = (),
    words: bool = False,
    **stated: object,
) -> str:
    """Issue a certificate of the script; give the rule by which it is refused.

    With ``words`` its sentence follows.

    The room has no device, no pen and no clock: nothing but a refusal comes of it.
    """
    room = room_after(built, built, since=since)
    things = tuple(
        replace(thing, **stated) if thing.name == certificate else thing  # type: ignore[arg-type]  # by name
        for thing in room.script.things
    )
    (step,) = (
        each
        for each in room.script.steps
        if each.parameters.get("certificate") == certificate
        and each.verb == "certificate.issue"
    )
    stating = replace(room, script=replace(room.script, things=things))
    try:
        issue(stating.as_conductor(), step, Inputs())
    except CeremonyError as error:
        return f"{error.code} {error}" if words else error.code
    return ""


def test_an_imported_request_is_not_answered_with_values_that_it_does_not_ask_for(
    built: BuiltRecord,
) -> None:
    other = (("hardware-serial", "90b3d51f3000eeee"),)
    assert refusal(built, METER, values=other) == "PKI-REQUEST-21"


def test_a_request_is_not_answered_under_another_name_than_it_asks_for(
    built: BuiltRecord,
) -> None:
    assert refusal(built, CA, common_name="Z9") == "PKI-REQUEST-04"


def test_a_request_is_not_answered_whose_subject_was_certified_since(
    built: BuiltRecord,
) -> None:
    (made,) = (
        each
        for each in built.builder.facts
        if isinstance(each.fact, Outcome) and each.fact.thing == METER
    )
    event = replace(made.event, seq=900, ceremony=CeremonyId("KC-2026-900-R1"))
    since = [Recorded(event, made.fact)]
    assert refusal(built, METER, since=since) == "CONDUCT-IMPORT-03"


@pytest.mark.parametrize("certificate", [METER, "device-certificates"])
def test_a_request_is_not_answered_whose_key_was_certified_since(
    built: BuiltRecord, monkeypatch: pytest.MonkeyPatch, certificate: str
) -> None:
    # For another subject: which subjects were certified is not asked here.
    monkeypatch.setattr(Journal, "issued_since", lambda *_: frozenset())
    since = [
        Recorded(
            replace(each.event, seq=900, ceremony=CeremonyId("KC-2026-900-R1")),
            each.fact,
        )
        for each in built.builder.facts
        if isinstance(each.fact, Outcome) and each.fact.thing == certificate
    ]
    told = refusal(built, certificate, since=since, words=True)
    assert told.startswith("CONDUCT-IMPORT-03 ")
    assert "has certified the key of request 1" in told


def test_numbers_that_a_part_has_named_are_taken_whatever_became_of_it(
    built: BuiltRecord,
) -> None:
    begun = built.builder.facts
    (at,) = (
        number
        for number, each in enumerate(begun)
        if isinstance(each.fact, Intent) and each.fact.part is not None
    )
    room = room_after(built, built, facts=begun[: at + 1])
    alone = replace(room, others=())
    named = built.files["serials-device-certificates-0001.txt"].decode().split()
    assert len(named) == len(GOOD)
    assert {int(each, 16) for each in named} <= serials_before(alone.as_conductor())


def test_numbers_that_a_list_revokes_are_taken_though_nobody_knows_whose_they_are() -> (
    None
):
    (lost,) = (each for each in LOST.split() if each.startswith("serial:"))
    built, before = unmeasured(build_earlier), unmeasured(build_first)
    begun = [
        each
        for each in built.builder.facts
        if isinstance(each.fact, Opened | EarlierFound | CertificateBrought)
    ]
    named = {int(lost.removeprefix("serial:"), 16)}
    assert named <= serials_before(room_after(built, before, facts=[]).as_conductor())
    alone = replace(room_after(built, before, facts=begun), others=())
    known = serials_before(alone.as_conductor())
    assert named <= known
    assert Site().ca.serial_number in known
