"""Unpack the bundled fonts from the published IBM Plex packages.

Decides which cuts are shipped. Does not cut down, hint, rename or draw anything: the
licence reserves the name "Plex" for unmodified versions, and a WOFF file that is only
unpacked is unmodified. The PDF library cuts each face down where it embeds it.

Invariants:
    * Every table is byte for byte the published one.
    * Outlines are TrueType, and figures are tabular as published.
    * Every glyph has its own entry in ``hmtx``: the PDF library takes the width of
      the last entry for every glyph beyond ``numberOfHMetrics``, which is wrong.
    * The same input gives the same bytes.

Usage: ``python scripts/make_fonts.py SANS_PACKAGE CONDENSED_PACKAGE MONO_PACKAGE``,
each the unpacked folder of the npm package of that name.

Source: SIL Open Font License 1.1, condition 3; OpenType 1.9.1, "hmtx" and "hhea";
npm ``@ibm/plex-sans`` 1.1.0, ``@ibm/plex-sans-condensed`` 2.0.0 and
``@ibm/plex-mono`` 2.5.0.
"""

from __future__ import annotations

import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

CHECKOUT: Final = Path(__file__).parent.parent
PAGES: Final = CHECKOUT / "ceremony" / "report" / "fonts"
WINDOW: Final = CHECKOUT / "ui" / "theme" / "fonts"

CUTS: Final[tuple[dict[str, Path], ...]] = (
    {
        "IBMPlexSans-Light": PAGES,
        "IBMPlexSans-Regular": PAGES,
        "IBMPlexSans-SemiBold": PAGES,
        "IBMPlexSans-Medium": WINDOW,
        "IBMPlexSans-Bold": WINDOW,
    },
    {"IBMPlexSansCondensed-Regular": PAGES},
    {"IBMPlexMono-Regular": PAGES, "IBMPlexMono-SemiBold": PAGES},
)
"""The cuts that are shipped, by package, and where; the window uses the pages' too."""


def unpack_font(woff: bytes) -> bytes:
    """Turn a WOFF file into the font file that it packs.

    Args:
        woff: A WOFF 1.0 file with TrueType outlines.

    Returns:
        A TrueType font file whose tables are those of ``woff``, untouched.
    """
    font = TTFont(BytesIO(woff), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    font.flavor = None
    out = BytesIO()
    font.save(out, reorderTables=None)
    return out.getvalue()


def verify_font(name: str, data: bytes) -> None:
    """Insist that the PDF library will draw this font right.

    Args:
        name: The cut, for the message.
        data: A font file.

    Raises:
        SystemExit: It has other than TrueType outlines, shared widths, or figures
            that are not tabular.
    """
    font = TTFont(BytesIO(data))
    if "glyf" not in font:
        raise SystemExit(f"{name}: no TrueType outlines")
    if font["hhea"].numberOfHMetrics != font["maxp"].numGlyphs:
        raise SystemExit(f"{name}: some glyphs have no width of their own")
    letters = font.getBestCmap()
    if len({font["hmtx"][letters[ord(figure)]][0] for figure in "0123456789"}) != 1:
        raise SystemExit(f"{name}: figures are not tabular")


def main() -> None:
    """Write every shipped font to its folder, with the licence beside it."""
    if len(sys.argv) != len(CUTS) + 1:
        raise SystemExit(__doc__)
    packages = [Path(argument) for argument in sys.argv[1:]]
    for package, cuts in zip(packages, CUTS, strict=True):
        for cut, folder in cuts.items():
            source = package / "fonts" / "complete" / "woff" / f"{cut}.woff"
            data = unpack_font(source.read_bytes())
            verify_font(cut, data)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{cut}.ttf").write_bytes(data)
            print(f"{folder.name}/{cut}.ttf {len(data)}")
    for folder in (PAGES, WINDOW):
        shutil.copyfile(packages[0] / "LICENSE.txt", folder / "LICENSE.txt")


if __name__ == "__main__":
    main()
