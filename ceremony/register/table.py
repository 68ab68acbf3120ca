"""The register's tables: their names, columns and keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Value = str | int
Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the register.

    Attributes:
        name: Its name.
        columns: Every column with its type, in order.
        key: The columns that name a row.
    """

    name: str
    columns: Mapping[str, type[str | int]]
    key: tuple[str, ...]


def _table(name: str, key: tuple[str, ...], *, texts: str, counts: str = "") -> Table:
    columns: dict[str, type[str | int]] = dict.fromkeys(texts.split(), str)
    columns |= dict.fromkeys(counts.split(), int)
    return Table(name, columns, key)


CEREMONIES: Final = _table(
    "ceremonies",
    ("ceremony",),
    texts=(
        "ceremony mode title place script_id script_version script phase opened_at "
        "ended_at pack"
    ),
    counts="leaf_count deviation_count report_signature_count",
)
PEOPLE: Final = _table(
    "people",
    ("ceremony", "person"),
    texts="ceremony person role kind initials name_commitment certificate key token",
)
TOKENS: Final = _table(
    "tokens",
    ("serial",),
    texts=(
        "serial label name module vendor model firmware ceremony listed_at unseen_at"
    ),
    counts="software",
)
KEYS: Final = _table(
    "keys",
    ("ceremony", "thing"),
    texts=(
        "ceremony thing label cka_id algorithm mechanism public_key short_id "
        "token made_at destroyed_at unresolved_at"
    ),
    counts="size seq",
)
CERTIFICATES: Final = _table(
    "certificates",
    ("digest",),
    texts=(
        "digest ceremony thing subject issuer serial not_before not_after public_key "
        "key_identifier made_at"
    ),
    counts="seq",
)
CRLS: Final = _table(
    "crls",
    ("ceremony", "thing"),
    texts="ceremony thing digest issuer issuer_key this_update next_update made_at",
    counts="number revoked_count seq",
)
BATCHES: Final = _table(
    "batches",
    ("ceremony", "thing"),
    texts="ceremony thing issuer issuer_thing issued received_at answered_at",
    counts="certificate_count part_count seq",
)
REVOKED: Final = _table(
    "revoked",
    ("issuer_key", "serial"),
    texts="issuer_key serial issuer day reason crl certificate ceremony thing",
    counts="position seq",
)
ATTESTATIONS: Final = _table(
    "attestations",
    ("seq",),
    texts="ceremony person role turn meaning level root statement signed_at",
    counts="seq head_size waived",
)

TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        CEREMONIES,
        PEOPLE,
        TOKENS,
        KEYS,
        CERTIFICATES,
        BATCHES,
        CRLS,
        REVOKED,
        ATTESTATIONS,
    )
}
"""Every table of the register by its name."""
