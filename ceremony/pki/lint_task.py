"""One certificate, and what the linters hold it against."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509

from ceremony.pki.finding import LintReport
from ceremony.pki.lint import report_twice
from ceremony.pki.profile import CertificateProfile
from ceremony.script.waiver import Waiver


@dataclass(frozen=True, slots=True)
class LintTask:
    """One certificate, and what the linters hold it against.

    Attributes:
        certificate: The certificate, whoever signed it.
        profile: What it has to look like.
        issuer: The issuer's certificate; None for a self-signed one.
        waivers: What the second linter may find all the same.
    """

    certificate: x509.Certificate
    profile: CertificateProfile
    issuer: x509.Certificate | None
    waivers: tuple[Waiver, ...] = ()


def report_on_task(task: LintTask) -> LintReport:
    """Lint it by our own rules and by the second linter's.

    Raises:
        InputError: ``PKI-CERT-02``: a certificate cannot be taken apart.
    """
    return report_twice(task.certificate, task.profile, task.issuer, task.waivers)
