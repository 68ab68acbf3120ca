"""A second lint, by pkilint: rules that other people wrote, from the same standards.

Our own rules hold a certificate or a revocation list against its profile. This one
holds it against RFC 5280, and a web PKI's against the TLS Baseline Requirements, so
that what the profile and our rules get wrong in the same way is found by somebody else.
pkilint is reached through this file only, and loaded when it is first needed.

Invariants:
    * The signature's value is not looked at, and no clock is asked: the same
      to-be-signed bytes give the same findings.
    * Nothing of notice or above is dropped. What a profile departs from on purpose,
      and what pkilint is known to be wrong about, is given with its clause.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import metadata
from types import SimpleNamespace
from typing import Any, Final, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.asked_by_class import asked_by_class
from ceremony.pki.crl_profile import Scope
from ceremony.pki.decoded_once import DecodedOnce
from ceremony.pki.departure import Departure, departure_for
from ceremony.pki.fact import BaselineKind
from ceremony.pki.finding import SecondFinding, SecondReport, Severity
from ceremony.pki.plain_text import printable
from ceremony.pki.second_clause import citation_of
from ceremony.pki.second_fault import FAULTS
from ceremony.script.waiver import NEVER_WAIVED, Waiver

TOOL: Final = "pkilint"

_SUFFIXES: Final = "publicsuffixlist"
"""What says which domain names are public; it changes more often than the rules."""

_SEVERITIES: Final = {
    "FATAL": Severity.ERROR,
    "ERROR": Severity.ERROR,
    "WARNING": Severity.WARNING,
    "NOTICE": Severity.NOTICE,
}
"""What is told; pkilint's INFO and DEBUG point to no fault."""

_BASELINE: Final = {
    BaselineKind.ROOT_CA: "ROOT_CA",
    BaselineKind.SUBORDINATE_CA: "INTERNAL_UNCONSTRAINED_TLS_CA",
    BaselineKind.EXTERNAL_SUBORDINATE_CA: "EXTERNAL_UNCONSTRAINED_TLS_CA",
    BaselineKind.CROSS_CA: "INTERNAL_CROSS_CA",
    BaselineKind.EXTERNAL_CROSS_CA: "EXTERNAL_CROSS_CA",
    BaselineKind.OCSP_RESPONDER: "OCSP_RESPONDER",
}
"""What pkilint calls a kind."""


class _Found(Protocol):
    """A finding as a report or a leaf has it."""

    @property
    def rule(self) -> str:
        """Its id."""

    @property
    def stops(self) -> bool:
        """Whether it stops the signature."""


MOST_FINDINGS: Final = 15
LONGEST_TEXT: Final = 400
"""More findings, or longer ones, would not fit into the leaf that holds them."""


@lru_cache(maxsize=1 + len(BaselineKind))
def tool_version(baseline: BaselineKind | None = None) -> str:
    """Give the version of pkilint that is installed, and of what its rules read.

    It is looked for once: to find it takes a tenth of a certificate's time.
    """
    version = metadata.version(TOOL)
    if baseline is None:
        return version
    return f"{version} with {_SUFFIXES} {metadata.version(_SUFFIXES)}"


def lint_second(
    certificate: x509.Certificate,
    departures: tuple[Departure, ...],
    waivers: tuple[Waiver, ...] = (),
    baseline: BaselineKind | None = None,
) -> SecondReport:
    """Lint a certificate by pkilint's rules for RFC 5280, or for more.

    Args:
        certificate: The certificate, whoever signed it.
        departures: What its profile departs from on purpose.
        waivers: What is let be in it, by ids that may be waived.
        baseline: As which kind of certificate of the TLS Baseline Requirements, whose
            rules hold RFC 5280's; None for RFC 5280 alone.

    Returns:
        The findings, errors first and each once; never more than 15.
    """
    der = certificate.public_bytes(Encoding.DER)
    return _report(
        lambda: _results(der, baseline), tool_version(baseline), departures, waivers
    )


