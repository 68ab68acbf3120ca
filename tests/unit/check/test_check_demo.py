"""The built-in script is sound, and the published schema takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
import yaml

from ceremony.check.rules import check_script
from ceremony.check.schema import script_schema
from ceremony.engine.steps import KINDS
from ceremony.library import load_file
from ceremony.script.decode import decode_script

Spoil = Callable[[Any], object]


def demo() -> Any:
    return yaml.safe_load(load_file("demo", "script.yaml"))


def test_the_built_in_script_gives_no_finding() -> None:
    script = decode_script(load_file("demo", "script.yaml"), "script.yaml")
    assert check_script(script) == ()


def test_the_schema_is_a_draft_07_schema_and_takes_the_built_in_script() -> None:
    jsonschema.Draft7Validator.check_schema(script_schema())
    jsonschema.Draft7Validator(script_schema()).validate(demo())


SPOILED: list[Spoil] = [
    lambda tree: tree.pop("quorum"),
    lambda tree: tree.update(colour="red"),
    lambda tree: tree.update(modes=["test"]),
    lambda tree: tree["roles"].update({"Not A Name": tree["roles"]["auditor"]}),
    lambda tree: tree["acts"][0]["steps"][0].update(verb="sign"),
    lambda tree: tree["acts"][0]["steps"][0].update(meaning="seen"),
    lambda tree: tree["acts"][0]["steps"][0].pop("with"),
    lambda tree: tree["acts"][2]["steps"][2]["with"].update(curve="P-256"),
    lambda tree: tree["acts"][2]["steps"][4]["with"].update(source="memory"),
    lambda tree: tree["acts"][2]["steps"][4]["with"].update(words="8"),
]


@pytest.mark.parametrize("spoil", SPOILED)
def test_the_schema_refuses_a_spoiled_script(spoil: Spoil) -> None:
    tree = demo()
    spoil(tree)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(script_schema()).validate(tree)


def test_the_schema_knows_every_verb_with_its_summary() -> None:
    text = str(script_schema())
    for kind in KINDS.values():
        assert kind.verb in text
        assert kind.summary in text
