"""Text into lines: wrapping by words, values by groups, nothing interpreted.

There is no markup: what a text holds is what is drawn. A line feed ends a line; a
word wider than its column is broken between characters, never shrunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ceremony.hexadecimal import is_hex
from ceremony.report.drawing import Glyphs, Line, Mark
from ceremony.report.style import Style

DASH: Final = "\u2013"
"""Before each item of a list."""
DIGEST_DIGITS: Final = 64
TIED: Final = "\u00a0"
"""A space at which no line ends."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    style: Style
    width: float
    gap: float
    """The space before it, points; 0 where it follows without one."""
    spaced: bool


def baseline(style: Style) -> float:
    """Give the distance from a line's top to its baseline, points."""
    return (style.leading - style.size) / 2 + 0.79 * style.size


def one_line(text: str, style: Style, x: float = 0) -> Line:
    """Set a text on one line, whatever its width.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    fitted = style.fitted(text)
    return Line(style.leading, (Glyphs(x, baseline(style), text, fitted),))


def right(text: str, style: Style, x: float, y: float | None = None) -> Glyphs:
    """Set a text so that it ends at ``x``.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    fitted = style.fitted(text)
    at = baseline(style) if y is None else y
    return Glyphs(x - fitted.width(text), at, text, fitted)


def left(text: str, style: Style, x: float, y: float | None = None) -> Glyphs:
    """Set a text from ``x`` on.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    at = baseline(style) if y is None else y
    return Glyphs(x, at, text, style.fitted(text))


def centred(text: str, style: Style, x: float, y: float | None = None) -> Glyphs:
    """Set a text around ``x``.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    fitted = style.fitted(text)
    at = baseline(style) if y is None else y
    return Glyphs(x - fitted.width(text) / 2, at, text, fitted)


def paragraph(text: str, style: Style, width: float, x: float = 0) -> tuple[Line, ...]:
    """Wrap a text into lines of at most ``width`` points, from ``x`` on.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    return wrapped((Run(text, style),), width, x)


def wrapped(runs: Sequence[Run], width: float, x: float = 0) -> tuple[Line, ...]:
    """Wrap runs of several styles into lines of at most ``width`` points.

    Raises:
        UnprintableError: No bundled face can draw a character of them.
    """
    lines: list[Line] = []
    for part in _paragraphs(runs):
        lines += _wrap_part(part, width, x)
    return tuple(lines)


def is_digest(text: str) -> bool:
    """Tell whether a text has the form of a SHA-256 digest in hexadecimal."""
    return len(text) == DIGEST_DIGITS and is_hex(text)


def _paragraphs(runs: Iterable[Run]) -> list[list[Run]]:
    parts: list[list[Run]] = [[]]
    for run in runs:
        for number, text in enumerate(run.text.split("\n")):
            if number:
                parts.append([])
            parts[-1].append(Run(text, run.style.fitted(text)))
    return parts


def _words(runs: Sequence[Run], width: float) -> list[_Word]:
    words: list[_Word] = []
    for run in runs:
        style = run.style
        gap, spaced = 0.0, False
        for text in run.text.split(" "):
            wide = style.width(text)
            if wide <= width:
                words.append(_Word(text, style, wide, gap, spaced))
            else:
                first, *more = _broken(text, style, width)
                words.append(_Word(first, style, style.width(first), gap, spaced))
                words += [
                    _Word(it, style, style.width(it), 0, spaced=False) for it in more
                ]
            if not spaced:
                gap, spaced = style.width(" ") + style.tracking, True
    return words


def _broken(text: str, style: Style, width: float) -> list[str]:
    """Break a word wider than the column, after ``-``, ``/``, ``.`` or ``_``."""
    pieces = [""]
    for letter in text:
        if pieces[-1] and style.width(pieces[-1] + letter) > width:
            kept = max(pieces[-1].rfind(sign) for sign in "-/._") + 1
            if style.width(pieces[-1][kept:] + letter) > width:
                kept = 0
            pieces.append(pieces[-1][kept:] if kept else "")
            pieces[-2] = pieces[-2][:kept] if kept else pieces[-2]
        pieces[-1] += letter
    return pieces


def _wrap_part(runs: Sequence[Run], width: float, x: float) -> list[Line]:
    rows: list[list[_Word]] = [[]]
    used = 0.0
    for word in _words(runs, width):
        if rows[-1] and used + word.gap + word.width > width + 0.01:
            rows.append([word])
            used = word.width
        else:
            used += (word.gap if rows[-1] else 0) + word.width
            rows[-1].append(word)
    return [_set_row(row, x, runs[0].style) for row in rows]


def _set_row(words: Sequence[_Word], x: float, first: Style) -> Line:
    """Draw a row with as few runs as its styles allow."""
    leading = max([first.leading, *(word.style.leading for word in words)])
    marks: list[Mark] = []
    text, style, start, at = "", first, x, x
    base = max(baseline(word.style) for word in words) if words else 0
    for number, word in enumerate(words):
        if number and word.style == style:
            text += (" " if word.spaced else "") + word.text
        else:
            if text:
                marks.append(Glyphs(start, base, text, style))
            start = at + (word.gap if number else 0)
            text, style = word.text, word.style
        at += (word.gap if number else 0) + word.width
    if text:
        marks.append(Glyphs(start, base, text, style))
    return Line(leading, tuple(marks))
