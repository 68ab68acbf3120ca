"""What a person is offered to sign: only what they were present for.

Pure: the same state gives the same text, word for word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    SignedOnPaper,
    StepClosed,
)
from ceremony.engine.state import Recorded, State
from ceremony.identifiers import CeremonyId, PersonId, RoleKind, StepId
from ceremony.people.roster import Seat

Span = tuple[StepId, StepId]


def turn_text(  # noqa: PLR0913  what a text is made of, each by its name
    state: State,
    facts: Sequence[Recorded],
    ceremony: CeremonyId,
    seat: Seat,
    *,
    turn: str,
    on_paper: bool = False,
) -> str:
    """Give the exact text that a person is offered to sign in their turn.

    After a dissent of this turn the reason follows, word for word.

    Args:
        state: Where the ceremony stands.
        facts: Everything recorded so far, in order.
        ceremony: Its id.
        seat: Whose turn it is.
        turn: ``sign-in`` or ``sign-out``.
        on_paper: True for the text on a sheet: nobody claims in ink to hold a token.
    """
    if turn == "sign-in":
        text = sign_in_text(state, ceremony, seat.person, on_paper=on_paper)
    else:
        acted = seat.kind is RoleKind.CONTROL
        text = sign_out_text(state, facts, seat.person, acted=acted)
    dissent = state.dissent
    if dissent is None:
        return text
    reason = dissent.recorded.reason
    return f"{text} I do not agree: {reason}{'' if reason.endswith('.') else '.'}"


def sign_in_text(
    state: State, ceremony: CeremonyId, person: PersonId, *, on_paper: bool = False
) -> str:
    """Give the statement of a sign-in turn."""
    title = state.title(person)
    how = (
        "I sign on paper, without my own token."
        if on_paper
        else "This is my own token."
    )
    return (
        f"I take part in {ceremony} as {title}. I have heard what is recorded, why, "
        f"who keeps it and until when. {how} I have seen the opening checkpoint of "
        "the journal."
    )


def sign_out_text(
    state: State, facts: Sequence[Recorded], person: PersonId, *, acted: bool
) -> str:
    """Give the statement of a sign-out turn, limited to the person's presence.

    Args:
        state: Where the ceremony stands.
        facts: Everything recorded so far, in order.
        person: Who signs.
        acted: True for a control role, false for a witness or an external role.
    """
    spans = presence(state, facts, person)
    parts = [f"I was present for {_said(spans)}."]
    if acted:
        parts.append("What I did is recorded as I did it.")
    else:
        parts.append("For these steps, what is recorded is what I saw.")
    named = [known.recorded.deviation for known in state.deviations]
    if named:
        word = "deviation" if len(named) == 1 else "deviations"
        parts.append(f"I know of the {word} {_listed(named)} and of no other.")
    else:
        parts.append("I know of no deviation.")
    return " ".join(parts)


def presence(
    state: State, facts: Iterable[Recorded], person: PersonId
) -> tuple[Span, ...]:
    """Find the spans of steps that closed while the person was in the room.

    A step in which a device acted while they were out is none of them.

    Args:
        state: What follows from the facts.
        facts: Everything recorded so far, in order.
        person: Who was there.

    Returns:
        First and last step of each span, in order; empty where there is none.
    """
    spans: list[Span] = []
    inside = False
    fresh = True
    for recorded in facts:
        fact, event = recorded.fact, recorded.event
        if isinstance(fact, AttendanceChanged) and fact.person == person:
            inside, fresh = fact.direction == "in", True
        elif isinstance(fact, Attested | SignedOnPaper) and event.actor is not None:
            if event.actor.person == person:
                inside, fresh = fact.turn == "sign-in", True
        elif isinstance(fact, StepClosed) and inside and event.step is not None:
            step = StepId(event.step.id)
            if person in state.missed.get(step, {}):
                fresh = True
                continue
            spans[-1:] = (
                [*spans[-1:], (step, step)]
                if fresh or not spans
                else [(spans[-1][0], step)]
            )
            fresh = False
    return tuple(spans)


def _said(spans: Sequence[Span]) -> str:
    told = [first if first == last else f"{first} to {last}" for first, last in spans]
    if not told:
        return "none of the steps"
    word = "step" if len(spans) == 1 and spans[0][0] == spans[0][1] else "steps"
    return f"{word} {_listed(told)}"


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"
