"""A serial number of few octets is told to people as a script has it, without zeros."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.decide import verify_command
from ceremony.engine.facts import (
    CrlMade,
    Fact,
    Intent,
    Outcome,
    RequestsGiven,
    Result,
    RevokedCertificate,
)
from ceremony.engine.listed import before_lines
from ceremony.engine.renewal import renewal_lines
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest
from tests.fakes.record_succession import BY_NAME, build_listed_by_name
from tests.fakes.walked_record import (
    Moment,
    at,
    walked_batch,
    walked_earlier,
    walked_renewal,
)

SHORT = f"{0x4A0F:032x}"


def short(state: State, name: str) -> State:
    """Let a certificate of a ceremony have a number of two octets."""
    made = replace(state.certificates[name], serial=SHORT)
    earlier = tuple(
        replace(each, outcome=replace(each.outcome, certificate=made))
        if each.thing == name and each.outcome.certificate is not None
        else each
        for each in state.earlier
    )
    certificates = {**state.certificates, name: made}
    return replace(state, earlier=earlier, certificates=certificates)


def values(entries: Any) -> list[str]:
    return [each.value for each in entries if isinstance(each, Line)]


def revoking(issuer: str, issuer_key: Digest) -> CrlMade:
    return CrlMade(
        digest=Digest("ab" * 32),
        tbs=Digest("ac" * 32),
        number=1,
        issuer=issuer,
        issuer_thing="a-key",
        issuer_key=issuer_key,
        this_update="2026-11-25T00:00:00Z",
        next_update="2026-12-25T00:00:00Z",
        revoked=(RevokedCertificate(SHORT, "2026-11-25", "key-compromise"),),
    )


def refusal(state: State, moment: Moment) -> str:
    with pytest.raises(RefusedError) as refused:
        verify_command(state, moment.command)
    return str(refused.value)


def test_what_is_issued_is_told_by_it() -> None:
    done = at("2.16", Outcome, walked_batch())
    fact: Fact = done.command.fact
    assert isinstance(fact, Outcome)
    assert fact.certificate is not None
    made = replace(fact, certificate=replace(fact.certificate, serial=SHORT))
    lines = KINDS["certificate.issue"].entries(done.after, (made,))
    told = [each for each in lines if isinstance(each, Line)]
    assert [each.value for each in told if each.label == "serial"] == ["4a0f"]


def test_what_is_renewed_is_told_by_it() -> None:
    state = short(at("2.4", RequestsGiven, walked_renewal()).before, "old-meter")
    told = values(renewal_lines(state, "meter-request", ["old-meter"]))
    assert told == ["Old certificate of the meter, serial 4a0f"]
    issued = next(
        each
        for each in walked_earlier()
        if isinstance(each.command.fact, Outcome)
        and each.command.fact.thing == "issuing-oca-certificate"
        and each.command.fact.result is Result.DONE
    )
    state = short(issued.after, "old-certificate")
    told = values(KINDS["certificate.issue"].entries(state, (issued.command.fact,)))
    assert "The old-certificate, serial 4a0f" in told


def test_what_the_next_key_revokes_by_name_is_told_by_it() -> None:
    state = short(build_listed_by_name().builder.state, "old-meter")
    told = values(before_lines(state, "next-dca", [BY_NAME]))
    assert told[0] == "Old certificate of the meter, serial 4a0f"


def test_what_a_refusal_names_is_named_by_it() -> None:
    asked = at("2.4", RequestsGiven, walked_renewal())
    state = short(asked.before, "old-meter")
    old, key = state.certificates["old-meter"], state.keys["issuing-dca"].public_key
    state = replace(state, crls={"list": revoking(old.issuer, key)})
    assert "certificate of the meter, serial 4a0f, which a list" in refusal(
        state, asked
    )

    issue = at("2.16", Intent, walked_batch())
    root = issue.before.certificates["root-dca-certificate"]
    state = short(issue.before, "issuing-dca-certificate")
    state = replace(state, crls={"list": revoking(root.subject, root.public_key)})
    told = refusal(state, issue)
    assert "below issuing-dca-certificate, serial 4a0f, which a list" in told
