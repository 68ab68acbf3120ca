"""Faults of machine and room: each is told on the page where it happens."""

from __future__ import annotations

import resource
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from tests.rehearsals.stage import CHECKOUT, environment, run_ceremony
from tests.ui.ceremony.deciding import decide
from tests.ui.typist import Typist, press, press_go, type_keys, wait_for
from ui.app import MainWindow
from ui.conductor.flow import Gesture
from ui.conductor.resume_page import ResumePage
from ui.conductor.word_grid import WordGrid
from ui.home.cards import DemoCard, ResumeCard

HOLD = (
    "import sys; from pathlib import Path;"
    "from ceremony.conduct.workspace import Workspace;"
    "from ceremony.identifiers import Mode\n"
    "with Workspace(Path(sys.argv[1])).journal(Mode.REHEARSAL):\n"
    "    print('HELD', flush=True); sys.stdin.readline()\n"
)


def shown(widget: object) -> str:
    """Everything that a page says."""
    from PySide6.QtWidgets import QWidget

    assert isinstance(widget, QWidget)
    return "\n".join(
        label.text() for label in widget.findChildren(QLabel) if label.isVisible()
    )


def test_without_softhsm_home_says_so_in_a_sentence_with_the_line_that_installs_it(
    qapp: object, folder: Path
) -> None:
    del qapp
    window = MainWindow(folder / "workspace", softhsm_places=("/no/such/module.so",))
    window.resize(1366, 768)
    window.show()
    window.start()
    wait_for(lambda: not window.bridge.is_busy)
    wait_for(lambda: window.home.findChild(DemoCard).isVisible())
    card = window.home.findChild(DemoCard)
    assert card is not None
    told = shown(card)
    assert "SoftHSMv2" in told
    assert "sudo apt install softhsm2" in told
    assert not card.start.isEnabled()
    assert "Open the sample pack" in {
        button.text()
        for button in card.findChildren(type(card.start))
        if button.isVisible()
    }
    window.close()


