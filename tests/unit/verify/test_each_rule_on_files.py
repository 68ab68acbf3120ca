"""Each rule of the checks on files refuses what it is there to refuse.

Other checks may find the same lie: ``test_each_lie_fails_one_check`` shows for each
check a lie that it alone finds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.engine.facts import (
    Attested,
    Fact,
    Head,
    Intent,
    Linted,
    LintFinding,
    Opened,
    Outcome,
    RecordVerified,
    StepClosed,
)
from ceremony.identifiers import Mode, OperationId, Origin, PersonId, Role
from ceremony.journal.event import Actor, Event
from ceremony.journal.note import decode_note, encode_note
from ceremony.pack.manifest import encode_manifest
from ceremony.pack.record import read_record
from ceremony.people.attestation import decode_envelope, encode_envelope
from ceremony.verify.check import Status
from ceremony.verify.trace import decide_again
from ceremony.verify.verdict import check_files
from tests.fakes.record_builder import BuiltRecord, Forgery, build_record

OTHER = canonical.digest(b"something else")


def rules(built: BuiltRecord) -> set[tuple[str, str]]:
    return {
        (check.number, check.rule)
        for check in check_files(built.files, built.policy)
        if check.status is Status.FAILED
    }


def fact_changed(kind: type[Fact], step: str = "", **changes: Any) -> Forgery:
    def command(told: Command) -> Command:
        if isinstance(told.fact, kind) and step in ("", told.step):
            return replace(told, fact=replace(told.fact, **changes))
        return told

    return Forgery(command=command)


def part_changed(part: str, step: str, **changes: Any) -> Forgery:
    """Change the key, request, certificate or inventory that an outcome tells of."""

    def command(told: Command) -> Command:
        found = getattr(told.fact, part, None)
        if isinstance(told.fact, Outcome) and found is not None and told.step == step:
            changed = replace(told.fact, **{part: replace(found, **changes)})  # type: ignore[arg-type]  # by name
            return replace(told, fact=changed)
        return told

    return Forgery(command=command)


def event_changed(at: int, **changes: Any) -> Forgery:
    def event(told: Event) -> Event:
        return replace(told, **changes) if told.cseq == at else told

    return Forgery(event=event)


def file_changed(name: str, change: Callable[[bytes], bytes]) -> BuiltRecord:
    built = build_record()
    files = {**built.files, name: change(built.files.get(name, b""))}
    files["MANIFEST.sha256"] = encode_manifest(files)
    return replace(built, files=files)


def policy_changed(**changes: Any) -> BuiltRecord:
    built = build_record()
    return replace(built, policy=replace(built.policy, **changes))


def opened_changed(**changes: Any) -> Forgery:
    return fact_changed(Opened, **changes)


def attribute_passed(passed: bool) -> Forgery:  # noqa: FBT001  what is told
    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, Outcome) or fact.key is None:
            return told
        first = replace(fact.key.attributes[0], passed=passed)
        key = replace(fact.key, attributes=(first, *fact.key.attributes[1:]))
        return replace(told, fact=replace(fact, key=key))

    return Forgery(command=command)


def without_blobs(step: str, kind: type[Fact]) -> Forgery:
    def command(told: Command) -> Command:
        if told.step == step and isinstance(told.fact, kind):
            return replace(told, blobs=())
        return told

    return Forgery(command=command)


def other_operation(kind: type[Fact]) -> Forgery:
    def command(told: Command) -> Command:
        if told.step == "2.4" and isinstance(told.fact, kind):
            return replace(told, op=OperationId("ab" * 16))
        return told

    return Forgery(command=command)


def no_operation(told: Command) -> Command:
    if told.step == "2.4" and isinstance(told.fact, Intent):
        return replace(told, op=None)
    return told


def other_key_id(who: str, raw: bytes) -> bytes:
    if who != "x-01 sign-in":
        return raw
    return encode_envelope(replace(decode_envelope(raw), key_id=OTHER))


def no_envelope(who: str, raw: bytes) -> bytes:
    return b"{}" if who == "x-01 sign-in" else raw


def twice_signed(raw: bytes) -> bytes:
    note = decode_note(raw)
    line = note.signatures[0]
    return encode_note(replace(note, signatures=(line, line)))


def stranger_line(raw: bytes) -> bytes:
    note = decode_note(raw)
    line = replace(note.signatures[-1], name="stranger")
    return encode_note(replace(note, signatures=(*note.signatures, line)))


def wrong_line(raw: bytes) -> bytes:
    note = decode_note(raw)
    last = note.signatures[-1]
    broken = last.signature[:-1] + bytes([last.signature[-1] ^ 1])
    lines = (*note.signatures[:-1], replace(last, signature=broken))
    return encode_note(replace(note, signatures=lines))


def of_person(kind: str) -> Forgery:
    """Let the custodian sign out with a statement as another person's leaf."""

    def event(told: Event) -> Event:
        if told.type == "attestation.signed" and told.cseq == 1:
            return replace(told, actor=Actor(PersonId("zz"), Role(kind)))
        return told

    return Forgery(event=event)


