"""The application: the main window, what it is made of, and the crash boundary.

Invariants:
    * A defect closes all input, is recorded by class and place and never by value,
      and ends the program; reopening goes through recovery.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.bridge import Bridge
from ui.home.page import HomePage
from ui.messages import fault
from ui.messages import home as words
from ui.messages.speech import say
from ui.theme.palette import Look
from ui.theme.typeface import load_typeface
from ui.theme.worn import wear, worn
from ui.widgets.fitting import Fitting
from ui.widgets.text import Text, make_button, set_role

if TYPE_CHECKING:
    from ceremony.errors import CeremonyError
    from ui.evidence.page import EvidencePage
    from ui.room import Room

NAV: Final = 184
STOPPED: Final = ("CONDUCT-BATCH-01", "CONDUCT-IMPORT-04")
"""How a command ends that people stopped between two parts."""

DEFECTS: Final = "defects.txt"
"""In the workspace: one line for each defect, by class and place."""


class MainWindow(QMainWindow):
    """Office pages with their list, and the room in place of both.

    Args:
        folder: The workspace.
        softhsm_places: Where SoftHSMv2's module may be; where distributions put it
            if None.
    """

    def __init__(
        self, folder: Path, softhsm_places: Sequence[str] | None = None
    ) -> None:
        super().__init__()
        self.setWindowTitle(say(words.PRODUCT))
        self.setMinimumSize(640, 360)
        self._folder = folder
        self.bridge = Bridge(self)
        self.bridge.defect.connect(self.meet_defect)
        self.bridge.busy.connect(self._close_at_last)
        self.bridge.refused.connect(self._stay)
        self._closes = False
        self.home = HomePage(self.bridge, folder, softhsm_places)
        self.home.entered.connect(self.enter_room)
        self.home.pack_asked.connect(self.open_pack)
        self.evidence: EvidencePage | None = None
        self.room: Room | None = None
        self.defect_page: QWidget | None = None
        self.pages = QStackedWidget()
        self.pages.addWidget(self.home)
        self.whole = QStackedWidget()
        self.whole.addWidget(self._office())
        self.setCentralWidget(self.whole)
        for keys, steps in (("Ctrl++", 1), ("Ctrl+=", 1), ("Ctrl+-", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(lambda by=steps: self.change_zoom(by))
        reset = QShortcut(QKeySequence("Ctrl+0"), self)
        reset.activated.connect(lambda: self.change_zoom(0))

    def _office(self) -> QWidget:
        office = QWidget()
        set_role(office, "ground")
        row = QHBoxLayout(office)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._make_nav())
        row.addWidget(self.pages, 1)
        return office

    def _make_nav(self) -> QWidget:
        """Make the list of office pages; a room that is open stands below them."""
        nav = QWidget()
        set_role(nav, "ink")
        nav.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        nav.setAccessibleName(say(words.PAGES))
        self._list = nav
        box = QVBoxLayout(nav)
        box.setContentsMargins(8, 14, 8, 16)
        box.setSpacing(8)
        box.addWidget(_indented(say(words.PRODUCT), "card-title", below=12))
        self._nav = []
        pages = ((words.HOME, self.show_home), (words.EVIDENCE, self.show_evidence))
        for number, (name, show) in enumerate(pages, start=1):
            button = make_button(say(name), "nav")
            button.setCheckable(True)
            button.clicked.connect(show)
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(lambda to=show: self._navigate(to))
            self._nav.append(button)
            box.addWidget(button)
        self._nav[0].setChecked(True)
        self.back = make_button(say(words.ROOM), "nav")
        self.back.clicked.connect(self.show_room)
        self.back.hide()
        box.addWidget(self.back)
        box.addStretch(1)
        Fitting(self, self.fit)
        box.addWidget(_indented(say(words.OFFICE), "small-value"))
        self.fit()
        return nav

    def fit(self) -> None:
        """Measure the list of pages again for the size in use."""
        self._list.setFixedWidth(worn.px(NAV))

    def start(self) -> None:
        """Look for ceremonies once the window has been painted, then load the room."""
        self.home.look()
        self.bridge.ask(_load_room, lambda _: _know_viewports())

    def _navigate(self, show: Callable[[], object]) -> None:
        """Go to an office page by its key; in the room these keys do nothing."""
        if self.room is None or self.whole.currentWidget() is not self.room.page:
            show()

    def show_home(self) -> None:
        """Show Home as it is now.

        A ceremony that is running is gone back to: it is left from its own menu, since
        whoever takes it up again needs two people. One that has ended is left.
        """
        if self.room is not None and not self.back.isHidden():
            if self.room.is_running:
                self.show_room()
            else:
                self.leave_room()
            return
        self._mark(0)
        self.whole.setCurrentIndex(0)
        self.pages.setCurrentWidget(self.home)
        self.home.look()

    def show_room(self) -> None:
        """Go back to the ceremony that is open."""
        if self.room is not None:
            self.whole.setCurrentWidget(self.room.page)
            self.room.director.refresh()

    def show_evidence(self) -> EvidencePage:
        """Show the page on which packs are judged."""
        from ui.evidence.page import EvidencePage

        if self.evidence is None:
            self.evidence = EvidencePage(self.bridge)
            self.pages.addWidget(self.evidence)
        self._mark(1)
        self.whole.setCurrentIndex(0)
        self.pages.setCurrentWidget(self.evidence)
        return self.evidence

    def _mark(self, number: int) -> None:
        for at, button in enumerate(self._nav):
            button.setChecked(at == number)

    def open_pack(self, path: Path | None, policy: Path | None = None) -> None:
        """Open a pack for judging; None opens the sample."""
        page = self.show_evidence()
        if path is None:
            page.open_sample()
        else:
            page.open_pack(path, policy=policy)

    def enter_room(self) -> None:
        """Show the ceremony that was entered."""
        from ui.room import Room

        if self.room is None:
            self.room = Room(self.bridge, self.whole)
            self.room.home_asked.connect(self.leave_room)
            self.room.pack_asked.connect(self.open_pack)
            self.room.page.resize(self.whole.size())
            self.whole.addWidget(self.room.page)
            # A full collection holds every thread up for as long as there are objects:
            # by now everything is imported, and what is imported stays.
            gc.freeze()
        self.back.show()
        self.whole.setCurrentWidget(self.room.page)
        self.room.enter()

    def leave_room(self) -> None:
        """Close the ceremony that is open, and go Home."""
        self._stop_first()
        if self.room is not None:
            self.room.leave()
        self.back.hide()
        self.bridge.perform(lambda desk: desk.leave(), lambda _: self.show_home())

    def change_zoom(self, steps: int) -> None:
        """Go some sizes larger or smaller; none means the size of the design."""
        from ui.room import change_zoom

        change_zoom(steps)

    def meet_defect(self, error: BaseException) -> None:
        """Close all input, record where the defect is, and leave one way out.

        A defect may bring others after it; the first is the one that is shown.
        """
        trail = trail_of(error)
        record_defect(self._folder, error, trail)
        if self.defect_page is not None:
            return
        told = say(fault.DEFECT_NOTE, kind=type(error).__name__, trail=trail)
        self.bridge.freeze(told)
        page = QWidget()
        set_role(page, "ground")
        box = QVBoxLayout(page)
        box.setContentsMargins(60, 60, 60, 60)
        box.setSpacing(16)
        what = say(fault.DEFECT, kind=type(error).__name__)
        box.addWidget(Text(what, "instruction", wrap=True))
        box.addWidget(Text(say(fault.DEFECT_MEANS), "value", wrap=True))
        box.addWidget(Text(say(fault.DEFECT_TO_DO, trail=trail), "value", wrap=True))
        end = make_button(say(fault.END), "primary")
        end.clicked.connect(self.close)
        box.addWidget(end)
        box.addStretch(1)
        self.defect_page = page
        self._close_input()
        self.setCentralWidget(page)
        end.setFocus()

    def _close_input(self) -> None:
        """Shut the keys, and every window besides this: it would outlive the end."""
        for shortcut in self.findChildren(QShortcut):
            shortcut.setEnabled(False)
        for other in QApplication.topLevelWidgets():
            if other is not self:
                other.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Leave the room, the journal and the core's thread in order.

        What runs comes to its end first. A batch may take hours: it stops after the
        part that it is in. Where it fails otherwise the window stays, to tell why.
        """
        if self.defect_page is None and self._stop_first():
            self._closes = True
            event.ignore()
            return
        if self.room is not None and self.defect_page is None:
            self.room.leave()
        self.bridge.leave()
        super().closeEvent(event)

    def _stop_first(self) -> bool:
        """Let what is done in parts stop after this one; tell whether anything runs."""
        if self.room is None or not self.bridge.is_busy:
            return False
        self.bridge.stop_and_leave()
        return True

    def _close_at_last(self, busy: bool) -> None:  # noqa: FBT001  a signal's value
        """Close what was to be closed, once the core has nothing left to do."""
        if self._closes and not busy:
            # What came of it is told first, to whoever asked for it.
            QTimer.singleShot(0, self._close_still)

    def _close_still(self) -> None:
        if self._closes:
            self.close()

    def _stay(self, error: CeremonyError) -> None:
        """Stay open after all, where something else ended than what was stopped."""
        if error.code not in STOPPED:
            self._closes = False


