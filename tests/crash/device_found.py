"""What a kill has left: what the product's resumption recorded, and what a reader sees.

The reader is not the product's; where the product went on without a resumption, it is
the reader alone that looks.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from ceremony.conduct.room import Room
from ceremony.engine.facts import FoundObject, Resumed
from ceremony.pack.inventory_file import decode_listing
from tests.crash.device_script import DEVICE
from tests.crash.reader import Seen, read_objects


@dataclass
class Found:
    """What the product's resumption found and recorded after kills.

    Attributes:
        kill: The last of them; empty where it was looked at already.
        after: Its number in the ceremony, from 1; 0 where there is none such.
        verb: The operation in doubt; empty where none is.
        strange: Objects that the journal did not expect; likewise ``half_pairs`` and
            ``nameless`` among them.
        missing: Objects that the journal expected and that are gone.
        unreported: Objects in the token that the resumption did not record.
        lost: What was acknowledged and is not in the journal.
        unready: 1 where an initialisation that was cut off has left no user PIN or
            another label, so that the product records that and no inventory.
    """

    kill: str
    after: int
    verb: str = ""
    strange: int = 0
    half_pairs: int = 0
    nameless: int = 0
    missing: int = 0
    unreported: int = 0
    lost: int = 0
    unready: int = 0


@dataclass(frozen=True)
class WentOn:
    """What is in the token where a kill interrupted nothing.

    The module's process died while it was asked nothing, another one did the next act.

    Attributes:
        after: The kill's number, as in :class:`Found`.
        stray: Objects that the journal does not have after the act, and that it has
            and the token lacks.
    """

    went_on: str
    after: int
    stray: int


@dataclass(frozen=True)
class Usable:
    """How soon after a kill the outcome of the next act was durable, seconds."""

    kill: str
    after: int
    usable_s: float


@dataclass(frozen=True)
class Broken:
    """A pair that looked whole and did not sign; two people have it destroyed."""

    broken: str


@dataclass(frozen=True)
class Gone:
    """How the product told of a token that a kill in its initialisation has ended."""

    gone: str


Told = Gone | Found | WentOn | Usable | Broken


def see(at: Room) -> Seen:
    """Read all objects of the token that is killed, past the product."""
    pins = at.site.pins
    assert pins is not None
    return read_objects(
        at.site.folder / "tokens" / "hsm" / "softhsm2.conf",
        at.conductor.devices.bound(DEVICE).serial,
        bytes(pins.user[DEVICE].expose()),
    )


def find_stray(at: Room) -> int:
    """Count objects of no key that the journal has, and what its keys lack."""
    state = at.conductor.state
    live = [key for name, key in state.made.items() if name not in state.destroyed]
    known = Counter((o.kind, o.cka_id, o.label) for key in live for o in key.objects)
    seen = see(at)
    return (seen - known).total() + (known - seen).total()


def compare(at: Room, resumed: Resumed, seen: Seen, found: Found) -> Found:
    """Add what a resumption recorded of the token, and what it did not."""
    taken = [each.inventory for each in resumed.tokens if each.token == DEVICE]
    if not taken:
        found.unready = int(found.verb == "token.initialise" and found.after > 0)
        found.unreported = count_unreported(seen, ())
        return found
    (inventory,) = taken
    blob = at.conductor.log.journal.blob(inventory.digest)
    listing = decode_listing(blob, "what the resumption found")
    found.unreported = count_unreported(seen, [each.brief for each in listing])
    found.missing, found.strange = len(inventory.removed), len(inventory.added)
    named = [each for each in inventory.added if each.cka_id or each.label]
    found.nameless = found.strange - len(named)
    ids = Counter(each.cka_id for each in named)
    found.half_pairs = sum(count == 1 for count in ids.values())
    return found


def count_unreported(seen: Seen, recorded: Iterable[FoundObject]) -> int:
    """Count the objects of a token that were not recorded."""
    return (seen - Counter((o.kind, o.cka_id, o.label) for o in recorded)).total()


def encode(found: Told) -> str:
    """Write what was found as one line of JSON."""
    return json.dumps(asdict(found)) + "\n"
