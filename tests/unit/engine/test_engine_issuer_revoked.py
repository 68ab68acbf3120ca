"""Below a revoked certificate nothing is issued, whichever of a path it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import CrlMade, Intent, RevokedCertificate
from ceremony.engine.state import State
from ceremony.identifiers import Digest
from tests.fakes.walked_record import Moment, allowed, refusal, walked_batch

ISSUES = [
    each
    for each in walked_batch()
    if isinstance(each.command.fact, Intent)
    and each.command.fact.verb == "certificate.issue"
]


def listed(state: State, key: str, serial: str, reason: str) -> State:
    """Let a key have signed a list of one serial number."""
    crl = CrlMade(
        digest=Digest("ab" * 32),
        tbs=Digest("ac" * 32),
        number=1,
        issuer="CN=Z1",
        issuer_thing=key,
        issuer_key=state.keys[key].public_key,
        this_update="2026-11-25T00:00:00Z",
        next_update="2026-12-25T00:00:00Z",
        revoked=(RevokedCertificate(serial, "2026-11-25T00:00:00Z", reason),),
    )
    return replace(state, crls={"a-list": crl})


def issuer_of(moment: Moment) -> tuple[str, str]:
    """Give the key that signs in a step, and the one that has certified it."""
    step = moment.before.step
    assert step is not None
    key = str(step.parameters["key"])
    made = moment.before.keys[key].public_key
    above = next(
        each.issuer_thing
        for each in moment.before.certificates.values()
        if each.public_key == made
    )
    return key, above


def serial_of(state: State, key: str) -> str:
    made = state.keys[key].public_key
    return next(
        each.serial for each in state.certificates.values() if each.public_key == made
    )


@pytest.mark.parametrize("moment", ISSUES, ids=lambda each: each.command.step)
def test_nothing_is_issued_below_a_revoked_certificate(moment: Moment) -> None:
    state = moment.before
    key, above = issuer_of(moment)
    allowed(state, moment.command)
    serial = serial_of(state, key)
    gone = listed(state, above, serial, "key-compromise")
    assert refusal(gone, moment.command) == "ENGINE-ISSUE-04"
    # On hold it may be released again, and another serial number is another's.
    allowed(listed(state, above, serial, "certificate-hold"), moment.command)
    allowed(listed(state, above, "f" * 32, "key-compromise"), moment.command)


def test_a_certificate_further_above_counts_as_well() -> None:
    moment = next(each for each in ISSUES if issuer_of(each)[0] != issuer_of(each)[1])
    _, above = issuer_of(moment)
    root = serial_of(moment.before, above)
    gone = listed(moment.before, above, root, "ca-compromise")
    assert refusal(gone, moment.command) == "ENGINE-ISSUE-04"
