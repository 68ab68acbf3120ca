"""Facts in a line, each a sign, a label and a value; in several if it is narrow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.widgets.flow import FlowLayout, flow_policy
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.text import Text


class FactLine(QWidget):
    """Shows facts side by side; none of them is ever broken or cut.

    Args:
        facts: Sign, label and value of each.
    """

    def __init__(
        self, facts: Sequence[tuple[Sign, str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        line = FlowLayout(self, gap=6)
        flow_policy(self)
        for sign, label, value in facts:
            fact = QWidget()
            row = QHBoxLayout(fact)
            row.setContentsMargins(0, 0, 14, 0)
            row.setSpacing(6)
            row.addWidget(Glyph(sign, 18))
            row.addWidget(Text(label, "label"))
            row.addWidget(Text(value, "small-value"))
            line.addWidget(fact)
