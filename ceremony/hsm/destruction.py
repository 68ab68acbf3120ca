"""How one object is destroyed, and it alone."""

from __future__ import annotations

from ceremony.errors import DeviceError
from ceremony.hsm.access import TokenAccess
from ceremony.hsm.errors import Act, device_acted, device_door
from ceremony.hsm.inventory import Inventory, InventoryEntry, difference


def destroy(access: TokenAccess, entry: InventoryEntry) -> None:
    """Destroy exactly one object, and verify that it alone is gone.

    Args:
        access: An open session, the user logged in, opened for writing.
        entry: The object as the inventory just showed it; of equal twins one is
            destroyed.

    Raises:
        DeviceError: ``HSM-OBJECT-01`` no such object, ``HSM-OBJECT-02`` the token
            changed otherwise than by this object, or the token's failure.
    """
    objects = access.objects()
    handle = next((each.handle for each in objects if each.entry == entry), None)
    if handle is None:
        raise DeviceError(
            "HSM-OBJECT-01",
            f"The token holds no {entry.object_class} {entry.label!r} "
            f"(id {entry.cka_id or 'empty'}) with these attributes.",
            remedy="Take the token's inventory again and name an object in it.",
            meaning="Nothing was destroyed.",
        )
    with device_door(Act.DESTROY):
        access.functions.destroy_object(access.handle, handle)
    before = Inventory.of(each.entry for each in objects)
    with device_acted(Act.DESTROY):
        after = access.inventory()
    change = difference(before, after)
    if change.added or change.removed != (entry,):
        raise DeviceError(
            "HSM-OBJECT-02",
            f"The token should have lost one object; it lost "
            f"{len(change.removed)} and gained {len(change.added)}.",
            remedy="Stop and compare the token's inventory with the journal.",
            meaning="The object may still exist, or another one may be gone.",
            in_doubt=True,
        )
