"""Lies about requests that a key of the ceremony signed, each with its one check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.engine.command import Command
from ceremony.engine.facts import Intent, Linted, Outcome
from ceremony.identifiers import Digest
from ceremony.pki.extension import ALTERNATIVE_NAMES
from ceremony.pki.finding import Finding, LintReport, Severity
from ceremony.pki.request_order import RequestOrder
from tests.fakes.bad_packs import BadPack
from tests.fakes.forgeries import Lie
from tests.fakes.made_up_site import SoftwareKey
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_request import build_requests

REQUEST: Final = "issuing-request"
SIGNED: Final = f"{REQUEST} before-signing"
PLACE: Final = "step 2.12"
OTHER: Final = Digest("5d" * 32)


def _lie(rule: str, **changes: Any) -> Lie:
    return Lie("12", rule, lambda: build_requests(**changes), PLACE)


def _other_name(order: RequestOrder) -> RequestOrder:
    """Ask for a name that the script has not approved."""
    return replace(
        order, values={**order.values, ALTERNATIVE_NAMES: "dns:other.example"}
    )


def _report(**changes: Any) -> Callable[[str, LintReport], LintReport]:
    """Change the report on the request, in leaf and file alike."""

    def lint(told: str, report: LintReport) -> LintReport:
        changed = replace(report, **changes) if told == SIGNED else report
        return replace(changed, second=None)

    return lint


def _asked_other(command: Command) -> Command:
    """Tell that other bytes were linted, and asked of the token, than were signed."""
    fact = command.fact
    if isinstance(fact, Intent) and fact.thing == REQUEST:
        return replace(command, fact=replace(fact, tbs=OTHER))
    return command


def _told(command: Command) -> Command:
    """Tell everywhere of other bytes than were signed."""
    fact = command.fact
    if isinstance(fact, Outcome) and fact.request is not None and fact.request.tbs:
        made = replace(fact.request, tbs=OTHER)
        return replace(command, fact=replace(fact, request=made))
    return _asked_other(command)


def _unlinted(command: Command) -> bool:
    fact = command.fact
    return isinstance(fact, Linted) and f"{fact.subject} {fact.stage}" == SIGNED


def _unlinted_before(command: Command) -> bool:
    fact = command.fact
    return (
        isinstance(fact, Linted)
        and f"{fact.subject} {fact.stage}" == f"{REQUEST} before-key"
    )


def _fewer(which: str) -> Callable[[str, LintReport], LintReport]:
    """Let one report count a single rule; the others are as they are made."""
    return lambda told, report: (
        replace(report, rule_count=1) if told == which else report
    )


def _by_sha384(_: str, der: bytes) -> bytes:
    """Let the key sign the same by another algorithm than the profile has for it."""
    honest = x509.load_der_x509_csr(der)
    builder = x509.CertificateSigningRequestBuilder(honest.subject)
    for each in honest.extensions:
        builder = builder.add_extension(each.value, each.critical)
    key = SoftwareKey("issuing-dca")._key  # what it signs by is fixed in the class
    return builder.sign(key, hashes.SHA384()).public_bytes(Encoding.DER)


FOUND: Final = Finding("PKI-REQ-02", Severity.ERROR, "It is made up.", "RFC 2986")

REQUEST_LIES: Final[Mapping[str, Lie]] = {
    "request-that-asks-for-another-name": _lie(
        "VERIFY-REQUEST-01", request_order=_other_name
    ),
    "request-told-with-other-bytes": _lie(
        "VERIFY-REQUEST-02", command=_told, lint=_report(tbs_digest=OTHER)
    ),
    "request-signed-by-another-algorithm": _lie("PKI-REQUEST-03", request=_by_sha384),
    "request-linted-by-fewer-rules": _lie("VERIFY-LINT-02", lint=_fewer(SIGNED)),
    "request-linted-by-fewer-rules-before-its-key": Lie(
        "12",
        "VERIFY-LINT-05",
        lambda: build_requests(lint=_fewer(f"{REQUEST} before-key")),
        "step 2.9",
    ),
    "request-that-was-not-linted-before-its-key": _lie(
        "VERIFY-LINT-06", dropped=_unlinted_before
    ),
    "request-linted-with-an-error": _lie(
        "ENGINE-LINT-01", lint=_report(findings=(FOUND,))
    ),
    "request-that-was-not-linted": _lie("ENGINE-LINT-01", dropped=_unlinted),
    "request-signed-other-than-linted": _lie(
        "ENGINE-REQUEST-21", command=_asked_other, lint=_report(tbs_digest=OTHER)
    ),
}
"""Every such lie, by a name that says what it is."""


def _bad(name: str) -> BadPack:
    lie = REQUEST_LIES[name]
    return BadPack(lie.number, lie.rule, lambda: make_pack(lie.make()))


REQUEST_PACKS: Final[Mapping[str, BadPack]] = {
    name: _bad(name)
    for name in ("request-that-asks-for-another-name", "request-told-with-other-bytes")
}
"""Those that are kept as packs, each sealed and signed."""
