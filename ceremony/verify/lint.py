"""Each recorded lint is held against its report, and made again on the certificate.

Part of check 12: what was linted has to be what was signed.
"""

from __future__ import annotations

from ceremony import canonical
from ceremony.engine.facts import Linted, SecondLint
from ceremony.engine.state import Recorded
from ceremony.pack.lint_leaf import lint_leaf, lint_record
from ceremony.pack.record import Record
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.crl_lint import report_on_crl
from ceremony.pki.crl_profile_file import load_builtin_crl_profile
from ceremony.pki.finding import LintReport
from ceremony.pki.lint import report_on
from ceremony.script.waiver import waivers_on
from ceremony.verify.check import FailedError
from ceremony.verify.crl import crl_of, issuer_of_crl
from ceremony.verify.issued import blob_beside, certificate_of, issuer_of
from ceremony.verify.second_lint import verify_second
from ceremony.verify.trace import place


def verify_linted(record: Record) -> tuple[str, ...]:
    """Compare each recorded lint with its blob, and with the lint made again.

    Returns:
        What a reader should know although all of it holds, each once.
    """
    remarks: list[str] = []
    for recorded in record.facts:
        fact = recorded.fact
        if not isinstance(fact, Linted):
            continue
        told = blob_beside(record, recorded, "lint-")
        if told != canonical.encode(lint_record(fact)):
            raise FailedError(
                "VERIFY-LINT-01",
                f"{place(recorded)}: the lint report says something else",
            )
        if fact.tbs is not None:
            _verify_report(record, recorded, fact)
        if fact.second is not None:
            remarks.append(_second(record, recorded, fact, fact.second))
    return tuple(dict.fromkeys(filter(None, remarks)))


def _second(record: Record, recorded: Recorded, fact: Linted, told: SecondLint) -> str:
    made = record.state.certificates.get(fact.subject)
    signed = None
    if made is not None and made.tbs == fact.tbs:
        signed = certificate_of(record, fact.subject, made.digest)
    day = recorded.event.t.wall.date()
    return verify_second(
        recorded,
        told,
        load_builtin_profile(fact.profile),
        signed,
        waivers_on(record.state.script.waivers, fact.subject, day),
    )


def _linted_again(record: Record, fact: Linted) -> LintReport | None:
    """Lint the certificate or list that came of a lint; None where nothing did."""
    made = record.state.certificates.get(fact.subject)
    if made is not None and made.tbs == fact.tbs:
        certificate = certificate_of(record, fact.subject, made.digest)
        issuer = issuer_of(record, made, certificate)
        return report_on(
            certificate,
            load_builtin_profile(fact.profile),
            None if issuer is certificate else issuer,
        )
    crl = record.state.crls.get(fact.subject)
    if crl is not None and crl.tbs == fact.tbs:
        return report_on_crl(
            crl_of(record, fact.subject, crl),
            load_builtin_crl_profile(fact.profile),
            issuer_of_crl(record, crl),
        )
    return None


def _verify_report(record: Record, recorded: Recorded, fact: Linted) -> None:
    """Lint what came of it again, and compare the findings."""
    report = _linted_again(record, fact)
    if report is None:
        return  # Nothing was signed from it; check 10 has the order of things.
    again = lint_leaf(report, fact.stage, fact.subject)
    if (again.findings, again.rule_count) != (fact.findings, fact.rule_count):
        raise FailedError(
            "VERIFY-LINT-02",
            f"{place(recorded)}: linted again, what was signed gives other findings",
        )
