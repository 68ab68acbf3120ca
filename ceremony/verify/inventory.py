"""A whole-token inventory as a pack embeds it, read without the device's room.

Source: docs/spec/pack-v1.md, "Inventories".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ceremony import canonical
from ceremony.canonical import CanonicalError, Json
from ceremony.engine.facts import FoundObject
from ceremony.verify.check import FailedError

FORMAT: Final = "key-ceremony.inventory/1"


@dataclass(frozen=True, slots=True)
class ListedObject:
    """One object of a token.

    Attributes:
        brief: What a leaf says of it.
        attributes: What could be read, by name and sorted: ``true``, ``false`` or
            text.
    """

    brief: FoundObject
    attributes: tuple[tuple[str, str], ...]


def decode_inventory(raw: bytes, name: str) -> tuple[ListedObject, ...]:
    """Read an inventory.

    Args:
        raw: The blob: canonical JSON, UTF-8.
        name: Its file name, for the place.

    Raises:
        FailedError: ``VERIFY-INVENTORY-01``: it is no inventory.
    """
    try:
        return _decode(raw)
    except (CanonicalError, KeyError, TypeError) as error:
        raise FailedError("VERIFY-INVENTORY-01", f"{name}: {error}") from error


def _decode(raw: bytes) -> tuple[ListedObject, ...]:
    told = canonical.decode(raw)
    if not isinstance(told, dict) or canonical.encode(told) != raw:
        raise TypeError("it is not a canonical object")
    objects = told["objects"]
    if told["v"] != FORMAT or not isinstance(objects, list):
        raise TypeError(f"it is not of the format {FORMAT}")
    return tuple(_listed(entry) for entry in objects)


def count_exactly(objects: tuple[ListedObject, ...]) -> Counter[ListedObject]:
    """Count objects that are the same in every attribute."""
    return Counter(objects)


def count_briefs(objects: Counter[ListedObject]) -> Counter[FoundObject]:
    """Count the objects of a difference as a leaf names them, in brief."""
    return Counter(listed.brief for listed in objects.elements())


def count_objects(objects: tuple[ListedObject, ...]) -> Counter[FoundObject]:
    """Count objects that are the same in brief: some have neither label nor id."""
    return Counter(listed.brief for listed in objects)


def _listed(entry: Json) -> ListedObject:
    if not isinstance(entry, dict):
        raise TypeError("an entry is not an object")
    attributes = entry["attributes"]
    if not isinstance(attributes, dict):
        raise TypeError("attributes is not an object")
    return ListedObject(
        FoundObject(_text(entry, "kind"), _text(entry, "label"), _text(entry, "id")),
        tuple(sorted((name, str(value)) for name, value in attributes.items())),
    )


def _text(entry: Mapping[str, Json], name: str) -> str:
    value = entry[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is not a text")
    return value
