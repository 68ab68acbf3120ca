"""The foot of a card that is longer than its page: it stays in sight at the lower edge.

What scrolls is what stands above it. At the end of the card it stands in its place.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QMargins, QObject, QSize, Signal
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.widgets.text import Card, set_role

MOST: Final = 0.5
"""Up to which part of the page a foot stays in sight: more would leave none for it."""

LINE: Final = 1
"""How thick the line is by which it stands off from what scrolls, pixels."""

ABOVE: Final = 5
"""How much of the space above its place is its own, with the line, pixels."""

BELOW: Final = 10
"""How much is left to the card's lower edge, pixels."""

_ABOVE: Final = QMargins(0, ABOVE, 0, 0)


class Foot(QWidget):
    """Keeps the foot's place in the card; the foot itself may stand above it.

    Args:
        card: The card; the foot is a part of it, drawn over what stands above.

    Attributes:
        box: The layout into which its parts go.

    Signals:
        placed: It has another place or size.
    """

    placed = Signal()

    def __init__(self, card: QWidget) -> None:
        super().__init__(card)
        self._over = Card("foot", card)
        self.box = QVBoxLayout(self._over)
        self.box.setContentsMargins(0, ABOVE - LINE, 0, BELOW)
        self.box.setSpacing(6)
        # A fixed height would be that of the hint, however narrow the card is.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._edge: int | None = None
        self._over.installEventFilter(self)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Take as much as the foot needs."""
        return self._over.sizeHint().shrunkBy(_ABOVE)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Take no less than the foot needs."""
        return self._over.minimumSizeHint().shrunkBy(_ABOVE)

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        """Tell whether the foot has texts that wrap."""
        return self.box.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        """Give the foot's height in pixels for a width in pixels."""
        return self.box.totalHeightForWidth(width) - ABOVE

    def stand(self, edge: int, page: int) -> int:
        """Let the foot stand where it is seen.

        Args:
            edge: Where the page's lower edge is, pixels from the card's upper one.
            page: The height of the page, pixels.

        Returns:
            How much of the page it hides, pixels: 0 where it stands in its place.
        """
        whole = self.height() + ABOVE
        self._edge = edge if whole <= MOST * page else None
        self._stand()
        return whole if self._is_afloat else 0

    @property
    def _is_afloat(self) -> bool:
        return self._edge is not None and self._edge < self.geometry().bottom()

    def _stand(self) -> None:
        place = self.geometry()
        if self._edge is not None and self._is_afloat:
            place.moveBottom(self._edge - 1)
        set_role(self._over, "foot-afloat" if self._is_afloat else "foot")
        self._over.setGeometry(place.marginsAdded(_ABOVE))
        self._over.raise_()

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: N802  Qt's name
        """Let the foot follow its place."""
        super().moveEvent(event)
        self._stand()
        self.placed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Let the foot follow its place."""
        super().resizeEvent(event)
        self._stand()
        self.placed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Ask for another place where the foot's parts need one."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
