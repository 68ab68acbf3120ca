"""A verdict in the terminal: its words coloured, and what was required of it."""

from __future__ import annotations

from typing import Final

import typer

from ceremony.errors import InputError
from ceremony.verify.outcome import Completion, Verdict
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


def unmet(verdict: Verdict, require: str) -> tuple[str, ...]:
    """Give what ``--require`` asks for and the verdict does not show.

    Args:
        verdict: What the verifier said.
        require: ``completed``, ``live``, ``attested``, by comma; may be empty.

    Raises:
        InputError: ``CLI-REQUIRE-01``: something else is asked for.
    """
    passed = {check.number for check in verdict.checks if check.status == "passed"}
    met = {
        "completed": verdict.story.completion
        in (Completion.AS_APPROVED, Completion.WITH_DEVIATIONS),
        "live": verdict.story.mode == "LIVE",
        "attested": {"7", "9"} <= passed,
    }
    wanted = [name.strip() for name in require.split(",") if name.strip()]
    for name in wanted:
        if name not in met:
            raise InputError(
                "CLI-REQUIRE-01",
                f"--require knows no {name!r}.",
                remedy="Use completed, live or attested, by comma.",
            )
    return tuple(name for name in wanted if not met[name])