def test_a_second_instance_is_told_who_holds_the_journal(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    first = open_window()
    first.start_demo()
    first.window.close()
    holder = subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-c", HOLD, str(folder / "workspace" / "demo")],
        env=environment(),
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == "HELD\n"
    second = open_window()
    banner = second.window.home.banner
    assert not banner.isHidden()
    assert str(holder.pid) in banner.text
    holder.stdin.close()
    holder.wait()
    holder.stdout.close()


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow beyond a page, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_stops_the_step_and_loses_nothing(
    room: Typist, folder: Path
) -> None:
    room.play(until="1.8")
    before = room.room.page.view
    with full_disk():
        room.initials()
    page = room.room.page
    assert "nothing was added" in page.step.banner.text
    assert before is not None
    assert page.view is not None
    assert page.view.event_count == before.event_count
    # A journal that failed takes nothing until it is opened again, by two people.
    assert room.room.director.ask.gesture is Gesture.REOPEN
    press_go()
    room.wait_idle()
    wait_for(lambda: isinstance(page.page, ResumePage))
    room.wait_idle()
    resume = page.page
    assert isinstance(resume, ResumePage)
    decide(room, resume)
    room.initials()
    assert page.view is not None
    assert page.view.step is not None
    assert page.view.step.id == "1.9"
    room.window.close()
    told = run_ceremony(
        ["journal", "verify", "--workspace", str(folder / "workspace" / "demo")]
    )
    assert told.status == 0, told.all


TYPE_EVIDENCE = (
    "import sys; from pathlib import Path;"
    "from ceremony.conduct.demo import open_demo;"
    "from tests.unit.conduct.desk_scenes import Laptop\n"
    "laptop = Laptop(Path(sys.argv[1]))\n"
    "laptop.let_type('evidence')\n"
    "open_demo(laptop.workspace, recorded=False)\n"
)


def enter_with_evidence_pin(typist: Typist, pin: str) -> None:
    """Enter the ceremony on Home's first card, typing the PIN that it asks for."""
    card = typist.window.home.findChild(ResumeCard)
    assert card is not None
    assert card.pin is not None
    card.pin.setFocus()
    type_keys(pin)
    press(Qt.Key.Key_Return)
    typist.wait_idle()
    wait_for(lambda: typist.window.room is not None)
    typist.wait_idle()


def test_a_journal_that_is_not_opened_again_is_resumed_from_home(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", TYPE_EVIDENCE, str(folder)],
        env=environment(),
        cwd=CHECKOUT,
        check=True,
    )
    pins = tomllib.loads((folder / "workspace" / "site" / "pins.toml").read_text())
    pin = pins["user"]["evidence"]
    typist = open_window()
    enter_with_evidence_pin(typist, pin)
    typist.play(until="1.8")
    with full_disk():
        typist.initials()
    # To open the journal again takes the PIN of the evidence token: Home asks for it.
    assert typist.room.director.ask.gesture is Gesture.REOPEN
    press_go()
    typist.wait_idle()
    page = typist.room.page
    assert typist.room.director.ask.gesture is Gesture.HOME
    assert "CONDUCT-PIN-02" in page.step.banner.text
    press_go()
    typist.wait_idle()
    assert typist.window.pages.isVisible()
    enter_with_evidence_pin(typist, pin)
    resume = page.page
    assert isinstance(resume, ResumePage)
    decide(typist, resume)
    typist.initials()
    assert page.view is not None
    assert page.view.step is not None
    assert page.view.step.id == "1.9"


def test_a_read_back_that_could_not_be_recorded_is_typed_again(room: Typist) -> None:
    room.play(until="1.10")
    page = room.room.page
    finished = page.step.card
    assert isinstance(finished, WordGrid)
    with full_disk():
        room.words()
        room.wait_idle()
    assert finished.read_back.is_done
    assert "nothing was added" in page.step.banner.text
    assert room.room.director.ask.gesture is Gesture.REOPEN
    press_go()
    room.wait_idle()
    wait_for(lambda: isinstance(page.page, ResumePage))
    room.wait_idle()
    resume = page.page
    assert isinstance(resume, ResumePage)
    decide(room, resume)
    assert room.room.director.ask.gesture is Gesture.WORDS
    room.words()
    room.wait_idle()
    assert page.view is not None
    assert page.view.step is not None
    assert page.view.step.id == "1.10"
    assert page.view.step.carried_out


def test_a_token_that_is_not_there_is_told_in_the_turn(
    room: Typist, folder: Path
) -> None:
    """The person's token leaves its reader between two turns."""
    view = room.room.page.view
    assert view is not None
    assert view.turn is not None
    serial = view.turn.serial
    store = folder / "workspace" / "demo" / "site" / "tokens" / "people" / "store"
    mine = next(
        path.parent
        for path in store.glob("*/token.object")
        if serial.encode() in path.read_bytes()
    )
    mine.rename(folder / "away")
    press_go()
    page = room.room.turns.page
    assert page is not None
    type_keys("09:41")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return)
    room.wait_idle()
    assert room.room.turns.page is page
    assert not page.banner.isHidden()
    assert "What to do" in page.banner.text
    (folder / "away").rename(mine)


def test_a_jump_of_the_clock_is_told_and_stops_nothing(room: Typist) -> None:
    room.play(until="1.8")
    page = room.room.page
    assert page._wall is not None
    page._wall -= timedelta(hours=1)
    page._tick()
    assert "jumped" in page.bar._say.text()
    room.initials()
    assert page.view is not None
    assert page.view.step is not None
    assert page.view.step.id == "1.9"


def test_losing_the_projectors_screen_stops_nothing(room: Typist) -> None:
    room.play(until="1.8")
    press(Qt.Key.Key_F11)
    assert room.room.projection.window is not None
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    app.screenRemoved.emit(room.room.projection.window.screen())
    wait_for(lambda: room.room.projection.window is None)
    assert "screen is gone" in room.room.page.bar._say.text()
    room.initials()
    assert room.room.page.view is not None
    assert room.room.page.view.step is not None
    assert room.room.page.view.step.id == "1.9"
