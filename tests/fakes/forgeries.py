"""Records that lie, each in one way, with the one check that finds it.

Each entry is made by a liar with as many keys as it takes to make everything else
right: who wants to know what a check is worth sees it fail here alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.engine.facts import (
    AttributeFound,
    Fact,
    Initial,
    Linted,
    Outcome,
    StepClosed,
    ValueRecorded,
)
from ceremony.identifiers import CeremonyId, PersonId, Role
from ceremony.journal.event import Event
from ceremony.pack.record import (
    ENVIRONMENT,
    EXHIBITS,
    LEAF_HASHES,
    MANIFEST,
    OPENINGS,
    VERIFY_TEXT,
)
from ceremony.people.attestation import (
    Envelope,
    decode_envelope,
    encode_envelope,
    pre_authentication_encoding,
)
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import ed25519_key
from tests.fakes.record_builder import BuiltRecord, build_record, remade, rewritten


@dataclass(frozen=True)
class Lie:
    """One way to lie in a record.

    Attributes:
        number: The check that fails, and no other does.
        rule: The rule that it names.
        make: Makes the record.
        place: A part of the reason that names the place.
    """

    number: str
    rule: str
    make: Callable[[], BuiltRecord]
    place: str


def _with(**changes: object) -> BuiltRecord:
    return build_record(Forgery(**changes))  # type: ignore[arg-type]  # by name


def _changed(
    name: str, change: Callable[[bytes], bytes], *, manifest: bool = True
) -> Callable[[], BuiltRecord]:
    def make() -> BuiltRecord:
        def alter(files: dict[str, bytes]) -> None:
            files[name] = change(files[name])

        return remade(build_record(), alter, manifest=manifest)

    return make


def _at_step(command: Command, step: str, kind: type[Fact]) -> bool:
    return command.step == step and isinstance(command.fact, kind)


def _wrong_initial(command: Command) -> Command:
    if not _at_step(command, "1.8", StepClosed):
        return command
    initial = Initial(PersonId("w-01"), Role("internal-witness"), "ZZ")
    return replace(command, fact=replace(command.fact, initials=(initial,)))  # type: ignore[arg-type]  # a closing


def _no_shown_text(command: Command) -> Command:
    if command.step != "1.8":
        return command
    return replace(command, presented=canonical.digest(b"another text"))


def _extractable(command: Command) -> Command:
    fact = command.fact
    if not isinstance(fact, Outcome) or fact.key is None:
        return command
    attributes = tuple(
        AttributeFound(known.name, known.expected, "true", passed=False, waived=True)
        if known.name == "CKA_EXTRACTABLE"
        else known
        for known in fact.key.attributes
    )
    key = replace(fact.key, attributes=attributes)
    return replace(command, fact=replace(fact, key=key))


def _extractable_listed(_: str, raw: bytes) -> bytes:
    return raw.replace(b'"CKA_EXTRACTABLE":"false"', b'"CKA_EXTRACTABLE":"true"')


def _stray_object(name: str, raw: bytes) -> bytes:
    if name != "inventory-root-hsm-3.json":
        return raw
    told = json.loads(raw)
    told["objects"].append(
        {"kind": "secret-key", "label": "extra", "id": "", "attributes": {}}
    )
    return canonical.encode(told)


def _other_signer(who: str, raw: bytes) -> bytes:
    if who != "x-01 sign-in":
        return raw
    envelope = decode_envelope(raw)
    message = pre_authentication_encoding(envelope.payload)
    forged = ed25519_key("somebody else").sign(message)
    return encode_envelope(Envelope(envelope.payload, envelope.key_id, forged))


def _broken_signature(name: str, der: bytes) -> bytes:
    """Change the last byte of a root certificate's signature value."""
    if name != "root-oca-certificate":
        return der
    return der[:-1] + bytes([der[-1] ^ 1])


def _gap(event: Event) -> Event:
    return replace(event, cseq=event.cseq + 1) if event.cseq >= 20 else event


def _loose(event: Event) -> Event:
    if event.cseq != 20:
        return event
    return replace(event, prev=canonical.digest(b"another leaf"))


def _back_in_time(event: Event) -> Event:
    if event.cseq != 20:
        return event
    return replace(event, t=replace(event.t, mono_us=1))


def _spaced(event: Event, leaf: bytes) -> bytes:
    return leaf.replace(b'{"', b'{ "', 1) if event.cseq == 20 else leaf


def _digest_of_nothing(raw: bytes) -> bytes:
    """Let the manifest name another digest for VERIFY.txt."""
    lines = raw.split(b"\n")
    at = next(n for n, line in enumerate(lines) if line.endswith(b"VERIFY.txt"))
    lines[at] = canonical.digest(b"").encode() + b"  VERIFY.txt"
    return b"\n".join(lines)


