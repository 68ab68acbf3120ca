"""What a request may not bring: another value than the script states, or a password."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AttributeOID

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.extension import key_usage
from ceremony.pki.fact import SignatureAlgorithm
from ceremony.pki.naming import subject_name
from ceremony.pki.request_file import Imported
from ceremony.pki.request_judgement import RequestJudgement
from ceremony.pki.request_path import Answer, SingleAnswer
from ceremony.pki.request_set import judge_requests
from ceremony.script.waiver import Waiver
from tests.fakes.golden import golden
from tests.fakes.made_requests import (
    EUI,
    ORGANISATION,
    device_csr,
    organisation_values,
    plain_request,
)
from tests.fakes.made_up_site import SoftwareKey

PROFILE = load_builtin_profile("smki-device-ds")
DAY = date(2026, 11, 26)
SECRET = b"enrol-secret-42"


def judged(der: bytes, **given: str) -> RequestJudgement:
    made = golden("smki-device-ds")
    assert made.issuer is not None
    assert made.issuer.issuer is not None
    above = (made.issuer.certificate, made.issuer.issuer.certificate)
    stated = {name.replace("_", "-"): value for name, value in given.items()}
    answer = Answer(PROFILE, stated, above, DAY)
    asked = [Imported("device.csr", 1, der)]
    (found,) = judge_requests(asked, PROFILE, answer=answer)
    return found


def test_a_value_that_the_script_states_is_asked_for_by_nobody_otherwise() -> None:
    der = device_csr(SoftwareKey("d1"))
    plain = judged(der)
    assert plain.is_good
    serial = plain.values["hardware-serial"]
    assert judged(der, hardware_serial=serial).is_good
    other = judged(der, hardware_serial="00db123456789000")
    (finding,) = other.findings
    assert finding.rule == "PKI-CSR-32"
    assert f"hardware-serial {serial}, and the script states 00db" in finding.message


def judged_alone(
    der: bytes,
    given: Mapping[str, str],
    name: str = "smki-device-ds",
    *,
    day: date = DAY,
    waivers: tuple[Waiver, ...] = (),
) -> list[str]:
    """Give what is found of one request, answered by itself under its CAs."""
    profile, made, above = load_builtin_profile(name), golden(name).issuer, []
    while made is not None:
        above.append(made.certificate)
        made = made.issuer
    answer = SingleAnswer(profile, given, above, day, waivers)
    asked = [Imported("one.csr", 1, der)]
    (found,) = judge_requests(asked, profile, answer=answer)
    return [f"{each.rule} {each.message}" for each in found.findings]


def test_one_request_asks_for_the_very_values_that_the_script_states() -> None:
    der = device_csr(SoftwareKey("d1"))
    assert judged_alone(der, {"hardware-serial": EUI}) == []
    for given, told in (
        ({"hardware-serial": "00db123456789000"}, "states 00db123456789000."),
        ({}, "states none."),
    ):
        (finding,) = judged_alone(der, given)
        assert finding.startswith("PKI-CSR-33 A request that is answered by itself")
        assert f"it asks for hardware-serial {EUI}, and the script {told}" in finding


def test_one_request_asks_for_the_very_name_that_the_script_states() -> None:
    stated = organisation_values()
    without = {name: text for name, text in stated.items() if name != "common-name"}
    builder = x509.CertificateSigningRequestBuilder(subject_name(ORGANISATION, without))
    builder = builder.add_extension(key_usage(ORGANISATION.key_usage), critical=True)
    signed = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    der = signed.public_bytes(Encoding.DER)
    assert judged_alone(der, without, ORGANISATION.name) == []
    (finding,) = judged_alone(der, stated, ORGANISATION.name)
    assert finding.startswith("PKI-CSR-33 ")
    asked, told = finding.split(", and the script states ")
    assert "CN=" not in asked
    assert "CN=GITTESTSUPPLIER" in told


def test_the_certificate_of_one_request_has_a_path_and_passes_the_lint() -> None:
    name = "issuing-ca-ec-p384"
    given = {
        "common-name": "Made up",
        "organization": "Example",
        "country": "GB",
        "crl-urls": "http://crl/issuer.crl",
    }
    key = ec.generate_private_key(ec.SECP384R1())
    subject = subject_name(load_builtin_profile(name), given)
    der = plain_request(subject, key, SignatureAlgorithm.ECDSA_SHA384)
    (lint,) = judged_alone(der, given, name)
    assert lint.startswith("PKI-CSR-31 ")
    assert "pkix.invalid_uri_syntax" in lint
    waiver = Waiver(
        "pkix.invalid_uri_syntax", "it", "A.", "No domain.", "4.2", date.max
    )
    assert judged_alone(der, given, name, waivers=(waiver,)) == []
    (path,) = judged_alone(der, given, name, day=date(2090, 1, 1))
    assert path.startswith("PKI-PATH-03 ")


def test_a_request_with_a_password_is_told_by_its_findings_alone() -> None:
    good = x509.load_der_x509_csr(device_csr(SoftwareKey("d1")))
    builder = x509.CertificateSigningRequestBuilder().subject_name(good.subject)
    for each in good.extensions:
        builder = builder.add_extension(each.value, each.critical)
    builder = builder.add_attribute(AttributeOID.CHALLENGE_PASSWORD, SECRET)
    signed = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    found = judged(signed.public_bytes(Encoding.DER))
    assert [each.rule for each in found.findings] == ["PKI-CSR-04"]
    # What has no digest of a key is not kept, and so is in no pack.
    assert (found.key_digest, found.request_digest, found.subject) == ("", "", "")
    assert SECRET.decode() not in repr(found)
