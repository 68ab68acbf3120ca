"""The command ``ceremony``: its groups, and the boundary around every command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

import typer

from ceremony import VERSION
from ceremony.cli import (
    demo,
    desktop,
    hsm,
    journal,
    pack,
    pki,
    register,
    run,
    script,
)
from ceremony.cli.console import Exit, crash_boundary, harden, say, tell_stopped
from ceremony.garbage import look_rarely

KEYBOARD: Final = 130
"""What typer returns where somebody pressed Ctrl-C."""

app: Final = typer.Typer(
    name="ceremony",
    help="Plan, rehearse, run and prove key ceremonies.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(script.app, name="script")
app.add_typer(hsm.app, name="hsm")
app.add_typer(pki.app, name="pki")
app.add_typer(journal.app, name="journal")
app.add_typer(register.app, name="register")
demo.add(app)
desktop.add(app)
run.add(app)
pack.add(app)


@app.callback(invoke_without_command=True)
def root(
    *,
    version: bool = typer.Option(False, "--version", help="Tell the version."),  # noqa: FBT003  typer's way of a flag
) -> None:
    """Plan, rehearse, run and prove key ceremonies."""
    if version:
        say(VERSION)
        raise typer.Exit


def main() -> None:
    """Run the command that the shell gave; no traceback leaves it."""
    harden()
    look_rarely()
    sys.exit(call(sys.argv[1:]))


def call(arguments: Sequence[str]) -> int:
    """Run one command and give its exit status.

    Args:
        arguments: What stands after ``ceremony`` on the command line.
    """
    status: object = 0
    try:
        with crash_boundary():
            status = app(list(arguments), prog_name="ceremony", standalone_mode=False)
    except SystemExit as end:
        status = end.code
    if status == KEYBOARD:
        tell_stopped()
        status = Exit.REFUSED
    return status if isinstance(status, int) else 0
