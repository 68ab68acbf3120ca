"""Each lint rule: one certificate that keeps all of them, one that breaks just it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony.errors import InputError
from ceremony.pki.builtin import builtin_text
from ceremony.pki.der import decode_raw
from ceremony.pki.der_extension import read_basic_constraints
from ceremony.pki.finding import Finding, Severity, is_smki
from ceremony.pki.lint import RULES, lint_certificate, report_on, rules_for
from ceremony.pki.order import prepare
from ceremony.pki.profile_file import decode_profile
from ceremony.pki.second_lint import lint_second
from tests.fakes.golden import golden, sign
from tests.unit.pki.certificates import (
    Change,
    changed,
    extension,
    more,
    name,
    put,
    without,
)
from tests.unit.pki.test_pki_lint_extras import BROKEN_EXTRAS

ECDSA_SHA384 = {"algorithm": "sha384_ecdsa"}


def spki(key: Any) -> Change:
    """Exchange the key and, by hand, the key identifier that follows from it."""
    return spki_der(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def spki_der(der: bytes) -> Change:
    info = asn1.PublicKeyInfo.load(der)
    digest = hashlib.sha1(info["public_key"].contents[1:]).digest()  # noqa: S324  a name
    low = digest[-8:]
    identifier = bytes([0x40 | low[0] & 0x0F]) + low[1:]

    def change(raw: Any) -> None:
        raw["tbs_certificate"]["subject_public_key_info"] = info
        extension("2.5.29.14", f"0408{identifier.hex()}", critical=False)(raw)

    return change


def compressed_point() -> bytes:
    point = (
        ec.derive_private_key(3, ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    )
    return bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200") + point


def signatures(raw: Any) -> None:
    raw["tbs_certificate"]["signature"] = ECDSA_SHA384
    raw["signature_algorithm"] = ECDSA_SHA384


def outer_signature(raw: Any) -> None:
    raw["signature_algorithm"] = ECDSA_SHA384


def not_before(kind: str, moment: datetime) -> Change:
    def change(raw: Any) -> None:
        validity = raw["tbs_certificate"]["validity"]
        validity["not_before"] = asn1.Time(name=kind, value=moment)

    return change


def not_after(moment: datetime) -> Change:
    def change(raw: Any) -> None:
        validity = raw["tbs_certificate"]["validity"]
        validity["not_after"] = asn1.Time(name="utc_time", value=asn1.UTCTime(moment))

    return change


OU, CN = "2.5.4.11", "2.5.4.3"
PRINTABLE, UTF8 = core.PrintableString, core.UTF8String
FIRST = datetime(2015, 10, 29, tzinfo=UTC)
ANOTHER_KEY_IDENTIFIER = "4000000000000001"

BROKEN: list[tuple[str, str, Change]] = [
    ("PKI-VERSION-01", "version 1", put("version", "v1")),
    ("PKI-SERIAL-01", "one octet", put("serial_number", 5)),
    ("PKI-SERIAL-01", "17 octets", put("serial_number", 1 << 128)),
    ("PKI-SIGALG-01", "SHA-384", signatures),
    ("PKI-SIGALG-01", "outer differs from inner", outer_signature),
    (
        "PKI-NAME-01",
        "CN before OU",
        put("subject", name((CN, PRINTABLE, "Z1"), (OU, PRINTABLE, "07"))),
    ),
    (
        "PKI-NAME-01",
        "UTF8String",
        put("subject", name((OU, UTF8, "07"), (CN, PRINTABLE, "Z1"))),
    ),
    (
        "PKI-NAME-01",
        "another role",
        put("subject", name((OU, PRINTABLE, "02"), (CN, PRINTABLE, "Z1"))),
    ),
    (
        "PKI-NAME-01",
        "blank CN",
        put("subject", name((OU, PRINTABLE, "07"), (CN, PRINTABLE, " "))),
    ),
    (
        "PKI-NAME-01",
        "blank at the end of CN",
        put("subject", name((OU, PRINTABLE, "07"), (CN, PRINTABLE, "Z1 "))),
    ),
    ("PKI-NAME-01", "empty", put("subject", name())),
    (
        "PKI-NAME-02",
        "another issuer",
        put("issuer", name((OU, PRINTABLE, "00"), (CN, PRINTABLE, "ZB"))),
    ),
    (
        "PKI-NAME-02",
        "the same issuer in another encoding",
        put("issuer", name((OU, PRINTABLE, "00"), (CN, UTF8, "ZA"))),
    ),
    (
        "PKI-VALIDITY-01",
        "one second more",
        not_after(datetime(2040, 10, 29, tzinfo=UTC)),
    ),
    (
        "PKI-VALIDITY-03",
        "GeneralizedTime before 2050",
        not_before("general_time", FIRST),
    ),
    (
        "PKI-KEY-01",
        "Ed25519",
        spki(ed25519.Ed25519PublicKey.from_public_bytes(bytes(32))),
    ),
    (
        "PKI-CURVE-01",
        "P-384",
        spki(ec.derive_private_key(3, ec.SECP384R1()).public_key()),
    ),
    ("PKI-POINT-01", "compressed", spki_der(compressed_point())),
    ("PKI-UNIQUE-01", "subject", put("subject_unique_id", b"1")),
    ("PKI-UNIQUE-01", "issuer", put("issuer_unique_id", b"1")),
    ("PKI-KU-01", "not critical", extension("2.5.29.15", "03020106", critical=False)),
    ("PKI-KU-01", "one more", extension("2.5.29.15", "03020186", critical=True)),
    ("PKI-KU-01", "bits not in DER", extension("2.5.29.15", "03020006", critical=True)),
    ("PKI-KU-01", "absent", without("2.5.29.15")),
    (
        "PKI-BC-01",
        "path length 1",
        extension("2.5.29.19", "30060101ff020101", critical=True),
    ),
    ("PKI-BC-01", "no limit", extension("2.5.29.19", "30030101ff", critical=True)),
    (
        "PKI-BC-01",
        "not critical",
        extension("2.5.29.19", "30060101ff020100", critical=False),
    ),
    (
        "PKI-POLICY-01",
        "anyPolicy",
        extension("2.5.29.32", "300830060604551d2000", critical=True),
    ),
    ("PKI-POLICY-01", "absent", without("2.5.29.32")),
    (
        "PKI-SKI-01",
        "another key's",
        extension("2.5.29.14", f"0408{ANOTHER_KEY_IDENTIFIER}", critical=False),
    ),
    ("PKI-SKI-01", "absent", without("2.5.29.14")),
    (
        "PKI-AKI-01",
        "another key's",
        extension("2.5.29.35", f"300a8008{ANOTHER_KEY_IDENTIFIER}", critical=False),
    ),
    ("PKI-AKI-01", "absent", without("2.5.29.35")),
    ("PKI-EXT-01", "extended key usage", more("2.5.29.37", "300a06082b06010505070301")),
]
BY_ISSUER = {"PKI-VALIDITY-02", "PKI-ISSUER-01"}


def rules_of(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_issued_chain_keeps_the_rule(chain: Any, rule: Any) -> None:
    found = (
        *lint_certificate(chain.root, chain.root_order.profile, None),
        *lint_certificate(chain.issuing, chain.issuing_order.profile, chain.root),
    )
    assert rule.id not in rules_of(found)


@pytest.mark.parametrize(
    ("rule", "change"),
    [pytest.param(rule, change, id=f"{rule} {what}") for rule, what, change in BROKEN],
)
def test_a_certificate_that_breaks_one_rule_is_found_by_that_rule_alone(
    chain: Any, rule: str, change: Change
) -> None:
    certificate = changed(chain.issuing, change)
    found = lint_certificate(certificate, chain.issuing_order.profile, chain.root)
    assert rules_of(found) == [rule]
    assert found[0].severity is Severity.ERROR


@pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive")
def test_a_negative_serial_number_of_the_right_length_is_found(chain: Any) -> None:
    negative = changed(chain.issuing, put("serial_number", -(1 << 126)))
    raw = decode_raw(negative.public_bytes(Encoding.DER))
    assert raw.serial_octets == 16
    found = lint_certificate(negative, chain.issuing_order.profile, chain.root)
    assert rules_of(found) == ["PKI-SERIAL-01"]


def test_every_rule_has_a_certificate_that_breaks_it(chain: Any) -> None:
    asked = {rule.id for rule in rules_for(chain.issuing_order.profile)}
    assert {rule for rule, _, _ in BROKEN} | BY_ISSUER == asked
    # Those of the SMKI have theirs in test_lint_smki.py.
    elsewhere = {"PKI-RSA-01", "PKI-KEY-02", "PKI-SIGALG-02", "PKI-URL-01"}
    elsewhere |= {"PKI-EKU-02", "PKI-EKU-03"}
    assert asked | {rule for rule, _, _ in BROKEN_EXTRAS} | elsewhere == {
        rule.id for rule in RULES if not is_smki(rule.id)
    }


def unlinted(chain: Any, **changes: Any) -> x509.Certificate:
    order = replace(chain.issuing_order, **changes)
    builder = prepare(order, chain.issuing_key.public_key())
    return builder.sign(chain.root_key, hashes.SHA256())


@pytest.mark.parametrize("first", [date(2015, 10, 28), date(2040, 10, 30)])
def test_a_certificate_may_not_be_valid_outside_its_issuers_days(
    chain: Any, first: date
) -> None:
    certificate = unlinted(chain, not_before=first)
    found = lint_certificate(certificate, chain.issuing_order.profile, chain.root)
    assert rules_of(found) == ["PKI-VALIDITY-02"]


def test_an_issuer_with_path_length_zero_signs_no_ca(chain: Any) -> None:
    certificate = unlinted(chain, issuer=chain.issuing)
    found = lint_certificate(certificate, chain.issuing_order.profile, chain.issuing)
    assert rules_of(found) == ["PKI-ISSUER-01"]


@pytest.mark.parametrize(
    "change",
    [
        without("2.5.29.19"),
        extension("2.5.29.19", "3000", critical=True),
        # A length beside FALSE, and one below 0.
        extension("2.5.29.19", "3003" + "020103", critical=True),
        extension("2.5.29.19", "3006" + "0101ff" + "0201ff", critical=True),
        without("2.5.29.15"),
        extension("2.5.29.15", "03020102", critical=True),
    ],
)
def test_an_issuer_that_is_no_ca_signs_no_ca(chain: Any, change: Change) -> None:
    issuer = changed(chain.root, change)
    found = lint_certificate(chain.issuing, chain.issuing_order.profile, issuer)
    assert rules_of(found) == ["PKI-ISSUER-01"]


@pytest.mark.parametrize(
    "length", ["020101", "02010c", "020200c8", "02083e8d4a5100000000"]
)
def test_an_issuer_has_any_path_length_that_the_standard_allows(
    chain: Any, length: str
) -> None:
    # RFC 5280, section 4.2.1.9: INTEGER (0..MAX).
    value = f"30{3 + len(length) // 2:02x}0101ff{length}"
    issuer = changed(chain.root, extension("2.5.29.19", value, critical=True))
    assert lint_certificate(chain.issuing, chain.issuing_order.profile, issuer) == ()


def test_what_is_not_der_makes_no_ca() -> None:
    # TRUE as one bit, octets behind the value, a tag of a primitive, and none.
    for value in ("3003010101", "30030101ff0500", "10030101ff", ""):
        assert read_basic_constraints(bytes.fromhex(value)) == (False, None)


def test_a_self_signed_certificate_has_no_authority_key_identifier(chain: Any) -> None:
    certificate = changed(chain.root, more("2.5.29.35", "300a8008" + "40" * 8))
    found = lint_certificate(certificate, chain.root_order.profile, None)
    assert rules_of(found) == ["PKI-AKI-01"]


def test_a_self_signed_certificate_may_name_its_own_key() -> None:
    text = builtin_text("smki-root-dca").replace(
        "authority-key-identifier:\n    value: absent",
        "authority-key-identifier:\n    value: own-key",
    )
    made = golden("smki-root-dca")
    order = replace(made.order, profile=decode_profile(text, "ours.yaml"))
    named = sign(prepare(order, made.key.public_key()), made.key, "ecdsa-with-sha256")
    own = named.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    told = named.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    assert (told.critical, told.value) == (
        False,
        x509.AuthorityKeyIdentifier(own.digest, None, None),
    )
    assert lint_certificate(named, order.profile, None) == ()
    assert lint_second(named, ()).findings == ()
    for wrong in (
        changed(named, without("2.5.29.35")),
        changed(named, extension("2.5.29.35", "300a8008" + "40" * 8, critical=False)),
    ):
        found = lint_certificate(wrong, order.profile, None)
        assert rules_of(found) == ["PKI-AKI-01"]


def test_an_extension_that_stands_twice_is_found(chain: Any) -> None:
    certificate = changed(chain.issuing, more("2.5.29.15", "03020106"))
    found = lint_certificate(certificate, chain.issuing_order.profile, chain.root)
    assert rules_of(found) == ["PKI-KU-01"]


def test_a_certificate_without_extensions_lacks_each_of_them(chain: Any) -> None:
    def strip(raw: Any) -> None:
        del raw["tbs_certificate"]["extensions"]

    certificate = changed(chain.issuing, strip)
    found = lint_certificate(certificate, chain.issuing_order.profile, chain.root)
    assert rules_of(found) == [
        "PKI-KU-01",
        "PKI-BC-01",
        "PKI-POLICY-01",
        "PKI-SKI-01",
        "PKI-AKI-01",
    ]


def test_a_validity_beyond_the_last_year_is_a_finding_and_no_crash(chain: Any) -> None:
    moment = datetime(9990, 1, 1, tzinfo=UTC)
    certificate = changed(chain.issuing, not_before("general_time", moment))
    found = lint_certificate(certificate, chain.issuing_order.profile, chain.root)
    assert rules_of(found) == ["PKI-VALIDITY-01"]


def test_a_certificate_with_a_malformed_time_cannot_be_taken_apart(chain: Any) -> None:
    der = chain.issuing.public_bytes(Encoding.DER)
    broken = der.replace(b"151029000000Z", b"1510290000+0Z")
    with pytest.raises(InputError) as caught:
        decode_raw(broken)
    assert caught.value.code == "PKI-CERT-02"


def test_a_report_says_how_many_rules_found_what(chain: Any) -> None:
    profile = chain.issuing_order.profile
    assert (
        report_on(chain.issuing, profile, chain.root).summary == "19 rules: 0 findings"
    )
    broken = changed(chain.issuing, put("serial_number", 5))
    report = report_on(broken, profile, chain.root)
    assert report.summary == "19 rules: 1 finding"
    assert report.has_errors
    assert report.as_record() == {
        "v": "key-ceremony.lint/1",
        "profile": "smki-issuing-oca",
        "rules": 19,
        "findings": [
            {
                "rule": "PKI-SERIAL-01",
                "severity": "error",
                "message": "The serial number is positive and takes as many octets as "
                "the profile says; it is 05 and takes 1 octets, not 16.",
                # The profiles of this chain are based on none of the SMKI's.
                "source": "RFC 5280, section 4.1.2.2",
            }
        ],
        "tbs": hashlib.sha256(broken.tbs_certificate_bytes).hexdigest(),
    }
