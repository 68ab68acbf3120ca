"""A verdict in the terminal: its words coloured, and what was required of it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
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


class Requirement(StrEnum):
    """What may be required of a verdict."""

    COMPLETED = "completed"
    LIVE = "live"
    ATTESTED = "attested"


def decode_requirements(text: str) -> tuple[Requirement, ...]:
    """Read what ``--require`` asks for, before the long work of verifying.

    Args:
        text: ``completed``, ``live``, ``attested``, by comma; may be empty.

    Raises:
        InputError: ``CLI-REQUIRE-01``: something else is asked for.
    """
    wanted = [name.strip() for name in text.split(",") if name.strip()]
    try:
        return tuple(Requirement(name) for name in wanted)
    except ValueError as error:
        raise InputError(
            "CLI-REQUIRE-01",
            f"--require knows no {text!r}.",
            remedy="Use completed, live or attested, by comma.",
        ) from error


def unmet(verdict: Verdict, wanted: Sequence[Requirement]) -> tuple[Requirement, ...]:
    """Give what is required and the verdict does not show."""
    passed = {check.number for check in verdict.checks if check.status == "passed"}
    met = {
        Requirement.COMPLETED: verdict.story.completion
        in (Completion.AS_APPROVED, Completion.WITH_DEVIATIONS),
        Requirement.LIVE: verdict.story.mode == "LIVE",
        Requirement.ATTESTED: {"7", "9"} <= passed,
    }
    return tuple(name for name in wanted if not met[name])
