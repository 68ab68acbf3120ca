"""The other two ways through a person's turn: not to agree, and to sign on paper.

A dissent holds the ceremony, and nothing is asked for but what is decided, until it is
decided. Nothing of a turn on paper is recorded before people say that the ink is dry.
"""

from __future__ import annotations

from typing import Final

from ceremony.cli.anytime import HINT
from ceremony.cli.console import render_error, tell
from ceremony.cli.context import typed_path, verify_free
from ceremony.cli.prompt import ask, ask_choice, ask_people, read_watch
from ceremony.cli.statement import show_statement
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.sheet import write_sheet
from ceremony.conduct.turn import (
    dissent,
    settle_dissent,
    sign_on_paper,
    standing_sheet,
)
from ceremony.engine.steps.sign import seat_of
from ceremony.errors import RefusedError

ASKED_AGAIN: Final = (
    "ENGINE-DISSENT-04",
    "ENGINE-INITIAL-01",
    "ENGINE-INITIAL-02",
    "ENGINE-INITIAL-04",
    "ENGINE-PAPER-03",
)
"""Refusals of two people that other marks can mend: only these are asked again."""


def take_dissent(conductor: Conductor) -> None:
    """Take why the person of the turn does not agree; the ceremony holds from then."""
    show_statement(conductor)
    tell(HINT)
    dissent(conductor, ask("I do not agree, because"))
    tell("The dissent is recorded, and the ceremony holds.")


def tell_dissent(conductor: Conductor) -> None:
    """Say who does not agree, in which step and why."""
    known = conductor.state.open_dissent
    if known is not None:
        title = conductor.state.title(known.recorded.person)
        tell(f"{title} does not agree in step {known.step}:")
        tell(f"  {known.recorded.reason}")


def take_decision(conductor: Conductor) -> None:
    """Take what is decided about the open dissent, and by which two."""
    decided = ask("What is decided")
    while True:
        by = ask_people(conductor, 2)
        try:
            settle_dissent(conductor, decided, by)
        except RefusedError as error:
            _ask_again(error)
        else:
            tell("The decision is recorded; the turn goes on.")
            return


def take_paper(conductor: Conductor) -> bool:
    """Write the sheet, wait for the ink, and take who saw it; tell if it is recorded.

    A sheet that was written and still holds is not written a second time.
    """
    sheet = standing_sheet(conductor)
    if sheet is None:
        show_statement(conductor, on_paper=True)
        path = typed_path(ask("The file to write the sheet to"))
        verify_free(path)
        sheet = write_sheet(conductor, path)
        tell(f"Sheet {sheet.number} is in {path}. Print it now.")
    seat = seat_of(conductor.current(), conductor.state)
    who = conductor.state.title(seat.person)
    tell(
        f"{who} signs sheet {sheet.number} in ink; two others who see it put their "
        "initials on it."
    )
    if ask_choice("Is the ink dry", ("yes", "no")) == "no":
        tell("Nothing is recorded. Type p to go on with this sheet.")
        return False
    reason = ask("Why on paper, and not with the token")
    watch = read_watch(conductor)
    while True:
        by = ask_people(conductor, 2)
        try:
            sign_on_paper(conductor, reason=reason, clock_reading=watch, by=by)
        except RefusedError as error:
            _ask_again(error)
        else:
            tell(f"Sheet {sheet.number} is recorded; keep it with the pack.")
            return True


def _ask_again(error: RefusedError) -> None:
    """Tell a refusal of the two people; let every other one through."""
    if error.code not in ASKED_AGAIN:
        raise error
    tell(render_error(error))
