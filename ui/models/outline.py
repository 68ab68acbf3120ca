"""The outline of the script as a Qt list: one row for each step of an act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from ceremony.conduct.outline import Progress, StepRow
from ui.messages import conductor as words
from ui.messages.speech import say

ROW: Final = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class OutlineModel(QAbstractListModel):
    """Shows the rows of one act."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[StepRow, ...] = ()

    def show_rows(self, rows: Sequence[StepRow]) -> None:
        """Show other rows; nothing happens where they are the same."""
        told = tuple(rows)
        if told == self._rows:
            return
        same_steps = [row.id for row in told] == [row.id for row in self._rows]
        if same_steps:
            self._rows = told
            self.dataChanged.emit(self.index(0), self.index(len(told) - 1))
            return
        self.beginResetModel()
        self._rows = told
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802  Qt's name
        """Count the steps."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  Qt's type
        """Give a row, its title, or what a screen reader says of it."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return say(
                words.ROW_TOLD,
                number=row.number,
                title=row.title,
                subject=row.subject,
                state=state_of(row),
            )
        shown = role == Qt.ItemDataRole.DisplayRole
        return f"{row.number} {row.title}" if shown else None

    def position(self) -> int:
        """Give the place of the current step among the rows; -1 where it has none."""
        for place, row in enumerate(self._rows):
            if row.progress is Progress.CURRENT:
                return place
        return -1


def state_of(row: StepRow) -> str:
    """Say in words how far a step is."""
    told = ", ".join(row.deviations)
    plain, departed = {
        Progress.DONE: (words.DONE_AT, words.DONE_DEVIATION),
        Progress.CURRENT: (words.CURRENT, words.CURRENT_DEVIATION),
        Progress.NOT_YET: (words.NOT_YET, words.NOT_YET),
    }[row.progress]
    return say(departed if told else plain, time=row.closed_at, deviations=told)
