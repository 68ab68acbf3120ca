"""The deviations that the window drafts itself; people decide whether they stand."""

from __future__ import annotations

from ceremony.conduct.desk import Draft
from ceremony.conduct.room_view import RoomView
from ceremony.conduct.step_view import StepView
from ceremony.engine.facts import Severity
from ceremony.errors import CeremonyError
from ui.messages import conductor as words
from ui.messages.speech import say


def draft_of_read_back(view: RoomView, step: StepView) -> Draft:
    """Draft what a read-back departs from that stopped at its third wrong row."""
    row = next(row for row in view.steps if row.id == step.id)
    return Draft(
        Severity.NOTE,
        say(words.READ_BACK_EXPECTED, value=row.subject or row.title),
        say(words.READ_BACK_HAPPENED, id=step.id),
        cause="read-back",
    )


def draft_of_reading(error: CeremonyError) -> Draft:
    """Draft what a device departs from that shows what was not expected of it."""
    return Draft(Severity.NOTE, say(words.READING_EXPECTED), str(error))