def lint_second_crl(
    crl: x509.CertificateRevocationList,
    departures: tuple[Departure, ...],
    waivers: tuple[Waiver, ...] = (),
    baseline: Scope | None = None,
) -> SecondReport:
    """Lint a revocation list by pkilint's rules for RFC 5280, or for more.

    Args:
        crl: The list, whoever signed it.
        departures: What its profile departs from on purpose.
        waivers: What is let be in it, by ids that may be waived.
        baseline: As a list of which scope the TLS Baseline Requirements have it, whose
            rules come to RFC 5280's; None for RFC 5280 alone.

    Returns:
        The findings, errors first and each once; never more than 15.
    """
    der = crl.public_bytes(Encoding.DER)
    return _report(
        lambda: _crl_results(der, baseline), tool_version(), departures, waivers
    )


def _report(
    ask: Callable[[], list[Any]],
    version: str,
    departures: tuple[Departure, ...],
    waivers: tuple[Waiver, ...],
) -> SecondReport:
    """Ask pkilint, and tell what it found; that it cannot read it is a finding too."""
    try:
        results = ask()
    except ValueError as error:
        unread = _unread(printable(str(error))[:LONGEST_TEXT])
        return SecondReport(TOOL, version, 1, (unread,))
    found = _findings(results, departures, waivers)
    return SecondReport(TOOL, version, len(results), _in_order(found))


def lint_second_together(reports: Sequence[SecondReport]) -> SecondReport:
    """Give one report on several certificates: 1 or more reports by one version.

    What one rule finds stands once, in the words of the first certificate that has it:
    values differ from one to the next. The rules are counted over all of them.
    """
    found: dict[tuple[str, str, str], SecondFinding] = {}
    for each in reports:
        for finding in each.findings:
            grounds = (finding.rule, finding.departs, finding.waived)
            found.setdefault(grounds, finding)
    asked = sum(each.rule_count for each in reports)
    return SecondReport(TOOL, reports[0].version, asked, _in_order(found.values()))


def _in_order(findings: Iterable[SecondFinding]) -> tuple[SecondFinding, ...]:
    """Put errors first and each finding once; say how many there are beyond 15."""
    found = sorted(
        dict.fromkeys(findings),
        key=lambda each: list(Severity).index(each.severity),
    )
    if len(found) > MOST_FINDINGS:
        found = [*found[: MOST_FINDINGS - 1], _more(len(found) - MOST_FINDINGS + 1)]
    return tuple(found)


def load_linter() -> None:
    """Load pkilint and put its rules for RFC 5280 together, before they are asked.

    That takes longer than to lint a hundred certificates. Those for a web PKI are put
    together when they are first asked.
    """
    _loader()
    _validator()


def _results(der: bytes, baseline: BaselineKind | None) -> list[Any]:
    document = _loader().load_der_document(der, "certificate")
    if baseline is None:
        return list(_validator().validate(document.root))
    validator, filters = _baseline_validator(baseline)
    from pkilint.finding_filter import filter_results

    # Where the two differ, pkilint takes what the Baseline Requirements say.
    return list(filter_results(filters, validator.validate(document.root))[0])


def _crl_results(der: bytes, baseline: Scope | None) -> list[Any]:
    from pkilint.loader import load_der_crl

    return list(_crl_validator(baseline).validate(load_der_crl(der, "list").root))


@lru_cache(maxsize=1)
def _loader() -> Any:  # noqa: ANN401  pkilint has no types
    """Read certificates so that a throw-away key's signature makes no difference.

    pkilint lets a self-signed CA go without an authority key identifier, and finds out
    by the signature. Here its names alone say so; ``PKI-SIGN-01`` is about signatures.
    """
    from pkilint import document
    from pkilint.loader import DocumentLoader
    from pkilint.pkix.certificate import RFC5280Certificate

    # pkilint has no other place for it.
    document.decode_der = DecodedOnce(document.decode_der)

    class LookedAt(RFC5280Certificate):  # type: ignore[misc]  # pkilint has no types
        def is_signed_with_key(self, public_key: object) -> bool:  # noqa: ARG002  pkilint's own
            return True

    return DocumentLoader(LookedAt, "CERTIFICATE")


@lru_cache(maxsize=1)
def _validator() -> Any:  # noqa: ANN401  pkilint has no types
    """Put the rules together; that takes longer than to ask them."""
    from pkilint.pkix import certificate, extension, name

    # A rule that fails is a finding here and no line on the terminal.
    logging.getLogger(TOOL).addHandler(logging.NullHandler())
    return asked_by_class(
        certificate.create_pkix_certificate_validator_container(
            certificate.create_decoding_validators(
                name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS
            ),
            [
                certificate.create_issuer_validator_container([]),
                certificate.create_validity_validator_container(),
                certificate.create_subject_validator_container([]),
                certificate.create_extensions_validator_container([]),
                certificate.create_spki_validator_container([]),
            ],
        )
    )


