"""``ceremony desktop`` becomes the window over the workspace that was named."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

from tests.rehearsals.stage import CHECKOUT, environment

TOLD = {
    "QT_QPA_PLATFORM": "offscreen",
    "QT_LOGGING_RULES": "qt.widgets.showhide=true",
}
"""Qt tells on standard error of whatever is shown."""

HOME = "Showing children of DemoCard"
"""What Home shows once the window's core has looked and found nothing open."""

PATIENCE_S = 60.0


def test_the_command_becomes_the_window(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    with subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-m", "ceremony", "desktop", "--workspace", str(folder)],
        env=environment(TOLD),
        cwd=CHECKOUT,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        # A program that ends by itself, or by this, says nothing more.
        patience = Timer(PATIENCE_S, process.kill)
        patience.start()
        try:
            assert process.stderr is not None
            assert any(HOME in line for line in process.stderr), "Home never came"
            seen = Path(f"/proc/{process.pid}/cmdline").read_bytes()
            assert seen.split(b"\0")[1:4] == [b"-m", b"ui", str(folder).encode()]
            # It ran until it was told to end, and ended of nothing else.
            process.terminate()
            assert process.wait(PATIENCE_S) == -signal.SIGTERM
        finally:
            patience.cancel()
            process.kill()
