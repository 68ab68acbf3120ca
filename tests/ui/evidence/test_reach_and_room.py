"""Everything is reached by keyboard, has a name, and is shown whole at any size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QTableView

from ceremony.verify.outcome import DeviationTold
from tests.ui.evidence.looking import Seen, settle
from ui.theme.palette import Look
from ui.theme.worn import wear

HOSTILE = "<img src=file:///etc/passwd> \u202egnp \u200b<b>x</b> " + "long" * 60


def _key(key: Qt.Key) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)


def test_a_pack_is_opened_and_looked_into_by_keyboard_alone(seen: Seen) -> None:
    stops = seen.walk()
    assert seen.focusable() <= set(stops)
    seen.tab_to(lambda at: isinstance(at, QPushButton) and "sample" in at.text())
    _key(Qt.Key.Key_Space)
    seen.wait()
    assert "VERIFIED WITH REMARKS" in seen.text
    seen.tab_to(lambda at: at is seen.line("7"))
    _key(Qt.Key.Key_Space)
    assert "Check 7: Cosignatures and quorum" in seen.text
    _key(Qt.Key.Key_Escape)
    assert seen.line("7").hasFocus()
    seen.tab_to(lambda at: at is seen.page.reading.tabs, Qt.Key.Key_Backtab)
    _key(Qt.Key.Key_Right)
    seen.wait()
    assert "126 events" in seen.text
    seen.tab_to(lambda at: isinstance(at, QTableView))
    _key(Qt.Key.Key_Down)
    _key(Qt.Key.Key_Tab)
    assert isinstance(QApplication.focusWidget(), QPlainTextEdit)
    assert "ceremony" in seen.page.reading.events.event_text.toPlainText()
    _key(Qt.Key.Key_Tab)
    assert not isinstance(QApplication.focusWidget(), QPlainTextEdit)


def test_tab_reaches_everything_and_is_never_caught(seen: Seen, packs: Path) -> None:
    seen.open(packs / "good.pdf")
    assert seen.focusable() <= set(seen.walk())
    seen.line("1").click()
    assert seen.focusable() <= set(seen.walk())
    seen.turn_tab("Events")
    assert seen.focusable() <= set(seen.walk())


def test_everything_that_takes_the_focus_has_a_name(seen: Seen, packs: Path) -> None:
    assert seen.nameless() == []
    seen.open(packs / "good.pdf")
    assert seen.nameless() == []
    seen.line("9").click()
    assert seen.nameless() == []
    seen.turn_tab("Events")
    assert seen.nameless() == []
    seen.page.change_byte()
    seen.wait()
    assert seen.nameless() == []


def test_hostile_text_in_a_record_stays_text(seen: Seen, packs: Path) -> None:
    seen.open_committed(packs, "good")
    opened = seen.page.reading._opened
    assert opened is not None
    verdict = opened.verdict
    told = DeviationTold("D-01", "minor", HOSTILE, HOSTILE, HOSTILE)
    checks = tuple(
        replace(check, reason=HOSTILE, compared=(HOSTILE,), command=HOSTILE)
        for check in verdict.checks
    )
    hostile = replace(
        verdict,
        checks=checks,
        remarks=(HOSTILE,),
        story=replace(verdict.story, deviations=(told,)),
    )
    seen.page.reading.show_pack(replace(opened, verdict=hostile))
    settle()
    for _ in range(2):
        text = seen.text
        assert "<img src=file:///etc/passwd> \\u202egnp" in text
        assert "\u202e" not in text
        assert all(
            label.textFormat() is Qt.TextFormat.PlainText for label in seen.labels
        )
        assert seen.clipped() == []
        seen.line("2").click() if "Check 2:" not in text else None


AGAIN = pytest.mark.soak
"""Sizes between those that every run looks at: the smallest and the largest type."""

SIZES = [
    pytest.param(Look.LIGHT, 1.0, (1182, 768), id="1366x768"),
    pytest.param(Look.DARK, 1.0, (1182, 768), marks=AGAIN, id="1366x768, dark"),
    pytest.param(
        Look.LIGHT,
        2.0,
        (1182, 768),
        marks=pytest.mark.no_cover,
        id="1366x768 at 200 percent",
    ),
    pytest.param(
        Look.LIGHT,
        1.0,
        (591, 384),
        marks=pytest.mark.no_cover,
        id="1366x768 at a scale of 2",
    ),
    pytest.param(
        Look.LIGHT, 1.3, (1182, 768), marks=AGAIN, id="1366x768 at 130 percent"
    ),
    pytest.param(Look.LIGHT, 1.0, (1736, 1080), marks=AGAIN, id="1920x1080"),
]


@pytest.mark.parametrize(("look", "zoom", "size"), SIZES)
def test_no_text_is_cut_off_at_any_size(
    seen: Seen, packs: Path, look: Look, zoom: float, size: tuple[int, int]
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    wear(app, look, zoom)
    seen.page.resize(*size)
    settle()
    assert seen.clipped() == []
    seen.page.open_sample()
    seen.wait()
    assert seen.clipped() == []
    seen.line("6").click()
    settle()
    assert seen.clipped() == []
    seen.turn_tab("Events")
    assert seen.clipped() == []
    seen.page.change_byte()
    seen.wait()
    assert seen.clipped() == []
    seen.open(packs / "good.pdf")
    assert seen.clipped() == []
    seen.open(packs / ("x" * 250))
    assert seen.clipped() == []
    assert (seen.page.width(), seen.page.height()) == size


def test_pages_become_a_tab_where_there_is_no_room_beside(seen: Seen) -> None:
    seen.page.open_sample()
    seen.wait()
    tabs = seen.page.reading.tabs
    assert tabs.count() == 3
    seen.page.resize(591, 384)
    settle()
    assert tabs.count() == 4
    seen.turn_tab("Pages")
    assert "Page 1 of 27" in seen.text
    seen.turn_tab("Verdict")
    seen.lines[0].click()
    settle()
    assert "Page 22 of 27" in seen.text
    assert tabs.tabText(tabs.currentIndex()) == "Pages"
    seen.page.resize(1182, 768)
    settle()
    assert tabs.count() == 3
    assert "Page 22 of 27" in seen.text
    assert "Deviations first" in seen.text


def test_a_change_of_size_lays_the_open_page_out_anew(seen: Seen) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    seen.page.open_sample()
    seen.wait()
    wear(app, Look.DARK, 1.15)
    settle()
    assert seen.clipped() == []
    wear(app, Look.LIGHT, 2.0)
    settle()
    assert seen.clipped() == []
    assert seen.page.reading.tabs.count() == 4


@pytest.mark.parametrize("name", ["bomb", "value-rewritten-later"])
def test_a_bad_pack_fits_too(seen: Seen, packs: Path, name: str) -> None:
    seen.open_committed(packs, name)
    assert seen.clipped() == []
    seen.page.resize(591, 384)
    settle()
    assert seen.clipped() == []
