"""Each rule of checks 10 to 16 refuses what it is there to refuse.

Other checks may find the same lie: ``test_each_lie_fails_one_check`` shows for each
check a lie that it alone finds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony.engine.facts import (
    Linted,
    Outcome,
)
from ceremony.identifiers import Mode, PersonId, Role
from ceremony.journal.event import Actor
from ceremony.pack.record import read_record
from ceremony.verify.check import Status
from ceremony.verify.trace import decide_again
from ceremony.verify.verdict import judge_files
from tests.fakes.broken_rules import (
    OTHER,
    attribute_passed,
    bad_parameters,
    event_changed,
    fact_changed,
    file_changed,
    live_with_answers,
    no_operation,
    not_software,
    opened_changed,
    other_common_name,
    other_lint,
    other_operation,
    other_serial,
    other_signer,
    other_step,
    part_changed,
    policy_changed,
    rules,
    without_blobs,
)
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, build_record

CASES: dict[str, tuple[str, str, Callable[[], BuiltRecord]]] = {
    "leaf-under-another-script": (
        "10",
        "VERIFY-SCRIPT-01",
        lambda: build_record(event_changed(20, script=OTHER)),
    ),
    "opened-under-another-title": (
        "10",
        "VERIFY-SCRIPT-03",
        lambda: build_record(opened_changed(title="Another")),
    ),
    "acts-in-another-role": (
        "10",
        "VERIFY-ACTOR-01",
        lambda: build_record(
            event_changed(20, actor=Actor(PersonId("w-01"), Role("custodian")))
        ),
    ),
    "step-of-no-script": (
        "10",
        "VERIFY-SHOWN-01",
        lambda: build_record(Forgery(command=other_step)),
    ),
    "intent-without-operation": (
        "11",
        "VERIFY-INTENT-01",
        lambda: build_record(Forgery(command=no_operation)),
    ),
    "outcome-of-nothing": (
        "11",
        "VERIFY-INTENT-02",
        lambda: build_record(other_operation(Outcome)),
    ),
    "another-serial": (
        "11",
        "VERIFY-INTENT-04",
        lambda: build_record(Forgery(command=other_serial)),
    ),
    "inventory-left-out": (
        "11",
        "VERIFY-INVENTORY-01",
        lambda: build_record(without_blobs("2.4", Outcome)),
    ),
    "inventory-that-is-none": (
        "11",
        "PACK-INVENTORY-01",
        lambda: build_record(Forgery(inventory=lambda _, raw: b"[]")),  # noqa: ARG005  any
    ),
    "key-under-another-label": (
        "11",
        "VERIFY-KEY-01",
        lambda: build_record(part_changed("key", "2.5", label="other")),
    ),
    "failed-and-told-as-passed": (
        "11",
        "VERIFY-KEY-03",
        lambda: build_record(attribute_passed(passed=False)),
    ),
    "attribute-that-nobody-read": (
        "11",
        "VERIFY-KEY-04",
        lambda: policy_changed(attributes={"CKA_WRAP": "false"}),
    ),
    "public-key-left-out": (
        "12",
        "VERIFY-CERT-01",
        lambda: build_record(without_blobs("2.5", Outcome)),
    ),
    "key-identifier-of-another-key": (
        "12",
        "VERIFY-CERT-02",
        lambda: build_record(part_changed("key", "2.5", key_identifier="00" * 8)),
    ),
    "request-for-another-subject": (
        "12",
        "VERIFY-CERT-03",
        lambda: build_record(part_changed("request", "2.11", subject="CN=Other")),
    ),
    "certificate-told-otherwise": (
        "12",
        "VERIFY-CERT-04",
        lambda: build_record(part_changed("certificate", "2.7", serial="00" * 16)),
    ),
    "subject-of-another-script": (
        "12",
        "VERIFY-CERT-05",
        other_common_name,
    ),
    "certified-by-another-key": (
        "12",
        "VERIFY-CERT-06",
        lambda: build_record(
            replace(
                part_changed("certificate", "2.7", issuer_thing="issuing-oca"),
                dropped=lambda told: (
                    told.step == "2.12" and isinstance(told.fact, Outcome)
                ),
            )
        ),
    ),
    "certified-for-another-step": (
        "12",
        "VERIFY-CERT-07",
        lambda: file_changed("script.yaml", other_signer),
    ),
    "another-ca-in-the-opening": (
        "12",
        "VERIFY-CERT-08",
        lambda: build_record(opened_changed(evidence_ca=OTHER)),
    ),
    "ca-of-no-policy": (
        "12",
        "VERIFY-CERT-09",
        lambda: policy_changed(ca_certificates=()),
    ),
    "lint-report-says-otherwise": (
        "12",
        "VERIFY-LINT-01",
        lambda: build_record(fact_changed(Linted, "2.7", rule_count=1)),
    ),
    "lint-made-again-finds-otherwise": (
        "12",
        "VERIFY-LINT-02",
        other_lint,
    ),
    "person-under-another-ca": (
        "12",
        "PKI-SIGN-01",
        lambda: file_changed(
            "certificate-person-x-01.pem",
            lambda _: build_record().files["certificate-root-oca-certificate.pem"],
        ),
    ),
    "live-with-recorded-answers": (
        "16",
        "VERIFY-MODE-02",
        live_with_answers,
    ),
    "live-opening-that-the-engine-refuses": (
        "16",
        "VERIFY-MODE-01",
        lambda: build_record(opened_changed(mode=Mode.LIVE)),
    ),
    "software-told-as-hardware": (
        "16",
        "VERIFY-MODE-03",
        lambda: build_record(Forgery(command=not_software)),
    ),
    "live-only-policy": (
        "16",
        "VERIFY-MODE-04",
        lambda: policy_changed(modes=(Mode.LIVE,)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_broken_rule_fails_its_check(name: str) -> None:
    number, rule, make = CASES[name]
    assert (number, rule) in rules(make())


def test_rules_that_cannot_be_asked_are_a_failure_and_not_a_crash() -> None:
    built = file_changed("script.yaml", bad_parameters)
    refusals = decide_again(read_record(built.files)).refusals
    assert [(told.number, told.rule) for told in refusals[-1:]] == [
        ("10", "VERIFY-TRACE-01")
    ]
    assert ("10", "VERIFY-SCRIPT-01") in rules(built)


def test_without_a_policy_nothing_fails_and_much_is_not_checked() -> None:
    built = build_record()
    checks = judge_files(built.files, None).checks
    not_checked = [c.number for c in checks if c.status is Status.NOT_CHECKED]
    assert not_checked == ["6", "7", "8", "9", "10", "11", "12", "16"]
