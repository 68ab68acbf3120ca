"""A key as an inventory shows it: what the leaf says of it, and its usages together.

Part of check 11. The objects of a pair are looked at together, for a key has a usage
where either of them has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ceremony.engine.facts import KeyMade, SecretKeyMade
from ceremony.engine.state import Recorded
from ceremony.pack.inventory_file import Listing
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.record import Record
from ceremony.script.key_kind import TRUSTED, usages_of
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place

SLOT_RULES: Final = ("CKF_HW_SLOT",)
"""Rules about the slot, which no inventory of objects can show."""

ABSENT: Final = "absent"
"""Stands in leaves and inventories for what a token does not tell."""

_TOGETHER: Final = " + "
_APART: Final = "apart"
_AS_ORDERED: Final = "as ordered"
"""How leaves tell of usages that must not combine."""


def verify_listed_key(
    record: Record, recorded: Recorded, key: KeyMade | SecretKeyMade, listed: Listing
) -> None:
    """Compare the attributes that the leaf tells with those of the inventory.

    Usages that stand together are told as ordered where the script of the record
    orders all of them.

    Raises:
        FailedError: ``VERIFY-KEY-02``: an attribute is another one there.
    """
    objects = _objects(key, listed)
    if key.objects[0].kind not in objects:
        return
    own = objects[key.objects[0].kind]
    ordered = usages_of(record.state.script.key_kind(key.label))
    for attribute in key.attributes:
        if attribute.name in SLOT_RULES:
            continue
        if _TOGETHER in attribute.name:
            both = _combined(attribute.name.split(_TOGETHER), objects)
            shown = _TOGETHER.join(both) or _APART
            if both and ordered.issuperset(both):
                shown = _AS_ORDERED
        elif attribute.name == TRUSTED:
            shown = trust_shown(key, listed)
        else:
            shown = own.get(attribute.name, ABSENT)
        if shown != attribute.found:
            raise FailedError(
                "VERIFY-KEY-02",
                f"{place(recorded)}: {attribute.name} is {shown} in the inventory and "
                f"{attribute.found} in the leaf",
            )


def trust_shown(key: KeyMade | SecretKeyMade, listed: Listing) -> str:
    """Tell what an inventory says of a wrapping key's trust: a pair's public key does.

    Returns:
        ``true``, ``false`` or ``absent``.
    """
    shown = _objects(key, listed).get(key.objects[-1].kind, {})
    return shown.get(TRUSTED, ABSENT)


def verify_apart(
    record: Record,
    policy: TrustPolicy | None,
    recorded: Recorded,
    key: KeyMade | SecretKeyMade,
    listed: Listing,
) -> None:
    """Insist that a key has no two usages that the trust policy keeps apart.

    Those that the approved script orders of the key belong together; with any other
    beside them they are a combination.

    Args:
        record: The record, for its script.
        policy: The trust policy; without one nothing is kept apart.
        recorded: The leaf.
        key: What it tells of the key.
        listed: The inventory that goes with the leaf; what no object of the key shows
            there, the key has not.

    Raises:
        FailedError: ``VERIFY-KEY-06``: it has, or its objects are not shown.
    """
    objects = _objects(key, listed)
    ordered = usages_of(record.state.script.key_kind(key.label))
    for usages in policy.apart if policy is not None else ():
        both = _combined(usages, objects)
        unseen = key.objects[0].kind not in objects
        if unseen or not ordered.issuperset(both):
            why = "is in no inventory" if unseen else f"has {' and '.join(both)}"
            raise FailedError(
                "VERIFY-KEY-06",
                f"{place(recorded)}: the key {key.label} {why}, and the trust policy "
                f"keeps {', '.join(usages)} apart",
            )


def _objects(
    key: KeyMade | SecretKeyMade, listed: Listing
) -> dict[str, dict[str, str]]:
    """Give the attributes of a key's objects, by kind."""
    return {
        item.brief.kind: dict(item.attributes)
        for item in listed
        if item.brief in key.objects
    }


def _combined(
    usages: Iterable[str], objects: Mapping[str, Mapping[str, str]]
) -> tuple[str, ...]:
    """Give the usages that a key has together; none where it has one at most."""
    both = tuple(
        usage
        for usage in usages
        if any(shown.get(usage) == "true" for shown in objects.values())
    )
    return both if len(both) > 1 else ()
