"""A file as a tree of values, each with the place where it stands.

Both kinds of file that people write, YAML and TOML, become this tree before their
shape is read, so that every finding can point at the line that caused it.

Invariants:
    * Keys of one mapping are distinct, and a mapping keeps the file's order.
    * Texts are in NFC and hold only characters that can be printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ceremony.errors import Place


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One text, whole number or truth value."""

    value: str | int | bool
    place: Place


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with what stands under it."""

    key: str
    place: Place
    node: Node


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys and their nodes, in the file's order."""

    entries: tuple[Entry, ...]
    place: Place

    def find(self, key: str) -> Entry | None:
        """Find the entry of a key; None where it is absent."""
        return next((entry for entry in self.entries if entry.key == key), None)


Node = ScalarNode | SequenceNode | MappingNode


def find_place(root: Node, path: Sequence[str | int]) -> Place:
    """Find where the value at ``path`` stands, as exactly as the tree tells.

    Where the path leads nowhere, the last place on the way is given, so that a
    finding about something missing points at what lacks it.
    """
    node, place = root, root.place
    for part in path:
        if isinstance(node, MappingNode) and isinstance(part, str):
            entry = node.find(part)
            if entry is None:
                return place
            node, place = entry.node, entry.place
        elif (
            isinstance(node, SequenceNode)
            and isinstance(part, int)
            and part < len(node.items)
        ):
            node = node.items[part]
            place = node.place
        else:
            return place
    return place
