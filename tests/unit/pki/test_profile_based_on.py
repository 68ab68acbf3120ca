"""A profile that is based on a built-in one states what differs, and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from ceremony.errors import InputError
from ceremony.pki.based_on import read_builtin
from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.fact import Fact, KeyUse, Presence, Status
from ceremony.pki.profile import Validity
from ceremony.pki.profile_file import decode_profile
from ceremony.script.shape import ShapeError

HEAD = """format: key-ceremony.certificate-profile/1
name: mine
title: Ours
based-on: smki-root-oca
"""
VALIDITY = """facts:
  validity:
    value: 40 years
    status: read
    source: Annex B, our copy
"""


def refused(text: str) -> list[str]:
    with pytest.raises(ShapeError) as caught:
        decode_profile(text, "mine.yaml")
    return [fault.code for fault in caught.value.faults]


def test_what_a_file_states_replaces_its_bases_and_the_rest_is_taken_over() -> None:
    base = load_builtin_profile("smki-root-oca")
    mine = decode_profile(HEAD + VALIDITY, "mine.yaml")
    told = Fact("validity", Status.READ, "Annex B, our copy")
    assert mine == replace(
        base,
        name=mine.name,
        title="Ours",
        validity=Validity(years=40),
        facts=tuple(told if f.name == "validity" else f for f in base.facts),
    )
    assert mine.name == "mine"


def test_a_fact_is_replaced_whole_and_never_keeps_its_bases_source() -> None:
    """A value without its source is a fault, though the base's fact has one."""
    text = HEAD + VALIDITY.replace("    source: Annex B, our copy\n", "")
    assert refused(text) == ["FILE-SHAPE-02"]
    assert refused(HEAD + VALIDITY.replace("    value: 40 years\n", "")) == [
        "FILE-SHAPE-02"
    ]


def test_an_environment_is_added_beside_those_of_the_base() -> None:
    text = HEAD + (
        "environments:\n  production:\n    policies: [1.2.3.4]\n"
        "    status: read\n    source: Annex B\n"
    )
    assert decode_profile(text, "m", environment="production").policies == ("1.2.3.4",)
    assert decode_profile(text, "m", environment="test").policies == ("2.5.29.32.0",)


@pytest.mark.parametrize("base", ["smki-issuing-oca", "smki-device-ka"])
def test_policies_of_every_environment_do_not_stand_beside_those_of_one(
    base: str,
) -> None:
    """Neither the OIDs nor a ``critical`` of one is ever told as the other's."""
    text = HEAD.replace("smki-root-oca", base) + (
        "facts:\n  policies:\n    value: [1.2.3]\n    critical: false\n"
        "    status: read\n    source: Annex B\n"
    )
    with pytest.raises(ShapeError) as caught:
        decode_profile(text, "mine.yaml")
    (fault,) = caught.value.faults
    assert fault.code == "PKI-PROFILE-10"
    assert "and policies for test." in str(fault)
    assert fault.place is not None
    assert (fault.place.file, fault.place.line) == ("mine.yaml", 7)


def test_policies_of_a_file_that_has_no_environments_hold_in_each() -> None:
    text = HEAD.replace("smki-root-oca", "web-subordinate")
    for environment in ("test", "production"):
        profile = decode_profile(text, "mine.yaml", environment=environment)
        assert profile.policies == load_builtin_profile("web-subordinate").policies
    added = (
        "environments:\n  test:\n    policies: [1.2.3]\n    status: read\n"
        "    source: Annex B\n"
    )
    assert refused(text + added) == ["PKI-PROFILE-10"]


def test_an_issuer_is_taken_over_or_named_anew() -> None:
    text = HEAD.replace("smki-root-oca", "smki-issuing-oca")
    assert decode_profile(text, "m").signed_by == "smki-root-oca"
    assert decode_profile(text + "signed-by: mine-too\n", "m").signed_by == "mine-too"


