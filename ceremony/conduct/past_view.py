"""A step that is looked at and cannot be acted on: how it reads, and what it issued."""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.issued import output_of
from ceremony.engine.facts import StepClosed
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Entry
from ceremony.identifiers import StepId
from ceremony.pki.output import Output


@dataclass(frozen=True, slots=True)
class PastView:
    """A step that is looked at and cannot be acted on: closed, or still to come.

    Attributes:
        entries: How it reads; empty where it is still to come.
        initials: The initials that closed it, as given; empty before.
        output: What it has issued, with its files; None for any other step.
    """

    id: StepId
    number: int
    title: str
    text: str
    say: str
    expect: str
    entries: tuple[Entry, ...]
    initials: tuple[str, ...]
    output: Output | None


def view_past(conductor: Conductor, number: int) -> PastView:
    """Draw up a step by its number, from 1 through the whole script."""
    step = conductor.script.steps[number - 1]
    leaves = tuple(
        known
        for known in conductor.facts
        if known.event.step is not None and known.event.step.id == step.id
    )
    facts = tuple(known.fact for known in leaves)
    kind = KINDS[step.verb]
    closed = [fact for fact in facts if isinstance(fact, StepClosed)]
    return PastView(
        id=step.id,
        number=number,
        title=kind.title,
        text=step.text,
        say=step.say,
        expect=step.expect,
        entries=kind.entries(conductor.state, facts),
        initials=tuple(each.mark for fact in closed for each in fact.initials),
        output=output_of(conductor, leaves),
    )
