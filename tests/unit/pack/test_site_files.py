"""Roster, site policy and room policy, as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony.errors import InputError, Place
from ceremony.identifiers import Role, RoleKind
from ceremony.library import FILES, list_scripts, load_file
from ceremony.pack.room_policy import (
    KNOBS,
    PRESETS,
    decode_room_policy,
    load_room_preset,
)
from ceremony.pack.roster_file import decode_roster, load_roster
from ceremony.pack.site_policy import (
    AttributeDemand,
    HardwareModel,
    decode_site_policy,
)
from ceremony.people.attestation import Level
from ceremony.script.shape import ShapeError

PERSON = '[[person]]\nid = "{}"\nname = "{}"\nrole = "custodian"\ninitials = "X"\n'
ROSTER = PERSON + 'organisation = "O"\n'


def code_of(error: pytest.ExceptionInfo[InputError]) -> str:
    return error.value.code


def test_the_built_in_script_comes_with_all_its_files() -> None:
    assert list_scripts() == ("backup", "contingency", "demo")
    for name in FILES:
        assert load_file("demo", name)
    with pytest.raises(KeyError):
        load_file("demo", "../__init__.py")
    with pytest.raises(KeyError):
        load_file("other", "script.yaml")


def test_a_roster_keeps_the_order_of_its_seats(tmp_path: Path) -> None:
    path = tmp_path / "roster.toml"
    path.write_bytes(load_file("demo", "roster.toml"))
    people = load_roster(path)
    assert [person.id for person in people] == [
        "a-01",
        "s-01",
        "w-01",
        "x-01",
        "c-01",
        "c-02",
        "c-03",
    ]
    assert people[2].name == "Sarah Lindqvist"
    assert people[2].role == "internal-witness"
    assert people[6].initials == "TN"


def test_a_person_stands_in_a_roster_once() -> None:
    text = ROSTER.format("c-01", "Ann") + ROSTER.format("c-01", "Bea")
    with pytest.raises(InputError) as caught:
        decode_roster(text.encode(), "r.toml")
    assert code_of(caught) == "ROSTER-PERSON-01"
    assert caught.value.place is not None
    assert caught.value.place.line == 7


def test_names_in_a_roster_cannot_look_alike() -> None:
    text = ROSTER.format("c-01", "Cope") + ROSTER.format(
        "c-02", "\u0421\u043e\u0440\u0435"
    )
    with pytest.raises(ShapeError) as caught:
        decode_roster(text.encode(), "r.toml")
    (fault,) = caught.value.faults
    assert (fault.code, fault.place) == ("PEOPLE-NAME-03", Place("r.toml", 7, 1))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "FILE-SHAPE-02"),
        (PERSON.format("c-01", "Ann"), "FILE-SHAPE-02"),
        (ROSTER.format("c-01", "Ann") + 'key = "x"\n', "FILE-SHAPE-01"),
        (ROSTER.format("C 01", "Ann"), "FILE-SHAPE-04"),
        ('person = "x"\n', "FILE-SHAPE-03"),
    ],
)
def test_a_roster_of_another_shape_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        decode_roster(text.encode(), "r.toml")
    assert code_of(caught) == code


def test_a_site_policy_says_what_the_site_demands() -> None:
    raw = (
        load_file("demo", "site-policy.toml")
        + b'[[hardware]]\nvendor = "Thales"\nmodel = "Luna K7"\n'
    )
    policy = decode_site_policy(raw, "site.toml")
    assert policy.roles[Role("auditor")] is RoleKind.EXTERNAL
    assert policy.minimum_level(Role("security-officer")) is Level.A3
    assert policy.minimum_level(Role("stranger")) is Level.A0
    assert [demand.name for demand in policy.attributes if demand.waivable] == [
        "CKF_HW_SLOT"
    ]
    assert policy.attributes[3].expected == "false"
    assert policy.hardware == (HardwareModel("Thales", "Luna K7"),)


DEMAND = b'name = "CKA_LOCAL"\nexpected = "true"\n'


def test_a_site_policy_says_what_holds_where_a_token_tells_otherwise() -> None:
    raw = load_file("demo", "site-policy.toml")
    told = DEMAND + b'absent = "remark"\nreported-wrongly = "remark"\n'
    assert DEMAND in raw
    apart = b'[[must-not-combine]]\nusages = ["CKA_ENCRYPT", "CKA_WRAP"]\n'

    def local(raw: bytes) -> AttributeDemand:
        policy = decode_site_policy(raw, "s.toml")
        (found,) = [each for each in policy.attributes if each.name == "CKA_LOCAL"]
        return found

    assert (local(raw).absent, local(raw).reported_wrongly) == ("fail", "fail")
    changed = local(raw.replace(DEMAND, told))
    assert (changed.absent, changed.reported_wrongly) == ("remark", "remark")
    assert decode_site_policy(raw + apart, "s.toml").apart[-1] == (
        "CKA_ENCRYPT",
        "CKA_WRAP",
    )


@pytest.mark.parametrize(
    ("attribute", "expected", "more", "code"),
    [
        ("CKA_LOCAL", "true", 'reported-wrongly = "accept"', "POLICY-ATTRIBUTE-01"),
        (
            "CKA_EXTRACTABLE",
            "false",
            'reported-wrongly = "remark"',
            "POLICY-ATTRIBUTE-01",
        ),
        ("CKA_SIGN", "true", 'reported-wrongly = "remark"', "POLICY-ATTRIBUTE-01"),
        ("CKA_EXTRACTABLE", "false", 'absent = "accept"', "POLICY-ATTRIBUTE-02"),
        ("CKA_SIGN", "true", 'absent = "accept"', "POLICY-ATTRIBUTE-02"),
        ("CKA_DERIVE", "false", 'absent = "never"', "FILE-SHAPE-04"),
        ("CKA_DERIVE", "false", 'absent = "accept"', ""),
        ("CKA_ALWAYS_SENSITIVE", "true", 'absent = "remark"', ""),
        ("CKA_KEY_GEN_MECHANISM", "CKM_X", 'reported-wrongly = "remark"', ""),
    ],
)
def test_nothing_that_matters_may_be_told_wrongly_or_be_missing_unseen(
    attribute: str, expected: str, more: str, code: str
) -> None:
    text = (
        load_file("demo", "site-policy.toml").decode()
        + f'[[attribute]]\nname = "{attribute}"\nexpected = "{expected}"\n{more}\n'
    )
    if not code:
        assert decode_site_policy(text.encode(), "s.toml").attributes[-1].name
        return
    with pytest.raises(InputError) as caught:
        decode_site_policy(text.encode(), "s.toml")
    assert code_of(caught) == code


@pytest.mark.parametrize(
    "usages",
    ['"CKA_SIGN"', '"CKA_SIGN", "CKA_SIGN"', '"CKA_SIGN", "CKA_LOCAL"'],
)
def test_what_must_not_combine_is_two_usages_or_more(usages: str) -> None:
    raw = load_file("demo", "site-policy.toml").decode()
    with pytest.raises(InputError) as caught:
        decode_site_policy(
            f"{raw}[[must-not-combine]]\nusages = [{usages}]\n".encode(), "s.toml"
        )
    assert code_of(caught) == "POLICY-ATTRIBUTE-03"


def test_a_level_of_an_unknown_role_is_refused() -> None:
    text = load_file("demo", "site-policy.toml").replace(
        b'auditor = "A0"', b'notary = "A0"'
    )
    with pytest.raises(InputError) as caught:
        decode_site_policy(text, "s.toml")
    assert code_of(caught) == "POLICY-ROLE-01"
    assert "notary" in str(caught.value)


def test_a_waivable_flag_is_true_or_false() -> None:
    text = load_file("demo", "site-policy.toml").replace(
        b"waivable = true", b'waivable = "yes"'
    )
    with pytest.raises(InputError) as caught:
        decode_site_policy(text, "s.toml")
    assert code_of(caught) == "FILE-SHAPE-03"


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_sets_every_knob(name: str) -> None:
    policy = load_room_preset(name)
    assert policy.name == name
    assert {*policy.knobs, "cosign-at"} == set(KNOBS)


def test_the_presets_differ_as_the_table_of_room_policies_has_it() -> None:
    light, standard, strict = (load_room_preset(name) for name in PRESETS)
    assert light.cosign_at == ("sign-out",)
    assert standard.cosign_at == ("sign-in", "sign-out", "overnight")
    assert strict.cosign_at == ("sign-in", "sign-out", "overnight", "hold")
    assert standard.levels == {"control": Level.A2, "security-officer": Level.A3}
    assert strict.knobs["readback"] == "all-32"
    demo = decode_room_policy(load_file("demo", "room-policy.toml"), "room.toml")
    assert (demo.knobs, demo.levels) == (standard.knobs, standard.levels)


def test_there_is_no_other_preset() -> None:
    with pytest.raises(KeyError):
        load_room_preset("lax")


def test_a_knob_takes_only_its_own_values() -> None:
    text = load_file("demo", "room-policy.toml").replace(
        b'blind = "identity-values"', b'blind = "never"'
    )
    with pytest.raises(InputError) as caught:
        decode_room_policy(text, "r.toml")
    assert code_of(caught) == "POLICY-KNOB-01"
