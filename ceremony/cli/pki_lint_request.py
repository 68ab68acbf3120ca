"""``ceremony pki lint`` of a request, held against the profile of its certificate."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ceremony.cli.console import Format, say, write_json
from ceremony.cli.pki_lint_words import (
    finding_lines,
    rule_records,
    signature_line,
    verdict_lines,
)
from ceremony.cli.pki_options import open_path, unverified_words
from ceremony.errors import EvidenceError, InputError

if TYPE_CHECKING:
    from ceremony.pki.profile import CertificateProfile

_WIDTH: Final = 78


def is_request_at(file: Path) -> bool:
    """Tell whether a file holds a request.

    Raises:
        InputError: ``SCRIPT-READ-01``: there is no file; ``PKI-FILE-01``: it holds
            nothing that is linted.
    """
    from cryptography import x509

    return isinstance(open_path(file).content, x509.CertificateSigningRequest)


def lint_request_file(
    file: Path,
    profile: CertificateProfile,
    issuer: Path | None,
    *,
    rules: bool,
    form: Format,
) -> bool:
    """Hold a request against a profile, and verify that its own key signed it.

    Returns:
        Whether no rule is broken and the signature is good.

    Raises:
        InputError: ``CLI-ISSUER-02``: an issuer is named; ``PKI-REQUEST-05``: a field
            cannot be read.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    from ceremony import canonical
    from ceremony.pki.profile import unverified_of
    from ceremony.pki.request_lint import REQUEST_RULES, report_on_request

    if issuer is not None:
        raise InputError(
            "CLI-ISSUER-02",
            "A request has no issuer, and one is named.",
            remedy="Leave --issuer out, or name the certificate that was issued.",
        )
    der = open_path(file).content.public_bytes(Encoding.DER)
    report, is_signed = report_on_request(der, profile), _is_signed(der, profile)
    digest, unverified = canonical.digest(der), unverified_of(profile.every_fact)
    if form is Format.JSON:
        record: dict[str, object] = {
            "request": digest,
            "environment": profile.environment,
            "unverified": [fact.name for fact in unverified],
            "lint": report.as_record(),
            "signature": {"good": is_signed},
        }
        if rules:
            record["rules"] = rule_records(REQUEST_RULES, report)
        say(write_json(record))
    else:
        for line in (
            *_head(file, digest, profile),
            *textwrap.wrap(unverified_words(unverified, "request"), _WIDTH),
            *finding_lines(report),
            *verdict_lines("request", report, REQUEST_RULES if rules else ()),
            signature_line("its own key", is_good=is_signed),
        ):
            say(line)
    return is_signed and not report.has_errors


def _head(file: Path, digest: str, profile: CertificateProfile) -> tuple[str, ...]:
    from ceremony.pki.plain_text import printable

    return (
        f"{printable(str(file))}, SHA-256 {digest}",
        f"held against {profile.name}, environment {profile.environment}",
    )


def _is_signed(der: bytes, profile: CertificateProfile) -> bool:
    """Tell whether the key in a request signed it; any algorithm that fits counts."""
    from ceremony.pki.request import verify_request

    try:
        verify_request(der, profile.key)
    except (EvidenceError, InputError):
        return False
    return True
