"""The rules of the SMKI about requests, whatever a profile says; see docs/rules-pki.md.

A request states what its certificate will hold. What the lint of that would refuse is
refused here, before a key signs such a request and before one that came is answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ceremony.pki.found_words import algorithm_words
from ceremony.pki.lint_smki import SMKI_RULES
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_rule import Asked, RequestRule
from ceremony.pki.smki_form import (
    ECDSA_SHA256,
    KEY_USAGE,
    MODULE_NAME,
    Raw,
    ca_role_wrong,
    client_key_wrong,
    client_usage_wrong,
    identifier_wrong,
    key_wrong,
    module_wrong,
    role_unknown,
    role_wrong,
    subject_wrong,
    usage_wrong,
)
from ceremony.pki.smki_kind import SmkiKind, smki_kind

_Check = Callable[[Asked], str]


def _of(check: Callable[[Raw], str]) -> _Check:
    return lambda asked: check(asked.raw)


def _by(check: Callable[[Raw, CertificateProfile], str]) -> _Check:
    return lambda asked: check(asked.raw, asked.profile)


def _if_stated(oid: str, check: Callable[[Raw], str]) -> _Check:
    """Ask about an extension that is there; that it has to be is PKI-CSR-05's."""

    def ask(asked: Asked) -> str:
        is_stated = any(each.oid == oid for each in asked.raw.extensions)
        return check(asked.raw) if is_stated else ""

    return ask


def _signature(asked: Asked) -> str:
    found = asked.raw.signature
    return "" if found == ECDSA_SHA256 else f"it is {algorithm_words(found)}"


def _of_lint(identifier: str, check: _Check) -> RequestRule:
    rule = next(rule for rule in SMKI_RULES if rule.id == identifier)
    return RequestRule(rule.id, rule.sentence, rule.source, check, rule.applies)


SMKI_REQUEST_RULES: Final = (
    _of_lint("SMKI-KEY-01", _of(key_wrong)),
    _of_lint("SMKI-KEY-02", _of(client_key_wrong)),
    _of_lint("SMKI-NAME-01", _of(subject_wrong)),
    _of_lint("SMKI-NAME-02", _of(identifier_wrong)),
    _of_lint("SMKI-ROLE-01", _of(role_wrong)),
    _of_lint("SMKI-ROLE-02", _by(role_unknown)),
    _of_lint("SMKI-ROLE-03", _by(ca_role_wrong)),
    _of_lint("SMKI-KU-01", _if_stated(KEY_USAGE, usage_wrong)),
    _of_lint("SMKI-KU-04", _if_stated(KEY_USAGE, client_usage_wrong)),
    _of_lint("SMKI-SAN-01", _if_stated(MODULE_NAME, module_wrong)),
    RequestRule(
        "SMKI-CSR-01",
        "A request of an organisation or a device is signed by ECDSA with SHA-256.",
        "SEC Appendix M v8.0, Appendix F (read)",
        _signature,
        lambda profile: smki_kind(profile) in {SmkiKind.ORGANISATION, SmkiKind.DEVICE},
    ),
)
"""Every rule of the SMKI about requests, in the order in which findings are given."""
