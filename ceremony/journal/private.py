"""Salted commitments: what a leaf says of a person without saying it.

A leaf carries a digest; the value and a salt that nobody can guess stand here and
are opened where an edition of a record asks for it. This is the only place of the
journal with randomness.

Source: docs/spec/journal-v1.md, "Commitments".
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.errors import EvidenceError
from ceremony.identifiers import Digest
from ceremony.journal.database import (
    Schema,
    close_database,
    create_database,
    open_database,
)
from ceremony.journal.fault import translated

SALT_SIZE: Final = 32

SCHEMA: Final = Schema(
    name="store of private openings",
    application_id=0x4B43_5031,
    version=1,
    statements=(
        "CREATE TABLE opening (commitment TEXT PRIMARY KEY, opening BLOB) STRICT",
    ),
)


def commitment_of(opening: Mapping[str, Json]) -> Digest:
    """Give the digest that an opening opens: SHA-256 over its canonical JSON.

    Args:
        opening: ``label``, ``salt`` (64 hexadecimal digits) and ``value``.

    Raises:
        CanonicalError: A value lies outside the limits of canonical JSON.
    """
    return canonical.digest(canonical.encode(opening))


def check_opening(commitment: Digest, opening: Mapping[str, Json]) -> bool:
    """Tell whether an opening is well formed and opens the commitment."""
    salt = opening.get("salt")
    return (
        opening.keys() == {"label", "salt", "value"}
        and isinstance(opening["label"], str)
        and isinstance(salt, str)
        and len(salt) == 2 * SALT_SIZE
        and not salt.strip("0123456789abcdef")
        and commitment_of(opening) == commitment
    )


class PrivateStore:
    """The openings of one journal's commitments; mode 0600, backed up apart."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make an empty store (mode 0600) and open it.

        Raises:
            StorageError: ``JOURNAL-EXISTS-01``: something stands there; or it cannot
                be made.
        """
        create_database(path, SCHEMA)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a store, alone until it is closed.

        Raises:
            StorageError: Another process holds it, or it cannot be used.
        """
        return cls(path, open_database(path, SCHEMA, read_only=False))

    def close(self) -> None:
        """Give the store back; a second time does nothing."""
        close_database(self.path, self._connection, release=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def commit(self, label: str, value: Json) -> Digest:
        """Commit to a value under a fresh salt, durably.

        The same value committed twice gives two unlike commitments.

        Args:
            label: What the value is, for example ``person``.
            value: What is committed to.

        Raises:
            CanonicalError: The value lies outside the limits of canonical JSON.
            StorageError: It could not be made durable.
        """
        opening: dict[str, Json] = {
            "label": label,
            "salt": secrets.token_hex(SALT_SIZE),
            "value": value,
        }
        commitment = commitment_of(opening)
        with translated(SCHEMA.name, self.path):
            self._connection.execute(
                "INSERT INTO opening VALUES (?, ?)",
                (commitment, canonical.encode(opening)),
            )
        return commitment

    def openings(self, commitments: Iterable[Digest]) -> tuple[dict[str, Json], ...]:
        """Give the openings of commitments, in their order.

        Returns:
            ``label``, ``salt`` and ``value`` each; one that is not kept here is left
            out.

        Raises:
            EvidenceError: ``JOURNAL-OPENING-01``: what is kept does not open it.
        """
        found: list[dict[str, Json]] = []
        for commitment in commitments:
            with translated(SCHEMA.name, self.path):
                row = self._connection.execute(
                    "SELECT opening FROM opening WHERE commitment = ?", (commitment,)
                ).fetchone()
            if row is not None:
                found.append(_read_opening(commitment, row[0]))
        return tuple(found)


def _read_opening(commitment: Digest, raw: bytes) -> dict[str, Json]:
    try:
        opening = canonical.decode(raw)
    except canonical.CanonicalError:
        opening = {}
    if not isinstance(opening, dict) or not check_opening(commitment, opening):
        raise EvidenceError(
            "JOURNAL-OPENING-01",
            f"What is kept for the commitment {commitment} does not open it.",
            meaning="The name behind it cannot be shown from this file.",
            remedy="Restore the private openings from their backup.",
        )
    return opening
