"""Each recorded lint is held against its report, and made again on the certificate.

Part of check 12: what was linted has to be what was signed.
"""

from __future__ import annotations

from functools import partial

from cryptography import x509

from ceremony import canonical
from ceremony.engine.facts import Linted, Outcome, PartMade, SecondLint
from ceremony.engine.state import Recorded
from ceremony.pack.lint_leaf import lint_leaf, lint_record
from ceremony.pack.record import Record
from ceremony.pki.crl_lint import report_on_crl
from ceremony.pki.finding import LintReport
from ceremony.pki.lint import report_on
from ceremony.pki.linted_part import report_on_part, second_report_on_part
from ceremony.pki.request_lint import report_on_request
from ceremony.pki.script_profile import certificate_profile, crl_profile
from ceremony.pki.second_lint import lint_second, lint_second_crl, tool_version
from ceremony.script.model import ThingKind
from ceremony.script.waiver import Waiver, waivers_on
from ceremony.verify.batch_file import certificates_of
from ceremony.verify.check import FailedError
from ceremony.verify.crl import crl_of
from ceremony.verify.issued import blob_beside, certificate_of, issuer_before, issuer_of
from ceremony.verify.lint_due import verify_counted, verify_due
from ceremony.verify.request import request_of
from ceremony.verify.second_lint import Grounds, verify_second
from ceremony.verify.trace import place


def verify_linted(record: Record) -> tuple[str, ...]:
    """Compare each recorded lint with its blob, and with the lint made again.

    Returns:
        What a reader should know although all of it holds, each once.
    """
    remarks = list(verify_due(record))
    for recorded in record.facts:
        fact = recorded.fact
        if not isinstance(fact, Linted):
            continue
        told = blob_beside(record, recorded, "lint-", ".json")
        if told != canonical.encode(lint_record(fact)):
            raise FailedError(
                "VERIFY-LINT-01",
                f"{place(recorded)}: the lint report says something else",
            )
        _verify_report(record, recorded, fact)
        if fact.second is not None:
            remarks.append(_second(record, recorded, fact, fact.second))
    return tuple(dict.fromkeys(filter(None, remarks)))


def _second(record: Record, recorded: Recorded, fact: Linted, told: SecondLint) -> str:
    script, day = record.state.script, recorded.event.t.wall.date()
    if _is_of_kind(record, fact.subject, ThingKind.CERTIFICATES):
        return _second_of_part(record, recorded, fact, told)
    waivers = waivers_on(script.waivers, fact.subject, day)
    if _is_of_kind(record, fact.subject, ThingKind.CRL):
        return _second_of_crl(record, recorded, fact, told, waivers)
    profile = certificate_profile(script, fact.profile)
    signed = _certificate_of(record, fact)
    again = (
        partial(lint_second, signed, profile.departures, waivers, profile.baseline)
        if signed is not None
        else None
    )
    return verify_second(
        recorded,
        told,
        Grounds(profile.name, profile.departures, waivers),
        version=tool_version(profile.baseline),
        again=again,
    )


def _second_of_part(
    record: Record, recorded: Recorded, fact: Linted, told: SecondLint
) -> str:
    profile = certificate_profile(record.state.script, fact.profile)
    made = _part_of(record, fact)
    return verify_second(
        recorded,
        told,
        # A waiver is for one certificate, and never for those of a batch.
        Grounds(profile.name, profile.departures, ()),
        version=tool_version(profile.baseline),
        again=partial(second_report_on_part, made[1], profile) if made else None,
    )


def _second_of_crl(
    record: Record,
    recorded: Recorded,
    fact: Linted,
    told: SecondLint,
    waivers: tuple[Waiver, ...],
) -> str:
    profile = crl_profile(record.state.script, fact.profile)
    made = record.state.crls.get(fact.subject)
    again = None
    if made is not None and made.tbs == fact.tbs:
        signed = crl_of(record, fact.subject, made)
        again = partial(
            lint_second_crl, signed, profile.departures, waivers, profile.baseline
        )
    return verify_second(
        recorded,
        told,
        Grounds(profile.name, profile.departures, waivers),
        version=tool_version(),
        again=again,
    )


def _is_of_kind(record: Record, subject: str, kind: ThingKind) -> bool:
    return any(
        thing.name == subject and thing.kind is kind
        for thing in record.state.script.things
    )


def _certificate_of(record: Record, fact: Linted) -> x509.Certificate | None:
    """Find the certificate that came of a lint."""
    made = record.state.certificates.get(fact.subject)
    if made is None or made.tbs != fact.tbs:
        return None
    return certificate_of(record, fact.subject, made.digest)


def _part_of(
    record: Record, fact: Linted
) -> tuple[PartMade, tuple[x509.Certificate, ...]] | None:
    """Find the part that came of a lint; None where none did, or none is embedded."""
    for known in record.facts:
        part = known.fact.part if isinstance(known.fact, Outcome) else None
        if part is not None and part.tbs == fact.tbs:
            batch = certificates_of(record, known, part)
            return (part, batch) if batch else None
    return None


def _linted_again(record: Record, fact: Linted) -> LintReport | None:
    """Lint the certificate, list or request of a lint; None where nothing came."""
    certificate = _certificate_of(record, fact)
    if certificate is not None:
        made = record.state.certificates[fact.subject]
        issuer = issuer_of(record, made, certificate)
        return report_on(
            certificate,
            certificate_profile(record.state.script, fact.profile),
            None if issuer is certificate else issuer,
        )
    part = _part_of(record, fact)
    if part is not None:
        profile = certificate_profile(record.state.script, fact.profile)
        return report_on_part(part[1], profile, issuer_before(record, part[0]))
    return _other_linted_again(record, fact)


def _other_linted_again(record: Record, fact: Linted) -> LintReport | None:
    """Lint the list or the request that came of a lint; None where nothing did."""
    script = record.state.script
    crl = record.state.crls.get(fact.subject)
    if crl is not None and crl.tbs == fact.tbs:
        return report_on_crl(
            crl_of(record, fact.subject, crl),
            crl_profile(script, fact.profile),
            issuer_before(record, crl),
        )
    asked = record.state.requests.get(fact.subject)
    if asked is not None and asked.tbs == fact.tbs:
        der = request_of(record, fact.subject, asked.digest)
        return report_on_request(der, certificate_profile(script, fact.profile))
    return None


def _verify_report(record: Record, recorded: Recorded, fact: Linted) -> None:
    """Lint what came of it again, and compare the findings.

    One from before the SMKI's own rules were asked counts those of its time alone; that
    these rules find nothing either is asked of it all the same.
    """
    report = _linted_again(record, fact) if fact.tbs is not None else None
    if report is None:
        # Nothing was signed from it; check 10 has the order of things.
        verify_counted(record, recorded, fact)
        return
    again = lint_leaf(report, fact.stage, fact.subject)
    counts = {again.rule_count, again.rule_count - report.smki_count}
    if again.findings != fact.findings or fact.rule_count not in counts:
        raise FailedError(
            "VERIFY-LINT-02",
            f"{place(recorded)}: linted again, what was signed gives other findings",
        )
