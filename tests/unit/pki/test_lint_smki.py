"""The rules of the SMKI: one certificate that keeps each, one that breaks just it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ceremony.errors import InputError
from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.finding import Severity, is_smki
from ceremony.pki.lint import lint_certificate, report_on, rules_for
from ceremony.pki.lint_smki import SMKI_RULES
from ceremony.pki.linted import lint_order
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.profile_file import decode_profile
from ceremony.pki.request_lint import rules_for_request
from ceremony.pki.smki_kind import SmkiKind, smki_kind
from ceremony.pki.trial import try_profile, try_request
from tests.fakes.golden import golden
from tests.unit.pki.certificates import (
    Change,
    changed,
    extension,
    more,
    name,
    put,
    without,
)
from tests.unit.pki.test_pki_lint import compressed_point, signatures, spki, spki_der

SMKI = [each for each in builtin_profiles() if each.startswith("smki-")]
OTHERS = [each for each in builtin_profiles() if not each.startswith("smki-")]

SUPPLIER, DEVICE, CLIENT = "smki-supplier-ds", "smki-device-ds", "smki-iki-client"
ROOT, ISSUING, DCA = "smki-root-oca", "smki-issuing-oca", "smki-issuing-dca"

OU, CN, UID = "2.5.4.11", "2.5.4.3", "2.5.4.45"
KU, SAN, BC, POLICY = "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.32"
SKI, AKI = "2.5.29.14", "2.5.29.35"
CDP, EKU, AIA = "2.5.29.31", "2.5.29.37", "1.3.6.1.5.5.7.1.1"
UTF8, PRINTABLE, BITS = core.UTF8String, core.PrintableString, core.OctetBitString
EUI = bytes.fromhex("0011223344556677")

NO_POLICY, NO_DER = "3000", "308107300506032a0304"
TWO_POLICIES = "300e300506032a0304300506032a0305"
DNS = "30048202" + "6f6b"
SHORT_EUI = "301da01b06082b06010505070804" + "a00f300d06042a0304050405" + "0102030405"


def party(role: str, eui: bytes = EUI) -> Change:
    return put("subject", name((OU, UTF8, role), (UID, BITS, eui)))


def end(kind: str, moment: datetime) -> Change:
    def change(raw: Any) -> None:
        value = asn1.UTCTime(moment) if kind == "utc_time" else moment
        raw["tbs_certificate"]["validity"]["not_after"] = asn1.Time(
            name=kind, value=value
        )

    return change


def p384() -> Any:
    return ec.derive_private_key(3, ec.SECP384R1()).public_key()


def rsa_1024() -> Any:
    # Octets that are read as a modulus of 1024 bits; nothing is ever signed by it.
    return rsa.RSAPublicNumbers(65537, (1 << 1023) + 1).public_key()


def keyed(key: Any) -> Change:
    """Exchange the key alone; the IKI's key identifiers are nothing that was read."""

    def change(raw: Any) -> None:
        before = raw["tbs_certificate"]["extensions"].copy()
        spki(key)(raw)
        raw["tbs_certificate"]["extensions"] = before

    return change


