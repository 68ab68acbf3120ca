"""The first page: which script, what it relies on, how it is filled in and back."""

from __future__ import annotations

from typing import Final

from ceremony.report.block import digest_lines, digest_rows, labelled, section_head
from ceremony.report.drawing import Frame, Line, Mark, space
from ceremony.report.face import Face
from ceremony.report.paper.field import (
    CELL,
    CELL_HIGH,
    INDENT,
    PEN,
    cells,
    circle,
    one_of,
    square,
)
from ceremony.report.paper.relied import SECTION, relied_on
from ceremony.report.paper.source import PaperScript, Takeover
from ceremony.report.piece import Column, Piece
from ceremony.report.style import (
    BODY,
    BODY_STRONG,
    SMALL,
    SMALL_LIGHT,
    TITLE,
    WIDTH,
    Style,
)
from ceremony.report.text import DASH, Run, centred, left, paragraph

_LABEL: Final = 82.0
_SAMPLE: Final = Style(Face.MONO, 11, 13)
_ALIKE: Final = ("0", "O", "1", "l", "I", "7", "2", "Z", "5", "S", "6", "G", "8", "B")
_RULES: Final = (
    (
        "Write in ink. A wrong entry is struck through once, so that it can be "
        "read, and initialled; nothing is erased or written over."
    ),
    (
        "A step is done when its fields are filled, each role has initialled and "
        "the time stands beside it, in UTC. Steps keep their order."
    ),
    (
        "Whoever departs from the script ticks the box in the margin and fills in a "
        "deviation sheet at once."
    ),
    "No PIN, password or share is ever written on these pages.",
    (
        "When a page is done, two people date and initial its foot. No page is "
        "taken out."
    ),
)
_HANDED_BACK: Final = (
    (
        "Resume the ceremony at the laptop as after an interruption: two people "
        "compare the tokens with the journal and decide."
    ),
    (
        "Carry out in it, in the script's order, each step that was done on paper. "
        "What a token was made to do by another tool cannot be taken over by the "
        "journal: that is for two people to decide, as a deviation."
    ),
    (
        "Record a deviation that names these pages by their ids, and says which "
        "steps were done on them."
    ),
    (
        "Keep the originals in ink as exhibits. They stay the record of the steps "
        "done on them."
    ),
)


