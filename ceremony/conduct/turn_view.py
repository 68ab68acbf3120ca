"""A person's turn at the laptop: who, the exact text, its words, the token.

Invariants:
    * ``text`` is decoded from the bytes whose digest is signed, and the digest that
      was shown travels back with the signature: what was shown is what is signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.step_view import is_at_reader, is_fixed
from ceremony.digest_words import words
from ceremony.engine.state import Phase
from ceremony.engine.statement import presence
from ceremony.engine.steps.sign import SIGN_IN, SIGN_OUT, seat_of
from ceremony.errors import CeremonyError
from ceremony.identifiers import Digest, PersonId
from ceremony.pack.binding import PersonBinding
from ceremony.people.attestation import presented_digest

SHOWN_WORDS = 8
"""How many words of a statement's digest the room compares."""


@dataclass(frozen=True, slots=True)
class TurnView:
    """One person's turn.

    Attributes:
        verb: ``sign-in`` or ``sign-out``.
        number: Which of the ``count`` turns of this kind it is, from 1.
        payload: The statement as it is hashed and signed: UTF-8.
        digest: SHA-256 of ``payload``.
        meaning: What the signature says.
        steps: First and last step of each presence; empty at a sign-in.
        serial: Of the person's own token.
        offered: True where the site's file holds its PIN.
        at_reader: True where it is entered at the token's own reader.
        found: True where the token is in its reader.
    """

    verb: str
    person: PersonId
    name: str
    title: str
    kind: str
    number: int
    count: int
    payload: bytes
    digest: Digest
    meaning: str
    steps: tuple[tuple[str, str], ...]
    deviations: tuple[str, ...]
    checkpoint_size: int
    serial: str
    label: str
    offered: bool
    at_reader: bool
    found: bool

    @property
    def text(self) -> str:
        """Give the statement as it is shown."""
        return self.payload.decode()

    @property
    def words(self) -> tuple[str, ...]:
        """Give the first words of the statement's digest."""
        return words(bytes.fromhex(self.digest))[:SHOWN_WORDS]


def view_turn(conductor: Conductor, names: Mapping[PersonId, str]) -> TurnView | None:
    """Draw up the current turn; None where the step is nobody's turn, or is done."""
    state, step = conductor.state, conductor.state.step
    if (
        state.phase is not Phase.RUNNING
        or step is None
        or step.verb not in (SIGN_IN, SIGN_OUT)
        or conductor.is_carried_out()
    ):
        return None
    seat = seat_of(step, state)
    payload = conductor.statement().encode()
    turns = [each for each in state.script.steps if each.verb == step.verb]
    bound = conductor.devices.person(seat.person)
    head = state.opening if step.verb == SIGN_IN else state.closing
    return TurnView(
        verb=step.verb,
        person=seat.person,
        name=names.get(seat.person, ""),
        title=state.title(seat.person),
        kind=seat.kind.value,
        number=turns.index(step) + 1,
        count=len(turns),
        payload=payload,
        digest=presented_digest(payload.decode()),
        meaning=conductor.meaning().value,
        steps=()
        if step.verb == SIGN_IN
        else tuple(presence(state, conductor.facts, seat.person)),
        deviations=tuple(known.recorded.deviation for known in state.deviations),
        checkpoint_size=head.size if head is not None else conductor.log.journal.size,
        serial=seat.token,
        label=bound.label,
        offered=is_fixed(conductor, seat.token),
        at_reader=is_at_reader(conductor, seat.token),
        found=is_found(conductor, bound),
    )


def is_found(conductor: Conductor, bound: PersonBinding) -> bool:
    """Tell whether a person's token answers; why it does not is told when it signs."""
    try:
        facts = conductor.devices.find(bound).facts
    except CeremonyError:
        return False
    return facts.serial == bound.serial