def _other_foreign_leaf(raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    at = lines.index(b"to 89") + 1
    lines[at] = lines[at][::-1]
    return b"\n".join(lines)


def _rewritten_value() -> BuiltRecord:
    built = build_record()
    seq = next(
        known.event.seq
        for known in built.builder.facts
        if isinstance(known.fact, ValueRecorded)
    )
    return rewritten(built, seq, lambda fact: replace(fact, value="REC-2"))  # type: ignore[type-var]  # a value


def _more_demanding(**changes: object) -> Callable[[], BuiltRecord]:
    def make() -> BuiltRecord:
        built = build_record()
        return replace(built, policy=replace(built.policy, **changes))  # type: ignore[arg-type]  # by name

    return make


def _unlinted(command: Command) -> bool:
    return _at_step(command, "2.7", Linted)


LIES: Final[Mapping[str, Lie]] = {
    "manifest-misses-a-change": Lie(
        "2",
        "VERIFY-MANIFEST-01",
        _changed(MANIFEST, _digest_of_nothing, manifest=False),
        VERIFY_TEXT,
    ),
    "leaf-with-a-space": Lie(
        "3", "JOURNAL-LEAF-03", lambda: _with(leaf=_spaced), "line 21"
    ),
    "gap-in-the-count": Lie(
        "4", "VERIFY-CHAIN-02", lambda: _with(event=_gap), "leaf 25"
    ),
    "leaf-chained-to-another": Lie(
        "4", "VERIFY-CHAIN-04", lambda: _with(event=_loose), "leaf 25"
    ),
    "foreign-leaf-changed": Lie(
        "5",
        "VERIFY-ROOT-03",
        _changed(LEAF_HASHES, _other_foreign_leaf),
        "checkpoint",
    ),
    "environment-changed": Lie(
        "5",
        "VERIFY-FILE-01",
        _changed(ENVIRONMENT, lambda raw: raw.replace(b"made up", b"made op")),
        ENVIRONMENT,
    ),
    "name-changed": Lie(
        "5",
        "VERIFY-FILE-03",
        _changed(OPENINGS, lambda raw: raw.replace(b"Ada", b"Eve")),
        OPENINGS,
    ),
    "exhibit-that-nobody-named": Lie(
        "5",
        "VERIFY-FILE-04",
        _changed(EXHIBITS, lambda _: b'[{"name":"x.jpg","sha256":"00"}]'),
        EXHIBITS,
    ),
    "signed-by-another-log": Lie(
        "6", "JOURNAL-CHECKPOINT-02", lambda: _with(log_key="thief"), "checkpoint"
    ),
    "value-rewritten-later": Lie("7", "VERIFY-QUORUM-01", _rewritten_value, "step 3.2"),
    "quorum-too-small": Lie(
        "7", "VERIFY-QUORUM-03", _more_demanding(quorum_need=4), "checkpoint-0073"
    ),
    "signed-by-somebody-else": Lie(
        "9", "VERIFY-ATTEST-04", lambda: _with(envelope=_other_signer), "step 1.7"
    ),
    "nonce-used-twice": Lie(
        "9", "VERIFY-ATTEST-07", lambda: _with(nonce="00" * 16), "step 1.2"
    ),
    "step-left-out": Lie(
        "10",
        "ENGINE-STEP-01",
        lambda: _with(dropped=lambda told: _at_step(told, "1.8", StepClosed)),
        "step 1.9",
    ),
    "initial-of-nobody": Lie(
        "10", "ENGINE-INITIAL-02", lambda: _with(command=_wrong_initial), "step 1.8"
    ),
    "another-text-shown": Lie(
        "10", "VERIFY-SHOWN-01", lambda: _with(command=_no_shown_text), "step 1.8"
    ),
    "script-not-approved": Lie(
        "10",
        "VERIFY-SCRIPT-02",
        _more_demanding(scripts=(canonical.digest(b"another script"),)),
        "script.yaml",
    ),
    "outcome-left-out": Lie(
        "11",
        "VERIFY-INTENT-03",
        lambda: _with(dropped=lambda told: _at_step(told, "2.4", Outcome)),
        "step 2.4",
    ),
    "object-not-told-of": Lie(
        "11", "VERIFY-INVENTORY-02", lambda: _with(inventory=_stray_object), "step 2.5"
    ),
    "extractable-key": Lie(
        "11",
        "VERIFY-KEY-02",
        lambda: _with(command=_extractable),
        "CKA_EXTRACTABLE",
    ),
    "extractable-key-waived": Lie(
        "11",
        "VERIFY-KEY-04",
        lambda: _with(command=_extractable, inventory=_extractable_listed),
        "CKA_EXTRACTABLE",
    ),
    "certificate-with-another-signature": Lie(
        "12",
        "PKI-SIGN-01",
        lambda: _with(certificate=_broken_signature),
        "step 2.7",
    ),
    "not-linted": Lie(
        "12", "ENGINE-LINT-01", lambda: _with(dropped=_unlinted), "step 2.7"
    ),
    "rehearsal-under-a-live-id": Lie(
        "16",
        "VERIFY-MODE-01",
        lambda: _with(ceremony=CeremonyId("KC-2026-001")),
        "KC-2026-001",
    ),
}
"""Every lie about a record, by a name that says what it is."""


def time_goes_back() -> BuiltRecord:
    """Make a record whose time since boot goes back: check 15 alone fails."""
    return _with(event=_back_in_time)
