"""The published schema of revocation lists' profiles takes what the reader takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
import yaml

from ceremony.errors import InputError
from ceremony.pki.crl_profile_file import builtin_crl_profiles, decode_crl_profile
from ceremony.pki.crl_schema import crl_profile_schema

VALIDATOR = jsonschema.Draft7Validator(crl_profile_schema())
VECTORS = Path(__file__).parents[2] / "vectors/lists"
PAGE = (Path(__file__).parents[3] / "docs/spec/crl-profile-v1.md").read_text("utf-8")


def tree(name: str) -> Any:
    file = resources.files("ceremony.pki") / "crl_profiles" / f"{name}.yaml"
    return yaml.safe_load(file.read_text("utf-8"))


def test_the_schema_is_a_draft_07_schema() -> None:
    jsonschema.Draft7Validator.check_schema(crl_profile_schema())


@pytest.mark.parametrize("name", builtin_crl_profiles())
def test_the_schema_takes_every_profile_that_ships(name: str) -> None:
    VALIDATOR.validate(tree(name))


@pytest.mark.parametrize("name", ["web-arl-365-days", "web-arl-366-days"])
def test_the_schema_takes_a_site_s_own(name: str) -> None:
    VALIDATOR.validate(yaml.safe_load((VECTORS / f"{name}.yaml").read_text()))


@pytest.mark.parametrize(
    "path", sorted((VECTORS / "unsound").glob("*.yaml")), ids=lambda path: path.stem
)
def test_the_schema_refuses_what_cannot_be_read(path: Path) -> None:
    """What can be read, and is wrong in what it asks for, is of the schema."""
    expected = json.loads((path.parent / "expected.json").read_text())[path.stem]
    is_read = expected["status"] == 1
    assert VALIDATOR.is_valid(yaml.safe_load(path.read_text())) is is_read


SPOILED: list[Callable[[Any], object]] = [
    lambda told: told.pop("name"),
    lambda told: told.pop("title"),
    lambda told: told.pop("facts"),
    lambda told: told.update(colour="red"),
    lambda told: told.update(format="key-ceremony.crl-profile/2"),
    lambda told: told.update(name="Not A Name"),
    lambda told: told.update({"signed-by": "Not A Name"}),
    lambda told: told.update({"based-on": "generic-arl"}),
    lambda told: told.update({"baseline-requirements": "root-ca"}),
    lambda told: told.update(departs=[{"finding": "x", "about": "x", "reason": "x"}]),
    lambda told: told["facts"].pop("scope"),
    lambda told: told["facts"].update(colour={}),
    lambda told: told["facts"]["scope"].update(value="absent"),
    lambda told: told["facts"]["scope"].update(status="sure"),
    lambda told: told["facts"]["scope"].pop("source"),
    lambda told: told["facts"]["scope"].update(critical=True),
    lambda told: told["facts"]["signatures"].update(value="ed25519"),
    lambda told: told["facts"]["signatures"].update(value=[]),
    lambda told: told["facts"]["signatures"].update(value=["md5"]),
    lambda told: told["facts"]["signatures"].update(value=["ed25519", "ed25519"]),
    lambda told: told["facts"]["next-update"].update(value="0 days"),
    lambda told: told["facts"]["next-update"].update(value="10000 days"),
    lambda told: told["facts"]["next-update"].update(value="1 year"),
    lambda told: told["facts"]["number-octets"].update(value=0),
    lambda told: told["facts"]["number-octets"].update(value=21),
    lambda told: told["facts"]["key-identifier"].update(value="method-3"),
    lambda told: told["facts"]["reasons"].update(value=["remove-from-crl"]),
]


@pytest.mark.parametrize("spoil", SPOILED)
def test_schema_and_reader_refuse_a_spoiled_profile(
    spoil: Callable[[Any], object],
) -> None:
    told = tree("smki-oca-arl")
    VALIDATOR.validate(told)
    decode_crl_profile(json.dumps(told), "mine.yaml")
    spoil(told)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(told)
    with pytest.raises(InputError):
        decode_crl_profile(json.dumps(told), "mine.yaml")


def test_every_key_and_every_word_stands_on_the_page() -> None:
    text = json.dumps(crl_profile_schema())
    schema: Any = json.loads(text)
    facts = schema["properties"]["facts"]["properties"]
    for key in (*schema["properties"], *facts):
        assert f"`{key}" in PAGE, key
    words = [
        *facts["scope"]["properties"]["status"]["enum"],
        *facts["scope"]["properties"]["value"]["enum"],
        *facts["reasons"]["properties"]["value"]["items"]["enum"],
    ]
    assert [word for word in words if f"`{word}`" not in PAGE] == []
