"""The published schema takes every profile that ships, and refuses misshapen ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
import yaml

from ceremony.pki.based_on import read_builtin
from ceremony.pki.builtin import builtin_profiles
from ceremony.pki.schema import profile_schema

VALIDATOR = jsonschema.Draft7Validator(profile_schema())


def tree(name: str) -> Any:
    text = read_builtin(name)
    assert text is not None
    return yaml.safe_load(text)


def test_the_schema_is_a_draft_07_schema() -> None:
    jsonschema.Draft7Validator.check_schema(profile_schema())


@pytest.mark.parametrize("name", builtin_profiles())
def test_the_schema_takes_every_profile_that_ships(name: str) -> None:
    VALIDATOR.validate(tree(name))


def permit(told: Any, name: str) -> None:
    fact = {"value": [name], "status": "chosen", "source": "CPS"}
    told["facts"]["permitted-names"] = fact


def test_the_schema_takes_a_permitted_name() -> None:
    told = tree("smki-issuing-oca")
    permit(told, "email:.example.org")
    VALIDATOR.validate(told)


SPOILED: list[Callable[[Any], object]] = [
    lambda told: told.pop("name"),
    lambda told: told.pop("facts"),
    lambda told: told.pop("signed-by"),
    lambda told: told.update(colour="red"),
    lambda told: told.update(format="key-ceremony.certificate-profile/2"),
    lambda told: told.update(name="Not A Name"),
    lambda told: told["facts"].pop("validity"),
    lambda told: told["facts"].update(colour={}),
    lambda told: told["facts"]["key"].update(value="rsa"),
    lambda told: told["facts"]["key"].update(status="sure"),
    lambda told: told["facts"]["key"].pop("source"),
    lambda told: told["facts"]["key"].update(critical=True),
    lambda told: told["facts"]["validity"].update(value="0 years"),
    lambda told: told["facts"]["path-length"].update(value=10),
    lambda told: told["facts"]["path-length"].update(value="many"),
    lambda told: told["facts"]["serial-octets"].update(value=21),
    lambda told: told["facts"]["key-usage"].update(value=[]),
    lambda told: told["facts"]["key-usage"].update(value=["crl-sign", "crl-sign"]),
    lambda told: told["facts"]["subject"].update(value="none"),
    lambda told: told["facts"]["subject"]["value"][0].update(string="bmp"),
    lambda told: told["environments"]["test"].update(policies=["1.99.1"]),
    lambda told: told["environments"]["test"].pop("source"),
    lambda told: told.update({"based-on": "Not A Name"}),
    lambda told: permit(told, "dns:-a.example.org"),
    lambda told: permit(told, "dns:example.org and more"),
    lambda told: permit(told, "not email:example.org"),
    lambda told: told["request"].pop("signature"),
    lambda told: told["request"]["signature"].update(value="as usual"),
    lambda told: told["request"]["signature"].pop("source"),
    lambda told: told["request"]["extensions"].update(value=[]),
    lambda told: told["request"]["extensions"].update(value=["challenge-password"]),
    lambda told: told["request"].update(attributes={}),
]


@pytest.mark.parametrize("spoil", SPOILED)
def test_the_schema_refuses_a_spoiled_profile(spoil: Callable[[Any], object]) -> None:
    told = tree("smki-issuing-oca")
    VALIDATOR.validate(told)
    spoil(told)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(told)


def test_a_profile_based_on_another_states_what_differs_only() -> None:
    told = tree("smki-root-oca-contingency")
    assert "signed-by" not in told
    told["facts"]["validity"] = {"value": "40 years", "status": "read"}
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(told)
    told["facts"]["validity"]["source"] = "Annex B"
    VALIDATOR.validate(told)
    del told["facts"]
    VALIDATOR.validate(told)
