"""How the terminal speaks: progress, results, and errors in three lines.

With ``--format json`` one JSON document goes to standard output and nothing else;
people's text goes to standard error. No traceback ever reaches a person.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum, StrEnum
from pathlib import Path

import click
import typer

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.errors import (
    CeremonyError,
    DeviceError,
    InputError,
    StorageError,
)


class Exit(IntEnum):
    """What the exit status says (product.md, "Command line")."""

    DONE = 0
    REFUSED = 1
    UNUSABLE = 2
    CANNOT_TELL = 3
    DEVICE = 4
    STORAGE = 5


class Format(StrEnum):
    """For people or for machines."""

    TEXT = "text"
    JSON = "json"


def say(text: str = "") -> None:
    """Tell a person something: a result, on standard output."""
    typer.echo(text)


def tell(text: str) -> None:
    """Tell a person how it goes: progress, on standard error."""
    typer.echo(text, err=True)


def emit(value: Json) -> None:
    """Give a machine its one JSON document."""
    typer.echo(canonical.encode(value).decode())


def mark(word: str, *, good: bool) -> str:
    """Colour a verdict's word; the word itself always says it too."""
    return typer.style(word, fg="green" if good else "red", bold=True)


def render_error(error: CeremonyError) -> str:
    """Give what happened, what it means and what to do, one line each."""
    place = getattr(error, "place", None)
    where = f"{place}: " if place is not None else ""
    lines = [f"{where}{error} [{error.code}]"]
    if error.meaning:
        lines.append(f"What it means: {error.meaning}")
    lines.append(f"What to do: {error.remedy}")
    return "\n".join(lines)


def exit_status(error: CeremonyError) -> Exit:
    """Say by the exit status who must act."""
    if isinstance(error, InputError):
        return Exit.UNUSABLE
    if isinstance(error, DeviceError):
        return Exit.DEVICE
    if isinstance(error, StorageError):
        return Exit.STORAGE
    return Exit.REFUSED


@contextmanager
def crash_boundary() -> Iterator[None]:
    """Turn every failure into words and an exit status.

    A defect is named by its class and the places in our own code it passed, never
    by values, for values may be secrets.
    """
    try:
        yield
    except CeremonyError as error:
        tell(render_error(error))
        raise SystemExit(int(exit_status(error))) from None
    except KeyboardInterrupt:
        tell("Stopped. What was acknowledged is in the journal; go on with resume.")
        raise SystemExit(int(Exit.REFUSED)) from None
    except click.exceptions.UsageError as error:
        error.show()
        raise SystemExit(int(Exit.UNUSABLE)) from None
    except click.exceptions.Abort:
        tell("Stopped.")
        raise SystemExit(int(Exit.REFUSED)) from None
    except Exception as error:  # noqa: BLE001  the boundary: a defect must not show values
        _report_defect(error)
        raise SystemExit(int(Exit.REFUSED)) from None


def _report_defect(error: Exception) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    trail = " > ".join(f"{Path(f.filename).stem}.{f.name}:{f.lineno}" for f in frames)
    tell(
        f"This is a defect of the tool ({type(error).__name__}). [CLI-DEFECT-01]\n"
        "What it means: What was acknowledged is in the journal; nothing else is "
        "claimed.\n"
        f"What to do: Report this line, then go on with resume: {trail}"
    )


def write_json(value: object) -> str:
    """Give indented JSON for people who read it."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)


def is_terminal() -> bool:
    """Tell whether a person is watching standard error."""
    return sys.stderr.isatty()
