"""The tables of a journal: four, to which rows are only ever added.

The triggers stop accidents, not attackers: what shows a change is the tree over the
leaves, which others have signed.
"""

from __future__ import annotations

from typing import Final

from ceremony.journal.database import Schema

_TABLES: Final = (
    (
        "CREATE TABLE origin "
        "(id INTEGER PRIMARY KEY CHECK (id = 0), origin TEXT NOT NULL) STRICT"
    ),
    (
        "CREATE TABLE leaf "
        "(seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL, hash BLOB NOT NULL) STRICT"
    ),
    "CREATE TABLE blob (sha256 TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT",
    (
        "CREATE TABLE note "
        "(id INTEGER PRIMARY KEY, size INTEGER NOT NULL, text BLOB NOT NULL) STRICT"
    ),
)

_KEYS: Final = (
    ("origin", "id"),
    ("leaf", "seq"),
    ("blob", "sha256"),
    ("note", "id"),
)

_CHANGE: Final = (
    "CREATE TRIGGER :table_:act BEFORE :act ON :table "
    "BEGIN SELECT RAISE(ABORT, 'append only'); END"
)

# INSERT OR REPLACE fires no DELETE trigger unless recursive_triggers is on, so a row
# that is there already is refused by a trigger of its own.
_AGAIN: Final = (
    "CREATE TRIGGER :table_insert BEFORE INSERT ON :table "
    "WHEN EXISTS (SELECT 1 FROM :table WHERE :key = NEW.:key) "
    "BEGIN SELECT RAISE(ABORT, 'append only'); END"
)


def _triggers(table: str, key: str) -> tuple[str, ...]:
    return (
        _CHANGE.replace(":table", table).replace(":act", "update"),
        _CHANGE.replace(":table", table).replace(":act", "delete"),
        _AGAIN.replace(":table", table).replace(":key", key),
    )


SCHEMA: Final = Schema(
    name="journal",
    application_id=0x4B43_4A31,
    version=1,
    statements=(
        *_TABLES,
        *(trigger for table, key in _KEYS for trigger in _triggers(table, key)),
    ),
)
