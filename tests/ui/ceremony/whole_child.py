"""Holds the whole demo in a window and opens its pack: ``whole_child WORKSPACE``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.ui.typist import open_window, press_go, wait_for
from ui.app import make_app


def main() -> None:
    make_app(["window"])
    typist = open_window(Path(sys.argv[1]))
    typist.start_demo()
    window = typist.window
    typist.play()
    press_go()
    wait_for(lambda: window.evidence is not None)
    typist.wait_idle()
    window.close()
    sys.stdout.write("HELD\n")


if __name__ == "__main__":
    main()