def front(paper: PaperScript) -> tuple[Piece, ...]:
    """Lay out the first page; where there is much to tell it takes a second one.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    parts: list[Column] = [_title(paper)]
    if paper.takeover is not None:
        parts += [_standing(paper, paper.takeover), _head(paper.takeover)]
    parts.append(
        _digest(
            "Script digest",
            "SHA-256 of the approved file, and its 32 words",
            paper.script.digest,
        )
    )
    rules: list[Column] = [
        _filling(),
        _hand(),
        _list("How paper hands back", "at the laptop, when it runs", _HANDED_BACK),
    ]
    if paper.takeover is None:
        rules.append(_plan(paper))
    return (
        *(
            Piece(
                (part,),
                before=SECTION if number else 0,
                outline="" if number else "First page",
            )
            for number, part in enumerate(parts)
        ),
        *relied_on(paper),
        *(Piece((part,), before=SECTION) for part in rules),
    )


def _title(paper: PaperScript) -> Column:
    script = paper.script
    about = (
        f"{script.id} {script.version}   ·   {len(script.acts)} acts, "
        f"{len(script.steps)} steps"
    )
    if paper.takeover is not None:
        about = f"Printed {paper.takeover.at}   ·   journal {paper.takeover.log}"
    lines: list[Line] = [
        *paragraph(script.title, TITLE, WIDTH),
        space(1),
        *paragraph(about, SMALL_LIGHT, WIDTH),
        *paragraph(script.purpose, SMALL, WIDTH),
    ]
    if script.environment:
        told = f"Certificate policies of the environment {script.environment}."
        lines += paragraph(told, SMALL, WIDTH)
    if paper.takeover is None and paper.mode is None:
        lines += [space(3), *one_of(("REHEARSAL", "LIVE"), 180)]
    if paper.takeover is None:
        box = Frame(88, 1, 150, 20, 0.9)
        lines += [
            space(4),
            Line(22, (left("ceremony, if it has an id", SMALL_LIGHT, 0, 14), box)),
        ]
    return tuple(lines)


def _standing(paper: PaperScript, at: Takeover) -> Column:
    """Say where the ceremony stands: last closed step, the next, what is in doubt."""
    closed = at.closed or "none: the ceremony was opened, and no step is closed"
    next_step = paper.steps[0]
    told = (
        ("ceremony", (Run(at.ceremony, BODY_STRONG),)),
        ("last closed step", (Run(closed, BODY),)),
        (
            "first on paper",
            (
                Run(next_step.id, BODY_STRONG),
                Run(f" {next_step.text}", BODY),
            ),
        ),
    )
    lines: list[Line] = [
        *section_head("Where the ceremony stands", "read it aloud before anything else")
    ]
    for name, runs in told:
        lines += labelled(name, runs, _LABEL, WIDTH)
    doubts = at.doubts or ("nothing",)
    for number, doubt in enumerate(doubts):
        name = "" if number else "in doubt or open"
        lines += labelled(name, (Run(doubt, BODY_STRONG),), _LABEL, WIDTH)
    return tuple(lines)


def _head(at: Takeover) -> Column:
    return _digest(
        "The journal's head",
        f"{at.size} leaves, before the note of this takeover",
        at.root,
    )


def _digest(name: str, qualifier: str, digest: str) -> Column:
    """Set a whole digest in hex, and its eight rows of words in two halves."""
    return (
        *section_head(name, qualifier),
        *digest_lines(digest, WIDTH),
        space(1),
        *digest_rows(digest),
    )


def _filling() -> Column:
    """Say what square, circle, cell and box mean, and the rules of the pen."""
    first, second = (
        "must be true, else a deviation",
        "of those on a line or in a list, exactly one",
    )
    x = INDENT + PEN.width(first) + 22
    marks: tuple[Mark, ...] = (
        square(0, 1.9),
        left(first, PEN, INDENT),
        circle(x, 1.9),
        left(second, PEN, x + INDENT),
    )
    lines = [*section_head("How it is filled in"), Line(PEN.leading + 3, marks)]
    for text in _RULES:
        lines += _item(text)
    return tuple(lines)


def _hand() -> Column:
    """Show the characters that are mistaken for each other, with a cell for each."""
    step = WIDTH / len(_ALIKE)
    printed: list[Mark] = []
    written: list[Mark] = []
    for number, letter in enumerate(_ALIKE):
        x = number * step + 8
        printed.append(centred(letter, _SAMPLE, x + CELL / 2, 10.5))
        written += cells(1, x, 1)
    told = (
        "Nought with a stroke, one with a foot, seven with a bar. Whoever writes in "
        "cells writes each of these once, below it, so that readers know the hand."
    )
    return (
        *section_head("How each hand writes", "one character in a cell"),
        *paragraph(told, SMALL, WIDTH),
        space(1),
        Line(13, tuple(printed)),
        Line(CELL_HIGH + 3, tuple(written)),
    )


def _list(name: str, qualifier: str, items: tuple[str, ...]) -> Column:
    lines: list[Line] = [*section_head(name, qualifier)]
    for text in items:
        lines += _item(text)
    return tuple(lines)


def _item(text: str, width: float = WIDTH) -> Column:
    told = paragraph(text, SMALL, width - 11, 11)
    return (Line(told[0].height, (left(DASH, SMALL, 0), *told[0].marks)), *told[1:])


def _plan(paper: PaperScript) -> Column:
    """Set what the script asks for before anybody enters the room."""
    script = paper.script
    quorum = script.quorum
    apart = "; ".join(
        f"{paper.title(one)} and {paper.title(two)}" for one, two in script.separate
    )
    told = (
        ("place", script.place),
        ("entry controls", script.entry_controls),
        ("quorum", f"{quorum.need} of {quorum.of}: {paper.title(quorum.role)}"),
        ("held apart", apart),
        ("hardware", " ".join(script.hardware)),
        ("evidence", " ".join(script.evidence)),
        ("storage", " ".join(script.storage)),
        ("if abandoned", script.on_abort),
    )
    lines: list[Line] = [*section_head("What the script asks for")]
    for name, text in told:
        if text:
            lines += labelled(name, (Run(text, SMALL),), _LABEL, WIDTH)
    return tuple(lines)
