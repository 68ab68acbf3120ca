"""What is said where a lint stops a signature: rule, clause, place, profile, report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ceremony.canonical import Json
from ceremony.clock import Instant, SystemClock
from ceremony.conduct.actions.lint import record_lint
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId
from ceremony.pack.record import read_record
from ceremony.pki.finding import (
    Finding,
    LintReport,
    SecondFinding,
    SecondReport,
    Severity,
)
from ceremony.pki.profile import ProfileName
from ceremony.script.model import Script, Step
from ceremony.script.waiver import Waiver
from tests.fakes.record_builder import build_record

SUBJECT = "issuing-oca-certificate"
DAY = date(2026, 11, 28)
OWN = Finding("PKI-SKI-01", Severity.ERROR, "It is another.", "RFC 5280, 4.2.1.2")
OTHER = SecondFinding("pkix.bad_uri", Severity.ERROR, "list.2: Bad URI.", "RFC 5280")


@dataclass
class Held:
    """As much of a conductor as recording a lint needs; it keeps no record."""

    script: Script

    @property
    def clock(self) -> Held:
        return self

    def now(self) -> Instant:
        wall = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
        return replace(SystemClock().now(), wall=wall)

    def current(self) -> Step:
        return self.script.steps[4]

    def free_name(self, stem: str, ending: str) -> str:
        return f"{stem}-2{ending}"

    def record(self, *_: object, **__: Json | PersonId | dict[str, bytes]) -> None:
        """Keep nothing."""


@pytest.fixture
def refusal() -> Any:
    script = read_record(build_record().files).state.script

    def refused(
        *found: Finding | SecondFinding, waivers: tuple[Waiver, ...] = ()
    ) -> Any:
        own = tuple(each for each in found if isinstance(each, Finding))
        others = tuple(each for each in found if isinstance(each, SecondFinding))
        second = SecondReport("pkilint", "0.13.3", 50, others)
        report = LintReport(ProfileName("issuing"), 21, own, None, second)
        held: Any = Held(replace(script, waivers=waivers))
        with pytest.raises(RefusedError) as caught:
            record_lint(
                held,
                report,
                stage="before-signing",
                subject=SUBJECT,
                actor=PersonId("a-01"),
            )
        assert caught.value.code == "CONDUCT-LINT-01"
        step = held.current()
        where = f" It is held against the profile issuing in step {step.id} at "
        told, behind, rest = str(caught.value).partition(where)
        assert behind
        assert (
            rest == f"{step.place}; the report is lint-{SUBJECT}-before-signing-2.json."
        )
        return told, caught.value.remedy

    return refused


def test_a_finding_is_told_with_its_rule_and_clause(refusal: Any) -> None:
    told, remedy = refusal(OWN)
    assert told == (
        f"The lint of {SUBJECT} found an error: PKI-SKI-01 [RFC 5280, 4.2.1.2]: It is "
        "another."
    )
    assert remedy == "Correct the profile or the script and have it approved again."
    assert "PKI-SKI-01: It is" in refusal(replace(OWN, source=""))[0]


def test_a_list_whose_issuer_has_expired_is_mended_by_no_profile(refusal: Any) -> None:
    expired = replace(OWN, rule="PKI-CRL-05")
    assert refusal(expired)[1] == (
        "Renew the certificate of the list's CA, and have a script that names the new "
        "one approved."
    )
    assert refusal(expired, OWN)[1].startswith("Correct the profile or the script")


def test_of_many_findings_three_are_told_our_own_first(refusal: Any) -> None:
    others = [replace(OTHER, rule=f"pkix.bad_{number}") for number in range(4)]
    told, _ = refusal(*others, OWN)
    assert told.startswith(f"The lint of {SUBJECT} found 5 errors: PKI-SKI-01 [")
    assert "pkix.bad_1 [RFC 5280]: list.2: Bad URI." in told
    assert "pkix.bad_2" not in told
    assert told.endswith(" And 2 more.")


@pytest.mark.parametrize(("before", "told"), [(1, True), (0, False)])
def test_a_waiver_that_has_lapsed_is_told_behind_what_it_let_be(
    refusal: Any, before: int, *, told: bool
) -> None:
    until = DAY - timedelta(days=before)
    waiver = Waiver("pkix.bad_uri", SUBJECT, "A. Able, PMA", "So.", "CPS", until)
    said, remedy = refusal(OTHER, replace(OTHER, rule="pkix.worse"), waivers=(waiver,))
    lapse = f"Bad URI. Its waiver by A. Able, PMA has lapsed: its last day was {until}."
    assert (lapse in said) is told
    assert remedy.startswith("Correct what is found" if told else "Correct the profile")
