"""The commands that a terminal shows of what was issued, pasted into a shell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tests.fakes.outside_tool import run_tool

_HEAD = re.compile(r"^  Each of these commands says OK [^\n]* that extract writes:$")
_INSET = "    "
_OK = re.compile(r"\bOK$", re.MULTILINE)


def shown_commands(shown: str) -> list[str]:
    """Give each block of commands as it stands on the screen, blanks included."""
    blocks: list[list[str]] = []
    is_inside = False
    for line in shown.splitlines():
        if _HEAD.match(line):
            blocks.append([])
            is_inside = True
        elif is_inside and line.startswith(_INSET):
            blocks[-1].append(line)
        else:
            is_inside = False
    return ["\n".join(block) for block in blocks]


def count_ok(block: str, folder: Path) -> int:
    """Paste a block into ``sh``, and count the lines that end in OK."""
    told = run_tool(["sh", "-c", block], folder)
    return len(_OK.findall((told.stdout + told.stderr).decode()))


def lines_too_wide(blocks: Sequence[str], columns: int) -> list[str]:
    """Give the lines that the terminal itself breaks, but not those of one word."""
    return [
        line
        for block in blocks
        for line in block.splitlines()
        if len(line) >= columns and _words(line) > 1
    ]


def _words(line: str) -> int:
    """Count words; one in quotes is one, and what only leads on is none."""
    whole = re.sub(r"'[^']*'|\"[^\"]*\"", "Q", line)
    return len(whole.removesuffix("\\").removesuffix("&& ").removesuffix("| ").split())
