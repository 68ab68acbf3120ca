"""Measure how fast the journal appends, beside bare SQLite.

    python scripts/bench_journal.py

Works in the working folder. Prints one JSON object of figures.
"""

from __future__ import annotations

import json
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from ceremony.clock import Instant
from ceremony.identifiers import (
    CeremonyId,
    Digest,
    OperationId,
    Origin,
    PersonId,
    Role,
    StepId,
)
from ceremony.journal.database import PRAGMAS
from ceremony.journal.event import Actor, Draft, StepRef
from ceremony.journal.merkle import leaf_hash
from ceremony.journal.store import JournalStore

APPENDS: Final = 60
"""In one round of appending."""
ROUNDS: Final = 9

ORIGIN: Final = Origin("bench.example/rehearsal")
CEREMONY: Final = CeremonyId("bench-2026-R1")
SCRIPT: Final = Digest("5c" * 32)
NOW: Final = Instant(
    datetime(2026, 3, 2, 9, 30, tzinfo=UTC), 1, "7c5d9a52-0f0e-4c0b-9c5e-1d2f3a4b5c6d"
)
DRAFT: Final = Draft(
    type="step.closed",
    data={
        "initials": [{"initials": "AB", "person": "person-1", "role": "operator"}],
        "input": "typed",
    },
    op=OperationId("0f" * 16),
    step=StepRef(StepId("2.4"), Digest("d1" * 32)),
    actor=Actor(PersonId("person-1"), Role("operator")),
)
"""A fact of the usual size: its leaf has some 600 bytes."""


def measure_append(folder: Path) -> dict[str, float]:
    """Append to a journal and to a bare table by turns, a commit each.

    Returns:
        The medians of both in microseconds an append.
    """
    bare = _bare_table(folder / "bare.sqlite")
    ours, theirs = [], []
    with JournalStore.create(folder / "journal.sqlite", ORIGIN) as journal:
        for _ in range(ROUNDS + 1):
            first = journal.size
            begin = time.perf_counter()
            for _ in range(APPENDS):
                journal.append(CEREMONY, SCRIPT, [DRAFT], {}, NOW)
            ours.append(time.perf_counter() - begin)
            rows = [
                (first + place, leaf, leaf_hash(leaf))
                for place, leaf in enumerate(list(journal.leaves())[first:])
            ]
            begin = time.perf_counter()
            for row in rows:
                bare.execute("BEGIN IMMEDIATE")
                bare.execute("INSERT INTO leaf VALUES (?, ?, ?)", row)
                bare.execute("COMMIT")
            theirs.append(time.perf_counter() - begin)
    bare.close()
    each = 1_000_000 / APPENDS
    return {"append_us": median(ours[1:]) * each, "bare_us": median(theirs[1:]) * each}


def _bare_table(path: Path) -> sqlite3.Connection:
    """Open a database with the journal's settings and one table without triggers."""
    bare = sqlite3.connect(path, isolation_level=None)
    for name, value, _ in PRAGMAS:
        bare.execute(f"PRAGMA {name} = {value}")
    bare.execute(
        "CREATE TABLE leaf "
        "(seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL, hash BLOB NOT NULL) STRICT"
    )
    return bare


if __name__ == "__main__":
    print(json.dumps(measure_append(Path.cwd())))
