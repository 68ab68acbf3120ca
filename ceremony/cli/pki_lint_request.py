"""``ceremony pki lint`` of a request, held against the profile of its certificate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ceremony.cli.pki_linted import LintedFile
from ceremony.cli.pki_options import open_path, placed
from ceremony.errors import InputError

if TYPE_CHECKING:
    from ceremony.pki.profile import CertificateProfile


def is_request_at(file: Path) -> bool:
    """Tell whether a file holds a request.

    Raises:
        InputError: ``SCRIPT-READ-01``: there is no file; ``PKI-FILE-01``: it holds
            nothing that is linted.
    """
    from cryptography import x509

    return isinstance(open_path(file).content, x509.CertificateSigningRequest)


def lint_request_file(
    file: Path, profile: CertificateProfile, issuer: Path | None
) -> LintedFile:
    """Hold a request against a profile, and verify that its own key signed it.

    Raises:
        InputError: ``CLI-ISSUER-02``: an issuer is named; ``PKI-REQUEST-05``: a field
            cannot be read.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    from ceremony import canonical
    from ceremony.pki.profile import unverified_of
    from ceremony.pki.request import is_signed_by_own_key
    from ceremony.pki.request_lint import report_on_request, rules_for_request

    if issuer is not None:
        raise InputError(
            "CLI-ISSUER-02",
            "A request has no issuer, and one is named.",
            remedy="Leave --issuer out, or name the certificate that was issued.",
        )
    request = open_path(file).content
    if not isinstance(request, x509.CertificateSigningRequest):
        raise TypeError("only what is a request is held against a request's rules")
    der = request.public_bytes(Encoding.DER)
    with placed(file):
        report = report_on_request(der, profile)
    digest = canonical.digest(der)
    return LintedFile(
        what="request",
        digest=digest,
        held=f"{profile.name}, environment {profile.environment}",
        record={"request": digest, "environment": profile.environment},
        unverified=unverified_of(profile.every_fact),
        report=report,
        rules=rules_for_request(profile),
        issuer="",
        whose="its own key",
        is_signed=is_signed_by_own_key(request),
    )
