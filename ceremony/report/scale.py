"""Times to places: an axis with round labels, whatever the span."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ceremony.report.style import WIDTH

START: Final = 118.0
END: Final = WIDTH - 6
_LABELS: Final = 6.5
"""More distances than this do not fit on the axis."""
MINUTE: Final = 60
_STEPS: Final = (
    1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400,
)  # fmt: skip
"""How far two labels of the axis may be apart, seconds."""
_PARTS: Final = {
    1: 1,
    2: 2,
    5: 5,
    10: 5,
    20: 4,
    30: 3,
    120: 4,
    300: 5,
    600: 5,
    1200: 4,
    1800: 3,
}


@dataclass(frozen=True, slots=True)
class Scale:
    """Times to places on the axis."""

    first: datetime
    last: datetime

    def x(self, moment: datetime) -> float:
        """Give the place of a time, points."""
        whole = max((self.last - self.first).total_seconds(), 1e-6)
        return START + (END - START) * (moment - self.first).total_seconds() / whole

    @property
    def step(self) -> int:
        """Give the distance of labels, seconds: at most seven on the axis."""
        whole = (self.last - self.first).total_seconds()
        return next((step for step in _STEPS if whole / step <= _LABELS), 86400 * 7)

    @property
    def tick(self) -> float:
        """Give the distance of the small ticks, seconds."""
        parts = _PARTS.get(self.step, 6 if self.step % 6 == 0 else 5)
        return self.step / parts

    def ticks(self, step: float) -> tuple[datetime, ...]:
        """Give the round times on the axis, ``step`` seconds apart."""
        start = int(-(-self.first.timestamp() // step) * step)
        found: list[datetime] = []
        at = float(start)
        while at <= self.last.timestamp():
            found.append(datetime.fromtimestamp(at, tz=UTC))
            at += step
        return tuple(found)
