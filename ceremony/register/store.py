"""The register's tables on disk; made from the journal, never the other way round.

Invariants:
    * A rebuild replaces every table in one transaction: a reader sees the old rows
      or the new ones.
    * Names of people are not in the file; they are joined in when rows are read, as
      far as their openings are at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one that the library uses

from ceremony import canonical
from ceremony.errors import InputError, StorageError
from ceremony.identifiers import Digest
from ceremony.journal.private import PrivateStore
from ceremony.journal.store import JournalStore
from ceremony.pki.certificate import carried_identifier, decode_pem
from ceremony.pki.issued_results import BatchResults, decode_issued
from ceremony.register.projection import project
from ceremony.register.table import PEOPLE, TABLES, Row, Table, Value


class Register:
    """The register of one site.

    Use it as a context manager, or close it.

    Raises:
        StorageError: ``REGISTER-DISK-01``: the file cannot be used.
    """

    def __init__(self, path: Path, private: PrivateStore) -> None:
        self._private = private
        with _translated():
            self._database = Database(str(path), execute_plugins=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def replace(self, rows: Mapping[str, Iterable[Row]]) -> None:
        """Put new rows in the place of all old ones, in one transaction.

        Args:
            rows: Every table's rows by its name.

        Raises:
            StorageError: ``REGISTER-DISK-01``: the disk refused; the old rows stand.
        """
        with _translated(), self._database.atomic():
            for table in TABLES.values():
                self._fill(table, rows[table.name])

    def rows(self, name: str) -> tuple[Row, ...]:
        """Read a table in the order of its keys.

        Args:
            name: ``ceremonies``, ``people``, ``tokens``, ``keys``, ``certificates``,
                ``batches``, ``crls``, ``revoked`` or ``attestations``.

        Returns:
            The rows; those of ``people`` have ``name`` and ``organisation`` besides,
            empty where their opening is not at hand.

        Raises:
            InputError: ``REGISTER-TABLE-01``: there is no such table.
            StorageError: ``REGISTER-DISK-01``: the file cannot be read, or was never
                built.
        """
        if name not in TABLES:
            raise InputError(
                "REGISTER-TABLE-01",
                f"The register has no table {name!r}.",
                remedy=f"Choose one of {', '.join(TABLES)}.",
            )
        table = TABLES[name]
        with _translated():
            if not self._database.table(name).exists():
                raise _unusable("it was never built")
            found = self._database.table(name).rows_where(
                order_by=", ".join(table.key), select=", ".join(table.columns)
            )
            rows: list[Row] = [dict(row) for row in found]
        return tuple(self._named(rows)) if table is PEOPLE else tuple(rows)

    def _fill(self, table: Table, rows: Iterable[Row]) -> None:
        target = self._database.table(table.name)
        target.drop(ignore=True)
        target.create(
            dict(table.columns),
            pk=table.key if len(table.key) > 1 else table.key[0],
            not_null=set(table.columns),
            strict=True,
        )
        target.insert_all(rows)

    def _named(self, rows: list[Row]) -> Iterator[Row]:
        commitments = [Digest(str(row["name_commitment"])) for row in rows]
        told: dict[Digest, Mapping[str, object]] = {}
        for opening in self._private.openings(commitments):
            value = opening["value"]
            if isinstance(value, dict):
                told[canonical.digest(canonical.encode(opening))] = value
        for row, commitment in zip(rows, commitments, strict=True):
            person = told.get(commitment, {})
            joined: dict[str, Value] = {
                "name": str(person.get("name", "")),
                "organisation": str(person.get("organisation", "")),
            }
            yield row | joined


def rebuild(journal: JournalStore, private: PrivateStore, path: Path) -> Register:
    """Make the whole register again from the journal.

    Args:
        journal: The site's journal.
        private: The openings of the commitments in it.
        path: The register's file; made where there is none.

    Returns:
        The register, open.

    Raises:
        EvidenceError: A leaf holds no known fact.
        InputError: ``PKI-ISSUED-01``: the results of a batch are not whole.
        StorageError: ``REGISTER-DISK-01``: the disk refused; or the journal cannot
            be read.
    """
    events = [
        event for ceremony in journal.ceremonies() for event in journal.events(ceremony)
    ]

    def results(digest: Digest) -> BatchResults:
        return decode_issued(journal.blob(digest), "the results of a batch")

    def carried(digest: Digest | None) -> str:
        if digest is None:
            return ""
        identifier = carried_identifier(decode_pem(journal.blob(digest)))
        return identifier.hex() if identifier is not None else ""

    rows = project(sorted(events, key=lambda event: event.seq), results, carried)
    register = Register(path, private)
    register.replace(rows)
    return register


@contextmanager
def _translated() -> Iterator[None]:
    """Give SQLite's errors as ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise _unusable(str(error)) from error


def _unusable(why: str) -> StorageError:
    return StorageError(
        "REGISTER-DISK-01",
        f"The register cannot be read or written: {why}.",
        meaning="The journal is untouched; the register holds nothing of its own.",
        remedy="Remove the register's file and build it again from the journal.",
    )
