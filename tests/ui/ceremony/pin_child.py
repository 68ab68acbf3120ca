"""Types a PIN into a turn, key by key, and waits while its memory is searched.

The PIN's digits are worked out one at a time, so that this process never holds the
text that the search looks for: ``pin_child WORKSPACE SEED``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.typist import open_window, press, press_go, type_keys
from ui.app import make_app

LENGTH = 16


def signs(seed: int) -> Iterator[str]:
    """Give the PIN's signs, one after another; never together."""
    for _ in range(LENGTH):
        seed = (seed * 1103515245 + 12345) % 2**31
        yield chr(48 + (seed >> 16) % 10)


def main() -> None:
    app = make_app(["window"])
    typist = open_window(Path(sys.argv[1]))
    typist.start_demo()
    press_go()
    type_keys("09:41")
    press(Qt.Key.Key_Return)
    page = typist.room.turns.page
    assert page is not None
    for sign in signs(int(sys.argv[2])):
        QTest.keyClick(page.pin, sign)
    sys.stdout.write("TYPED\n")
    sys.stdout.flush()
    sys.stdin.readline()
    QTest.keyClick(page.pin, Qt.Key.Key_Return)
    typist.wait_idle()
    end = time.monotonic() + 1
    while time.monotonic() < end:
        app.processEvents()
    assert not page.banner.isHidden()
    sys.stdout.write("REFUSED\n")
    sys.stdout.flush()
    sys.stdin.readline()
    typist.window.close()


if __name__ == "__main__":
    main()
