"""What the device actions share: the inventory, and faults as outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

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
from ceremony.hsm.inventory import InventoryEntry
from ceremony.hsm.session import Session
from ceremony.identifiers import OperationId, PersonId
from ceremony.pack.inventory_file import (
    ListedObject,
    Listing,
    decode_listing,
    encode_listing,
    new_in,
)

KINDS: Final = {
    "CKO_PRIVATE_KEY": "private-key",
    "CKO_PUBLIC_KEY": "public-key",
    "CKO_SECRET_KEY": "secret-key",
    "CKO_DATA": "data",
    "CKO_CERTIFICATE": "certificate",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """An inventory in brief, and in full as the blob that a pack embeds."""

    brief: InventoryTaken
    name: str
    content: bytes

    @property
    def contents(self) -> dict[str, bytes]:
        """Give the blob by its name."""
        return {self.name: self.content}


def take(conductor: Conductor, token: str, session: Session) -> Taken:
    """List every object in a token and compare with the list before."""
    listing = tuple(_listed(entry) for entry in session.inventory().entries)
    content = encode_listing(listing)
    before = expected_listing(conductor, token)
    return Taken(
        brief=InventoryTaken(
            digest=canonical.digest(content),
            count=len(listing),
            added=tuple(each.brief for each in new_in(listing, before)),
            removed=tuple(each.brief for each in new_in(before, listing)),
        ),
        name=conductor.free_name(f"inventory-{token}", ".json"),
        content=content,
    )


def expected_listing(conductor: Conductor, token: str) -> Listing:
    """Give the last inventory that the journal holds of a token; else an empty one."""
    known = conductor.state.token(token).inventory
    if known is None:
        return ()
    name = f"the last inventory of {token}"
    return decode_listing(conductor.log.journal.blob(known.digest), name)


def _listed(entry: InventoryEntry) -> ListedObject:
    kind = KINDS.get(entry.object_class, "other")
    told = {found.name: as_text(found.value) for found in entry.attributes}
    return ListedObject(
        FoundObject(kind, entry.label, entry.cka_id), tuple(sorted(told.items()))
    )


def as_text(value: bool | str) -> str:  # noqa: FBT001  an attribute's value is either
    """Write an attribute's value as the record has it."""
    return str(value).lower() if isinstance(value, bool) else value


@contextmanager
def operation(
    conductor: Conductor, intent: Intent, actor: PersonId
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
