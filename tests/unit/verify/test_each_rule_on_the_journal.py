"""Each rule of checks 3 to 9 refuses what it is there to refuse.

Other checks may find the same lie: ``test_each_lie_fails_one_check`` shows for each
check a lie that it alone finds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ceremony.engine.facts import (
    Attested,
    Head,
    RecordVerified,
)
from ceremony.identifiers import Role
from tests.fakes.broken_rules import (
    OTHER,
    event_changed,
    fact_changed,
    file_changed,
    no_envelope,
    of_person,
    opened_changed,
    other_checkpoint,
    other_key_id,
    other_presence,
    policy_changed,
    renamed,
    rules,
    stranger_line,
    swap_last_hashes,
    twice_signed,
    without_blobs,
    without_file,
    wrong_line,
)
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, build_record

CASES: dict[str, tuple[str, str, Callable[[], BuiltRecord]]] = {
    "leaf-of-another-ceremony": (
        "4",
        "VERIFY-CHAIN-01",
        lambda: build_record(event_changed(20, ceremony="KC-2026-002-R1")),
    ),
    "number-that-does-not-rise": (
        "4",
        "VERIFY-CHAIN-03",
        lambda: build_record(event_changed(20, seq=3)),
    ),
    "no-events": (
        "3",
        "VERIFY-FORM-01",
        lambda: file_changed("events.jsonl", lambda _: b""),
    ),
    "no-script": ("3", "VERIFY-FORM-01", lambda: without_file("script.yaml")),
    "names-that-are-no-list": (
        "3",
        "PACK-RECORD-01",
        lambda: file_changed("openings.json", lambda _: b"{}"),
    ),
    "script-that-is-no-script": (
        "3",
        "VERIFY-FORM-01",
        lambda: file_changed("openings.json", lambda _: b"["),
    ),
    "no-checkpoint": (
        "5",
        "VERIFY-ROOT-01",
        lambda: without_file("checkpoint"),
    ),
    "leaf-hash-at-another-place": (
        "5",
        "VERIFY-ROOT-02",
        lambda: file_changed("leaf-hashes.txt", swap_last_hashes),
    ),
    "head-of-another-journal": (
        "5",
        "VERIFY-ROOT-04",
        lambda: build_record(fact_changed(RecordVerified, head=Head(80, OTHER))),
    ),
    "checkpoint-under-another-name": (
        "5",
        "VERIFY-ROOT-03",
        lambda: renamed("checkpoint-0029", "checkpoint-0030"),
    ),
    "proof-to-another-checkpoint": (
        "5",
        "VERIFY-ROOT-05",
        lambda: file_changed("proof-root-oca.tlog-proof", other_checkpoint),
    ),
    "opened-on-another-binding": (
        "5",
        "VERIFY-FILE-02",
        lambda: build_record(opened_changed(binding=OTHER)),
    ),
    "another-journal": (
        "6",
        "VERIFY-LOG-01",
        lambda: build_record(Forgery(origin="elsewhere.example/rehearsal")),
    ),
    "opened-with-another-log-key": (
        "6",
        "VERIFY-LOG-02",
        lambda: build_record(opened_changed(log_key=OTHER)),
    ),
    "log-key-that-is-none": (
        "6",
        "JOURNAL-VKEY-01",
        lambda: policy_changed(log_key="nonsense"),
    ),
    "log-key-twice": (
        "6",
        "VERIFY-LOG-03",
        lambda: file_changed("checkpoint-0029", twice_signed),
    ),
    "after-the-policy": (
        "6",
        "VERIFY-LOG-04",
        lambda: policy_changed(valid_to=date(2026, 2, 1)),
    ),
    "line-of-a-stranger": (
        "7",
        "VERIFY-QUORUM-02",
        lambda: file_changed("checkpoint-0006", stranger_line),
    ),
    "line-that-does-not-verify": (
        "7",
        "JOURNAL-COSIGNATURE-01",
        lambda: file_changed("checkpoint-0006", wrong_line),
    ),
    "stray-attestation": (
        "9",
        "VERIFY-ATTEST-01",
        lambda: file_changed("attestation-0099.dsse.json", lambda _: b"{}"),
    ),
    "attestation-without-envelope": (
        "9",
        "VERIFY-ATTEST-01",
        lambda: build_record(without_blobs("1.7", Attested)),
    ),
    "envelope-that-is-none": (
        "9",
        "PEOPLE-ENVELOPE-01",
        lambda: build_record(Forgery(envelope=no_envelope)),
    ),
    "signed-by-nobody-of-the-roster": (
        "9",
        "VERIFY-ATTEST-02",
        lambda: build_record(of_person("custodian")),
    ),
    "envelope-names-another-key": (
        "9",
        "VERIFY-ATTEST-03",
        lambda: build_record(Forgery(envelope=other_key_id)),
    ),
    "no-certificate-of-the-person": (
        "9",
        "PKI-CERT-01",
        lambda: file_changed("certificate-person-x-01.pem", lambda _: b"none"),
    ),
    "leaf-says-another-reading": (
        "9",
        "VERIFY-ATTEST-05",
        lambda: build_record(fact_changed(Attested, "1.7", clock_reading="00:00")),
    ),
    "title-changed-after-signing": (
        "9",
        "VERIFY-ATTEST-06",
        other_presence,
    ),
    "level-too-low": (
        "9",
        "VERIFY-ATTEST-08",
        lambda: policy_changed(waivers=()),
    ),
    "person-of-no-policy": (
        "9",
        "VERIFY-ATTEST-09",
        lambda: policy_changed(people=build_record().policy.people[1:]),
    ),
    "required-role-missing": (
        "9",
        "VERIFY-ATTEST-10",
        lambda: policy_changed(required_roles=(Role("notary"),)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_broken_rule_fails_its_check(name: str) -> None:
    number, rule, make = CASES[name]
    assert (number, rule) in rules(make())
