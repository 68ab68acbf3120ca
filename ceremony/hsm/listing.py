"""List a token's objects, whatever they are."""

from __future__ import annotations

from typing import Any, Final

from pkcs11 import Attribute, ObjectClass
from pkcs11.exceptions import PKCS11Error

from ceremony.hsm.generation import readable
from ceremony.hsm.inventory import Inventory, InventoryEntry

_KINDS: Final = {
    ObjectClass.PRIVATE_KEY: "private-key",
    ObjectClass.PUBLIC_KEY: "public-key",
    ObjectClass.SECRET_KEY: "secret-key",
    ObjectClass.DATA: "data",
    ObjectClass.CERTIFICATE: "certificate",
}


def list_objects(session: Any) -> Inventory:  # noqa: ANN401  the library is untyped
    """Read every object that the session can see."""
    # The iterator is used up at once: an unfinished one blocks the session.
    entries = [_entry(item) for item in list(session.get_objects())]
    return Inventory(tuple(sorted(entries, key=lambda entry: entry.stable)))


def _entry(item: Any) -> InventoryEntry:  # noqa: ANN401  the library is untyped
    return InventoryEntry(
        kind=_KINDS.get(item.object_class, "other"),
        label=str(_read(item, Attribute.LABEL, "")),
        cka_id=bytes(_read(item, Attribute.ID, b"")).hex(),
        attributes=tuple(sorted(readable(item).items())),
        handle=int(item.handle),
    )


def _read(item: Any, attribute: Attribute, default: Any) -> Any:  # noqa: ANN401  the library is untyped
    try:
        return item[attribute] or default
    except PKCS11Error:
        return default
