"""What the device actions share: the inventory, and faults as outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ceremony import canonical
from ceremony.conduct.conductor import Conductor
from ceremony.engine.facts import (
    DeviceFault,
    FoundObject,
    Intent,
    InventoryTaken,
    Outcome,
    Result,
)
from ceremony.errors import DeviceError
from ceremony.hsm.inventory import (
    Inventory,
    InventoryEntry,
    decode_inventory,
    difference,
    encode_inventory,
)
from ceremony.hsm.pkcs11_token import Session
from ceremony.identifiers import OperationId, PersonId
from ceremony.script.model import Step


@dataclass(frozen=True, slots=True)
class Taken:
    """An inventory in brief, and in full as the blob that a pack embeds."""

    brief: InventoryTaken
    full: Inventory
    name: str
    content: bytes

    @property
    def contents(self) -> dict[str, bytes]:
        """Give the blob by its name."""
        return {self.name: self.content}


def take(conductor: Conductor, token: str, session: Session) -> Taken:
    """List every object in a token and compare with the list before."""
    full = session.inventory()
    content = encode_inventory(full)
    change = difference(expected_inventory(conductor, token), full)
    return Taken(
        brief=InventoryTaken(
            digest=canonical.digest(content),
            count=len(full.entries),
            added=tuple(map(_brief, change.added)),
            removed=tuple(map(_brief, change.removed)),
        ),
        full=full,
        name=conductor.free_name(f"inventory-{token}", ".json"),
        content=content,
    )


def expected_inventory(conductor: Conductor, token: str) -> Inventory:
    """Give the last inventory that the journal holds for a token; else an empty one."""
    known = conductor.state.token(token).inventory
    if known is None:
        return Inventory(())
    return decode_inventory(conductor.log.journal.blob(known.digest))


def _brief(entry: InventoryEntry) -> FoundObject:
    return FoundObject(entry.kind, entry.label, entry.cka_id)


@contextmanager
def operation(
    conductor: Conductor, step: Step, intent: Intent, actor: PersonId
) -> Iterator[OperationId]:
    """Make the intent durable, and a fault that is not in doubt the outcome.

    A fault in doubt leaves the operation open: only ``conduct.recovery`` closes it.

    Raises:
        DeviceError: The device failed.
    """
    op = conductor.begin(intent, actor)
    try:
        yield op
    except DeviceError as error:
        if not error.in_doubt:
            fault = DeviceFault(error.code, str(error), getattr(error, "ckr", ""))
            conductor.finish(
                op,
                Outcome(
                    verb=intent.verb,
                    token=intent.token,
                    serial=intent.serial,
                    result=Result.FAILED,
                    thing=intent.thing,
                    fault=fault,
                ),
                actor,
            )
        raise
