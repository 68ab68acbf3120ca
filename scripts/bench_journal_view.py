"""Measure how fast the view of a journal opens over 100,000 events.

    python scripts/bench_journal_view.py

Opens the table of the Evidence page over leaves of the usual size, from their bytes
to the first picture, and by turns a bare table view over rows that are read already.
Prints one JSON object of figures: medians in milliseconds, and their ratio.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any, Final

from bench_measure import interleave
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication, QTableView

from ceremony.clock import Instant
from ceremony.journal.codec import encode_event
from ui.evidence.events import EventsPane
from ui.models.journal import EventRow, read_row

EVENTS: Final = 100_000
ROUNDS: Final = 5
WIDTH, HEIGHT = 700, 480


class BareModel(QAbstractTableModel):
    """The least that a table over rows can be."""

    def __init__(self, rows: list[EventRow]) -> None:
        super().__init__()
        self._rows = rows

    def rowCount(  # noqa: N802  Qt's name
        self, parent: QModelIndex | QPersistentModelIndex | None = None
    ) -> int:
        """Count the rows."""
        del parent
        return len(self._rows)

    def columnCount(  # noqa: N802  Qt's name
        self, parent: QModelIndex | QPersistentModelIndex | None = None
    ) -> int:
        """Count the columns."""
        del parent
        return 5

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:  # noqa: ANN401  Qt's own type
        """Give a cell."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        row = self._rows[index.row()]
        return (row.seq, row.at, row.type, row.step, row.person)[index.column()]


def make_leaves() -> tuple[bytes, ...]:
    """Make the leaves: one real one, counted up."""
    from bench_journal import CEREMONY, DRAFT, NOW, ORIGIN, SCRIPT

    from ceremony.identifiers import Digest
    from ceremony.journal.event import Event

    event = Event(
        log=ORIGIN,
        ceremony=CEREMONY,
        seq=1_000_000,
        cseq=1_000_000,
        prev=Digest("0" * 64),
        script=SCRIPT,
        t=Instant(NOW.wall, NOW.mono_us, NOW.boot),
        type=DRAFT.type,
        data=DRAFT.data,
        op=DRAFT.op,
        step=DRAFT.step,
        actor=DRAFT.actor,
    )
    leaf = encode_event(event)
    return tuple(
        leaf.replace(b"1000000", str(1_000_000 + number).encode())
        for number in range(EVENTS)
    )


def measure(app: QApplication, leaves: tuple[bytes, ...]) -> dict[str, float]:
    """Open both views by turns.

    Returns:
        ``view_ms`` and ``bare_ms``, medians, and ``filter_ms`` for one text that is
        looked for in every event.
    """
    rows = [read_row(leaves[0])] * EVENTS

    def ours() -> dict[str, float]:
        begin = time.perf_counter()
        pane = EventsPane()
        pane.resize(WIDTH, HEIGHT)
        pane.show_leaves(leaves)
        pane.show()
        pane.grab()
        app.processEvents()
        opened = time.perf_counter()
        pane.filter.setText("custodian")
        filtered = time.perf_counter()
        pane.close()
        return {
            "view_ms": (opened - begin) * 1000,
            "filter_ms": (filtered - opened) * 1000,
        }

    def bare() -> dict[str, float]:
        begin = time.perf_counter()
        table, model = QTableView(), BareModel(rows)
        table.setModel(model)
        table.resize(WIDTH, HEIGHT)
        table.show()
        table.grab()
        app.processEvents()
        spent = time.perf_counter() - begin
        table.close()
        return {"bare_ms": spent * 1000}

    return interleave(ROUNDS, ours, bare)


def main() -> None:
    """Print the figures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)  # noqa: S101  for the type checker
    from ui.theme.palette import Look
    from ui.theme.typeface import load_typeface
    from ui.theme.worn import wear

    load_typeface()
    wear(app, Look.LIGHT)
    figures = measure(app, make_leaves())
    figures["ratio"] = figures["view_ms"] / figures["bare_ms"]
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
