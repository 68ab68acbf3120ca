"""An editor with the journal and the evidence key tells another story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.facts import CeremonyClosed
from ceremony.identifiers import CeremonyId
from ceremony.pack.record import read_record
from ceremony.verify.check import Status
from ceremony.verify.examination import check_pack
from ceremony.verify.outcome import RecordWord
from ceremony.verify.proof import check_proof
from ceremony.verify.verdict import judge_files
from tests.fakes.forgery import Forgery
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_builder import BuiltRecord, build_record, remade, rewritten

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""


def rules(built: BuiltRecord) -> dict[str, str]:
    checks = judge_files(built.files, built.policy).checks
    return {one.number: one.rule for one in checks if one.status is Status.FAILED}


def test_another_name_that_is_opened_for_a_person_is_found() -> None:
    """The commitment is honest; it was made to somebody else's name."""
    built = build_record()
    people = tuple(
        replace(person, name="Eve Example") if person.id == "c-01" else person
        for person in built.policy.people
    )
    lied = replace(built, policy=replace(built.policy, people=people))
    assert rules(lied) == {"9": "VERIFY-ATTEST-11"}


def test_a_statement_from_another_ceremony_is_found() -> None:
    other = build_record(Forgery(ceremony=CeremonyId("KC-2026-002-R1")))

    def replay(files: dict[str, bytes]) -> None:
        for name in files:
            if name.startswith("attestation-"):
                files[name] = other.files[name]

    assert rules(remade(build_record(), replay, manifest=True))["9"] == (
        "VERIFY-ATTEST-05"
    )


def other_hold(fact: Any) -> Any:
    first, *rest = fact.answers
    return replace(fact, answers=(replace(first, answer="not ready"), *rest))


def other_clock(fact: Any) -> Any:
    return replace(fact, tolerance_ms=1)


def other_bag(fact: Any) -> Any:
    return replace(fact, bag="B-0099")


@pytest.mark.parametrize(
    ("kind", "lie"),
    [
        ("hold.answered", other_hold),
        ("clock.read", other_clock),
        ("custody.recorded", other_bag),
    ],
)
def test_a_fact_that_people_signed_for_cannot_be_told_otherwise(
    kind: str, lie: Callable[[Any], Any]
) -> None:
    built = build_record()
    seq = next(one.event.seq for one in built.builder.facts if one.event.type == kind)
    assert rules(rewritten(built, seq, lie))["7"] == "VERIFY-QUORUM-01"


def test_pages_of_a_layout_that_nobody_knows_are_never_plainly_verified() -> None:
    built = build_record()
    last = built.builder.facts[-1]
    assert isinstance(last.fact, CeremonyClosed)
    closed = replace(last.fact, layout=99)
    lied = rewritten(built, last.event.seq, lambda _: closed)
    verdict = check_pack(make_pack(lied, pages=built.files), lied.policy)
    assert verdict.record is not RecordWord.VERIFIED
    assert any("layout 99" in remark for remark in verdict.remarks)


def test_a_proof_of_a_leaf_that_the_pack_has_otherwise_is_refused() -> None:
    """The forged journal has the seal where the pack has its own last leaf."""
    built = build_record()
    pdf = make_pack(built)
    forger = build_record().builder
    del forger.leaves[-1], forger.hashes[-1]
    forger.notes.clear()
    forger.final = 0
    forger.forgery = Forgery(event=lambda event: replace(event, cseq=event.cseq + 1))
    proof = forger.record_seal(pdf)
    found = check_proof(pdf, read_record(built.files), built.policy, proof)
    assert found.rule == "VERIFY-PROOF-01"
