"""What the verdict rests on: deviations first, then remarks, then every check."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QVBoxLayout,
    QWidget,
)

from ceremony.verify.check import Check, Status, plain
from ceremony.verify.outcome import DeviationTold, Verdict
from ui.evidence.against import PolicyCard, ProofCard
from ui.evidence.line import LEFT, Line
from ui.evidence.opening import Opened
from ui.evidence.standing import CHECKS, in_order, state_of, tell_check
from ui.messages import evidence
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.text import Card, Rule, Text, breakable

NUMBER: Final = 32
"""Width of a check's number, pixels of the design."""

FEW: Final = 5
"""How many checks that did not pass are told with their reasons on their lines."""


class Findings(QWidget):
    """The findings on one pack, as cards beneath each other.

    Signals:
        check_asked: A ``Check`` whose line was pressed.
        deviation_asked: The number of a deviation whose line was pressed.
    """

    check_asked = Signal(object)
    deviation_asked = Signal(str)

    def __init__(
        self,
        opened: Opened,
        *,
        columns: int,
        pages: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "inside")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        self.policy, self.proof = PolicyCard(opened.files), ProofCard(opened.files)
        verdict = opened.verdict
        if opened.files.policy is None:
            rows.addWidget(self.policy)
        if verdict.story.deviations:
            rows.addWidget(self._deviations(verdict, pages=pages))
        failed = [each for each in verdict.checks if each.status is Status.FAILED]
        cards = [self._checks(verdict, columns)]
        if verdict.remarks:
            # Remarks say what to know although nothing failed; where something did,
            # that stands before them.
            cards.insert(1 if failed else 0, _remarks(verdict))
        for card in cards:
            rows.addWidget(card)
        if opened.files.policy is not None:
            rows.addWidget(self.policy)
        rows.addWidget(self.proof)
        rows.addStretch(1)

    @property
    def lines(self) -> list[Line]:
        """Give the lines that can be pressed, from the top."""
        return self.findChildren(Line)

    def _deviations(self, verdict: Verdict, *, pages: bool) -> Card:
        hint = say(evidence.SHOW_PAGE) if pages else ""
        card, rows = _card(say(evidence.DEVIATIONS), hint)
        for place, told in enumerate(verdict.story.deviations):
            if place:
                rows.addWidget(Rule())
            line = _deviation_line(told, pages=pages)
            line.clicked.connect(
                lambda _=False, number=told.number: self.deviation_asked.emit(number)
            )
            rows.addWidget(line)
        return card

    def _checks(self, verdict: Verdict, columns: int) -> Card:
        card, rows = _card(say(evidence.CHECKS), say(evidence.CHECKS_HINT))
        ordered = in_order(verdict.checks)
        open_ones = [each for each in ordered if each.status is not Status.PASSED]
        if len(open_ones) > FEW:
            # Where nothing could be read, one reason holds for all the others.
            open_ones = [each for each in open_ones if each.status is Status.FAILED]
        others = ordered[len(open_ones) :]
        for check in open_ones:
            rows.addWidget(self._line(check, whole=True))
            rows.addWidget(Rule())
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(0)
        high = -(-len(others) // columns)
        for place, check in enumerate(others):
            column, row = divmod(place, high)
            grid.addWidget(self._line(check, whole=False), row, column)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        rows.addLayout(grid)
        return card

    def _line(self, check: Check, *, whole: bool) -> Line:
        """Make a check's line; what failed says why on the line itself."""
        line = Line(tell_check(check))
        line.setObjectName(f"check-{check.number}")
        standing = CHECKS[check.status]
        line.box.addWidget(Glyph(standing.sign, 20), 0, Qt.AlignmentFlag.AlignVCenter)
        number = Text(check.number, "label")
        number.setFixedWidth(worn.px(NUMBER))
        line.box.addWidget(number)
        title = Text(check.title, "small-body", wrap=True)
        state = Text(state_of(check), standing.role)
        if whole:
            line.box.setContentsMargins(LEFT, 6, LEFT, 6)
            title.wear("small-value")
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(title)
            reason = breakable(plain(check.reason))
            failed = check.status is Status.FAILED
            words.addWidget(
                Text(reason, "small-body" if failed else "small", wrap=True)
            )
            if check.rule:
                words.addWidget(Text(check.rule, "mono-muted"))
            line.box.addLayout(words, 1)
        else:
            line.box.addWidget(title, 1)
        line.box.addWidget(state)
        _let_through(line.box)
        line.clicked.connect(lambda: self.check_asked.emit(check))
        return line


def _card(title: str, hint: str = "") -> tuple[Card, QVBoxLayout]:
    card = Card()
    rows = QVBoxLayout(card)
    rows.setContentsMargins(4, 10, 4, 6)
    rows.setSpacing(0)
    head = QHBoxLayout()
    head.setContentsMargins(12, 0, 12, 0)
    head.addWidget(Text(title, "small-title", wrap=True), 1)
    if hint:
        head.addWidget(Text(hint, "small"))
    rows.addLayout(head)
    return card, rows


def _deviation_line(told: DeviationTold, *, pages: bool) -> Line:
    step = (
        say(evidence.STEP, step=plain(told.step))
        if told.step
        else say(evidence.OUTSIDE_STEPS)
    )
    decided = (
        say(evidence.DECIDED, decided=plain(told.decided))
        if told.decided
        else say(evidence.UNDECIDED)
    )
    severity = say(evidence.SEVERITIES.get(told.severity, told.severity))
    happened = plain(told.happened)
    line = Line(f"{told.number}, {severity}, {step}: {happened} {decided}")
    line.setObjectName("deviation")
    centre = Qt.AlignmentFlag.AlignTop
    line.box.addWidget(Glyph(Sign.ATTENTION, 20), 0, centre)
    line.box.addWidget(Text(plain(told.number), "small-value"), 0, centre)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(Text(happened, "small-body", wrap=True))
    words.addWidget(
        Text(f"{step}. {decided}", "small" if told.decided else "attention", wrap=True)
    )
    line.box.addLayout(words, 1)
    line.box.addWidget(Text(severity, "attention-15"), 0, centre)
    if pages:
        line.box.addWidget(Glyph(Sign.ARROW, 20, "muted"), 0, centre)
    line.setEnabled(pages)
    _let_through(line.box)
    return line


def _remarks(verdict: Verdict) -> Card:
    card, rows = _card(say(evidence.REMARKS))
    for remark in verdict.remarks:
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(10)
        row.addWidget(Glyph(Sign.DASH, 20), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Text(plain(remark), "small-body", wrap=True), 1)
        rows.addLayout(row)
    return card


def _let_through(layout: QLayout) -> None:
    """Let clicks on a line's parts reach the line."""
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if inner is not None:
            _let_through(inner)
