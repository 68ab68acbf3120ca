"""Measure the window: its start, how it answers while work is done, and its memory.

    python scripts/bench_window.py start|bare|play|generate [SINCE]

``start`` and ``bare`` tell how long it took from SINCE, a reading of the monotonic
clock, to the first picture of our window and of the least window that PySide6 makes.
``play`` holds the demo in the window as fast as the window takes commits (it refuses
two within 0.7 s), and ``generate`` makes an RSA-4096 key in a SoftHSM token in the
core's thread; both tell the gaps between two turns of the event loop: by the clock, and
by what the window's own thread computed in them, since on a busy machine the first are
others' work too. Each works in the current folder, which must be empty, and prints one
JSON object.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench_measure import KIB, MEGABYTE, ROOT
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget

RARE: Final = 0.999
"""The part of all gaps that the rare ones are above."""

PIN: Final = "1234"
LABEL: Final = "bench"


class FirstPicture(QObject):
    """Tells when a window has been painted for the first time, and closes it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.at = 0.0
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Look for the first painting; what is painted is flushed right after it."""
        if event.type() is QEvent.Type.Paint and not self.at:
            QTimer.singleShot(0, self._seen)
        return super().eventFilter(watched, event)

    def _seen(self) -> None:
        if not self.at:
            self.at = time.monotonic()
            self._window.close()


class Heart(QObject):
    """Beats once in each turn of the event loop and keeps the gaps, in seconds.

    Attributes:
        gaps: By the clock.
        own: By the processor time of the window's own thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.own: list[float] = []
        self._last, self._own = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)

    def _beat(self) -> None:
        now, own = time.perf_counter(), time.thread_time()
        self.gaps.append(now - self._last)
        self.own.append(own - self._own)
        self._last, self._own = now, own

    def told(self) -> dict[str, float]:
        """Give the rare gap and the worst one, in milliseconds, and their number."""
        gaps, own = sorted(self.gaps), sorted(self.own)
        at = int(len(gaps) * RARE)
        return {
            "rare_ms": gaps[at] * 1000,
            "worst_ms": gaps[-1] * 1000,
            "rare_own_ms": own[at] * 1000,
            "worst_own_ms": own[-1] * 1000,
            "beats": len(gaps),
        }


def measure_start(since: float) -> dict[str, float]:
    """Open our window as the program does."""
    from ui.app import MainWindow, make_app

    app = make_app(["window"])
    window = MainWindow(Path.cwd())
    return _measure_picture(app, window, since)


def measure_bare(since: float) -> dict[str, float]:
    """Open the least window: a label."""
    app = QApplication(["bare"])
    window = QMainWindow()
    window.setCentralWidget(QLabel("Key Ceremony"))
    return _measure_picture(app, window, since)


def _measure_picture(
    app: QApplication, window: QMainWindow, since: float
) -> dict[str, float]:
    first = FirstPicture(window)
    window.resize(1366, 768)
    window.show()
    app.exec()
    return {"picture_ms": (first.at - since) * 1000}


def measure_play(_: float) -> dict[str, float]:
    """Hold the whole demo in the window, sealing and signing included."""
    sys.path.insert(0, str(ROOT))
    from tests.ui.typist import Typist, open_window, wait_for
    from ui.app import make_app
    from ui.widgets.guard import PAUSE_MS

    class Patient(Typist):
        """Leaves the pause between two commits that the window asks for."""

        def pause(self) -> None:
            end = time.monotonic() + PAUSE_MS / 1000
            wait_for(lambda: time.monotonic() > end)

    app = make_app(["window"])
    window = open_window(Path.cwd() / "workspace").window
    typist = Patient(window)
    heart = Heart()
    typist.start_demo()
    typist.play()
    app.processEvents()
    told = heart.told()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    held = int(found.group(1)) * KIB / MEGABYTE if found else 0.0
    window.close()
    return {**told, "memory_mb": held}


def measure_generate(_: float) -> dict[str, float]:
    """Have an RSA key made, asked for by the core's thread, in a quiet window."""
    from ui.app import make_app
    from ui.bridge import Bridge

    make = _open_token(Path.cwd() / "tokens")
    app = make_app(["window"])
    bridge = Bridge()
    window = QMainWindow()
    window.setCentralWidget(QLabel("Key Ceremony"))
    window.show()
    heart = Heart()
    begin = time.perf_counter()
    bridge.ask(make, lambda _: app.quit())
    app.exec()
    spent = time.perf_counter() - begin
    bridge.leave()
    return {**heart.told(), "made_ms": spent * 1000}


def _open_token(folder: Path) -> Callable[[], object]:
    """Initialise a token, and give what makes a key pair in it, as a ceremony does."""
    from ceremony.conduct.softhsm import find_softhsm, write_configuration
    from ceremony.hsm.hosted import open_module
    from ceremony.hsm.order import KeyAlgorithm, KeyOrder
    from ceremony.identifiers import OperationId
    from ceremony.secret import Secret

    def pin() -> Secret:
        return Secret(bytearray(PIN.encode()))

    environment = write_configuration(folder)
    module = open_module(find_softhsm(), sha256=None, environment=environment)
    token = module.token(module.initialise_free_slot(LABEL, pin()).serial)
    token.initialise(pin(), LABEL, pin())
    order = KeyOrder("key", OperationId("ab" * 16), KeyAlgorithm.RSA_4096)

    def make() -> object:
        with token.session(pin()) as session:
            key = session.generate_key_pair(order)
        module.close()
        return key

    return make


MEASURES: Final[dict[str, Callable[[float], dict[str, float]]]] = {
    "start": measure_start,
    "bare": measure_bare,
    "play": measure_play,
    "generate": measure_generate,
}


def main(what: str, since: float) -> None:
    """Measure one thing in this process, and print it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    print(json.dumps(MEASURES[what](since)))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) if sys.argv[2:] else time.monotonic())
