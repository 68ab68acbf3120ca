"""A profile's name that is mistyped or of the other kind: told with those there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.errors import InputError
from ceremony.pki.script_profile import certificate_profile, crl_profile
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from ceremony.script.own_profile import bind_profiles
from tests.cli.pki_command import pki
from tests.fakes.own_profiles import OWN, own_script


@pytest.fixture(scope="module")
def script() -> Script:
    decoded = decode_script(own_script().encode(), "script.yaml")
    return bind_profiles(decoded, OWN.__getitem__)


def certificate_fault(script: Script, name: str) -> tuple[str, str, str]:
    with pytest.raises(InputError) as refused:
        certificate_profile(script, name)
    error = refused.value
    return error.code, str(error), error.remedy


def list_fault(script: Script, name: str) -> tuple[str, str, str]:
    with pytest.raises(InputError) as refused:
        crl_profile(script, name)
    error = refused.value
    return error.code, str(error), error.remedy


def test_the_scripts_own_are_named_before_those_built_in(script: Script) -> None:
    code, told, remedy = certificate_fault(script, "northmoor-isuing")
    assert code == "PKI-PROFILE-05"
    assert told == (
        "There is no certificate profile 'northmoor-isuing', neither the script's own "
        "nor built in."
    )
    assert remedy.startswith(
        "Name one of the script's own, northmoor-issuing; or of those built in: "
    )
    assert "smki-root-oca" in remedy
    code, told, remedy = list_fault(script, "northmoor-al")
    assert code == "PKI-LIST-04"
    assert told == (
        "There is no profile of revocation lists 'northmoor-al', neither the script's "
        "own nor built in."
    )
    assert remedy.startswith(
        "Name one of the script's own, northmoor-arl; or of those built in: generic-arl"
    )


def test_what_is_not_at_hand_may_be_of_either_kind(script: Script) -> None:
    own = tuple(replace(each, text=None) for each in script.profiles)
    unread = replace(script, profiles=own)
    names = ", ".join(each.name for each in own)
    for fault in (certificate_fault(unread, "none"), list_fault(unread, "none")):
        assert fault[2].startswith(f"Name one of the script's own, {names}; or of")


def test_a_script_without_any_of_its_own_is_told_of_those_built_in(
    script: Script,
) -> None:
    bare = replace(script, profiles=())
    _, told, remedy = certificate_fault(bare, "none")
    assert told == "There is no built-in certificate profile 'none'."
    assert remedy.startswith("Name one of code-signing, ")
    _, told, remedy = list_fault(bare, "none")
    assert told == "There is no built-in profile of revocation lists 'none'."
    assert remedy.startswith("Name one of generic-arl, ")


@pytest.mark.parametrize("is_bare", [True, False])
def test_a_profile_of_the_other_kind_is_said_to_be_one(
    script: Script, *, is_bare: bool
) -> None:
    known = replace(script, profiles=()) if is_bare else script
    code, told, _ = certificate_fault(known, "generic-crl")
    assert code == "PKI-PROFILE-05"
    assert told == (
        "The profile generic-crl is one of revocation lists, and one of certificates "
        "is wanted."
    )
    code, told, _ = list_fault(known, "web-root")
    assert code == "PKI-LIST-04"
    assert told == (
        "The profile web-root is one of certificates, and one of revocation lists is "
        "wanted."
    )


def test_requests_are_held_against_no_profile_of_lists() -> None:
    said = pki("request", "check", "any.csr", "--profile", "generic-crl")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(
        "The profile generic-crl is one of revocation lists, and one of certificates "
        "is wanted. [CLI-PROFILE-01]\n"
    )
