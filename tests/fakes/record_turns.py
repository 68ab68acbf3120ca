"""The two other ways through a turn, in a made-up record: dissent, and ink on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ceremony.engine.facts import (
    DissentRecorded,
    DissentSettled,
    Head,
    Initial,
    SignedOnPaper,
)
from ceremony.identifiers import PersonId, Role
from ceremony.people.attestation import Level, Meaning, presented_digest
from ceremony.script.model import Step

if TYPE_CHECKING:
    from tests.fakes.record_builder import RecordBuilder

OFFICER = Initial(PersonId("s-01"), Role("security-officer"), "SE")
WITNESS = Initial(PersonId("w-01"), Role("internal-witness"), "WE")
ADMINISTRATOR = Initial(PersonId("a-01"), Role("administrator"), "AE")

REASON = "Bag B-0042 was torn when I was handed it"
DECIDED = "The bag is replaced and the hand-over told again."


@dataclass(frozen=True)
class Signing:
    """What somebody signs in ink."""

    person: PersonId
    text: str
    meaning: Meaning
    head: Head
    watch: str


def sign_in_ink(builder: RecordBuilder, step: Step, told: Signing) -> None:
    """Record a turn on paper, seen by two who are not the signer."""
    text = told.text.replace(
        "This is my own token.", "I sign on paper, without my own token."
    )
    others = (OFFICER, WITNESS, ADMINISTRATOR)
    by = tuple(one for one in others if one.person != told.person)[:2]
    role = builder.state.seat(told.person).role
    minimum = builder.site.policy(builder.script.digest).minimum_level(role)
    number = 1 + sum(isinstance(k.fact, SignedOnPaper) for k in builder.facts)
    builder.record(
        SignedOnPaper(
            turn=step.verb,
            meaning=told.meaning,
            level=Level.A0,
            statement=presented_digest(text),
            head=told.head,
            sheet=f"P-{number:02d}",
            reason="The PIN is blocked.",
            clock_reading=told.watch,
            by=by,
            waived=minimum > Level.A0,
        ),
        actor=told.person,
    )


def disagreeing(
    at: str, text: str, *, settle: bool = True
) -> Callable[[RecordBuilder, Step], None]:
    """Let whoever takes the turn ``at`` not agree with the text that is offered."""

    def before(builder: RecordBuilder, step: Step) -> None:
        if step.id != at:
            return
        role = Role(str(step.parameters["role"]))
        seat = int(str(step.parameters.get("seat", 1)))
        person = builder.state.holders(role)[seat - 1].person
        offered = presented_digest(text)
        told = DissentRecorded(step.verb, person, offered, REASON)
        builder.record(told, actor=person)
        if settle:
            builder.record(DissentSettled(person, DECIDED, (OFFICER, WITNESS)))

    return before


SIGN_OUT = (
    "I was present for steps 1.5 to 3.3. What I did is recorded as I did it. I know "
    "of no deviation."
)
"""What custodian 2 is offered in step 3.4, typed from the pages of a record."""
