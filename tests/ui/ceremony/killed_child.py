"""Holds the demo in a window up to a step, says so, makes one gesture more, and waits.

Run as a program by ``test_resume``, which kills it: ``killed_child WORKSPACE STEP``.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.ui.typist import Typist
from ui.app import MainWindow, make_app
from ui.conductor.flow import Gesture


def main() -> None:
    app = make_app(["window"])
    window = MainWindow(Path(sys.argv[1]))
    window.resize(1366, 768)
    window.show()
    window.start()
    typist = Typist(window)
    typist.start_demo()
    typist.play(until=sys.argv[2])
    while typist.room.director.ask.gesture is Gesture.READY:
        typist.initials()
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    sys.stdin.readline()
    if typist.room.director.ask.gesture is Gesture.GO:
        typist.go()
    while True:
        app.processEvents()
        time.sleep(0.001)


if __name__ == "__main__":
    main()
