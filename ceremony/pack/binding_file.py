"""The site binding as a TOML file with its certificates beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import InputError
from ceremony.hsm.keys import PublicKey
from ceremony.identifiers import Digest, Origin, PersonId, is_flat_name
from ceremony.pack.binding import (
    EvidenceBinding,
    ModuleBinding,
    PersonBinding,
    PinSource,
    SiteBinding,
    TokenBinding,
)
from ceremony.pack.toml_places import decode_fields
from ceremony.pki.certificate import decode_pem, readable_key, serial_fault
from ceremony.pki.field_fault import LOAD_FAULTS
from ceremony.script.shape import Fields

ReadFile = Callable[[str], bytes]


def decode_binding(raw: bytes, file: str, read: ReadFile) -> SiteBinding:
    """Read a site binding from its bytes.

    Args:
        raw: The file's bytes, UTF-8 TOML.
        file: Its name, for places.
        read: Gives the bytes of a file beside the binding, by its flat name.

    Raises:
        InputError: ``FILE-*``: not of the shape; ``BINDING-PATH-01``: a module's
            path is not absolute; ``BINDING-DIGEST-01``: no SHA-256 in hex;
            ``BINDING-ID-01``: no CKA_ID in hex; ``BINDING-CERTIFICATE-01``: a
            certificate that cannot be read, ``-02``: one with a key that no token
            signs with here; ``BINDING-NAME-01``: a name twice; what ``read``
            refuses, with the place of the entry.
    """
    top = decode_fields(raw, file, "a site binding")
    ca = top.child("evidence-ca")
    ca_file, evidence_ca = _read_certificate(ca, read)
    ca.finish()
    binding = SiteBinding(
        origin=Origin(top.text("origin")),
        place=top.text("place", ""),
        modules=tuple(
            _read_module(item) for item in top.children("module", required=True)
        ),
        tokens=tuple(_read_token(item) for item in top.children("token")),
        evidence=_read_evidence(top.child("evidence"), read),
        people=tuple(_read_person(item, read) for item in top.children("person")),
        ca_file=ca_file,
        evidence_ca=evidence_ca,
    )
    _verify_names(binding, top)
    top.finish()
    top.faults.raise_any()
    return binding


def _verify_names(binding: SiteBinding, top: Fields) -> None:
    for names in (
        [module.name for module in binding.modules],
        [token.name for token in binding.tokens],
        [str(person.id) for person in binding.people],
    ):
        for name in {name for name in names if names.count(name) > 1}:
            top.faults.add(
                "BINDING-NAME-01",
                f"{name} is bound twice.",
                top.place,
                remedy="Keep one of the two entries.",
            )


def _read_module(item: Fields) -> ModuleBinding:
    path = Path(item.text("path"))
    if not path.is_absolute():
        _add(item, "BINDING-PATH-01", f"The module's path {path} is not absolute.")
    module = ModuleBinding(
        name=item.name("name"),
        path=path,
        sha256=Digest(_read_hex(item, "sha256", "BINDING-DIGEST-01", 64)),
        environment={
            name: item.as_text(node, name)
            for name, node in item.pairs("environment", names=False)
        },
        init_arguments=item.text("init-arguments", ""),
    )
    item.finish()
    return module


def _read_token(item: Fields) -> TokenBinding:
    token = TokenBinding(
        name=item.name("name"),
        module=item.name("module"),
        serial=item.text("serial"),
        label=item.text("label"),
        pin=item.choice("pin", PinSource),
        purpose=item.text("purpose", ""),
    )
    item.finish()
    return token


def _read_evidence(item: Fields, read: ReadFile) -> EvidenceBinding:
    seal_file, seal_certificate = _read_certificate(item, read, "seal-certificate")
    evidence = EvidenceBinding(
        module=item.name("module"),
        serial=item.text("serial"),
        label=item.text("label"),
        log_key_id=_read_hex(item, "log-key-id", "BINDING-ID-01"),
        log_key=item.text("log-key"),
        seal_key_id=_read_hex(item, "seal-key-id", "BINDING-ID-01"),
        seal_file=seal_file,
        seal_certificate=seal_certificate,
        pin=item.choice("pin", PinSource),
    )
    item.finish()
    return evidence


def _read_person(item: Fields, read: ReadFile) -> PersonBinding:
    file, certificate = _read_certificate(item, read)
    person = PersonBinding(
        id=PersonId(item.name("id")),
        module=item.name("module"),
        serial=item.text("serial"),
        label=item.text("label"),
        key_id=_read_hex(item, "key-id", "BINDING-ID-01"),
        file=file,
        certificate=certificate,
        pin=item.choice("pin", PinSource),
        cosigner=item.text("cosigner", ""),
    )
    item.finish()
    return person


def _read_hex(item: Fields, key: str, code: str, length: int = 0) -> str:
    value = item.text(key)
    digits = set(value) <= set("0123456789abcdef") and len(value) % 2 == 0
    if value and not (digits and length in (0, len(value))):
        _add(item, code, f"{key} is not a value in lower-case hex of the right length.")
    return value


def _read_certificate(
    item: Fields, read: ReadFile, key: str = "certificate"
) -> tuple[str, bytes]:
    """Read a certificate beside the binding: its flat name and its bytes, DER."""
    name = item.text(key)
    if not name:
        return "", b""
    if not is_flat_name(name):
        _add(item, "BINDING-CERTIFICATE-01", f"{name!r} is not a flat file name.")
        return "", b""
    try:
        certificate = decode_pem(read(name))
    except (InputError, *LOAD_FAULTS) as error:
        _add_unread(item, name, error)
        return "", b""
    wrong = serial_fault(certificate)
    if wrong:
        _add(item, "BINDING-CERTIFICATE-01", f"{name} is not to be used: {wrong}")
    if not isinstance(readable_key(certificate), PublicKey):
        _add(
            item,
            "BINDING-CERTIFICATE-02",
            f"The key of {name} is neither of a known elliptic curve, Ed25519 nor RSA.",
        )
    return name, certificate.public_bytes(Encoding.DER)


def _add_unread(item: Fields, name: str, error: Exception) -> None:
    if isinstance(error, InputError):
        # That there is no such file is told at the entry that names it.
        item.faults.add(error.code, str(error), item.place, remedy=error.remedy)
    else:
        _add(item, "BINDING-CERTIFICATE-01", f"{name} is not a certificate in PEM.")


def _add(item: Fields, code: str, message: str) -> None:
    item.faults.add(code, message, item.place, remedy="Correct the entry.")


def encode_binding(binding: SiteBinding) -> str:
    """Write a site binding as TOML; its certificates are written by the caller."""
    evidence = binding.evidence
    lines = [f"origin = {_quoted(binding.origin)}"]
    if binding.place:
        lines.append(f"place = {_quoted(binding.place)}")
    for module in binding.modules:
        lines += _module_lines(module)
    for token in binding.tokens:
        lines += _table(
            "[[token]]",
            {
                "name": token.name,
                "module": token.module,
                "serial": token.serial,
                "label": token.label,
                "pin": token.pin.value,
                "purpose": token.purpose,
            },
        )
    lines += _table(
        "[evidence]",
        {
            "module": evidence.module,
            "serial": evidence.serial,
            "label": evidence.label,
            "log-key-id": evidence.log_key_id,
            "log-key": evidence.log_key,
            "seal-key-id": evidence.seal_key_id,
            "seal-certificate": evidence.seal_file,
            "pin": evidence.pin.value,
        },
    )
    for person in binding.people:
        lines += _table(
            "[[person]]",
            {
                "id": person.id,
                "module": person.module,
                "serial": person.serial,
                "label": person.label,
                "key-id": person.key_id,
                "certificate": person.file,
                "pin": person.pin.value,
                "cosigner": person.cosigner,
            },
        )
    lines += _table("[evidence-ca]", {"certificate": binding.ca_file})
    return "\n".join(lines) + "\n"


def _module_lines(module: ModuleBinding) -> list[str]:
    pairs = ", ".join(
        f"{name} = {_quoted(value)}" for name, value in module.environment.items()
    )
    values = {
        "name": module.name,
        "path": str(module.path),
        "sha256": module.sha256,
        "init-arguments": module.init_arguments,
    }
    return [*_table("[[module]]", values), f"environment = {{{pairs}}}"]


def _table(header: str, values: dict[str, str]) -> list[str]:
    """Write one table; an empty value is left out."""
    rows = [f"{key} = {_quoted(value)}" for key, value in values.items() if value]
    return ["", header, *rows]


def _quoted(value: str) -> str:
    """Write a TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False)
