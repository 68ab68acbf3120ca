"""What one leaf of the journal says, as values without bytes or storage.

Invariants:
    * A :class:`Draft` is what the rules propose; only the store makes it an event by
      giving it its place: ``seq``, ``cseq``, ``prev`` and the time.
    * ``seq`` counts the journal's leaves from 0, ``cseq`` the ceremony's from 0.
    * ``prev`` is the RFC 6962 leaf hash of the leaf before; that of leaf 0 is
      :data:`NO_PREVIOUS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ceremony.canonical import Json
from ceremony.clock import Instant
from ceremony.identifiers import (
    CeremonyId,
    Digest,
    OperationId,
    Origin,
    PersonId,
    Role,
    StepId,
)

NO_PREVIOUS: Final = Digest("0" * 64)
"""The ``prev`` of leaf 0: 64 zeros, which is the hash of no leaf."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Something too large for a leaf, named by its digest.

    Attributes:
        name: The flat name under which a pack embeds it.
        sha256: SHA-256 over its bytes.
        size: Its length in bytes, 0 or more.
    """

    name: str
    sha256: Digest
    size: int


@dataclass(frozen=True, slots=True)
class StepRef:
    """The step that an event belongs to.

    Attributes:
        id: The step's id in the script.
        presented: SHA-256 over the exact text shown to the room, UTF-8.
    """

    id: StepId
    presented: Digest


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, by id; names are commitments elsewhere.

    Attributes:
        person: The person's id.
        role: The role in which the person acted.
    """

    person: PersonId
    role: Role


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact without its place in the journal.

    Attributes:
        type: The kind of fact, for example ``hsm.outcome``.
        data: The fact's values.
        op: The device operation; None for what touches no device.
        step: The step; None for what stands outside the steps.
        actor: Who did it; None for what nobody in particular does.
        blobs: What the fact names by digest; distinct names, none to many.
    """

    type: str
    data: Mapping[str, Json]
    op: OperationId | None = None
    step: StepRef | None = None
    actor: Actor | None = None
    blobs: tuple[Blob, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """A fact in its place: the value of one leaf.

    Attributes:
        log: The journal's origin.
        ceremony: The ceremony's id.
        seq: The leaf's index in the journal, from 0.
        cseq: Its index among the ceremony's leaves, from 0.
        prev: Leaf hash of leaf ``seq`` - 1.
        script: SHA-256 of the script that the ceremony runs.
        t: When it was recorded.
        type: As in :class:`Draft`, and so on for the rest.
    """

    log: Origin
    ceremony: CeremonyId
    seq: int
    cseq: int
    prev: Digest
    script: Digest
    t: Instant
    type: str
    data: Mapping[str, Json]
    op: OperationId | None = None
    step: StepRef | None = None
    actor: Actor | None = None
    blobs: tuple[Blob, ...] = ()
