"""The colours, as tokens with a meaning; nothing else in the window names a colour.

Each state is told by shape and word too: hue alone carries nothing.

Source: WCAG 2.2, 1.4.3 (text 4.5:1), 1.4.11 (parts of controls 3:1); the tests assert
    every pair in which two tokens meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtGui import QColor, QPalette


class Look(StrEnum):
    """Which form of the palette is worn."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Palette:
    """The tokens, each ``#RRGGBB``.

    Attributes:
        surface: Panels and fields.
        ground: What panels stand on.
        text: On surface and ground.
        muted: Labels and what is secondary.
        border: Outlines that carry meaning, 3:1.
        hairline: Decoration only.
        current: The current step, the primary action, the focus in light.
        on_current: Text on ``current``.
        tint: Behind the current row.
        done: What is done.
        attention: Deviations and what needs care.
        failed: What failed or is blocked.
        focus: The ring round what has the focus.
        ink: The title bar.
        on_ink: Text on ``ink``.
        amber: Rehearsal and the clock, on ``ink``.
        on_amber: The hatch and the word of the mode, on ``amber`` and ``on_ink``.
        bar: The waiting bar.
        on_bar: Text on it.
        act: The one act on the waiting bar; likewise ``on_act``.
        bar_focus: The ring round the act.
    """

    look: Look
    surface: str
    ground: str
    text: str
    muted: str
    border: str
    hairline: str
    current: str
    on_current: str
    tint: str
    done: str
    on_done: str
    attention: str
    failed: str
    focus: str
    ink: str
    on_ink: str
    amber: str
    on_amber: str
    bar: str
    on_bar: str
    act: str
    on_act: str
    bar_focus: str


LIGHT: Final = Palette(
    look=Look.LIGHT,
    surface="#FFFFFF",
    ground="#F3F5F8",
    text="#14181F",
    muted="#4A5563",
    border="#6B7684",
    hairline="#D3D9E0",
    current="#0B5CAD",
    on_current="#FFFFFF",
    tint="#E8F0F9",
    done="#00695C",
    on_done="#FFFFFF",
    attention="#8A5300",
    failed="#B3261E",
    focus="#0B5CAD",
    ink="#14181F",
    on_ink="#FFFFFF",
    amber="#FFD166",
    on_amber="#14181F",
    bar="#0B5CAD",
    on_bar="#FFFFFF",
    act="#FFFFFF",
    on_act="#0B5CAD",
    bar_focus="#14181F",
)

DARK: Final = Palette(
    look=Look.DARK,
    surface="#1B2129",
    ground="#12161C",
    text="#EEF2F6",
    muted="#B4BECB",
    border="#7C8896",
    hairline="#36404C",
    current="#7CB8FF",
    on_current="#12161C",
    tint="#243244",
    done="#5FD0BA",
    on_done="#12161C",
    attention="#F2C14E",
    failed="#FF9A90",
    focus="#FFD166",
    ink="#0B0E12",
    on_ink="#EEF2F6",
    amber="#FFD166",
    on_amber="#14181F",
    bar="#1B2129",
    on_bar="#EEF2F6",
    act="#7CB8FF",
    on_act="#12161C",
    bar_focus="#FFD166",
)

CONTRAST: Final = Palette(
    look=Look.CONTRAST,
    surface="#FFFFFF",
    ground="#FFFFFF",
    text="#000000",
    muted="#000000",
    border="#000000",
    hairline="#000000",
    current="#00309C",
    on_current="#FFFFFF",
    tint="#FFFFFF",
    done="#004B41",
    on_done="#FFFFFF",
    attention="#5C3700",
    failed="#8A0F09",
    focus="#000000",
    ink="#000000",
    on_ink="#FFFFFF",
    amber="#FFD166",
    on_amber="#14181F",
    bar="#00309C",
    on_bar="#FFFFFF",
    act="#FFFFFF",
    on_act="#00309C",
    bar_focus="#000000",
)

PALETTES: Final = {each.look: each for each in (LIGHT, DARK, CONTRAST)}


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Give the relative luminance of an sRGB colour (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  the standard's constants
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def qt_palette(palette: Palette) -> QPalette:
    """Give the palette as Qt's own widgets take it."""
    told = QPalette()
    roles = {
        QPalette.ColorRole.Window: palette.ground,
        QPalette.ColorRole.WindowText: palette.text,
        QPalette.ColorRole.Base: palette.surface,
        QPalette.ColorRole.AlternateBase: palette.ground,
        QPalette.ColorRole.Text: palette.text,
        QPalette.ColorRole.Button: palette.surface,
        QPalette.ColorRole.ButtonText: palette.text,
        QPalette.ColorRole.Highlight: palette.current,
        QPalette.ColorRole.HighlightedText: palette.on_current,
        QPalette.ColorRole.PlaceholderText: palette.muted,
        QPalette.ColorRole.ToolTipBase: palette.surface,
        QPalette.ColorRole.ToolTipText: palette.text,
        QPalette.ColorRole.Link: palette.current,
        QPalette.ColorRole.Accent: palette.current,
    }
    for role, colour in roles.items():
        told.setColor(role, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for role in (QPalette.ColorRole.ButtonText, QPalette.ColorRole.Text):
        told.setColor(disabled, role, QColor(palette.muted))
    return told
