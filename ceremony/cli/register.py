"""``ceremony register``: what the journal says exists now."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer

from ceremony.cli.console import Format, say, write_json
from ceremony.cli.context import WorkspaceOption, workspace_at
from ceremony.identifiers import Mode

app: Final = typer.Typer(help="See what the journal says exists.", no_args_is_help=True)


class Table(StrEnum):
    """What the register lists."""

    PEOPLE = "people"
    TOKENS = "tokens"
    KEYS = "keys"
    CERTIFICATES = "certificates"
    CEREMONIES = "ceremonies"
    ATTESTATIONS = "attestations"


@app.command(name="list")
def list_(
    table: Annotated[Table, typer.Argument(help="What to list.")],
    *,
    workspace: WorkspaceOption = None,
    mode: Annotated[Mode, typer.Option("--mode", help="Which journal.")] = (
        Mode.REHEARSAL
    ),
    form: Annotated[Format, typer.Option("--format", help="text or json.")] = (
        Format.TEXT
    ),
) -> None:
    """Make the register from the journal and list one of its tables."""
    from ceremony.register.store import rebuild  # noqa: PLC0415  costs time

    place = workspace_at(workspace)
    with (
        place.journal(mode) as journal,
        place.private(mode) as private,
        rebuild(journal, private, place.register_path) as register,
    ):
        found = register.rows(table.value)
    if form is Format.JSON:
        say(write_json(found))
        return
    from rich.console import Console  # noqa: PLC0415  costs time to import
    from rich.table import Table as Grid  # noqa: PLC0415  the same

    grid = Grid(title=f"{table.value}, {mode.value}")
    for name in found[0] if found else ():
        grid.add_column(name)
    for row in found:
        grid.add_row(*(str(value) for value in row.values()))
    Console().print(grid if found else f"The register lists no {table.value}.")
