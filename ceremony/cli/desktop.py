"""``ceremony desktop``: the window over the same workspace."""

from __future__ import annotations

import os
import sys

import typer

from ceremony.cli.context import WorkspaceOption, workspace_at


def add(app: typer.Typer) -> None:
    """Give the command to the application."""
    app.command()(desktop)


def desktop(*, workspace: WorkspaceOption = None) -> None:
    """Open the window: home, the conductor, evidence."""
    # The core never imports the window: this process becomes it.
    folder = str(workspace_at(workspace).folder)
    os.execv(sys.executable, [sys.executable, "-m", "ui", folder])  # noqa: S606  our own interpreter, no shell
