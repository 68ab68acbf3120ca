"""What the devices of a site did, ceremony after ceremony; pure.

A key is known again by the token that it lives in and its CKA_ID, whatever the script
of a ceremony calls it.

Invariants:
    * Only what was done or adopted counts; the same journal gives the same history.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ceremony.engine.fact_codec import decode_fact
from ceremony.engine.facts import (
    CeremonyAbandoned,
    DeviceHandled,
    EarlierFound,
    InventoryTaken,
    KeyMade,
    Outcome,
    Result,
    Resumed,
    SecretKeyMade,
)
from ceremony.engine.zeroise import is_shown
from ceremony.identifiers import Digest
from ceremony.journal.event import Event
from ceremony.journal.store import JournalStore

_TOLD_BY: Final = (
    *(Outcome.type, EarlierFound.type, DeviceHandled.type, Resumed.type),
    CeremonyAbandoned.type,
)
_MADE: Final = (Result.DONE, Result.ADOPTED)


class KeyId(NamedTuple):
    """Which key it is: its token's serial and its CKA_ID."""

    serial: str
    cka_id: str


def key_made(outcome: Outcome) -> KeyId | None:
    """Tell which key came into a token; None where none did."""
    made = outcome.key or outcome.secret_key
    return KeyId(outcome.serial, made.cka_id) if made is not None else None


@dataclass(frozen=True, slots=True)
class Act:
    """What a device did, and the leaf that tells of it."""

    event: Event
    outcome: Outcome

    @property
    def key(self) -> KeyMade | SecretKeyMade | None:
        """Give the key that came into the token; None where none did."""
        return self.outcome.key or self.outcome.secret_key

    @property
    def told(self) -> str:
        """Name it as a reader finds it: verb, ceremony and leaf."""
        return _told(self.outcome.verb, self.event)


def _told(verb: str, event: Event) -> str:
    return f"{verb} of ceremony {event.ceremony}, leaf {event.seq}"


@dataclass(slots=True)
class History:
    """Every act of a journal, and which keys are still there.

    Attributes:
        acts: In the order of the journal.
        held: The act by which each key came into its token; destroyed keys too.
        gone: What ended a key, as a reader finds it: verb, ceremony and leaf.
        doubtful: The same of a key whose destruction is in doubt for good.
        abandoned: The ceremonies that were given up.
    """

    acts: list[Act] = field(default_factory=list)
    held: dict[KeyId, Act] = field(default_factory=dict)
    gone: dict[KeyId, str] = field(default_factory=dict)
    doubtful: dict[KeyId, str] = field(default_factory=dict)
    abandoned: set[str] = field(default_factory=set)
    _served: dict[KeyId, set[str]] = field(default_factory=dict)
    _named: dict[tuple[str, str], KeyId] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Enter one leaf.

        Raises:
            EvidenceError: It holds no known fact.
        """
        if event.type not in _TOLD_BY:
            return
        fact = decode_fact(event.type, event.data)
        if isinstance(fact, EarlierFound):
            self._name(event, fact.thing, fact.outcome)
        elif isinstance(fact, Outcome):
            self._end(Act(event, fact))
        elif isinstance(fact, DeviceHandled) and fact.zeroised is not None:
            self._wipe(fact.zeroised.serial, _told("device.manual", event))
        elif isinstance(fact, Resumed):
            for found in fact.tokens:
                self._show(found.serial, found.inventory)
        elif isinstance(fact, CeremonyAbandoned):
            self.abandoned.add(event.ceremony)

    def is_abandoned(self, known: KeyId) -> bool:
        """Tell whether a key serves nobody: all ceremonies that had it were abandoned.

        A ceremony has a key that it makes or works with. A copy is abandoned where its
        original is too: until then it may be the last that there is of it.
        """
        act = self.held[known]
        restored = act.outcome.restored
        original = self.key_of(act, restored.original) if restored is not None else None
        if restored is not None and original is None:
            return False
        serves = self._served[known] - self.abandoned
        return not serves and (original is None or self.is_abandoned(original))

    def key_of(self, act: Act, name: str) -> KeyId | None:
        """Tell which key a name in an act is, by the names of its ceremony."""
        return self._named.get((act.event.ceremony, name))

    def public_key_of(self, act: Act, name: str) -> Digest | None:
        """Give the public key (SHA-256) of a pair that an act names."""
        known = self.key_of(act, name)
        made = self.held[known].outcome.key if known in self.held else None
        return made.public_key if made is not None else None

    def _end(self, act: Act) -> None:
        """Enter how an act ended, unless it did nothing."""
        if act.outcome.result in _MADE:
            self._enter(act)
        elif act.outcome.result is Result.UNRESOLVED:
            self._doubt(act)

    def _enter(self, act: Act) -> None:
        outcome = act.outcome
        self.acts.append(act)
        if outcome.verb == "token.initialise":
            self._wipe(outcome.serial, act.told)
        self._show(outcome.serial, outcome.inventory)
        made = key_made(outcome)
        if made is not None:
            self._name(act.event, outcome.thing, outcome)
            self.held[made] = act
        known = self.key_of(act, outcome.thing)
        if outcome.verb == "key.destroy" and known is not None:
            self.gone[known] = act.told

    def _doubt(self, act: Act) -> None:
        """Let nobody rely on a key of which nobody will know whether it was destroyed.

        One that may have been made was never entered.
        """
        known = self.key_of(act, act.outcome.thing)
        if act.outcome.verb == "key.destroy" and known is not None:
            self.doubtful[known] = act.told

    def _wipe(self, serial: str, told: str) -> None:
        """Let every key of a token be gone that is not so already."""
        wiped = [known for known in self.held if known.serial == serial]
        self.gone = {**dict.fromkeys(wiped, told), **self.gone}

    def _show(self, serial: str, taken: InventoryTaken | None) -> None:
        """Let no key be gone that a list of its token shows to have come again."""
        for known in tuple(self.gone):
            key = self.held[known].key if known.serial == serial else None
            if key is not None and taken is not None and is_shown(key, taken):
                del self.gone[known]

    def _name(self, event: Event, name: str, outcome: Outcome) -> None:
        known = key_made(outcome)
        if known is not None:
            self._named[event.ceremony, name] = known
            self._served.setdefault(known, set()).add(event.ceremony)


def read_history(journal: JournalStore) -> History:
    """Enter every leaf of a journal, of whichever ceremony.

    Raises:
        EvidenceError: A leaf holds no known fact.
        StorageError: The journal cannot be read.
    """
    events = [
        event for ceremony in journal.ceremonies() for event in journal.events(ceremony)
    ]
    history = History()
    for event in sorted(events, key=lambda event: event.seq):
        history.take(event)
    return history
