"""Write docs/spec/facts-v1.md from the facts themselves.

usage: python scripts/describe_facts.py > docs/spec/facts-v1.md

A test compares the page with what this prints, so that the two cannot part.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ceremony.engine.fact_codec import FACT_TYPES

HEAD: Final = """# Facts, version 1

The `data` of every leaf, by the leaf's `type` (journal-v1.md). This page is made from
the program's own values by `scripts/describe_facts.py`.

## Example

    {"initials":[{"mark":"SL","person":"w-01","role":"internal-witness"}],
     "input":"recorded"}

is the `data` of a leaf of the type `step.closed`.

## Rules

1. A leaf's `data` MUST be an object with exactly the fields of its type.
2. A field that is marked *optional* MUST be left out where it has its default: absent,
   empty or false. Every other field MUST be there.
3. A *digest* is SHA-256 as 64 lower-case hexadecimal digits. An *integer* is within
   2^53. A *list* keeps its order. A *day* is text as `YYYY-MM-DD`.
4. A choice MUST be one of the words listed.
5. A fact MUST NOT hold a person's name, a PIN or another secret.

## Types
"""


def describe() -> str:
    """Give the whole page."""
    lines = [HEAD]
    used: list[type[Any]] = []
    for name, kind in sorted(FACT_TYPES.items()):
        lines.append(f"### {name}\n")
        lines.append(f"{first_sentence(kind)}\n")
        lines += [*fields_of(kind, used), ""]
    lines.append("## Values that facts are made of\n")
    done: set[type[Any]] = set()
    while used:
        kind = used.pop(0)
        if kind in done:
            continue
        done.add(kind)
        lines.append(f"### {kind.__name__}\n")
        lines.append(f"{first_sentence(kind)}\n")
        lines += [*fields_of(kind, used), ""]
    return "\n".join(lines).rstrip() + "\n"


def first_sentence(kind: type[Any]) -> str:
    """Give the first paragraph of a class's docstring, on one line."""
    told = (kind.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(told.split())


def fields_of(kind: type[Any], used: list[type[Any]]) -> Iterator[str]:
    """Give a table row for each field; note the values that it is made of."""
    if not dataclasses.fields(kind):
        yield "It has no field."
        return
    yield "| field | is | |"
    yield "|---|---|---|"
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        optional = "optional" if field.default is not dataclasses.MISSING else ""
        told = type_text(hints[field.name], used)
        yield f"| `{field.name}` | {told} | {optional} |"


def type_text(hint: Any, used: list[type[Any]]) -> str:  # noqa: ANN401, PLR0911  any type's hint
    """Say in words what a field holds."""
    if get_origin(hint) is tuple:
        return f"list of {type_text(get_args(hint)[0], used)}"
    if get_origin(hint) in (Union, UnionType):
        return type_text(get_args(hint)[0], used)
    name = getattr(hint, "__name__", str(hint))
    if hasattr(hint, "__supertype__"):
        return {"Digest": "digest", "OperationId": "operation id"}.get(name, "text")
    if dataclasses.is_dataclass(hint):
        used.append(hint if isinstance(hint, type) else type(hint))
        return f"[{name}](#{name.lower()})"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return ", ".join(f"`{choice.value}`" for choice in hint)
    return {"str": "text", "int": "integer", "bool": "true or false", "date": "day"}[
        name
    ]


if __name__ == "__main__":
    sys.stdout.write(describe())
