"""What stands on every page: mode, ids, record digest, page x of y.

A rehearsal says so four times, none in the way of text: a striped band on the top
edge, a tag in head and foot, and outlined lettering under the text. Live is a solid
tag.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol

from ceremony.hexadecimal import grouped
from ceremony.identifiers import Mode
from ceremony.report.drawing import Mark, Shape, rule
from ceremony.report.face import Face
from ceremony.report.sign import tag
from ceremony.report.style import MM, WIDTH, Style
from ceremony.report.text import left, right

TOP: Final = 20.5 * MM
"""Where the type area begins below the top edge."""
TOP_FIRST: Final = 12.2 * MM
"""Likewise on page 1, which has no running head."""
BOTTOM: Final = 18.0 * MM
"""Where the type area ends above the bottom edge."""
_HEAD_RULE: Final = 15.3 * MM
_FOOT_RULE: Final = 15.5 * MM
_BAND: Final = 2.6 * MM
_PERIOD: Final = 10.4

_RUNNING: Final = Style(Face.STRONG, 8.4, 11)
_RUNNING_LIGHT: Final = Style(Face.LIGHT, 8.4, 11)
_FOOT_STRONG: Final = Style(Face.STRONG, 8.4, 11)
_FOOT_LIGHT: Final = Style(Face.LIGHT, 8, 11)
_FOOT_DIGEST: Final = Style(Face.MONO, 6.9, 9)
_FOOT_DIGEST_X: Final = 25.0
_FOOT_SMALL: Final = Style(Face.CONDENSED, 7, 9)
_FOOT_TAG: Final = Style(Face.STRONG, 6.4, 8.4, 0.8)
_TITLE_TAG: Final = Style(Face.STRONG, 11.5, 17, 2.2)


class Furniture(Protocol):
    """What stands around the type area of every page of one document."""

    @property
    def mode(self) -> Mode | None:
        """Rehearsal or live; None where that is not settled yet."""

    @property
    def watermark(self) -> bool:
        """Whether a rehearsal is also lettered under the text."""

    @property
    def subject(self) -> str:
        """The document's subject, for its properties."""

    def top(self, number: int) -> float:
        """Give where the type area of a page begins, points below the top edge."""

    def marks(
        self, number: int, count: int, running: str, height: float
    ) -> tuple[Mark, ...]:
        """Draw head and foot; y counts from the page's top edge.

        Args:
            number: 1 and up.
            count: How many pages there are.
            running: The page's running head.
            height: The page's height, points.
        """


@dataclass(frozen=True, slots=True)
class Imprint:
    """What head and foot of every page of evidence say.

    Attributes:
        ceremony: The ceremony's id.
        mode: Rehearsal or live.
        title: The ceremony's title, for the running head.
        day: Its first day, likewise.
        edition: e.g. ``Evidence pack, full edition, layout 1``.
        digest: The record digest, 64 hex digits.
        ends: Its first two and last two words.
        digested: What the digest is of.
    """

    ceremony: str
    mode: Mode
    title: str
    day: str
    edition: str
    digest: str
    ends: str
    digested: str = "Record"

    @property
    def watermark(self) -> bool:
        """Evidence is only read: the lettering is in nobody's way."""
        return True

    @property
    def subject(self) -> str:
        """Name mode and digest."""
        return f"{self.mode.value.upper()} {self.digest}"

    def top(self, number: int) -> float:
        """Give where the type area begins; page 1 has no running head."""
        return TOP_FIRST if number == 1 else TOP

    def marks(
        self, number: int, count: int, running: str, height: float
    ) -> tuple[Mark, ...]:
        """Draw the running head, but for page 1, and the foot."""
        above = head(running, self) if number > 1 else ()
        return (*above, *foot(number, count, self, height))


def mode_tag(mode: Mode, x: float, y: float, style: Style) -> tuple[Mark, ...]:
    """Draw the mode: outlined for a rehearsal, white on solid black for live."""
    word = mode.value.upper()
    pad = style.size * 0.75
    if mode is Mode.REHEARSAL:
        return tag(word, x, y, style, pad)[0]
    wide = style.width(word) + 2 * pad
    high = style.leading + 1
    box = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
    white = Style(style.face, style.size, style.leading, style.tracking, grey=1)
    return (Shape(box, fill=0), left(word, white, x + pad, y + style.leading * 0.75))


def title_tag(mode: Mode, y: float) -> tuple[Mark, ...]:
    """Draw the mode large, at the right edge of page 1."""
    word = mode.value.upper()
    wide = _TITLE_TAG.width(word) + 1.5 * _TITLE_TAG.size
    return mode_tag(mode, WIDTH - wide, y, _TITLE_TAG)


def head(running: str, imprint: Imprint) -> tuple[Mark, ...]:
    """Draw the running head; y counts from the page's top edge."""
    date = f"   ·   {imprint.day}"
    room = WIDTH - _RUNNING.width(running) - _RUNNING_LIGHT.width(date) - 12
    subject = shortened(imprint.title, _RUNNING_LIGHT, room) + date
    return (
        left(running, _RUNNING, 0, 13.1 * MM),
        right(subject, _RUNNING_LIGHT, WIDTH, 13.1 * MM),
        rule(0, WIDTH, _HEAD_RULE, 0.5),
    )


def foot(page: int, pages: int, imprint: Imprint, height: float) -> tuple[Mark, ...]:
    """Draw the foot; y counts from the page's top edge.

    Args:
        page: 1 and up.
        pages: How many there are.
        imprint: What it says.
        height: The page's height, points.
    """
    top = height - _FOOT_RULE
    first, second = top + 11.2, top + 22
    name = left(imprint.ceremony, _FOOT_STRONG, 0, first)
    at = _FOOT_STRONG.width(imprint.ceremony) + 9
    mode = mode_tag(imprint.mode, at, first - 7.9, _FOOT_TAG)
    word = imprint.mode.value.upper()
    at += _FOOT_TAG.width(word) + 1.5 * _FOOT_TAG.size + 9
    digits = grouped(imprint.digest)
    room = WIDTH - _FOOT_DIGEST_X - _FOOT_DIGEST.width(digits) - 6
    # The longest words of all would touch the digest at full size.
    size = min(_FOOT_SMALL.size, room / _FOOT_SMALL.width(imprint.ends) * 7)
    spoken = replace(_FOOT_SMALL, size=size)
    return (
        rule(0, WIDTH, top, 0.5),
        name,
        *mode,
        left(imprint.edition, _FOOT_LIGHT, at, first),
        right(f"Page {page} of {pages}", _FOOT_STRONG, WIDTH, first),
        left(imprint.digested, _FOOT_SMALL, 0, second),
        left(digits, _FOOT_DIGEST, _FOOT_DIGEST_X, second),
        right(imprint.ends, spoken, WIDTH, second),
    )


def band(width: float) -> tuple[Mark, ...]:
    """Draw the striped band of a rehearsal; x and y count from the page's corner."""
    stripes: list[Mark] = []
    x = -_BAND
    while x < width:
        stripe = _PERIOD / 2
        stripes.append(
            Shape(
                (
                    (x + _BAND, 0),
                    (x + _BAND + stripe, 0),
                    (x + stripe, _BAND),
                    (x, _BAND),
                ),
                fill=0,
            )
        )
        x += _PERIOD
    return tuple(stripes)


def shortened(text: str, style: Style, width: float) -> str:
    """Cut a running head that is too long; the full text stands where it belongs."""
    if style.width(text) <= width:
        return text
    kept = text
    while kept and style.width(kept + " …") > width:
        kept = kept[:-1]
    return kept.rstrip() + " …"
