"""The conductor's page: the parts of the room's window and how they share it.

It lays out and measures; ``director`` says what is shown and what a gesture does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ceremony.conduct.outline import MINUTE, minutes_behind
from ceremony.conduct.room_view import RoomView
from ui.conductor import outline_panel, room_panel
from ui.conductor.end_page import EndPage
from ui.conductor.key_strip import KeyStrip
from ui.conductor.outline_panel import OutlinePanel, open_act
from ui.conductor.past_page import PastPage
from ui.conductor.room_panel import RoomPanel
from ui.conductor.sheet import Sheet
from ui.conductor.step_page import StepPage
from ui.conductor.title_bar import TitleBar, plan_note
from ui.conductor.waiting_bar import WaitingBar
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.glyph import Sign
from ui.widgets.mode import ModeFrame
from ui.widgets.rail import ActRail, Segment
from ui.widgets.text import Text, set_role

JUMP = timedelta(seconds=2)
"""How far wall time may part from monotonic time before it is told."""


class ConductorPage(QWidget):
    """Everything in the room's window.

    Signals:
        ticked: Once a second, with the time as an aware ``datetime``.
        jumped: The clock jumped by so many seconds.
        save_asked: What a step has issued is to be saved, an ``Output``.
    """

    ticked = Signal(object)
    jumped = Signal(float)
    save_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view: RoomView | None = None
        self.turn_note = ""
        # Each part is built inside the one that holds it: a part that is put into
        # another afterwards is styled again with everything in it.
        self.frame = ModeFrame(self)
        inside = QWidget(self.frame)
        self.title = TitleBar(inside)
        self.whole = QStackedWidget(inside)
        body = QWidget(self.whole)
        self._strip = QWidget(body)
        self.rail = ActRail(parent=self._strip)
        self._step_of = Text("", "card-title", parent=self._strip)
        self.outline = OutlinePanel(body)
        self._room = QScrollArea(body)
        self.room = RoomPanel(self._room.viewport())
        self.summary = Text("", "small-strong", wrap=True, parent=body)
        self.centre = QStackedWidget(body)
        self.step = StepPage(self.centre)
        self.step.save_asked.connect(self.save_asked)
        self.end = EndPage(self.centre)
        self.bar = WaitingBar(body)
        self.keys = KeyStrip(self, body)
        self._lay_out(inside, body)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self._wall: datetime | None = None
        self._since = QElapsedTimer()
        self._sheet: Sheet | None = None
        self._past: QWidget | None = None

    def _lay_out(self, inside: QWidget, body: QWidget) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        set_role(inside, "ground")
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.title)
        box.addWidget(self.whole, 1)
        self._lay_out_body(body)
        self.whole.addWidget(body)
        self.frame.hold(inside)
        outer.addWidget(self.frame)

    def _lay_out_body(self, body: QWidget) -> None:
        box = self._body = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        set_role(self._strip, "strip")
        strip = QHBoxLayout(self._strip)
        strip.setContentsMargins(16, 8, 16, 4)
        strip.setSpacing(24)
        strip.addWidget(self.rail, 1)
        strip.addWidget(self._step_of)
        box.addWidget(self._strip)
        middle = QHBoxLayout()
        middle.setContentsMargins(12, 10, 12, 10)
        middle.setSpacing(12)
        self.centre.addWidget(self.step)
        self.centre.addWidget(self.end)
        self._room.setWidget(self.room)
        self._room.setWidgetResizable(True)
        self._room.setFrameShape(QFrame.Shape.NoFrame)
        self._room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        middle.addWidget(self.outline)
        middle.addWidget(self.centre, 1)
        middle.addWidget(self._room)
        box.addLayout(middle, 1)
        self.summary.setContentsMargins(16, 0, 16, 4)
        box.addWidget(self.summary)
        box.addWidget(self.bar)
        box.addWidget(self.keys)

    @contextmanager
    def laid_out_once(self) -> Iterator[None]:
        """Lay everything out once at the end, whatever comes and goes meanwhile.

        Each part of the bar that is shown or hidden would otherwise make the step
        another height, and have it measured with all that is in it.
        """
        self._body.setEnabled(False)
        try:
            yield
        finally:
            self._body.setEnabled(True)
            self._body.activate()

    def start(self) -> None:
        """Let the clock run."""
        self._tick()
        self._clock.start()

    def stop(self) -> None:
        """Let the clock rest."""
        self._clock.stop()
        self._wall = None

    @property
    def now(self) -> datetime:
        """Give the time for the eye; nothing is recorded from it."""
        return datetime.now(tz=UTC)  # noqa: TID251  for the eye only

    def show_room(self, view: RoomView) -> None:
        """Draw rail, outline, room and title; the centre is the director's."""
        self.view = view
        self.title.show_ceremony(view.ceremony, view.title, view.mode)
        self.frame.show_mode(rehearsal=view.mode.value == "rehearsal")
        self.rail.show_acts(
            [
                _segment(act.title, act.progress.value, act.closed / act.count)
                for act in view.acts
            ],
            say(words.ACTS_TOLD, acts=", ".join(act.title for act in view.acts)),
        )
        count = len(view.steps)
        if view.step is None:
            self._step_of.setText(say(words.ALL_CLOSED, count=count))
        else:
            self._step_of.setText(
                say(words.STEP_OF, number=view.step.number, count=count)
            )
        self.outline.show_view(view)
        self.room.show_view(view)
        quorum = view.quorum
        self.summary.setText(
            say(
                words.SUMMARY,
                present=quorum.present,
                need=quorum.need,
                people=sum(person.present for person in view.people),
                deviations=len(view.deviations),
            )
        )
        self._show_time(self.now)

    @property
    def ground(self) -> StepPage | EndPage:
        """Give what lies beneath every sheet: the step, or the end after the last."""
        view = self.view
        at_end = view is not None and (view.step is None or view.phase != "running")
        return self.end if at_end else self.step

    def show_sheet(self, sheet: Sheet) -> None:
        """Open a sheet over the step; the one that was open is left."""
        self.drop_sheet()
        self._sheet = sheet
        self.centre.addWidget(sheet)
        self.centre.setCurrentWidget(sheet)
        sheet.take_focus()

    def drop_sheet(self) -> None:
        """Put the open sheet away."""
        if self._sheet is None:
            return
        left, self._sheet = self._sheet, None
        self.centre.removeWidget(left)
        left.deleteLater()

    def show_past(self, page: QWidget | None) -> None:
        """Show a step that is only looked at in the centre; None shows the current."""
        if self._past is not None:
            self.centre.removeWidget(self._past)
            self._past.deleteLater()
        self._past = page
        if page is not None:
            self.centre.addWidget(page)
            self.centre.setCurrentWidget(page)
        if isinstance(page, PastPage):
            page.save_asked.connect(self.save_asked)

    @property
    def is_entered(self) -> bool:
        """Tell whether people are in the room: it was entered and not left since."""
        return self._clock.isActive()

    @property
    def is_free(self) -> bool:
        """Tell whether an answer may still be shown.

        Not where the room was left after it was asked for, nor over a page or a sheet
        that was opened meanwhile: somebody may be typing there.
        """
        return self.is_entered and self._sheet is None and self.page is None

    @property
    def past(self) -> QWidget | None:
        """Give the page of a step that is only looked at."""
        return self._past

    @property
    def sheet(self) -> Sheet | None:
        """Give the sheet that is open."""
        return self._sheet

    def show_whole(self, page: QWidget) -> None:
        """Give everything below the title bar to one page: a turn, or a resumption."""
        self.show_body()
        # It fits itself to its size, once: it has it before it is laid out.
        page.resize(self.whole.size())
        self.whole.addWidget(page)
        self.whole.setCurrentWidget(page)

    def show_over(self, page: QWidget) -> None:
        """Lay a page over the one that has everything, which stays as it is."""
        self.whole.addWidget(page)
        self.whole.setCurrentWidget(page)

    def drop_over(self) -> None:
        """Show again what a page was laid over."""
        self._drop_beyond(2)
        self.whole.setCurrentIndex(self.whole.count() - 1)

    def show_body(self) -> None:
        """Show the room again; the page that had everything goes."""
        self._drop_beyond(1)

    def _drop_beyond(self, kept: int) -> None:
        while self.whole.count() > kept:
            page = self.whole.widget(kept)
            if page is not None:
                self.whole.removeWidget(page)
                page.hide()
                page.deleteLater()

    @property
    def page(self) -> QWidget | None:
        """Give the page that has everything below the title bar; None in the room."""
        return self.whole.widget(1) if self.whole.count() > 1 else None

    def next_pane(self, by: int) -> None:
        """Move the focus to the next or previous pane that is in sight."""
        panes: list[QWidget] = [
            each
            for each in (self.outline.list, self.centre, self.bar, self.keys)
            if each.isVisible()
        ]
        inside = [pane for pane in panes if _holds(pane, self)]
        now = panes.index(inside[0]) if inside else -1
        pane = panes[(now + by) % len(panes)]
        target = (
            pane
            if pane.focusPolicy() != Qt.FocusPolicy.NoFocus
            else next(
                (
                    child
                    for child in pane.findChildren(QWidget)
                    if child.isVisible()
                    and child.isEnabled()
                    and child.focusPolicy() & Qt.FocusPolicy.TabFocus
                ),
                pane,
            )
        )
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def _tick(self) -> None:
        now = self.now
        if self._wall is not None:
            # The timer may fire late, by however much: what ran is measured.
            ran = timedelta(milliseconds=self._since.elapsed())
            step = now - self._wall - ran
            if abs(step) > JUMP and self.isVisible():
                self.jumped.emit(step.total_seconds())
        self._wall = now
        self._since.start()
        self._show_time(now)
        self.ticked.emit(now)

    def _show_time(self, now: datetime) -> None:
        self.title.clock.setText(f"{now:%H:%M:%S} UTC")
        view = self.view
        if view is None:
            return
        behind = minutes_behind(view.acts, now)
        self.title.show_note(self.turn_note or plan_note(behind))
        act = open_act(view)
        if act.started_at is not None:
            spent = ((act.ended_at or now) - act.started_at) // MINUTE
            self.outline.show_minutes(spent, act.minutes)
        began = view.acts[0].started_at
        if began is not None:
            actual = ((view.acts[-1].ended_at or now) - began) // MINUTE
            self.room.show_plan(max(0, actual - behind), actual)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Give up the outline first, then the room for one line, as width shrinks."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Measure everything again for the window's width and the size in use."""
        width, height = self.width(), self.height()
        self.outline.setFixedWidth(worn.px(outline_panel.WIDTH))
        self._room.setFixedWidth(worn.px(room_panel.WIDTH) + 4)
        has_outline = width >= worn.px(1150)
        has_room = width >= worn.px(900)
        low = height < worn.px(600)
        self.outline.setVisible(has_outline)
        self._room.setVisible(has_room)
        self.summary.setVisible(not has_room and not low)
        self._strip.setVisible(not low)
        self.keys.setVisible(height >= worn.px(420))
        self.step.fit(low=low)
        self.bar.fit(compact=low or not has_room)
        self.title.fit(width)
        self.keys.fit(width)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Let the clock rest."""
        self.stop()
        super().closeEvent(event)


def _holds(pane: QWidget, page: QWidget) -> bool:
    """Tell whether a pane has the focus, itself or in one of its parts."""
    focused: QWidget | None = page.window().focusWidget()
    return focused is not None and (focused is pane or pane.isAncestorOf(focused))


def _segment(title: str, progress: str, part: float) -> Segment:
    signs = {"done": Sign.DONE, "current": Sign.CURRENT}
    return Segment(title, signs.get(progress, Sign.NOT_YET), part)
