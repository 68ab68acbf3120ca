"""A key goes from its token: exactly its own objects, between two inventories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ceremony.conduct.actions.device import (
    expected_listing,
    operation,
    outcome_of,
    take,
)
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.listing import listed, listing_of
from ceremony.engine.facts import Intent, KeyMade, SecretKeyMade
from ceremony.engine.steps.destroy import DestroyParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.errors import DeviceError
from ceremony.hsm.errors import Act, device_acted
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.inventory import Inventory, InventoryEntry
from ceremony.script.model import Step


def destroy(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Destroy a key's objects, where the token holds what the record says."""
    name = read_parameters(DestroyParameters, step.parameters).key
    token = conductor.script.thing(name).token
    bound = conductor.devices.bound(token)
    actor = conductor.performer(step)
    intent = Intent(step.verb, token, bound.serial, thing=name, label=name)
    with (
        operation(conductor, intent, actor) as op,
        conductor.devices.session(token, inputs.pins.get("pin")) as session,
    ):
        _destroy(session, _find(conductor, token, session.inventory(), name))
        with device_acted(Act.DESTROY):
            taken = take(conductor, token, session)
        done = outcome_of(intent, taken=taken)
        conductor.finish(op, done, actor, taken.contents)


def entries_of(
    key: KeyMade | SecretKeyMade, inventory: Inventory
) -> tuple[InventoryEntry, ...]:
    """Find the objects of a key in an inventory, the private one first."""
    return tuple(
        entry
        for brief in key.objects
        for entry in inventory.entries
        if listed(entry).brief == brief
    )


def _find(
    conductor: Conductor, token: str, inventory: Inventory, name: str
) -> tuple[InventoryEntry, ...]:
    """Give the key's objects, where all is as the record has it.

    Raises:
        DeviceError: ``CONDUCT-DESTROY-01``: the token holds other objects.
    """
    key = conductor.state.made[name]
    found = entries_of(key, inventory)
    expected = Counter(expected_listing(conductor, token))
    if Counter(listing_of(inventory)) != expected or len(found) != len(key.objects):
        raise DeviceError(
            "CONDUCT-DESTROY-01",
            f"The token of {name} holds other objects than the record says.",
            meaning="Nothing was destroyed.",
            remedy="Record the deviation, list the token, and decide before the key "
            "is destroyed.",
        )
    return found


def _destroy(session: HostedSession, entries: Sequence[InventoryEntry]) -> None:
    """Destroy objects one by one; from the second on a failure is in doubt."""
    first, *rest = entries
    session.destroy(first)
    with device_acted(Act.DESTROY):
        for entry in rest:
            session.destroy(entry)
