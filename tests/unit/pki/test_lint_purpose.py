"""What a certificate may be used for, by its usages and its purposes together."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Use

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.extension import key_usage
from ceremony.pki.fact import KeyUse, Purpose
from ceremony.pki.lint import lint_certificate, rules_for
from ceremony.pki.purpose import may_be_used, stamps_alone
from tests.fakes.golden import golden
from tests.unit.pki.certificates import changed, extension, without

EKU, KU = "2.5.29.37", "2.5.29.15"
SIGN, VOUCH = "digital-signature", "non-repudiation"
ENCIPHER, AGREE = "key-encipherment", "key-agreement"

# RFC 5280, section 4.2.1.12, the comment below each purpose.
CONSISTENT: Final = {
    Use.SERVER_AUTH: {SIGN, ENCIPHER, AGREE},
    Use.CLIENT_AUTH: {SIGN, AGREE},
    Use.CODE_SIGNING: {SIGN},
    Use.EMAIL_PROTECTION: {SIGN, VOUCH, ENCIPHER, AGREE},
    Use.TIME_STAMPING: {SIGN, VOUCH},
    Use.OCSP_SIGNING: {SIGN, VOUCH},
}
# RFC 9336, anyExtendedKeyUsage, and one that nobody has.
UNLISTED: Final = ("1.3.6.1.5.5.7.3.36", "2.5.29.37.0", "1.2.3.4")
TIME: Final = Use.TIME_STAMPING.dotted_string


@pytest.mark.parametrize("purpose", CONSISTENT)
@pytest.mark.parametrize("usage", KeyUse)
def test_each_purpose_has_the_usages_that_the_standard_lists(
    purpose: x509.ObjectIdentifier, usage: KeyUse
) -> None:
    dotted = purpose.dotted_string
    is_listed = usage.value in CONSISTENT[purpose]
    assert may_be_used([dotted], [usage]) is is_listed
    # One purpose, or one usage, is enough.
    assert may_be_used([dotted, Use.EMAIL_PROTECTION.dotted_string], [VOUCH])
    assert may_be_used([dotted], [usage, SIGN])
    for unlisted in UNLISTED:
        assert may_be_used([dotted, unlisted], [usage])


@pytest.mark.parametrize(
    ("purposes", "critical", "kept"),
    [
        ([TIME], True, True),
        ([TIME], False, False),
        ([TIME, Use.EMAIL_PROTECTION.dotted_string], True, False),
        ([TIME, TIME], True, False),
        ([Use.EMAIL_PROTECTION.dotted_string], False, True),
    ],
)
def test_timestamping_is_alone_and_critical(
    purposes: list[str], *, critical: bool, kept: bool
) -> None:
    assert stamps_alone(purposes, critical=critical) is kept


def found_in(name: str, **changes: tuple[object, ...]) -> dict[str, str]:
    """Say what is found in a certificate of a profile with other usages or purposes.

    Args:
        name: The profile.
        changes: ``usages`` or ``purposes`` that it holds in place of its own.
    """
    made = golden(name)
    certificate = made.certificate
    if "usages" in changes:
        usages = key_usage(tuple(map(KeyUse, map(str, changes["usages"]))))
        change = extension(KU, usages.public_bytes().hex(), critical=True)
        certificate = changed(certificate, change)
    if "purposes" in changes:
        every = x509.ExtendedKeyUsage(changes["purposes"])  # type: ignore[arg-type]  # OIDs
        critical = made.order.profile.purposes_critical
        change = extension(EKU, every.public_bytes().hex(), critical=critical)
        certificate = changed(certificate, change)
    found = lint_certificate(certificate, made.order.profile, made.order.issuer)
    return {finding.rule: finding.message for finding in found}


def test_a_timestamping_certificate_with_another_purpose_is_found() -> None:
    found = found_in(
        "evidence-timestamp", purposes=(Use.TIME_STAMPING, Use.EMAIL_PROTECTION)
    )
    assert list(found) == ["PKI-EKU-01", "PKI-EKU-02"]
    assert found["PKI-EKU-02"] == (
        "extendedKeyUsage for timestamping is critical and holds no other purpose; it "
        "holds time-stamping (1.3.6.1.5.5.7.3.8), email-protection "
        "(1.3.6.1.5.5.7.3.4) and is critical."
    )
    # The profile's, of what is for something else, is not critical.
    assert "PKI-EKU-02" in found_in("code-signing", purposes=(Use.TIME_STAMPING,))


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ("ocsp-responder", AGREE),
        ("code-signing", ENCIPHER),
        ("code-signing", VOUCH),
        ("evidence-timestamp", AGREE),
    ],
)
def test_a_certificate_that_may_be_used_for_nothing_is_found(
    name: str, usage: str
) -> None:
    found = found_in(name, usages=(usage,))
    assert list(found) == ["PKI-KU-01", "PKI-EKU-03"]
    assert f"it has {usage} alone, for " in found["PKI-EKU-03"]


def test_of_purposes_that_are_not_listed_nothing_is_said() -> None:
    unlisted = tuple(map(x509.ObjectIdentifier, UNLISTED))
    found = found_in("code-signing", usages=(ENCIPHER,), purposes=unlisted)
    assert list(found) == ["PKI-KU-01", "PKI-EKU-01"]


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        # An OCTET STRING that has to be an OID, and nine unused bits of eight.
        ("PKI-EKU-01", "300a06082b06010505070303", "300a04082b06010505070303"),
        ("PKI-KU-01", "03020780", "03020980"),
    ],
)
def test_what_cannot_be_read_is_found_by_the_profiles_rule_alone(
    rule: str, before: str, after: str
) -> None:
    made = golden("code-signing")
    profile, issuer = made.order.profile, made.order.issuer
    der = made.certificate.public_bytes(Encoding.DER)
    old, new = map(bytes.fromhex, (before, after))
    assert der.count(old) == 1
    unread = x509.load_der_x509_certificate(der.replace(old, new))
    for certificate in (
        unread,
        changed(made.certificate, without(EKU if "EKU" in rule else KU)),
    ):
        found = lint_certificate(certificate, profile, issuer)
        assert [each.rule for each in found] == [rule]


@pytest.mark.parametrize(
    ("usage", "rules"),
    [
        ("0300", ["PKI-KU-01"]),
        # Bit 8 is decipherOnly, the last that has a name; and bit 15.
        ("0303070080", ["PKI-KU-01", "PKI-EKU-03"]),
        ("0303000001", ["PKI-KU-01", "PKI-EKU-03"]),
    ],
)
def test_usages_without_octets_or_names_are_findings_and_no_crash(
    usage: str, rules: list[str]
) -> None:
    made = golden("code-signing")
    certificate = changed(made.certificate, extension(KU, usage, critical=True))
    found = lint_certificate(certificate, made.order.profile, made.order.issuer)
    assert [each.rule for each in found] == rules


def test_of_a_ca_its_purposes_say_what_is_below_it() -> None:
    lower = load_builtin_profile("web-subordinate")
    assert lower.purposes
    stamps = replace(lower, purposes=(Purpose.TIME_STAMPING, Purpose.CODE_SIGNING))
    for profile in (lower, stamps):
        asked = {rule.id for rule in rules_for(profile)}
        assert "PKI-EKU-01" in asked
        assert not asked & {"PKI-EKU-02", "PKI-EKU-03"}
