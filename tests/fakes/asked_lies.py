"""Lies about what a device was asked for, and by whom, where it did what it should."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.engine.facts import (
    Asked,
    DeviceFault,
    Intent,
    Outcome,
    StepClosed,
)
from ceremony.identifiers import OperationId, PersonId
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.key_acts import build_key_acts
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.fakes.record_crl import build_crls

Build = Callable[[Forgery], BuiltRecord]


def _told(kind: type[Intent | Outcome], verb: str, **values: Any) -> Forgery:
    """Change what the first leaf of a kind and verb tells."""
    left = [values]

    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, kind) or fact.verb != verb or not left:
            return told
        return replace(told, fact=replace(fact, **left.pop()))

    return Forgery(command=command)


def _asked(build: Build, verb: str, **values: Any) -> Lie:
    def make() -> BuiltRecord:
        return build(_told(Intent, verb, **values))

    (name,) = values
    return Lie("11", "VERIFY-INTENT-05", make, f"({name})")


def _ended(**values: Any) -> Lie:
    def make() -> BuiltRecord:
        return build_key_acts(_told(Outcome, "token.change-pin", **values))

    return Lie("11", "VERIFY-INTENT-06", make, "it is told as done")


def _named_by_a_step() -> BuiltRecord:
    def command(told: Command) -> Command:
        if not isinstance(told.fact, StepClosed):
            return told
        return replace(told, op=OperationId("ab" * 16))

    return build_record(Forgery(command=command))


DIGEST: Final = canonical.digest(b"something else")

ASKED_LIES: Final[Mapping[str, Lie]] = {
    "weak-key-asked-for": _asked(build_record, "key.generate", algorithm="RSA-2048"),
    "extractable-key-asked-for": _asked(
        build_record, "key.generate", attributes=(Asked("CKA_EXTRACTABLE", "true"),)
    ),
    "key-asked-for-without-attributes": _asked(
        build_record, "key.generate", attributes=()
    ),
    "request-asked-to-be-signed-otherwise": _asked(
        build_record, "csr.create", algorithm="ecdsa-with-SHA1"
    ),
    "root-asked-to-be-signed-otherwise": _asked(
        build_record, "certificate.self-sign", algorithm="ecdsa-with-SHA1"
    ),
    "certificate-asked-to-be-signed-otherwise": _asked(
        build_record, "certificate.issue", algorithm="sha256WithRSAEncryption"
    ),
    "list-asked-to-be-signed-otherwise": _asked(
        build_crls, "crl.issue", algorithm="ecdsa-with-SHA1"
    ),
    "signature-of-another-attribute-asked-for": _asked(
        build_record, "certificate.issue", attributes=(Asked("CKA_SIGN", "true"),)
    ),
    "pin-changed-by-an-algorithm": _asked(
        build_key_acts, "token.change-pin", algorithm="AES-256"
    ),
    "pin-changed-under-a-key": _asked(
        build_key_acts, "token.change-pin", under="root-oca"
    ),
    "pin-changed-from-a-blob": _asked(build_key_acts, "token.change-pin", blob=DIGEST),
    "pin-changed-and-something-signed": _asked(
        build_key_acts, "token.change-pin", tbs=DIGEST
    ),
    "done-with-a-fault": _ended(fault=DeviceFault("HSM-PIN-01", "The PIN is wrong.")),
    "done-as-people-decided": _ended(decided_by=(PersonId("c-01"), PersonId("w-01"))),
    "step-of-an-operation": Lie("11", "VERIFY-INTENT-07", _named_by_a_step, "step 1.1"),
}
"""Every such lie, by a name that says what it is."""
