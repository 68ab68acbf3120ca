"""Turn a device's own inventory into the listing that a pack embeds.

Invariants:
    * Every object is listed, whether it has a name or not, in the inventory's order.
"""

from __future__ import annotations

from typing import Final

from ceremony.engine.facts import FoundObject
from ceremony.hsm.inventory import Inventory, InventoryEntry
from ceremony.pack.inventory_file import ListedObject, Listing

KINDS: Final = {
    "CKO_PRIVATE_KEY": "private-key",
    "CKO_PUBLIC_KEY": "public-key",
    "CKO_SECRET_KEY": "secret-key",
    "CKO_DATA": "data",
    "CKO_CERTIFICATE": "certificate",
}
"""What an object is called in the record, by its class; others are ``other``."""


def listing_of(inventory: Inventory) -> Listing:
    """Give every object of an inventory as the record has it."""
    return tuple(listed(entry) for entry in inventory.entries)


def as_text(value: bool | str) -> str:  # noqa: FBT001  an attribute's value is either
    """Write an attribute's value as the record has it."""
    return str(value).lower() if isinstance(value, bool) else value


def listed(entry: InventoryEntry) -> ListedObject:
    """Give one object of an inventory as the record has it."""
    kind = KINDS.get(entry.object_class, "other")
    told = {found.name: as_text(found.value) for found in entry.attributes}
    return ListedObject(
        FoundObject(kind, entry.label, entry.cka_id), tuple(sorted(told.items()))
    )
