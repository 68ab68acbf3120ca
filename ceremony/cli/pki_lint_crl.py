"""``ceremony pki lint`` of a revocation list, held against its profile."""

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
from ceremony.cli.pki_options import certificate_at, crl_at, unverified_words
from ceremony.errors import InputError

if TYPE_CHECKING:
    from cryptography import x509

    from ceremony.pki.crl_profile import CrlProfile

_WIDTH: Final = 78


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
    from ceremony.script.source_file import read_file

    path = Path(name)
    if path.is_file():
        raw = read_file(path)
        if CRL_FORMAT.encode() not in raw:
            return None
        return decode_crl_profile(decode_text(raw, name), name)
    return load_builtin_crl_profile(name) if name in builtin_crl_profiles() else None


def lint_list(
    file: Path,
    profile: CrlProfile,
    issuer: Path | None,
    *,
    rules: bool,
    form: Format,
) -> bool:
    """Hold a list against a profile and RFC 5280, and verify who signed it.

    Returns:
        Whether no rule is broken and the signature is good.

    Raises:
        InputError: ``CLI-ISSUER-01``: no issuer is named; what reading a file refuses.
    """
    from ceremony.pki.certificate import fingerprint
    from ceremony.pki.crl import crl_fingerprint, is_list_signed_by
    from ceremony.pki.crl_lint import CRL_RULES
    from ceremony.pki.crl_linted import report_on_crl_twice

    if issuer is None:
        raise InputError(
            "CLI-ISSUER-01",
            f"A list of the profile {profile.name} is signed by a CA, and no issuer "
            "is named.",
            remedy="Name the issuer's certificate with --issuer.",
        )
    crl, above = crl_at(file), certificate_at(issuer)
    report = report_on_crl_twice(crl, profile, above)
    is_signed = is_list_signed_by(crl, above)
    if form is Format.JSON:
        record: dict[str, object] = {
            "crl": crl_fingerprint(crl),
            "unverified": [fact.name for fact in profile.unverified],
            "lint": report.as_record(),
            "signature": {"issuer": fingerprint(above), "good": is_signed},
        }
        if rules:
            record["rules"] = rule_records(CRL_RULES, report)
        say(write_json(record))
    else:
        _head(file, crl, profile)
        for line in finding_lines(report):
            say(line)
        wanted = CRL_RULES if rules else ()
        for line in verdict_lines("revocation list", report, wanted):
            say(line)
        say(signature_line("the issuer that was named", is_good=is_signed))
    return is_signed and not report.has_errors


def _head(file: Path, crl: x509.CertificateRevocationList, profile: CrlProfile) -> None:
    from ceremony.pki.crl import crl_fingerprint
    from ceremony.pki.plain_text import printable

    say(f"{printable(str(file))}, SHA-256 {crl_fingerprint(crl)}")
    say(f"held against {profile.name}")
    words = unverified_words(profile.unverified, "revocation list")
    for line in textwrap.wrap(words, _WIDTH):
        say(line)
