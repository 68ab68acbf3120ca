"""The ceremony of ``sound-with-zeroise.yaml``: made up in memory, or put at a site.

Two keys end, each with its whole token, which people zeroise by hand: once so that it
is used again, and once for good.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.fakes.forgery import Forgery
from tests.fakes.key_acts import TESTS, build_script, put_script
from tests.fakes.record_builder import BuiltRecord

SCRIPT_FILE: Final = TESTS / "vectors/scripts/sound-with-zeroise.yaml"
ANSWERS_FILE: Final = TESTS / "rehearsals/zeroise-answers.yaml"


def build_zeroise(forgery: Forgery | None = None) -> BuiltRecord:
    """Make the ceremony up, honestly or with a forgery."""
    return build_script(SCRIPT_FILE, forgery)


def put_at_site(site: Path) -> None:
    """Let a site of the demo that nothing was opened at be this script's site."""
    put_script(site, SCRIPT_FILE, ANSWERS_FILE)
