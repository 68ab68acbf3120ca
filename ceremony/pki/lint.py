"""Holding a certificate against its profile, rule by rule.

The answer is the product: every rule is asked, and all findings are given. The
signature's value is not looked at; see ``certificate.verify_issued_by``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.der import RawCertificate, decode_raw
from ceremony.pki.finding import Finding, LintReport, is_smki
from ceremony.pki.lint_extensions import EXTENSION_RULES
from ceremony.pki.lint_fields import FIELD_RULES
from ceremony.pki.lint_purpose import PURPOSE_RULES
from ceremony.pki.lint_smki import SMKI_RULES
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.rule import Exhibit, Rule
from ceremony.pki.rule_source import general_source
from ceremony.pki.second_lint import lint_second
from ceremony.pki.smki_kind import smki_kind
from ceremony.script.waiver import Waiver

RULES: Final[tuple[Rule, ...]] = (
    *FIELD_RULES,
    *EXTENSION_RULES,
    *PURPOSE_RULES,
    *SMKI_RULES,
)
"""Every lint rule, in the order in which findings are given."""

_ELSEWHERE: Final = tuple(
    replace(rule, source=general_source(rule.source))
    for rule in RULES
    if not is_smki(rule.id)
)
"""The same without the SMKI's own, as they are told of any other PKI."""


def rules_for(profile: CertificateProfile) -> tuple[Rule, ...]:
    """Give the rules that are asked of a certificate of a profile.

    Each has the source that is told of such a certificate.
    """
    rules = RULES if smki_kind(profile) else _ELSEWHERE
    return tuple(rule for rule in rules if rule.applies(profile))


def lint_certificate(
    certificate: x509.Certificate,
    profile: CertificateProfile,
    issuer: x509.Certificate | None,
) -> tuple[Finding, ...]:
    """Ask every rule that applies about a certificate.

    Args:
        certificate: The certificate, whoever signed it.
        profile: What it has to look like.
        issuer: The issuer's certificate; None for a self-signed one.

    Returns:
        The findings, in the order of :data:`RULES`; empty where all is well.

    Raises:
        InputError: ``PKI-CERT-02``: a certificate cannot be taken apart.
    """
    der = certificate.public_bytes(Encoding.DER)
    above = None if not issuer else _raw_issuer(issuer.public_bytes(Encoding.DER))
    exhibit = Exhibit(decode_raw(der), profile, above)
    return tuple(
        Finding.of(rule, wrong)
        for rule in rules_for(profile)
        if (wrong := rule.check(exhibit))
    )


def report_on(
    certificate: x509.Certificate,
    profile: CertificateProfile,
    issuer: x509.Certificate | None,
) -> LintReport:
    """Lint a certificate and give the report that is kept as evidence.

    The same to-be-signed bytes, profile and issuer give the same report.

    Raises:
        InputError: ``PKI-CERT-02``: a certificate cannot be taken apart.
    """
    findings = lint_certificate(certificate, profile, issuer)
    tbs = certificate.tbs_certificate_bytes
    return LintReport.by_rules(profile.name, rules_for(profile), findings, tbs)


def report_twice(
    certificate: x509.Certificate,
    profile: CertificateProfile,
    issuer: x509.Certificate | None,
    waivers: tuple[Waiver, ...] = (),
) -> LintReport:
    """Lint a certificate by our own rules and by a second linter's.

    Args:
        certificate: The certificate, whoever signed it.
        profile: What it has to look like.
        issuer: The issuer's certificate; None for a self-signed one.
        waivers: What the second linter may find all the same.

    Raises:
        InputError: ``PKI-CERT-02``: a certificate cannot be taken apart.
    """
    report = report_on(certificate, profile, issuer)
    second = lint_second(certificate, profile.departures, waivers, profile.baseline)
    return replace(report, second=second)


@lru_cache(maxsize=8)
def _raw_issuer(der: bytes) -> RawCertificate:
    """Take an issuer apart once, however many certificates it has signed."""
    return decode_raw(der)
