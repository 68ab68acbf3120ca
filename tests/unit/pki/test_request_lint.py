"""Each lint rule about requests that are made here, failed and kept."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from asn1crypto import csr
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import InputError
from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.extension import key_usage
from ceremony.pki.fact import KeyAlgorithm, RequestExtension
from ceremony.pki.finding import Severity, is_smki
from ceremony.pki.profile import CertificateProfile, RequestForm
from ceremony.pki.request_lint import (
    REQUEST_RULES,
    report_on_request,
    rules_for_request,
)
from ceremony.pki.trial import try_request
from tests.fakes.made_requests import (
    DEVICE,
    EUI,
    KEY,
    ORGANISATION,
    device_csr,
    organisation_request,
    patched,
    plain_request,
    resigned,
)

RULES = [rule.id for rule in REQUEST_RULES]


def found(der: bytes, profile: CertificateProfile = ORGANISATION) -> list[str]:
    report = report_on_request(der, profile)
    assert report.rule_count == len(rules_for_request(profile))
    assert {each.severity for each in report.findings} <= {Severity.ERROR}
    # What the SMKI's own rules find besides is test_request_smki.py's.
    return [each.rule for each in report.findings if not is_smki(each.rule)]


def test_requests_as_smkis_interface_has_them_have_no_finding() -> None:
    """They are by the library's own builder, from SEC Appendix M alone."""
    assert report_on_request(organisation_request(), ORGANISATION).findings == ()
    assert report_on_request(device_csr(), DEVICE).findings == ()


@pytest.mark.parametrize("name", builtin_profiles())
def test_what_a_profile_that_ships_asks_for_has_no_finding(name: str) -> None:
    report = try_request(load_builtin_profile(name))
    assert (report.findings, report.tbs_digest) == ((), None)


def test_the_report_names_the_bytes_that_are_signed_and_not_the_signature() -> None:
    der = organisation_request()
    request = x509.load_der_x509_csr(der)
    report = report_on_request(der, ORGANISATION)
    digest = hashlib.sha256(request.tbs_certrequest_bytes).hexdigest()
    assert report.tbs_digest == digest
    assert report_on_request(der[:-1] + bytes([der[-1] ^ 1]), ORGANISATION) == report


def test_another_signature_algorithm_is_found() -> None:
    """The key fits, and so would the digest: the profile has another one."""
    builder = x509.CertificateSigningRequestBuilder(
        x509.load_der_x509_csr(organisation_request()).subject
    ).add_extension(key_usage(ORGANISATION.key_usage), critical=True)
    der = builder.sign(KEY, hashes.SHA384()).public_bytes(Encoding.DER)
    assert found(der) == ["PKI-REQ-01"]


def test_an_extension_that_the_profile_has_not_for_requests_is_found() -> None:
    """An import would take it: the certificate holds it, too."""
    usage = (RequestExtension.KEY_USAGE,)
    form = RequestForm((), None, ())
    assert found(organisation_request(), replace(ORGANISATION, request=form)) == [
        "PKI-REQ-02"
    ]
    assert found(organisation_request(), replace(ORGANISATION, request=None)) == [
        "PKI-REQ-02"
    ]
    form = RequestForm((*usage, RequestExtension.POLICIES), None, ())
    report = report_on_request(
        organisation_request(), replace(ORGANISATION, request=form)
    )
    (finding,) = report.findings
    assert finding.rule == "PKI-REQ-02"
    assert finding.message.endswith("it asks for keyUsage (2.5.29.15).")


def test_extensions_in_another_order_are_found() -> None:
    form = RequestForm(
        (RequestExtension.SUBJECT_ALTERNATIVE_NAME, RequestExtension.KEY_USAGE),
        None,
        (),
    )
    assert found(device_csr(), replace(DEVICE, request=form)) == ["PKI-REQ-02"]


def test_a_request_without_the_field_of_attributes_is_found() -> None:
    profile = load_builtin_profile("smki-issuing-oca")
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, "07"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "Z1"),
        ]
    )
    der = resigned(
        plain_request(name, KEY), lambda info: info.__delitem__("attributes")
    )
    assert b"\xa0\x00" not in der
    assert "PKI-REQ-03" in found(der, profile)


def test_what_is_signed_and_is_not_der_is_found() -> None:
    """The one truth value of the request is 01 and not FF."""
    usage = "0603551d0f0101"
    der = patched(organisation_request(), f"{usage}ff", f"{usage}01")
    assert found(der) == ["PKI-REQ-04"]


@pytest.mark.parametrize(
    ("der", "profile", "rules"),
    [
        # An import's own rules, on requests that are wrong in one respect.
        (device_csr(serial=EUI[:-1] + "2"), DEVICE, []),
        (
            plain_request(x509.Name([]), KEY),
            DEVICE,
            ["PKI-CSR-05", "PKI-REQ-02"],
        ),
        (
            organisation_request(ec.derive_private_key(5, ec.SECP256K1())),
            ORGANISATION,
            ["PKI-CURVE-01"],
        ),
        (
            organisation_request(),
            replace(ORGANISATION, key=KeyAlgorithm.EC_P384, request=None),
            ["PKI-CURVE-01", "PKI-REQ-01", "PKI-REQ-02"],
        ),
    ],
)
def test_the_rules_of_an_import_are_asked_too(
    der: bytes, profile: CertificateProfile, rules: list[str]
) -> None:
    assert found(der, profile) == rules


def test_what_cannot_be_taken_apart_has_no_report() -> None:
    der = organisation_request()
    with pytest.raises(InputError) as caught:
        report_on_request(der[:-1], ORGANISATION)
    assert caught.value.code == "PKI-REQUEST-05"
    assert csr.CertificationRequest.load(der)["signature"].native