def _indented(text: str, role: str, *, below: int = 0) -> Text:
    """Make a text that stands above or below buttons, in line with theirs."""
    shown = Text(text, role, wrap=True)
    shown.setContentsMargins(12, 0, 0, below)
    return shown


def trail_of(error: BaseException) -> str:
    """Give the places that a defect passed: names and lines, never values."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{Path(f.filename).stem}.{f.name}:{f.lineno}" for f in frames)


def record_defect(folder: Path, error: BaseException, trail: str) -> None:
    """Append one line about a defect to the workspace; a full disk is no reason."""
    now = datetime.now(tz=UTC)  # noqa: TID251  a log line, no record
    line = f"{now:%Y-%m-%dT%H:%M:%SZ} {type(error).__name__} {trail}\n"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (folder / DEFECTS).open("a", encoding="utf-8") as file:
            file.write(line)
    except OSError:
        sys.stderr.write(line)


def _load_room() -> None:
    """Load the room's pages in the core's thread, before anybody asks for a room.

    It takes a tenth of a second, in which the window would not answer.
    """
    import ui.room  # noqa: F401  used when a ceremony is entered


def _know_viewports() -> None:
    """Let PySide make what it makes when it is first asked for a viewport: 8 ms."""
    QScrollArea().viewport()


def make_app(arguments: list[str]) -> QApplication:
    """Make the Qt application with type, palette and style."""
    app = QApplication(arguments)
    app.setApplicationName(say(words.PRODUCT))
    app.setStyle("Fusion")
    load_typeface()
    wear(app, Look.LIGHT)
    return app


def run(folder: Path) -> int:
    """Open the window and give the exit status when it is closed: 1 after a defect."""
    app = make_app(sys.argv[:1])
    window = MainWindow(folder)

    def meet(
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        del kind, trace
        window.meet_defect(error)

    sys.excepthook = meet
    window.resize(1366, 768)
    window.show()
    QTimer.singleShot(0, window.start)
    status = app.exec()
    sys.excepthook = sys.__excepthook__
    return 1 if window.defect_page is not None else status


def harden() -> None:
    """Leave no memory image and no readable file behind (hygiene of secrets)."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
