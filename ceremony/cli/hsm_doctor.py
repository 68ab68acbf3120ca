"""``ceremony hsm doctor``: will the modules, tokens and machine do for a ceremony?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from ceremony.cli.console import Exit, Format, say, write_json
from ceremony.cli.context import script_at
from ceremony.cli.hsm_options import (
    FormatOption,
    InitArgsOption,
    ModuleOption,
    SiteOption,
    module_path,
    verify_one_source,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ceremony.conduct.diagnosis.line import Line

COLOURS: Final = {"ok": "green", "warn": "yellow", "fail": "red"}

ScriptOption = Annotated[
    str | None,
    typer.Option("--script", help="A script's file or name: what it will need."),
]


def add(app: typer.Typer) -> None:
    """Add the doctor."""
    app.command()(doctor)


def doctor(
    *,
    module: ModuleOption = None,
    init_args: InitArgsOption = "",
    site: SiteOption = None,
    script: ScriptOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Say what would stop a ceremony: module, tokens, clock, swap, core dumps.

    Nobody is logged in and nothing is changed. Ends with status 1 where a line fails.
    """
    from ceremony.clock import SystemClock
    from ceremony.conduct.doctor import Patient, examine
    from ceremony.conduct.site import load_site

    verify_one_source(module, site, init_args)
    lines = examine(
        Patient(
            module=None if site is not None else module_path(module),
            init_arguments=init_args,
            site=None if site is None else load_site(site),
            script=None if script is None else script_at(script),
        ),
        SystemClock(),
    )
    if form is Format.JSON:
        say(
            write_json(
                [
                    {
                        "rule": line.rule,
                        "state": line.state.value,
                        "about": line.about,
                        "told": line.told,
                        "remedy": line.remedy,
                        "notes": list(line.notes),
                    }
                    for line in lines
                ]
            )
        )
    else:
        _tell(lines)
    if any(line.state == "fail" for line in lines):
        raise typer.Exit(Exit.REFUSED)


def _tell(lines: Sequence[Line]) -> None:
    about = ""
    for line in lines:
        if line.about != about:
            about = line.about
            say(f"{about}:")
        word = typer.style(f"{line.state:4}", fg=COLOURS[line.state], bold=True)
        say(f"  {word}  {line.told} [{line.rule}]")
        if line.remedy:
            say(f"        What to do: {line.remedy}")
        for note in line.notes:
            say(f"        - {note}")
    count = {
        state: sum(line.state == state for line in lines)
        for state in ("ok", "warn", "fail")
    }
    say(f"{count['ok']} ok, {count['warn']} to look at, {count['fail']} failed.")
