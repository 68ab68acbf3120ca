from __future__ import annotations

from tests.rehearsals.stage import start_python

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
    told = start_python(["-c", SHOW_LOADED])
    assert told.status == 0, told.err
    loaded = told.out.rpartition("loaded:")[2].split()
    assert "typer" in loaded
    assert not set(COSTLY) & set(loaded)


PAGES = ("pikepdf", "pkilint", "pyhanko", "reportlab")
"""What lays out, writes, signs and lints; children of their own load it."""

LOAD_ROOM = """
import sys
import ceremony.conduct.closing

print("loaded:", *sorted(sys.modules))
"""


def test_the_room_that_holds_the_tokens_loads_nothing_that_draws_or_writes_pages() -> (
    None
):
    told = start_python(["-c", LOAD_ROOM])
    assert told.status == 0, told.err
    loaded = told.out.rpartition("loaded:")[2].split()
    assert "ceremony.report.edition" in loaded
    assert not set(PAGES) & set(loaded)


WRITE_NOTHING = """
import sys
from ceremony.evidence.child import main

main()
print("loaded:", *sorted(sys.modules))
"""


def test_the_writers_child_loads_no_client_of_any_web_service() -> None:
    told = start_python(["-c", WRITE_NOTHING])
    assert told.status == 0, told.err
    # What it prints goes beside its answers.
    loaded = told.err.rpartition("loaded:")[2].split()
    assert {"reportlab", "pikepdf", "pyhanko"} <= set(loaded)
    assert not {"aiohttp", "requests", "pyhanko.sign.validation"} & set(loaded)


DRAW_A_CODE = """
import sys
from ceremony.report.paper.qr import modules

print(len(modules("CEREMONY")))
print("loaded:", *sorted(sys.modules))
"""


def test_a_qr_code_is_drawn_without_the_library_for_paragraphs() -> None:
    told = start_python(["-c", DRAW_A_CODE])
    assert told.status == 0, told.err
    assert told.out.startswith("21\n")
    assert "reportlab.platypus" not in told.out.split()
