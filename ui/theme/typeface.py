"""The bundled type: IBM Plex, in which 0 O 1 l and I cannot be taken for another."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

import ceremony.report

SANS: Final = "IBM Plex Sans"
MONO: Final = "IBM Plex Mono"

FOLDERS: Final = (
    Path(ceremony.report.__file__).parent / "fonts",
    Path(__file__).parent / "fonts",
)
"""Where the cuts stand; the window uses those of the pages too."""

CUTS: Final = (
    "IBMPlexSans-Regular",
    "IBMPlexSans-Medium",
    "IBMPlexSans-SemiBold",
    "IBMPlexSans-Bold",
    "IBMPlexMono-Regular",
    "IBMPlexMono-SemiBold",
)


def load_typeface() -> None:
    """Give the cuts to Qt; a desktop may have none at all.

    Raises:
        FileNotFoundError: A cut is not in the installation.
    """
    for cut in CUTS:
        path = next(
            (
                folder / f"{cut}.ttf"
                for folder in FOLDERS
                if (folder / f"{cut}.ttf").is_file()
            ),
            None,
        )
        if path is None or QFontDatabase.addApplicationFont(str(path)) < 0:
            raise FileNotFoundError(cut)


def make_font(pixels: int, weight: int = 400, *, mono: bool = False) -> QFont:
    """Give a font of the house.

    Args:
        pixels: Height of the body.
        weight: 400 regular, 500 medium, 600 semi-bold, 700 bold.
        mono: True for identifiers, digests, the clock and key caps.
    """
    # What the mono lacks, such as Greek, comes from the sans and not from the platform.
    font = QFont([MONO, SANS] if mono else [SANS])
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
