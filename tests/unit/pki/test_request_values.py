"""What a request may not bring: another value than the script states, or a password."""

from __future__ import annotations

from datetime import date

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AttributeOID

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.request_file import Imported
from ceremony.pki.request_judgement import RequestJudgement
from ceremony.pki.request_path import Answer
from ceremony.pki.request_set import judge_requests
from tests.fakes.golden import golden
from tests.fakes.made_requests import device_csr
from tests.fakes.made_up_site import SoftwareKey

PROFILE = load_builtin_profile("smki-device-ds")
SECRET = b"enrol-secret-42"


def judged(der: bytes, **given: str) -> RequestJudgement:
    made = golden("smki-device-ds")
    assert made.issuer is not None
    assert made.issuer.issuer is not None
    above = (made.issuer.certificate, made.issuer.issuer.certificate)
    stated = {name.replace("_", "-"): value for name, value in given.items()}
    answer = Answer(PROFILE, stated, above, date(2026, 11, 26))
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
