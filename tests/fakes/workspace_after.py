"""A workspace after a made-up ceremony: its journal holds the leaves and the files."""

from __future__ import annotations

from pathlib import Path

from ceremony import canonical
from ceremony.conduct.workspace import Workspace
from ceremony.identifiers import Mode
from ceremony.journal.event import Draft
from tests.fakes.record_builder import BuiltRecord


def workspace_after(built: BuiltRecord, folder: Path) -> Workspace:
    """Make a workspace whose journal of rehearsals has a ceremony.

    Args:
        built: The ceremony.
        folder: Where; nothing is there yet.
    """
    made, builder = Workspace(folder), built.builder
    made.create_journal(Mode.REHEARSAL, builder.site.origin)
    files = {canonical.digest(raw): raw for raw in built.files.values()}
    told = [recorded.event for recorded in builder.facts]
    drafts = [
        Draft(
            event.type,
            event.data,
            op=event.op,
            step=event.step,
            actor=event.actor,
            blobs=event.blobs,
        )
        for event in told
    ]
    with made.journal(Mode.REHEARSAL) as journal:
        journal.append(told[0].ceremony, told[0].script, drafts, files, told[0].t)
    return made
