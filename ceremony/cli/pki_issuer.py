"""The certificate that ``--issuer`` names: is it one that signs by the profile?

It is refused where it cannot sign such certificates at all, as the lint of one would
find. Whether it is the very CA that the profile means is a remark and no more: nothing
but a signature shows that, and a request has none of an issuer's.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ceremony.cli.pki_options import issuer_at, profile_text
from ceremony.errors import InputError, Place, StorageError

if TYPE_CHECKING:
    from cryptography import x509

    from ceremony.pki.profile import CertificateProfile
    from ceremony.pki.request_path import IssuersAnswer

_ONE_SECOND: Final = timedelta(seconds=1)

_OF_ITSELF: Final = frozenset(
    {
        "PKI-NAME-01",
        "PKI-KEY-01",
        "PKI-CURVE-01",
        "PKI-RSA-01",
        "PKI-KEY-02",
        "PKI-KU-01",
        "PKI-BC-01",
    }
)
"""The rules that tell one CA from another without the certificate of its own issuer."""


def verify_issuer_named(profile: CertificateProfile, issuer: Path | None) -> None:
    """Insist that an issuer is named exactly where a profile is not self-signed.

    Raises:
        InputError: ``CLI-ISSUER-01``.
    """
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


def fit_issuer_at(
    path: Path, profile: CertificateProfile, named: str
) -> tuple[x509.Certificate, str]:
    """Read the certificate of the issuer that would answer requests.

    Args:
        path: Its file.
        profile: The profile of the certificates.
        named: The profile's file, or its name, as a person gave it.

    Returns:
        The certificate, and what is to be remarked of it; empty where it is as the
        profile of its own says.

    Raises:
        InputError: ``CLI-ISSUER-01``: a self-signed profile has no issuer;
            ``CLI-ISSUER-03``: it is not a CA that may sign such certificates; what
            reading the file refuses.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    from ceremony.pki.der import decode_raw
    from ceremony.pki.lint_extensions import unfit
    from ceremony.pki.plain_text import printable

    verify_issuer_named(profile, path)
    certificate, file = issuer_at(path), printable(path.name)
    wrong = unfit(decode_raw(certificate.public_bytes(Encoding.DER)), profile)
    if wrong:
        raise InputError(
            "CLI-ISSUER-03",
            f"{file} is not the certificate of a CA that may sign certificates of the "
            f"profile {profile.name}; {wrong}.",
            remedy=f"Name the certificate of {profile.signed_by}, or leave --issuer "
            "out.",
            place=Place(file),
        )
    return certificate, _remark(certificate, file, profile, _above(profile, named))


def answer_by(issuer: x509.Certificate, profile: CertificateProfile) -> IssuersAnswer:
    """Say how an issuer would answer requests today, or once it is valid.

    What a script would state of each certificate is made up; CAs above it are not known
    here.
    """
    from ceremony.clock import SystemClock
    from ceremony.pki.request_path import IssuersAnswer
    from ceremony.pki.trial import values_beside_requests

    # A certificate begins at midnight.
    begins = (issuer.not_valid_before_utc - _ONE_SECOND).date() + timedelta(days=1)
    day = max(SystemClock().now().wall.date(), begins)
    return IssuersAnswer(profile, values_beside_requests(profile), issuer, day)


def _above(profile: CertificateProfile, named: str) -> CertificateProfile | None:
    """Find the profile that signs: beside the profile's file, else built in.

    Returns:
        It; None where there is none of its name that can be read.
    """
    from ceremony.script.source_file import is_file

    signer, path = profile.signed_by, Path(named)
    beside = path.with_name(f"{signer}.yaml")
    is_beside = is_file(path) and is_file(beside)
    try:
        text = profile_text(str(beside) if is_beside else signer)
        found = text.decode(profile.environment)
    except (InputError, StorageError):
        return None
    return found if found.name == signer else None


def _remark(
    certificate: x509.Certificate,
    file: str,
    profile: CertificateProfile,
    above: CertificateProfile | None,
) -> str:
    from ceremony.pki.lint import lint_certificate

    signer = f"the profile {profile.signed_by}, by which such certificates are signed"
    if above is None:
        return f"Remark: {file} is not held against {signer}, which is not known here."
    findings = [
        found
        for found in lint_certificate(certificate, above, None)
        if found.rule in _OF_ITSELF
    ]
    if not findings:
        return ""
    more = f"; and {len(findings) - 1} more" if len(findings) > 1 else ""
    first = findings[0]
    return (
        f"Remark: {file} does not meet {signer}: {first.message} [{first.rule}]{more}"
    )
