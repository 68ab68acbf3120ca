"""A step and a deviation sheet for a pen: whole on paper, or told that they are not."""

from __future__ import annotations

import resource
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QPdfWriter
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from tests.ui.leftover import hearing
from tests.ui.played import Played
from ui.conductor.print_sheet import PrintSheet
from ui.messages import sheet as words
from ui.messages.speech import say


@pytest.fixture
def sheet(qtbot: QtBot, played: Played) -> PrintSheet:
    made = PrintSheet(played.at("3.3"))
    qtbot.addWidget(made)
    return made


def test_a_step_and_a_blank_deviation_sheet_are_written(
    sheet: PrintSheet, tmp_path: Path
) -> None:
    path = tmp_path / "step.pdf"
    sheet.write(path)
    document = QPdfDocument()
    assert document.load(str(path)) == QPdfDocument.Error.None_
    assert document.pageCount() == 2
    step = document.getAllText(0).text()
    assert "REHEARSAL" in step
    assert "3.3" in step
    form = document.getAllText(1).text()
    assert "Deviation sheet" in form
    assert "What was decided and done" in form
    # A4 is 595 by 842 points.
    size = document.pagePointSize(0)
    assert (round(size.width()), round(size.height())) == (595, 842)
    document.close()
    assert str(path) in sheet._told.text()


def test_nothing_is_written_over(sheet: PrintSheet, tmp_path: Path) -> None:
    path = tmp_path / "kept.pdf"
    path.write_text("something else")
    sheet.write(path)
    assert path.read_text() == "something else"
    assert "already a file kept.pdf" in sheet._told.text()
    assert not sheet._told.isHidden()


def test_a_place_that_cannot_be_written_is_told(
    sheet: PrintSheet, tmp_path: Path
) -> None:
    path = tmp_path / "missing" / "step.pdf"
    sheet.write(path)
    assert "there is no such folder" in sheet._told.text()


def test_a_step_that_is_longer_than_a_page_goes_on_over_the_next(
    qtbot: QtBot, played: Played, tmp_path: Path
) -> None:
    view = played.at("3.3")
    told = [f"Line {number} of {'a long step ' * 12}." for number in range(1, 61)]
    long = replace(view, projector=replace(view.projector, text="\n".join(told)))
    sheet = PrintSheet(long)
    qtbot.addWidget(sheet)
    path = tmp_path / "long.pdf"
    sheet.write(path)
    document = QPdfDocument()
    assert document.load(str(path)) == QPdfDocument.Error.None_
    pages = [
        document.getAllText(at).text().split() for at in range(document.pageCount())
    ]
    assert len(pages) > 3
    # The head stands on every page, and every word under it on one of them.
    head = say(words.PRINT_HEAD, ceremony=view.ceremony, mode="REHEARSAL").split()
    assert all(page[: len(head)] == head for page in pages)
    shown = [word for page in pages[:-1] for word in page[len(head) :]]
    assert shown == " ".join(told).split()
    assert pages[-1][len(head) :][:2] == ["Deviation", "sheet"]
    # A page's foot stays free: 16 of the 297 millimetres of A4, in points.
    for at in range(document.pageCount()):
        bottom = document.getAllText(at).boundingRectangle().bottom()
        assert bottom <= document.pagePointSize(at).height() - 16 / 25.4 * 72
    document.close()


def test_a_printer_that_fails_is_told_and_nothing_is_written(
    qtbot: QtBot, played: Played, tmp_path: Path
) -> None:
    nowhere = str(tmp_path / "missing" / "step.pdf")
    sheet = PrintSheet(played.at("3.3"), lambda _: QPdfWriter(nowhere))
    qtbot.addWidget(sheet)
    path = tmp_path / "step.pdf"
    with hearing() as told:
        sheet.write(path)
    assert told
    assert sheet._told.text() == say(words.PRINT_FAILED)
    assert not path.exists()


def test_a_disk_that_is_full_is_told_and_leaves_no_half_a_file(
    sheet: PrintSheet, tmp_path: Path
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        sheet.write(tmp_path / "step.pdf")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "no file may be that large there" in sheet._told.text()
    assert list(tmp_path.iterdir()) == []
