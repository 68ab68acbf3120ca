"""Names that a request asks for and no certificate may hold are told as names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.der import encode_hardware_module_name
from ceremony.pki.extension import key_usage
from ceremony.pki.fact import AlternativeName
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_file import Imported
from ceremony.pki.request_judgement import judge_request
from tests.fakes.made_requests import DEVICE, KEY

GIVEN = replace(
    DEVICE, alternative_name=AlternativeName.GIVEN, hardware_type="", lineage=()
)
OTHERS = "and only dNSName, rfc822Name and uniformResourceIdentifier in ASCII may"
ID = x509.RegisteredID(x509.ObjectIdentifier("1.2.3"))


def module(der: bytes) -> x509.OtherName:
    """A name of the type of RFC 4108, section 5."""
    return x509.OtherName(x509.ObjectIdentifier("1.3.6.1.5.5.7.8.4"), der)


def asking(names: list[x509.GeneralName]) -> bytes:
    """A device's request for these names: DER."""
    return (
        x509.CertificateSigningRequestBuilder(x509.Name([]))
        .add_extension(key_usage(DEVICE.key_usage), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=True)
        .sign(KEY, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


@pytest.mark.parametrize(
    ("profile", "names", "told"),
    [
        (
            GIVEN,
            [x509.DNSName("a.example"), x509.DNSName("S1.a.example")],
            "holds 'dns:S1.a.example', which has capital letters, and a name is",
        ),
        (
            GIVEN,
            [x509.DNSName("a.example b")],
            "holds 'dns:a.example b', which has ' ', and a host has letters, digits,",
        ),
        (
            GIVEN,
            [x509.DNSName("*.a.example"), x509.DNSName("a_b.a.example")],
            "holds 'dns:a_b.a.example', which has an underscore, and a host has",
        ),
        (
            GIVEN,
            [x509.DNSName("a.example"), ID],
            f"holds dNSName, registeredID, {OTHERS} stand there.",
        ),
        (GIVEN, [], f"holds no names that can be read, {OTHERS} stand there."),
        (
            DEVICE,
            [x509.DNSName("a.example")],
            "holds dNSName, and not one hardware module name.",
        ),
        (
            DEVICE,
            [module(encode_hardware_module_name("1.2.3", bytes(6)))],
            "holds a hardware module name whose serial number has 6 octets, and not",
        ),
        (
            DEVICE,
            [module(b"\5\0")],
            "holds a hardware module name that cannot be read.",
        ),
    ],
)
def test_what_is_wrong_with_a_name_is_told_and_no_octets_of_it(
    profile: CertificateProfile, names: list[x509.GeneralName], told: str
) -> None:
    (finding,) = judge_request(Imported("it", 1, asking(names)), profile).findings
    assert finding.rule == "PKI-CSR-03"
    assert f"; subjectAltName (2.5.29.17) {told}" in finding.message
