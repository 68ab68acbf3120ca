"""What a person or the conductor asks for: that a fact be recorded.

Every command is the same shape, so that the window, the terminal and the recorded
answers cannot differ in what they may ask. The rules stand in ``engine.decide``.
"""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.engine.facts import Fact
from ceremony.identifiers import Digest, OperationId, PersonId, StepId
from ceremony.journal.event import Blob


@dataclass(frozen=True, slots=True)
class Command:
    """The wish that a fact be recorded.

    Attributes:
        fact: What is to be recorded.
        actor: Who did it; None for what nobody in particular does.
        step: The step it belongs to; None for what stands outside the steps.
        presented: SHA-256 of the step's text as shown; None outside the steps.
        op: The device operation; None for what touches no device.
        blobs: Larger things that the fact names by digest.
    """

    fact: Fact
    actor: PersonId | None = None
    step: StepId | None = None
    presented: Digest | None = None
    op: OperationId | None = None
    blobs: tuple[Blob, ...] = ()
