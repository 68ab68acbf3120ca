"""Names: one script each, and no two that look alike."""

from __future__ import annotations

import pytest

from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId
from ceremony.people.name import lint_names, skeleton, verify_name


@pytest.mark.parametrize(
    "name",
    [
        "Sarah Lindqvist",
        "Tomáš Novák",
        "D'Arcy O\u2019Neill-Smith, Jr.",
        "Ελένη Παπαδοπούλου",
        "Ірина Шевченко",
    ],
)
def test_a_name_of_one_script_is_accepted(name: str) -> None:
    verify_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " Ann",
        "Ann\u202eeel",
        "Ann\u200bLee",
        "A\u0301nn",
        "Ann\tLee",
        "Ann 2",
        "中村",
        "x" * 101,
        "Ann\ue000",
        "Ann\u00adLee",
    ],
)
def test_a_name_with_a_foreign_or_hidden_character_is_refused(name: str) -> None:
    with pytest.raises(RefusedError) as caught:
        verify_name(name)
    assert caught.value.code == "PEOPLE-NAME-01"
    assert str(caught.value).isascii()


@pytest.mark.parametrize(
    "name", ["P\u0430vel", "\u0391nna", "-", "\u041c\u0061\u0440\u0438\u044f"]
)
def test_a_name_of_two_scripts_or_none_is_refused(name: str) -> None:
    with pytest.raises(RefusedError) as caught:
        verify_name(name)
    assert caught.value.code == "PEOPLE-NAME-02"


# Pairs of the list of confusables of UTS #39, within the repertoire of the fonts.
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pace", "\u0440\u0430\u0441\u0435"),
        ("BEAT", "\u0412\u0415\u0410\u0422"),
        ("HMKO", "\u041d\u041c\u041a\u041e"),
        ("ZEBIN", "\u0396\u0395\u0392\u0399\u039d"),
        ("NOVO", "\u039d\u039fVO"),
        ("Iris", "lris"),
        ("Burns", "Bums"),
        ("O'Neill", "O\u2019Neill"),
        ("Ann Lee", "ANN  LEE"),
        ("Anne-Lee", "Anne\u2011Lee"),
        ("six", "\u0455\u0456\u0445"),
    ],
)
def test_names_that_look_alike_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Ann", "Anna"), ("Novak", "Novák"), ("Lee", "Leo")]
)
def test_names_that_differ_to_the_eye_have_two(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_two_participants_cannot_have_names_that_look_alike() -> None:
    assert not [*lint_names({PersonId("a-01"): "Ann Lee", PersonId("b-01"): "Ana Lee"})]
    names = {
        PersonId("a-01"): "Cope",
        PersonId("c-01"): "1",
        PersonId("b-01"): "\u0421\u043e\u0440\u0435",
    }
    odd, twin = lint_names(names)
    assert (odd[0], odd[1].code) == ("c-01", "PEOPLE-NAME-01")
    assert (twin[0], twin[1].code) == ("b-01", "PEOPLE-NAME-03")
    assert "a-01" in str(twin[1])
    assert "b-01" in str(twin[1])
