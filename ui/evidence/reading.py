"""An open pack: pages at the left, the verdict and what it rests on at the right.

Where there is too little room for both, the pages become a tab beside the verdict and
the events, and the whole page scrolls: nothing is cut off at twice the size.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import (
    QPoint,
    QSignalBlocker,
    QSize,
    QTimer,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from ceremony.verify.check import Check, Status, plain
from ceremony.verify.outcome import Verdict
from ui.evidence.cards import fill_cards, make_cards
from ui.evidence.detail import CheckDetail
from ui.evidence.events import EventsPane
from ui.evidence.findings import Findings
from ui.evidence.header import ChangedCard, Header
from ui.evidence.issued import Issued, IssuedPane
from ui.evidence.line import Line
from ui.evidence.opening import Opened
from ui.evidence.paper import PagesPane
from ui.evidence.scrolled import Scrolled
from ui.messages import evidence, issued
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.text import breakable

WIDE: Final = QSize(1000, 640)
"""The least room for pages and verdict side by side, pixels of the design."""

PAPER: Final = 400
"""Width of the pages at the least, pixels of the design."""

ABOVE: Final = 8
"""What is left above a part that is scrolled to, pixels."""

TALL: Final = 520
"""Height of pages and events where the whole page scrolls, pixels of the design."""

TWO_COLUMNS: Final = 760
"""The least width of the page with two columns of checks, pixels of the design."""

READ_FIRST: Final = ("1", "2", "3")
"""The checks without which the events are not read here."""

ISSUED: Final = "12"
"""The check of what was issued: where it has failed, nothing is there to compare."""


class Reading(Scrolled):
    """Everything that is shown of an open pack.

    Signals:
        policy_asked: Another trust policy is to be chosen.
        proof_asked: Another companion file is to be chosen.
        policy_taken: A trust policy that was offered is to be used, a path.
        events_asked: The events of a pack are to be taken out, an ``Opened``.
        issued_asked: What a pack says was issued likewise.
        save_asked: The files of one thing issued are to be saved, an ``Output``.
    """

    policy_asked = Signal()
    proof_asked = Signal()
    policy_taken = Signal(object)
    events_asked = Signal(object)
    issued_asked = Signal(object)
    save_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opened: Opened | None = None
        self._laid: tuple[bool, int, float] | None = None
        self._check: Check | None = None
        self._asked: set[QWidget] = set()
        self.header, self.changed = Header(), ChangedCard()
        self.pages, self.events = PagesPane(), EventsPane()
        self.issued = IssuedPane()
        self.issued.save_asked.connect(self.save_asked)
        self.record, self.ceremony = make_cards()
        self.findings = Scrolled()
        inside = QWidget()
        inside.setProperty("role", "inside")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        rows.addWidget(self.header)
        rows.addWidget(self.changed)
        self._body = QHBoxLayout()
        self._body.setSpacing(16)
        self._body.addWidget(self.pages, 2)
        self._body.addLayout(self._make_verdict(), 3)
        rows.addLayout(self._body, 1)
        self.hold(inside)
        self.changed.hide()

    def _make_verdict(self) -> QVBoxLayout:
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(say(evidence.TABS))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for tab in (evidence.TAB_VERDICT, evidence.TAB_EVENTS, issued.TAB):
            self.tabs.addTab(say(tab))
        self.tabs.currentChanged.connect(self._turn_tab)
        column = self._column = QVBoxLayout()
        column.setSpacing(8)
        for card in (self.record, self.ceremony, self.tabs):
            column.addWidget(card)
        # What is not shown is hidden rather than stacked, so that it has no say in
        # how high the page is.
        column.addWidget(self.findings, 1)
        column.addWidget(self.events, 1)
        column.addWidget(self.issued, 1)
        self.events.hide()
        self.issued.hide()
        return column

    def show_pack(self, opened: Opened) -> None:
        """Show a pack and its verdict, from the beginning."""
        self._opened, self._check = opened, None
        self._asked.clear()
        self.header.tell(opened)
        fill_cards(self.record, self.ceremony, opened.verdict)
        change = opened.change
        self.changed.setVisible(change is not None)
        if change is not None:
            self.changed.tell(change, len(opened.content))
        self._show_pages(opened)
        self._order()
        self.events.show_reason(say(evidence.EVENTS_READING))
        self.issued.show_reason(say(issued.READING))
        self.tabs.setCurrentIndex(0)
        self.arrange()
        self._show_findings()

    def _order(self) -> None:
        """Let the focus go from the head over the pages to the verdict."""
        header, events = self.header, self.events
        stops: list[QWidget] = [header.change, header.other, header.again, header.save]
        stops += [self.changed.back, *self.pages.stops, self.tabs]
        stops += [events.filter, events.table, events.event_text]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)

    def focus_first(self) -> None:
        """Put the focus where reading begins."""
        self.tabs.setFocus()

    def _show_pages(self, opened: Opened) -> None:
        checks = {check.number: check for check in opened.verdict.checks}
        first = checks["1"]
        if first.status is not Status.PASSED:
            reason = breakable(plain(first.reason))
            self.pages.show_reason(say(evidence.NO_PAGES_LIMITS, reason=reason))
            return
        seal = checks["13a"]
        made = seal.status in (Status.PASSED, Status.FAILED)
        caption = (
            say(evidence.SIGNATURES, reason=plain(seal.reason))
            if made
            else say(evidence.SIGNATURES_OPEN)
        )
        self.pages.show_pages(opened.content, breakable(caption))

    def _show_findings(self) -> None:
        opened = self._opened
        if opened is None:
            return
        if self._check is not None:
            self._show_check(self._check)
            return
        findings = Findings(
            opened,
            columns=self._laid[1] if self._laid else 1,
            pages=self.pages.count > 0,
        )
        findings.check_asked.connect(self._show_check)
        findings.deviation_asked.connect(self._show_deviation)
        findings.policy.asked.connect(self.policy_asked)
        findings.policy.taken.connect(self.policy_taken)
        findings.proof.asked.connect(self.proof_asked)
        self.findings.hold(findings)

    def _show_check(self, check: Check) -> None:
        """Open one check."""
        if self._opened is None:
            return
        self._check = check
        detail = CheckDetail(check, self._opened)
        detail.left.connect(self.leave_check)
        self.findings.hold(detail)
        detail.back.setFocus()
        self._bring(self.tabs)

    def leave_check(self) -> None:
        """Go back to the list, to the line that was opened."""
        check, self._check = self._check, None
        self._show_findings()
        for line in self.findings.findChildren(Line):
            if check is not None and line.objectName() == f"check-{check.number}":
                line.setFocus()
                self._bring(line)

    def _show_deviation(self, number: str) -> None:
        """Turn the pages to where a deviation is told."""
        if self.pages.turn_to(number) and not self.is_wide:
            self.tabs.setCurrentIndex(1)
            self._bring(self.tabs)

    def _bring(self, part: QWidget) -> None:
        """Scroll a part into sight once it has its place."""

        def scroll() -> None:
            inside = self.widget()
            if not self.is_wide and inside is not None and inside.isAncestorOf(part):
                top = part.mapTo(inside, QPoint(0, 0)).y()
                self.verticalScrollBar().setValue(top - ABOVE)
            elif self.findings.isAncestorOf(part):
                self.findings.ensureWidgetVisible(part)

        QTimer.singleShot(0, self, scroll)

    def _panes(self) -> tuple[QWidget, ...]:
        """Give what the tabs show, in their order."""
        if self.is_wide:
            return (self.findings, self.events, self.issued)
        return (self.findings, self.pages, self.events, self.issued)

    def _turn_tab(self, place: int) -> None:
        panes = self._panes()
        for number, pane in enumerate(panes):
            pane.setVisible(number == place)
        if panes[place] is self.events:
            self._want(self.events, self.events_asked)
        elif panes[place] is self.issued:
            self._want(self.issued, self.issued_asked)

    def _want(self, pane: EventsPane | IssuedPane, asked: SignalInstance) -> None:
        """Have what a pane shows taken out when somebody first looks at it."""
        opened = self._opened
        if opened is None or pane in self._asked:
            return
        self._asked.add(pane)
        told_why = evidence.NO_EVENTS
        broken = _unread(opened.verdict)
        if pane is self.issued:
            told_why = issued.NONE_SHOWN
            broken = broken or _failed(opened.verdict)
        if broken is not None:
            told = say(
                told_why,
                number=broken.number,
                reason=breakable(plain(broken.reason)),
            )
            pane.show_reason(told)
            return
        asked.emit(opened)

    def show_leaves(self, opened: Opened, leaves: Sequence[bytes]) -> None:
        """Show the events that were taken out of a pack, if it is still shown."""
        if opened is self._opened:
            self.events.show_leaves(leaves)

    def refuse_leaves(self, opened: Opened, reason: str) -> None:
        """Say why no events could be taken out."""
        if opened is self._opened:
            self.events.show_reason(reason)

    def show_issued(self, opened: Opened, told: Issued) -> None:
        """Show what was issued by a pack, if it is still shown."""
        if opened is self._opened:
            self.issued.show_issued(told)

    def refuse_issued(self, opened: Opened, reason: str) -> None:
        """Say why nothing could be taken out."""
        if opened is self._opened:
            self.issued.show_reason(reason)

    @property
    def is_wide(self) -> bool:
        """Tell whether the pages stand beside the verdict."""
        return self._laid is None or self._laid[0]

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Lay out anew where there is more or less room."""
        super().resizeEvent(event)
        self.arrange_soon()

    def arrange_soon(self) -> None:
        """Lay out anew when Qt is done with what it is at.

        While it goes over all widgets with another style, none may go away.
        """
        QTimer.singleShot(0, self, self.arrange)

    def arrange(self) -> None:
        """Put the pages beside the verdict, or into a tab where there is no room."""
        room = self.size()
        wide = room.width() >= worn.px(WIDE.width())
        wide = wide and room.height() >= worn.px(WIDE.height())
        columns = 2 if room.width() >= worn.px(TWO_COLUMNS) else 1
        laid = (wide, columns, worn.zoom)
        if laid == self._laid:
            return
        self._laid = laid
        self._place_pages(wide=wide)
        for part in (self.header, self.changed, self.record, self.ceremony):
            part.arrange(wide=wide)
        self.findings.grow(growing=not wide)
        self._show_findings()

    def _place_pages(self, *, wide: bool) -> None:
        """Move the pages between their own column and a tab."""
        self._body.removeWidget(self.pages)
        self._column.removeWidget(self.pages)
        # Taken from their old place first: the tabs then show what stands in theirs.
        with QSignalBlocker(self.tabs):
            while self.tabs.count() > len(self._panes()):
                self.tabs.removeTab(1)
            if self.tabs.count() < len(self._panes()):
                self.tabs.insertTab(1, say(evidence.TAB_PAGES))
            self.tabs.setCurrentIndex(0)
        if wide:
            self._body.insertWidget(0, self.pages, 2)
            self.pages.setMinimumSize(worn.px(PAPER), 0)
            self.pages.show()
        else:
            self._column.insertWidget(self._column.count() - 2, self.pages, 1)
            self.pages.setMinimumSize(0, worn.px(TALL))
        self.events.setMinimumHeight(0 if wide else worn.px(TALL))
        self.issued.setMinimumHeight(0 if wide else worn.px(TALL))
        self._turn_tab(0)


def _unread(verdict: Verdict) -> Check | None:
    """Give the first of the checks without which the events are not read here."""
    for check in verdict.checks:
        if check.number in READ_FIRST and check.status is not Status.PASSED:
            return check
    return None


def _failed(verdict: Verdict) -> Check | None:
    """Give the check of what was issued where it has failed."""
    failed = (check for check in verdict.checks if check.status is Status.FAILED)
    return next((check for check in failed if check.number == ISSUED), None)
