"""Requests held against a profile: each fault is found by its rule and by no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from asn1crypto import core, csr
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.fact import AlternativeName
from ceremony.pki.naming import subject_name
from ceremony.pki.order import Order, prepare, serial_number
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_file import Imported
from ceremony.pki.request_judgement import RequestJudgement, judge_request
from tests.fakes.made_requests import (
    DEVICE,
    EUI,
    KEY,
    ORGANISATION,
    Change,
    device_csr,
    organisation_request,
    organisation_values,
    patched,
    plain_request,
    renamed,
    resigned,
    sequence,
)
from tests.fakes.pki_files import root_and_sub

UTF8, PRINTABLE, BITS = 12, 19, 3
CN, OU, UID = "2.5.4.3", "2.5.4.11", "2.5.4.45"
ROLE = ((OU, UTF8, b"02"),)
UNIQUE = ((UID, BITS, b"\0" + bytes.fromhex(EUI)),)
KEY_USAGE, SAN, BASIC = "2.5.29.15", "2.5.29.17", "2.5.29.19"
EXTENSION_REQUEST = "1.2.840.113549.1.9.14"


def judged(der: bytes, profile: CertificateProfile = ORGANISATION) -> RequestJudgement:
    return judge_request(Imported("it", 1, der), profile)


def rules(judgement: RequestJudgement) -> list[str]:
    return [finding.rule for finding in judgement.findings]


def named(text: str, tag: int = UTF8) -> Change:
    encoded = text.encode("utf-8" if tag == UTF8 else "latin-1")
    return renamed(((CN, tag, encoded),), ROLE, UNIQUE)


def extensions(change: Callable[[list[Any]], None]) -> Change:
    """Change the list of extensions that are asked for."""

    def act(info: Any) -> None:
        [attribute] = info["attributes"]
        asked = list(attribute["values"][0])
        change(asked)
        attribute["values"] = csr.SetOfExtensions([asn1.Extensions(asked)])

    return act


def more(oid: str, value: str, *, critical: bool = False) -> Change:
    octets = core.ParsableOctetString(bytes.fromhex(value))
    added = {"extn_id": oid, "critical": critical, "extn_value": octets}
    return extensions(lambda asked: asked.append(asn1.Extension(added)))


def instead(oid: str, value: str, *, critical: bool = True) -> Change:
    def act(asked: list[Any]) -> None:
        for each in asked:
            if each["extn_id"].dotted == oid:
                each["extn_value"] = core.ParsableOctetString(bytes.fromhex(value))
                each["critical"] = critical

    return extensions(act)


def with_attribute(info: Any) -> None:
    password = {
        "type": "challenge_password",
        "values": [asn1.DirectoryString("printable_string", core.PrintableString("x"))],
    }
    kept = [each.copy() for each in info["attributes"]]
    info["attributes"] = csr.CRIAttributes([csr.CRIAttribute(password), *kept])


def without_attributes(info: Any) -> None:
    info["attributes"] = csr.CRIAttributes([])


def test_a_good_request_gives_what_its_certificate_needs() -> None:
    judgement = judged(organisation_request())
    assert judgement.findings == ()
    assert judgement.values == organisation_values()
    assert judgement.subject == f"CN=GITTESTSUPPLIER, OU=02, x500UniqueIdentifier={EUI}"
    assert judgement.request is not None
    root, sub = root_and_sub()
    order = Order(
        ORGANISATION,
        judgement.values,
        sub,
        root.not_valid_before_utc.date(),
        serial_number(bytes(16)),
    )
    made = prepare(order, KEY.public_key()).sign(KEY, hashes.SHA256())
    asked = x509.load_der_x509_csr(organisation_request())
    assert made.subject.public_bytes() == asked.subject.public_bytes()


def test_a_devices_request_gives_its_serial() -> None:
    judgement = judged(device_csr(), DEVICE)
    assert judgement.findings == ()
    assert judgement.values == {"hardware-serial": EUI}


BAD: list[tuple[str, str, Change]] = [
    ("a homoglyph", "PKI-CSR-02", named("GITTEST\N{CYRILLIC CAPITAL LETTER ES}")),
    ("bidi", "PKI-CSR-02", named("GIT\N{RIGHT-TO-LEFT OVERRIDE}TSET")),
    ("no width", "PKI-CSR-02", named("GIT\N{ZERO WIDTH SPACE}")),
    ("a control", "PKI-CSR-02", named("GIT\nOU=00")),
    ("a blank at the end", "PKI-CSR-02", named("GIT ")),
    ("65 letters", "PKI-CSR-02", named("G" * 65)),
    (
        "a role in capitals",
        "PKI-CSR-02",
        renamed(((OU, UTF8, b"0A"),), UNIQUE),
    ),
    ("another string type", "PKI-NAME-01", named("GIT", PRINTABLE)),
    (
        "two common names",
        "PKI-NAME-01",
        renamed(((CN, UTF8, b"GIT"),), ((CN, UTF8, b"GIT"),), ROLE, UNIQUE),
    ),
    (
        "several attributes in one relative name",
        "PKI-NAME-01",
        renamed(((CN, UTF8, b"GIT"), *ROLE), UNIQUE),
    ),
    ("another order", "PKI-NAME-01", renamed(ROLE, ((CN, UTF8, b"GIT"),), UNIQUE)),
    ("no identifier", "PKI-NAME-01", renamed(ROLE)),
    (
        "a smuggled country",
        "PKI-NAME-01",
        renamed(ROLE, UNIQUE, (("2.5.4.6", 19, b"GB"),)),
    ),
    ("a CA's constraint", "PKI-CSR-04", more(BASIC, "30030101ff", critical=True)),
    ("a name beside", "PKI-CSR-04", more(SAN, "30098207612e6578616d70")),
    ("a policy", "PKI-CSR-03", more("2.5.29.32", "300630040602 2a03".replace(" ", ""))),
    ("an unknown extension", "PKI-CSR-04", more("1.2.3.4", "0500")),
    ("the usage twice", "PKI-CSR-04", more(KEY_USAGE, "03020780", critical=True)),
    ("a CA's usage", "PKI-CSR-03", instead(KEY_USAGE, "03020106")),
    ("key agreement", "PKI-CSR-03", instead(KEY_USAGE, "03020308")),
    (
        "a usage not critical",
        "PKI-CSR-03",
        instead(KEY_USAGE, "03020780", critical=False),
    ),
    ("a challenge password", "PKI-CSR-04", with_attribute),
    ("no usage", "PKI-CSR-05", without_attributes),
]


@pytest.mark.parametrize(
    ("rule", "change"), [pytest.param(r, c, id=n) for n, r, c in BAD]
)
def test_a_fault_is_found_by_its_rule_and_no_other(rule: str, change: Change) -> None:
    der = resigned(organisation_request(), change)
    judgement = judged(der)
    assert rules(judgement) == [rule]
    assert judgement.values == {}
    [finding] = judgement.findings
    assert finding.source
    assert finding.message.isascii()
    assert finding.message.isprintable()


def test_a_request_is_refused_that_is_signed_by_another_key() -> None:
    other = ec.derive_private_key(22, ec.SECP256R1())
    der = resigned(organisation_request(), lambda _: None, other)
    judgement = judged(der)
    assert rules(judgement) == ["PKI-REQUEST-02"]
    assert judgement.request is None


@pytest.mark.parametrize("version", ["ff", "01", "02"])
def test_another_version_is_refused(version: str) -> None:
    der = patched(organisation_request(), "02010030", f"0201{version}30")
    assert rules(judged(der)) == ["PKI-CSR-01"]


def _module(oid: str, serial: bytes) -> str:
    module = core.ObjectIdentifier(oid).dump() + b"\x04" + bytes([len(serial)]) + serial
    inner = b"\x30" + bytes([len(module)]) + module
    tagged = b"\xa0" + bytes([len(inner)]) + inner
    other = core.ObjectIdentifier("1.3.6.1.5.5.7.8.4").dump() + tagged
    name = b"\xa0" + bytes([len(other)]) + other
    return (b"\x30" + bytes([len(name)]) + name).hex()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            instead(SAN, _module(DEVICE.hardware_type, bytes(8)), critical=False),
            id="not critical",
        ),
        pytest.param(instead(SAN, _module("1.2.3.4", bytes(8))), id="another type"),
        pytest.param(
            instead(SAN, _module(DEVICE.hardware_type, bytes(7))), id="7 octets"
        ),
        pytest.param(instead(SAN, "30098207612e6578616d70"), id="a DNS name"),
        pytest.param(instead(SAN, "3000"), id="no names"),
    ],
)
def test_a_device_has_exactly_its_module_name(change: Change) -> None:
    der = resigned(device_csr(), change)
    assert rules(judged(der, DEVICE)) == ["PKI-CSR-03"]


def test_a_device_without_a_name_is_refused() -> None:
    der = resigned(device_csr(), extensions(lambda asked: asked.pop()))
    assert rules(judged(der, DEVICE)) == ["PKI-CSR-05"]


def test_names_that_an_order_gives_are_taken_from_the_request() -> None:
    profile = replace(
        DEVICE, alternative_name=AlternativeName.GIVEN, hardware_type="", lineage=()
    )
    names = "dns:a.example email:a@a.example uri:http://a.example/"
    asked = x509.SubjectAlternativeName(
        [
            x509.DNSName("a.example"),
            x509.RFC822Name("a@a.example"),
            x509.UniformResourceIdentifier("http://a.example/"),
        ]
    )
    der = resigned(device_csr(), instead(SAN, asked.public_bytes().hex()))
    judgement = judged(der, profile)
    assert judgement.findings == ()
    assert judgement.values == {"alternative-names": names}
    for wrong in ("3006870401020304", "3009820741 2e6578616d70".replace(" ", "")):
        der = resigned(device_csr(), instead(SAN, wrong))
        assert rules(judged(der, profile)) == ["PKI-CSR-03"]


def test_a_compressed_point_is_refused() -> None:
    point = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    def compress(info: Any) -> None:
        spki = info["subject_pk_info"]
        spki["public_key"] = type(spki["public_key"])(point)

    der = resigned(organisation_request(), compress)
    assert rules(judged(der)) == ["PKI-POINT-01"]


def test_a_point_off_the_curve_is_refused() -> None:
    key = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    wrong = key[:-1] + bytes([key[-1] ^ 1])
    der = patched(organisation_request(), key.hex(), wrong.hex())
    judgement = judged(der)
    assert rules(judgement) == ["PKI-POINT-01"]
    assert "the point is not on the curve" in judgement.findings[0].message


def test_ecdsa_with_parameters_is_refused_as_another_signature() -> None:
    request = csr.CertificationRequest.load(organisation_request())
    info = request["certification_request_info"].dump()
    named = sequence(bytes.fromhex("06082a8648ce3d0403020500"))
    der = sequence(info + named + request["signature"].dump())
    judgement = judged(der)
    assert rules(judgement) == ["PKI-REQUEST-03"]
    told = judgement.findings[0].message
    assert told.endswith("the parameters that it names are other ones.")
    assert "not a certification request" not in told


@pytest.mark.parametrize(
    ("tag", "told"), [(19, "PrintableString"), (20, "TeletexString"), (22, "IA5String")]
)
def test_an_attribute_of_another_string_type_is_the_one_that_is_named(
    tag: int, told: str
) -> None:
    der = resigned(organisation_request(), named("GITTESTSUPPLIER", tag))
    [finding] = judged(der).findings
    assert finding.rule == "PKI-NAME-01"
    wrong = f"; it holds the common-name as {told}, and not as UTF8String."
    assert finding.message.endswith(wrong)


def test_an_optional_attribute_of_another_string_type_is_named_at_the_end() -> None:
    [common, *others] = ORGANISATION.subject
    profile = replace(ORGANISATION, subject=(common, replace(others[0], optional=True)))
    der = resigned(
        organisation_request(),
        renamed(((CN, UTF8, b"N"),), ((OU, PRINTABLE, b"02"),)),
    )
    [finding] = judged(der, profile).findings
    wrong = "it holds the remote-party-role as PrintableString, and not as UTF8String."
    assert finding.message.endswith(wrong)


def test_a_signature_or_a_key_with_unused_bits_is_refused() -> None:
    # Both end in a zero bit, which DER lets a BIT STRING leave out.
    der = next(
        der
        for number in range(30)
        if not (der := organisation_request(name=f"N{number}"))[-1] & 1
    )
    at = len(der) - len(csr.CertificationRequest.load(der)["signature"].contents)
    changed = bytearray(der)
    assert changed[at] == 0
    changed[at] = 1
    assert rules(judged(bytes(changed))) == ["PKI-REQUEST-05"]
    even = next(
        key
        for number in range(30, 60)
        if not (key := ec.derive_private_key(number, ec.SECP256R1()))
        .public_key()
        .public_numbers()
        .y
        & 1
    )
    asked = organisation_request(even)
    der = patched(asked, "03420004", "03420104", even)
    assert rules(judged(der)) == ["PKI-REQUEST-05"]


def test_extensions_asked_for_in_two_places_are_refused() -> None:
    def twice(info: Any) -> None:
        kept = [each.copy() for each in info["attributes"]]
        info["attributes"] = csr.CRIAttributes([*kept, *(e.copy() for e in kept)])

    der = resigned(organisation_request(), twice)
    assert rules(judged(der)) == ["PKI-REQUEST-05"]


def test_a_text_that_is_not_utf8_is_refused() -> None:
    name = b"GITTESTSUPPLIER"
    der = patched(organisation_request(), name.hex(), (b"\xff" + name[1:]).hex())
    assert rules(judged(der)) == ["PKI-REQUEST-05"]


def test_a_ca_need_not_state_what_its_key_is_for() -> None:
    profile = load_builtin_profile("smki-issuing-oca")
    der = plain_request(subject_name(profile, {"common-name": "Z1"}), KEY)
    judgement = judged(der, profile)
    assert judgement.findings == ()
    assert judgement.values == {"common-name": "Z1"}
    fixed = subject_name(
        replace(profile, subject=profile.subject[1:]), {"common-name": "Z1"}
    )
    assert rules(judged(plain_request(fixed, KEY), profile)) == ["PKI-NAME-01"]
