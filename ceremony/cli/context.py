"""What most commands begin with: the workspace, a script by name or file, the room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony import library
from ceremony.cli.console import Exit, render_finding, tell
from ceremony.errors import InputError, RefusedError

if TYPE_CHECKING:
    from ceremony.conduct.room import Room
    from ceremony.conduct.workspace import Workspace
    from ceremony.script.model import Script

VARIABLE: Final = "CEREMONY_WORKSPACE"

# Each command that takes a file or folder has readable=False: typer would end it by
# itself otherwise, with neither the reason nor what to do. Whoever reads it says both.
WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        help="The folder with the journals.",
        envvar=VARIABLE,
        readable=False,
    ),
]


def workspace_at(folder: Path | None) -> Workspace:
    """Give the workspace that was named, else the platform's."""
    from ceremony.conduct.workspace import Workspace

    return Workspace((folder or Workspace.default_folder()).absolute())


def script_at(name: str) -> Script:
    """Read a script from a file with what lies beside it, or a built-in one by name.

    Raises:
        InputError: The file is no script, or a profile beside it is another one.
        InputError: ``CLI-SCRIPT-01``: there is neither.
    """
    from ceremony.script.decode import decode_script
    from ceremony.script.own_profile import bind_profiles
    from ceremony.script.source_file import read_file

    path = Path(name)
    if path.is_file():
        script = decode_script(read_file(path), name)
        return bind_profiles(script, lambda file: read_file(path.parent / file))
    if name in library.list_scripts():
        return decode_script(library.load_file(name, "script.yaml"), "script.yaml")
    raise InputError(
        "CLI-SCRIPT-01",
        f"There is no script file {name}, and no built-in script of that name.",
        remedy=f"Built-in: {', '.join(library.list_scripts())}.",
    )


def now() -> datetime:
    """Give the time by this machine's clock, UTC."""
    from ceremony.clock import SystemClock

    return SystemClock().now().wall


def today() -> date:
    """Give the day by this machine's clock, UTC."""
    return now().date()


def verify_sound(script: Script, done: str) -> None:
    """Insist that a script has no mistakes before something is made of it.

    Args:
        script: The script.
        done: What would be done, e.g. ``opened``.

    Raises:
        typer.Exit: It has; each was told.
    """
    from ceremony.check import check_script

    findings = [f for f in check_script(script, today()) if str(f.severity) == "error"]
    for finding in findings:
        tell(render_finding(finding))
    if findings:
        tell(f"The script has mistakes, and nothing was {done}.")
        raise typer.Exit(Exit.REFUSED)


def typed_path(told: str) -> Path:
    """Give the path that a person typed; ``~`` stands for a user's folder.

    Raises:
        InputError: ``CLI-OUT-04``: no user has that folder.
    """
    try:
        return Path(told).expanduser()
    except RuntimeError as error:
        raise _no_name(told, "there is no such user") from error


def verify_free(*paths: Path) -> None:
    """Insist that a file can be written before long work leads to it.

    Raises:
        RefusedError: ``CLI-OUT-01``: it exists, and nothing is written over.
        InputError: ``CLI-OUT-02``: its folder does not exist; ``CLI-OUT-04``: no file
            can have that name.
    """
    for path in paths:
        if _is_there(path):
            raise RefusedError(
                "CLI-OUT-01",
                f"There is already a file {path}, and evidence is never overwritten.",
                meaning="Nothing was written; the file there is untouched.",
                remedy="Choose another name, or move the existing file away.",
            )
        if not path.absolute().parent.is_dir():
            raise InputError(
                "CLI-OUT-02",
                f"There is no folder {path.parent} to write {path.name} to.",
                remedy="Make the folder first.",
            )


def verify_new_folder(path: Path) -> None:
    """Insist that a folder is not there yet, so that nothing is mixed into it.

    Raises:
        InputError: ``CLI-OUT-03``: there is something of its name; ``CLI-OUT-04``: no
            folder can have that name.
    """
    if _is_there(path) or path.is_symlink():
        raise InputError(
            "CLI-OUT-03",
            f"There is already something at {path}, and files are written to a new "
            "folder.",
            remedy="Name a folder that does not exist yet.",
        )


def _is_there(path: Path) -> bool:
    """Tell whether something stands under a name.

    Raises:
        InputError: ``CLI-OUT-04``: nothing can.
    """
    try:
        return path.exists()
    except OSError as error:
        raise _no_name(str(path), error.strerror or "it cannot be read") from error
    except ValueError as error:
        raise _no_name(str(path), "it holds a letter that no name has") from error


def _no_name(told: str, why: str) -> InputError:
    from ceremony.pki.plain_text import printable

    return InputError(
        "CLI-OUT-04",
        f"Nothing can be written to {printable(told)}: {why}.",
        remedy="Give another name, in a folder that exists.",
    )


@contextmanager
def opened(folder: Path | None, ceremony: str) -> Iterator[Room]:
    """Enter the room of a ceremony; PINs that the site does not fix are typed.

    Raises:
        CeremonyError: Something of it is missing, locked or does not follow.
    """
    from ceremony.cli.prompt import TerminalPinSource
    from ceremony.clock import SystemClock
    from ceremony.conduct.room import enter

    workspace = workspace_at(folder)
    with enter(workspace, ceremony, SystemClock(), TerminalPinSource(), tell) as room:
        yield room
