"""The lint rules that are asked only where a profile has the extension, or RSA."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import InputError
from ceremony.pki.extension import general_name, open_values
from ceremony.pki.fact import (
    AlternativeName,
    Attribute,
    KeyAlgorithm,
    KeyIdentifierMethod,
    Presence,
    Purpose,
    SignatureAlgorithm,
    StringType,
)
from ceremony.pki.finding import Finding, LintReport
from ceremony.pki.lint import lint_certificate
from ceremony.pki.linted import LintedTbs, lint_order, lint_tbs
from ceremony.pki.order import Order, prepare
from ceremony.pki.profile import NamePart, Validity
from tests.unit.pki.certificates import Change, changed, extension, more, without

EKU, SAN, NC = "2.5.29.37", "2.5.29.17", "2.5.29.30"
CDP, AIA = "2.5.29.31", "1.3.6.1.5.5.7.1.1"
APEX, NO_CHECK = "1.3.6.1.5.5.7.1.20", "1.3.6.1.5.5.7.48.1.5"
CLIENT_AUTH = "300a06082b06010505070302"
CODE_SIGNING = "300a06082b06010505070303"
ONLY_OCSP = "301530130606" + "2b0601050507" + "3001" + "8609687474703a2f2f6f2f"

BROKEN_EXTRAS: list[tuple[str, str, Change]] = [
    ("PKI-EKU-01", "another purpose", extension(EKU, CODE_SIGNING, critical=False)),
    ("PKI-EKU-01", "critical", extension(EKU, CLIENT_AUTH, critical=True)),
    ("PKI-EKU-01", "absent", without(EKU)),
    ("PKI-SAN-01", "critical", extension(SAN, "30048202" + "6f6b", critical=True)),
    ("PKI-SAN-01", "no name", extension(SAN, "3000", critical=False)),
    ("PKI-SAN-01", "absent", without(SAN)),
    ("PKI-SAN-01", "twice", more(SAN, "30048202" + "6f6b")),
    (
        "PKI-NC-01",
        "another name",
        extension(NC, "300aa0083006" + "82046f2e6f6b", critical=True),
    ),
    ("PKI-NC-01", "absent", without(NC)),
    ("PKI-CDP-01", "critical", extension(CDP, "3000", critical=True)),
    ("PKI-CDP-01", "absent", without(CDP)),
    ("PKI-AIA-01", "absent", without(AIA)),
    ("PKI-AIA-01", "empty", extension(AIA, "3000", critical=False)),
    (
        "PKI-AIA-01",
        "another method",
        extension(
            AIA,
            "302a3013" + "06082b06010505073001" + "8607687474703a2f2f"
            "3013" + "06082b06010505073003" + "8607687474703a2f2f",
            critical=False,
        ),
    ),
    ("PKI-APEX-01", "critical", extension(APEX, "300730050601550400", critical=True)),
    ("PKI-APEX-01", "unreadable", extension(APEX, "3000", critical=False)),
    ("PKI-APEX-01", "absent", without(APEX)),
    ("PKI-NOCHECK-01", "critical", extension(NO_CHECK, "0500", critical=True)),
    ("PKI-NOCHECK-01", "absent", without(NO_CHECK)),
]


@pytest.fixture(scope="module")
def extra(chain: Any) -> Order:
    """An order whose profile has every extension that a profile may have."""
    profile = replace(
        chain.issuing_order.profile,
        purposes=(Purpose.CLIENT_AUTH,),
        alternative_name=AlternativeName.GIVEN,
        permitted=("dns:example.org",),
        crl_urls=Presence.REQUIRED,
        ocsp_urls=Presence.REQUIRED,
        issuer_urls=Presence.WHERE_GIVEN,
        apex_key=Presence.REQUIRED,
        no_check=True,
    )
    values = {
        Attribute.COMMON_NAME: "Z1",
        "alternative-names": "dns:ca.example.org email:ca@example.org",
        "crl-urls": "http://crl.example.org/z1.crl",
        "ocsp-urls": "http://ocsp.example.org",
        "apex-wrap-algorithm": "2.16.840.1.101.3.4.1.5",
        "apex-wrapped-key": "00" * 40,
    }
    return replace(chain.issuing_order, profile=profile, values=values)


def made(chain: Any, order: Order) -> x509.Certificate:
    builder = prepare(order, chain.issuing_key.public_key())
    return builder.sign(chain.root_key, hashes.SHA256())


def rules_of(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in findings]


def test_a_certificate_with_every_extension_keeps_every_rule(
    chain: Any, extra: Order
) -> None:
    certificate = made(chain, extra)
    assert lint_certificate(certificate, extra.profile, chain.root) == ()
    assert len(certificate.extensions) == 12


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        pytest.param(rule, change, id=f"{rule} {what}")
        for rule, what, change in BROKEN_EXTRAS
    ],
)
def test_one_fault_in_an_extension_is_found_by_its_rule_alone(
    chain: Any, extra: Order, rule: str, change: Change
) -> None:
    certificate = changed(made(chain, extra), change)
    found = lint_certificate(certificate, extra.profile, chain.root)
    assert rules_of(found) == [rule]


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("PKI-SAN-01", "820e63612e", "8f0e63612e"),
    ],
)
def test_octets_that_cannot_be_read_are_found_by_their_rule_alone(
    chain: Any, extra: Order, rule: str, before: str, after: str
) -> None:
    der = made(chain, extra).public_bytes(Encoding.DER)
    old, new = bytes.fromhex(before), bytes.fromhex(after)
    assert der.count(old) == 1
    certificate = x509.load_der_x509_certificate(der.replace(old, new))
    found = lint_certificate(certificate, extra.profile, chain.root)
    assert rules_of(found) == [rule]


def test_what_a_profile_does_not_have_is_found_in_a_certificate(
    chain: Any, extra: Order
) -> None:
    found = lint_certificate(
        made(chain, extra), chain.issuing_order.profile, chain.root
    )
    assert rules_of(found) == ["PKI-EXT-01"]
    for oid in (EKU, SAN, NC, CDP, AIA, APEX, NO_CHECK):
        assert oid in found[0].message


def test_what_is_there_where_given_may_be_left_out(chain: Any, extra: Order) -> None:
    profile = replace(extra.profile, apex_key=Presence.WHERE_GIVEN)
    values = {key: extra.values[key] for key in extra.values if "apex" not in key}
    order = replace(extra, profile=profile, values=values)
    certificate = made(chain, order)
    assert APEX not in {each.oid.dotted_string for each in certificate.extensions}
    assert lint_certificate(certificate, profile, chain.root) == ()
    assert open_values(profile)["apex-wrapped-key"] is False


LONG = ".".join(("a" * 63,) * 3 + ("a" * 61,))
"""A name of 253 characters, the most that RFC 1034, section 3.1, leaves to one."""


@pytest.mark.parametrize(
    "name",
    [
        f"dns:{LONG}",
        "dns:a-b.example.org",
        "dns:0.example.org",
        "dns:*.example.org",
        f"email:{'a' * 64}@example.org",
        "email:A.b_c@example.org",
        "uri:http://a-b.example.org:80/ca",
    ],
)
def test_a_name_that_its_rfc_just_permits_is_taken(name: str) -> None:
    assert general_name(name).value == name.partition(":")[2]


@pytest.mark.parametrize("left_out", ["apex-wrap-algorithm", "apex-wrapped-key"])
def test_half_a_contingency_key_is_never_left_out_in_silence(
    extra: Order, left_out: str
) -> None:
    profile = replace(extra.profile, apex_key=Presence.WHERE_GIVEN)
    values = {key: value for key, value in extra.values.items() if key != left_out}
    with pytest.raises(InputError) as caught:
        lint_order(replace(extra, profile=profile, values=values))
    assert caught.value.code == "PKI-ORDER-04"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"organization": "A"}, "PKI-ORDER-03"),
        ({"crl-urls": " "}, "PKI-ORDER-04"),
        ({"crl-urls": "ldap://x"}, "PKI-ORDER-05"),
        ({"crl-urls": "http://a.example/\u202egpj"}, "PKI-ORDER-05"),
        ({"alternative-names": "example.org"}, "PKI-ORDER-05"),
        ({"alternative-names": "dns:ex\u0430mple.org"}, "PKI-ORDER-05"),
        ({"alternative-names": "dns:-a.example.org"}, "PKI-ORDER-05"),
        ({"alternative-names": "dns:a-.example.org"}, "PKI-ORDER-05"),
        ({"alternative-names": f"dns:{'a' * 64}.example.org"}, "PKI-ORDER-05"),
        ({"alternative-names": "dns:a..example.org"}, "PKI-ORDER-05"),
        ({"alternative-names": f"dns:{LONG}a"}, "PKI-ORDER-05"),
        ({"alternative-names": f"dns:*.{LONG[2:]}a"}, "PKI-ORDER-05"),
        ({"alternative-names": "email:a..b@example.org"}, "PKI-ORDER-05"),
        ({"alternative-names": "email:.a@example.org"}, "PKI-ORDER-05"),
        ({"alternative-names": f"email:{'a' * 65}@example.org"}, "PKI-ORDER-05"),
        ({"alternative-names": "email:a@-example.org"}, "PKI-ORDER-05"),
        ({"alternative-names": f"email:a@{LONG}a"}, "PKI-ORDER-05"),
        ({"alternative-names": "uri:http://-a.example.org/"}, "PKI-ORDER-05"),
        ({"crl-urls": f"http://{LONG}a/"}, "PKI-ORDER-05"),
        ({"apex-wrapped-key": "0"}, "PKI-ORDER-05"),
        ({"apex-wrap-algorithm": "aes"}, "PKI-ORDER-05"),
        ({Attribute.COMMON_NAME: "Z\u0430"}, "PKI-ORDER-01"),
        ({Attribute.COMMON_NAME: ""}, "PKI-ORDER-04"),
        ({Attribute.COMMON_NAME: " "}, "PKI-ORDER-01"),
        ({Attribute.COMMON_NAME: "Z1 "}, "PKI-ORDER-01"),
        ({"apex-wrap-algorithm": "1.99.1"}, "PKI-ORDER-05"),
    ],
)
def test_a_value_that_does_not_fit_makes_no_certificate(
    extra: Order, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        lint_order(replace(extra, values={**extra.values, **changes}))
    assert caught.value.code == code


HARDWARE = "1.2.826.0.1.8641679.1.2.2.1"


@pytest.fixture(scope="module")
def device(chain: Any) -> Order:
    """An order for a certificate without a name, for a device (RFC 4108)."""
    profile = replace(
        chain.issuing_order.profile,
        subject=(),
        is_ca=False,
        key_usage=("digital-signature",),
        alternative_name=AlternativeName.HARDWARE_MODULE_NAME,
        alternative_name_critical=True,
        hardware_type=HARDWARE,
        validity=Validity(),
    )
    values = {"hardware-serial": "90b3d51f30000001"}
    return replace(
        chain.issuing_order, profile=profile, issuer=chain.issuing, values=values
    )


def test_a_device_certificate_has_its_serial_in_a_hardware_module_name(
    chain: Any, device: Order
) -> None:
    certificate = made(chain, device)
    assert lint_certificate(certificate, device.profile, chain.issuing) == ()
    assert certificate.subject.public_bytes().hex() == "3000"
    san = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert san.critical
    # As observed: SEQUENCE { hwType, OCTET STRING of 8 octets } in one otherName.
    (only,) = san.value
    assert isinstance(only, x509.OtherName)
    assert only.type_id.dotted_string == "1.3.6.1.5.5.7.8.4"
    assert only.value.hex() == (
        "3019060d2a863a0001848fb90f01020201" + "0408" + "90b3d51f30000001"
    )
    assert b"\x18\x0f99991231235959Z" in certificate.tbs_certificate_bytes


@pytest.mark.parametrize("value", ["3004820261" + "62", "3000"])
def test_a_device_certificate_with_another_kind_of_name_is_found(
    chain: Any, device: Order, value: str
) -> None:
    certificate = changed(made(chain, device), extension(SAN, value, critical=True))
    found = lint_certificate(certificate, device.profile, chain.issuing)
    assert rules_of(found) == ["PKI-SAN-01"]


def test_a_device_of_another_kind_of_hardware_is_found(
    chain: Any, device: Order
) -> None:
    other = replace(device.profile, hardware_type="1.2.3")
    found = lint_certificate(made(chain, device), other, chain.issuing)
    assert rules_of(found) == ["PKI-SAN-01"]


def test_a_unique_identifier_is_64_bits(chain: Any) -> None:
    parts = (
        NamePart(Attribute.REMOTE_PARTY_ROLE, StringType.UTF8, "02"),
        NamePart(Attribute.UNIQUE_IDENTIFIER, StringType.BIT),
        NamePart(Attribute.COMMON_NAME, StringType.UTF8, optional=True),
    )
    profile = replace(chain.issuing_order.profile, subject=parts)
    order = replace(
        chain.issuing_order,
        profile=profile,
        values={Attribute.UNIQUE_IDENTIFIER: "90b3d51f30000001"},
    )
    certificate = made(chain, order)
    assert lint_certificate(certificate, profile, chain.root) == ()
    # OU as UTF8String, then 2.5.4.45 as a BIT STRING without unused bits.
    assert certificate.subject.public_bytes().hex() == (
        "3021310b3009060355040b0c023032" + "3112301006035504" + "2d0309"
        "0090b3d51f30000001"
    )


KINDS = [
    (KeyAlgorithm.EC_P384, SignatureAlgorithm.ECDSA_SHA384),
    (KeyAlgorithm.EC_P521, SignatureAlgorithm.ECDSA_SHA512),
    (KeyAlgorithm.ED25519, SignatureAlgorithm.ED25519),
    (KeyAlgorithm.RSA_2048, SignatureAlgorithm.RSA_SHA256),
    (KeyAlgorithm.RSA_2048, SignatureAlgorithm.RSA_SHA384),
    (KeyAlgorithm.RSA_2048, SignatureAlgorithm.RSA_SHA512),
    (KeyAlgorithm.RSA_2048, SignatureAlgorithm.RSA_PSS_SHA256),
    (KeyAlgorithm.RSA_2048, SignatureAlgorithm.RSA_PSS_SHA384),
    (KeyAlgorithm.RSA_2048, SignatureAlgorithm.RSA_PSS_SHA512),
]


@pytest.mark.parametrize(("key", "signature"), KINDS)
def test_an_order_of_each_kind_of_key_and_signature_keeps_every_rule(
    chain: Any, key: KeyAlgorithm, signature: SignatureAlgorithm
) -> None:
    profile = replace(chain.issuing_order.profile, key=key, signature=signature)
    report = lint_order(replace(chain.issuing_order, profile=profile))
    assert report.findings == ()


@pytest.mark.parametrize(("bits", "exponent"), [(3072, 65537), (2048, 3)])
def test_an_rsa_key_of_another_size_or_exponent_is_found(
    chain: Any, bits: int, exponent: int
) -> None:
    profile = replace(chain.issuing_order.profile, key=KeyAlgorithm.RSA_2048)
    order = replace(chain.issuing_order, profile=profile)
    report = lint_tbs(order, rsa.generate_private_key(exponent, bits).public_key())
    assert isinstance(report, LintReport)
    assert rules_of(report.findings) == ["PKI-RSA-01"]


def test_another_kind_of_signature_than_the_profiles_is_found(chain: Any) -> None:
    profile = replace(
        chain.issuing_order.profile, signature=SignatureAlgorithm.RSA_PSS_SHA256
    )
    builder = prepare(chain.issuing_order, chain.issuing_key.public_key())
    key = rsa.generate_private_key(65537, 2048)
    short = padding.PSS(padding.MGF1(hashes.SHA256()), 20)
    for certificate in (
        builder.sign(chain.root_key, hashes.SHA256()),
        builder.sign(key, hashes.SHA256(), rsa_padding=short),
        builder.sign(ed25519.Ed25519PrivateKey.generate(), None),
    ):
        found = lint_certificate(certificate, profile, chain.root)
        assert rules_of(found) == ["PKI-SIGALG-01"]


def test_a_method_1_identifier_is_the_whole_digest(chain: Any) -> None:
    profile = replace(
        chain.issuing_order.profile, key_identifier=KeyIdentifierMethod.METHOD_1
    )
    certificate = made(chain, replace(chain.issuing_order, profile=profile))
    assert lint_certificate(certificate, profile, chain.root) == ()
    own = x509.SubjectKeyIdentifier.from_public_key(chain.issuing_key.public_key())
    told = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    assert told.value.digest == own.digest
    # The issuer's own identifier is the one in its certificate, by method (2).
    authority = certificate.extensions.get_extension_for_class(
        x509.AuthorityKeyIdentifier
    )
    assert authority.value.key_identifier == bytes.fromhex("49c0b56431563710")


def test_a_leaf_may_hang_below_a_ca_without_room_for_another(chain: Any) -> None:
    profile = replace(
        chain.issuing_order.profile, is_ca=False, key_usage=("digital-signature",)
    )
    order = replace(chain.issuing_order, profile=profile, issuer=chain.issuing)
    linted = lint_tbs(order, chain.issuing_key.public_key())
    assert isinstance(linted, LintedTbs)


def test_validity_in_days_ends_with_the_last_of_them(chain: Any) -> None:
    profile = replace(chain.issuing_order.profile, validity=Validity(days=90))
    order = replace(chain.issuing_order, profile=profile, not_before=date(2016, 1, 1))
    certificate = made(chain, order)
    assert certificate.not_valid_after_utc.isoformat() == "2016-03-30T23:59:59+00:00"
    assert lint_certificate(certificate, profile, chain.root) == ()
