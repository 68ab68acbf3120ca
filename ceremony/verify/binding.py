"""The site binding is the one that the opening is about; part of check 5.

``binding.json`` is printed on the pages, and ``VERIFY.txt`` takes the log key from it.
A digest alone would let it name other tokens, another journal or any text for a key.
"""

from __future__ import annotations

from typing import Final

from ceremony import canonical
from ceremony.canonical import CanonicalError, Json
from ceremony.errors import InputError
from ceremony.identifiers import Digest
from ceremony.journal.note import decode_vkey
from ceremony.pack.record import BINDING, Record
from ceremony.pki.certificate import spki_digest
from ceremony.verify.check import FailedError

_FORMAT: Final = "key-ceremony.binding/1"


def verify_binding_told(record: Record) -> None:
    """Compare what the binding tells with the opening, in every part that both have.

    Raises:
        FailedError: ``VERIFY-BINDING-01``.
    """
    told = _decoded(record)
    evidence, opened = _object(told.get("evidence")), record.opened
    modules = {each.get("name"): each.get("sha256") for each in _list(told, "modules")}
    tokens = {
        each.get("name"): (
            each.get("serial"),
            each.get("label"),
            modules.get(each.get("module")),
        )
        for each in _list(told, "tokens")
    }
    people = {
        each.get("id"): (each.get("serial"), each.get("certificate"))
        for each in _list(told, "people")
    }
    compared: tuple[tuple[str, object, object], ...] = (
        ("its format", told.get("v"), _FORMAT),
        ("the journal", told.get("origin"), record.log.removesuffix("/rehearsal")),
        ("the log key", _log_key(evidence, record.log), opened.log_key),
        ("the seal", evidence.get("sealCertificate"), opened.seal_certificate),
        ("the evidence CA", told.get("evidenceCa"), opened.evidence_ca),
        *(
            (
                f"the token {it.name}",
                tokens.get(it.name),
                (it.serial, it.label, it.module),
            )
            for it in opened.tokens
        ),
        *(
            (
                f"the token of {it.person}",
                people.get(it.person),
                (it.token, it.certificate),
            )
            for it in opened.seats
        ),
    )
    for what, found, wanted in compared:
        if found != wanted:
            raise FailedError(
                "VERIFY-BINDING-01",
                f"{BINDING}: {what} is another than the ceremony was opened with",
            )


def _decoded(record: Record) -> dict[str, Json]:
    try:
        return _object(canonical.decode(record.files[BINDING]))
    except CanonicalError as error:
        raise FailedError("VERIFY-BINDING-01", f"{BINDING}: {error}") from error


def _log_key(evidence: dict[str, Json], log: str) -> Digest | None:
    """Give the digest of the log key that is told; None where none is, of this log."""
    try:
        key = decode_vkey(str(evidence.get("logKey")))
    except InputError:
        return None
    return spki_digest(key.public_key) if key.name == log else None


def _object(value: Json | None) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _list(told: dict[str, Json], name: str) -> list[dict[str, Json]]:
    value = told.get(name)
    return [_object(each) for each in value] if isinstance(value, list) else []
