"""Profiles: read strictly, every fact with status and source."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from ceremony.errors import InputError
from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.fact import Attribute, KeyUse, Status, StringType
from ceremony.pki.profile import CertificateProfile, NamePart, Validity
from ceremony.pki.profile_file import decode_profile

TEXT = (
    resources.files("ceremony.pki") / "profiles" / "smki-issuing-oca.yaml"
).read_text("utf-8")


SUBTREE = """  permitted-names:
    value: [example.org]
    status: read
    source: a site's own
"""


def _unverified(profile: CertificateProfile) -> list[str]:
    return [fact.name for fact in profile.facts if fact.status is Status.UNVERIFIED]


def test_the_issuing_profile_holds_what_was_observed() -> None:
    profile = load_builtin_profile("smki-issuing-oca")
    assert profile.subject == (
        NamePart(Attribute.REMOTE_PARTY_ROLE, StringType.PRINTABLE, "07"),
        NamePart(Attribute.COMMON_NAME, StringType.PRINTABLE),
    )
    assert profile.validity == Validity(years=25)
    assert profile.path_length == 0
    assert profile.serial_octets == 16
    assert profile.key_usage == (KeyUse.KEY_CERT_SIGN, KeyUse.CRL_SIGN)
    assert profile.policies == ("1.2.826.0.1.8641679.1.2.1.4",)
    assert not profile.is_self_signed
    assert _unverified(profile) == []


def test_the_root_profile_marks_what_is_only_recalled_as_unverified() -> None:
    profile = load_builtin_profile("smki-root-oca")
    assert profile.is_self_signed
    assert profile.path_length is None
    assert _unverified(profile) == [
        "path-length",
        "validity",
        "policies",
    ]


@pytest.mark.parametrize("name", builtin_profiles())
def test_every_fact_that_ships_has_a_source(name: str) -> None:
    profile = load_builtin_profile(name)
    assert len(profile.facts) == 9
    for fact in profile.facts:
        assert fact.source
        recalled = fact.source.startswith("recalled")
        assert (fact.status is Status.UNVERIFIED) == recalled


@pytest.mark.parametrize("name", builtin_profiles())
def test_no_policy_ships_for_production(name: str) -> None:
    with pytest.raises(InputError) as caught:
        load_builtin_profile(name, environment="production")
    assert caught.value.code == "PKI-PROFILE-02"


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        load_builtin_profile("../../etc/passwd")
    assert caught.value.code == "PKI-PROFILE-05"


def test_an_environment_can_be_added_in_a_file() -> None:
    text = TEXT + (
        "  production:\n    policies: [1.2.3.4]\n"
        "    status: read\n    source: Annex B\n"
    )
    profile = decode_profile(text, "mine.yaml", environment="production")
    assert profile.policies == ("1.2.3.4",)
    assert profile.facts[-1].source == "Annex B"


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("certificate-profile/1", "certificate-profile/2", "PKI-PROFILE-01", 3),
        ('text: "07"', 'text: "7"', "PKI-PROFILE-03", 11),
        ('text: "07"', 'text: "0G"', "PKI-PROFILE-03", 11),
        (
            "string: printable\n    status",
            "string: bit\n    status",
            "PKI-PROFILE-03",
            14,
        ),
        ("[1.2.826.0.1.8641679.1.2.1.4]", '["1.2.x"]', "PKI-PROFILE-04", 49),
        ("[1.2.826.0.1.8641679.1.2.1.4]", '["1.99.1"]', "PKI-PROFILE-04", 49),
        ("value: 0", "value: 10", "PKI-PROFILE-06", 35),
        ("value: 0", "value: many", "PKI-PROFILE-06", 35),
        ("value: 0", "value: true", "PKI-PROFILE-06", 35),
        ("value: 0", "value: [0]", "PKI-PROFILE-06", 35),
        (", crl-sign]", ", key-cert-sign]", "PKI-PROFILE-07", 39),
        (", crl-sign]", ", sign-all]", "FILE-SHAPE-04", 39),
        ("ec-p256", "rsa", "FILE-SHAPE-04", 19),
        ("value: 25 years", "value: 0 years", "PKI-PROFILE-08", 27),
        ("value: 25 years", "value: 101 years", "PKI-PROFILE-08", 27),
        ("value: 25 years", "value: always", "PKI-PROFILE-08", 27),
        ("    value: 25 years\n", "", "FILE-SHAPE-02", 27),
        ("    value: 0\n", "", "FILE-SHAPE-02", 35),
        ("title:", "tittle:", "FILE-SHAPE-01", 5),
        (
            "    value: 25 years\n",
            "    value: 25 years\n    extra: 1\n",
            "FILE-SHAPE-01",
            28,
        ),
        ("[key-cert-sign, crl-sign]", "[crl-sign]", "PKI-PROFILE-10", 3),
        ("environments:", f"{SUBTREE}\nenvironments:", "PKI-PROFILE-09", 48),
    ],
)
def test_a_fault_in_a_profile_is_placed(
    before: str, after: str, code: str, line: int
) -> None:
    assert TEXT.count(before) == 1 or before == "value: 0"
    with pytest.raises(InputError) as caught:
        decode_profile(TEXT.replace(before, after, 1), "mine.yaml")
    assert caught.value.code == code
    assert caught.value.place is not None
    assert (caught.value.place.file, caught.value.place.line) == ("mine.yaml", line)


def test_a_profile_with_a_tag_is_outside_the_yaml_profile() -> None:
    with pytest.raises(InputError) as caught:
        decode_profile(TEXT.replace("title: ", "title: !x "), "mine.yaml")
    assert re.fullmatch(r"SCRIPT-YAML-[0-9]{2}", caught.value.code)
