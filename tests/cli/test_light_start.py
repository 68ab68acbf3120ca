from __future__ import annotations

from tests.rehearsals.stage import run_python

COSTLY = (
    "cryptography",
    "msgspec",
    "pikepdf",
    "pkcs11",
    "pkilint",
    "pyhanko",
    "pyhanko_certvalidator",
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
    told = run_python(["-c", SHOW_LOADED])
    assert told.status == 0, told.err
    loaded = told.out.rpartition("loaded:")[2].split()
    assert "typer" in loaded
    assert not set(COSTLY) & set(loaded)
