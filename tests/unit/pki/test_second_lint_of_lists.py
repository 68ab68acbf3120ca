"""What a second linter finds in a revocation list, before and after it is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type  # the only way to choose the encoding

from ceremony.pki.crl_linted import (
    LintedCrl,
    issue_crl,
    lint_crl,
    report_on_crl_twice,
)
from ceremony.pki.crl_order import CrlOrder, Revocation
from ceremony.pki.crl_profile import CrlProfile, Reason, Scope
from ceremony.pki.crl_profile_file import (
    builtin_crl_profiles,
    decode_crl_profile,
    load_builtin_crl_profile,
)
from ceremony.pki.departure import Departure
from ceremony.pki.finding import LintReport, Severity
from ceremony.pki.second_lint import TOOL, lint_second_crl, tool_version
from ceremony.script.waiver import Waiver
from tests.fakes.golden import golden
from tests.fakes.pki_files import ROOT_KEY
from tests.unit.pki.crls import changed, entries, entry, extension, more, put, without

DAY = datetime(2026, 1, 2, tzinfo=UTC)
PERIOD, REASON = "cabf.arl_invalid_validity_period", "cabf.crl_prohibited_reason_code"
NUMBER, AKI = "2.5.29.20", "2.5.29.35"


def ordered(profile: CrlProfile, reason: Reason = Reason.SUPERSEDED) -> CrlOrder:
    """An order for a list by a root that revokes one certificate."""
    issuer = golden("smki-root-oca" if profile.name.startswith("smki") else "web-root")
    day = issuer.order.not_before
    return CrlOrder(profile, issuer.certificate, 1, day, (Revocation(5, day, reason),))


def report_of(order: CrlOrder) -> LintReport:
    outcome = lint_crl(order)
    return outcome.report if isinstance(outcome, LintedCrl) else outcome


@pytest.mark.parametrize("name", builtin_crl_profiles())
def test_a_list_of_a_shipped_profile_gives_no_finding(name: str) -> None:
    report = report_of(ordered(load_builtin_crl_profile(name)))
    assert report.second is not None
    assert (report.second.tool, report.second.version) == (TOOL, tool_version())
    assert report.second.findings == ()
    assert report.second.rule_count > 20


def test_the_list_that_was_signed_gives_the_report_of_what_was_to_be_signed(
    chain: Any, crl_order: CrlOrder
) -> None:
    passed = lint_crl(crl_order)
    assert isinstance(passed, LintedCrl)
    crl = issue_crl(passed, chain.root_key, chain.root_key.public_key())
    again = report_on_crl_twice(crl, crl_order.profile, crl_order.issuer)
    assert again == passed.report
    assert "second" in again.as_record()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (without(NUMBER), "pkix.crl_number_missing"),
        (without(AKI), "pkix.authority_key_identifier_missing"),
        (extension(NUMBER, "020107", critical=True), "pkix.crl_number_extension_cr"),
        (extension(AKI, "3000", critical=False), "pkix.authority_key_identifier_keyid"),
        (more(NUMBER, "020107"), "pkix.duplicate_extension"),
        (put("version", None), "pkix.crl_version_missing"),
        (put("next_update", {"utc_time": DAY.replace(year=2020)}), "pkix.crl_negative"),
        (entries(), "pkix.crl_revoked_certificates_empty"),
        (entries(entry(0, DAY)), "pkix.certificate_serial_number_out_of_range"),
        (entries(entry(5, DAY, "0a0101", critical=True)), "pkix.crl_reason_code_ext"),
    ],
)
def test_what_the_second_linter_finds_wrong_in_a_list_is_told(
    crl: x509.CertificateRevocationList, change: Any, rule: str
) -> None:
    assert lint_second_crl(crl, ()).findings == ()
    report = lint_second_crl(changed(crl, change), ())
    assert any(found.rule.startswith(rule) for found in report.findings), report
    assert all(found.stops for found in report.findings)


def test_a_list_that_it_cannot_read_is_a_finding() -> None:
    der = _by_a_numbered_ca().public_bytes(Encoding.DER)
    # The first octet of the issuer's RDNSequence becomes another tag.
    at = der.index(bytes.fromhex("0603550403")) - 6
    broken = bytearray(der)
    broken[at] = 0x24
    report = lint_second_crl(_Raw(bytes(broken)), ())  # type: ignore[arg-type]  # libraries read no such list
    (found,) = report.findings
    assert (found.rule, found.severity) == ("pkilint.unreadable", Severity.ERROR)
    assert found.stops


class _Raw:
    """Bytes that pass for a list, as far as the second lint looks at one."""

    def __init__(self, der: bytes) -> None:
        self._der = der

    def public_bytes(self, _: Encoding) -> bytes:
        return self._der


def _by_a_numbered_ca() -> x509.CertificateRevocationList:
    """A list of a CA whose name has a unique identifier, as SMKI writes them."""
    eui = b"\0" + bytes.fromhex("90b3d51f30000000")
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "Numbered"),
            x509.NameAttribute(
                x509.NameOID.X500_UNIQUE_IDENTIFIER, eui, _type=_ASN1Type.BitString
            ),
        ]
    )
    return (
        x509.CertificateRevocationListBuilder(name, DAY, DAY.replace(month=2))
        .add_extension(
            x509.AuthorityKeyIdentifier(bytes(8), None, None), critical=False
        )
        .add_extension(x509.CRLNumber(1), critical=False)
        .sign(ROOT_KEY, hashes.SHA256())
    )


def test_a_departure_of_the_profile_is_for_what_it_names_alone() -> None:
    listed = _by_a_numbered_ca()
    (found,) = lint_second_crl(listed, ()).findings
    assert (found.rule, found.stops) == ("itu.invalid_asn1_syntax", True)
    departure = Departure(found.rule, "OID 2.5.4.45", "It is a BIT STRING.", "X.520")
    (expected,) = lint_second_crl(listed, (departure,)).findings
    assert (expected.departs, expected.stops) == ("It is a BIT STRING. [X.520]", False)
    other = replace(departure, about="OID 2.5.4.3")
    assert lint_second_crl(listed, (other,)).findings == (found,)


@pytest.mark.parametrize(
    ("name", "days", "reason", "rules"),
    [
        ("generic-arl", 365, Reason.CA_COMPROMISE, []),
        ("generic-arl", 366, Reason.CA_COMPROMISE, [PERIOD]),
        ("generic-arl", 365, Reason.CERTIFICATE_HOLD, [REASON]),
        ("generic-crl", 10, Reason.SUPERSEDED, []),
        ("generic-crl", 11, Reason.SUPERSEDED, [PERIOD.replace("arl", "crl")]),
        ("generic-crl", 10, Reason.CA_COMPROMISE, [REASON]),
    ],
)
def test_a_list_is_held_against_the_baseline_requirements_where_its_profile_says_so(
    name: str, days: int, reason: Reason, rules: list[str]
) -> None:
    plain = replace(load_builtin_crl_profile(name), days=days)
    assert report_of(ordered(plain, reason)).stopping == ()
    profile = replace(plain, baseline=plain.scope)
    report = report_of(ordered(profile, reason))
    assert [found.rule for found in report.stopping] == rules
    assert report.findings == ()
    standard = "CA/Browser Forum TLS Baseline Requirements"
    section = "7.2.2" if rules == [REASON] else "7.2"
    sources = {found.source for found in report.stopping}
    assert sources <= {f"{standard}, section {section}"}


def test_a_waiver_lets_its_finding_be_and_no_other() -> None:
    plain = replace(load_builtin_crl_profile("generic-arl"), days=366)
    order = ordered(replace(plain, baseline=plain.scope))
    waiver = Waiver(
        PERIOD, "", "A. Able", "So.", "CPS 4.9.7", date(2030, 1, 1), crl="arl"
    )
    let_be = lint_crl(replace(order, waivers=(waiver,)))
    assert isinstance(let_be, LintedCrl)
    assert [each.rule for each in let_be.report.waived] == [PERIOD]
    other = replace(waiver, finding=REASON)
    assert isinstance(lint_crl(replace(order, waivers=(other,))), LintReport)


def test_a_profile_says_what_its_lists_depart_from_and_for_whom_they_are() -> None:
    text = _text(
        {
            "baseline-requirements": "true",
            "departs": "[{finding: a.b, about: OID, reason: So., source: X.520}]",
        }
    )
    profile = decode_crl_profile(text, "own.yaml")
    assert profile.departures == (Departure("a.b", "OID", "So.", "X.520"),)
    assert profile.baseline is Scope.AUTHORITIES
    plain = decode_crl_profile(_text({}), "own.yaml")
    assert (plain.departures, plain.baseline) == ((), None)


def _text(more_keys: Mapping[str, str]) -> str:
    lines = [f"{key}: {value}" for key, value in more_keys.items()]
    fact = "status: standard, source: CPS}"
    return "\n".join(
        [
            "format: key-ceremony.crl-profile/1",
            "name: own-arl",
            "title: Own",
            *lines,
            "facts:",
            f"  signatures: {{value: [ed25519], {fact}",
            f"  next-update: {{value: 9 days, {fact}",
            f"  number-octets: {{value: 20, {fact}",
            f"  key-identifier: {{value: method-1, {fact}",
            f"  scope: {{value: authority-certificates, {fact}",
            f"  reasons: {{value: [superseded], {fact}",
        ]
    )
