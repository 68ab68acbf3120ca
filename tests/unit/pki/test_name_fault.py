"""A name that no certificate may hold is told with the cause and what to write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.errors import InputError
from ceremony.pki.extension import general_name, is_general_name
from ceremony.pki.name_fault import find_fault, find_subtree_fault
from ceremony.pki.profile_file import decode_profile
from ceremony.script.shape import ShapeError
from tests.fakes.profile_texts import EVERYTHING

LONG = ".".join(["a" * 60] * 4)

FAULTS = [
    ("shop.example", "does not begin with dns:, email: or uri:"),
    ("ip:192.0.2.1", "does not begin with dns:, email: or uri:"),
    ("dns:", "has no name after dns:"),
    ("dns:Shop.example", "has capital letters"),
    ("dns:*.Shop.example", "has capital letters"),
    ("dns:*.*.shop.example", "has a wildcard that is not the whole first label"),
    ("dns:foo*.shop.example", "has a wildcard that is not the whole first label"),
    ("dns:*", "has a wildcard that is not the whole first label"),
    ("dns:a_b.example", "has an underscore"),
    ("dns:a b.example", "has ' ', and a host has letters"),
    ("dns:.shop.example", "begins with a dot"),
    ("dns:shop.example.", "ends with a dot"),
    ("dns:shop..example", "has two dots in a row"),
    ("dns:-a.example", "has a label that begins or ends with a hyphen: -a"),
    ("dns:a-.example", "has a label that begins or ends with a hyphen: a-"),
    (f"dns:{'a' * 64}.example", "has a label of 64 characters"),
    (f"dns:{LONG}.{'a' * 11}", "has a host of 255 characters"),
    (f"dns:*.{LONG}.{'a' * 8}", "has a host of 254 characters"),
    ("dns:b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example", "has '\\xfc', and"),
    ("dns:*.", "has no host"),
    ("email:shop.example", "is no mailbox: it has no @"),
    ("email:a@Shop.example", "has capital letters"),
    ("email:a@*.shop.example", "has a wildcard"),
    ("email:a b@shop.example", "has before @ something else"),
    ("email:@shop.example", "has before @ something else"),
    (f"email:{'a' * 65}@shop.example", "has 65 characters before @"),
    ("uri:ldap://shop.example/", "does not begin with http:// or https://"),
    ("uri:http://Shop.example/", "has capital letters"),
    ("uri:http:///path", "has no host"),
    ("uri:http://shop.example/?a", "has after its host something else"),
    ("uri:http://shop.example:123456/", "has after its host something else"),
]


@pytest.mark.parametrize(("name", "told"), FAULTS)
def test_the_cause_for_which_a_name_is_refused_is_told(name: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        general_name(name)
    assert caught.value.code == "PKI-ORDER-05"
    assert str(caught.value).startswith(f"The name {name!r} {told}")


def test_capital_letters_are_told_with_the_name_in_lower_case() -> None:
    assert find_fault("dns:Shop.Example").remedy.startswith("Write shop.example: ")


hosts = st.text(
    "aA0-._* \N{LATIN SMALL LETTER U WITH DIAERESIS}", max_size=8
) | st.text("a.", min_size=60, max_size=260)


@given(st.sampled_from(["dns:", "dns:*.", "email:a@", "email:A.b@"]), hosts)
def test_every_name_that_is_refused_has_a_cause_and_no_other_has(
    kind: str, host: str
) -> None:
    is_unexplained = find_fault(kind + host).why.startswith("is of no form")
    assert is_unexplained == is_general_name(kind + host)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("example.org", "does not begin with dns:, email: or uri:"),
        ("dns:.example.org", "begins with a dot"),
        ("dns:Example.org", "has capital letters"),
        ("uri:.Example.org", "has capital letters"),
        ("uri:http://example.org", "has ':', and a host has"),
        ("email:..example.org", "begins with a dot"),
        ("email:a b@example.org", "has before @ something else"),
        ("dns:a@example.org", "has '@', and a host has"),
    ],
)
def test_so_is_a_permitted_name(name: str, told: str) -> None:
    assert EVERYTHING.count("dns:made-up.example") == 1
    text = EVERYTHING.replace("[dns:made-up.example]", f"[{name!r}]")
    with pytest.raises(ShapeError) as caught:
        decode_profile(text, "mine.yaml")
    (fault,) = caught.value.faults
    assert fault.code == "PKI-PROFILE-09"
    assert str(fault).startswith(f"The permitted name {name!r} {told}")
    assert find_subtree_fault(name).remedy == fault.remedy
