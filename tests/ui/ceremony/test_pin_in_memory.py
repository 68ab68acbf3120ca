"""A typed PIN leaves no copy in the window's process."""

from __future__ import annotations

import secrets
from pathlib import Path

from tests.fakes.other_memory import copies
from tests.ui.ceremony.child import started
from tests.ui.ceremony.pin_child import signs


def test_a_pin_is_in_memory_once_while_typed_and_nowhere_afterwards(
    folder: Path,
) -> None:
    seed = secrets.randbelow(2**31)
    pin = "".join(signs(seed))
    with started("pin_child", str(folder / "workspace"), str(seed)) as child:
        child.wait_for("TYPED")
        # The search finds what is there: the one buffer of the entry, no text of it.
        assert copies(child.process.pid, pin.encode()) == 1
        assert copies(child.process.pid, pin.encode("utf-16-le")) == 0
        child.go_on()
        child.wait_for("REFUSED")
        for code in ("ascii", "utf-16-le", "utf-32-le"):
            assert copies(child.process.pid, pin.encode(code)) == 0
        child.go_on()
        assert child.status() == 0
    for path in folder.rglob("*"):
        if path.is_file():
            assert pin.encode() not in path.read_bytes()
