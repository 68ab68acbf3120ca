"""Profiles in words, and tried out: what can never be met is found without a key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.errors import InputError
from ceremony.pki.builtin import (
    builtin_profiles,
    builtin_text,
    load_builtin_profile,
)
from ceremony.pki.fact import (
    AlternativeName,
    Attribute,
    KeyAlgorithm,
    SignatureAlgorithm,
    StringType,
)
from ceremony.pki.profile import CertificateProfile, NamePart, Validity
from ceremony.pki.profile_file import decode_environments, decode_profile
from ceremony.pki.profile_words import (
    describe_fact,
    describe_issuer,
    describe_open_values,
    facts_in_order,
)
from ceremony.pki.script_profile import profiles_above
from ceremony.pki.trial import MADE_UP, stand_in_issuer, try_profile
from ceremony.script.decode import decode_script
from tests.fakes.key_acts import SCRIPT_FILE
from tests.fakes.profile_texts import DEVICE, EVERYTHING

ROOT = load_builtin_profile("smki-root-oca")
SUB = load_builtin_profile("smki-issuing-oca")
SCRIPT = decode_script(SCRIPT_FILE.read_bytes(), SCRIPT_FILE.name)
"""A script without profiles of its own."""


def everything() -> CertificateProfile:
    return decode_profile(EVERYTHING, "everything.yaml")


def device() -> CertificateProfile:
    return decode_profile(DEVICE, "device.yaml", environment="pilot")


def found(profile: CertificateProfile, *above: CertificateProfile) -> set[str]:
    trials = try_profile(profile, above)
    return {each.rule for trial in trials for each in trial.report.findings}


def test_profiles_that_can_be_met_are_found_sound() -> None:
    assert found(ROOT) == found(SUB, ROOT) == set()
    assert found(everything()) == found(device(), everything()) == set()


def test_what_an_order_may_leave_out_is_left_out_once() -> None:
    assert [each.given for each in try_profile(SUB, (ROOT,))] == ["all values"]
    assert [each.given for each in try_profile(everything(), ())] == [
        "all values",
        "the required values",
    ]


@pytest.mark.parametrize(
    ("sub", "root", "rule"),
    [
        pytest.param(
            SUB, replace(ROOT, path_length=0), "PKI-ISSUER-01", id="a_ca_too_deep"
        ),
        pytest.param(
            replace(SUB, validity=Validity(years=60)),
            ROOT,
            "PKI-VALIDITY-02",
            id="a_longer_life_than_the_issuers",
        ),
    ],
)
def test_what_the_issuer_does_not_allow_is_found(
    sub: CertificateProfile, root: CertificateProfile, rule: str
) -> None:
    assert found(sub, root) == {rule}


@pytest.mark.parametrize(
    ("profile", "above"),
    [
        (replace(ROOT, signature=SignatureAlgorithm.RSA_SHA256), ()),
        (replace(ROOT, key=KeyAlgorithm.ED25519), ()),
        (SUB, (replace(ROOT, key=KeyAlgorithm.RSA_2048),)),
    ],
)
def test_a_signature_that_the_key_cannot_make_is_found(
    profile: CertificateProfile, above: tuple[CertificateProfile, ...]
) -> None:
    with pytest.raises(InputError) as caught:
        try_profile(profile, above)
    assert caught.value.code == "PKI-PROFILE-12"


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        pytest.param(
            replace(
                ROOT,
                subject=(NamePart(Attribute.COUNTRY, StringType.PRINTABLE, "uk"),),
            ),
            "PKI-ORDER-01",
            id="a_country_in_small_letters",
        ),
    ],
)
def test_a_profile_that_no_order_can_fill_is_found(
    profile: CertificateProfile, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        try_profile(profile, ())
    assert caught.value.code == code


def test_there_is_a_made_up_value_for_everything_that_an_order_may_give() -> None:
    named = set(describe_open_values(everything())) | set(
        describe_open_values(device())
    )
    assert named | set(Attribute) == set(MADE_UP)


@pytest.mark.parametrize("name", builtin_profiles())
def test_every_fact_that_ships_has_words(name: str) -> None:
    text = builtin_text(name)
    there = decode_environments(text, name) or ("test",)
    for environment in there:
        profile = decode_profile(text, name, environment=environment)
        for fact in profile.facts:
            assert all(describe_fact(profile, fact))
        assert describe_open_values(profile) is not None


def test_every_fact_of_a_profile_is_said_in_words() -> None:
    profile = everything()
    told = {fact.name: describe_fact(profile, fact) for fact in facts_in_order(profile)}
    assert told == {
        "subject": (
            'country: always "GB", as PrintableString',
            "organization: given by the order, as UTF8String",
            "organizational-unit: may be given, as UTF8String",
            "unique-identifier: given by the order, as BitString",
        ),
        "key": ("rsa-2048",),
        "signature": ("rsa-pss-sha256",),
        "validity": ("90 days",),
        "serial-octets": ("20 octets, positive",),
        "path-length": ("a CA; CA certificates that may follow below: 2",),
        "key-usage": ("key-cert-sign, crl-sign; critical",),
        "key-identifier": ("method 1: SHA-1 of the key's bits, 20 octets",),
        "extended-key-usage": ("ocsp-signing (1.3.6.1.5.5.7.3.9)", "critical"),
        "policies": ("1.2.3.4", "not critical"),
        "subject-alternative-name": ("the names that the order gives", "not critical"),
        "apex-contingency-key": ("there where the order gives one; not critical",),
        "crl-distribution-points": (
            "there in each certificate, from the order; not critical",
        ),
        "ocsp-responders": ("there where the order gives one; not critical",),
        "issuer-certificates": (
            "there in each certificate, from the order; not critical",
        ),
        "permitted-names": ("dns:made-up.example", "critical"),
        "ocsp-no-check": ("there; not critical",),
    }
    assert list(told)[:2] == ["subject", "key"]


def test_the_facts_of_a_device_are_said_in_words() -> None:
    profile = device()
    told = {fact.name: describe_fact(profile, fact) for fact in profile.facts}
    assert told["subject"] == ("empty",)
    assert told["path-length"] == ("not a CA: basicConstraints is not there",)
    assert told["validity"] == ("no end",)
    assert told["subject-alternative-name"] == (
        "one hardware module name with the device's identifier",
        "critical",
    )
    assert told["policies"] == ("1.2.3.5", "critical", "hardware type 1.2.3.6")
    assert describe_open_values(profile) == {
        "hardware-serial": (True, "the device's EUI-64: 16 hexadecimal digits")
    }
    assert profile.alternative_name is AlternativeName.HARDWARE_MODULE_NAME


def test_who_signs_and_how_deep_is_said_in_words() -> None:
    assert (describe_issuer(ROOT), describe_issuer(SUB)) == (
        "its own key",
        "smki-root-oca",
    )
    told = {fact.name: describe_fact(ROOT, fact) for fact in ROOT.facts}
    assert told["path-length"] == (
        "a CA, with no limit to the CAs that may follow below",
    )


def test_the_environments_of_a_file_are_named() -> None:
    assert decode_environments(DEVICE, "device.yaml") == ("pilot",)
    assert decode_environments(EVERYTHING, "everything.yaml") == ()


def test_an_issuer_that_is_not_there_is_stood_in_for_by_its_profile() -> None:
    supplier = load_builtin_profile("smki-supplier-ds")
    above = profiles_above(SCRIPT, supplier)
    assert [each.name for each in above] == ["smki-issuing-oca", "smki-root-oca"]
    issuer = stand_in_issuer(above)
    assert issuer.subject.rfc4514_string() == "CN=Made up,OU=07"
    assert issuer.issuer.rfc4514_string() == "CN=Made up,OU=00"
    assert profiles_above(SCRIPT, ROOT) == ()
