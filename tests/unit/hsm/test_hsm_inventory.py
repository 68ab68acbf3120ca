from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ceremony.hsm.attributes import FoundAttribute
from ceremony.hsm.inventory import (
    Inventory,
    InventoryEntry,
    difference,
)

KEY = InventoryEntry(
    object_class="CKO_PRIVATE_KEY",
    label="root-key",
    cka_id="00" * 16,
    key_type="CKK_EC",
    size=256,
    curve="P-256",
    attributes=(
        FoundAttribute("CKA_KEY_GEN_MECHANISM", "CKM_EC_KEY_PAIR_GEN"),
        FoundAttribute("CKA_SENSITIVE", value=True),
    ),
)
JUNK = InventoryEntry("absent", "", "", "", 0, "", ())

attributes = st.dictionaries(
    st.sampled_from(["CKA_TOKEN", "CKA_LOCAL", "CKA_VALUE"]),
    st.booleans() | st.sampled_from(["absent", "sha256:00"]),
).map(lambda found: tuple(FoundAttribute(*item) for item in sorted(found.items())))
entries = st.builds(
    InventoryEntry,
    object_class=st.sampled_from(["CKO_DATA", "CKO_PUBLIC_KEY", "absent"]),
    label=st.sampled_from(["", "a", "b"]),
    cka_id=st.sampled_from(["", "00"]),
    key_type=st.just(""),
    size=st.integers(0, 2),
    curve=st.just(""),
    attributes=attributes,
)
inventories = st.lists(entries, max_size=8).map(Inventory.of)


def test_an_attribute_is_found_by_name() -> None:
    assert KEY.value("CKA_SENSITIVE") is True
    assert KEY.value("CKA_LOCAL") == "absent"


@given(st.lists(entries, max_size=6), st.randoms())
def test_the_order_of_reading_does_not_matter(
    found: list[InventoryEntry], random: object
) -> None:
    before = Inventory.of(found)
    random.shuffle(found)  # type: ignore[attr-defined]  # hypothesis' own generator
    assert Inventory.of(found) == before


@given(inventories, inventories)
def test_a_difference_leads_from_one_inventory_to_the_other(
    before: Inventory, after: Inventory
) -> None:
    change = difference(before, after)

    rest = list(before.entries)
    for entry in change.removed:
        rest.remove(entry)
    assert Inventory.of([*rest, *change.added]) == after
    assert not set(change.added) & set(change.removed)
    assert (not change.added and not change.removed) == (before == after)


def test_one_of_two_nameless_twins_is_missed() -> None:
    change = difference(Inventory.of([JUNK, JUNK]), Inventory.of([JUNK]))

    assert (change.added, change.removed) == ((), (JUNK,))
