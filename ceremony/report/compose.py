"""Pieces onto pages: what goes where, without drawing anything.

Invariants:
    * Pieces keep their order; no line is lost, repeated (but for heads) or torn.
    * A piece that is joined begins on the page of the piece after it, unless the
      chain is longer than a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ceremony.report.drawing import Line, height_of
from ceremony.report.piece import Piece, split


@dataclass(slots=True)
class Page:
    """One page: lines at their heights below the top of the type area.

    Attributes:
        running: The running head.
        placed: Lines with their y, points.
        outlines: Outline entries that begin here, with their y.
    """

    running: str
    placed: list[tuple[float, Line]] = field(default_factory=list)
    outlines: list[tuple[float, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Composed:
    """All pages, and on which of them each anchor stands (0-based)."""

    pages: tuple[Page, ...]
    anchors: dict[str, int]


def compose(pieces: Sequence[Piece], room: float) -> Composed:
    """Place pieces on pages whose type area is ``room`` points high."""
    composer = _Composer(room)
    for number, piece in enumerate(pieces):
        needed = _needed(pieces, number, room)
        if max(piece.need, piece.before + needed) > composer.left:
            composer.turn(piece)
        composer.place(piece)
    return Composed(tuple(composer.pages), composer.anchors)


def _needed(pieces: Sequence[Piece], number: int, room: float) -> float:
    """Give the height that must be free for a piece to begin here."""
    total = 0.0
    for piece in pieces[number:]:
        gap = piece.before if piece is not pieces[number] else 0
        whole = piece.height
        least = max((column[0].height for column in piece.columns if column), default=0)
        enough = whole if whole <= room * 0.6 else min(whole, least + 24)
        total += gap + enough
        if not piece.joined:
            break
    return min(total, room)


class _Composer:
    def __init__(self, room: float) -> None:
        self.pages: list[Page] = []
        self.anchors: dict[str, int] = {}
        self._room = room
        self._at = 0.0
        self._running = ""

    @property
    def left(self) -> float:
        """Give the height that is still free; none before the first page."""
        return self._room - self._at if self.pages else -1

    def turn(self, piece: Piece) -> None:
        """Begin a page, unless one has just begun."""
        if self.pages and not self.pages[-1].placed:
            return
        self._running = piece.running or self._running
        self.pages.append(Page(self._running))
        self._at = 0.0

    def place(self, piece: Piece) -> None:
        """Place a piece, over as many pages as it takes."""
        self._at += piece.before if self._at else 0
        rest: Piece | None = piece
        while rest is not None:
            if self._at == 0:
                self._lines(rest.head)
            fitting, rest = split(rest, self._room - self._at)
            if fitting is None:
                if not self.pages[-1].placed or self._at <= height_of(piece.head):
                    raise AssertionError("a line is taller than a page")
            else:
                self._put(fitting)
            if rest is not None:
                self.turn(rest)

    def _put(self, piece: Piece) -> None:
        page = self.pages[-1]
        if piece.anchor:
            self.anchors[piece.anchor] = len(self.pages) - 1
        if piece.running:
            self._running = piece.running
        if piece.outline:
            page.outlines.append((self._at, piece.outline))
        if piece.margin:
            page.placed.append((self._at, Line(0, piece.margin)))
        for column in piece.columns:
            self._column(column)
        self._at += piece.height
        if piece.ends:
            page.placed.append((self._at, Line(0, piece.ends)))

    def _column(self, column: Sequence[Line]) -> None:
        at = self._at
        for line in column:
            if line.marks:
                self.pages[-1].placed.append((at, line))
            at += line.height

    def _lines(self, lines: Sequence[Line]) -> None:
        for line in lines:
            self.pages[-1].placed.append((self._at, line))
            self._at += line.height
