"""The signs on the pages, drawn as outlines: each has a word printed beside it.

All are distinct in one-bit black and white; none depends on colour.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ceremony.engine.facts import Severity
from ceremony.engine.transcript import Mark as Sign
from ceremony.report.drawing import Disc, Frame, Glyphs, Mark, Shape, Stroke
from ceremony.report.style import TAG, Style
from ceremony.report.text import baseline

SIZE: Final = 7.0
"""Width of a sign, points."""


def tick(x: float, base: float) -> tuple[Mark, ...]:
    """Draw the sign of a check that passed, standing on the baseline ``base``."""
    points = (
        (x + 0.2, base - 2.6),
        (x + 1.3, base - 3.6),
        (x + 2.6, base - 1.9),
        (x + 6.0, base - 6.3),
        (x + 7.0, base - 5.4),
        (x + 2.7, base + 0.1),
    )
    return (Shape(points, fill=0),)


def cross(x: float, base: float) -> tuple[Mark, ...]:
    """Draw the sign of a check that failed: a white cross in a black square."""
    top, low, right = base - 6.2, base + 0.4, x + 6.6
    box = ((x, top), (right, top), (right, low), (x, low))
    return (
        Shape(box, fill=0),
        _white(((x + 1.8, top + 1.8), (right - 1.8, low - 1.8))),
        _white(((x + 1.8, low - 1.8), (right - 1.8, top + 1.8))),
    )


def _white(ends: tuple[tuple[float, float], tuple[float, float]]) -> Shape:
    """Draw one arm of the cross as a thin white quadrilateral."""
    (x1, y1), (x2, y2) = ends
    across = 0.5
    rise = 1 if y2 > y1 else -1
    return Shape(
        (
            (x1 + across, y1 - across * rise),
            (x2 + across, y2 - across * rise),
            (x2 - across, y2 + across * rise),
            (x1 - across, y1 + across * rise),
        ),
        fill=1,
    )


def half_open(x: float, base: float) -> tuple[Mark, ...]:
    """Draw the sign of a failure that is let be: a square with a stroke."""
    return (
        Frame(x + 0.3, base - 5.9, 6, 6, 0.7),
        Stroke(((x + 0.3, base + 0.1), (x + 6.3, base - 5.9)), 0.7),
    )


def outcome(sign: Sign, x: float, base: float) -> tuple[Mark, ...]:
    """Draw the sign of an outcome; its word is for the caller to print."""
    match sign:
        case Sign.PASS | Sign.EQUAL | Sign.SAME_BYTES | Sign.ACCEPTED:
            return tick(x, base)
        case Sign.FAIL:
            return cross(x, base)
        case Sign.WAIVED | Sign.REMARK:
            return half_open(x, base)


def diamond(severity: Severity, x: float, base: float) -> tuple[Mark, ...]:
    """Draw a deviation's sign around ``x``: three weights for three severities."""
    y, half = base - 3, 4.6
    points = ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
    match severity:
        case Severity.NOTE:
            return (Shape(points, weight=0.6, fill=1),)
        case Severity.MINOR:
            return (Shape(points, weight=1.7, fill=1), Disc(x, y, 1.4))
        case Severity.MAJOR:
            return (Shape(points, weight=0.6, fill=0),)


def triangle(x: float, base: float, *, solid: bool) -> tuple[Mark, ...]:
    """Draw a token operation around ``x``: solid where it cannot be undone."""
    points = ((x - 2.6, base), (x, base - 7), (x + 2.6, base))
    return (Shape(points, weight=0.7, fill=0 if solid else 1),)


def dot(x: float, base: float) -> tuple[Mark, ...]:
    """Draw the sign of something signed, around ``x``."""
    return (Disc(x, base - 2.9, 2.4),)


def ring(x: float, base: float) -> tuple[Mark, ...]:
    """Draw the sign of something signed in ink, around ``x``."""
    return (Disc(x, base - 2.9, 2.4, 0.8),)


def hollow(x: float, base: float) -> tuple[Mark, ...]:
    """Draw a field whose state the page cannot know, around ``x``."""
    return (Frame(x - 3, base - 6, 6, 6, 0.8),)


def solid(x: float, base: float) -> tuple[Mark, ...]:
    """Draw the pack seal, around ``x``."""
    box = ((x - 3, base - 6), (x + 3, base - 6), (x + 3, base), (x - 3, base))
    return (Shape(box, fill=0),)


def dash(x: float, base: float) -> tuple[Mark, ...]:
    """Draw the sign of something not asked for, around ``x``."""
    return (Stroke(((x - 2, base - 2.9), (x + 2, base - 2.9)), 0.7),)


def tag(
    text: str, x: float, y: float, style: Style = TAG, pad: float = 6
) -> tuple[tuple[Mark, ...], float]:
    """Draw a word in an outlined box from ``x`` on, its top at ``y``.

    Returns:
        The marks and the box's width, points.

    Raises:
        UnprintableError: No bundled face can draw a character of the word.
    """
    fitted = style.fitted(text)
    wide = fitted.width(text) + 2 * pad
    high = style.leading + 1
    marks = (
        Frame(x, y, wide, high, 0.7),
        Glyphs(x + pad, y + baseline(style) + 0.5, text, fitted),
    )
    return marks, wide


def flag(text: str, severity: Severity, style: Style) -> tuple[Mark, ...]:
    """Draw a deviation flag in the binding margin, pointing at its step.

    Raises:
        UnprintableError: No bundled face can draw a character of the text.
    """
    weight = 1.5 if severity is Severity.MINOR else 0.5
    fitted = style.fitted(text)
    tip, base = -4.0, -10.0
    start = base - fitted.width(text) - 10
    outline = ((start, 0.0), (base, 0.0), (tip, 6.2), (base, 12.4), (start, 12.4))
    marks: list[Mark] = [Shape(outline, weight=weight, fill=1)]
    if severity is Severity.MAJOR:
        # Solid, with its words in white, as the diamond is.
        marks = [Shape(outline, weight=weight, fill=0)]
        fitted = replace(fitted, grey=1)
    return (*marks, Glyphs(start + 5, 8.7, text, fitted))
