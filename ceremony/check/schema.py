"""The JSON Schema of scripts, so that an editor completes and marks as one types.

It is made from the same dataclasses that the engine reads, so that a new verb is in
it by itself. It says less than ``check_script``: names and order are not in it.

Source: JSON Schema draft-07.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from ceremony.canonical import Json
from ceremony.check.form import ROUTES
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.kind import Kind
from ceremony.identifiers import Mode, RoleKind
from ceremony.people.attestation import Meaning
from ceremony.script.decode import LATEST_DAY, MOST_PEOPLE
from ceremony.script.decode_act import LONGEST_ACT
from ceremony.script.json_schema import (
    DRAFT,
    FLAG,
    NAMED,
    TEXT,
    choice,
    hex_digits,
    integer,
    list_of,
    mapping_of,
    named_items,
    one_of_words,
)
from ceremony.script.key_kind import Algorithm, CheckMethod, KeyCopies, KeyUse
from ceremony.script.model import ThingKind
from ceremony.script.waiver import DAY

_TEXTS: Final = list_of(TEXT)
_NAMES: Final = list_of(NAMED)


def script_schema() -> dict[str, Json]:
    """Give the schema of the tree that a script's YAML stands for."""
    schema = mapping_of(
        {
            "script": NAMED,
            "version": TEXT,
            "title": TEXT,
            "purpose": TEXT,
            "modes": list_of(choice(Mode)),
            "roles": named_items(_role_schema()),
            "quorum": mapping_of(
                {
                    "role": NAMED,
                    "need": integer(1, MOST_PEOPLE),
                    "of": integer(1, MOST_PEOPLE),
                }
            ),
            "place": TEXT,
            "entry": TEXT,
            "witness-route": one_of_words(ROUTES),
            "on-abort": TEXT,
            "report-signers": _NAMES,
            "acts": list_of(_act_schema()),
        },
        {
            "policy": list_of(_policy_schema()),
            "parameters": named_items(TEXT),
            "separate": list_of(
                {"type": "array", "minItems": 2, "maxItems": 2, "items": NAMED}
            ),
            "things": named_items(_thing_schema()),
            "hardware": _TEXTS,
            "evidence": _TEXTS,
            "storage": _TEXTS,
            "unverified": list_of(
                mapping_of(
                    {"profile": NAMED, "fact": NAMED, "by": TEXT},
                    {"source": TEXT, "reason": TEXT},
                )
            ),
            "profiles": list_of(mapping_of({"file": TEXT, "sha256": TEXT})),
            "waivers": list_of(_waiver_schema()),
            "environment": NAMED,
            "expected-later": list_of(
                mapping_of(
                    {
                        "what": TEXT,
                        "role": NAMED,
                        "within-days": integer(0, LATEST_DAY),
                    }
                )
            ),
        },
    )
    return {
        "$schema": DRAFT,
        "title": "Key Ceremony script, version 1",
        **schema,
    }


def _policy_schema() -> dict[str, Json]:
    return mapping_of(
        {
            "document": TEXT,
            "version": TEXT,
            "approval": TEXT,
            "status": one_of_words(("confirmed", "unverified")),
        }
    )


def _waiver_schema() -> dict[str, Json]:
    """Describe a waiver, which is for a certificate or for a revocation list."""
    told: dict[str, Json] = {
        "finding": TEXT,
        "owner": TEXT,
        "reason": TEXT,
        "clause": TEXT,
        "expires": {"type": "string", "pattern": f"^{DAY.pattern}$"},
    }
    return {
        "oneOf": [
            mapping_of({**told, subject: NAMED}, {"about": TEXT})
            for subject in ("certificate", "crl")
        ]
    }


def _role_schema() -> dict[str, Json]:
    return mapping_of(
        {"kind": choice(RoleKind), "title": TEXT, "during": TEXT, "after": TEXT},
        {"count": integer(1, MOST_PEOPLE), "functions": _TEXTS},
    )


def _thing_schema() -> dict[str, Json]:
    return mapping_of(
        {"kind": choice(ThingKind), "title": TEXT},
        {
            "token": NAMED,
            "profile": NAMED,
            "common-name": TEXT,
            "algorithm": choice(Algorithm),
            "use": choice(KeyUse),
            "copies": choice(KeyCopies),
            "check-value": choice(CheckMethod),
            "copy-of": NAMED,
            "values": named_items(TEXT),
            "trusted": FLAG,
            "public-key": hex_digits(64),
            "cka-id": hex_digits(32),
            "sha256": hex_digits(64),
        },
    )


def _act_schema() -> dict[str, Json]:
    return mapping_of(
        {
            "id": integer(1, 99),
            "title": TEXT,
            "reader": NAMED,
            "purpose": TEXT,
            "minutes": integer(1, LONGEST_ACT),
            "steps": list_of(_step_schema()),
        }
    )


def _step_schema() -> dict[str, Json]:
    step = mapping_of(
        {
            "id": {"type": "string", "pattern": "^[1-9][0-9]*\\.[1-9][0-9]*$"},
            "verb": one_of_words(sorted(KINDS)),
            "text": TEXT,
            "by": NAMED,
        },
        {
            "initials": _NAMES,
            "meaning": choice(Meaning),
            "expect": TEXT,
            "say": TEXT,
            "why": TEXT,
            "irreversible": FLAG,
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
        "properties": {"with": mapping_of(required, optional)},
    }
    if required:
        told["required"] = ["with"]
    return {"if": {"properties": {"verb": {"const": kind.verb}}}, "then": told}


def _field_schema(field: dataclasses.Field[Any]) -> dict[str, Json]:
    doc = str(field.metadata["doc"])
    if field.metadata["choices"]:
        return {"description": doc, **one_of_words(field.metadata["choices"])}
    shapes: dict[str, dict[str, Json]] = {
        "str": {"type": "string", "minLength": 1},
        "int": {"type": "integer"},
        "bool": {"type": "boolean"},
        "tuple[str, ...]": _TEXTS,
    }
    return {"description": doc, **shapes[str(field.type)]}
