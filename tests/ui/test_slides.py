"""The projector shows public values, large enough for the last row, no more."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ceremony.conduct.room_view import (
    BreakView,
    DeviationRow,
    DissentView,
    RoomView,
    ValueRow,
)
from ceremony.identifiers import Mode
from tests.fakes.qr_reader import read_qr
from tests.fakes.text_device import DrawnText, TextDevice
from tests.ui.played import Played
from ui.projector.view import Slide, make_slide
from ui.projector.window import CODE, ProjectorWindow

SIZES = [(1280, 720), (1366, 768), (1920, 1080), (3840, 2160)]
MODULES = 37
DARK = 100
"""Lightness below which a pixel is one of a dark module."""

CANARY = "c4n4ry"


def texts(slide: Slide) -> str:
    """Everything of a slide that is a text."""
    told = []
    for each in fields(slide):
        value = getattr(slide, each.name)
        if each.name == "acts":
            told += [segment.name for segment in value]
        elif isinstance(value, tuple):
            told += value
        else:
            told.append(value)
    return "\n".join(told)


def spoilt(view: RoomView) -> RoomView:
    """Give a view with the canary wherever it holds what is not for the wall."""
    changes: dict[str, Any] = {
        "people": tuple(
            replace(each, name=CANARY, initials=CANARY, present=False, away=True)
            for each in view.people
        ),
        "deviations": (
            DeviationRow("D-01", "note", CANARY, CANARY, CANARY, CANARY),
            DeviationRow("D-02", "major", CANARY, CANARY, CANARY, ""),
        ),
        "last_closed": CANARY,
        "in_doubt": CANARY,
        "pause": BreakView("12:30", 45, CANARY, (CANARY,)),
        "dissent": DissentView(CANARY, CANARY, CANARY, CANARY),
        "waiting_signers": tuple(replace(each, name=CANARY) for each in view.people),
    }
    if view.turn is not None:
        changes["turn"] = replace(
            view.turn,
            name=CANARY,
            person=CANARY,
            payload=CANARY.encode(),
            serial=CANARY,
            label=CANARY,
            deviations=(CANARY,),
        )
    if view.step is not None:
        nobody = replace(view.step.by, name=CANARY, marks=(CANARY,))
        changes["step"] = replace(view.step, by=nobody, initials=(nobody,), why=CANARY)
    quorum = replace(view.quorum, people=changes["people"][:3])
    return replace(view, quorum=quorum, **changes)


def test_no_slide_holds_what_is_not_for_the_wall(played: Played) -> None:
    assert len(played.views) > 54
    for view in played.views:
        assert CANARY not in texts(make_slide(spoilt(view)))
        value = view.values[0]
        assert CANARY not in texts(make_slide(spoilt(view), chosen=value))


def test_no_slide_of_the_demo_holds_a_name_or_a_pin(played: Played) -> None:
    names = {person.name for person in played.views[-1].people}
    assert "Margaret Thorne" in names
    assert len(played.pins) > 9
    for view in played.views:
        told = texts(make_slide(view))
        assert not [name for name in names if name in told]
        assert not [pin for pin in played.pins if pin in told]


def test_a_read_back_shows_its_words_and_a_turn_those_of_its_statement(
    played: Played,
) -> None:
    view = played.at("3.5")
    assert len(make_slide(view).words) == 8
    assert make_slide(view).words == tuple(
        word for row in view.step.rows for word in row
    )
    turn = played.at("1.1")
    assert make_slide(turn).words == turn.turn.words
    # A turn says of what its words are; the steps of a read-back say so themselves.
    assert make_slide(turn).words_of == "The first eight words of the statement"
    assert make_slide(view).words_of == ""
    assert make_slide(turn, chosen=turn.values[0]).words_of == ""
    assert make_slide(played.at("1.8")).words == ()


def test_a_step_says_where_it_is_and_what_is_said(played: Played) -> None:
    slide = make_slide(played.at("3.3"), waiting="Waiting for: Internal witness")
    assert slide.where == (
        "Step 24 of 54   Act 3 \u00b7 Generate the Root OCA key and its certificate"
    )
    assert slide.mode == "REHEARSAL"
    assert slide.waiting == "Waiting for: Internal witness"
    assert slide.lines[-1] == "This cannot be undone."
    assert slide.quorum == "Quorum: 3 present, 2 needed"
    live = replace(played.at("3.3"), mode=Mode.LIVE)
    assert make_slide(live).mode == "LIVE"


def test_a_value_that_is_read_out_takes_the_place_of_the_step(played: Played) -> None:
    view = played.at("3.6")
    value = next(each for each in view.values if "public key" in each.title)
    slide = make_slide(view, chosen=value)
    assert slide.instruction == value.title
    assert len(slide.words) == 32
    assert slide.digest == value.digest
    assert slide.lines == ()


def test_after_the_last_step_the_wall_says_so(played: Played) -> None:
    slide = make_slide(played.in_phase("running"))
    assert slide.instruction == "Every step is closed."
    assert slide.where == ""
    assert slide.words == ()


def test_the_code_of_a_value_stands_beside_its_words(
    played: Played, projector: ProjectorWindow
) -> None:
    view = played.at("3.8")
    value = next(each for each in view.values if "fingerprint" in each.title)
    projector.resize(1920, 1080)
    projector.show_slide(make_slide(view, chosen=value))
    image = projector.grab().toImage()
    corner = (image.width() - projector.px(40) - projector.px(CODE), 0)
    dark = [
        (x, y)
        for y in range(projector.px(380), projector.px(900))
        for x in range(corner[0], image.width() - projector.px(40))
        if image.pixelColor(x, y).lightness() < DARK
    ]
    left, top = min(x for x, _ in dark), min(y for _, y in dark)
    right, low = max(x for x, _ in dark), max(y for _, y in dark)
    module = (right + 1 - left) / MODULES
    assert right - left == low - top
    grid = [
        [
            image.pixelColor(
                int(left + (x + 0.5) * module), int(top + (y + 0.5) * module)
            ).lightness()
            < DARK
            for x in range(MODULES)
        ]
        for y in range(MODULES)
    ]
    assert read_qr(grid) == value.digest


@pytest.fixture
def projector(qtbot: QtBot) -> ProjectorWindow:
    made = ProjectorWindow()
    qtbot.addWidget(made)
    return made


def drawn(projector: ProjectorWindow, size: tuple[int, int]) -> list[DrawnText]:
    projector.resize(*size)
    device = TextDevice(QSize(*size))
    projector.render(device)
    return device.told


def slides(played: Played) -> list[Slide]:
    """Give steps, eight words and thirty-two, each with somebody waited for."""
    waiting = "Waiting for: Independent auditor"
    made = [make_slide(view, waiting=waiting) for view in played.views]
    values: tuple[ValueRow, ...] = played.views[-1].values
    made += [make_slide(played.at("3.6"), chosen=value) for value in values]
    assert {len(slide.words) for slide in made} >= {0, 8, 32}
    # One of each picture is enough.
    return list({(s.instruction, s.lines, s.words): s for s in made}.values())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_text_is_a_fiftieth_of_the_height_and_inside_the_picture(
    projector: ProjectorWindow, played: Played, size: tuple[int, int]
) -> None:
    wide, high = size
    for slide in slides(played):
        projector.show_slide(slide)
        told = drawn(projector, size)
        assert len(told) > 8
        for text in told:
            assert text.pixels >= high / 50, text
            assert text.place[0] >= 0
            assert text.place[0] + text.width <= wide + 1, text
            assert text.place[1] <= high, text
        assert projector.smallest == min(text.pixels for text in told)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_text_runs_into_another(
    projector: ProjectorWindow, played: Played, size: tuple[int, int]
) -> None:
    for slide in slides(played):
        projector.show_slide(slide)
        # What a capital letter fills, which is about seven tenths of the type.
        boxes = [
            (text.place[0], text.place[1] - 0.7 * text.pixels, text)
            for text in drawn(projector, size)
            if text.text.strip()
        ]
        for (left, top, one), (across, below, other) in combinations(boxes, 2):
            apart = (
                left + one.width <= across
                or across + other.width <= left
                or one.place[1] <= below
                or other.place[1] <= top
            )
            assert apart, f"{one} and {other}"


def test_everything_that_is_to_be_read_is_drawn(
    projector: ProjectorWindow, played: Played
) -> None:
    for slide in slides(played):
        projector.show_slide(slide)
        told = " ".join(text.text for text in drawn(projector, (1920, 1080)))
        # Where words are read out, they stand in the place of what is said.
        below = slide.words or slide.lines
        told_of = [slide.where, slide.words_of, slide.waiting]
        wanted = " ".join([slide.instruction, *below, *told_of])
        shown = told.split()
        assert [word for word in wanted.split() if word not in shown] == []
        assert slide.digest in told.replace(" ", "")
        assert projector.accessibleName() == slide.instruction


def test_a_blank_projector_shows_please_wait_and_nothing_else(
    projector: ProjectorWindow, played: Played
) -> None:
    projector.show_slide(make_slide(played.at("3.3")))
    projector.show_blank(blank=True)
    assert [text.text for text in drawn(projector, (1920, 1080))] == ["Please wait"]
    before = projector.grab().toImage()
    projector.show_slide(make_slide(played.at("3.5")))
    assert projector.grab().toImage() == before
    projector.show_blank(blank=False)
    assert len(drawn(projector, (1920, 1080))) > 8


def test_before_the_first_slide_there_is_nothing_to_see(
    projector: ProjectorWindow,
) -> None:
    assert [text.text for text in drawn(projector, (1280, 720))] == ["Please wait"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F11])
def test_the_projector_gives_the_only_screen_back(
    projector: ProjectorWindow, key: Qt.Key
) -> None:
    closed: list[str] = []
    projector.closed.connect(lambda: closed.append("closed"))
    projector.show()
    QTest.keyClick(projector, Qt.Key.Key_F2)
    assert closed == []
    QTest.keyClick(projector, key)
    assert closed == ["closed"]
    assert not projector.isVisible()


def test_the_projector_does_not_take_the_keyboard(projector: ProjectorWindow) -> None:
    assert projector.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
