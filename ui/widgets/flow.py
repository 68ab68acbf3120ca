"""A layout that fills lines and begins another where one is full, like text."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget


class FlowLayout(QLayout):
    """Lays widgets out in lines; its height follows from its width.

    Args:
        parent: The widget whose layout it is.
        gap: Between widgets and between lines, pixels.
        to_right: True where lines end at the right edge instead of beginning left.
    """

    def __init__(
        self, parent: QWidget | None = None, *, gap: int = 8, to_right: bool = False
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self._hint: QSize | None = None
        self._to_right = to_right
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap)

    def lean(self, *, to_right: bool) -> None:
        """Let lines end at the right edge, or begin at the left one."""
        self._to_right = to_right
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802  Qt's name
        """Take an item in, behind the others."""
        self._items.append(item)

    def count(self) -> int:
        """Count the items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802  Qt's name
        """Give one item; None behind the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802  Qt's name
        """Take one item out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802  Qt's name
        """Want no more room than is needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        """Say that narrower means higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        """Give the height at a width."""
        if width not in self._heights:
            self._heights[width] = self._lay(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        """Forget what was measured: something in it has changed."""
        self._heights.clear()
        self._hint = None
        super().invalidate()

    def setGeometry(self, place: QRect) -> None:  # noqa: N802  Qt's name
        """Lay the widgets out."""
        super().setGeometry(place)
        self._lay(place, move=True)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give the size of one line with everything."""
        if self._hint is None:
            self._hint = self._measure()
        return self._hint

    def _measure(self) -> QSize:
        hints = [item.sizeHint() for item in self._shown()]
        if not hints:
            return QSize()
        gaps = self.spacing() * (len(hints) - 1)
        return QSize(
            sum(hint.width() for hint in hints) + gaps,
            max(hint.height() for hint in hints),
        )

    def minimumSize(self) -> QSize:  # noqa: N802  Qt's name
        """Give the size of the largest widget alone."""
        told = QSize()
        for item in self._shown():
            told = told.expandedTo(item.minimumSize())
        return told

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        used = 0
        for item in self._shown():
            wide = item.sizeHint().width()
            if not lines or used + self.spacing() + wide > width:
                lines.append([])
                used = -self.spacing()
            lines[-1].append(item)
            used += self.spacing() + wide
        return lines

    def _lay(self, place: QRect, *, move: bool) -> int:
        top = place.top()
        for line in self._lines(place.width()):
            sizes = [
                QSize(min(item.sizeHint().width(), place.width()), self._height(item))
                for item in line
            ]
            used = sum(s.width() for s in sizes) + self.spacing() * (len(line) - 1)
            left = place.right() + 1 - used if self._to_right else place.left()
            height = max(size.height() for size in sizes)
            for item, size in zip(line, sizes, strict=True):
                if move:
                    down = (height - size.height()) // 2
                    if item.alignment() & Qt.AlignmentFlag.AlignTop:
                        down = 0
                    item.setGeometry(QRect(QPoint(left, top + down), size))
                left += size.width() + self.spacing()
            top += height + self.spacing()
        return max(0, top - self.spacing() - place.top())

    @staticmethod
    def _height(item: QLayoutItem) -> int:
        return item.sizeHint().height()


def flow_policy(widget: QWidget) -> None:
    """Let a widget with such a layout grow in height as it needs."""
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)
