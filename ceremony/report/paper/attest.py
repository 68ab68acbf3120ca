"""Attestation pages: what a person states in ink, and the two who saw it signed.

The text is left to be written or pasted in: it speaks of what the person was present
for, which nobody knows before.
"""

from __future__ import annotations

from typing import Final

from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.steps.sign import SIGN_IN, SIGN_OUT, SignParameters
from ceremony.report.block import section_head
from ceremony.report.drawing import Line, Mark, shifted, space, stacked
from ceremony.report.paper.field import (
    CELL_HIGH,
    RULED,
    clock_cells,
    date_cells,
    one_of,
    ruled,
)
from ceremony.report.paper.source import PaperScript, PaperSeat
from ceremony.report.piece import NEW_PAGE, Piece
from ceremony.report.style import (
    ACT_TITLE,
    BODY,
    LABEL,
    SMALL_LIGHT,
    WIDTH,
)
from ceremony.report.text import left, paragraph
from ceremony.script.model import Step

_TEXT_LINES: Final = 6
_PERSON_HIGH: Final = 34.0


def attestations(paper: PaperScript) -> tuple[Piece, ...]:
    """Lay out a page for each person who has still to sign in or out.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    pieces: list[Piece] = []
    for seat in paper.seats:
        turns = [step for step in paper.steps if _is_turn(step, seat)]
        if turns:
            pieces += _page(seat, turns, first=not pieces)
    return tuple(pieces)


def _is_turn(step: Step, seat: PaperSeat) -> bool:
    if step.verb not in (SIGN_IN, SIGN_OUT):
        return False
    wanted = read_parameters(SignParameters, step.parameters)
    return (wanted.role, wanted.seat) == (seat.role, seat.number)


def _page(seat: PaperSeat, turns: list[Step], *, first: bool) -> tuple[Piece, ...]:
    title = f"Attestation: {seat.title}"
    who = seat.name or "name, printed"
    named: tuple[Line, ...] = (
        paragraph(who, BODY, WIDTH)
        if seat.name
        else (ruled(((who, 0.0, WIDTH / 2),), 30),)
    )
    about = (
        "The text is written or pasted in before anybody signs. Ink is level A0: it "
        "cosigns no checkpoint. The two who see it signed are of control or witness "
        "roles, and are not the signer."
    )
    opening = Piece(
        (
            (
                *paragraph(title, ACT_TITLE, WIDTH),
                *paragraph(about, SMALL_LIGHT, WIDTH),
                *named,
            ),
        ),
        joined=True,
        outline="Attestations" if first else "",
        running="Attestations",
        need=NEW_PAGE,
    )
    return (opening, *(_turn(step) for step in turns))


def _turn(step: Step) -> Piece:
    """Set one statement: text, meaning, signature, date and time, two witnesses."""
    head = section_head(
        f"{step.verb.replace('-', ' ').capitalize()}, step {step.id}",
        "the exact text, word for word",
    )
    lines: list[Line] = [*head]
    lines += [ruled((("", 0.0, WIDTH),), RULED + 1) for _ in range(_TEXT_LINES)]
    lines += [space(5), *one_of((step.meaning or "observed", "did not agree"), 260)]
    signed = ruled((("signature", 0.0, 180.0),), _PERSON_HIGH)
    marks: list[Mark] = [*signed.marks]
    y = _PERSON_HIGH - 9 - CELL_HIGH
    marks += [left("date", LABEL, 196, y + 12), *date_cells(216, y)]
    marks.append(left("own watch", LABEL, 352, y + 12))
    marks += shifted(clock_cells(394, seconds=False), 0, y - 1)
    lines.append(Line(_PERSON_HIGH, tuple(marks)))
    for who in ("first", "second"):
        lines.append(
            ruled(
                (
                    (f"{who} who saw it signed: name", 0.0, 180.0),
                    ("role", 196.0, 130.0),
                    ("signature", 342.0, WIDTH - 342),
                ),
                _PERSON_HIGH,
            )
        )
    return Piece(((stacked(lines),),), before=10)
