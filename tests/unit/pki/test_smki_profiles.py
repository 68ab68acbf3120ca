"""The SMKI's profiles are complete: each role and usage, and each extension told."""

from __future__ import annotations

from itertools import product

import pytest

from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.fact import KeyUse
from ceremony.pki.smki_kind import PARTY_ROLES, SmkiKind, smki_kind

SMKI = [name for name in builtin_profiles() if name.startswith("smki-")]
OTHER_ROLE = 0x7F
"""``other``: its code is named by the order, as in smki-organisation-ds and -ka."""
LEFT_OUT = {
    "subject-alternative-name",
    "extended-key-usage",
    "crl-distribution-points",
    "ocsp-responders",
    "issuer-certificates",
}


def unverified(name: str) -> list[str]:
    return [fact.name for fact in load_builtin_profile(name).unverified]


def test_every_role_has_a_profile_of_either_usage() -> None:
    told = {
        (profile.subject[1].text, profile.key_usage)
        for profile in map(load_builtin_profile, builtin_profiles())
        if smki_kind(profile) is SmkiKind.ORGANISATION and profile.subject[1].text
    }
    roles = {f"{role:02x}" for role in PARTY_ROLES - {OTHER_ROLE}}
    usages = ((KeyUse.DIGITAL_SIGNATURE,), (KeyUse.KEY_AGREEMENT,))
    assert told == set(product(roles, usages))


@pytest.mark.parametrize(
    ("stem", "also"),
    [
        ("recovery", []),
        ("transitional-cos", []),
        ("wan-provider", []),
        ("xml-sign", ["validity"]),
        ("dsp-xml-sign", ["validity"]),
    ],
)
def test_a_usage_that_was_not_seen_of_a_role_is_unverified(
    stem: str, also: list[str]
) -> None:
    assert unverified(f"smki-{stem}-ds") == also
    assert unverified(f"smki-{stem}-ka") == [*also, "key-usage"]


@pytest.mark.parametrize("name", SMKI)
def test_no_extension_of_these_is_left_out_in_silence(name: str) -> None:
    told = {fact.name for fact in load_builtin_profile(name).facts}
    assert {*LEFT_OUT, "policies"} <= told


@pytest.mark.parametrize(
    "name", ["smki-root-oca", "smki-root-oca-contingency", "smki-root-dca"]
)
def test_what_a_root_leaves_out_is_not_confirmed(name: str) -> None:
    profile = load_builtin_profile(name)
    assert (profile.purposes, profile.alternative_name) == ((), None)
    assert set(unverified(name)) >= LEFT_OUT
