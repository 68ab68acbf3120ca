"""How failures of SQLite and of the drive are told to a person.

Each leaves the journal as a ``StorageError`` whose code says what to do about it.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ceremony.errors import StorageError
from ceremony.journal.lock import read_holder

_KNOWN: Final[dict[int, tuple[str, str, str]]] = {
    sqlite3.SQLITE_FULL: (
        "JOURNAL-FULL-01",
        "there is no space left",
        "Free space on this drive, then open it again.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "JOURNAL-FILE-01",
        "it is not a database of this tool",
        "Name the right file, or restore it from your backup copy.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "JOURNAL-FILE-02",
        "it is damaged",
        "Preserve it as it is and go on with your backup copy.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "JOURNAL-FILE-03",
        "it cannot be opened",
        "Check that it exists and that you may read and write it.",
    ),
    sqlite3.SQLITE_READONLY: (
        "JOURNAL-FILE-04",
        "it cannot be written",
        "Check that the drive is writable, then open it again.",
    ),
}
_OTHER: Final = (
    "JOURNAL-IO-01",
    "the drive failed",
    "Check the drive and your quota on it, then open it again, or your backup copy.",
)


@contextmanager
def translated(name: str, path: Path) -> Iterator[None]:
    """Let errors of SQLite and of the system leave as ``StorageError``."""
    try:
        yield
    except sqlite3.Error as error:
        raise _storage_error(name, path, error) from error
    except UnicodeDecodeError as error:
        # sqlite3 decodes names from the file into its messages, and trips over them.
        raise damaged_file(name, path, "its names are not text") from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        code, what, remedy = _KNOWN[sqlite3.SQLITE_FULL] if full else _OTHER
        raise fault(name, path, code, f"{what} ({error.strerror})", remedy) from error


def fault(name: str, path: Path, code: str, what: str, remedy: str) -> StorageError:
    """Make the error for a database that cannot be used.

    Args:
        name: What the database is called to a person.
        path: Where it stands.
        code: The rule id.
        what: Why, as the end of a sentence.
        remedy: What to do.
    """
    return StorageError(
        code,
        f"The {name} {path} cannot be used: {what}.",
        meaning="What was recorded before stands; nothing was added.",
        remedy=remedy,
    )


def not_ours(name: str, path: Path) -> StorageError:
    """Make the error for a file that is not a database of the kind expected."""
    return fault(name, path, *_KNOWN[sqlite3.SQLITE_NOTADB])


def damaged_file(name: str, path: Path, found: str) -> StorageError:
    """Make the error for a file in which SQLite found damage."""
    code, what, remedy = _KNOWN[sqlite3.SQLITE_CORRUPT]
    return fault(name, path, code, f"{what} ({found})", remedy)


def _storage_error(name: str, path: Path, error: sqlite3.Error) -> StorageError:
    number = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_NOTADB) & 0xFF
    if number in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        holder = read_holder(path)
        who = str(holder) if holder is not None else "a process that left no name"
        return fault(
            name,
            path,
            "JOURNAL-LOCK-01",
            f"{who} holds it",
            "Close that program, or go on there; only one may write.",
        )
    code, what, remedy = _KNOWN.get(number, _OTHER)
    word = getattr(error, "sqlite_errorname", "no database")
    return fault(name, path, code, f"{what} ({word})", remedy)
