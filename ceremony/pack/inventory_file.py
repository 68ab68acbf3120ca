"""``inventory-*.json``: every object of one token, as a pack embeds it.

Values only: the device's own listing is turned into these by the conductor, and the
verifier reads them without the device's room.

Invariants:
    * Objects are compared by everything that was read; anonymous twins count as two.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from ceremony import canonical
from ceremony.canonical import CanonicalError, Json
from ceremony.engine.facts import FoundObject
from ceremony.errors import EvidenceError

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


Listing = tuple[ListedObject, ...]
"""Every object of one token, in the order of the file."""


def encode_listing(listing: Listing) -> bytes:
    """Write the file: canonical JSON, UTF-8."""
    objects: list[Json] = [
        {
            "kind": listed.brief.kind,
            "label": listed.brief.label,
            "id": listed.brief.cka_id,
            "attributes": dict(listed.attributes),
        }
        for listed in listing
    ]
    return canonical.encode({"v": FORMAT, "objects": objects})


def decode_listing(raw: bytes, name: str) -> Listing:
    """Read the file.

    Args:
        raw: Canonical JSON, UTF-8.
        name: The file's name, for the message.

    Raises:
        EvidenceError: ``PACK-INVENTORY-01``: it is no inventory.
    """
    try:
        return tuple(_listed(entry) for entry in _objects(raw))
    except (CanonicalError, KeyError, TypeError) as error:
        raise EvidenceError(
            "PACK-INVENTORY-01",
            f"{name} is not a token's inventory: {error}.",
            meaning="What was in the token cannot be told from it.",
            remedy="Preserve the file and compare it with another copy.",
        ) from error


def _objects(raw: bytes) -> list[Json]:
    told = canonical.decode(raw)
    if not isinstance(told, dict) or canonical.encode(told) != raw:
        raise TypeError("it is not a canonical object")
    objects = told["objects"]
    if told["v"] != FORMAT or not isinstance(objects, list):
        raise TypeError(f"it is not of the format {FORMAT}")
    return objects


def new_in(after: Listing, before: Listing) -> Listing:
    """Give what ``after`` holds more than ``before``, counting equals one by one."""
    left = Counter(before)
    found: list[ListedObject] = []
    for listed in after:
        if left[listed] > 0:
            left[listed] -= 1
        else:
            found.append(listed)
    return tuple(found)


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


def _text(entry: dict[str, Json], name: str) -> str:
    value = entry[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is not a text")
    return value
