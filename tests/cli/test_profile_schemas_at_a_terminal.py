"""``ceremony pki profile schema``: what editors hold a site's own profiles against."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
import yaml

from tests.cli.transcript import call_here
from tests.rehearsals.stage import Told

LISTS = (
    *("generic-arl", "generic-crl", "smki-oca-arl", "smki-oca-crl"),
    *("web-arl", "web-crl"),
)


def schema(*arguments: str) -> Told:
    return call_here(["pki", "profile", "schema", *arguments])


def printed(*arguments: str) -> Any:
    said = schema(*arguments)
    assert (said.status, said.err) == (0, "")
    told = json.loads(said.out)
    jsonschema.Draft7Validator.check_schema(told)
    return jsonschema.Draft7Validator(told)


def shipped(kind: str) -> dict[str, Any]:
    folder = resources.files("ceremony.pki") / kind
    texts = {each.name: each.read_text("utf-8") for each in folder.iterdir()}
    return {name: yaml.safe_load(text) for name, text in texts.items()}


def test_what_is_printed_takes_every_certificate_profile_that_ships() -> None:
    validator, every = printed(), shipped("profiles")
    assert len(every) == 48
    for told in every.values():
        validator.validate(told)
        assert not validator.is_valid({**told, "colour": "red"})
        assert not validator.is_valid({**told, "facts": {"key": {"value": "rsa"}}})


def test_what_is_printed_for_lists_takes_every_profile_of_lists_that_ships() -> None:
    validator, every = printed("--lists"), shipped("crl_profiles")
    assert {name.removesuffix(".yaml") for name in every} == set(LISTS)
    for told in every.values():
        validator.validate(told)
        assert not validator.is_valid({**told, "colour": "red"})
        facts = {**told["facts"], "scope": {"value": "any-certificate"}}
        assert not validator.is_valid({**told, "facts": facts})


@pytest.mark.parametrize("arguments", [(), ("--lists",)])
def test_neither_schema_takes_a_profile_of_the_other_kind(
    arguments: tuple[str, ...],
) -> None:
    validator = printed(*arguments)
    other = "profiles" if arguments else "crl_profiles"
    assert not any(map(validator.is_valid, shipped(other).values()))
