"""Each lint rule about lists: one list keeps all of them, one breaks just it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import InputError
from ceremony.pki.crl_der import decode_raw_crl
from ceremony.pki.crl_lint import CRL_RULES, report_on_crl
from ceremony.pki.crl_linted import LintedCrl, lint_crl
from ceremony.pki.crl_order import CrlOrder, Revocation, prepare_crl
from ceremony.pki.crl_profile import Reason
from ceremony.pki.crl_profile_file import load_builtin_crl_profile
from ceremony.pki.describe_crl import describe_crl
from ceremony.pki.fact import SignatureAlgorithm
from ceremony.pki.stand_in import sign_for_looking
from tests.fakes.golden import golden
from tests.unit.pki.certificates import changed as changed_certificate
from tests.unit.pki.certificates import extension as certificate_extension
from tests.unit.pki.certificates import name
from tests.unit.pki.certificates import without as certificate_without
from tests.unit.pki.crls import (
    Change,
    changed,
    dropped,
    entries,
    entry,
    extension,
    more,
    put,
    time,
    without,
)

DAY = datetime(2026, 1, 2, tzinfo=UTC)
NUMBER, POINT, AKI = "2.5.29.20", "2.5.29.28", "2.5.29.35"
BASIC = "2.5.29.19"


def signature(tbs: Any) -> None:
    tbs["signature"] = {"algorithm": "sha384_ecdsa"}


BROKEN: list[tuple[str, str, Change]] = [
    ("PKI-CRL-02", "SHA-384", signature),
    (
        "PKI-CRL-03",
        "another name",
        put("issuer", name(("2.5.4.3", core.PrintableString, "ZA"))),
    ),
    (
        "PKI-CRL-03",
        "the same name as UTF8String",
        put(
            "issuer",
            name(
                ("2.5.4.11", core.UTF8String, "00"), ("2.5.4.3", core.UTF8String, "ZA")
            ),
        ),
    ),
    (
        "PKI-CRL-04",
        "a day more",
        time("next_update", "utc_time", datetime(2027, 1, 3, tzinfo=UTC)),
    ),
    (
        "PKI-CRL-06",
        "GeneralizedTime before 2050",
        time("this_update", "general_time", DAY),
    ),
    ("PKI-CRL-07", "negative", extension(NUMBER, "0201ff", critical=False)),
    ("PKI-CRL-07", "critical", extension(NUMBER, "020107", critical=True)),
    (
        "PKI-CRL-07",
        "21 octets",
        extension(NUMBER, "0215" + "01" * 21, critical=False),
    ),
    ("PKI-CRL-07", "none", without(NUMBER)),
    ("PKI-CRL-08", "none", without(AKI)),
    (
        "PKI-CRL-08",
        "another key",
        extension(AKI, "300a80084000000000000001", critical=False),
    ),
    ("PKI-CRL-09", "not critical", extension(POINT, "30038201ff", critical=False)),
    ("PKI-CRL-09", "user certificates", extension(POINT, "30038101ff", critical=True)),
    ("PKI-CRL-09", "none", without(POINT)),
    ("PKI-CRL-10", "a delta", more("2.5.29.27", "020106", critical=True)),
    ("PKI-CRL-10", "a freshest list", more("2.5.29.46", "3000")),
    ("PKI-CRL-11", "empty entries", entries()),
    ("PKI-CRL-11", "a serial of zero", entries(entry(0, DAY))),
    ("PKI-CRL-11", "a negative serial", entries(entry(-5, DAY))),
    ("PKI-CRL-11", "21 octets", entries(entry(1 << 160, DAY))),
    ("PKI-CRL-11", "one twice", entries(entry(5, DAY), entry(5, DAY))),
    ("PKI-CRL-12", "unspecified in words", entries(entry(5, DAY, "0a0100"))),
    ("PKI-CRL-12", "removeFromCRL", entries(entry(5, DAY, "0a0108"))),
    ("PKI-CRL-12", "not permitted: hold", entries(entry(5, DAY, "0a0106"))),
    ("PKI-CRL-12", "critical", entries(entry(5, DAY, "0a0104", critical=True))),
    (
        "PKI-CRL-13",
        "a day after the list's",
        entries(entry(5, datetime(2026, 1, 3, tzinfo=UTC))),
    ),
    (
        "PKI-CRL-13",
        "in the middle of a day",
        entries(entry(5, datetime(2025, 12, 31, 12, tzinfo=UTC))),
    ),
]


def rules(report: Any) -> list[str]:
    return [found.rule for found in report.findings]


def test_the_good_list_keeps_every_rule(
    crl: x509.CertificateRevocationList, crl_order: CrlOrder
) -> None:
    report = report_on_crl(crl, crl_order.profile, crl_order.issuer)
    assert report.findings == ()
    assert report.rule_count == len(CRL_RULES)


def test_another_ca_may_number_its_lists_from_0(
    crl: x509.CertificateRevocationList, crl_order: CrlOrder
) -> None:
    # RFC 5280, section 5.2.3: INTEGER (0..MAX).
    first = changed(crl, extension(NUMBER, "020100", critical=False))
    assert rules(report_on_crl(first, crl_order.profile, crl_order.issuer)) == []


@pytest.mark.parametrize("value", ["02020000", "0201007f", "02000000"])
def test_a_number_is_der(
    crl: x509.CertificateRevocationList, crl_order: CrlOrder, value: str
) -> None:
    long = changed(crl, extension(NUMBER, "02020107", critical=False))
    der = long.public_bytes(Encoding.DER).replace(
        bytes.fromhex("040402020107"), bytes.fromhex("0404" + value)
    )
    odd = x509.load_der_x509_crl(der)
    assert rules(report_on_crl(odd, crl_order.profile, crl_order.issuer)) == [
        "PKI-CRL-07"
    ]


@pytest.mark.parametrize(("rule", "case", "change"), BROKEN)
def test_a_list_that_breaks_one_rule_is_found_by_it_alone(
    crl: x509.CertificateRevocationList,
    crl_order: CrlOrder,
    rule: str,
    case: str,
    change: Change,
) -> None:
    report = report_on_crl(changed(crl, change), crl_order.profile, crl_order.issuer)
    assert rules(report) == [rule], case
    assert report.has_errors


def test_a_list_of_version_1_has_no_extensions(
    crl: x509.CertificateRevocationList,
) -> None:
    # The library refuses any other version than 2, so that the rule is asked itself.
    rule = next(each for each in CRL_RULES if each.id == "PKI-CRL-01")
    raw = decode_raw_crl(crl.public_bytes(Encoding.DER))
    shown = type("Shown", (), {"crl": replace(raw, version=1)})
    assert rule.check(shown) == "it is version 1"  # type: ignore[arg-type]  # what it looks at
    assert decode_raw_crl(crl.public_bytes(Encoding.DER)).version == 2


def test_the_algorithm_beside_the_signature_is_the_same(
    crl: x509.CertificateRevocationList, crl_order: CrlOrder
) -> None:
    rule = next(each for each in CRL_RULES if each.id == "PKI-CRL-02")
    raw = replace(decode_raw_crl(crl.public_bytes(Encoding.DER)), outer_signature=b"")
    shown = type("Shown", (), {"crl": raw, "signature": crl_order.signature})
    assert rule.check(shown)  # type: ignore[arg-type]  # what it looks at


def test_a_list_under_an_issuer_whose_key_signs_by_none_of_the_algorithms_is_told(
    crl: x509.CertificateRevocationList, crl_order: CrlOrder
) -> None:
    other = replace(crl_order.profile, signatures=(SignatureAlgorithm.ED25519,))
    report = report_on_crl(crl, other, crl_order.issuer)
    assert rules(report) == ["PKI-CRL-02"]
    assert "the issuer's key signs by none of them" in report.findings[0].message


def test_a_list_by_pkcs_1_under_a_ca_that_is_certified_by_pss_is_told() -> None:
    issuer = golden("issuing-ca-rsa-4096-pss").certificate
    profile = load_builtin_crl_profile("generic-crl")
    order = CrlOrder(profile, issuer, 7, date(2026, 1, 2), ())
    assert order.signature is SignatureAlgorithm.RSA_PSS_SHA256
    by_pss = sign_for_looking(prepare_crl(order), order.signature)
    assert rules(report_on_crl(by_pss, profile, issuer)) == []
    by_other = sign_for_looking(prepare_crl(order), SignatureAlgorithm.RSA_SHA256)
    report = report_on_crl(by_other, profile, issuer)
    assert rules(report) == ["PKI-CRL-02"]
    assert "and not RSASSA-PSS with SHA-256" in report.findings[0].message


def test_a_list_without_its_next_update_is_told(
    crl: x509.CertificateRevocationList, crl_order: CrlOrder
) -> None:
    report = report_on_crl(
        changed(crl, dropped("next_update")), crl_order.profile, crl_order.issuer
    )
    assert rules(report) == ["PKI-CRL-04"]
    assert "there is no nextUpdate" in report.findings[0].message


def test_a_list_is_of_a_day_on_which_its_issuer_is_valid(crl_order: CrlOrder) -> None:
    early = replace(crl_order, this_update=date(2015, 10, 28), revoked=())
    assert rules(lint_crl(early)) == ["PKI-CRL-05"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (certificate_extension("2.5.29.15", "03020104", critical=True), "lists"),
        (certificate_extension("2.5.29.15", "0303018000", critical=True), "lists"),
        (certificate_without("2.5.29.15"), "lists"),
        (certificate_extension(BASIC, "3000", critical=True), "no CA"),
        (certificate_without(BASIC), "no CA"),
    ],
)
def test_only_a_ca_whose_key_is_for_it_issues_lists(
    crl_order: CrlOrder, change: Any, told: str
) -> None:
    issuer = changed_certificate(crl_order.issuer, change)
    report = lint_crl(replace(crl_order, issuer=issuer))
    assert rules(report) == ["PKI-CRL-14"]
    assert told in report.findings[0].message  # type: ignore[union-attr]  # a report


def test_a_ca_of_any_path_length_issues_lists(crl_order: CrlOrder) -> None:
    for length in ("020100", "02010c", "020200c8"):
        value = f"30{3 + len(length) // 2:02x}0101ff{length}"
        change = certificate_extension(BASIC, value, critical=True)
        issuer = changed_certificate(crl_order.issuer, change)
        assert isinstance(lint_crl(replace(crl_order, issuer=issuer)), LintedCrl)


def test_a_list_about_any_certificate_says_nothing_of_its_scope(
    crl: x509.CertificateRevocationList, crl_order: CrlOrder
) -> None:
    other = replace(load_builtin_crl_profile("smki-oca-crl"), days=365)
    assert rules(report_on_crl(crl, other, crl_order.issuer)) == ["PKI-CRL-09"]


def test_an_issuer_without_key_identifier_is_named_by_the_profiles_method(
    crl_order: CrlOrder, crl: x509.CertificateRevocationList
) -> None:
    bare = changed_certificate(crl_order.issuer, certificate_without("2.5.29.14"))
    assert isinstance(lint_crl(replace(crl_order, issuer=bare)), LintedCrl)
    assert report_on_crl(crl, crl_order.profile, bare).findings == ()


def test_a_year_from_2050_on_is_a_generalized_time(crl_order: CrlOrder) -> None:
    late = replace(crl_order, this_update=date(2050, 1, 1))
    raw = decode_raw_crl(
        sign_for_looking(prepare_crl(late), late.signature).public_bytes(Encoding.DER)
    )
    assert raw.this_update.text == "20500101000000Z"
    assert raw.entries[0].revoked_at.text == "260102000000Z"
    assert isinstance(lint_crl(late), LintedCrl)


def test_a_list_that_is_none_cannot_be_taken_apart() -> None:
    with pytest.raises(InputError) as caught:
        decode_raw_crl(b"\x30\x03\x02\x01\x00")
    assert caught.value.code == "PKI-LIST-07"


def test_what_is_wrong_with_an_entry_is_told_by_its_number_octet_by_octet(
    crl: x509.CertificateRevocationList, crl_order: CrlOrder
) -> None:
    for change, told in (
        (entries(entry(-5, DAY)), "there is -05"),
        (entries(entry(0xA0F, DAY, "0a0106")), "0a0f has "),
        (entries(entry(0xA0F, datetime(2026, 1, 3, tzinfo=UTC))), "0a0f is revoked"),
    ):
        changed_list = changed(crl, change)
        report = report_on_crl(changed_list, crl_order.profile, crl_order.issuer)
        assert told in report.findings[0].message
    odd = changed(crl, entries(entry(0xA0F, DAY)))
    assert "    serial number 0a0f," in describe_crl(odd)


BASELINE = "CA/Browser Forum TLS Baseline Requirements, section 7.2.2"


@pytest.mark.parametrize("value", [None, "0a0106"])
def test_a_ca_revoked_without_reason_or_on_hold_is_told_by_the_clause(
    value: str | None,
) -> None:
    """Both are well-formed by RFC 5280, and a web root's list has neither."""
    root = golden("web-root").certificate
    profile = load_builtin_crl_profile("web-arl")
    made = Revocation(5, DAY.date(), Reason.SUPERSEDED)
    order = CrlOrder(profile, root, 1, DAY.date(), (made,))
    good = sign_for_looking(prepare_crl(order), order.signature)
    assert report_on_crl(good, profile, root).findings == ()
    odd = changed(good, entries(entry(5, DAY, value) if value else entry(5, DAY)))
    # What a profile permits of that is not permitted.
    more = replace(profile, reasons=(*profile.reasons, Reason.UNSPECIFIED))
    (found,) = report_on_crl(odd, more, root).findings
    assert (found.rule, found.source.split("; ")[1:]) == ("PKI-CRL-12", [BASELINE])
    is_told = "05 has none, and one is due of a CA under the TLS" in found.message
    assert is_told is (value is None)
    plain = replace(profile, baseline=None)
    (found,) = report_on_crl(odd, plain, root).findings
    assert found.source == "RFC 5280, section 5.3.1"
