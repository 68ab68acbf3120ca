"""Several certificates of one profile, linted together before any of them is signed.

Invariants:
    * One with a finding of error level keeps all of the part from being signed.
    * The report of a part gives each finding once; its digest is over all
      to-be-signed bytes, one after the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from cryptography import x509

from ceremony.identifiers import Digest
from ceremony.pki.finding import LintReport, SecondReport
from ceremony.pki.lint import report_on
from ceremony.pki.linted import LintedTbs
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.second_lint import lint_second, lint_second_together


def part_report(linted: Sequence[LintedTbs]) -> LintReport:
    """Give the report that is kept of a part that passed: 1 or more certificates."""
    tbs = [each.tbs for each in linted]
    return _together([each.report for each in linted], tbs)


def report_on_part(
    certificates: Sequence[x509.Certificate],
    profile: CertificateProfile,
    issuer: x509.Certificate,
) -> LintReport:
    """Lint the certificates of a part again, and give the report on all of them.

    Raises:
        InputError: ``PKI-CERT-02``: a certificate cannot be taken apart.
    """
    reports = [report_on(each, profile, issuer) for each in certificates]
    return _together(reports, [each.tbs_certificate_bytes for each in certificates])


def second_report_on_part(
    certificates: Iterable[x509.Certificate], profile: CertificateProfile
) -> SecondReport:
    """Lint the certificates of a part a second time again: 1 or more of them.

    No waiver is for a certificate of a batch.
    """
    return lint_second_together(
        [
            lint_second(each, profile.departures, baseline=profile.baseline)
            for each in certificates
        ]
    )


def part_digest(tbs: Iterable[bytes]) -> Digest:
    """Give SHA-256 of to-be-signed bytes (DER), one after the other."""
    return Digest(hashlib.sha256(b"".join(tbs)).hexdigest())


def _together(reports: Sequence[LintReport], tbs: Iterable[bytes]) -> LintReport:
    findings = dict.fromkeys(found for each in reports for found in each.findings)
    first = reports[0]
    second = [each.second for each in reports if each.second is not None]
    return LintReport(
        first.profile,
        first.rule_count,
        tuple(findings),
        part_digest(tbs),
        lint_second_together(second) if second else None,
        first.smki_count,
    )