def swapped_script(raw: bytes) -> bytes:
    return raw.replace(b"title: Small root", b"title: Other root")


def bad_parameters(raw: bytes) -> bytes:
    return raw.replace(b"with: {roles: [custodian]}", b"with: {rolls: [custodian]}")


def not_software(told: Command) -> Command:
    fact = told.fact
    if not isinstance(fact, Opened):
        return told
    tokens = tuple(replace(token, software=False) for token in fact.tokens)
    return replace(told, fact=replace(fact, tokens=tokens))


def without_file(name: str) -> BuiltRecord:
    built = build_record()
    files = {other: raw for other, raw in built.files.items() if other != name}
    files["MANIFEST.sha256"] = encode_manifest(files)
    return replace(built, files=files)


def renamed(old: str, new: str) -> BuiltRecord:
    built = build_record()
    files = dict(built.files)
    files[new] = files.pop(old)
    files["MANIFEST.sha256"] = encode_manifest(files)
    return replace(built, files=files)


def swap_last_hashes(raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    lines[-3], lines[-2] = lines[-2], lines[-3]
    return b"\n".join(lines)


def other_checkpoint(raw: bytes) -> bytes:
    return raw + raw[raw.rindex("\u2014".encode()) :]


def other_step(told: Command) -> Command:
    if told.step == "1.8":
        return replace(told, step="9.9", presented=OTHER)  # type: ignore[arg-type]  # a step
    return told


def other_serial(told: Command) -> Command:
    if told.step == "2.4" and isinstance(told.fact, Intent | Outcome):
        return replace(told, fact=replace(told.fact, serial="S-other"))
    return told


def other_signer(raw: bytes) -> bytes:
    return raw.replace(
        b"{key: root-oca, certificate: root-oca-certificate}",
        b"{key: issuing-oca, certificate: root-oca-certificate}",
    )


def other_presence() -> BuiltRecord:
    """Name the role otherwise after its holders have signed under the first name."""
    built = build_record()
    script = built.files["script.yaml"].replace(
        b"title: Key custodian\n", b"title: Key guardian\n"
    )
    files = {**built.files, "script.yaml": script}
    files["MANIFEST.sha256"] = encode_manifest(files)
    return replace(built, files=files)


def other_common_name() -> BuiltRecord:
    built = build_record()
    script = built.files["script.yaml"].replace(
        b"common-name: NA\n", b"common-name: NB\n"
    )
    files = {**built.files, "script.yaml": script}
    files["MANIFEST.sha256"] = encode_manifest(files)
    return replace(built, files=files)


def other_lint() -> BuiltRecord:
    """Tell of a warning that the lint does not give, in leaf and report alike."""
    finding = LintFinding("PKI-NAME-01", "warning", "Made up.")

    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, Linted) or told.step != "2.7":
            return told
        return replace(told, fact=replace(fact, findings=(finding,)))

    built = build_record(Forgery(command=command))
    name = "lint-root-oca-certificate-before-signing.json"
    report = built.files[name].replace(
        b'"findings":[]',
        b'"findings":[{"message":"Made up.","rule":"PKI-NAME-01",'
        b'"severity":"warning"}]',
    )
    files = {**built.files, name: report}
    files["MANIFEST.sha256"] = encode_manifest(files)
    return replace(built, files=files)


def live_with_answers() -> BuiltRecord:
    def command(told: Command) -> Command:
        fact = told.fact
        if isinstance(fact, Opened):
            return replace(told, fact=replace(fact, mode=Mode.LIVE))
        if isinstance(fact, StepClosed):
            return replace(told, fact=replace(fact, input="recorded"))  # type: ignore[arg-type]  # its value
        return told

    return build_record(
        Forgery(
            command=command,
            ceremony="KC-2026-001",  # type: ignore[arg-type]  # an id
            origin=str(Origin("key-ceremony.example/small")),
        )
    )


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
    checks = check_files(built.files, None)
    not_checked = [c.number for c in checks if c.status is Status.NOT_CHECKED]
    assert not_checked == ["6", "7", "8", "9", "10", "11", "12", "16"]
