"""What is drawn tells by shape, and says in words what it shows."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.theme.palette import DARK, LIGHT, Look
from ui.theme.worn import wear
from ui.widgets.dial import QuorumDial
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.mode import FRAME, ModeFrame, ModeTag
from ui.widgets.rail import ActRail, Segment
from ui.widgets.time_bar import TimeBar


def drawn(widget: QWidget, width: int, height: int) -> QImage:
    widget.resize(width, height)
    return widget.grab().toImage()


def ink(image: QImage, x: float, y: float) -> str:
    return image.pixelColor(round(x), round(y)).name().upper()


def shape(image: QImage) -> set[tuple[int, int]]:
    """The places that are inked, whatever the colour."""
    ground = image.pixelColor(0, 0).lightness()
    return {
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if abs(image.pixelColor(x, y).lightness() - ground) > 40
    }


@pytest.mark.usefixtures("qapp")
def test_no_two_signs_have_one_outline_in_one_colour(qtbot: QtBot) -> None:
    shapes = {}
    for sign in Sign:
        glyph = Glyph(sign, 48, "text")
        qtbot.addWidget(glyph)
        shapes[sign] = shape(drawn(glyph, 48, 48))
    for one, other in combinations(Sign, 2):
        apart = shapes[one] ^ shapes[other]
        # A fifth of what both ink together: no two are told by a detail.
        both = shapes[one] | shapes[other]
        assert len(apart) > 0.2 * len(both), f"{one} looks like {other}"
        assert len(shapes[one]) > 40


def test_a_sign_becomes_another(qtbot: QtBot) -> None:
    glyph = Glyph(Sign.NOT_YET, 24)
    qtbot.addWidget(glyph)
    before = drawn(glyph, 24, 24)
    glyph.show_sign(Sign.DONE)
    assert drawn(glyph, 24, 24) != before


def test_the_dial_fills_those_present_and_leaves_those_absent_open(
    qtbot: QtBot,
) -> None:
    dial = QuorumDial()
    qtbot.addWidget(dial)
    dial.show_people([("IC", True), ("PR", False)], "1 of 2", "present")
    image = drawn(dial, 184, 176)
    # The first stands above the middle, the second below; 14 left of the initials.
    assert ink(image, 92 - 14, 23) == LIGHT.done
    assert ink(image, 92 - 14, 176 - 23) == LIGHT.surface
    dial.show_people([("IC", True), ("PR", True)], "2 of 2", "present")
    assert ink(drawn(dial, 184, 176), 92 - 14, 176 - 23) == LIGHT.done


def test_presence_is_a_shape_even_without_colours(qtbot: QtBot) -> None:
    dial = QuorumDial()
    qtbot.addWidget(dial)
    dial.show_people([("AA", True)], "", "")
    present = drawn(dial, 184, 176).convertToFormat(QImage.Format.Format_Mono)
    dial.show_people([("AA", False)], "", "")
    absent = drawn(dial, 184, 176).convertToFormat(QImage.Format.Format_Mono)
    filled = [image.pixelColor(78, 23).lightness() for image in (present, absent)]
    assert filled == [0, 255]


def test_a_dial_without_people_is_drawn_too(qtbot: QtBot) -> None:
    dial = QuorumDial()
    qtbot.addWidget(dial)
    dial.show_people([], "0 of 0", "present")
    assert not drawn(dial, 184, 176).isNull()


def test_the_rail_fills_the_part_of_an_act_that_is_done(qtbot: QtBot) -> None:
    rail = ActRail()
    qtbot.addWidget(rail)
    acts = [
        Segment("Opening", Sign.DONE, 1.0),
        Segment("Root key", Sign.CURRENT, 0.5),
        Segment("Closing", Sign.NOT_YET, 0.0),
    ]
    rail.show_acts(acts, "Acts: Opening, Root key, Closing")
    image = drawn(rail, 616, 60)
    # Each is 200 wide, 8 apart; the bar is 10 high.
    assert ink(image, 150, 6) == LIGHT.done
    assert ink(image, 208 + 50, 6) == LIGHT.current
    assert ink(image, 208 + 150, 6) not in {LIGHT.current, LIGHT.done}
    assert ink(image, 416 + 50, 6) == ink(image, 208 + 150, 6)
    heard = QAccessible.queryAccessibleInterface(rail)
    assert heard.text(QAccessible.Text.Name) == "Acts: Opening, Root key, Closing"


def test_a_rail_without_acts_draws_nothing(qtbot: QtBot) -> None:
    rail = ActRail(large=True)
    qtbot.addWidget(rail)
    assert shape(drawn(rail, 300, 60)) == set()


def test_the_time_of_an_act_fills_and_then_asks_for_care(qtbot: QtBot) -> None:
    bar = TimeBar()
    qtbot.addWidget(bar)
    bar.show_part(0.5, "Act time: 10 of 20 min")
    half = drawn(bar, 100, 12)
    assert ink(half, 25, 6) == LIGHT.current
    assert ink(half, 80, 6) != LIGHT.current
    bar.show_part(1.2, "Act time: 24 of 20 min")
    over = drawn(bar, 100, 12)
    assert ink(over, 25, 6) == ink(over, 80, 6) == LIGHT.attention
    heard = QAccessible.queryAccessibleInterface(bar)
    assert heard.text(QAccessible.Text.Name) == "Act time: 24 of 20 min"
    bar.show_part(0, "Act time: 0 of 20 min")
    assert ink(drawn(bar, 100, 12), 25, 6) not in {LIGHT.current, LIGHT.attention}


def along_the_frame(image: QImage) -> list[int]:
    """How light the four sides of the frame are, in the middle of its width."""
    middle, far = FRAME // 2, image.height() - FRAME // 2 - 1
    right = image.width() - FRAME // 2 - 1
    return [
        image.pixelColor(at, y).lightness() for y in (middle, far) for at in range(200)
    ] + [
        image.pixelColor(x, at).lightness()
        for x in (middle, right)
        for at in range(200)
    ]


@pytest.mark.parametrize("look", Look)
def test_rehearsal_and_live_differ_by_the_shape_of_their_frame(
    qtbot: QtBot, qapp: QApplication, look: Look
) -> None:
    wear(qapp, look)
    frame = ModeFrame()
    qtbot.addWidget(frame)
    frame.show_mode(rehearsal=True)
    hatched = along_the_frame(drawn(frame, 200, 200))
    dark = sum(each < 60 for each in hatched) / len(hatched)
    light = sum(each > 120 for each in hatched) / len(hatched)
    assert dark > 0.2
    assert light > 0.2
    frame.show_mode(rehearsal=False)
    solid = along_the_frame(drawn(frame, 200, 200))
    assert len(set(solid)) == 1


def test_the_frame_leaves_room_for_itself_at_every_size(
    qtbot: QtBot, qapp: QApplication
) -> None:
    wear(qapp, Look.LIGHT, 2.0)
    frame, inside = ModeFrame(), QWidget()
    frame.hold(inside)
    qtbot.addWidget(frame)
    frame.resize(200, 200)
    frame.show()
    frame.grab()
    qapp.processEvents()
    assert inside.geometry().left() == 2 * FRAME


def test_the_tag_says_the_mode_and_hatches_a_rehearsal(qtbot: QtBot) -> None:
    tag = ModeTag()
    qtbot.addWidget(tag)
    tag.show_mode("REHEARSAL", rehearsal=True)
    wide = tag.sizeHint().width()
    image = drawn(tag, wide, 32)
    row = [image.pixelColor(x, 16).lightness() for x in range(28)]
    assert min(row) < 60
    assert max(row) > 120
    heard = QAccessible.queryAccessibleInterface(tag)
    assert heard.text(QAccessible.Text.Name) == "REHEARSAL"

    tag.show_mode("LIVE", rehearsal=False)
    image = drawn(tag, tag.sizeHint().width(), 32)
    assert {ink(image, x, 3) for x in range(6, 20)} == {LIGHT.on_ink}
    assert heard.text(QAccessible.Text.Name) == "LIVE"


def test_a_picture_is_drawn_from_the_palette_in_use(
    qtbot: QtBot, qapp: QApplication
) -> None:
    glyph = Glyph(Sign.CURRENT, 24)
    qtbot.addWidget(glyph)
    wear(qapp, Look.DARK)
    assert QColor(ink(drawn(glyph, 24, 24), 11, 12)) == QColor(DARK.current)
