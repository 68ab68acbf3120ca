"""Everything that a token holds, and what changed between two looks.

Reaches no device. Recovery rests on this: making a key is not atomic in a token, and
a broken attempt can leave half a pair, or objects without id and label.

Invariants:
    * An inventory lists every object of the token, whether it has a name or not.
    * Entries are compared by all their facts and counted, so that two nameless twins
      are two objects.
    * Handles are no part of an entry: they mean nothing in the next session.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.hsm.attributes import ABSENT, FoundAttribute


@dataclass(frozen=True, slots=True)
class InventoryEntry:
    """One object in a token.

    Attributes:
        object_class: E.g. ``CKO_PRIVATE_KEY``, or ``absent``.
        label: The object's label; ``hex:...`` where it is no plain text; may be empty.
        cka_id: The object's id, lower-case hexadecimal digits; may be empty.
        key_type: E.g. ``CKK_EC``; empty where the object is no key.
        size: The key's size in bits; 0 where it is not known.
        curve: E.g. ``P-256``; empty where the key has none.
        attributes: What the token shows of the object, sorted by name. Long values
            stand as ``sha256:`` and 64 hexadecimal digits.
    """

    object_class: str
    label: str
    cka_id: str
    key_type: str
    size: int
    curve: str
    attributes: tuple[FoundAttribute, ...]

    def value(self, name: str) -> bool | str:
        """Give one attribute's value, or ``absent``."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute.value
        return ABSENT


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every object of one token at one moment.

    Attributes:
        entries: Sorted; equal entries stand as often as there are objects.
    """

    entries: tuple[InventoryEntry, ...]

    @classmethod
    def of(cls, entries: Iterable[InventoryEntry]) -> Self:
        """Bring entries into the one order."""
        return cls(tuple(sorted(entries, key=_order)))

    def __len__(self) -> int:
        return len(self.entries)


@dataclass(frozen=True, slots=True)
class InventoryDifference:
    """What came and what went between two inventories.

    Attributes:
        added: Entries that only the later inventory has, sorted.
        removed: Entries that only the earlier inventory has, sorted. An object whose
            attributes changed is in both.
    """

    added: tuple[InventoryEntry, ...]
    removed: tuple[InventoryEntry, ...]


def difference(before: Inventory, after: Inventory) -> InventoryDifference:
    """Give exactly what changed, counting equal objects one by one."""
    earlier, later = Counter(before.entries), Counter(after.entries)
    return InventoryDifference(
        added=Inventory.of((later - earlier).elements()).entries,
        removed=Inventory.of((earlier - later).elements()).entries,
    )


def _encode_entry(entry: InventoryEntry) -> dict[str, Json]:
    """Give everything of an entry as one value, to order entries by."""
    return {
        "class": entry.object_class,
        "label": entry.label,
        "id": entry.cka_id,
        "key_type": entry.key_type,
        "size": entry.size,
        "curve": entry.curve,
        "attributes": _encode_attributes(entry.attributes),
    }


def _encode_attributes(attributes: Iterable[FoundAttribute]) -> dict[str, Json]:
    return {attribute.name: attribute.value for attribute in attributes}


def _order(entry: InventoryEntry) -> tuple[str, str, str, bytes]:
    # The encoded entry breaks ties, so that the order depends on nothing else.
    return (
        entry.object_class,
        entry.label,
        entry.cka_id,
        canonical.encode(_encode_entry(entry)),
    )
