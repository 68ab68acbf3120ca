"""``ceremony journal``: does it follow from itself, and what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from ceremony.cli.console import say
from ceremony.cli.context import WorkspaceOption, opened, workspace_at
from ceremony.identifiers import CeremonyId, Mode

app: Final = typer.Typer(help="Verify and export the journal.", no_args_is_help=True)

ModeOption = Annotated[
    Mode, typer.Option("--mode", help="Which journal: rehearsal or live.")
]


@app.command()
def verify(
    *, workspace: WorkspaceOption = None, mode: ModeOption = Mode.REHEARSAL
) -> None:
    """Check every leaf, the tree and the signed heads."""
    with workspace_at(workspace).journal(mode) as journal:
        journal.verify()
        notes = journal.notes()
        say(f"{journal.origin}: {journal.size} leaves follow from one another.")
        say(f"Root {journal.root()}.")
        last = max((note.size for note in notes), default=0)
        say(f"{len(notes)} signed heads; the last one is over {last} leaves.")


@app.command()
def export(
    out: Annotated[
        Path, typer.Option("-o", help="The file to write, JSON lines.", readable=False)
    ],
    *,
    workspace: WorkspaceOption = None,
    mode: ModeOption = Mode.REHEARSAL,
    ceremony: Annotated[
        str, typer.Option("--ceremony", help="Only this ceremony's leaves.")
    ] = "",
) -> None:
    """Write the leaves as they are, one canonical JSON object a line."""
    from ceremony.evidence.saving import save_new

    with workspace_at(workspace).journal(mode) as journal:
        leaves = tuple(journal.leaves(CeremonyId(ceremony) if ceremony else None))
    save_new(out, b"".join(leaf + b"\n" for leaf in leaves))
    say(f"{len(leaves)} leaves written to {out}.")


@app.command()
def checkpoint(
    ceremony: Annotated[str, typer.Argument(help="A ceremony of the journal.")],
    *,
    workspace: WorkspaceOption = None,
) -> None:
    """Sign the journal's head with the evidence token and print it."""
    with opened(workspace, ceremony) as at:
        head = at.conductor.head()
        for note in at.conductor.log.journal.notes():
            if note.size == head.size:
                say(note.text.decode().rstrip("\n"))
