"""The door to SQLite: one file, one writer, settings that survive a power cut.

Invariants:
    * ``synchronous=EXTRA`` is the first statement on each connection, then
      ``journal_mode=DELETE`` and ``locking_mode=EXCLUSIVE``; each is read back, and a
      database that does not take them is not used.
    * A file is used only if its application id, version and schema are ours.
    * Errors of SQLite leave here as ``StorageError``.

While a database is open, nothing else in this process may open and close its file:
POSIX would drop the lock.

Source: SQLite, "PRAGMA Statements" and "How To Corrupt An SQLite Database File".
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ceremony.journal.fault import damaged_file, fault, not_ours, translated
from ceremony.journal.lock import remove_holder, write_holder

PRAGMAS: Final[tuple[tuple[str, str, object], ...]] = (
    ("synchronous", "EXTRA", 3),
    ("journal_mode", "DELETE", "delete"),
    ("locking_mode", "EXCLUSIVE", "exclusive"),
    ("trusted_schema", "OFF", 0),
    ("recursive_triggers", "ON", 1),
    ("cell_size_check", "ON", 1),
    ("foreign_keys", "ON", 1),
    ("mmap_size", "0", 0),
)
"""Name, what is set, what has to be read back; in this order."""

SMALLEST: Final = 512
"""The fewest bytes that a database has: one page of the smallest kind."""

ROW_LIMIT: Final = 64 * 1024 * 1024
"""The most bytes that one row may take."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What a database of one kind consists of.

    Attributes:
        name: What it is called to a person.
        application_id: SQLite's mark of the application, 31 bits.
        version: SQLite's user version, 1 or more.
        statements: What makes it, each one statement as SQLite keeps its text.
    """

    name: str
    application_id: int
    version: int
    statements: tuple[str, ...]


def create_database(
    path: Path, schema: Schema, first: str = "", values: Sequence[str] = ()
) -> None:
    """Make a database, whole or not at all.

    Args:
        path: Where; nothing may stand there.
        schema: What it consists of.
        first: A statement to run in the same transaction; empty for none.
        values: The statement's values.

    Raises:
        StorageError: ``JOURNAL-EXISTS-01``: something stands there; or it cannot be
            made.
    """
    path = path.absolute()
    if os.path.lexists(path):
        raise fault(
            schema.name,
            path,
            "JOURNAL-EXISTS-01",
            "something already stands there",
            "Name a new file; nothing is ever overwritten.",
        )
    unfinished = path.with_name(f".{path.name}.new")
    with translated(schema.name, path):
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        connection = _connect(unfinished, read_only=False)
        try:
            set_pragmas(connection, schema, path, PRAGMAS)
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute(f"PRAGMA application_id = {schema.application_id}")
            connection.execute(f"PRAGMA user_version = {schema.version}")
            for statement in schema.statements:
                connection.execute(statement)
            if first:
                connection.execute(first, values)
            connection.execute("COMMIT")
        finally:
            connection.close()
        unfinished.rename(path)
        sync_folder(path.parent)


def open_database(path: Path, schema: Schema, *, read_only: bool) -> sqlite3.Connection:
    """Open a database; for writing, alone and until it is closed.

    Raises:
        StorageError: ``JOURNAL-LOCK-01``: another process holds it, who is named;
            ``JOURNAL-FILE-01`` to ``-04``: it is not ours, damaged, missing or not
            writable; ``JOURNAL-PRAGMA-01``: a setting does not hold.
    """
    path = path.absolute()
    with translated(schema.name, path):
        # SQLite takes a file without a whole header for a new one and writes to it.
        if path.exists() and path.stat().st_size < SMALLEST:
            raise not_ours(schema.name, path)
        connection = _connect(path, read_only=read_only)
        try:
            pragmas = [
                pragma
                for pragma in PRAGMAS
                if not read_only or pragma[0] != "locking_mode"
            ]
            set_pragmas(connection, schema, path, pragmas)
            if not read_only:
                connection.execute("BEGIN EXCLUSIVE")
                connection.execute("COMMIT")
            _verify_ours(connection, schema, path)
            if not read_only:
                write_holder(path)
        except BaseException:
            connection.close()
            raise
    return connection


def close_database(
    path: Path, connection: sqlite3.Connection, *, release: bool
) -> None:
    """Give a database back; a second time does nothing.

    Args:
        path: Where it stands.
        connection: As :func:`open_database` gave it.
        release: True where it was opened for writing.
    """
    if release and _is_open(connection):
        remove_holder(path.absolute())
    connection.close()


def verify_integrity(
    connection: sqlite3.Connection, schema: Schema, path: Path
) -> None:
    """Let SQLite go through the whole file.

    Raises:
        StorageError: ``JOURNAL-FILE-02``: it is damaged.
    """
    with translated(schema.name, path):
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise damaged_file(schema.name, path, found)


def set_pragmas(
    connection: sqlite3.Connection,
    schema: Schema,
    path: Path,
    pragmas: Sequence[tuple[str, str, object]],
) -> None:
    """Set each and read each back.

    Raises:
        StorageError: ``JOURNAL-PRAGMA-01``: one does not hold.
    """
    for name, value, _ in pragmas:
        connection.execute(f"PRAGMA {name} = {value}")
    for name, value, wanted in pragmas:
        row = connection.execute(f"PRAGMA {name}").fetchone()
        if row is not None and row[0] != wanted:
            raise fault(
                schema.name,
                path,
                "JOURNAL-PRAGMA-01",
                f"SQLite does not take the setting {name}={value}",
                "Move it to a local drive; network and memory drives do not serve.",
            )


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable.

    Raises:
        OSError: The drive failed.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    if path.exists() and not stat.S_ISREG(path.lstat().st_mode):
        raise sqlite3.NotSupportedError("not a regular file")
    mode = "ro" if read_only else "rw"
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=0,
    )
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, ROW_LIMIT)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    return connection


def _is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.total_changes  # noqa: B018  the question itself is the test
    except sqlite3.ProgrammingError:
        return False
    return True


def _verify_ours(connection: sqlite3.Connection, schema: Schema, path: Path) -> None:
    marks = (
        connection.execute("PRAGMA application_id").fetchone()[0],
        connection.execute("PRAGMA user_version").fetchone()[0],
    )
    found = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"
    ).fetchall()
    if (
        marks != (schema.application_id, schema.version)
        or tuple(row[0] for row in found) != schema.statements
    ):
        raise not_ours(schema.name, path)
