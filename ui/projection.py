"""The projector beside the conductor: when it shows, and which slide."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QScreen

from ceremony.conduct.room_view import RoomView, ValueRow
from ui.conductor.director import Director
from ui.conductor.incident_sheets import DeviationSheet
from ui.conductor.page import ConductorPage
from ui.messages import conductor, projector
from ui.messages.speech import say
from ui.projector.view import make_slide
from ui.projector.window import ProjectorWindow


class Projection(QObject):
    """Opens and closes the projector's window and keeps its slide current.

    Attributes:
        window: The projector; None while nothing is projected.
    """

    def __init__(self, page: ConductorPage, director: Director) -> None:
        super().__init__(page)
        self._page = page
        self._director = director
        self._chosen: ValueRow | None = None
        self._step: str | None = None
        self.window: ProjectorWindow | None = None
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenRemoved.connect(self._screen_removed)

    def toggle(self) -> None:
        """Show the projector on the second screen, or on this one as a window."""
        if self.window is not None:
            self.window.close()
            return
        window = ProjectorWindow()
        self.window = window
        window.closed.connect(self._closed)
        mine = self._page.screen()
        others = [each for each in QGuiApplication.screens() if each is not mine]
        if others:
            window.show_on(others[0])
        else:
            window.resize(window.sizeHint())
            window.show()
        # The keyboard stays with the operator's laptop, whatever the platform does.
        self._page.window().activateWindow()
        self._again()

    def close(self) -> None:
        """Project nothing any more."""
        self._chosen = None
        if self.window is not None:
            self.window.close()

    def _closed(self) -> None:
        window, self.window = self.window, None
        if window is not None:
            window.deleteLater()
        self._tell()

    def blank(self) -> None:
        """Blank the projector, or show the slide again."""
        if self.window is not None:
            self.window.show_blank(blank=not self.window.blank)
        self._tell()

    def choose(self, value: ValueRow | None) -> None:
        """Read a public value out instead of the step; None shows the step again."""
        self._chosen = value
        self._again()

    def _again(self) -> None:
        if self._page.view is not None:
            self.project(self._page.view)
        self._tell()

    def project(self, view: RoomView, notice: str = "") -> None:
        """Show a view; ``notice`` stands in place of whom the room waits for.

        A value that is read out gives way to the step as soon as another is open.
        """
        step = view.step.id if view.step is not None else None
        if step != self._step:
            self._step, self._chosen = step, None
        if self.window is not None:
            waiting = notice or self._waiting(view)
            slide = make_slide(view, chosen=self._chosen, waiting=waiting)
            self.window.show_slide(slide)
        self._tell()

    def _waiting(self, view: RoomView) -> str:
        """Say for whom the room waits, by title: a name may be of somebody absent."""
        if isinstance(self._page.sheet, DeviationSheet):
            return say(projector.DEVIATION)
        if view.pause is not None:
            since, count = view.pause.begun_at, len(view.pause.staying)
            return say(projector.BREAK_SINCE, time=since, count=count)
        who = self._director.ask.who
        title = who.title if who is not None else ""
        if view.turn is not None:
            title = view.turn.title
        return say(projector.WAITING, title=title) if title else ""

    def _tell(self) -> None:
        word = conductor.PROJECTOR_OFF
        if self.window is not None:
            blank = self.window.blank
            word = conductor.PROJECTOR_BLANK if blank else conductor.PROJECTOR_ON
        self._page.room.show_projector(say(word))

    def _screen_removed(self, screen: QScreen) -> None:
        """Losing the screen never pauses the ceremony; it is told and nothing more."""
        if self.window is not None and self.window.screen() is screen:
            self.window.close()
            self._page.bar.show_hint(say(projector.SCREEN_LOST))
