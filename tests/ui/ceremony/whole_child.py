"""Holds the whole demo in a window and opens its pack: ``whole_child WORKSPACE``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.ui.typist import Typist, press_go, wait_for
from ui.app import MainWindow, make_app


def main() -> None:
    make_app(["window"])
    window = MainWindow(Path(sys.argv[1]))
    window.resize(1366, 768)
    window.show()
    window.start()
    typist = Typist(window)
    typist.start_demo()
    typist.play()
    press_go()
    wait_for(lambda: window.evidence is not None)
    typist.wait_idle()
    window.close()
    sys.stdout.write("HELD\n")


if __name__ == "__main__":
    main()
