"""Certificates and requests in full, held against what openssl says of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import core, csr, keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type  # the only way to choose the encoding

from ceremony.errors import InputError
from ceremony.pki.describe import describe_certificate, describe_request
from ceremony.pki.describe_crl import describe_crl
from ceremony.pki.describe_name import describe_name
from ceremony.pki.file_kind import open_file
from ceremony.pki.inspection import inspect_file
from tests.fakes.outside_tool import run_tool
from tests.fakes.pki_files import device_request, full_certificate
from tests.unit.pki.certificates import changed, extension, more, put

APEX = "1.3.6.1.5.5.7.1.20"
CRL_POINTS = "2.5.29.31"
FRESHEST = "2.5.29.46"
# A point for the DNS name "a", whose reasons are bits that the library passes over:
# bit 0, which openssl calls unused, and bit 9, which RFC 5280 does not have.
UNUSED = "300d300ba005a00382016181020780"
UNKNOWN = "300e300ca005a0038201618103060040"


@pytest.fixture(scope="module")
def full() -> x509.Certificate:
    return full_certificate(rsa.generate_private_key(65537, 2048))


def openssl(tool: str, der: bytes, folder: Path) -> str:
    """What openssl says in full, in one line: it sets values apart by blanks."""
    (folder / "it.der").write_bytes(der)
    said = run_tool(
        ["openssl", tool, "-inform", "DER", "-in", "it.der", "-noout", "-text"], folder
    )
    return re.sub(r"\s+", "", said.stdout.decode())


def below(lines: tuple[str, ...], head: str) -> list[str]:
    """The indented lines under a line."""
    at = lines.index(head) + 1
    rest = lines[at:]
    end = next((n for n, line in enumerate(rest) if line[:1] != " "), len(rest))
    return [line.strip() for line in rest[:end]]


def test_every_extension_that_profiles_know_has_words(full: x509.Certificate) -> None:
    lines = describe_certificate(full)
    at = lines.index("Extension extendedKeyUsage (2.5.29.37), critical:")
    end = lines.index("Signature (rsassaPss (1.2.840.113549.1.1.10)):")
    assert lines[at:end] == (
        "Extension extendedKeyUsage (2.5.29.37), critical:",
        "    ocsp-signing (1.3.6.1.5.5.7.3.9)",
        "Extension subjectAltName (2.5.29.17), not critical:",
        "    DNS: a.example",
        "    email: a@a.example",
        "    URI: http://a.example/",
        "    directory name: (empty)",
        "    registered ID: 1.2.3.4",
        "    other name 1.2.3.5: 0500",
        "Extension nameConstraints (2.5.29.30), critical:",
        "    permitted DNS: a.example",
        "    excluded DNS: b.example",
        "Extension cRLDistributionPoints (2.5.29.31), not critical:",
        "    point 1, URI: http://a.example/c",
        "Extension authorityInfoAccess (1.3.6.1.5.5.7.1.1), not critical:",
        "    OCSP (1.3.6.1.5.5.7.48.1), URI: http://a.example/o",
        "    caIssuers (1.3.6.1.5.5.7.48.2), URI: http://a.example/i",
        "Extension ocsp-nocheck (1.3.6.1.5.5.7.48.1.5), not critical:",
        "    the certificate itself is not to be checked for revocation",
        "Extension wrappedApexContinKey (1.3.6.1.5.5.7.1.20), not critical:",
        "    wrapped by the algorithm 2.16.840.1.101.3.4.1.5",
        "    wrapped key, 3 octets:",
        "    aa:bb:cc",
    )
    assert (
        'Subject: C=GB, O="Made, up", x500UniqueIdentifier=90b3d51f30000000 (64 bits)'
        in lines
    )


def test_an_rsa_key_and_a_pss_signature_are_those_that_openssl_shows(
    full: x509.Certificate, tmp_path: Path
) -> None:
    lines = describe_certificate(full)
    shown = openssl("x509", full.public_bytes(Encoding.DER), tmp_path)
    key = below(lines, "Public key: rsaEncryption (1.2.840.113549.1.1.1), 2048 bits")
    assert key[:2] == ["exponent: 65537", "modulus:"]
    modulus = ":".join(key[2:])
    assert f"Public-Key:(2048bit)Modulus:{modulus}Exponent:65537" in shown
    algorithm = "Signature algorithm: rsassaPss (1.2.840.113549.1.1.10)"
    assert below(lines, algorithm) == [
        "digest: sha256",
        "mask: MGF1 with sha256",
        "salt: 32 octets",
    ]
    pss = "rsassaPssHashAlgorithm:sha256MaskAlgorithm:mgf1withsha256SaltLength:0x20"
    assert pss in shown
    signature = below(lines, "Signature (rsassaPss (1.2.840.113549.1.1.10)):")
    assert shown.endswith(":".join(signature))
    for value in ("DNS:a.example", "URI:http://a.example/o", "RegisteredID:1.2.3.4"):
        assert value in shown


@pytest.mark.parametrize(("digest", "salt"), [("sha256", 32), ("sha384", 20)])
def test_a_list_tells_a_pss_signature_in_a_certificates_words(
    digest: str, salt: int, tmp_path: Path
) -> None:
    hash_of = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}[digest]
    day = datetime(2030, 1, 2, tzinfo=UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A")])
    builder = x509.CertificateRevocationListBuilder(name, day, day + timedelta(days=1))
    crl = builder.sign(
        rsa.generate_private_key(65537, 2048),
        hash_of,
        rsa_padding=padding.PSS(padding.MGF1(hash_of), salt),
    )
    shown = openssl("crl", crl.public_bytes(Encoding.DER), tmp_path)
    lines = describe_crl(crl)
    assert below(lines, "Signature algorithm: rsassaPss (1.2.840.113549.1.1.10)") == [
        f"digest: {digest}",
        f"mask: MGF1 with {digest}",
        f"salt: {salt} octets",
    ]
    assert (
        f"rsassaPssHashAlgorithm:{digest}MaskAlgorithm:mgf1with{digest}"
        f"SaltLength:0x{salt:02X}"
    ) in shown


def test_a_request_is_described_in_full_as_openssl_shows_it(tmp_path: Path) -> None:
    request = device_request()
    lines = describe_request(request)
    shown = openssl("req", request.public_bytes(Encoding.DER), tmp_path)
    assert lines[:4] == (
        "Certification request",
        "Version: 1",
        'Subject: CN="Zo\\xeb, CN=\\"x\\"\\nSubject: CN=root"',
        "Public key: id-ecPublicKey (1.2.840.10045.2.1), curve secp256r1, 256 bits",
    )
    point = ":".join(below(lines, lines[3]))
    assert f"pub:{point}ASN1OID:prime256v1" in shown
    # The serial is a hardware module name: SEQUENCE { 1.2.3.4.5, 5 octets }.
    assert below(
        lines, "Requested extension subjectAltName (2.5.29.17), critical:"
    ) == ["hardware module name: type 1.2.3.4.5, serial 0102030405"]
    usage = "Requested extension extendedKeyUsage (2.5.29.37), not critical:"
    assert below(lines, usage) == ["client-auth (1.3.6.1.5.5.7.3.2)"]
    assert "TLSWebClientAuthentication" in shown
    challenge = below(lines, "Attribute challengePassword (1.2.840.113549.1.9.7):")
    assert bytes.fromhex(challenge[0].replace(":", "")).endswith(b"challenge")
    signature = ":".join(
        below(lines, "Signature (ecdsa-with-SHA256 (1.2.840.10045.4.3.2)):")
    )
    assert f"SignatureValue:{signature}" in shown


def test_no_value_of_a_request_can_forge_a_line() -> None:
    lines = describe_request(device_request())
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert max(map(len, lines)) <= 76
    assert sum(line.startswith("Subject:") for line in lines) == 1


def test_a_request_without_attributes_is_described() -> None:
    request = _changed_request([])
    lines = describe_request(request)
    assert not [line for line in lines if line.startswith(("Requested", "Attribute"))]


def _changed_request(attributes: list[object]) -> x509.CertificateSigningRequest:
    raw = csr.CertificationRequest.load(device_request().public_bytes(Encoding.DER))
    raw["certification_request_info"]["attributes"] = csr.CRIAttributes(attributes)
    return x509.load_der_x509_csr(raw.dump(force=True))


def test_a_request_that_asks_for_extensions_twice_cannot_be_described() -> None:
    raw = csr.CertificationRequest.load(device_request().public_bytes(Encoding.DER))
    (asked, *_) = [
        each
        for each in raw["certification_request_info"]["attributes"]
        if each["type"].dotted == "1.2.840.113549.1.9.14"
    ]
    with pytest.raises(InputError) as caught:
        describe_request(_changed_request([asked, asked.copy()]))
    assert caught.value.code == "PKI-REQUEST-05"


def test_a_request_with_an_extension_that_cannot_be_read_is_named() -> None:
    der = device_request().public_bytes(Encoding.DER)
    # The purposes become a SET, where a SEQUENCE has to be.
    right, wrong = bytes.fromhex("300a06082b06"), bytes.fromhex("310a06082b06")
    assert der.count(right) == 1
    with pytest.raises(InputError) as caught:
        describe_request(x509.load_der_x509_csr(der.replace(right, wrong)))
    assert caught.value.code == "PKI-REQUEST-05"


@pytest.mark.parametrize(
    ("oid", "value", "told"),
    [
        pytest.param(
            APEX,
            "3014300d060960864801650304010505000403aabbcc",
            "30:14:30:0d:06:09:60:86:48:01:65:03:04:01:05:05",
            id="parameters_of_the_wrapping_algorithm",
        ),
        pytest.param(APEX, "0500", "05:00", id="an_apex_key_that_is_none"),
        pytest.param("2.5.29.17", "3000", "30:00", id="a_list_that_holds_nothing"),
        *(
            pytest.param(oid, der, bytes.fromhex(der).hex(":"), id=f"{oid}_{name}")
            for oid in (CRL_POINTS, FRESHEST)
            for name, der in (("unused_reason", UNUSED), ("unknown_reason", UNKNOWN))
        ),
    ],
)
def test_what_the_words_would_leave_out_is_given_in_hexadecimal(
    full: x509.Certificate, oid: str, value: str, told: str
) -> None:
    there = any(each.oid.dotted_string == oid for each in full.extensions)
    change = extension(oid, value, critical=False) if there else more(oid, value)
    made = changed(full, change)
    (head,) = [line for line in describe_certificate(made) if f"({oid})" in line]
    assert below(describe_certificate(made), head)[0] == told


def test_names_that_share_a_relative_name_are_told_by_a_plus(
    full: x509.Certificate,
) -> None:
    pair = x509.RelativeDistinguishedName(
        [
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "a+b"),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "c"),
        ]
    )
    subject = core.Sequence.load(x509.Name([pair]).public_bytes())
    made = changed(full, put("subject", asn1.Name.load(subject.dump())))
    (line,) = [
        line for line in describe_certificate(made) if line.startswith("Subject:")
    ]
    assert sorted(line.removeprefix("Subject: ").split(" + ")) == ['CN="a+b"', "O=c"]


def test_a_key_on_an_unknown_curve_is_given_in_hexadecimal(
    full: x509.Certificate,
) -> None:
    # SEC 2, section 2.2.1: secp112r1, which no library here knows; the point is none.
    spki = bytes.fromhex("3016301006072a8648ce3d020106052b8104000603020004")
    made = changed(full, put("subject_public_key_info", keys.PublicKeyInfo.load(spki)))
    lines = describe_certificate(made)
    assert below(lines, "Public key: id-ecPublicKey (1.2.840.10045.2.1)") == [
        "parameters:",
        "06:05:2b:81:04:00:06",
        "04",
    ]


def test_parameters_of_a_signature_that_are_not_known_are_given_in_hexadecimal(
    full: x509.Certificate,
) -> None:
    der = full.public_bytes(Encoding.DER)
    # MGF1, 1.2.840.113549.1.1.8, becomes 1.2.840.113549.1.1.7.
    mask = bytes.fromhex("06092a864886f70d010108")
    made = x509.load_der_x509_certificate(der.replace(mask, mask[:-1] + b"\7"))
    told = below(
        describe_certificate(made),
        "Signature algorithm: rsassaPss (1.2.840.113549.1.1.10)",
    )
    assert told[0].startswith("30:41:06:09:2a:86:48:86:f7:0d:01:01:0a")


def test_bits_that_do_not_fill_their_octets_are_told_with_what_counts_them() -> None:
    bits = x509.NameAttribute(
        x509.ObjectIdentifier("2.5.4.45"), b"\4\xf0", _type=_ASN1Type.BitString
    )
    assert describe_name(x509.Name([bits])) == "x500UniqueIdentifier=04f0"


def test_a_request_whose_key_is_on_an_unknown_curve_is_not_believed() -> None:
    der = device_request().public_bytes(Encoding.DER)
    # prime256v1 becomes prime192v2 (ANSI X9.62), which no library here knows.
    curve = bytes.fromhex("06082a8648ce3d030107")
    opened = open_file(der.replace(curve, curve[:-1] + b"\2"), "it")
    looked = inspect_file(opened, ())
    assert not looked.is_sound
    assert looked.signature == (
        "The request is NOT shown to be signed with the key that it names.",
    )
