"""Runs a tool that is not ours, such as openssl or qpdf, and gives what it said."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def run_tool(
    command: Sequence[str], cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command found on the path; its return code is for the caller."""
    return subprocess.run(  # noqa: S603  the tests name every command themselves
        list(command),
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **(env or {})},
        capture_output=True,
        check=False,
    )