@lru_cache(maxsize=len(Scope) + 1)
def _crl_validator(baseline: Scope | None) -> Any:  # noqa: ANN401  pkilint has no types
    from pkilint import pkix
    from pkilint.cabf import cabf_crl
    from pkilint.pkix import crl, extension, name

    period, reasons = [], []
    if baseline is not None:
        authorities = baseline is Scope.AUTHORITIES
        kind = crl.CertificateRevocationListType["ARL" if authorities else "CRL"]
        period.append(cabf_crl.create_validity_period_validator(kind))
        reasons.append(cabf_crl.CabfCrlReasonCodeAllowlistValidator(kind))
    logging.getLogger(TOOL).addHandler(logging.NullHandler())
    return crl.create_pkix_crl_validator_container(
        [
            pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
            pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
        ],
        [
            crl.create_issuer_validator_container([]),
            crl.create_validity_validator_container(period),
            crl.create_extensions_validator_container([]),
            *reasons,
        ],
    )


@lru_cache(maxsize=len(BaselineKind))
def _baseline_validator(kind: BaselineKind) -> tuple[Any, Any]:
    _read_suffixes_once()
    from pkilint.cabf import serverauth
    from pkilint.cabf.serverauth.serverauth_constants import CertificateType
    from pkilint.pkix import certificate

    logging.getLogger(TOOL).addHandler(logging.NullHandler())
    named = CertificateType[_BASELINE[kind]]
    validator = certificate.create_pkix_certificate_validator_container(
        serverauth.create_decoding_validators(), serverauth.create_validators(named)
    )
    filters = serverauth.create_serverauth_finding_filters(named)
    return asked_by_class(validator), filters


@lru_cache(maxsize=1)
def _read_suffixes_once() -> None:
    """Let rules share one list of public suffixes; pkilint reads it for each rule."""
    from pkilint.common import alternative_name
    from publicsuffixlist import PublicSuffixList

    once = lru_cache(maxsize=1)(PublicSuffixList)
    # pkilint has no other place for it.
    alternative_name.publicsuffixlist = SimpleNamespace(PublicSuffixList=once)


def _findings(
    results: list[Any],
    departures: tuple[Departure, ...],
    waivers: tuple[Waiver, ...],
) -> Iterator[SecondFinding]:
    expected = (*departures, *FAULTS.get(tool_version(), ()))
    for result in results:
        for told in result.finding_descriptions:
            severity = _SEVERITIES.get(told.finding.severity.name)
            if severity is None:
                continue
            code = told.finding.code
            message = printable(told.message or _words(code))
            text = f"{result.node.path}: {message}"[: LONGEST_TEXT - 1]
            text = f"{text.removesuffix('.')}."
            departure = departure_for(expected, code, text)
            found = SecondFinding(
                code,
                severity,
                text,
                citation_of(code) or TOOL,
                departure.told if departure else "",
            )
            yield replace(found, waived=waiver_ground(waivers, found, text))


def waiver_ground(waivers: tuple[Waiver, ...], found: _Found, text: str) -> str:
    """Say on which ground a finding is let be; empty where no waiver is for it.

    One that stops nothing by itself needs none.

    Args:
        waivers: Those of the certificate or list; the first that is for it is taken.
        found: The finding.
        text: The path of the node that it is about, a colon, and what was found.
    """
    if not found.stops or NEVER_WAIVED.fullmatch(found.rule):
        return ""
    return next((each.ground for each in waivers if each.covers(found.rule, text)), "")


def _words(code: str) -> str:
    """Make words of an id, for a finding that says no more."""
    return code.rpartition(".")[2].replace("_", " ")


def _unread(why: str) -> SecondFinding:
    return SecondFinding(f"{TOOL}.unreadable", Severity.ERROR, why, TOOL)


def _more(count: int) -> SecondFinding:
    text = f"{count} more findings, which are not told one by one."
    return SecondFinding(f"{TOOL}.more", Severity.ERROR, text, TOOL)
