"""Below a root that takes the place of another, what is issued and what is tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from ceremony.clock import SystemClock
from ceremony.conduct.actions.answer import answer_to
from ceremony.conduct.actions.order import likely_issuer
from ceremony.pki.certificate import fingerprint, name_text
from ceremony.pki.request_file import Imported
from ceremony.pki.request_set import judge_requests
from ceremony.pki.script_profile import certificate_profile
from ceremony.verify.check import Status
from ceremony.verify.verdict import judge_files
from tests.fakes.forgery import Forgery
from tests.fakes.key_acts import TESTS, build_script
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.room_after import room_after
from tests.fakes.unmeasured import unmeasured

SCRIPTS = TESTS / "vectors/scripts"


@pytest.fixture(
    scope="module", params=["sound-below-contingency", "sound-with-own-root"]
)
def built(request: pytest.FixtureRequest) -> BuiltRecord:
    own = (SCRIPTS / "our-root-oca.yaml").read_bytes()
    forgery = Forgery()
    if request.param == "sound-with-own-root":
        forgery = Forgery(profiles={"profile-our-root-oca.yaml": own})
    path = SCRIPTS / f"{request.param}.yaml"
    return unmeasured(lambda: build_script(path, forgery))


def test_what_is_issued_below_it_is_verified_from_the_pack_alone(
    built: BuiltRecord,
) -> None:
    verdict = judge_files(built.files, built.policy)
    assert [it.rule for it in verdict.checks if it.status is Status.FAILED] == []
    issued = "issuing-oca-certificate", "first-arl", "second-arl"
    state = built.builder.state
    assert {*issued} < {*state.certificates, *state.crls}
    assert "CN=NA" in state.certificates[issued[0]].issuer


@pytest.mark.parametrize(("asked_in", "rules"), [("2.7", []), ("2.8", ["PKI-PATH-03"])])
def test_a_request_is_not_judged_below_a_root_that_is_certified_before_the_answer(
    built: BuiltRecord, asked_in: str, rules: list[str]
) -> None:
    room = room_after(built, built)
    # When the root that is there by now has expired.
    now = SimpleNamespace(wall=datetime(2090, 1, 1, tzinfo=UTC))
    conductor: Any = SimpleNamespace(
        script=room.script,
        state=room.state,
        facts=room.facts,
        log=room.log,
        clock=SimpleNamespace(now=lambda: now),
    )
    # In step 2.7 the root gets another certificate.
    step = next(each for each in room.script.steps if each.id == asked_in)
    profile = certificate_profile(room.script, "smki-issuing-oca")
    answer = answer_to(conductor, step, "request", profile)
    asked = room.log.journal.blob(room.state.requests["request"].digest)
    (judged,) = judge_requests([Imported("one.csr", 1, asked)], profile, answer=answer)
    assert [it.rule for it in judged.findings] == rules


def test_the_likely_issuer_is_the_root_that_takes_the_place_of_the_one_that_is_named(
    built: BuiltRecord,
) -> None:
    room = room_after(built, built)
    profile = certificate_profile(room.script, "smki-issuing-oca")
    made = room.state.certificates["root-oca-certificate"].digest
    assert fingerprint(likely_issuer(room.as_conductor(), profile)) == made


def test_where_that_one_is_only_planned_it_is_made_with_stand_in_keys(
    built: BuiltRecord,
) -> None:
    room = room_after(built, built)
    waiting: Any = SimpleNamespace(
        script=room.script,
        state=replace(room.state, certificates={}),
        log=room.log,
        clock=SystemClock(),
        random=bytes,
    )
    profile = certificate_profile(room.script, "smki-issuing-oca")
    # Below a made-up issuer the name would be a made-up one.
    assert "CN=NA" in name_text(likely_issuer(waiting, profile).subject)
