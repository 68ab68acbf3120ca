"""``ceremony desktop`` becomes the window over the workspace that was named."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.rehearsals.stage import CHECKOUT, environment


def test_the_command_becomes_the_window(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    process = subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-m", "ceremony", "desktop", "--workspace", str(folder)],
        env=environment({"QT_QPA_PLATFORM": "offscreen"}),
        cwd=CHECKOUT,
    )
    try:
        seen = Path(f"/proc/{process.pid}/cmdline")
        end = time.monotonic() + 20
        while seen.read_bytes().split(b"\0")[1:4] != [
            b"-m",
            b"ui",
            str(folder).encode(),
        ]:
            assert time.monotonic() < end, seen.read_bytes()
            time.sleep(0.02)
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait()
