"""Type is loaded and unmistakable, and everything grows with the size in use."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtGui import QFontInfo, QRawFont, QTextLayout
from PySide6.QtWidgets import QApplication

from ui.theme.palette import DARK, LIGHT, Look
from ui.theme.sheet import render_sheet
from ui.theme.typeface import CUTS, FOLDERS, make_font
from ui.theme.worn import ZOOMS, next_zoom, wear, worn
from ui.widgets.glyph import Glyph, Sign

SAMPLES = {
    "Latin Extended": "ŁłŐőŘřŠšŽžĞğİıȚțŴŵĦħŒœ",
    "Greek": "ΑΒΓΔΩαβγδωάέήίόύώ",
    "Cyrillic": "АБВГДЖЙЩЮЯабвгджйщюяЁёЇїЄє",
}


def files() -> list[Path]:
    return [folder / f"{cut}.ttf" for folder in FOLDERS for cut in CUTS]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("mono", [False, True])
@pytest.mark.parametrize("weight", [400, 600])
def test_the_bundled_type_is_what_is_drawn(weight: int, *, mono: bool) -> None:
    found = QFontInfo(make_font(16, weight, mono=mono))
    assert found.family() == ("IBM Plex Mono" if mono else "IBM Plex Sans")
    assert found.pixelSize() == 16
    assert found.weight() == weight


def outline(font: QRawFont, sign: str) -> tuple[tuple[float, float], ...]:
    (index,) = font.glyphIndexesForString(sign)
    assert index != 0, f"{sign} is not in the font"
    path = font.pathForGlyph(index)
    # Moved to its own left edge: signs must differ in shape, not in their place.
    left = path.boundingRect().left()
    return tuple(
        (round(path.elementAt(at).x - left, 2), round(path.elementAt(at).y, 2))
        for at in range(path.elementCount())
    )


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("signs", "mono"), [("0O1lI", True), ("lI1", False)], ids=["mono", "sans"]
)
@pytest.mark.parametrize("weight", [400, 600])
def test_signs_that_people_confuse_have_different_outlines(
    signs: str, weight: int, *, mono: bool
) -> None:
    font = QRawFont.fromFont(make_font(64, weight, mono=mono))
    shapes = {sign: outline(font, sign) for sign in signs}
    for one, other in combinations(signs, 2):
        assert len(shapes[one]) > 3
        assert shapes[one] != shapes[other], f"{one} looks like {other}"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("cut", "script"),
    [
        (cut, script)
        for cut in CUTS
        for script in SAMPLES
        # IBM Plex Mono is drawn without Greek by its makers; see the next test.
        if not (script == "Greek" and "Mono" in cut)
    ],
)
def test_every_cut_has_the_scripts_of_peoples_names(cut: str, script: str) -> None:
    path = next(path for path in files() if path.name == f"{cut}.ttf" and path.exists())
    font = QRawFont(str(path), 16)
    lacking = [
        sign for sign in SAMPLES[script] if not font.supportsCharacter(ord(sign))
    ]
    assert lacking == []


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("script", SAMPLES)
@pytest.mark.parametrize("mono", [False, True])
def test_nothing_that_people_write_is_drawn_as_an_empty_box(
    script: str, *, mono: bool
) -> None:
    layout = QTextLayout(SAMPLES[script], make_font(16, mono=mono))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    assert {run.rawFont().familyName() for run in runs} <= {
        "IBM Plex Sans",
        "IBM Plex Mono",
    }
    drawn = [index for run in runs for index in run.glyphIndexes()]
    assert len(drawn) >= len(SAMPLES[script])
    assert 0 not in drawn


LENGTH = re.compile(r"(\d+)px")


@pytest.mark.parametrize("zoom", ZOOMS)
def test_zoom_scales_every_length_of_the_style_sheet(zoom: float) -> None:
    plain = [int(each) for each in LENGTH.findall(render_sheet(LIGHT, 1.0))]
    scaled = [int(each) for each in LENGTH.findall(render_sheet(LIGHT, zoom))]
    assert len(plain) == len(scaled) > 100
    for before, after in zip(plain, scaled, strict=True):
        assert abs(after - before * zoom) <= 0.5


def test_no_length_is_told_in_a_unit_that_does_not_scale() -> None:
    assert re.findall(r"\d(?:pt|em|ex|cm|mm|in)\b", render_sheet(LIGHT, 1.0)) == []


def test_twice_the_size_is_reached_and_not_passed() -> None:
    sizes = [1.0]
    for _ in ZOOMS:
        sizes.append(next_zoom(sizes[-1], 1))
    assert sizes == [*ZOOMS, 2.0]
    assert next_zoom(2.0, -1) < 2.0
    assert next_zoom(1.0, -1) == 1.0


def test_a_picture_grows_and_changes_colour_with_the_look(qapp: QApplication) -> None:
    glyph = Glyph(Sign.CURRENT, 20)
    wear(qapp, Look.DARK, 2.0)
    assert glyph.sizeHint().width() == 40
    assert worn.palette is DARK
    assert qapp.palette().window().color().name().upper() == "#12161C"
