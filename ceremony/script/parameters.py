"""Parameters of a script: ``{name}`` in a text becomes that parameter's value.

Nothing else is replaced, and a value is never looked at again, so that no text can
be built that a reader of the file would not expect.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ceremony.errors import Place
from ceremony.script.node import Entry, MappingNode, Node, ScalarNode, SequenceNode
from ceremony.script.shape import Faults

REFERENCE: Final = re.compile(r"\{([^{}]*)\}")


def replace_parameters(node: Node, values: Mapping[str, str], faults: Faults) -> Node:
    """Replace every reference in the texts below ``node``.

    A reference to a parameter that the script does not have is noted as
    ``SCRIPT-PARAMETER-01`` and left as it stands.
    """
    if isinstance(node, SequenceNode):
        items = tuple(replace_parameters(item, values, faults) for item in node.items)
        return SequenceNode(items, node.place)
    if isinstance(node, MappingNode):
        entries = tuple(
            Entry(
                entry.key, entry.place, replace_parameters(entry.node, values, faults)
            )
            for entry in node.entries
        )
        return MappingNode(entries, node.place)
    if isinstance(node.value, str):
        return ScalarNode(_replaced(node.value, node.place, values, faults), node.place)
    return node


def _replaced(
    text: str, place: Place, values: Mapping[str, str], faults: Faults
) -> str:
    def value_of(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in values:
            faults.add(
                "SCRIPT-PARAMETER-01",
                f"The script has no parameter {name!r}.",
                place,
                remedy="Add it under parameters, or write the text without braces.",
            )
            return found.group(0)
        return values[name]

    return REFERENCE.sub(value_of, text)
