"""How the terminal speaks: progress, results, and errors in three lines.

With ``--format json`` one JSON document goes to standard output and nothing else;
people's text goes to standard error. No traceback ever reaches a person.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer
from typer.exceptions import TyperException

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.disk_fault import storage_error
from ceremony.errors import (
    CeremonyError,
    DeviceError,
    InputError,
    StorageError,
)

if TYPE_CHECKING:
    from ceremony.check.findings import Finding


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


DEFECT: Final = "CLI-DEFECT-01"


def harden() -> None:
    """Leave no memory image and no readable file behind.

    Source: the hygiene of secrets: a core dump could hold a PIN.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)


def say(text: str = "") -> None:
    """Tell a person something: a result, on standard output."""
    typer.echo(text, color=_colour())


def tell(text: str) -> None:
    """Tell a person how it goes: progress, on standard error."""
    typer.echo(text, err=True, color=_colour())


def _colour() -> bool | None:
    """Colour a terminal and nothing else; ``NO_COLOR`` is heeded."""
    return False if os.environ.get("NO_COLOR") else None


def emit(value: Json) -> None:
    """Give a machine its one JSON document."""
    typer.echo(canonical.encode(value).decode())


def mark(word: str, *, good: bool) -> str:
    """Colour a verdict's word; the word itself always says it too."""
    return typer.style(word, fg="green" if good else "red", bold=True)


def shown(text: str) -> str:
    """Write as an escape what would steer a terminal, or break a line in two.

    A file's name may hold anything, and goes into what is said of the file.
    """
    return "".join(
        letter
        if letter.isprintable()
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def render_error(error: CeremonyError) -> str:
    """Give what happened, what it means and what to do, one line each."""
    place = getattr(error, "place", None)
    # A message about a file as a whole names the file itself.
    named = place is None or (place.line == 0 and place.file in str(error))
    where = "" if named else f"{place}: "
    return (
        f"{shown(f'{where}{error}')} [{error.code}]\n"
        f"What it means: {shown(error.meaning)}\n"
        f"What to do: {shown(error.remedy)}"
    )


def finding_record(finding: Finding) -> dict[str, str]:
    """Give a finding of a script or a profile for machines."""
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "place": str(finding.place),
        "message": finding.message,
        "remedy": finding.remedy,
    }


def render_finding(finding: Finding) -> str:
    """Give one finding about a script: its place, what is wrong and what to do."""
    return (
        f"{shown(f'{finding.place}: {finding.severity}: {finding.message}')} "
        f"[{finding.rule}]\n"
        f"  What to do: {shown(finding.remedy)}"
    )


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
    except TyperException as error:
        _show_usage(error)
        raise SystemExit(int(Exit.UNUSABLE)) from None
    except (typer.Abort, KeyboardInterrupt):
        tell_stopped()
        raise SystemExit(int(Exit.REFUSED)) from None
    except OSError as error:
        told = (
            _too_long()
            if error.errno == errno.ENAMETOOLONG
            else storage_error("CLI-DISK-01", error)
        )
        tell(render_error(told))
        raise SystemExit(int(exit_status(told))) from None
    except Exception as error:  # noqa: BLE001  the boundary: a defect must not show values
        _report_defect(error)
        raise SystemExit(int(Exit.REFUSED)) from None


def tell_stopped() -> None:
    """Say what a stop from the keyboard means."""
    tell("")
    tell("Stopped. What was acknowledged is in the journal; go on with resume.")


def _show_usage(error: TyperException) -> None:
    """Say how the command is called; only some of the errors can show it."""
    show = getattr(error, "show", None)
    if show is None:
        tell(error.format_message())
    else:
        show(file=sys.stderr)


def _too_long() -> InputError:
    return InputError(
        "CLI-NAME-01",
        "No file can have so long a name.",
        remedy="Name a file or folder that is there.",
    )


def _report_defect(error: Exception) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    trail = " > ".join(f"{Path(f.filename).stem}.{f.name}:{f.lineno}" for f in frames)
    tell(
        f"This is a defect of the tool ({type(error).__name__}). [{DEFECT}]\n"
        "What it means: What was acknowledged is in the journal; nothing else is "
        "claimed.\n"
        f"What to do: Report this line, then go on with resume: {trail}"
    )


def write_json(value: object) -> str:
    """Give indented JSON for people who read it: UTF-8, whatever a name holds."""
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
    # A name that is not UTF-8 stands in lone surrogates: JSON has escapes for them.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
