"""What is asked of a request while another one can still be given in its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from ceremony.conduct.actions.answer import answer_to
from ceremony.conduct.conductor import Conductor
from ceremony.pki.fact import Presence
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_file import Imported
from ceremony.pki.request_set import judge_requests
from ceremony.script.model import Script
from ceremony.script.waiver import Waiver
from tests.fakes.record_batch import METER, build_batch, request_of
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.room_after import room_after
from tests.fakes.single_lies import OTHER, PROFILE, TAKEN
from tests.fakes.unmeasured import unmeasured

TODAY = date(2026, 11, 26)
FINDING = "pkix.invalid_uri_syntax"


@pytest.fixture(scope="module")
def built() -> BuiltRecord:
    return unmeasured(build_batch)


def found(  # noqa: PLR0913  each is another part of what is known
    built: BuiltRecord,
    der: bytes,
    *,
    day: date = TODAY,
    step: str = TAKEN,
    request: str = "meter-request",
    profile: CertificateProfile = PROFILE,
    script: Script | None = None,
) -> list[str]:
    """Give the rules that a request breaks by how it would be answered."""
    room = room_after(built, built)
    now = SimpleNamespace(wall=datetime(day.year, day.month, day.day, tzinfo=UTC))
    conductor = SimpleNamespace(
        script=script or room.script,
        state=room.state,
        facts=room.facts,
        log=room.log,
        clock=SimpleNamespace(now=lambda: now),
    )
    at = next(each for each in room.script.steps if each.id == step)
    answer = answer_to(cast("Conductor", conductor), at, request, profile)
    asked = [Imported("one.csr", 1, der)]
    (judged,) = judge_requests(asked, profile, answer=answer)
    return [each.rule for each in judged.findings]


def test_another_request_than_the_approved_one_is_refused_while_it_can_be_replaced(
    built: BuiltRecord,
) -> None:
    assert found(built, METER) == []
    assert found(built, OTHER) == ["PKI-CSR-33"]
    # Before its issuer has a certificate nothing else can be asked.
    assert found(built, OTHER, step="2.5") == ["PKI-CSR-33"]


def test_a_request_that_no_step_answers_is_held_against_nothing(
    built: BuiltRecord,
) -> None:
    assert found(built, OTHER, request="nobodys") == []


def test_the_devices_of_a_set_ask_for_what_they_are(built: BuiltRecord) -> None:
    assert found(built, request_of(1), request="device-requests") == []


def test_the_path_is_asked_under_the_certificates_that_will_stand_above(
    built: BuiltRecord,
) -> None:
    late = date(2090, 1, 1)
    assert found(built, METER, day=late) == ["PKI-PATH-03"]
    # Between that step and the answer both CAs are certified.
    assert found(built, METER, day=late, step="2.5") == []


def test_what_the_script_waives_in_the_certificate_is_waived_in_its_request(
    built: BuiltRecord,
) -> None:
    # A device of the SMKI has no such URL, whatever is waived.
    located = replace(PROFILE, crl_urls=Presence.REQUIRED, lineage=())
    things = tuple(
        replace(thing, values=(*thing.values, ("crl-urls", "http://crl/x.crl")))
        if thing.name == "meter-certificate"
        else thing
        for thing in built.builder.script.things
    )
    script = replace(built.builder.script, things=things)
    assert found(built, METER, profile=located, script=script) == ["PKI-CSR-31"]
    waiver = Waiver(FINDING, "meter-certificate", "A.", "Ours.", "4.2", TODAY)
    script = replace(script, waivers=(waiver,))
    assert found(built, METER, profile=located, script=script) == []
    script = replace(script, waivers=(replace(waiver, expires=date(2026, 11, 25)),))
    assert found(built, METER, profile=located, script=script) == ["PKI-CSR-31"]
