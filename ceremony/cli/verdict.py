"""A verdict in the terminal: its words coloured, and what was required of it."""

from __future__ import annotations

from typing import Final

import typer

from ceremony.verify.outcome import Verdict
from ceremony.verify.text import render_verdict

COLOURS: Final = {
    "NOT VERIFIED": "red",
    "VERIFIED": "green",
    "CANNOT TELL": "yellow",
    "failed": "red",
    "passed": "green",
    "not checked": "yellow",
    "not given": "bright_black",
}


def render_colour(verdict: Verdict) -> str:
    """Colour the words that decide; the text is the same without colour."""
    lines = []
    for line in render_verdict(verdict).splitlines():
        for word, colour in COLOURS.items():
            if word in line:
                styled = typer.style(word, fg=colour, bold=True)
                lines.append(line.replace(word, styled, 1))
                break
        else:
            lines.append(line)
    return "\n".join(lines)
