"""The SMKI's rules about requests: one that keeps each, one that breaks just it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.extension import key_usage
from ceremony.pki.fact import (
    AlternativeName,
    Attribute,
    KeyAlgorithm,
    KeyUse,
    RequestExtension,
    SignatureAlgorithm,
    StringType,
)
from ceremony.pki.finding import is_smki
from ceremony.pki.naming import subject_name
from ceremony.pki.profile import CertificateProfile, NamePart, RequestForm
from ceremony.pki.request_file import Imported
from ceremony.pki.request_form import request_signature
from ceremony.pki.request_judgement import judge_request
from ceremony.pki.request_lint import report_on_request, rules_for_request
from ceremony.pki.request_smki import SMKI_REQUEST_RULES
from tests.fakes.made_requests import (
    DEVICE,
    EUI,
    KEY,
    ORGANISATION,
    device_csr,
    organisation_request,
)

ISSUING: Final = load_builtin_profile("smki-issuing-oca")
CLIENT: Final = load_builtin_profile("smki-iki-client")
P384: Final = ec.derive_private_key(3, ec.SECP384R1())
RSA_3072: Final = rsa.generate_private_key(65537, 3072)
RSA_2048: Final = rsa.generate_private_key(65537, 2048)
SHA384: Final = SignatureAlgorithm.ECDSA_SHA384
BOTH: Final = (KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT)


def made(
    profile: CertificateProfile,
    values: dict[str, str],
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = KEY,
    extra: tuple[tuple[x509.ExtensionType, bool], ...] = (),
) -> bytes:
    """Make a request that its profile, whatever that says, has no fault to find in."""
    builder = x509.CertificateSigningRequestBuilder(subject_name(profile, values))
    if not profile.is_ca:
        builder = builder.add_extension(key_usage(profile.key_usage), critical=True)
    for each, critical in extra:
        builder = builder.add_extension(each, critical)
    digests = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}
    digest = digests[request_signature(profile).value.rpartition("-")[2]]
    return builder.sign(key, digest).public_bytes(Encoding.DER)


def without_form(profile: CertificateProfile, **changes: object) -> CertificateProfile:
    """Let a profile say something else, and of its request only what follows."""
    return replace(profile, request=None, **changes)  # type: ignore[arg-type]  # any fact


PARTY: Final = {"remote-party-role": "02", "unique-identifier": EUI}
PERSON: Final = {
    "organization": "Example Ltd",
    "organizational-unit": "02",
    "common-name": "it",
}
NAMED: Final = (NamePart(Attribute.COMMON_NAME, StringType.UTF8),)
OCA: Final = (
    NamePart(Attribute.REMOTE_PARTY_ROLE, StringType.PRINTABLE, "02"),
    NamePart(Attribute.COMMON_NAME, StringType.PRINTABLE),
)
SAN: Final = x509.SubjectAlternativeName([x509.DNSName("a.example")])


def broken() -> dict[str, tuple[CertificateProfile, bytes]]:
    """By rule, a profile that lets a request break it, and such a request."""
    hardware = device_csr()
    honest = x509.load_der_x509_csr(hardware).extensions
    module = honest.get_extension_for_class(x509.SubjectAlternativeName).value
    p384 = without_form(ISSUING, key=KeyAlgorithm.EC_P384, signature=SHA384)
    rsa_3072 = without_form(CLIENT, key=KeyAlgorithm.RSA_3072)
    named = without_form(DEVICE, subject=NAMED)
    nameless = without_form(ORGANISATION, subject=ORGANISATION.subject[1:2])
    both = without_form(ORGANISATION, key_usage=BOTH)
    agreeing = without_form(CLIENT, key_usage=(KeyUse.KEY_AGREEMENT,))
    given = without_form(DEVICE, alternative_name=AlternativeName.GIVEN)
    form = RequestForm((RequestExtension.KEY_USAGE,), SHA384, ())
    other = replace(ORGANISATION, request=form)
    oca = without_form(ISSUING, subject=OCA)
    role = {"remote-party-role": "02"}
    return {
        "SMKI-KEY-01": (p384, made(p384, {"common-name": "Z1"}, P384)),
        "SMKI-KEY-02": (rsa_3072, made(rsa_3072, PERSON, RSA_3072)),
        "SMKI-NAME-01": (
            named,
            made(named, {"common-name": "it"}, extra=((module, True),)),
        ),
        "SMKI-NAME-02": (nameless, made(nameless, role)),
        "SMKI-ROLE-01": (
            ORGANISATION,
            made(ORGANISATION, PARTY | {"remote-party-role": "00"}),
        ),
        "SMKI-ROLE-02": (
            ORGANISATION,
            made(ORGANISATION, PARTY | {"remote-party-role": "55"}),
        ),
        "SMKI-ROLE-03": (oca, made(oca, {"common-name": "Z1"})),
        "SMKI-KU-01": (both, made(both, PARTY)),
        "SMKI-KU-04": (agreeing, made(agreeing, PERSON, RSA_2048)),
        "SMKI-SAN-01": (given, made(given, {}, extra=((SAN, True),))),
        "SMKI-CSR-01": (other, made(other, PARTY)),
    }


BROKEN: Final = broken()


def refused(der: bytes, profile: CertificateProfile) -> list[str]:
    judgement = judge_request(Imported("it", 1, der), profile)
    assert judgement.is_good is not bool(judgement.findings)
    return [each.rule for each in judgement.findings]


def test_every_rule_of_the_smki_about_requests_has_one_that_breaks_it() -> None:
    assert set(BROKEN) == {rule.id for rule in SMKI_REQUEST_RULES}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_request_that_its_profile_lets_pass_is_refused_by_the_rule_alone(
    rule: str,
) -> None:
    profile, der = BROKEN[rule]
    assert refused(der, profile) == [rule]
    assert refused(der, replace(profile, lineage=())) == []
    found = report_on_request(der, profile).findings
    assert [each.rule for each in found if is_smki(each.rule)] == [rule]


@pytest.mark.parametrize("code", ["00", "07"])
def test_a_request_in_a_cas_role_is_refused_when_it_is_imported(code: str) -> None:
    der = made(ORGANISATION, PARTY | {"remote-party-role": code})
    assert refused(der, ORGANISATION) == ["SMKI-ROLE-01"]


@pytest.mark.parametrize("code", ["01", "02", "08", "7f", "87", "89"])
def test_a_request_in_a_known_role_is_good(code: str) -> None:
    der = made(ORGANISATION, PARTY | {"remote-party-role": code})
    assert refused(der, ORGANISATION) == []


def test_requests_as_the_profiles_have_them_keep_every_rule_that_is_asked() -> None:
    honest = [
        (ORGANISATION, organisation_request()),
        (DEVICE, device_csr()),
        (ISSUING, made(ISSUING, {"common-name": "Z1"})),
        (CLIENT, made(CLIENT, PERSON, RSA_2048)),
    ]
    asked = set()
    for profile, der in honest:
        assert refused(der, profile) == []
        asked |= {rule.id for rule in rules_for_request(profile)}
    assert {rule.id for rule in SMKI_REQUEST_RULES} <= asked


def test_what_its_profile_finds_is_not_found_again_by_the_smkis_own_rules() -> None:
    _, der = BROKEN["SMKI-CSR-01"]
    assert refused(der, ORGANISATION) == ["PKI-REQUEST-03"]
