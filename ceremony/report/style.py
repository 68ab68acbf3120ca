"""Sizes and cuts of type, and the grid: every measurement that pages share.

Units are points; the type area's left edge is x = 0 and y grows downwards within a
line. Source of the figures: the visual standard in docs (12 columns of 11 mm, gutter
4 mm, binding margin 20 mm).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from ceremony.report.face import Face, face_for, text_width, verify_printable

MM: Final = 72 / 25.4
WIDTH: Final = 176 * MM
"""The type area, left edge to right edge."""
HALF: Final = 86 * MM
"""Six columns of eleven millimetres and their gutters."""
SECOND_HALF: Final = 90 * MM
"""Where the second half page begins."""
BINDING: Final = 20 * MM
"""The margin left of the type area; it holds deviation flags and nothing else."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text is set.

    Attributes:
        face: The cut.
        size: Points.
        leading: Line height, points.
        tracking: Extra space between characters, points.
        grey: From 0 (black) to 1 (white, on a solid tag only).
    """

    face: Face
    size: float
    leading: float
    tracking: float = 0
    grey: float = 0

    def width(self, text: str) -> float:
        """Give the width of ``text``, points."""
        return text_width(text, self.face, self.size, self.tracking)

    def fitted(self, text: str) -> Style:
        """Give this style in a cut that can draw ``text``.

        Raises:
            UnprintableError: No bundled cut can.
        """
        face = face_for(text, self.face)
        verify_printable(text, face)
        if face is self.face:
            return self
        return replace(self, face=face)


TITLE: Final = Style(Face.STRONG, 21, 25)
ACT_NUMBER: Final = Style(Face.STRONG, 18, 20)
ACT_TITLE: Final = Style(Face.STRONG, 13.5, 16)
NAME: Final = Style(Face.STRONG, 10.4, 14)
SECTION: Final = Style(Face.STRONG, 8.6, 11)
QUALIFIER: Final = Style(Face.LIGHT, 7.6, 11)
RESULT: Final = Style(Face.REGULAR, 10.4, 14)
RESULT_STRONG: Final = Style(Face.STRONG, 10.4, 14)
STATEMENT: Final = Style(Face.REGULAR, 10, 13.6)
BODY: Final = Style(Face.REGULAR, 8.8, 11.6)
BODY_STRONG: Final = Style(Face.STRONG, 8.8, 11.6)
STEP_NUMBER: Final = Style(Face.STRONG, 9, 11.6)
SMALL: Final = Style(Face.REGULAR, 8.4, 11)
SMALL_STRONG: Final = Style(Face.STRONG, 8.4, 11)
SMALL_LIGHT: Final = Style(Face.LIGHT, 8, 11)
COLUMN_HEAD: Final = Style(Face.LIGHT, 7.6, 10)
LABEL: Final = Style(Face.LIGHT, 7.8, 11)
EVENTS: Final = Style(Face.CONDENSED, 7.8, 10.4)
NOTE: Final = Style(Face.LIGHT, 7.6, 10.4)
VALUE: Final = Style(Face.MONO, 7.4, 11)
VALUE_SMALL: Final = Style(Face.MONO, 7.2, 11)
VERB: Final = Style(Face.MONO, 7.2, 10.4)
TAG: Final = Style(Face.STRONG, 7.2, 10, 0.9)
LISTING: Final = Style(Face.MONO, 7.4, 9.1)