@pytest.mark.parametrize(
    "base",
    [
        "no-such-profile",
        "../profiles/smki-root-oca",
        "[smki-root-oca]",
        "7",
        pytest.param("a" * 300, id="longer_than_any_files_name"),
    ],
)
def test_a_base_is_a_built_in_profile(base: str) -> None:
    with pytest.raises(InputError) as caught:
        decode_profile(HEAD.replace("smki-root-oca", base) + VALIDITY, "mine.yaml")
    assert caught.value.code == "PKI-PROFILE-11"
    assert caught.value.place is not None
    assert (caught.value.place.file, caught.value.place.line) == ("mine.yaml", 4)


def test_a_built_in_profile_is_based_only_on_one_written_out_in_full() -> None:
    for name in builtin_profiles():
        told = yaml.safe_load(read_builtin(name) or "")
        if "based-on" in told:
            assert "based-on" not in yaml.safe_load(
                read_builtin(told["based-on"]) or ""
            )


def test_a_site_completes_a_profile_that_is_itself_based_on_another() -> None:
    text = HEAD.replace("smki-root-oca", "smki-supplier-ka") + (
        "environments:\n  production:\n    policies: [1.2.3.4]\n"
        "    status: read\n    source: Annex B\n"
    )
    mine = decode_profile(text, "mine.yaml", environment="production")
    base = load_builtin_profile("smki-supplier-ka")
    assert mine == replace(
        base,
        name=mine.name,
        title="Ours",
        environment="production",
        policies=("1.2.3.4",),
        facts=(*base.facts[:-1], Fact("policies", Status.READ, "Annex B")),
    )
    assert mine.key_usage == (KeyUse.KEY_AGREEMENT,)


def test_name_and_title_are_never_the_bases() -> None:
    assert refused(HEAD.replace("name: mine\n", "")) == ["FILE-SHAPE-02"]
    assert refused(HEAD.replace("title: Ours\n", "")) == ["FILE-SHAPE-02"]


def test_what_is_misspelt_is_found_in_the_file_itself() -> None:
    assert refused(HEAD + VALIDITY.replace("validity:", "validty:")) == [
        "FILE-SHAPE-01"
    ]
    assert "FILE-SHAPE-03" in refused(HEAD + "facts: none\n")


def test_a_fault_names_the_file_that_it_stands_in() -> None:
    with pytest.raises(ShapeError) as caught:
        decode_profile(HEAD + VALIDITY.replace("40 years", "4 ages"), "mine.yaml")
    place = caught.value.place
    assert place is not None
    assert (place.file, place.line) == ("mine.yaml", 7)


def test_facts_together_are_judged_together() -> None:
    text = HEAD + VALIDITY.replace("validity", "path-length").replace(
        "40 years", "no-ca"
    )
    assert refused(text) == ["PKI-PROFILE-10"]


def test_the_contingency_root_differs_from_the_root_in_one_extension() -> None:
    root = load_builtin_profile("smki-root-oca")
    contingency = load_builtin_profile("smki-root-oca-contingency")
    assert root.apex_key is Presence.ABSENT
    assert contingency == replace(
        root,
        name=contingency.name,
        title=contingency.title,
        apex_key=Presence.REQUIRED,
        facts=contingency.facts,
        lineage=("smki-root-oca-contingency", "smki-root-oca"),
    )


ROLES = (
    *("recovery", "supplier", "network-operator", "access-control-broker"),
    *("transitional-cos", "wan-provider", "load-controller", "xml-sign"),
    "dsp-xml-sign",
)


@pytest.mark.parametrize("stem", ROLES)
def test_the_two_usages_of_a_role_differ_in_the_usage_alone(stem: str) -> None:
    signing = load_builtin_profile(f"smki-{stem}-ds")
    agreeing = load_builtin_profile(f"smki-{stem}-ka")
    assert signing.key_usage == (KeyUse.DIGITAL_SIGNATURE,)
    assert agreeing == replace(
        signing,
        name=agreeing.name,
        title=agreeing.title,
        key_usage=(KeyUse.KEY_AGREEMENT,),
        facts=agreeing.facts,
        lineage=(agreeing.name, "smki-organisation-ds"),
    )


def test_only_a_name_reads_a_file() -> None:
    assert read_builtin("../builtin") is None
    assert read_builtin("smki-root-oca") is not None
