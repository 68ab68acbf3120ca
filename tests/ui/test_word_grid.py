"""Words typed unseen: a word that the mouse left is judged before its row is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ceremony.digest_words import words
from ui.conductor.word_grid import WordGrid

RIGHT = words(bytes(range(4)))


def entries(grid: WordGrid) -> list[QLineEdit]:
    return grid.findChildren(QLineEdit)


def typed(grid: WordGrid, told: tuple[str, ...]) -> list[QLineEdit]:
    """Type each word, go on by mouse, and end the row at its last word."""
    boxes = entries(grid)
    for box, text in zip(boxes, told, strict=True):
        QTest.mouseClick(box, Qt.MouseButton.LeftButton)
        QTest.keyClicks(box, text)
    QTest.keyClick(boxes[-1], Qt.Key.Key_Return)
    return boxes


def test_a_half_typed_word_that_was_left_by_mouse_is_told_and_gone_back_to(
    qtbot: QtBot,
) -> None:
    grid = WordGrid("Script", RIGHT)
    qtbot.addWidget(grid)
    grid.show()
    boxes = typed(grid, ("zzz", *RIGHT[1:]))
    assert grid.focusWidget() is boxes[0]
    assert "zzz" in grid._told.text()
    assert grid.read_back.wrong == 0
    assert not grid.read_back.is_done
    boxes[0].setText(RIGHT[0])
    with qtbot.waitSignal(grid.finished):
        QTest.keyClick(boxes[-1], Qt.Key.Key_Return)


def test_a_word_that_was_left_by_mouse_is_completed(qtbot: QtBot) -> None:
    grid = WordGrid("Script", RIGHT)
    qtbot.addWidget(grid)
    grid.show()
    with qtbot.waitSignal(grid.finished):
        typed(grid, (RIGHT[0][:6], *RIGHT[1:]))
    assert grid.read_back.typed == list(RIGHT)
