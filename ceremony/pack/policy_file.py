"""The trust policy as a TOML file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from ceremony.identifiers import Digest, Mode, Origin, PersonId, Role, Stance
from ceremony.pack.key_policy import (
    read_apart,
    verify_absent,
    verify_reported_wrongly,
)
from ceremony.pack.people_names import verify_people_names
from ceremony.pack.policy import WAIVERS, TrustedPerson, TrustPolicy
from ceremony.pack.toml_places import decode_fields
from ceremony.people.attestation import Level
from ceremony.pki.certificate import decode_pem, serial_fault
from ceremony.pki.field_fault import LOAD_FAULTS
from ceremony.script.shape import Fields
from ceremony.script.source_file import read_file

_HEX = frozenset("0123456789abcdef")
_DIGEST_LENGTH = 64
_MOST_PEOPLE = 1000
_LATEST_VERSION = 10**6


def load_trust_policy(path: Path) -> TrustPolicy:
    """Read a trust policy from disk.

    Raises:
        InputError: The file is missing, or what :func:`decode_trust_policy` refuses.
        StorageError: The disk failed.
    """
    return decode_trust_policy(read_file(path), path.name)


def decode_trust_policy(raw: bytes, file: str) -> TrustPolicy:
    """Read a trust policy from its bytes.

    Args:
        raw: The file's bytes, UTF-8 TOML.
        file: Its name, for places.

    Raises:
        InputError: ``FILE-*``: not of the shape; ``POLICY-KEY-01``: a key twice;
            ``POLICY-PERSON-01``: a person twice; ``POLICY-DIGEST-01``: no SHA-256;
            ``POLICY-DATE-01``: no date, or an empty span;
            ``POLICY-CERTIFICATE-01``: no certificate in PEM;
            ``POLICY-WAIVER-01``: an unknown waiver; ``POLICY-ATTRIBUTE-*``: what may
            not be said of an attribute; ``PEOPLE-NAME-*``: a name, or two that look
            alike.
    """
    top = decode_fields(raw, file, "a trust policy")
    quorum, seal, ca = top.child("quorum"), top.child("seal"), top.child("ca")
    people = top.children("person", required=True)
    policy = TrustPolicy(
        version=top.integer("version", 1, _LATEST_VERSION),
        origin=Origin(top.text("origin")),
        valid_from=_read_date(top, "valid-from"),
        valid_to=_read_date(top, "valid-to"),
        log_key=top.text("log-key"),
        seal_certificates=_read_digests(seal, "certificates", required=True),
        ca_certificates=_read_certificates(ca),
        people=tuple(map(_read_person, people)),
        quorum_role=Role(quorum.name("role")),
        quorum_need=quorum.integer("need", 1, _MOST_PEOPLE),
        levels={
            Role(role): top.as_choice(node, f"the level of {role}", Level)
            for role, node in top.pairs("levels")
        },
        required_roles=_roles(top.names("required-roles")),
        modes=top.choices("modes", Mode, (Mode.LIVE,)),
        scripts=_read_digests(top, "scripts"),
        attributes={
            name: top.as_text(node, name)
            for name, node in top.pairs("attributes", names=False)
        },
        report_signers=_roles(top.names("report-signers")),
        waivers=top.names("waivers"),
        absent=_read_stances(top, "attributes-absent"),
        reported_wrongly=_read_stances(top, "attributes-reported-wrongly"),
        apart=tuple(read_apart(item) for item in top.children("must-not-combine")),
    )
    for item in (quorum, seal, ca, top):
        item.finish()
    _verify_once(policy, top)
    _verify_stances(policy, top)
    top.faults.raise_any()
    pairs = zip(policy.people, people, strict=True)
    verify_people_names(((it.id, it.name, at.place) for it, at in pairs), top.faults)
    return policy


def _verify_once(policy: TrustPolicy, top: Fields) -> None:
    keys = [
        policy.log_key,
        *(person.key for person in policy.people),
        *(person.cosigner for person in policy.people if person.cosigner),
    ]
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        _add(top, "POLICY-KEY-01", f"The key {key[:24]} stands in the policy twice.")
    ids = [person.id for person in policy.people]
    for person in sorted({person for person in ids if ids.count(person) > 1}):
        _add(top, "POLICY-PERSON-01", f"{person} stands in the policy twice.")
    # A day that cannot be read is told by itself.
    if date.min < policy.valid_to < policy.valid_from:
        _add(top, "POLICY-DATE-01", "The policy ends before it begins.")
    for waiver in policy.waivers:
        if waiver not in WAIVERS:
            _add(top, "POLICY-WAIVER-01", f"There is no waiver {waiver!r}.")


def _read_stances(top: Fields, key: str) -> dict[str, Stance]:
    return {
        name: top.as_choice(node, f"what holds of {name}", Stance)
        for name, node in top.pairs(key, names=False)
    }


def _verify_stances(policy: TrustPolicy, top: Fields) -> None:
    for name, stance in policy.absent.items():
        verify_absent(top, name, policy.attributes.get(name, ""), stance)
    for name, stance in policy.reported_wrongly.items():
        verify_reported_wrongly(top, name, stance)


def _read_person(item: Fields) -> TrustedPerson:
    person = TrustedPerson(
        id=PersonId(item.name("id")),
        name=item.text("name"),
        roles=_roles(item.names("roles", required=True)),
        key=_read_digest(item, item.text("key")),
        certificate=_read_digest(item, item.text("certificate")),
        cosigner=item.text("cosigner", ""),
    )
    item.finish()
    return person


def _read_certificates(ca: Fields) -> tuple[str, ...]:
    blocks = ca.blocks("certificates")
    for block in filter(None, blocks):
        try:
            wrong = serial_fault(decode_pem(block.encode()))
        except LOAD_FAULTS:
            _add(ca, "POLICY-CERTIFICATE-01", "A CA certificate is not in PEM.")
            continue
        if wrong:
            told = f"A CA certificate is not to be used: {wrong}"
            _add(ca, "POLICY-CERTIFICATE-01", told)
    return blocks


def _read_digests(
    item: Fields, key: str, *, required: bool = False
) -> tuple[Digest, ...]:
    return tuple(
        _read_digest(item, text) for text in item.texts(key, required=required)
    )


def _read_digest(item: Fields, text: str) -> Digest:
    if text and (len(text) != _DIGEST_LENGTH or not _HEX.issuperset(text)):
        _add(item, "POLICY-DIGEST-01", f"{text!r} is not a SHA-256 in lower-case hex.")
    return Digest(text)


def _read_date(top: Fields, key: str) -> date:
    node = top.peek(key)
    text = top.text(key)
    try:
        return date.fromisoformat(text)
    except ValueError:
        if node is not None and text:
            told = f"{key} is {text!r} and not a date."
            remedy = "Write year, month and day, such as 2026-11-27."
            top.faults.add("POLICY-DATE-01", told, node.place, remedy=remedy)
        return date.min


def _roles(names: Iterable[str]) -> tuple[Role, ...]:
    return tuple(Role(name) for name in names)


def _add(item: Fields, code: str, message: str) -> None:
    item.faults.add(code, message, item.place, remedy="Correct the entry.")


def encode_trust_policy(policy: TrustPolicy) -> bytes:
    """Write a trust policy as TOML, UTF-8; reading it gives the same policy."""
    lines = [
        f"version = {policy.version}",
        f"origin = {_quoted(policy.origin)}",
        f"valid-from = {_quoted(policy.valid_from.isoformat())}",
        f"valid-to = {_quoted(policy.valid_to.isoformat())}",
        f"log-key = {_quoted(policy.log_key)}",
        *_list("required-roles", policy.required_roles),
        *_list("modes", (mode.value for mode in policy.modes)),
        *_list("scripts", policy.scripts),
        *_list("report-signers", policy.report_signers),
        *_list("waivers", policy.waivers),
        "",
        "[quorum]",
        f"role = {_quoted(policy.quorum_role)}",
        f"need = {policy.quorum_need}",
        *_pairs("levels", {str(role): level for role, level in policy.levels.items()}),
        *_pairs("attributes", policy.attributes),
        *_pairs("attributes-absent", policy.absent),
        *_pairs("attributes-reported-wrongly", policy.reported_wrongly),
        "",
        "[seal]",
        *_list("certificates", policy.seal_certificates),
    ]
    for usages in policy.apart:
        lines += ["", "[[must-not-combine]]", *_list("usages", usages)]
    for person in policy.people:
        lines += [
            "",
            "[[person]]",
            f"id = {_quoted(person.id)}",
            f"name = {_quoted(person.name)}",
            *_list("roles", person.roles),
            f"key = {_quoted(person.key)}",
            f"certificate = {_quoted(person.certificate)}",
        ]
        if person.cosigner:
            lines.append(f"cosigner = {_quoted(person.cosigner)}")
    blocks = [f"'''\n{block.strip()}\n'''," for block in policy.ca_certificates]
    lines += ["", "[ca]", "certificates = [", *blocks, "]", ""]
    return "\n".join(lines).encode()


def _list(key: str, values: Iterable[str]) -> list[str]:
    quoted = [_quoted(value) for value in values]
    return [f"{key} = [{', '.join(quoted)}]"] if quoted else []


def _pairs(table: str, values: Mapping[str, str]) -> list[str]:
    if not values:
        return []
    rows = [f"{key} = {_quoted(value)}" for key, value in values.items()]
    return ["", f"[{table}]", *rows]


def _quoted(value: str) -> str:
    """Write a TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False)
