"""Files are typed, chosen or dropped, and handed in a path to a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from ui.conductor.file_entry import FileEntry

FIRST, SECOND = Path("/set/devices/one.csr"), Path("/set/devices/two.csr")
ACTION, BUTTON, KEYS = (
    Qt.DropAction.CopyAction,
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
)


@pytest.fixture
def entry(qapp: QApplication) -> FileEntry:
    del qapp
    return FileEntry("The files with the requests")


def drop(entry: FileEntry, *paths: Path) -> bool:
    """Hold files over the entry and let them go; tell whether they were let in."""
    held = QMimeData()
    if paths:
        held.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    with pytest.deprecated_call():  # Qt has no other way to make one
        over = QDragEnterEvent(QPoint(5, 5), ACTION, held, BUTTON, KEYS)
    over.ignore()
    entry.dragEnterEvent(over)
    entry.dropEvent(QDropEvent(QPointF(5, 5), ACTION, held, BUTTON, KEYS))
    return over.isAccepted()


def test_one_file_that_is_dropped_is_shown_by_its_path(entry: FileEntry) -> None:
    assert drop(entry, FIRST)
    assert entry.told() == entry.line.text() == str(FIRST)


def test_several_files_are_shown_by_their_number(entry: FileEntry) -> None:
    assert drop(entry, FIRST, SECOND)
    assert entry.line.text() == "2 files of devices"
    assert entry.told() == f"{FIRST}\n{SECOND}"


def test_what_is_typed_afterwards_holds(entry: FileEntry) -> None:
    drop(entry, FIRST, SECOND)
    entry.line.setText(f" {SECOND} ")
    assert entry.told() == str(SECOND)


def test_nothing_that_is_no_file_is_taken(entry: FileEntry) -> None:
    entry.line.setText("typed")
    assert not drop(entry)
    entry.choose([])
    assert entry.told() == "typed"
