"""What the windows wear now: a palette and a size; every painted widget asks here."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QApplication

from ui.theme.palette import LIGHT, PALETTES, Look, Palette, qt_palette
from ui.theme.sheet import render_sheet

ZOOMS: Final = (1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
"""The sizes that Ctrl+Plus and Ctrl+Minus step through."""


class Worn:
    """The palette and size in use; one for the whole program."""

    def __init__(self) -> None:
        self.palette: Palette = LIGHT
        self.zoom = 1.0

    def px(self, pixels: float) -> int:
        """Give a length of the design in pixels of the size in use."""
        return round(pixels * self.zoom)


worn: Final = Worn()


def wear(app: QApplication, look: Look, zoom: float = 1.0) -> None:
    """Put a palette and a size on every window."""
    worn.palette, worn.zoom = PALETTES[look], zoom
    app.setPalette(qt_palette(worn.palette))
    app.setStyleSheet(render_sheet(worn.palette, zoom))


def next_zoom(zoom: float, steps: int) -> float:
    """Give the size some steps larger or smaller, within what there is."""
    at = min(range(len(ZOOMS)), key=lambda each: abs(ZOOMS[each] - zoom))
    return ZOOMS[max(0, min(len(ZOOMS) - 1, at + steps))]
