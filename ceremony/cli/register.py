"""``ceremony register``: what the journal says exists now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Final

import typer

from ceremony.cli.console import Format, say, write_json
from ceremony.cli.context import WorkspaceOption, workspace_at
from ceremony.hexadecimal import serial_text
from ceremony.identifiers import Mode

app: Final = typer.Typer(help="See what the journal says exists.", no_args_is_help=True)


class Table(StrEnum):
    """What the register lists."""

    PEOPLE = "people"
    TOKENS = "tokens"
    KEYS = "keys"
    CERTIFICATES = "certificates"
    BATCHES = "batches"
    CRLS = "crls"
    REVOKED = "revoked"
    CEREMONIES = "ceremonies"
    ATTESTATIONS = "attestations"


COLUMNS: Final[Mapping[Table, tuple[str, ...]]] = {
    Table.PEOPLE: ("ceremony", "person", "name", "role", "initials", "token"),
    Table.TOKENS: (
        *("ceremony", "name", "serial", "label", "model", "firmware"),
        *("listed_at", "unseen_at"),
    ),
    Table.KEYS: ("ceremony", "label", "algorithm", "short_id", "token"),
    Table.CERTIFICATES: ("ceremony", "thing", "key_identifier", "not_after", "serial"),
    Table.BATCHES: (
        *("ceremony", "thing", "certificate_count"),
        *("received_at", "answered_at"),
    ),
    Table.CRLS: ("ceremony", "thing", "number", "next_update", "issuer"),
    Table.REVOKED: ("ceremony", "thing", "position", "serial", "day", "reason"),
    Table.CEREMONIES: ("ceremony", "phase", "deviation_count", "title"),
    Table.ATTESTATIONS: ("ceremony", "person", "turn", "meaning", "level", "signed_at"),
}
"""What people are shown of each table; ``--format json`` gives all of it."""


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
    from ceremony.register.store import rebuild

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
    if not found:
        say(f"The register lists no {table.value}.")
        return
    rows = [[_cell(table, name, row[name]) for name in COLUMNS[table]] for row in found]
    if table is not Table.ATTESTATIONS:
        rows.sort()
    for line in _aligned([[*COLUMNS[table]], *rows]):
        say(line)


def _cell(table: Table, column: str, value: object) -> str:
    """Write a value as people read it; a token's serial is a name, and stays."""
    numbered = table in (Table.CERTIFICATES, Table.REVOKED) and column == "serial"
    return serial_text(str(value)) if numbered else str(value)


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    """Set a table in columns; it is cut nowhere, for what is cut misleads."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
