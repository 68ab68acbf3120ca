"""The JSON Schema of scripts, so that an editor completes and marks as one types.

It is made from the same dataclasses that the engine reads, so that a new verb is in
it by itself. It says less than ``check_script``: names and order are not in it.

Source: JSON Schema draft-07.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from ceremony.canonical import Json
from ceremony.check.form import ROUTES
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.kind import Kind
from ceremony.identifiers import Mode, RoleKind
from ceremony.people.attestation import Meaning
from ceremony.script.decode import LATEST_DAY, MOST_PEOPLE
from ceremony.script.decode_act import LONGEST_ACT
from ceremony.script.key_kind import Algorithm, CheckMethod, KeyCopies, KeyUse
from ceremony.script.model import ThingKind
from ceremony.script.shape import LONGEST_TEXT, NAME

_TEXT: Final[Json] = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
_NAME: Final[Json] = {"type": "string", "pattern": f"^{NAME.pattern}$"}
_TEXTS: Final[Json] = {"type": "array", "minItems": 1, "items": _TEXT}
_NAMES: Final[Json] = {"type": "array", "minItems": 1, "items": _NAME}


def script_schema() -> dict[str, Json]:
    """Give the schema of the tree that a script's YAML stands for."""
    schema = _object(
        {
            "script": _NAME,
            "version": _TEXT,
            "title": _TEXT,
            "purpose": _TEXT,
            "modes": _array(_choice(Mode)),
            "roles": _named(_role_schema()),
            "quorum": _object(
                {
                    "role": _NAME,
                    "need": _integer(1, MOST_PEOPLE),
                    "of": _integer(1, MOST_PEOPLE),
                }
            ),
            "place": _TEXT,
            "entry": _TEXT,
            "witness-route": _enum(ROUTES),
            "on-abort": _TEXT,
            "report-signers": _NAMES,
            "acts": _array(_act_schema()),
        },
        {
            "policy": _array(_policy_schema()),
            "parameters": _named(_TEXT),
            "separate": _array(
                {"type": "array", "minItems": 2, "maxItems": 2, "items": _NAME}
            ),
            "things": _named(_thing_schema()),
            "hardware": _TEXTS,
            "evidence": _TEXTS,
            "storage": _TEXTS,
            "unverified": _array(
                _object(
                    {"profile": _NAME, "fact": _NAME, "by": _TEXT},
                    {"source": _TEXT, "reason": _TEXT},
                )
            ),
            "expected-later": _array(
                _object(
                    {
                        "what": _TEXT,
                        "role": _NAME,
                        "within-days": _integer(0, LATEST_DAY),
                    }
                )
            ),
        },
    )
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Key Ceremony script, version 1",
        **schema,
    }


def _policy_schema() -> dict[str, Json]:
    return _object(
        {
            "document": _TEXT,
            "version": _TEXT,
            "approval": _TEXT,
            "status": _enum(("confirmed", "unverified")),
        }
    )


def _role_schema() -> dict[str, Json]:
    return _object(
        {"kind": _choice(RoleKind), "title": _TEXT, "during": _TEXT, "after": _TEXT},
        {"count": _integer(1, MOST_PEOPLE), "functions": _TEXTS},
    )


def _thing_schema() -> dict[str, Json]:
    return _object(
        {"kind": _choice(ThingKind), "title": _TEXT},
        {
            "token": _NAME,
            "profile": _NAME,
            "common-name": _TEXT,
            "algorithm": _choice(Algorithm),
            "use": _choice(KeyUse),
            "copies": _choice(KeyCopies),
            "check-value": _choice(CheckMethod),
            "copy-of": _NAME,
            "values": _named(_TEXT),
            "trusted": {"type": "boolean"},
        },
    )


def _act_schema() -> dict[str, Json]:
    return _object(
        {
            "id": _integer(1, 99),
            "title": _TEXT,
            "reader": _NAME,
            "purpose": _TEXT,
            "minutes": _integer(1, LONGEST_ACT),
            "steps": _array(_step_schema()),
        }
    )


def _step_schema() -> dict[str, Json]:
    step = _object(
        {
            "id": {"type": "string", "pattern": "^[1-9][0-9]*\\.[1-9][0-9]*$"},
            "verb": _enum(sorted(KINDS)),
            "text": _TEXT,
            "by": _NAME,
        },
        {
            "initials": _NAMES,
            "meaning": _choice(Meaning),
            "expect": _TEXT,
            "say": _TEXT,
            "why": _TEXT,
            "irreversible": {"type": "boolean"},
            "with": {"type": "object"},
        },
    )
    step["allOf"] = [_verb_schema(kind) for _, kind in sorted(KINDS.items())]
    return step


def _verb_schema(kind: Kind) -> dict[str, Json]:
    """Tie what ``with`` may hold to the verb."""
    required: dict[str, Json] = {}
    optional: dict[str, Json] = {}
    for field in dataclasses.fields(kind.parameters):
        needed = field.default is dataclasses.MISSING
        name = field.name.replace("_", "-")
        (required if needed else optional)[name] = _field_schema(field)
    told: dict[str, Json] = {
        "description": kind.summary,
        "properties": {"with": _object(required, optional)},
    }
    if required:
        told["required"] = ["with"]
    return {"if": {"properties": {"verb": {"const": kind.verb}}}, "then": told}


def _field_schema(field: dataclasses.Field[Any]) -> dict[str, Json]:
    doc = str(field.metadata["doc"])
    if field.metadata["choices"]:
        return {"description": doc, **_enum(field.metadata["choices"])}
    shapes: dict[str, dict[str, Json]] = {
        "str": {"type": "string", "minLength": 1},
        "int": {"type": "integer"},
        "bool": {"type": "boolean"},
        "tuple[str, ...]": {"type": "array", "minItems": 1, "items": _TEXT},
    }
    return {"description": doc, **shapes[str(field.type)]}


def _object(
    required: Mapping[str, Json], optional: Mapping[str, Json] | None = None
) -> dict[str, Json]:
    schema: dict[str, Json] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {**required, **(optional or {})},
    }
    if required:
        names: list[Json] = [*sorted(required)]
        schema["required"] = names
    return schema


def _named(item: Json) -> dict[str, Json]:
    return {"type": "object", "propertyNames": _NAME, "additionalProperties": item}


def _array(item: Json) -> dict[str, Json]:
    return {"type": "array", "minItems": 1, "items": item}


def _integer(low: int, high: int) -> dict[str, Json]:
    return {"type": "integer", "minimum": low, "maximum": high}


def _choice(options: type[StrEnum]) -> dict[str, Json]:
    return _enum(option.value for option in options)


def _enum(values: Iterable[str]) -> dict[str, Json]:
    return {"enum": list(values)}
