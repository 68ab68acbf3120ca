"""What can stand on a page: marks, and lines that hold them.

Values only. A mark's x counts from the left edge of the type area and its y from the
top of its line, downwards; ``report.paint`` turns them into PDF operators.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ceremony.report.style import Style

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A run of text; ``y`` is its baseline."""

    x: float
    y: float
    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Stroke:
    """An open line through ``points``.

    Attributes:
        weight: Points.
        dash: Lengths of dash and gap; empty for a solid line.
    """

    points: tuple[Point, ...]
    weight: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A closed polygon.

    Attributes:
        weight: Of its outline; 0 for none.
        fill: Grey from 0 (black) to 1 (white); None for an open shape.
    """

    points: tuple[Point, ...]
    weight: float = 0
    fill: float | None = None


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle around ``x``, ``y``; filled black, or an outline on white."""

    x: float
    y: float
    radius: float
    weight: float = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """An upright rectangle whose upper left corner is ``x``, ``y``."""

    x: float
    y: float
    width: float
    height: float
    weight: float
    radius: float = 0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """Where a signature field of the PDF shall lie; nothing is drawn."""

    name: str
    x: float
    y: float
    width: float
    height: float


Mark = Glyphs | Stroke | Shape | Disc | Frame | Field


@dataclass(frozen=True, slots=True)
class Line:
    """The smallest thing that is never torn apart by the end of a page.

    Attributes:
        height: Points.
        marks: What stands in it.
    """

    height: float
    marks: tuple[Mark, ...] = ()


def shifted(marks: Iterable[Mark], dx: float, dy: float = 0) -> tuple[Mark, ...]:
    """Move marks to the right and down."""
    return tuple(_shift(mark, dx, dy) for mark in marks)


def _shift(mark: Mark, dx: float, dy: float) -> Mark:
    if isinstance(mark, Stroke | Shape):
        return replace(mark, points=tuple((x + dx, y + dy) for x, y in mark.points))
    return replace(mark, x=mark.x + dx, y=mark.y + dy)


def moved(lines: Iterable[Line], dx: float) -> tuple[Line, ...]:
    """Move whole lines to the right."""
    return tuple(Line(line.height, shifted(line.marks, dx)) for line in lines)


def stacked(lines: Iterable[Line]) -> Line:
    """Make one line of many, so that they stay together."""
    marks: list[Mark] = []
    height = 0.0
    for line in lines:
        marks += shifted(line.marks, 0, height)
        height += line.height
    return Line(height, tuple(marks))


def height_of(lines: Iterable[Line]) -> float:
    """Add up heights, points."""
    return sum(line.height for line in lines)


def rule(x1: float, x2: float, y: float, weight: float) -> Stroke:
    """Give a horizontal rule."""
    return Stroke(((x1, y), (x2, y)), weight)


def space(height: float) -> Line:
    """Give an empty line."""
    return Line(height)
