"""Who is revoked and is to issue is told before a ceremony is opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from ceremony.conduct.brought import Brought
from ceremony.conduct.earlier import Found
from ceremony.conduct.known import Known
from ceremony.conduct.preflight import refused_beforehand
from ceremony.conduct.replaced import Journal
from ceremony.conduct.revoked_issuer import refused_issuers
from ceremony.engine.facts import CertificateBrought, CrlMade, RevokedCertificate
from ceremony.identifiers import Digest, Mode
from ceremony.register.history import History
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.record_above import ANSWERING, answering_script, build_listed_above
from tests.fakes.record_builder import START
from tests.fakes.record_earlier import search
from tests.fakes.record_renewal import build_before, second_script
from tests.fakes.renewal_script import ACT, NEXT_KEY, list_step
from tests.fakes.room_after import history_of

TAKE, ANSWER = "csr.import, with: {request: meter-request}", ACT[5]
ISSUED = "issuing-dca-certificate"
COPY = "issuing-copy: {kind: key, title: Copy, token: root-hsm, copy-of: issuing-dca}"
CROSS = (
    "certificate.cross-sign, irreversible: true, with: {key: issuing-dca, "
    "of: root-dca-certificate, certificate: meter-cert}"
)


def serial_of(name: str) -> str:
    return build_before().builder.state.certificates[name].serial


def told(
    *middle: str, revoked: str = "", reason: str = "key-compromise"
) -> list[tuple[str | int, ...]]:
    """Say what is refused: step, parameter, rule.

    Args:
        middle: The steps of the script between proof and inventory.
        revoked: What the root's last list revokes in the journal.
        reason: And why.
    """
    script = decode_script(second_script([*ACT[:2], *middle, ACT[-1]]), "second.yaml")
    found = (*search(script, build_before()), *by_root(script, revoked, reason))
    return [
        (step.id, *where, refusal.code)
        for step, where, refusal in refused_beforehand(known(script, found))
        # For another name than the root's is what is cross-signed here; no matter.
        if refusal.code != "CONDUCT-CROSS-01"
    ]


def known(
    script: Script, found: Iterable[Found], history: History | None = None
) -> Known:
    """Give what is known, by a journal of which no file is asked for."""
    journal = Journal(history or History(), dict[Digest, bytes]().__getitem__)
    return Known(script, tuple(found), (), journal, Mode.REHEARSAL, START.date())


def by_root(script: Script, revoked: str, reason: str) -> tuple[Found, ...]:
    """Let the journal have a list of the root that revokes a certificate."""
    if not revoked:
        return ()
    key = next(
        it for it in search(script, build_before()) if it.fact.thing == "root-dca"
    )
    made = build_before().builder.state.certificates["root-dca-certificate"]
    crl = CrlMade(
        digest=Digest("ab" * 32),
        tbs=Digest("ac" * 32),
        number=1,
        issuer=made.subject,
        issuer_thing="root-dca",
        issuer_key=made.public_key,
        this_update="2026-11-25T00:00:00Z",
        next_update="2026-12-25T00:00:00Z",
        revoked=(RevokedCertificate(serial_of(revoked), "2026-11-25", reason),),
    )
    outcome = replace(key.fact.outcome, key=None, crl=crl)
    return (replace(key, fact=replace(key.fact, outcome=outcome)),)


def listing(item: str) -> str:
    """Let the root sign a list in the ceremony itself."""
    return list_step(1, [item]).replace("key: issuing-dca", "key: root-dca")


@pytest.mark.parametrize("step", [ANSWER, CROSS])
def test_nothing_is_issued_below_what_the_journal_has_revoked(step: str) -> None:
    assert told(TAKE, step) == []
    assert told(TAKE, step, revoked="meter-certificate") == []
    assert told(TAKE, step, revoked=ISSUED, reason="certificate-hold") == []
    assert told(TAKE, step, revoked=ISSUED) == [("2.5", "key", "ENGINE-ISSUE-04")]


def test_what_a_list_of_the_script_revokes_by_number_issues_nothing_after_it() -> None:
    by_number = listing(f"serial:{serial_of(ISSUED).lstrip('0')} today superseded")
    assert told(TAKE, ANSWER, by_number) == []
    assert told(TAKE, by_number, ANSWER) == [("2.6", "key", "ENGINE-ISSUE-04")]


def test_another_ca_and_a_key_that_is_certified_anew_issue() -> None:
    by_next = ANSWER.replace("issuing-dca", "next-dca")
    assert told(*NEXT_KEY, TAKE, by_next, revoked=ISSUED) == []
    anew = [step.replace("key: next-dca", "key: issuing-dca") for step in NEXT_KEY[2:]]
    assert told(NEXT_KEY[0], *anew, TAKE, ANSWER, revoked=ISSUED) == []
    first = [NEXT_KEY[0], TAKE, ANSWER, *anew]
    assert told(*first, revoked=ISSUED) == [("2.6", "key", "ENGINE-ISSUE-04")]


@pytest.mark.parametrize(
    "by", ["root-dca", ""], ids=["our key", "a key from elsewhere"]
)
def test_a_request_from_elsewhere_certifies_no_key_of_the_path_anew(by: str) -> None:
    first = ANSWER.replace("key: issuing-dca", "key: root-dca")
    script = decode_script(
        second_script([*ACT[:2], TAKE, first, CROSS, ACT[-1]]), "second.yaml"
    )
    found = [
        replace(it, fact=replace(it.fact, by=by))
        if it.fact.thing == "root-dca-certificate"
        else it
        for it in search(script, build_before())
    ]
    told = (*found, *by_root(script, ISSUED, "key-compromise"))
    refused = refused_issuers(known(script, told))
    assert [(step.id, refusal.code) for step, refusal in refused] == [
        ("2.6", "ENGINE-ISSUE-04")
    ]


@pytest.mark.parametrize("is_root_there", [True, False])
@pytest.mark.parametrize(
    ("reason", "rules"),
    [("key-compromise", ["ENGINE-ISSUE-04"]), ("certificate-hold", [])],
)
def test_the_last_list_of_a_root_that_does_nothing_goes_along(
    reason: str, rules: list[str], *, is_root_there: bool
) -> None:
    first = build_listed_above(f"{ISSUED} today {reason}")
    raw = answering_script(first, is_root_there=is_root_there)
    script = decode_script(raw, "second.yaml")
    found = search(script, first)
    lists = [it.fact for it in found if it.fact.outcome.crl is not None]
    # Where the script does not name its key, its certificate tells of the list.
    named = ("root-dca",) * 2 if is_root_there else ("root-dca-certificate", "")
    assert [(fact.thing, fact.by) for fact in lists] == [named]
    refused = [it.code for _, it in refused_issuers(known(script, found))]
    assert refused == rules


def test_a_copy_of_a_revoked_key_issues_nothing_either() -> None:
    first = build_listed_above(f"{ISSUED} today key-compromise")
    text = answering_script(first).decode()
    assert text.count("key: issuing-dca, request") == 1
    text = text.replace("key: issuing-dca, request", "key: issuing-copy, request")
    text = text.replace("  root-dca: ", f"  {COPY}\n  root-dca: ", 1)
    script = decode_script(text.encode(), "second.yaml")
    ((step, refusal),) = refused_issuers(known(script, search(script, first)))
    assert step.parameters["key"] == "issuing-copy"
    assert refusal.code == "ENGINE-ISSUE-04"


def test_a_list_that_does_not_go_along_counts_as_well() -> None:
    first = build_listed_above(f"{ISSUED} today key-compromise")
    script = decode_script(answering_script(first), "second.yaml")
    found = [it for it in search(script, first) if it.fact.outcome.crl is None]
    history = history_of(first.builder.facts)
    assert list(refused_issuers(known(script, found))) == []
    ((step, refusal),) = refused_issuers(known(script, found, history))
    assert (step.verb, refusal.code) == ("certificate.issue", "ENGINE-ISSUE-04")
    assert f"below {ISSUED}, serial " in str(refusal)


def test_beforehand_there_is_no_deviation_to_record() -> None:
    first = build_listed_above(f"{ISSUED} today key-compromise")
    script = decode_script(answering_script(first), "second.yaml")
    ((_, refusal),) = refused_issuers(known(script, search(script, first)))
    assert "deviation" not in refusal.remedy
    assert "have the script approved again" in refusal.remedy


def test_what_a_list_of_the_journal_revokes_counts_where_it_is_brought() -> None:
    first = build_listed_above(f"{ISSUED} today key-compromise")
    script = decode_script(answering_script(first), "second.yaml")
    found = search(script, first)
    (issuing,) = (it for it in found if it.fact.thing == ISSUED)
    made = first.builder.state.certificates[ISSUED]
    fact = CertificateBrought(ISSUED, replace(made, issuer_thing=""))
    rest = known(
        script,
        [it for it in found if it is not issuing],
        history_of(first.builder.facts),
    )
    brought = (Brought(fact, issuing.contents),)
    ((_, refusal),) = refused_issuers(replace(rest, brought=brought))
    assert refusal.code == "ENGINE-ISSUE-04"


def test_no_list_goes_along_where_nothing_is_issued_below_it() -> None:
    first = build_listed_above()
    steps = [step for step in ANSWERING if "certificate.issue" not in step]
    script = decode_script(second_script(steps, first=first), "second.yaml")
    found = search(script, first)
    assert [it for it in found if it.fact.outcome.crl is not None] == []
