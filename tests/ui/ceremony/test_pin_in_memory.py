"""A typed PIN leaves no copy in the window's process."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

from tests.fakes.other_memory import copies
from tests.rehearsals.stage import CHECKOUT, environment
from tests.ui.ceremony.pin_child import signs


def test_a_pin_is_in_memory_once_while_typed_and_nowhere_afterwards(
    folder: Path,
) -> None:
    seed = secrets.randbelow(2**31)
    pin = "".join(signs(seed))
    child = subprocess.Popen(  # noqa: S603  our own interpreter
        [
            *(sys.executable, "-m", "tests.ui.ceremony.pin_child"),
            *(str(folder / "workspace"), str(seed)),
        ],
        env=environment({"QT_QPA_PLATFORM": "offscreen"}),
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "TYPED\n"
    # The search finds what is there: the one buffer of the entry, and no text of it.
    assert copies(child.pid, pin.encode()) == 1
    assert copies(child.pid, pin.encode("utf-16-le")) == 0
    child.stdin.write("\n")
    child.stdin.flush()
    assert child.stdout.readline() == "REFUSED\n"
    for code in ("ascii", "utf-16-le", "utf-32-le"):
        assert copies(child.pid, pin.encode(code)) == 0
    child.stdin.write("\n")
    child.stdin.flush()
    assert child.wait(timeout=20) == 0
    child.stdout.close()
    child.stdin.close()
    for path in folder.rglob("*"):
        if path.is_file():
            assert pin.encode() not in path.read_bytes()
