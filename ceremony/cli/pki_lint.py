"""``ceremony pki lint``: what is issued held against its profile, by rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceremony.cli.console import Exit, Format
from ceremony.cli.pki_issuer import verify_issuer_named
from ceremony.cli.pki_lint_crl import crl_profile_named, lint_list
from ceremony.cli.pki_lint_request import is_request_at, lint_request_file
from ceremony.cli.pki_linted import LintedFile, tell
from ceremony.cli.pki_options import (
    EnvironmentOption,
    FormatOption,
    certificate_at,
    issuer_at,
    no_environments,
    placed,
    profile_text,
)
from ceremony.errors import EvidenceError

if TYPE_CHECKING:
    from cryptography import x509

    from ceremony.pki.profile import CertificateProfile


def add(app: typer.Typer) -> None:
    """Add the lint."""
    app.command()(lint)


def lint(  # noqa: PLR0913  each is an option of the command
    file: Annotated[
        Path,
        typer.Argument(
            help="A certificate, request or list, in PEM or DER.", readable=False
        ),
    ],
    *,
    profile: Annotated[
        str, typer.Option("--profile", help="A built-in profile's name, or a file.")
    ],
    issuer: Annotated[
        Path | None,
        typer.Option(
            "--issuer", help="The issuer's certificate, PEM or DER.", readable=False
        ),
    ] = None,
    environment: EnvironmentOption = None,
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
        if environment is not None:
            raise no_environments(environment, of_lists.name)
        linted = lint_list(file, of_lists, issuer)
    else:
        wanted = profile_text(profile).decode_for(environment)
        lint_other = lint_request_file if is_request_at(file) else _lint_certificate
        linted = lint_other(file, wanted, issuer)
    if not tell(linted, file, rules=rules, form=form):
        raise typer.Exit(Exit.REFUSED)


def _lint_certificate(
    file: Path, profile: CertificateProfile, issuer: Path | None
) -> LintedFile:
    """Lint a certificate, and verify who signed it."""
    from ceremony.pki.certificate import fingerprint
    from ceremony.pki.lint import report_twice, rules_for

    verify_issuer_named(profile, issuer)
    certificate = certificate_at(file)
    above = None if issuer is None else issuer_at(issuer)
    with placed(file):
        report = report_twice(certificate, profile, above)
    digest = fingerprint(certificate)
    return LintedFile(
        what="certificate",
        digest=digest,
        held=f"{profile.name}, environment {profile.environment}",
        record={"certificate": digest, "environment": profile.environment},
        unverified=profile.unverified,
        report=report,
        rules=rules_for(profile),
        issuer=fingerprint(above or certificate),
        whose="its own key" if above is None else "the issuer that was named",
        is_signed=_is_signed(certificate, above),
    )


def _is_signed(certificate: x509.Certificate, issuer: x509.Certificate | None) -> bool:
    from ceremony.pki.certificate import verify_issued_by

    try:
        verify_issued_by(certificate, issuer or certificate)
    except EvidenceError:
        return False
    return True
