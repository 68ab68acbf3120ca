"""The octets that were observed in published certificates, field by field.

The expected values are written from the table of what was observed and not made by the
product; the fields are read by a reader of DER that knows nothing but tag and length.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.order import Order, prepare, serial_number
from tests.fakes.golden import VALUES, golden, sign

SERIAL, SIGNATURE, ISSUER, VALIDITY, SUBJECT, SPKI, EXTENSIONS = range(1, 8)

POLICY_OID = "060d2a863a0001848fb90f01020104"
UID_EUI = "31123010060355042d030900" + VALUES["unique-identifier"]
ROLES = {
    "recovery": "01",
    "supplier": "02",
    "network-operator": "03",
    "access-control-broker": "04",
    "transitional-cos": "05",
    "wan-provider": "06",
    "load-controller": "08",
    "xml-sign": "87",
    "dsp-xml-sign": "89",
}
ORGANISATIONS = [
    *((f"smki-{role}-ds", code, "03020780") for role, code in ROLES.items()),
    *((f"smki-{role}-ka", code, "03020308") for role, code in ROLES.items()),
    ("smki-organisation-ds", "7f", "03020780"),
    ("smki-organisation-ka", "7f", "03020308"),
]


def children(der: bytes) -> list[bytes]:
    """The elements inside one element: tag, length and value each."""
    _, value = split(der)
    found = []
    while value:
        size = len(value) - len(rest(value))
        found.append(value[:size])
        value = value[size:]
    return found


def split(der: bytes) -> tuple[int, bytes]:
    """Tag and value of an element that fills ``der``."""
    header, size = sizes(der)
    assert header + size == len(der)
    return der[0], der[header:]


def rest(der: bytes) -> bytes:
    header, size = sizes(der)
    return der[header + size :]


def sizes(der: bytes) -> tuple[int, int]:
    """Octets of tag and length, and of the value."""
    if der[1] < 0x80:
        return 2, der[1]
    count = der[1] & 0x7F
    return 2 + count, int.from_bytes(der[2 : 2 + count], "big")


def fields(certificate: x509.Certificate) -> list[bytes]:
    return children(certificate.tbs_certificate_bytes)


def extensions(certificate: x509.Certificate) -> dict[str, str]:
    """By OID in hex: ``critical`` where it is, and the value in hex."""
    (sequence,) = children(fields(certificate)[EXTENSIONS])
    found = {}
    for each in children(sequence):
        oid, *critical, value = children(each)
        assert critical in ([], [b"\x01\x01\xff"])
        word = "critical " if critical else ""
        found[oid.hex()] = word + split(value)[1].hex()
    return found


V3, ECDSA_SHA256 = "a003020102", "300a06082a8648ce3d040302"
PRINTABLE_OU, PRINTABLE_CN = "310b3009060355040b1302", "0603550403" + "13"
P256_POINT = "3059301306072a8648ce3d020106082a8648ce3d030107034200" + "04"


def verify_common_fields(made: x509.Certificate) -> None:
    """Hold what every kind has alike: version, both algorithms, and an EC key."""
    found = fields(made)
    assert found[0].hex() == V3
    assert found[SIGNATURE].hex() == ECDSA_SHA256
    _, outer, signature = children(made.public_bytes(Encoding.DER))
    assert outer.hex() == ECDSA_SHA256
    # A BIT STRING without unused bits, around a SEQUENCE of two INTEGERs.
    kind, bits = split(signature)
    assert (kind, bits[0]) == (0x03, 0)
    assert [split(each)[0] for each in children(bits[1:])] == [0x02, 0x02]
    spki = found[SPKI].hex()
    assert spki.startswith(P256_POINT)
    # X and Y are 32 octets each.
    assert len(spki) == len(P256_POINT) + 2 * 64


KEY_USAGE, BASIC_CONSTRAINTS = "0603551d0f", "0603551d13"
POLICIES, SKI, AKI, SAN = "0603551d20", "0603551d0e", "0603551d23", "0603551d11"


@pytest.fixture(scope="module")
def observed(chain: Any) -> dict[str, x509.Certificate]:
    """The Issuing OCA with the names and days that were observed."""
    return {"root": chain.root, "issuing": chain.issuing}


def test_the_issuing_oca_is_as_observed(observed: dict[str, x509.Certificate]) -> None:
    found = fields(observed["issuing"])
    verify_common_fields(observed["issuing"])
    assert (found[SERIAL][:2].hex(), found[SERIAL][2] >> 7) == ("0210", 0)
    printable_cn = f"310b3009{PRINTABLE_CN}02"
    assert found[ISSUER].hex() == f"301a{PRINTABLE_OU}3030{printable_cn}5a41"
    assert found[SUBJECT].hex() == f"301a{PRINTABLE_OU}3037{printable_cn}5a31"
    assert found[VALIDITY] == b"\x30\x1e\x17\x0d151029000000Z\x17\x0d401028235959Z"
    told = extensions(observed["issuing"])
    assert told == {
        KEY_USAGE: "critical 03020106",
        BASIC_CONSTRAINTS: "critical 30060101ff020100",
        POLICIES: f"critical 3011300f{POLICY_OID}",
        SKI: told[SKI],
        AKI: "300a8008" + "49c0b56431563710",
    }
    assert (told[SKI][:5], len(told[SKI])) == ("04084", 20)


def test_the_published_keys_identifier_is_as_computed(
    observed: dict[str, x509.Certificate],
) -> None:
    assert extensions(observed["root"])[SKI] == "0408" + "49c0b56431563710"
    assert AKI not in extensions(observed["root"])


@pytest.mark.parametrize(("name", "role", "usage"), ORGANISATIONS)
def test_an_organisation_certificate_is_as_observed(
    name: str, role: str, usage: str
) -> None:
    made = golden(name).certificate
    found = fields(made)
    verify_common_fields(made)
    assert (found[SERIAL][:2].hex(), found[SERIAL][2] >> 7) == ("0210", 0)
    role_of_issuer, name_of_issuer = (each.hex() for each in children(found[ISSUER]))
    assert role_of_issuer == f"{PRINTABLE_OU}3037"
    assert name_of_issuer == f"31193017{PRINTABLE_CN}10" + b"smki-issuing-oca".hex()
    common_name, ou, uid = (each.hex() for each in children(found[SUBJECT]))
    assert common_name.endswith("0c" + f"{len(name):02x}" + name.encode().hex())
    assert ou == "310b3009060355040b0c02" + role.encode().hex()
    assert uid == UID_EUI
    assert found[VALIDITY] == b"\x30\x1e\x17\x0d260101000000Z\x17\x0d351231235959Z"
    told = extensions(made)
    assert told == {
        KEY_USAGE: f"critical {usage}",
        POLICIES: f"critical 3011300f{POLICY_OID}",
        SKI: told[SKI],
        AKI: told[AKI],
    }
    assert told[SKI] == "0408" + "49c0b56431563710"
    assert told[AKI][:8] == "300a8008"


def test_an_organisation_may_have_no_common_name() -> None:
    made = golden("smki-recovery-ds")
    values = {"unique-identifier": VALUES["unique-identifier"]}
    key = ec.derive_private_key(3, ec.SECP256R1())
    builder = prepare(replace(made.order, values=values), key.public_key())
    subject = fields(sign(builder, key, "ecdsa-with-sha256"))[SUBJECT].hex()
    assert subject == "3021" + "310b3009060355040b0c023031" + UID_EUI


@pytest.mark.parametrize(
    ("name", "usage"), [("smki-device-ds", "03020780"), ("smki-device-ka", "03020308")]
)
def test_a_device_certificate_is_as_observed(name: str, usage: str) -> None:
    made = golden(name).certificate
    found = fields(made)
    assert (found[SERIAL][:2].hex(), found[SERIAL][2] >> 7) == ("0210", 0)
    verify_common_fields(made)
    assert found[SUBJECT].hex() == "3000"
    (issuer,) = children(found[ISSUER])
    assert issuer.hex() == f"31193017{PRINTABLE_CN}10" + b"smki-issuing-dca".hex()
    assert found[VALIDITY] == b"\x30\x20\x17\x0d260101000000Z\x18\x0f99991231235959Z"
    told = extensions(made)
    assert told == {
        KEY_USAGE: f"critical {usage}",
        POLICIES: f"critical 3011300f{POLICY_OID}",
        SAN: "critical 3029a02706082b06010505070804a01b3019"
        "060d2a863a0001848fb90f01020201" + "0408" + VALUES["hardware-serial"],
        SKI: told[SKI],
        AKI: told[AKI],
    }
    assert told[SKI][:5] == "04084"
    assert told[AKI][:9] == "300a80084"


def test_the_root_carries_the_wrapped_contingency_key() -> None:
    # RFC 5934, appendix A: SEQUENCE { AlgorithmIdentifier, OCTET STRING }.
    told = extensions(golden("smki-root-oca-contingency").certificate)
    wrapped = VALUES["apex-wrapped-key"]
    assert told.pop("06082b06010505070114") == (
        "3037300b0609608648016503040105" + "0428" + wrapped
    )
    assert set(told) == set(extensions(golden("smki-root-oca").certificate))


def test_the_dca_has_a_subject_alternative_name() -> None:
    told = extensions(golden("smki-issuing-dca").certificate)
    name = VALUES["alternative-names"].removeprefix("dns:")
    assert told[SAN] == f"3011820f{name.encode().hex()}"


def test_a_root_of_fifty_years_ends_in_generalized_time() -> None:
    order = Order(
        load_builtin_profile("smki-root-oca"),
        {"common-name": "ZA"},
        None,
        date(2015, 10, 29),
        serial_number(bytes(16)),
    )
    key = ec.derive_private_key(3, ec.SECP256R1())
    made = sign(prepare(order, key.public_key()), key, "ecdsa-with-sha256")
    assert fields(made)[VALIDITY] == (
        b"\x30\x20\x17\x0d151029000000Z\x18\x0f20651028235959Z"
    )
