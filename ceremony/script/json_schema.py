"""The parts that a published JSON Schema is made of.

Each format that people write publishes a schema, made from the same closed sets that
its reader uses, so that an editor completes and marks as one types.

Source: JSON Schema draft-07.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from ceremony.canonical import Json
from ceremony.script.shape import LONGEST_TEXT, NAME

DRAFT: Final = "http://json-schema.org/draft-07/schema#"

TEXT: Final[Json] = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
NAMED: Final[Json] = {"type": "string", "pattern": f"^{NAME.pattern}$"}
FLAG: Final[Json] = {"type": "boolean"}


def mapping_of(
    required: Mapping[str, Json], optional: Mapping[str, Json] | None = None
) -> dict[str, Json]:
    """Describe a mapping that has these keys and no others."""
    schema: dict[str, Json] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {**required, **(optional or {})},
    }
    if required:
        names: list[Json] = [*sorted(required)]
        schema["required"] = names
    return schema


def named_items(item: Json) -> dict[str, Json]:
    """Describe a mapping from names to items of one shape."""
    return {"type": "object", "propertyNames": NAMED, "additionalProperties": item}


def list_of(item: Json) -> dict[str, Json]:
    """Describe a list of 1 or more items of one shape."""
    return {"type": "array", "minItems": 1, "items": item}


def integer(low: int, high: int) -> dict[str, Json]:
    """Describe a whole number from ``low`` to ``high``."""
    return {"type": "integer", "minimum": low, "maximum": high}


def choice(options: type[StrEnum]) -> dict[str, Json]:
    """Describe one value of a closed set."""
    return one_of_words(option.value for option in options)


def hex_digits(count: int) -> dict[str, Json]:
    """Describe ``count`` hexadecimal digits in lower case."""
    return {"type": "string", "pattern": f"^[0-9a-f]{{{count}}}$"}


def one_of_words(words: Iterable[str]) -> dict[str, Json]:
    """Describe one of several words."""
    return {"enum": list(words)}
