"""Pieces of a section: what the composer places on pages, in order.

A piece is a row of one or more columns whose lines start at the same height. The
composer keeps it together where it can, repeats its table's head, and never tears a
line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ceremony.report.drawing import Line, Mark, height_of

Column = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A row that stands on a page.

    Attributes:
        columns: Lines side by side.
        before: Space above, left out at the top of a page, points.
        after: Space below, points.
        joined: True where the next piece must begin on the same page.
        head: Lines repeated above it where it begins or continues a page.
        ends: Marks drawn at the piece's lower edge, y counted from there.
        margin: Marks at its top, drawn once, e.g. a flag.
        anchor: A name under which its page can be found; may be empty.
        running: The running head from here on; empty where it does not change.
        outline: Its entry in the document's outline; empty for none.
        need: Free height without which it begins a new page, points.
    """

    columns: tuple[Column, ...]
    before: float = 0
    after: float = 0
    joined: bool = False
    head: Column = ()
    ends: tuple[Mark, ...] = ()
    margin: tuple[Mark, ...] = ()
    anchor: str = ""
    running: str = ""
    outline: str = ""
    need: float = 0

    @property
    def height(self) -> float:
        """Give its height without the space above, points."""
        return max((height_of(column) for column in self.columns), default=0) + (
            self.after
        )


NEW_PAGE: Final = 1e6
"""More than any page has: the piece begins a new one."""


def rows(lines: Sequence[Line], **more: object) -> Piece:
    """Make a piece of one column."""
    return replace(Piece((tuple(lines),)), **more)  # type: ignore[arg-type]  # keywords of Piece


def chained(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Join all but the last to what follows them."""
    return tuple(
        replace(piece, joined=True) if number < len(pieces) - 1 else piece
        for number, piece in enumerate(pieces)
    )


def split(piece: Piece, room: float) -> tuple[Piece | None, Piece | None]:
    """Divide a piece at ``room`` points: what fits, and the rest.

    Returns:
        The first part or None where nothing fits; the rest or None where all does.
    """
    if piece.height - piece.after <= room:
        return piece, None
    kept: list[Column] = []
    left: list[Column] = []
    for column in piece.columns:
        used, count = 0.0, 0
        for line in column:
            if used + line.height > room:
                break
            used += line.height
            count += 1
        kept.append(column[:count])
        left.append(column[count:])
    if not any(kept):
        return None, piece
    first = replace(piece, columns=tuple(kept), after=0, ends=(), joined=False)
    rest = replace(
        piece,
        columns=tuple(left),
        before=0,
        margin=(),
        anchor="",
        running="",
        outline="",
        need=0,
    )
    return first, rest
