"""Profiles of revocation lists: read strictly, every fact with status and source."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from ceremony.errors import InputError
from ceremony.pki.builtin import builtin_profiles
from ceremony.pki.crl_profile import Reason, Scope
from ceremony.pki.crl_profile_file import (
    builtin_crl_profiles,
    decode_crl_profile,
    load_builtin_crl_profile,
)
from ceremony.pki.fact import SignatureAlgorithm, Status

TEXT = (
    resources.files("ceremony.pki") / "crl_profiles" / "smki-oca-arl.yaml"
).read_text("utf-8")


def test_the_smki_list_says_what_could_not_be_confirmed() -> None:
    profile = load_builtin_crl_profile("smki-oca-arl")
    assert profile.signed_by == "smki-root-oca"
    assert profile.signatures == (SignatureAlgorithm.ECDSA_SHA256,)
    assert profile.scope is Scope.AUTHORITIES
    assert [fact.name for fact in profile.unverified] == [
        "next-update",
        "scope",
        "reasons",
    ]


def test_a_list_of_a_root_is_about_authorities_and_a_list_of_any_ca_is_not() -> None:
    scopes = {
        name: load_builtin_crl_profile(name).scope for name in builtin_crl_profiles()
    }
    assert scopes == {
        "generic-arl": Scope.AUTHORITIES,
        "generic-crl": Scope.ANY,
        "smki-oca-arl": Scope.AUTHORITIES,
        "smki-oca-crl": Scope.ANY,
        "web-arl": Scope.AUTHORITIES,
        "web-crl": Scope.ANY,
    }


@pytest.mark.parametrize("name", builtin_crl_profiles())
def test_every_fact_of_a_list_that_ships_has_a_source(name: str) -> None:
    profile = load_builtin_crl_profile(name)
    assert profile.name == name
    assert len(profile.facts) == 6
    for fact in profile.facts:
        assert fact.source
        assumed = fact.source.startswith("assumed")
        assert (fact.status is Status.UNVERIFIED) == assumed


def test_no_list_has_the_name_of_a_certificate_profile() -> None:
    assert not set(builtin_crl_profiles()) & set(builtin_profiles())


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        load_builtin_crl_profile("../profiles/smki-root-oca")
    assert caught.value.code == "PKI-LIST-04"


def test_the_reasons_have_the_numbers_of_the_standard() -> None:
    # RFC 5280, section 5.3.1: 7 is not used, and 8 is removeFromCRL.
    assert [reason.code for reason in Reason] == [0, 1, 2, 3, 4, 5, 6, 9, 10]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("crl-profile/1", "crl-profile/2", "PKI-LIST-01"),
        ("365 days", "12 months", "PKI-LIST-02"),
        ("365 days", "0 days", "PKI-LIST-02"),
        ("[unspecified, ", "[unspecified, unspecified, ", "PKI-LIST-03"),
        ("[unspecified, ", "[remove-from-crl, ", "FILE-SHAPE-04"),
        ("value: 20", "value: 21", "FILE-SHAPE-04"),
        ("  scope:", "  scopes:", "FILE-SHAPE-01"),
        ("title:", "caption:", "FILE-SHAPE-01"),
        ("    status: read\n", "", "FILE-SHAPE-02"),
        ("value: method-2", "value: method-2\n    critical: true", "FILE-SHAPE-01"),
    ],
)
def test_a_wrong_profile_is_refused_by_its_rule(old: str, new: str, code: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError) as caught:
        decode_crl_profile(TEXT.replace(old, new, 1), "mine.yaml")
    codes = [fault.code for fault in getattr(caught.value, "faults", ())]
    assert code in codes
    assert caught.value.place is not None


def test_the_webs_lists_permit_what_the_baseline_requirements_do() -> None:
    """Sections 7.2 and 7.2.2, and RFC 5280, section 5.3.1, for a CA's own key."""
    both = {1, 3, 4, 5, 9}
    ships = ("web-arl", 365, both | {2}), ("web-crl", 10, both | {0})
    for name, days, codes in ships:
        profile = load_builtin_crl_profile(name)
        assert profile.baseline is profile.scope
        assert profile.days == days
        assert {reason.code for reason in profile.reasons} == codes


def test_whoever_may_sign_a_list_may_be_left_out() -> None:
    text = re.sub(r"signed-by: .*\n", "", TEXT)
    assert decode_crl_profile(text, "mine.yaml").signed_by == "any-ca"
