"""The page that describes the facts is the one that the program would write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_of_facts_is_what_the_facts_say() -> None:
    written = subprocess.run(  # noqa: S603  our own script
        [sys.executable, str(ROOT / "scripts/describe_facts.py")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert (ROOT / "docs/spec/facts-v1.md").read_text() == written
