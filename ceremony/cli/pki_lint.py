"""``ceremony pki lint``: what is issued held against its profile, by rules."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli.console import Exit, Format, say, write_json
from ceremony.cli.pki_lint_crl import crl_profile_named, lint_list
from ceremony.cli.pki_lint_request import is_request_at, lint_request_file
from ceremony.cli.pki_lint_words import (
    finding_lines,
    rule_records,
    signature_line,
    verdict_lines,
)
from ceremony.cli.pki_options import (
    EnvironmentOption,
    FormatOption,
    certificate_at,
    profile_text,
    unverified_words,
)
from ceremony.errors import EvidenceError, InputError

if TYPE_CHECKING:
    from cryptography import x509

    from ceremony.pki.profile import CertificateProfile

_WIDTH: Final = 78


def add(app: typer.Typer) -> None:
    """Add the lint."""
    app.command()(lint)


def lint(  # noqa: PLR0913  each is an option of the command
    file: Annotated[
        Path,
        typer.Argument(help="A certificate, request or list, in PEM or DER."),
    ],
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
    """Hold a certificate, request or list against a profile, and verify who signed it.

    Our own rules ask what the profile says; a second linter, pkilint, what RFC 5280
    does of a certificate or list. Ends with status 1 where a rule is broken or the
    signature is wrong.
    """
    of_lists = crl_profile_named(profile)
    if of_lists is not None:
        is_good = lint_list(file, of_lists, issuer, rules=rules, form=form)
    else:
        wanted = profile_text(profile).decode(environment)
        lint_other = _lint_certificate
        if is_request_at(file):
            lint_other = lint_request_file
        is_good = lint_other(file, wanted, issuer, rules=rules, form=form)
    if not is_good:
        raise typer.Exit(Exit.REFUSED)


def _lint_certificate(
    file: Path,
    profile: CertificateProfile,
    issuer: Path | None,
    *,
    rules: bool,
    form: Format,
) -> bool:
    """Lint a certificate, and tell whether all is well with it."""
    from ceremony.pki.certificate import fingerprint
    from ceremony.pki.lint import report_twice, rules_for

    _verify_issuer_named(profile, issuer)
    certificate = certificate_at(file)
    above = None if issuer is None else certificate_at(issuer)
    report = report_twice(certificate, profile, above)
    is_signed = _is_signed(certificate, above)
    if form is Format.JSON:
        record: dict[str, object] = {
            "certificate": fingerprint(certificate),
            "environment": profile.environment,
            "unverified": [fact.name for fact in profile.unverified],
            "lint": report.as_record(),
            "signature": {
                "issuer": fingerprint(above or certificate),
                "good": is_signed,
            },
        }
        if rules:
            record["rules"] = rule_records(rules_for(profile), report)
        say(write_json(record))
    else:
        _head(file, certificate, profile)
        for line in finding_lines(report):
            say(line)
        asked = rules_for(profile) if rules else ()
        for line in verdict_lines("certificate", report, asked):
            say(line)
        whose = "its own key" if above is None else "the issuer that was named"
        say(signature_line(whose, is_good=is_signed))
    return is_signed and not report.has_errors


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


def _head(
    file: Path, certificate: x509.Certificate, profile: CertificateProfile
) -> None:
    from ceremony.pki.certificate import fingerprint
    from ceremony.pki.plain_text import printable

    say(f"{printable(str(file))}, SHA-256 {fingerprint(certificate)}")
    say(f"held against {profile.name}, environment {profile.environment}")
    for line in textwrap.wrap(unverified_words(profile.unverified), _WIDTH):
        say(line)
