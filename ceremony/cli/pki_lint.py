"""``ceremony pki lint``: a certificate held against its profile, rule by rule."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli.console import Exit, Format, mark, say, write_json
from ceremony.cli.pki_options import (
    EnvironmentOption,
    FormatOption,
    certificate_at,
    profile_text,
    unverified_words,
)
from ceremony.cli.pki_second import second_lines
from ceremony.errors import EvidenceError, InputError

if TYPE_CHECKING:
    from cryptography import x509

    from ceremony.pki.finding import LintReport
    from ceremony.pki.profile import CertificateProfile

_WIDTH: Final = 78


def add(app: typer.Typer) -> None:
    """Add the lint."""
    app.command()(lint)


def lint(  # noqa: PLR0913  each is an option of the command
    file: Annotated[Path, typer.Argument(help="The certificate, PEM or DER.")],
    *,
    profile: Annotated[
        str, typer.Option("--profile", help="A built-in profile's name, or a file.")
    ],
    issuer: Annotated[
        Path | None,
        typer.Option("--issuer", help="The issuer's certificate, PEM or DER."),
    ] = None,
    environment: EnvironmentOption = "test",
    rules: Annotated[
        bool, typer.Option("--rules", help="List every rule asked, with its source.")
    ] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Hold a certificate against a profile and RFC 5280, and verify who signed it.

    Our own rules ask what the profile says; a second linter, pkilint, what RFC 5280
    does. Ends with status 1 where a rule is broken or the signature is wrong.
    """
    from ceremony.pki.lint import report_twice

    wanted = profile_text(profile).decode(environment)
    _verify_issuer_named(wanted, issuer)
    certificate = certificate_at(file)
    above = None if issuer is None else certificate_at(issuer)
    report = report_twice(certificate, wanted, above)
    is_signed = _is_signed(certificate, above)
    if form is Format.JSON:
        record = _record(certificate, wanted, report)
        record["signature"] = {
            "issuer": _digest(above or certificate),
            "good": is_signed,
        }
        if rules:
            record["rules"] = _rules_record(wanted, report)
        say(write_json(record))
    else:
        for line in _told(file, certificate, wanted, report):
            say(line)
        if rules:
            for line in _rules_told(wanted, report):
                say(line)
        say(_verdict(report))
        for line in second_lines(report.second) if report.second else ():
            say(line)
        say(_signature(above, is_good=is_signed))
    if report.has_errors or not is_signed:
        raise typer.Exit(Exit.REFUSED)


def _verify_issuer_named(profile: CertificateProfile, issuer: Path | None) -> None:
    if profile.is_self_signed != (issuer is None):
        signer = profile.signed_by
        needs = (
            f"A certificate of the profile {profile.name} is signed by its own key"
            if profile.is_self_signed
            else f"A certificate of the profile {profile.name} is signed by {signer}"
        )
        raise InputError(
            "CLI-ISSUER-01",
            f"{needs}, and {'no' if issuer is None else 'an'} issuer is named.",
            remedy="Leave --issuer out."
            if profile.is_self_signed
            else "Name the issuer's certificate with --issuer.",
        )


def _is_signed(certificate: x509.Certificate, issuer: x509.Certificate | None) -> bool:
    from ceremony.pki.certificate import verify_issued_by

    try:
        verify_issued_by(certificate, issuer or certificate)
    except EvidenceError:
        return False
    return True


def _told(
    file: Path,
    certificate: x509.Certificate,
    profile: CertificateProfile,
    report: LintReport,
) -> Iterator[str]:
    from ceremony.pki.plain_text import printable

    yield f"{printable(str(file))}, SHA-256 {_digest(certificate)}"
    yield f"held against {profile.name}, environment {profile.environment}"
    yield from textwrap.wrap(unverified_words(profile.unverified), _WIDTH)
    for finding in report.findings:
        head = f"{finding.severity}: {finding.message} [{finding.rule}]"
        yield from textwrap.wrap(
            head, _WIDTH, subsequent_indent="  ", break_on_hyphens=False
        )


def _verdict(report: LintReport) -> str:
    word = mark("meets", good=True)
    if replace(report, second=None).has_errors:
        word = mark("does not meet", good=False)
    return f"Lint: the certificate {word} the profile; {report.summary}."


def _signature(issuer: x509.Certificate | None, *, is_good: bool) -> str:
    if is_good:
        whose = "its own key" if issuer is None else "the issuer that was named"
        return f"Signature: {mark('good', good=True)}, by {whose}."
    whose = "itself" if issuer is None else "the issuer that was named"
    return f"Signature: {mark('WRONG', good=False)}, not signed by {whose}."


def _rules_told(profile: CertificateProfile, report: LintReport) -> Iterator[str]:
    from ceremony.pki.lint import rules_for

    broken = {finding.rule for finding in report.findings}
    yield "Rules that were asked:"
    for rule in rules_for(profile):
        is_met = rule.id not in broken
        # A rule that has nothing to look at finds nothing either.
        state = mark("no finding", good=True) if is_met else mark("broken", good=False)
        yield f"  {rule.id}: {state}"
        for text in (rule.sentence, f"[{rule.source}]"):
            yield from textwrap.wrap(
                text,
                _WIDTH,
                initial_indent="    ",
                subsequent_indent="    ",
                break_on_hyphens=False,
            )


def _rules_record(
    profile: CertificateProfile, report: LintReport
) -> list[dict[str, object]]:
    from ceremony.pki.lint import rules_for

    broken = {finding.rule for finding in report.findings}
    return [
        {
            "rule": rule.id,
            "severity": rule.severity.value,
            "sentence": rule.sentence,
            "source": rule.source,
            "broken": rule.id in broken,
        }
        for rule in rules_for(profile)
    ]


def _record(
    certificate: x509.Certificate, profile: CertificateProfile, report: LintReport
) -> dict[str, object]:
    return {
        "certificate": _digest(certificate),
        "environment": profile.environment,
        "unverified": [fact.name for fact in profile.unverified],
        "lint": report.as_record(),
    }


def _digest(certificate: x509.Certificate) -> str:
    from ceremony.pki.certificate import fingerprint

    return fingerprint(certificate)