BROKEN: list[tuple[str, str, str, Change]] = [
    ("SMKI-KEY-01", "P-384", DEVICE, spki(p384())),
    ("SMKI-KEY-01", "compressed", SUPPLIER, spki_der(compressed_point())),
    ("SMKI-KEY-01", "P-384 of a root", ROOT, spki(p384())),
    ("SMKI-KEY-02", "1024 bits", CLIENT, keyed(rsa_1024())),
    ("SMKI-SIGALG-01", "SHA-384", DEVICE, signatures),
    ("SMKI-SERIAL-01", "17 octets", DEVICE, put("serial_number", 1 << 128)),
    ("SMKI-SERIAL-01", "zero", ISSUING, put("serial_number", 0)),
    ("SMKI-NAME-01", "a name", DEVICE, put("subject", name((CN, UTF8, "it")))),
    ("SMKI-NAME-02", "none", SUPPLIER, put("subject", name((OU, UTF8, "02")))),
    ("SMKI-NAME-02", "56 bits", SUPPLIER, party("02", EUI[:7])),
    (
        "SMKI-NAME-02",
        "two",
        SUPPLIER,
        put("subject", name((OU, UTF8, "02"), (UID, BITS, EUI), (UID, BITS, EUI))),
    ),
    ("SMKI-ROLE-01", "the Root's", SUPPLIER, party("00")),
    ("SMKI-ROLE-01", "the Issuing OCA's", SUPPLIER, party("07")),
    ("SMKI-ROLE-01", "none", SUPPLIER, put("subject", name((UID, BITS, EUI)))),
    (
        "SMKI-ROLE-01",
        "two",
        SUPPLIER,
        put("subject", name((OU, UTF8, "02"), (OU, UTF8, "03"), (UID, BITS, EUI))),
    ),
    ("SMKI-ROLE-02", "nobody's", SUPPLIER, party("55")),
    (
        "SMKI-ROLE-03",
        "a supplier's",
        ISSUING,
        put("subject", name((OU, PRINTABLE, "02"), (CN, PRINTABLE, "Z1"))),
    ),
    (
        "SMKI-ROLE-03",
        "the Issuing OCA's",
        ROOT,
        put("subject", name((OU, PRINTABLE, "07"), (CN, PRINTABLE, "ZA"))),
    ),
    (
        "SMKI-VALIDITY-01",
        "ten years",
        DEVICE,
        end("utc_time", datetime(2035, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ),
    (
        "SMKI-VALIDITY-01",
        "a second less",
        DEVICE,
        end("general_time", datetime(9999, 12, 31, 23, 59, 58, tzinfo=UTC)),
    ),
    ("SMKI-KU-01", "both", DEVICE, extension(KU, "03020388", critical=True)),
    ("SMKI-KU-01", "not critical", SUPPLIER, extension(KU, "03020780", critical=False)),
    ("SMKI-KU-01", "absent", SUPPLIER, without(KU)),
    ("SMKI-KU-02", "one more", ISSUING, extension(KU, "03020186", critical=True)),
    ("SMKI-KU-02", "absent", ISSUING, without(KU)),
    ("SMKI-KU-03", "not critical", ROOT, extension(KU, "03020106", critical=False)),
    ("SMKI-KU-03", "absent", DCA, without(KU)),
    ("SMKI-KU-03", "twice", DCA, more(KU, "03020106")),
    ("SMKI-KU-04", "key agreement", CLIENT, extension(KU, "03020308", critical=True)),
    ("SMKI-BC-01", "a CA", SUPPLIER, more(BC, "30030101ff")),
    ("SMKI-BC-01", "a CA below", DEVICE, more(BC, "30060101ff020100")),
    ("SMKI-BC-02", "1", ISSUING, extension(BC, "30060101ff020101", critical=True)),
    ("SMKI-BC-02", "no limit", ISSUING, extension(BC, "30030101ff", critical=True)),
    (
        "SMKI-SKI-01",
        "another",
        DEVICE,
        extension(SKI, "0408" + "40" * 8, critical=False),
    ),
    (
        "SMKI-SKI-01",
        "20 octets",
        DCA,
        extension(SKI, "0414" + "40" * 20, critical=False),
    ),
    ("SMKI-AKI-01", "absent", DEVICE, without(AKI)),
    (
        "SMKI-AKI-01",
        "20 octets",
        DCA,
        extension(AKI, "30168014" + "40" * 20, critical=False),
    ),
    (
        "SMKI-POLICY-01",
        "not critical",
        DEVICE,
        extension(POLICY, "300730050603" + "2a0304", critical=False),
    ),
    ("SMKI-POLICY-01", "absent", DCA, without(POLICY)),
    ("SMKI-POLICY-01", "empty", ROOT, extension(POLICY, NO_POLICY, critical=True)),
    ("SMKI-POLICY-01", "no DER", ROOT, extension(POLICY, NO_DER, critical=True)),
    ("SMKI-POLICY-02", "two", DEVICE, extension(POLICY, TWO_POLICIES, critical=True)),
    ("SMKI-POLICY-02", "two", SUPPLIER, extension(POLICY, TWO_POLICIES, critical=True)),
    ("SMKI-SAN-01", "absent", DEVICE, without(SAN)),
    ("SMKI-SAN-01", "a DNS name", DEVICE, extension(SAN, DNS, critical=True)),
    ("SMKI-SAN-01", "56 bits", DEVICE, extension(SAN, SHORT_EUI, critical=True)),
    ("SMKI-EXT-01", "CRL distribution points", DEVICE, more(CDP, "3000")),
    ("SMKI-EXT-01", "extended key usage", SUPPLIER, more(EKU, "3000")),
    ("SMKI-EXT-01", "authority information access", ISSUING, more(AIA, "3000")),
]


def found(which: str, change: Change | None = None) -> list[str]:
    made = golden(which)
    certificate = changed(made.certificate, change) if change else made.certificate
    issuer = made.issuer.certificate if made.issuer else None
    findings = lint_certificate(certificate, made.order.profile, issuer)
    assert all(
        each.severity is Severity.ERROR for each in findings if is_smki(each.rule)
    )
    return [each.rule for each in findings if is_smki(each.rule)]


@pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive")
@pytest.mark.parametrize(
    ("rule", "which", "change"),
    [
        pytest.param(rule, which, change, id=f"{rule} {which} {what}")
        for rule, what, which, change in BROKEN
    ],
)
def test_a_certificate_that_breaks_one_rule_is_found_by_that_rule_of_the_smki_alone(
    rule: str, which: str, change: Change
) -> None:
    assert found(which) == []
    assert found(which, change) == [rule]


@pytest.mark.parametrize("rule", SMKI_RULES, ids=lambda rule: rule.id)
def test_a_golden_certificate_keeps_the_rule_and_another_breaks_it(rule: Any) -> None:
    asked = [each for each in SMKI if rule.applies(load_builtin_profile(each))]
    assert asked
    assert all(rule.id not in found(each) for each in asked)
    assert rule.id in {broken for broken, _, _, _ in BROKEN}


@pytest.mark.parametrize("which", SMKI)
def test_each_profile_of_the_smki_is_for_a_certificate_that_has_rules(
    which: str,
) -> None:
    profile = load_builtin_profile(which)
    kind = smki_kind(profile)
    assert kind is not None
    asked = [rule for rule in rules_for(profile) if is_smki(rule.id)]
    # Nothing was read of an IKI certificate but what a client's request asks for.
    assert bool(asked) is (kind is not SmkiKind.IKI_OTHER)


@pytest.mark.parametrize("which", OTHERS)
def test_a_profile_of_another_pki_is_asked_no_rule_of_the_smki(which: str) -> None:
    profile = load_builtin_profile(which)
    assert smki_kind(profile) is None
    asked = [*rules_for(profile), *rules_for_request(profile)]
    assert not [rule.id for rule in asked if is_smki(rule.id)]


WRONG = """format: key-ceremony.certificate-profile/1
name: wrong-device
title: A device certificate as GBCS forbids it
based-on: smki-device-ka
facts:
  key: {value: ec-p521, status: chosen, source: x}
  signature: {value: ecdsa-with-sha512, status: chosen, source: x}
  validity: {value: 1 day, status: chosen, source: x}
  key-usage:
    value: [digital-signature, key-agreement, non-repudiation]
    status: chosen
    source: x
  key-identifier: {value: method-1, status: chosen, source: x}
  serial-octets: {value: 20, status: chosen, source: x}
  issuer-certificates: {value: required, status: chosen, source: x}
environments:
  test:
    policies: [1.2.3.4, 1.2.3.5]
    critical: false
    hardware-type: 1.2.3.6
    status: chosen
    source: x
request:
  signature: {value: fits-key, status: chosen, source: x}
"""


def test_a_profile_that_says_what_gbcs_forbids_is_met_by_no_certificate() -> None:
    profile = decode_profile(WRONG, "wrong.yaml")
    assert profile.lineage == ("smki-device-ka", "smki-device-ds")
    issuer = load_builtin_profile(profile.signed_by)
    (trial,) = try_profile(profile, (issuer, load_builtin_profile(issuer.signed_by)))
    assert [each.rule for each in trial.report.stopping] == [
        "SMKI-KEY-01",
        "SMKI-SIGALG-01",
        "SMKI-SERIAL-01",
        "SMKI-VALIDITY-01",
        "SMKI-KU-01",
        "SMKI-SKI-01",
        "SMKI-POLICY-01",
        "SMKI-POLICY-02",
        "SMKI-EXT-01",
    ]
    (wrong,) = (it for it in trial.report.stopping if it.rule == "SMKI-SERIAL-01")
    assert re.search(r"it is 40(00)+ and takes \d+ octets", wrong.message)
    assert [each.rule for each in try_request(profile).stopping] == [
        "SMKI-KEY-01",
        "SMKI-KU-01",
        "SMKI-CSR-01",
    ]


def test_a_device_whose_certificate_is_signed_by_itself_lacks_its_issuers_key() -> None:
    own = WRONG[: WRONG.index("facts:")] + "signed-by: self\n"
    (trial,) = try_profile(decode_profile(own, "own.yaml"), ())
    assert [each.rule for each in trial.report.stopping] == [
        "SMKI-AKI-01",
        "pkix.authority_key_identifier_extension_absent",
        "pkix.name_empty",
    ]


def roled(code: str) -> CertificateProfile:
    text = f"""format: key-ceremony.certificate-profile/1
name: ours
title: Ours
based-on: smki-organisation-ds
facts:
  subject:
    value:
      - {{attribute: remote-party-role, string: utf8, text: "{code}"}}
      - {{attribute: unique-identifier, string: bit}}
    status: read
    source: ours
"""
    return decode_profile(text, "ours.yaml")


def test_a_role_that_nobody_has_seen_is_one_where_the_profile_states_it() -> None:
    made = golden("smki-organisation-ds").order
    values = {**made.values, "remote-party-role": "55"}
    report = lint_order(replace(made, values=values))
    assert [each.rule for each in report.stopping] == ["SMKI-ROLE-02"]
    profile = roled("55")
    values = {"unique-identifier": EUI.hex()}
    assert not lint_order(replace(made, profile=profile, values=values)).stopping


@pytest.mark.parametrize("code", ["00", "07"])
def test_a_role_of_a_ca_is_an_organisations_by_no_profile(code: str) -> None:
    made = golden("smki-organisation-ds").order
    values = {"unique-identifier": EUI.hex()}
    report = lint_order(replace(made, profile=roled(code), values=values))
    assert [each.rule for each in report.stopping] == ["SMKI-ROLE-01"]


def test_a_report_tells_how_many_of_its_rules_are_the_smkis_own() -> None:
    made = golden(SUPPLIER)
    assert made.issuer is not None
    certificate = changed(made.certificate, party("55"))
    report = report_on(certificate, made.order.profile, made.issuer.certificate)
    assert [each.rule for each in report.findings] == ["PKI-NAME-01", "SMKI-ROLE-02"]
    asked = [rule.id for rule in rules_for(made.order.profile)]
    assert report.rule_count == len(asked)
    assert report.smki_count == len([each for each in asked if is_smki(each)]) == 13
    assert "smki_count" not in report.as_record()


def test_a_name_that_is_no_builtin_profiles_is_the_base_of_nothing() -> None:
    with pytest.raises(InputError) as caught:
        decode_profile(WRONG.replace("smki-device-ka", "smki-nothing"), "wrong.yaml")
    assert caught.value.code == "PKI-PROFILE-11"
