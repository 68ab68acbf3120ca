"""A device's inventory becomes the listing that a pack embeds."""

from __future__ import annotations

from ceremony.conduct.listing import listing_of
from ceremony.hsm.attributes import FoundAttribute
from ceremony.hsm.inventory import Inventory, InventoryEntry
from ceremony.pack.inventory_file import decode_listing, encode_listing

KEY = InventoryEntry(
    object_class="CKO_PRIVATE_KEY",
    label="root-oca",
    cka_id="00ff",
    key_type="CKK_EC",
    size=256,
    curve="P-256",
    attributes=(
        FoundAttribute("CKA_EXTRACTABLE", value=False),
        FoundAttribute("CKA_KEY_TYPE", "CKK_EC"),
        FoundAttribute("CKA_SENSITIVE", value=True),
    ),
)
TWIN = InventoryEntry("CKO_VENDOR_DEFINED", "", "", "", 0, "", ())


def test_a_listing_has_this_form() -> None:
    raw = encode_listing(listing_of(Inventory.of([KEY])))
    assert raw == (
        b'{"objects":[{"attributes":{"CKA_EXTRACTABLE":"false",'
        b'"CKA_KEY_TYPE":"CKK_EC","CKA_SENSITIVE":"true"},"id":"00ff",'
        b'"kind":"private-key","label":"root-oca"}],'
        b'"v":"key-ceremony.inventory/1"}'
    )


def test_nameless_twins_of_an_unknown_class_are_listed_as_two() -> None:
    listing = listing_of(Inventory.of([TWIN, KEY, TWIN]))
    assert [each.brief.kind for each in listing] == ["private-key", "other", "other"]
    assert decode_listing(encode_listing(listing), "a listing") == listing
