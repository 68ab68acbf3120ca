"""A layout that fills lines and begins another where one is full, like text."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from ui.widgets.text import Text


class FlowLayout(QLayout):
    """Lays widgets out in lines; its height follows from its width.

    A text that may take several lines takes them where one is longer than the layout.

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
        self._rows: dict[int, list[list[tuple[QLayoutItem, QSize]]]] = {}
        self._hint: QSize | None = None
        self._least: QSize | None = None
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
            self._heights[width] = self._height(width)
        return self._heights[width]

    def invalidate(self) -> None:
        """Forget what was measured: something in it has changed."""
        self._heights.clear()
        self._rows.clear()
        self._hint = self._least = None
        super().invalidate()

    def setGeometry(self, place: QRect) -> None:  # noqa: N802  Qt's name
        """Lay the widgets out."""
        super().setGeometry(place)
        self._lay(place)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give the size of one line with everything."""
        if self._hint is None:
            self._hint = self._measure()
        return self._hint

    def _measure(self) -> QSize:
        hints = [_size(item) for item in self._shown()]
        if not hints:
            return QSize()
        gaps = self.spacing() * (len(hints) - 1)
        return QSize(
            sum(hint.width() for hint in hints) + gaps,
            max(hint.height() for hint in hints),
        )

    def minimumSize(self) -> QSize:  # noqa: N802  Qt's name
        """Give the size of the largest widget alone."""
        if self._least is None:
            told = QSize()
            for item in self._shown():
                told = told.expandedTo(item.minimumSize())
            self._least = told
        return self._least

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """Give each line's items with their sizes; measured once for a width.

        Qt asks again and again while it lays a page out, and each answer of ours keeps
        the window waiting for the interpreter.
        """
        if width not in self._rows:
            self._rows[width] = self._fill(width)
        return self._rows[width]

    def _fill(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        used, gap = 0, self.spacing()
        for item in self._shown():
            hint = _size(item)
            wide = hint.width()
            if wide > width and item.hasHeightForWidth():
                hint = QSize(width, item.heightForWidth(width))
            if not lines or used + gap + wide > width:
                lines.append([])
                used = -gap
            lines[-1].append((item, QSize(min(wide, width), hint.height())))
            used += gap + wide
        return lines

    def _height(self, width: int) -> int:
        lines = self._lines(width)
        tall = sum(max(size.height() for _, size in line) for line in lines)
        return max(0, tall + self.spacing() * (len(lines) - 1))

    def _lay(self, place: QRect) -> None:
        top, gap = place.top(), self.spacing()
        for line in self._lines(place.width()):
            used = sum(size.width() for _, size in line) + gap * (len(line) - 1)
            left = place.right() + 1 - used if self._to_right else place.left()
            height = max(size.height() for _, size in line)
            for item, size in line:
                down = (height - size.height()) // 2
                if item.alignment() & Qt.AlignmentFlag.AlignTop:
                    down = 0
                item.setGeometry(QRect(QPoint(left, top + down), size))
                left += size.width() + gap
            top += height + gap


def _size(item: QLayoutItem) -> QSize:
    """Give the size that an item has best: a text in one line."""
    widget = item.widget()
    if isinstance(widget, Text) and widget.wordWrap():
        return widget.one_line()
    return item.sizeHint()


def flow_policy(widget: QWidget) -> None:
    """Let a widget with such a layout grow in height as it needs."""
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)
