"""The bundled typefaces: what they can draw, how wide it is, and nothing unknown.

Every text of every page passes :func:`verify_printable`, so that no character is
ever printed as a black box, invisibly, or in another order than it is read.

Invariants:
    * Only the fonts beside this module are used; nothing is looked up elsewhere.
    * A width does not depend on anything but the text, the face and the size.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from io import BytesIO
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from ceremony.script.printable import PRINTABLE


class Face(StrEnum):
    """One cut of the bundled families; the value is its file's stem."""

    LIGHT = "IBMPlexSans-Light"
    REGULAR = "IBMPlexSans-Regular"
    STRONG = "IBMPlexSans-SemiBold"
    MONO = "IBMPlexMono-Regular"
    CONDENSED = "IBMPlexSansCondensed-Regular"


_WIDTHS: Final = 16_384
"""How many widths are remembered: every word of a long record, and bounded."""
EXCERPT: Final = 40
"""How many characters of a text are quoted when it cannot be printed."""


class UnprintableError(ValueError):
    """A text holds a character that no bundled face can draw.

    Attributes:
        character: The first such character.
        text: The text that it stands in, shortened, with it left out.
    """

    def __init__(self, character: str, text: str) -> None:
        super().__init__(f"{shown(character)} in {text!r}")
        self.character = character
        self.text = text


@cache
def load_face(face: Face) -> TTFont:
    """Read a bundled font and make it known to the PDF library, once."""
    folder = resources.files("ceremony.report") / "fonts"
    font = TTFont(face.value, BytesIO((folder / f"{face.value}.ttf").read_bytes()))
    pdfmetrics.registerFont(font)
    return font


@cache
def repertoire(face: Face) -> frozenset[str]:
    """Give every character that a face may be asked to draw."""
    known = load_face(face).face.charToGlyph
    return frozenset(letter for letter in PRINTABLE if ord(letter) in known)


def verify_printable(text: str, face: Face) -> None:
    """Insist that ``face`` can draw every character of ``text``.

    Raises:
        UnprintableError: It cannot, or the text is not in the composed form (NFC).
    """
    if not repertoire(face).issuperset(text):
        wrong = next(letter for letter in text if letter not in repertoire(face))
        raise UnprintableError(wrong, _excerpt(text, wrong))
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        # The repertoire has no combining marks, so a single letter is at fault.
        wrong = next(
            letter for letter in text if not unicodedata.is_normalized("NFC", letter)
        )
        raise UnprintableError(wrong, _excerpt(text, wrong))


def face_for(text: str, wanted: Face) -> Face:
    """Give ``wanted``, or the regular cut where only that can draw ``text``."""
    if repertoire(wanted).issuperset(text):
        return wanted
    return Face.REGULAR


@cache
def _advances(face: Face) -> dict[str, float]:
    widths = load_face(face).face.charWidths
    return {letter: widths[ord(letter)] / 1000 for letter in repertoire(face)}


@lru_cache(maxsize=_WIDTHS)
def text_width(text: str, face: Face, size: float, tracking: float = 0) -> float:
    """Give the width of ``text`` in points.

    Args:
        text: Printable in ``face``.
        face: The cut.
        size: Points.
        tracking: Extra space after each character but the last, points.
    """
    advances = _advances(face)
    plain = sum(advances[letter] for letter in text) * size
    return plain + tracking * max(len(text) - 1, 0)


def shown(character: str) -> str:
    """Name a character so that it can be found: code point and Unicode name."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"


def _excerpt(text: str, wrong: str) -> str:
    """Quote the text around the fault without any character that might hide."""
    at = text.index(wrong)
    near = text[max(0, at - EXCERPT // 2) : at + EXCERPT // 2]
    return "".join(letter for letter in near if letter in PRINTABLE)
