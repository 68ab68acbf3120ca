"""A second linter's findings, and what a profile departs from on purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pkilint.common import alternative_name

from ceremony.errors import InputError
from ceremony.pack.lint_leaf import lint_leaf, lint_record
from ceremony.pki.builtin import builtin_profiles, builtin_text
from ceremony.pki.decoded_once import LONGEST, MOST, DecodedOnce
from ceremony.pki.fact import BaselineKind
from ceremony.pki.finding import LintReport, SecondReport, Severity
from ceremony.pki.lint import report_twice
from ceremony.pki.linted import LintedTbs, lint_order, lint_tbs
from ceremony.pki.order import prepare
from ceremony.pki.profile_file import decode_profile
from ceremony.pki.second_lint import (
    LONGEST_TEXT,
    MOST_FINDINGS,
    TOOL,
    lint_second,
    lint_second_together,
    tool_version,
)
from ceremony.script.waiver import Waiver
from tests.fakes.golden import golden, sign
from tests.unit.pki.certificates import changed, extension, more, without

SKI, AKI, KU = "2.5.29.14", "2.5.29.35", "2.5.29.15"
SYNTAX = "itu.invalid_asn1_syntax"
URI = "pkix.invalid_uri_syntax"


def ids(certificate: x509.Certificate) -> set[str]:
    return {each.rule for each in lint_second(certificate, ()).findings}


def test_public_suffixes_are_read_once_for_every_rule_and_kind() -> None:
    for name in ("web-root", "web-subordinate"):
        made = golden(name)
        baseline = made.order.profile.baseline
        assert baseline is not None
        lint_second(made.certificate, (), baseline=baseline)
    read = alternative_name.publicsuffixlist.PublicSuffixList.cache_info()
    assert read.misses == 1
    assert read.hits > 1


@pytest.mark.parametrize("name", builtin_profiles())
def test_a_shipped_profile_departs_exactly_where_the_second_linter_objects(
    name: str,
) -> None:
    made = golden(name)
    profile = made.order.profile
    report = lint_second(
        made.certificate, profile.departures, baseline=profile.baseline
    )
    assert (report.tool, report.version) == (TOOL, tool_version(profile.baseline))
    assert ("publicsuffixlist" in report.version) is (profile.baseline is not None)
    assert report.rule_count > (60 if profile.baseline else 30)
    assert [each.rule for each in report.findings] == [
        each.finding for each in profile.departures
    ]
    assert all(each.departs and not each.stops for each in report.findings)
    has_identifier = "unique-identifier" in made.order.values
    assert (SYNTAX in {each.rule for each in report.findings}) is has_identifier
    for finding in report.findings if has_identifier else ():
        assert "BIT STRING" in finding.departs
        assert "X.520, section 6.2.7" in finding.departs
    assert (profile.baseline is not None) is name.startswith("web-")


def test_nothing_changes_what_was_decoded_once_for_several_certificates() -> None:
    from pkilint import document
    from pyasn1.codec.der.encoder import encode
    from pyasn1_fasder import decode_der

    made = [golden(name) for name in builtin_profiles()]

    def lint_all(*, afresh: bool) -> list[SecondReport]:
        reports = []
        for each in made:
            baseline = each.order.profile.baseline
            reports.append(lint_second(each.certificate, (), baseline=baseline))
            if afresh:
                document.decode_der.kept.clear()
        return reports

    alone, together = lint_all(afresh=True), lint_all(afresh=False)
    kept = dict(document.decode_der.kept)
    assert 20 < len(kept) < MOST
    assert alone == together == lint_all(afresh=False)
    assert document.decode_der.kept == kept, "nothing is decoded anew"
    for (der, _), (kind, (value, rest)) in kept.items():
        again, _ = decode_der(der, asn1Spec=kind)
        # Whoever walks through a value sees what it has by default, from then on.
        document.PDUNode(None, "again", again, None)
        assert (encode(value), rest) == (der, b"")
        assert value.prettyPrint() == again.prettyPrint()


def test_what_is_kept_of_decoding_is_short_and_bounded() -> None:
    asked: list[bytes] = []

    def decode(der: bytes, asn1Spec: object) -> tuple[bytes, object]:  # noqa: N803  the linter's own
        asked.append(der)
        if der == b"no":
            raise ValueError("refused")
        return der, asn1Spec

    once, kinds = DecodedOnce(decode), (object(), object())
    for kind in (*kinds, *kinds):
        assert once(bytearray(b"one"), kind) == (b"one", kind)
    assert asked == [b"one", b"one"], "each type has its own value"
    for _ in range(2):
        with pytest.raises(ValueError, match="refused"):
            once(b"no", kinds[0])
        once(b"l" * (LONGEST + 1), kinds[0])
    assert len(asked) == 6, "a refusal and a long value are worked out each time"
    for number in range(MOST + 1):
        once(number.to_bytes(2), kinds[0])
    assert 0 < len(once.kept) <= MOST


def test_a_cross_certificate_without_a_required_extension_is_not_signed() -> None:
    made = golden("web-cross-certificate")
    profile = replace(made.order.profile, policies=())
    report = lint_tbs(replace(made.order, profile=profile), made.key.public_key())
    assert isinstance(report, LintReport)
    assert report.findings == ()
    (found,) = report.stopping
    assert found.rule == (
        "cabf.serverauth.cross_ca.certificate_policies_extension_absent"
    )
    standard = "CA/Browser Forum TLS Baseline Requirements"
    assert found.source == f"{standard}, section 7.1.2.2.3"
    alone = replace(profile, baseline=None)
    assert not lint_order(replace(made.order, profile=alone)).has_errors


@pytest.mark.parametrize("kind", BaselineKind)
def test_each_kind_of_the_baseline_requirements_is_one_that_it_knows(
    kind: BaselineKind,
) -> None:
    certificate = golden("web-subordinate").certificate
    assert lint_second(certificate, (), baseline=kind).rule_count > 60


@pytest.mark.parametrize("name", ["smki-root-oca", "root-ca-rsa-4096-pss", "web-root"])
def test_a_throw_away_signature_makes_no_difference(name: str) -> None:
    made = golden(name)
    linted = lint_tbs(made.order, made.key.public_key())
    assert isinstance(linted, LintedTbs)
    profile = made.order.profile
    assert linted.report == report_twice(made.certificate, profile, None)


def test_an_error_that_no_departure_covers_keeps_the_bytes_from_being_signed() -> None:
    made = golden("smki-supplier-ds")
    (departure,) = made.order.profile.departures
    for departures in ((), (replace(departure, about="OID 2.5.4.10"),)):
        profile = replace(made.order.profile, departures=departures)
        order = replace(made.order, profile=profile)
        report = lint_tbs(order, made.key.public_key())
        assert isinstance(report, LintReport)
        assert [each.rule for each in report.stopping] == [SYNTAX]
        assert report.findings == ()
        assert lint_order(order).has_errors


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (without(SKI), "pkix.certificate_skid_ca_missing"),
        (without(AKI), "pkix.authority_key_identifier_extension_absent"),
        (extension(KU, "03020780", critical=True), "pkix.ca_certificate_keycertsign"),
        (more(KU, "03020106"), "pkix.duplicate_extension"),
    ],
)
def test_what_the_second_linter_finds_wrong_is_told(change: object, rule: str) -> None:
    broken = changed(golden("smki-issuing-oca").certificate, change)  # type: ignore[arg-type]  # each is a change
    assert any(found.startswith(rule) for found in ids(broken)), ids(broken)


def test_a_certificate_that_it_cannot_read_is_a_finding() -> None:
    der = bytearray(golden("smki-supplier-ds").certificate.public_bytes(Encoding.DER))
    der[35] = 0xFF
    certificate = x509.load_der_x509_certificate(bytes(der))
    (finding,) = lint_second(certificate, ()).findings
    assert (finding.rule, finding.severity) == ("pkilint.unreadable", Severity.ERROR)
    assert finding.stops
    assert len(finding.message) <= LONGEST_TEXT


def test_findings_beyond_what_a_leaf_holds_are_counted() -> None:
    made = golden("smki-supplier-ds")
    assert made.issuer is not None
    builder = prepare(made.order, made.key.public_key())
    known = [f"2.5.29.{n}" for n in (9, 16, 17, 18, 19, 30, 31, 33, 36, 37, 46, 54)]
    known += [f"1.3.6.1.5.5.7.1.{number}" for number in (1, 3, 11)]
    for dotted in known:
        oid = x509.ObjectIdentifier(dotted)
        malformed = x509.UnrecognizedExtension(oid, b"\x05\x00")
        builder = builder.add_extension(malformed, critical=False)
    broken = sign(builder, made.issuer.key, made.order.profile.signature)
    report = lint_second(broken, ())
    assert len(report.findings) == MOST_FINDINGS
    assert all(len(each.message) <= LONGEST_TEXT for each in report.findings)
    last = report.findings[-1]
    assert (last.rule, last.stops) == ("pkilint.more", True)
    assert last.message.endswith("more findings, which are not told one by one.")


def test_leaf_and_report_say_the_same() -> None:
    made = golden("smki-supplier-ds")
    assert made.issuer is not None
    broken = changed(made.certificate, without(SKI))
    profile, above = made.order.profile, made.issuer.certificate
    report = report_twice(broken, profile, above)
    record = report.as_record()
    assert lint_record(lint_leaf(report, "before-signing", "x")) == record
    second = record["second"]
    assert isinstance(second, dict)
    assert second["tool"] == TOOL
    assert any("departs" in each for each in second["findings"])
    assert all(each["source"] for each in second["findings"])
    assert report.second is not None
    assert [each.severity for each in report.second.findings] == sorted(
        (each.severity for each in report.second.findings), key=list(Severity).index
    )


def test_a_waiver_covers_its_finding_and_no_other() -> None:
    made = golden("issuing-ca-ec-p384")
    order = replace(
        made.order, values={**made.order.values, "crl-urls": "http://crl/a"}
    )
    waiver = Waiver(URI, "sub", "A. Able", "So.", "RFC 5280", date(2030, 1, 1))
    assert [each.rule for each in lint_order(order).stopping] == [URI]
    assert lint_order(order).waived == ()
    waived = lint_order(replace(order, waivers=(waiver,)))
    assert waived.stopping == ()
    assert [each.rule for each in waived.waived] == [URI]
    record = waived.as_record()["second"]
    assert isinstance(record, dict)
    assert record["findings"][0]["waived"] == waiver.ground
    other = replace(waiver, finding="pkix.other")
    assert lint_order(replace(order, waivers=(other,))).has_errors


def test_a_waiver_about_one_thing_lets_no_other_pass() -> None:
    made = golden("issuing-ca-ec-p384")
    values = {**made.order.values, "crl-urls": "http://crl/a http://other/b"}
    values["issuer-urls"] = "http://aia/c"
    waiver = Waiver(
        *(URI, "sub", "A. Able", "So.", "RFC 5280", date(2030, 1, 1)),
        about="http://crl/a",
    )
    order = replace(made.order, values=values, waivers=(waiver,))
    report = lint_order(order)
    assert ["http://crl/a" in each.message for each in report.waived] == [True]
    assert len(report.stopping) == 2
    assert all("http://crl/a" not in each.message for each in report.stopping)
    assert report.waived[0].waived == waiver.ground
    others = tuple(
        replace(waiver, about=about) for about in ("http://other/b", "http://aia/c")
    )
    assert not lint_order(replace(order, waivers=(waiver, *others))).has_errors


def test_what_cannot_be_read_is_waived_by_nothing() -> None:
    made = golden("smki-supplier-ds")
    profile = replace(made.order.profile, departures=())
    waiver = Waiver(SYNTAX, "sub", "A. Able", "So.", "RFC 5280", date(2030, 1, 1))
    order = replace(made.order, profile=profile, waivers=(waiver,))
    assert [each.rule for each in lint_order(order).stopping] == [SYNTAX]


def test_a_departure_without_its_source_is_refused() -> None:
    text = builtin_text("smki-organisation-ds")
    cut = text.index("    source: ITU-T")
    end = text.index("environments:")
    with pytest.raises(InputError) as caught:
        decode_profile(f"{text[:cut]}\n{text[end:]}", "own.yaml")
    assert caught.value.code == "FILE-SHAPE-02"


def test_what_one_rule_finds_in_several_certificates_stands_once() -> None:
    made = golden("smki-supplier-ds")
    one = lint_second(made.certificate, made.order.profile.departures)
    (found,) = one.findings
    other = replace(one, findings=(replace(found, message="Another value."),))
    bare = replace(one, findings=(replace(found, departs=""),))
    together = lint_second_together([one, other, bare])
    assert together.findings == (found, *bare.findings)
    assert together.rule_count == 3 * one.rule_count
    assert (together.tool, together.version) == (one.tool, one.version)
