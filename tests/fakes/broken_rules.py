"""Ways to break one rule of a made-up record, for tests of the checks on files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.engine.facts import (
    Fact,
    Intent,
    Opened,
    Outcome,
    StepClosed,
)
from ceremony.identifiers import Mode, OperationId, Origin, PersonId, Role
from ceremony.journal.event import Actor, Event
from ceremony.journal.note import decode_note, encode_note
from ceremony.pack.manifest import encode_manifest
from ceremony.people.attestation import decode_envelope, encode_envelope
from ceremony.pki.finding import Finding, LintReport, Severity
from ceremony.verify.check import Status
from ceremony.verify.verdict import judge_files
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, build_record

OTHER = canonical.digest(b"something else")


def rules(built: BuiltRecord) -> set[tuple[str, str]]:
    return {
        (check.number, check.rule)
        for check in judge_files(built.files, built.policy).checks
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
    finding = Finding("PKI-NAME-01", Severity.WARNING, "Made up.")

    def lint(told: str, report: LintReport) -> LintReport:
        if told != "root-oca-certificate before-signing":
            return report
        return replace(report, findings=(finding,))

    return build_record(Forgery(lint=lint))


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
