"""While the core works: what it does, for how long, and that nothing else is taken."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QTimer

from ceremony.conduct.pace import Reached, Work
from ui.bridge import Bridge
from ui.conductor.page import ConductorPage
from ui.messages import conductor as words
from ui.messages import fault
from ui.messages.speech import say
from ui.widgets.glyph import Sign

EVERY_MS = 250
"""How often the bar says for how long the core has worked."""


class Working:
    """Speaks in the bar of one page.

    A gesture that came too early is told until the next one: what the core works on may
    be over at once, and the bar is drawn anew by then.
    """

    def __init__(self, page: ConductorPage, bridge: Bridge) -> None:
        self._page = page
        self._bridge = bridge
        self._too_early = False
        self._is_left = False
        self._what = ""
        self._since = QElapsedTimer()
        self._timer = QTimer(page)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._show)
        self._reached: Reached | None = None
        bridge.reached.connect(self._reach)
        bridge.leaving.connect(self._leave)
        page.bar.stopped.connect(bridge.ask_stop)

    def begin(self) -> None:
        """Shut the bar: what its act says is done now."""
        self.forget()
        self._what = self._page.bar.act.text().partition("\n")[0]
        self._page.bar.shut()
        self._since.start()
        self._timer.start()

    @property
    def is_on(self) -> bool:
        """Tell whether what was begun has not come to its end."""
        return self._timer.isActive()

    def end(self) -> None:
        """Say no more; what comes next is the director's to show."""
        self._timer.stop()
        self._is_left = False
        self._reached = None
        self._page.bar.hide_reached()

    def is_over(self) -> bool:
        """Tell whether a gesture can be taken; say so in the bar where it cannot."""
        before, self._too_early = self._too_early, self._bridge.is_busy
        if before:
            self._page.bar.show_hint("")
        self.remind()
        return not self._too_early

    def remind(self) -> None:
        """Say again that the last gesture came too early, if it did."""
        if self._too_early:
            self._page.bar.show_hint(say(fault.BUSY))

    def forget(self) -> None:
        """Say no more of the last gesture."""
        self._too_early = False

    def _reach(self, reached: Reached) -> None:
        """Show how far it is: what is counted is issued and recorded, or judged."""
        if self.is_on:
            self._reached = reached
            self._page.bar.show_reached(reached)
            if self._is_left:
                self._page.bar.show_stopping()
            self._show()

    def _leave(self) -> None:
        """Say that what is done in parts stops after this one, and why."""
        self._is_left = True
        self._page.bar.show_stopping()
        self._show()

    def _told(self, seconds: int) -> str:
        at = self._reached
        if at is None:
            return say(words.RUNNING_SAY, seconds=seconds)
        judging = at.work is Work.JUDGE
        told = words.RUNNING_JUDGED if judging else words.RUNNING_PARTS
        return say(told, done=at.done, total=at.total, seconds=seconds)

    def _show(self) -> None:
        if self._page.sheet is not None and not self._is_left:
            return
        told = self._told(self._since.elapsed() // 1000)
        if self._is_left:
            told = f"{say(words.LEAVING)} {told}"
        if self._too_early:
            told = f"{say(fault.BUSY)} {told}"
        who = say(words.RUNNING, what=self._what)
        self._page.bar.show_waiting(who, told, Sign.WAITING)
