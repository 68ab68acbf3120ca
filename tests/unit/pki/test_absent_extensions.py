"""An extension that must not be there is a fact like another: vouched for, and held."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.extension import open_values
from ceremony.pki.fact import Fact, Status
from ceremony.pki.lint import lint_certificate, rules_for
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.profile_file import decode_profile
from ceremony.pki.profile_words import describe_fact
from ceremony.pki.schema import profile_schema
from ceremony.script.shape import ShapeError
from tests.fakes.golden import golden
from tests.unit.pki.certificates import changed, more

VALIDATOR = jsonschema.Draft7Validator(profile_schema())

CLIENT_AUTH = "300a06082b06010505070302"
POLICY = "300430020600"
NAMES = "30048202" + "6f6b"
ONE_OCSP = "301530130606" + "2b0601050507" + "3001" + "8609687474703a2f2f6f2f"

ADDED: list[tuple[str, str, str, str]] = [
    ("extended-key-usage", "2.5.29.37", CLIENT_AUTH, "PKI-EXT-01"),
    ("policies", "2.5.29.32", POLICY, "PKI-POLICY-01"),
    ("subject-alternative-name", "2.5.29.17", NAMES, "PKI-EXT-01"),
    ("permitted-names", "2.5.29.30", "300aa0083006" + "82046f2e6f6b", "PKI-EXT-01"),
    ("crl-distribution-points", "2.5.29.31", "3000", "PKI-EXT-01"),
    ("ocsp-responders", "1.3.6.1.5.5.7.1.1", ONE_OCSP, "PKI-EXT-01"),
    ("issuer-certificates", "1.3.6.1.5.5.7.1.1", ONE_OCSP, "PKI-EXT-01"),
    ("authority-key-identifier", "2.5.29.35", "30028000", "PKI-AKI-01"),
    ("apex-contingency-key", "1.3.6.1.5.5.7.1.20", "3000", "PKI-EXT-01"),
]
"""Each fact that may say so, its extension, a value, and whose finding it is."""


def absent(*names: str, **more: object) -> dict[str, Any]:
    fact = {"value": "absent", "status": "unverified", "source": "recalled", **more}
    return dict.fromkeys(names, fact)


def based_on(base: str, facts: dict[str, Any], **sections: object) -> str:
    told = {
        "format": "key-ceremony.certificate-profile/1",
        "name": "ours",
        "title": "Ours",
        "based-on": base,
        "facts": facts,
        **sections,
    }
    return json.dumps(told)


def read(base: str, facts: dict[str, Any], **sections: object) -> CertificateProfile:
    return decode_profile(based_on(base, facts, **sections), "ours.yaml")


def faults(base: str, facts: dict[str, Any], **sections: object) -> list[str]:
    with pytest.raises(ShapeError) as caught:
        read(base, facts, **sections)
    return [fault.code for fault in caught.value.faults]


@pytest.mark.parametrize("name", [name for name, *_ in ADDED])
def test_a_fact_may_say_that_its_extension_is_absent(name: str) -> None:
    base = load_builtin_profile("root-ca-ec-p384")
    VALIDATOR.validate(json.loads(based_on(base.name, absent(name))))
    profile = read(base.name, absent(name))
    told = Fact(name, Status.UNVERIFIED, "recalled")
    assert profile == replace(
        base, name=profile.name, title="Ours", facts=profile.facts
    )
    assert {*profile.facts} == {*base.facts, told}
    assert profile.unverified == (told,)
    assert describe_fact(profile, told) == ("not there",)


@pytest.mark.parametrize(("name", "oid", "value", "rule"), ADDED)
def test_what_is_said_to_be_absent_must_not_be_there(
    name: str, oid: str, value: str, rule: str
) -> None:
    made = golden("root-ca-ec-p384")
    profile = read("root-ca-ec-p384", absent(name))
    # As many rules are asked as before, so that a report of before is still right.
    assert rules_for(profile) == rules_for(made.order.profile)
    assert lint_certificate(made.certificate, profile, None) == ()
    spoilt = changed(made.certificate, more(oid, value))
    (finding,) = lint_certificate(spoilt, profile, None)
    assert finding.rule == rule


def test_of_access_one_method_may_be_absent_and_the_other_there() -> None:
    made = golden("issuing-ca-ec-p384")
    assert made.issuer is not None
    held = made.certificate.extensions.get_extension_for_class(
        x509.AuthorityInformationAccess
    )
    assert len({each.access_method for each in held.value}) == 2
    facts = absent("ocsp-responders")
    profile = read("issuing-ca-ec-p384", facts)
    (finding,) = lint_certificate(made.certificate, profile, made.issuer.certificate)
    assert finding.rule == "PKI-AIA-01"
    assert "it names OCSP (1.3.6.1.5.5.7.48.1)" in finding.message


@pytest.mark.parametrize(
    ("name", "attribute", "nothing"),
    [
        ("extended-key-usage", "purposes", ()),
        ("policies", "policies", ()),
    ],
)
def test_what_a_base_has_is_taken_out_by_a_fact_of_its_own(
    name: str, attribute: str, nothing: object
) -> None:
    base = load_builtin_profile("web-subordinate")
    assert getattr(base, attribute)
    profile = read(base.name, absent(name))
    assert getattr(profile, attribute) == nothing
    assert not getattr(profile, f"{attribute}_critical")
    assert [fact.name for fact in profile.facts] == [fact.name for fact in base.facts]
    assert [fact.source for fact in profile.unverified] == ["recalled"]


def test_names_that_a_base_has_from_the_order_are_taken_out_too() -> None:
    text = based_on(
        "smki-issuing-dca",
        absent("subject-alternative-name"),
        request={"extensions": {"value": "none", "status": "read", "source": "Ours"}},
    )
    profile = decode_profile(text, "ours.yaml")
    assert profile.alternative_name is None
    assert set(open_values(profile)) == {"common-name"}


@pytest.mark.parametrize(
    "name", ["extended-key-usage", "policies", "subject-alternative-name"]
)
def test_nobody_says_how_critical_an_absent_extension_is(name: str) -> None:
    facts = absent(name, critical=True)
    assert faults("root-ca-ec-p384", facts) == ["FILE-SHAPE-01"]
    assert not VALIDATOR.is_valid(json.loads(based_on("root-ca-ec-p384", facts)))


@pytest.mark.parametrize("name", ["key-usage", "key-identifier", "ocsp-no-check"])
def test_what_has_to_be_there_or_has_another_word_for_it_is_not_absent(
    name: str,
) -> None:
    text = based_on("root-ca-ec-p384", absent(name))
    assert not VALIDATOR.is_valid(json.loads(text))
    assert {"FILE-SHAPE-03", "FILE-SHAPE-04"} & set(
        faults("root-ca-ec-p384", absent(name))
    )


PLACES = {
    "production": {"policies": ["1.2.3.4"], "status": "read", "source": "Appendix Q"}
}


@pytest.mark.parametrize("base", ["smki-iki-client", "smki-iki-file-signing"])
def test_environments_take_the_place_of_a_bases_absent_policies(base: str) -> None:
    text = based_on(base, {}, environments=PLACES)
    profile = decode_profile(text, "ours.yaml", environment="production")
    assert profile.policies == ("1.2.3.4",)
    told = [fact for fact in profile.facts if fact.name == "policies"]
    assert told == [Fact("policies", Status.READ, "Appendix Q")]
    before = load_builtin_profile(base)
    assert {fact.name for fact in before.unverified} == {
        *(fact.name for fact in profile.unverified),
        "policies",
    }


def test_a_file_does_not_say_both_by_itself() -> None:
    facts = absent("policies")
    assert "PKI-PROFILE-10" in faults("smki-iki-client", facts, environments=PLACES)
    assert faults("smki-issuing-oca", facts) == ["PKI-PROFILE-10"]


def test_a_site_completes_an_absent_fact_with_what_it_has_read() -> None:
    facts = {
        "policies": {"value": ["1.2.3.4"], "status": "read", "source": "Appendix Q"}
    }
    profile = read("smki-iki-client", facts)
    assert profile.policies == ("1.2.3.4",)
    assert "policies" not in [fact.name for fact in profile.unverified]


def test_golden_certificates_of_the_iki_hold_none_of_what_is_absent() -> None:
    # What another key signs names that key.
    told = {oid for name, oid, *_ in ADDED if name != "authority-key-identifier"}
    for name in ("smki-iki-ca", "smki-iki-client", "smki-iki-file-signing"):
        made = golden(name)
        der = made.certificate.public_bytes(Encoding.DER)
        found = x509.load_der_x509_certificate(der).extensions
        assert not {each.oid.dotted_string for each in found} & told
