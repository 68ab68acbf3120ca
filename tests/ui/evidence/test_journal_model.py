"""The table of events reads a leaf when it is looked at, and never before."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.evidence.events import laid_out, make_table
from ui.evidence.opening import SAMPLE, open_pack, read_leaves
from ui.models.journal import KEPT, EventRow, JournalModel, read_row

COUNT = 100_000


class Reader:
    """Reads a row and counts how often it was asked to."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, leaf: bytes) -> EventRow:
        self.count += 1
        return EventRow(int(leaf), "", leaf.decode(), "", "")


@pytest.fixture(scope="module")
def leaves() -> tuple[bytes, ...]:
    return read_leaves(open_pack(SAMPLE / "evidence.pdf", None, None))


def test_a_leaf_is_told_by_place_time_kind_step_and_person(
    leaves: tuple[bytes, ...],
) -> None:
    first, second = read_row(leaves[0]), read_row(leaves[1])
    assert (first.seq, first.type, first.step) == (0, "ceremony.opened", "")
    assert (second.seq, second.type, second.step) == (1, "attestation.signed", "1.1")
    assert second.person == "w-01, internal-witness"
    assert len(second.at) == len("2026-11-25 16:18:56")


def test_what_is_no_leaf_is_told_as_such(leaves: tuple[bytes, ...]) -> None:
    for bad in (b"", b"{}", b"\xff\xfe", leaves[0] + b" ", b"[" * 100_000):
        assert read_row(bad) == EventRow(-1, "", "cannot be read", "", "")


def test_a_view_over_many_events_reads_only_what_it_draws(
    dressed: QApplication, qtbot: QtBot
) -> None:
    reader = Reader()
    model = JournalModel([str(at).encode() for at in range(COUNT)], reader)
    table = make_table(model)
    qtbot.addWidget(table)
    table.resize(700, 480)
    table.show()
    table.grab()
    dressed.processEvents()
    assert model.rowCount() == COUNT
    assert 0 < reader.count < 60
    table.scrollToBottom()
    table.grab()
    assert reader.count < 120


def test_rows_that_were_read_are_not_all_kept() -> None:
    reader = Reader()
    model = JournalModel([str(at).encode() for at in range(KEPT + 10)], reader)
    for place in range(KEPT + 10):
        model.row(place)
    assert len(model._rows) <= KEPT
    assert model.row(0).seq == 0


def test_a_filter_finds_every_value_whatever_the_size_of_its_letters() -> None:
    model = JournalModel([b"1", b"22", b"333"], Reader())
    model.keep("2")
    assert [model.row(at).seq for at in range(model.rowCount())] == [22]
    assert model.leaf(0) == b"22"
    assert model.total == 3
    model.keep("  ")
    assert model.rowCount() == 3
    model.keep("\ud800")
    assert model.rowCount() == 0


def test_the_model_keeps_what_qt_asks_of_a_model(
    dressed: QApplication, leaves: tuple[bytes, ...]
) -> None:
    del dressed
    model = JournalModel()
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    assert tester.model() is model
    model.show_leaves(leaves)
    model.keep("step.closed")
    assert 0 < model.rowCount() < model.total
    titles = [
        model.headerData(at, Qt.Orientation.Horizontal)
        for at in range(model.columnCount())
    ]
    assert titles == ["No.", "Time (UTC)", "What", "Step", "Person"]


def test_an_event_is_laid_out_as_plain_text(tmp_path: Path) -> None:
    del tmp_path
    told = laid_out('{"a":"<b>\u202e","b":[1]}'.encode())
    assert '"a": "<b>\\u202e"' in told
    assert laid_out(b"\x1b[31mnot json") == "\\u001b[31mnot json"
