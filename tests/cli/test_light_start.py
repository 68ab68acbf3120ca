from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.rehearsals.stage import environment

ROOT = Path(__file__).resolve().parents[2]

COSTLY = (
    "cryptography",
    "msgspec",
    "pikepdf",
    "pkcs11",
    "pyhanko",
    "reportlab",
    "sqlite3",
    "yaml",
)


SHOW_LOADED = """
import sys
from ceremony.cli.app import call

call(["--help"])
print("loaded:", *sorted(sys.modules))
"""


def test_the_command_line_loads_no_costly_library_before_a_command_needs_it() -> None:
    told = subprocess.run(  # noqa: S603  this interpreter and the text above
        [
            sys.executable,
            "-c",
            SHOW_LOADED,
        ],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=environment(),
        text=True,
    ).stdout
    loaded = told.rpartition("loaded:")[2].split()
    assert "typer" in loaded
    assert not set(COSTLY) & set(loaded)
