"""Home: the open ceremony first and full width, then what else there is to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ceremony.errors import CeremonyError
from ui.bridge import Bridge, Command
from ui.messages import home as words
from ui.messages.fault import explain
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.banner import Banner
from ui.widgets.fitting import Fitting, side_by_side, stand
from ui.widgets.text import Text, set_role

if TYPE_CHECKING:
    from ceremony.conduct.home_view import HomeView
    from ui.home.cards import ResumeCard

NARROW: Final = 720
"""Below this width the small cards stand below one another, pixels of the design."""


class HomePage(QScrollArea):
    """Looks at the laptop's workspaces in the core's thread and draws what it finds.

    Signals:
        entered: A ceremony has been entered; its view is on its way.
        pack_asked: A pack is to be verified: its path, or None for the sample, and the
            trust policy of its site where it was sealed on this laptop.
    """

    entered = Signal()
    pack_asked = Signal(object, object)

    def __init__(
        self, bridge: Bridge, folder: Path, softhsm_places: Sequence[str] | None = None
    ) -> None:
        super().__init__()
        self._bridge = bridge
        self._folder = folder
        self._softhsm_places = softhsm_places
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._side: QBoxLayout | None = None
        self.banner = Banner()
        self._inside = QWidget()
        set_role(self._inside, "ground")
        self._box = QVBoxLayout(self._inside)
        self._box.setContentsMargins(24, 16, 24, 16)
        self._box.setSpacing(16)
        self._told = Text(say(words.LOOKING), "muted", wrap=True)
        self._box.addWidget(self.banner)
        self._box.addWidget(self._told)
        self._cards = QWidget()
        self._box.addWidget(self._cards)
        self._box.addStretch(1)
        self.setWidget(self._inside)
        bridge.told.connect(self._told.setText)
        Fitting(self, self._fit)

    def look(self) -> None:
        """Look at the workspaces anew."""
        folder, places = self._folder, self._softhsm_places
        self._bridge.ask(lambda: _look(folder, places), self._show, self._failed)

    def _show(self, found: tuple[HomeView, int, CeremonyError | None]) -> None:
        from ui.home.cards import HeldCard, ResumeCard

        view, step_count, missing = found
        # While a ceremony is set up the page is shut, and says how that goes.
        self._told.setVisible(not self.isEnabled())
        self.banner.hide()
        cards = QWidget()
        box = QVBoxLayout(cards)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        if not view.open:
            box.addWidget(Text(say(words.HOME), "page"))
            box.addWidget(Text(say(words.NOTHING_OPEN), "muted", wrap=True))
        for open_ in view.open:
            card = ResumeCard(open_, asks_pin=open_.asks_pin)
            card.asked.connect(lambda at=card: self._enter(at))
            box.addWidget(card)
        box.addLayout(self._row(view, step_count, missing))
        held = tuple(card for card in view.ceremonies if not card.is_open)
        if held:
            shelf = HeldCard(held)
            shelf.chosen.connect(self.pack_asked)
            box.addWidget(shelf)
        self._box.replaceWidget(self._cards, cards)
        self._cards.deleteLater()
        self._cards = cards
        self._take_focus(cards)
        for error in view.locked:
            self.banner.show_fault(explain(error))

    def _take_focus(self, cards: QWidget) -> None:
        """Put the focus on the first thing to do, if Home is what people look at."""
        first = next(
            (
                each
                for each in cards.findChildren(QPushButton)
                if each.isEnabled() and not each.isHidden()
            ),
            None,
        )
        if first is not None and self.isVisible():
            first.setFocus()

    def _row(
        self, view: HomeView, step_count: int, missing: CeremonyError | None
    ) -> QBoxLayout:
        """Make the cards that stand side by side: what is due, the demo, verifying."""
        from ui.home.cards import DemoCard, DutiesCard, VerifyCard

        row = self._side = side_by_side()
        row.setSpacing(16)
        self._fit()
        if view.duties:
            row.addWidget(DutiesCard(view.duties, view.today), 4)
        told = explain(missing) if missing is not None else None
        demo = DemoCard(
            step_count, told.what if told else "", told.remedy if told else ""
        )
        demo.started.connect(self._start_demo)
        demo.sample.connect(lambda: self.pack_asked.emit(None, None))
        verify = VerifyCard()
        verify.chosen.connect(lambda path: self.pack_asked.emit(path, None))
        row.addWidget(demo, 3)
        row.addWidget(verify, 3)
        return row

    def _fit(self) -> None:
        """Let the small cards stand as there is room."""
        if self._side is not None:
            stand(self._side, narrow=self.width() < worn.px(NARROW))

    def _failed(self, error: CeremonyError) -> None:
        self._told.hide()
        self.setEnabled(True)
        self.banner.show_fault(explain(error))

    def _enter(self, card: ResumeCard) -> None:
        from ceremony.conduct.workspace import Workspace

        workspace = Workspace(card.card.workspace)
        ceremony = card.card.status.ceremony
        pin = card.pin.take() if card.pin is not None else None
        self._begin(lambda desk: desk.open(workspace, ceremony, pin))

    def _start_demo(self) -> None:
        from ceremony.conduct.desk import Desk

        folder, tell = self._folder / "demo", self._bridge.told.emit

        def start(desk: Desk) -> None:
            from ceremony.conduct.demo import prepare_demo
            from ceremony.conduct.workspace import Workspace

            workspace = Workspace(folder)
            ceremony = prepare_demo(
                workspace, lambda what: tell(say(words.MAKING, what=what.strip()))
            )
            desk.open(workspace, ceremony)

        self._begin(start)

    def _begin(self, command: Command) -> None:
        """Begin once; while the core looks for ceremonies, as soon as it has."""
        self.banner.hide()
        self._told.setText("")
        self._told.show()
        self.setEnabled(False)

        def entered(_: object) -> None:
            self.setEnabled(True)
            self._told.hide()
            self.entered.emit()

        self._bridge.perform(command, entered, self._failed)


def _look(
    folder: Path, softhsm_places: Sequence[str] | None
) -> tuple[HomeView, int, CeremonyError | None]:
    """Look at the workspaces, the demo's script and SoftHSM; in the core's thread."""
    from ceremony import library
    from ceremony.clock import SystemClock
    from ceremony.conduct.home_view import view_home
    from ceremony.conduct.softhsm import MODULES, find_softhsm
    from ceremony.conduct.workspace import Workspace
    from ceremony.script.decode import decode_script

    script = decode_script(library.load_file("demo", "script.yaml"), "script.yaml")
    missing: CeremonyError | None = None
    try:
        find_softhsm(MODULES if softhsm_places is None else softhsm_places)
    except CeremonyError as error:
        missing = error
    places = [Workspace(folder), Workspace(folder / "demo")]
    return view_home(places, SystemClock()), len(script.steps), missing
