"""Below a CA that a ceremony open beside this one has revoked nothing is issued."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony.conduct.actions.certificate import cross_sign, issue
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import CrlMade, Outcome, RevokedCertificate
from ceremony.engine.state import Recorded
from ceremony.errors import CeremonyError
from ceremony.identifiers import CeremonyId, Digest
from ceremony.script.model import Step
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.room_after import room_after
from tests.fakes.unmeasured import unmeasured

CA, ROOT = "issuing-dca-certificate", "root-dca-certificate"
METER, DEVICES = "meter-certificate", "device-certificates"
OTHER = CeremonyId("KC-2026-900-R1")
LATER = 900
"""A leaf after all of this ceremony's."""

Act = Callable[[Conductor, Step, Inputs], None]


@pytest.fixture(scope="module")
def built() -> BuiltRecord:
    return unmeasured(build_batch)


def listed(
    built: BuiltRecord,
    revoked: str,
    reason: str = "key-compromise",
    *,
    seq: int = LATER,
    by: CeremonyId = OTHER,
) -> Recorded:
    """Let a ceremony sign a list of the root that revokes a certificate."""
    root = built.builder.state.certificates[ROOT]
    serial = built.builder.state.certificates[revoked].serial
    (made,) = (
        each
        for each in built.builder.facts
        if isinstance(each.fact, Outcome) and each.fact.thing == ROOT
    )
    crl = CrlMade(
        digest=Digest("ab" * 32),
        tbs=Digest("ac" * 32),
        number=1,
        issuer=root.subject,
        issuer_thing="root-dca",
        issuer_key=root.public_key,
        this_update="2026-11-25T00:00:00Z",
        next_update="2026-12-25T00:00:00Z",
        revoked=(RevokedCertificate(serial, "2026-11-25", reason),),
    )
    assert isinstance(made.fact, Outcome)
    fact = replace(made.fact, verb="crl.issue", certificate=None, crl=crl)
    event = replace(made.event, seq=seq, ceremony=by, data=encode_fact(fact))
    return Recorded(event, fact)


def refusal(
    built: BuiltRecord, certificate: str, told: Recorded, act: Act = issue
) -> str:
    """Issue a certificate of the script; give why it is refused.

    The room has no device, no pen and no clock: nothing else comes of it.
    """
    room = room_after(built, built, since=[told])
    (step,) = (
        each
        for each in room.script.steps
        if each.parameters.get("certificate") == certificate
        and each.verb == "certificate.issue"
    )
    if act is cross_sign:
        wanted = {"key": step.parameters["key"], "of": ROOT, "certificate": certificate}
        step = replace(step, verb="certificate.cross-sign", parameters=wanted)
    with pytest.raises((CeremonyError, AttributeError)) as stopped:
        act(room.as_conductor(), step, Inputs())
    error = stopped.value
    return f"{error.code} {error}" if isinstance(error, CeremonyError) else ""


@pytest.mark.parametrize(
    ("certificate", "act"),
    [(METER, issue), (DEVICES, issue), (METER, cross_sign)],
    ids=["a request", "a set", "a cross-certificate"],
)
@pytest.mark.parametrize("revoked", [CA, ROOT])
def test_nothing_is_issued_below_what_another_ceremony_has_revoked_meanwhile(
    built: BuiltRecord, certificate: str, act: Act, revoked: str
) -> None:
    """RFC 5280, section 6.1.3, (a)(3): no certificate of a path is revoked."""
    why = refusal(built, certificate, listed(built, revoked), act)
    assert why.startswith("ENGINE-ISSUE-04 ")
    assert f"below {revoked}, serial " in why
    assert "which a list of its issuer revokes: key-compromise" in why


@pytest.mark.parametrize("certificate", [METER, DEVICES])
def test_a_hold_and_what_is_not_above_keep_nothing_from_being_issued(
    built: BuiltRecord, certificate: str
) -> None:
    for told in (listed(built, CA, "certificate-hold"), listed(built, METER)):
        assert "ENGINE-ISSUE-04" not in refusal(built, certificate, told)


def test_what_the_ceremony_knows_itself_is_left_to_the_engine(
    built: BuiltRecord,
) -> None:
    """What the engine refuses is recorded as refused."""
    own = listed(built, CA, by=built.builder.forgery.ceremony)
    before = listed(built, CA, seq=-1)
    for told in (own, before):
        assert "ENGINE-ISSUE-04" not in refusal(built, METER, told)
