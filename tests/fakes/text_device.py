"""A paint device that keeps every text that is drawn on it, with its height.

What is drawn is taken where Qt hands it to the device, so that a test can say what
stands on a picture and how large, whatever the drawing code believes.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPaintDevice, QPaintEngine, QPaintEngineState, QTextItem


@dataclass(frozen=True)
class DrawnText:
    """One run of text.

    Attributes:
        pixels: The height of its type.
        place: Where its base line begins.
        width: Of the run.
    """

    text: str
    pixels: int
    place: tuple[float, float]
    width: float


class _Engine(QPaintEngine):
    def __init__(self, told: list[DrawnText]) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self._told = told

    def begin(self, device: QPaintDevice) -> bool:
        del device
        return True

    def end(self) -> bool:
        return True

    def updateState(self, state: QPaintEngineState) -> None:  # noqa: N802  Qt's name
        del state

    def drawPixmap(self, *_: object) -> None:  # noqa: N802  Qt's name
        return

    def drawPolygon(self, *_: object) -> None:  # noqa: N802  Qt's name
        return

    def drawPath(self, *_: object) -> None:  # noqa: N802  Qt's name
        return

    def drawRects(self, *_: object) -> None:  # noqa: N802  Qt's name
        return

    def drawTextItem(self, at: QPointF, item: QTextItem) -> None:  # noqa: N802  Qt's name
        self._told.append(
            DrawnText(
                item.text(),
                item.font().pixelSize(),
                (at.x(), at.y()),
                item.width(),
            )
        )

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User


class TextDevice(QPaintDevice):
    """Takes a picture of a size and keeps its texts."""

    def __init__(self, size: QSize) -> None:
        super().__init__()
        self.told: list[DrawnText] = []
        self._size = size
        self._engine = _Engine(self.told)

    def paintEngine(self) -> QPaintEngine:  # noqa: N802  Qt's name
        return self._engine

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        kinds = QPaintDevice.PaintDeviceMetric
        known = {
            kinds.PdmWidth: self._size.width(),
            kinds.PdmHeight: self._size.height(),
            kinds.PdmWidthMM: self._size.width() // 4,
            kinds.PdmHeightMM: self._size.height() // 4,
            kinds.PdmNumColors: 1 << 24,
            kinds.PdmDepth: 32,
            kinds.PdmDevicePixelRatio: 1,
            kinds.PdmDevicePixelRatioScaled: 1 << 16,
        }
        return known.get(metric, 96)
