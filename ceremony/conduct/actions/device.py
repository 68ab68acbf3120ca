"""What the device actions share: the inventory, and faults as outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ceremony import canonical
from ceremony.conduct.conductor import Conductor, Contents
from ceremony.conduct.listing import listing_of
from ceremony.engine.facts import (
    DeviceFault,
    Intent,
    InventoryTaken,
    Outcome,
    Result,
)
from ceremony.errors import DeviceError
from ceremony.hsm.hosted_session import HostedSession
from ceremony.identifiers import OperationId, PersonId
from ceremony.pack.inventory_file import (
    Listing,
    decode_listing,
    encode_listing,
    new_in,
)


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


def take(conductor: Conductor, token: str, session: HostedSession) -> Taken:
    """List every object in a token and compare with the list before."""
    listing = listing_of(session.inventory())
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


def outcome_of(
    intent: Intent, result: Result = Result.DONE, taken: Taken | None = None
) -> Outcome:
    """Give the outcome of what a device was told; what it made is added to it.

    Args:
        intent: What it was told.
        result: How it ended.
        taken: The token's inventory afterwards; None where it was not taken.
    """
    return Outcome(
        intent.verb,
        intent.token,
        intent.serial,
        result,
        thing=intent.thing,
        inventory=taken.brief if taken is not None else None,
        user=intent.user,
    )


@contextmanager
def operation(
    conductor: Conductor,
    intent: Intent,
    actor: PersonId,
    contents: Contents | None = None,
) -> Iterator[OperationId]:
    """Make the intent durable, and a fault that is not in doubt the outcome.

    A fault in doubt leaves the operation open: only ``conduct.recovery`` closes it.

    Raises:
        DeviceError: The device failed.
    """
    op = conductor.begin(intent, actor, contents)
    try:
        yield op
    except DeviceError as error:
        # What fails after the outcome, such as the logout, changes nothing in it.
        if not error.in_doubt and conductor.state.pending is not None:
            fault = DeviceFault(error.code, str(error), getattr(error, "ckr", ""))
            conductor.finish(
                op,
                replace(outcome_of(intent, Result.FAILED), fault=fault),
                actor,
            )
        raise
