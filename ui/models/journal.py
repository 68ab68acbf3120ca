"""The events of a journal or a pack as a table: each leaf is read when it is looked at.

Invariants:
    * Opening costs nothing per event; a leaf is decoded when its row is drawn.
    * What is filtered is the leaf as it is recorded, so that every value is found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from ui.messages import evidence
from ui.messages.speech import say

Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()

KEPT: Final = 4096
"""How many decoded rows are kept at most."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event in brief.

    Attributes:
        seq: Its place in the journal, from 0; -1 where it cannot be read.
        at: When it was recorded, UTC to the second.
        type: The kind of fact, e.g. ``step.closed``.
        step: The step; empty outside the steps.
        person: Who did it and in which role; empty for nobody in particular.
    """

    seq: int
    at: str
    type: str
    step: str
    person: str


Read = Callable[[bytes], EventRow]


def read_row(leaf: bytes) -> EventRow:
    """Read the row of one leaf; what is no leaf is told as such, and never raises.

    Args:
        leaf: Canonical JSON, UTF-8.
    """
    from ceremony.errors import EvidenceError
    from ceremony.journal.codec import decode_event

    try:
        event = decode_event(leaf)
    except EvidenceError:
        return EventRow(-1, "", say(evidence.UNREADABLE), "", "")
    actor = event.actor
    return EventRow(
        event.seq,
        f"{event.t.wall:%Y-%m-%d %H:%M:%S}",
        event.type,
        str(event.step.id) if event.step is not None else "",
        f"{actor.person}, {actor.role}" if actor is not None else "",
    )


class JournalModel(QAbstractTableModel):
    """A table over leaves.

    Args:
        leaves: Each canonical JSON, UTF-8; none to millions.
        read: Gives the row of a leaf.
    """

    def __init__(self, leaves: Sequence[bytes] = (), read: Read = read_row) -> None:
        super().__init__()
        self._leaves = leaves
        self._read = read
        self._shown: Sequence[int] = range(len(leaves))
        self._rows: dict[int, EventRow] = {}

    @property
    def total(self) -> int:
        """Count the events, whether shown or not."""
        return len(self._leaves)

    def show_leaves(self, leaves: Sequence[bytes]) -> None:
        """Stand over other leaves, all of them shown."""
        self.beginResetModel()
        self._leaves = leaves
        self._shown = range(len(leaves))
        self._rows.clear()
        self.endResetModel()

    def keep(self, needle: str) -> None:
        """Show only the events that contain a text.

        Args:
            needle: Plain text; large and small letters are the same in ASCII.
        """
        wanted = needle.strip().lower().encode(errors="replace")
        self.beginResetModel()
        self._shown = (
            [at for at, leaf in enumerate(self._leaves) if wanted in leaf.lower()]
            if wanted
            else range(len(self._leaves))
        )
        self.endResetModel()

    def row(self, place: int) -> EventRow:
        """Give one shown row, decoded when it is asked for."""
        at = self._shown[place]
        found = self._rows.get(at)
        if found is None:
            if len(self._rows) >= KEPT:
                self._rows.clear()
            found = self._rows[at] = self._read(self._leaves[at])
        return found

    def leaf(self, place: int) -> bytes:
        """Give the leaf of one shown row."""
        return self._leaves[self._shown[place]]

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """Count the rows shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """Count the columns."""
        return 0 if parent.isValid() else len(evidence.COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  Qt's own type
        """Give a cell's text."""
        if role != Qt.ItemDataRole.DisplayRole or not index.isValid():
            return None
        row = self.row(index.row())
        seq = str(row.seq) if row.seq >= 0 else ""
        return (seq, row.at, row.type, row.step, row.person)[index.column()]

    def headerData(  # noqa: N802  Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:  # noqa: ANN401  Qt's own type
        """Give a column's title."""
        if (
            role != Qt.ItemDataRole.DisplayRole
            or orientation != Qt.Orientation.Horizontal
        ):
            return None
        return say(evidence.COLUMNS[section])
