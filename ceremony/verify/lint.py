"""Each recorded lint is held against its report, and made again on the certificate.

Part of check 12: what was linted has to be what was signed.
"""

from __future__ import annotations

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.engine.facts import Linted, LintFinding
from ceremony.engine.state import Recorded
from ceremony.pack.record import Record
from ceremony.pki.crl_lint import report_on_crl
from ceremony.pki.finding import REPORT_FORMAT, LintReport
from ceremony.pki.lint import report_on
from ceremony.pki.script_profile import certificate_profile, crl_profile
from ceremony.verify.check import FailedError
from ceremony.verify.crl import crl_of, issuer_of_crl
from ceremony.verify.issued import blob_beside, certificate_of, issuer_of
from ceremony.verify.trace import place


def verify_linted(record: Record) -> None:
    """Compare each recorded lint with its blob, and with the lint made again."""
    for recorded in record.facts:
        fact = recorded.fact
        if not isinstance(fact, Linted):
            continue
        told = blob_beside(record, recorded, "lint-", ".json")
        if told != canonical.encode(_as_record(fact)):
            raise FailedError(
                "VERIFY-LINT-01",
                f"{place(recorded)}: the lint report says something else",
            )
        if fact.tbs is not None:
            _verify_report(record, recorded, fact)


def _as_record(fact: Linted) -> dict[str, Json]:
    """Give the report's form (``pki.finding``) from the leaf's values."""
    record: dict[str, Json] = {
        "v": REPORT_FORMAT,
        "profile": fact.profile,
        "rules": fact.rule_count,
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "message": finding.text,
            }
            for finding in fact.findings
        ],
    }
    if fact.tbs is not None:
        record["tbs"] = fact.tbs
    return record


def _linted_again(record: Record, fact: Linted) -> LintReport | None:
    """Lint the certificate or list that came of a lint; None where nothing did."""
    made = record.state.certificates.get(fact.subject)
    if made is not None and made.tbs == fact.tbs:
        certificate = certificate_of(record, fact.subject, made.digest)
        issuer = issuer_of(record, made, certificate)
        return report_on(
            certificate,
            certificate_profile(record.state.script, fact.profile),
            None if issuer is certificate else issuer,
        )
    crl = record.state.crls.get(fact.subject)
    if crl is not None and crl.tbs == fact.tbs:
        return report_on_crl(
            crl_of(record, fact.subject, crl),
            crl_profile(record.state.script, fact.profile),
            issuer_of_crl(record, crl),
        )
    return None


def _verify_report(record: Record, recorded: Recorded, fact: Linted) -> None:
    """Lint what came of it again, and compare the findings."""
    report = _linted_again(record, fact)
    if report is None:
        return  # Nothing was signed from it; check 10 has the order of things.
    again = tuple(
        LintFinding(found.rule, found.severity.value, found.message)
        for found in report.findings
    )
    if (again, report.rule_count) != (fact.findings, fact.rule_count):
        raise FailedError(
            "VERIFY-LINT-02",
            f"{place(recorded)}: linted again, what was signed gives other findings",
        )
