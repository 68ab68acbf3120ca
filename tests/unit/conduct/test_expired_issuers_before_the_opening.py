"""Whose certificate ends too early to sign is told before a ceremony is opened.

By their profiles the issuing CA of the first ceremony is valid for 25 years and the
root for 50, from 25 November 2026; what an issuing CA issues to a device has no end.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from ceremony.conduct.brought import Brought
from ceremony.conduct.earlier import Found
from ceremony.conduct.expired import refused_expired
from ceremony.conduct.known import Known
from ceremony.conduct.log import Log
from ceremony.conduct.opening import Wish, _earlier
from ceremony.conduct.preflight import check_against_journal
from ceremony.conduct.replaced import Journal
from ceremony.conduct.site import Site
from ceremony.engine.facts import CertificateBrought
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, Mode
from ceremony.register.history import History
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.record_earlier import search
from tests.fakes.record_renewal import build_before, second_script
from tests.fakes.renewal_script import ACT, NEXT_KEY, OTHER, list_step
from tests.fakes.room_after import room_after
from tests.fakes.workspace_after import workspace_after

ISSUING = "issuing-dca-certificate"
TAKE, ANSWER = "csr.import, with: {request: meter-request}", ACT[5]
LISTING = list_step(1, [OTHER])
BY_NEXT = ANSWER.replace("issuing-dca", "next-dca")
CROSS = (
    "certificate.cross-sign, irreversible: true, with: {key: root-dca, "
    f"of: {ISSUING}, certificate: meter-cert}}"
)
LAST, AFTER = date(2051, 11, 24), date(2051, 11, 25)
"""Of the issuing CA; below the root another CA of 25 years fits until the second."""
RULE = "CONDUCT-ISSUER-01"


def script_of(*middle: str) -> Script:
    """Give the second ceremony's script, with steps between proof and inventory."""
    return decode_script(second_script([*ACT[:2], *middle, ACT[-1]]), "second.yaml")


def refusals(
    day: date,
    *middle: str,
    found: tuple[Found, ...] | None = None,
    brought: tuple[Brought, ...] = (),
) -> list[RefusedError]:
    script = script_of(*middle)
    told = search(script, build_before()) if found is None else found
    journal = Journal(History(), dict[Digest, bytes]().__getitem__)
    known = Known(script, told, brought, journal, Mode.REHEARSAL, day)
    return [refusal for _, refusal in refused_expired(known)]


@pytest.mark.parametrize("step", [ANSWER, LISTING])
def test_a_ca_signs_until_the_last_day_of_its_certificate(step: str) -> None:
    assert refusals(LAST, TAKE, step) == []
    (refusal,) = refusals(AFTER, TAKE, step)
    assert refusal.code == RULE
    assert str(refusal).endswith(" has expired: it was valid until 2051-11-24.")
    assert "by issuing-dca, and the certificate of " in str(refusal)
    assert refusal.remedy.startswith("Renew the certificate of the")


def test_nothing_is_issued_that_outlives_its_issuer() -> None:
    # From the day after on 25 years end with the root's last day, and then after it.
    assert refusals(AFTER, *NEXT_KEY) == []
    (refusal,) = refusals(date(2051, 11, 26), *NEXT_KEY)
    assert refusal.code == RULE
    assert "what it issues would be valid until 2076-11-25, and " in str(refusal)
    assert str(refusal).endswith(" is until 2076-11-24.")
    assert "give the profile a shorter term" in refusal.remedy


def test_a_ca_above_that_has_expired_issues_nothing_below() -> None:
    found = exchanged(search(script_of(TAKE, ANSWER), build_before()))
    assert refusals(LAST, TAKE, ANSWER, found=found) == []
    (refusal,) = refusals(AFTER, TAKE, ANSWER, found=found)
    assert "has expired: it was valid until 2051-11-24" in str(refusal)
    # Of a list its issuer alone is looked at.
    assert refusals(AFTER, LISTING, found=found) == []
    # By what is cross-signed before there may be another path; the room tells.
    assert refusals(AFTER, CROSS, TAKE, ANSWER, found=found)[1:] == []


def exchanged(found: tuple[Found, ...]) -> tuple[Found, ...]:
    """Let each CA have the other's certificate: the one above ends first."""
    names = (ISSUING, "root-dca-certificate")
    files = {
        f"certificate-{one}.pem": it.contents[f"certificate-{other}.pem"]
        for one, other in (names, names[::-1])
        for it in found
        if it.fact.thing == other and it.fact.outcome.certificate is not None
    }
    return tuple(
        replace(
            it,
            contents={each: files.get(each, raw) for each, raw in it.contents.items()},
        )
        for it in found
    )


def test_a_key_that_is_certified_anew_signs_by_the_new_certificate() -> None:
    assert refusals(AFTER, *NEXT_KEY, TAKE, BY_NEXT) == []
    anew = [step.replace("key: next-dca", "key: issuing-dca") for step in NEXT_KEY[2:]]
    assert refusals(AFTER, NEXT_KEY[0], *anew, TAKE, ANSWER) == []
    assert len(refusals(AFTER, NEXT_KEY[0], TAKE, ANSWER, *anew)) == 1


def test_a_certificate_that_was_brought_ends_as_well() -> None:
    found = search(script_of(TAKE, ANSWER), build_before())
    (issuing,) = (it for it in found if it.fact.thing == ISSUING)
    made = issuing.fact.outcome.certificate
    assert made is not None
    other = Brought(CertificateBrought(ISSUING, made), issuing.contents)
    rest = tuple(it for it in found if it is not issuing)
    assert refusals(LAST, TAKE, ANSWER, found=rest, brought=(other,)) == []
    assert len(refusals(AFTER, TAKE, ANSWER, found=rest, brought=(other,))) == 1


def test_it_is_told_by_the_check_at_a_site_and_at_the_opening(tmp_path: Path) -> None:
    script = script_of(TAKE, ANSWER)
    workspace = workspace_after(build_before(), tmp_path / "workspace")
    token = SimpleNamespace(name="root-hsm", serial="S-root-hsm")
    site = SimpleNamespace(binding=SimpleNamespace(tokens=[token]), certificates={})
    wish = Wish(script, (), cast("Site", site), Mode.REHEARSAL)
    log = cast("Log", room_after(build_before(), build_before(), facts=()).log)
    for day, rules in ((LAST, []), (AFTER, [RULE])):
        findings = check_against_journal(
            workspace,
            Mode.REHEARSAL,
            script,
            serials={"root-hsm": "S-root-hsm"},
            files={},
            today=day,
        )
        assert [each.rule for each in findings] == rules
        told = [script.raw.decode().splitlines()[it.place.line - 1] for it in findings]
        assert all("certificate.issue" in line for line in told)
    assert _earlier(wish, log, LAST)
    with pytest.raises(RefusedError) as refused:
        _earlier(wish, log, AFTER)
    assert refused.value.code == RULE
