"""Words longer than a line: broken inside, on every card, and copied as they are told.

A linter names where in a certificate something was found by a path of a hundred
characters without a blank, and a file may be named as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ceremony.conduct.past_view import PastView
from ceremony.conduct.step_view import NeedView, Review, StepView, Told
from ceremony.engine.steps.kind import NeedKind
from ceremony.engine.transcript import Line, Mark, Table
from ceremony.pki.output import Output
from tests.ui.ceremony.measuring import SIZES, Size, text_faults
from tests.ui.played import Played
from ui.conductor.director import Director
from ui.conductor.entries import EntriesCard
from ui.conductor.past_page import PastPage
from ui.conductor.step_page import StepPage
from ui.conductor.word_grid import WordGrid
from ui.messages.fault import Fault
from ui.room import refit
from ui.theme.palette import Look
from ui.theme.worn import wear
from ui.widgets.text import BREAK, CopiedText, Text, breakable

PATH = (
    "certificate.tbsCertificate.extensions.2.extnValue.cRLDistributionPoints.0."
    "distributionPoint.fullName.0.uniformResourceIdentifier"
)
"""As pkilint names a place in a certificate."""

FLAT = "x" * 150
"""As a file may be named: nothing in it at which a line would end by itself."""

LONG = f"It was found in {PATH} and in {FLAT}."


@pytest.fixture(params=SIZES, ids=lambda size: size.name)
def size(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Size]:
    told: Size = request.param
    wear(qapp, Look.LIGHT, told.zoom)
    yield told
    wear(qapp, Look.LIGHT)


def too_wide(area: StepPage | PastPage) -> list[str]:
    """Name what of a page reaches beyond what is in sight, and what is cut off."""
    inside, room = area.widget(), area.viewport().width()
    assert inside is not None
    beyond = [
        f"{type(each).__name__} of {type(each.parent()).__name__}: {_told(each)!r} "
        f"ends at {each.mapTo(inside, QPoint(each.width(), 0)).x()} of {room}"
        for each in [inside, *inside.findChildren(QWidget)]
        if each.isVisible() and each.mapTo(inside, QPoint(each.width(), 0)).x() > room
    ]
    return beyond + text_faults(area)


def _told(widget: QWidget) -> str:
    return widget.text()[:40] if isinstance(widget, QLabel) else ""


def lay_out(page: QWidget, size: Size) -> None:
    # As the program's window: it may be smaller than what is in it would have it.
    page.setMinimumSize(640, 360)
    page.resize(size.width, size.height)
    refit(page)
    for _ in range(4):
        QApplication.processEvents()
    assert page.width() == size.width


def asks(step: StepView, kind: NeedKind, **others: Any) -> NeedView:
    return NeedView(FLAT, kind, LONG, step.by, **others)


def entered(step: StepView) -> StepView:
    return replace(
        step,
        review=None,
        needs=(asks(step, NeedKind.TEXT), asks(step, NeedKind.FILES)),
    )


def chosen(step: StepView) -> StepView:
    need = asks(step, NeedKind.CHOICE, choices=(FLAT, PATH))
    return replace(step, review=None, needs=(need,))


def reviewed(step: StepView) -> StepView:
    told = (
        Told("Subject", PATH, mono=True),
        Told("Blob", FLAT, mono=True),
        Told("Device", LONG),
        Told("Certified", PATH),
    )
    signed = (
        Told("Subject", PATH, mono=True),
        Told("Alternative names", f"DNS: {FLAT}, DNS: {FLAT}", mono=True),
        Told("Extended key usage", LONG),
    )
    renewed = (Told("Names differ", f"new: {FLAT}; no longer: {PATH}", mono=True),)
    review = Review(
        told,
        (),
        ("2 objects",),
        ("private key",),
        wiped=False,
        renewed=renewed,
        signed=signed,
    )
    pin = asks(step, NeedKind.PIN)
    return replace(step, review=review, needs=(pin,), irreversible=False)


def reviewed_by_many(step: StepView) -> StepView:
    pins = tuple(
        replace(asks(step, NeedKind.PIN), name=f"pin{n}", at_reader=n == 0)
        for n in range(3)
    )
    return replace(reviewed(step), needs=pins, irreversible=True)


def made(step: StepView) -> StepView:
    entries = (
        Line("error", LONG),
        Line("source", PATH, mark=Mark.FAIL),
        Line("digest", FLAT, mono=True),
        Line("", LONG, mark=Mark.WAIVED),
        Table(("Request", "file", "breaks"), (("1", FLAT, PATH), ("2", PATH, LONG))),
        Table(("Serial number", "from", "reason"), ((FLAT, PATH, "x"),), mono=True),
    )
    return replace(step, carried_out=True, entries=entries)


def spoken(step: StepView) -> StepView:
    return replace(step, review=None, needs=(), irreversible=False)


KINDS: list[Callable[[StepView], StepView]] = [
    *(entered, chosen, reviewed, reviewed_by_many, made, spoken)
]


@pytest.mark.parametrize("kind", KINDS)
def test_no_card_with_long_words_is_wider_than_the_page(
    director: Director, played: Played, size: Size, kind: Callable[[Any], StepView]
) -> None:
    view = played.at("3.6")
    step = kind(replace(view.step, text=LONG, say=LONG, expect=LONG))
    director.show_view(replace(view, step=step))
    page = director.page.step
    told = Fault("CONDUCT-LINT-01", f"{LONG}", meaning=LONG, remedy=LONG)
    page.banner.show_fault(told)
    lay_out(director.page, size)
    assert page.banner.isVisible()
    assert too_wide(page) == []


WHO = "Bartholomew Featherstonehaugh-Cholmondeley"


def test_no_head_or_roll_call_with_long_names_is_wider_than_the_page(
    director: Director, played: Played, size: Size
) -> None:
    view = played.at("2.3")
    by = replace(view.step.by, name=WHO, title="Independent internal witness")
    people = tuple(replace(each, name=WHO) for each in view.people)
    step = replace(view.step, by=by, irreversible=True)
    director.show_view(replace(view, step=step, people=people))
    lay_out(director.page, size)
    assert too_wide(director.page.step) == []


def test_no_review_with_long_names_is_wider_than_the_page(
    director: Director, played: Played, size: Size
) -> None:
    view = played.at("3.3")
    initials = tuple(replace(each, name=WHO) for each in view.step.initials)
    director.show_view(replace(view, step=replace(view.step, initials=initials)))
    lay_out(director.page, size)
    assert too_wide(director.page.step) == []


def test_no_read_back_of_a_long_value_is_wider_than_the_page(
    director: Director, played: Played, size: Size
) -> None:
    view = played.at("3.7")
    steps = tuple(
        replace(row, subject=LONG) if row.id == view.step.id else row
        for row in view.steps
    )
    director.show_view(replace(view, steps=steps))
    lay_out(director.page, size)
    assert isinstance(director.page.step.card, WordGrid)
    assert too_wide(director.page.step) == []


def test_what_was_issued_and_what_is_past_is_no_wider_than_the_page(
    director: Director, played: Played, size: Size
) -> None:
    view = played.carried_out("3.6")
    step = made(view.step)
    assert isinstance(step.output, Output)
    output = replace(step.output, commands=((f"openssl {FLAT} |", f"  {PATH}"),))
    director.show_view(replace(view, step=replace(step, output=output)))
    lay_out(director.page, size)
    assert director.page.step.issued is not None
    assert too_wide(director.page.step) == []
    past = PastView(
        *(step.id, step.number, step.title, LONG, LONG, LONG),
        step.entries,
        ("DO", "MT"),
        output,
    )
    page = PastPage(past)
    director.page.show_past(page)
    lay_out(director.page, size)
    assert page.isVisible()
    assert too_wide(page) == []


def test_a_long_word_breaks_behind_its_signs_or_after_so_many_letters() -> None:
    told = breakable(f"at {PATH}, and {FLAT} or http://crl/root.crl")
    lines = told.split(BREAK)
    assert lines[:2] == ["at certificate.", "tbsCertificate."]
    assert max(len(word) for line in lines for word in line.split()) <= 24
    assert told.endswith(" or http://crl/root.crl")
    assert breakable(told) == told


def test_what_is_told_has_no_mark_in_it_for_whoever_reads_or_hears_it(
    qtbot: QtBot,
) -> None:
    label = Text(LONG, wrap=True)
    qtbot.addWidget(label)
    assert BREAK in label.shown
    assert label.text() == LONG
    spoken = QAccessible.queryAccessibleInterface(label)
    assert spoken.text(QAccessible.Text.Name) == LONG
    label.setText("short")
    assert spoken.text(QAccessible.Text.Name) == "short"
    assert label.shown == "short"


def test_what_can_be_selected_is_copied_without_a_mark(qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    label = CopiedText("97dc 053a f398", wrap=True)
    qtbot.addWidget(label)
    label.show()
    for told, copied in ((label.text(), label.text()), (LONG, "")):
        clipboard.clear()
        label.setText(told)
        QTest.mouseDClick(label, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
        label.setSelection(0, len(label.shown))
        QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert clipboard.text() == copied
    clipboard.clear()


def test_a_table_with_a_long_cell_takes_the_whole_width(qtbot: QtBot) -> None:
    card = EntriesCard(
        [
            Table(("Request", "breaks"), (("1", LONG),)),
            Table(("Roll-call", "answer"), (("Auditor", "ready"),)),
        ]
    )
    qtbot.addWidget(card)
    card.resize(800, 400)
    card.show()
    qtbot.waitExposed(card)
    (long,) = (each for each in card.findChildren(Text) if each.text() == LONG)
    (short,) = (each for each in card.findChildren(Text) if each.text() == "ready")
    assert 760 < long.mapTo(card, QPoint(long.width(), 0)).x() <= 800
    assert short.mapTo(card, QPoint(short.width(), 0)).x() < 400
