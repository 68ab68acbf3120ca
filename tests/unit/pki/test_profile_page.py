"""The specification of profiles says what the reader takes, no more and no less."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from ceremony.pki import extension, fact
from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.profile import Validity
from ceremony.pki.profile_file import decode_profile
from ceremony.pki.schema import profile_schema

PAGE = (Path(__file__).parents[3] / "docs/spec/certificate-profile-v1.md").read_text(
    "utf-8"
)


def example() -> str:
    _, _, rest = PAGE.partition("\n    format:")
    lines = ("    format:" + rest).splitlines()
    end = next(i for i, line in enumerate(lines) if line and line[:4] != "    ")
    return textwrap.dedent("\n".join(lines[:end])) + "\n"


def test_the_example_is_a_profile_that_has_been_completed() -> None:
    profile = decode_profile(example(), "ours.yaml", environment="production")
    assert profile.name == "our-root-oca"
    assert profile.validity == Validity(years=50)
    base = load_builtin_profile("smki-root-oca-contingency")
    left = {each.name for each in base.unverified}
    left -= {"validity", "extended-key-usage", "policies"}
    assert {each.name for each in profile.unverified} == left


@pytest.mark.parametrize(
    "words",
    [
        fact.Status,
        fact.KeyAlgorithm,
        fact.KeyUse,
        fact.Purpose,
        fact.Attribute,
        fact.StringType,
        fact.Presence,
        fact.AlternativeName,
        fact.KeyIdentifierMethod,
        fact.RequestExtension,
    ],
)
def test_every_word_that_a_fact_may_say_stands_on_the_page(words: Any) -> None:
    assert [word for word in words if f"`{word}`" not in PAGE] == []


def test_every_signature_stands_on_the_page_in_full_or_by_its_end() -> None:
    for word in fact.SignatureAlgorithm:
        assert f"`{word}`" in PAGE or f"`-{word.rpartition('-')[2]}`" in PAGE


def test_every_fact_and_every_key_of_a_file_stands_on_the_page() -> None:
    schema: Any = profile_schema()["else"]
    properties = schema["properties"]
    for key in (*properties, *properties["facts"]["properties"], "based-on"):
        assert f"`{key}`" in PAGE


def test_the_table_of_a_files_keys_names_each_of_them_and_no_other() -> None:
    schema: Any = profile_schema()["else"]
    table = PAGE.partition("| key | is |\n|---|---|\n")[2].partition("\n\n")[0]
    named = [row.split("`")[1] for row in table.splitlines()]
    assert sorted(named) == sorted({*schema["properties"], "based-on"})
    (may,) = re.findall(r"^3\. (.*?) MAY be", PAGE, re.DOTALL | re.MULTILINE)
    needed = {*schema["required"]}
    assert {*re.findall(r"`([a-z-]+)`", may)} == {*named} - needed


def test_every_value_of_an_order_stands_on_the_page() -> None:
    for key in (
        extension.HARDWARE_SERIAL,
        extension.ALTERNATIVE_NAMES,
        extension.CRL_URLS,
        extension.OCSP_URLS,
        extension.ISSUER_URLS,
        extension.APEX_ALGORITHM,
        extension.APEX_WRAPPED,
    ):
        assert f"`{key}`" in PAGE


def test_every_profile_that_ships_stands_on_the_page() -> None:
    """By its name, by its usage beside the other one's, or by its kind of key."""
    for name in builtin_profiles():
        kind, _, key = name.partition("-ca-")
        shown = f"`{kind}-ca-…`" if key and f"`{key}`" in PAGE else f"`{name}`"
        twin = f"`{name.removesuffix('ka')}ds`, `-ka`"
        assert shown in PAGE or (name.endswith("-ka") and twin in PAGE), name
