"""``ceremony pki lint`` of a revocation list, held against its profile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ceremony.cli.pki_linted import LintedFile
from ceremony.cli.pki_options import crl_at, issuer_at, placed
from ceremony.errors import InputError

if TYPE_CHECKING:
    from ceremony.pki.crl_profile import CrlProfile


def crl_profile_named(name: str) -> CrlProfile | None:
    """Read a profile of revocation lists: a file, or a built-in one's name.

    Returns:
        The profile; None where the name is of something else.

    Raises:
        InputError: It is one and cannot be read; the error carries every fault.
    """
    from ceremony.pki.crl_profile_file import (
        CRL_FORMAT,
        builtin_crl_profiles,
        decode_crl_profile,
        load_builtin_crl_profile,
    )
    from ceremony.script.printable import decode_text
    from ceremony.script.source_file import is_file, read_file

    path = Path(name)
    if is_file(path):
        raw = read_file(path)
        if CRL_FORMAT.encode() not in raw:
            return None
        return decode_crl_profile(decode_text(raw, name), name)
    return load_builtin_crl_profile(name) if name in builtin_crl_profiles() else None


def lint_list(file: Path, profile: CrlProfile, issuer: Path | None) -> LintedFile:
    """Hold a list against a profile and RFC 5280, and verify who signed it.

    Raises:
        InputError: ``CLI-ISSUER-01``: no issuer is named; what reading a file refuses.
    """
    from ceremony.pki.certificate import fingerprint
    from ceremony.pki.crl import crl_fingerprint, is_list_signed_by
    from ceremony.pki.crl_lint import CRL_RULES
    from ceremony.pki.crl_linted import report_on_crl_twice

    # What is no list has no issuer to be named.
    crl = crl_at(file, profile.name)
    if issuer is None:
        raise InputError(
            "CLI-ISSUER-01",
            f"A list of the profile {profile.name} is signed by a CA, and no issuer "
            "is named.",
            remedy="Name the issuer's certificate with --issuer.",
        )
    above = issuer_at(issuer)
    with placed(file):
        report = report_on_crl_twice(crl, profile, above)
    digest = crl_fingerprint(crl)
    return LintedFile(
        what="revocation list",
        digest=digest,
        held=profile.name,
        record={"crl": digest},
        unverified=profile.unverified,
        report=report,
        rules=CRL_RULES,
        issuer=fingerprint(above),
        whose="the issuer that was named",
        is_signed=is_list_signed_by(crl, above),
    )
