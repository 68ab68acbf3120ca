"""Which number of a revocation list an issuer has used last, by the site's journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ceremony.identifiers import Digest, Mode
from ceremony.register.table import CEREMONIES, CRLS, Row


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues a list.

    Attributes:
        name: The name in its certificate, as ``pki.certificate.name_text`` has it.
        key: SHA-256 of its public key's SubjectPublicKeyInfo (DER).
        live: True where the list is issued in a live ceremony.
        beside: The same of each other key that it has had or has by now.
    """

    name: str
    key: Digest
    live: bool
    beside: frozenset[Digest] = frozenset()


def last_number(tables: Mapping[str, Iterable[Row]], issuer: Issuer) -> int:
    """Give the highest number that an issuer's lists have; 0 where it has none.

    An issuer is known again by its keys. In a live ceremony it is known by its name as
    well, as far as other live ceremonies had it: a relying party tells issuers apart
    by name, and a CA that renews its key counts on. A rehearsal uses names of its own
    CAs over and over, each time with new keys; which are one CA's is told beforehand.

    Args:
        tables: The register's rows by table name.
        issuer: Who issues.
    """
    return max((int(row["number"]) for row in _lists_of(tables, issuer)), default=0)


def listed_since(
    tables: Mapping[str, Iterable[Row]], issuer: Issuer, ceremony: str, seq: int
) -> str:
    """Name a ceremony that has signed a list of an issuer since another was opened.

    Args:
        tables: The register's rows by table name.
        issuer: Whose list, known again as for :func:`last_number`.
        ceremony: The one that was opened.
        seq: The leaf by which it was.

    Returns:
        The last of them; empty where there is none.
    """
    since = [
        row
        for row in _lists_of(tables, issuer)
        if row["ceremony"] != ceremony and int(row["seq"]) > seq
    ]
    return str(max(since, key=lambda row: int(row["seq"]))["ceremony"]) if since else ""


def _lists_of(tables: Mapping[str, Iterable[Row]], issuer: Issuer) -> Iterator[Row]:
    live = {
        row["ceremony"]
        for row in tables[CEREMONIES.name]
        if row["mode"] == Mode.LIVE.value
    }
    keys = {issuer.key, *issuer.beside}
    for row in tables[CRLS.name]:
        named = row["ceremony"] in live and row["issuer"] == issuer.name
        if row["issuer_key"] in keys or (issuer.live and named):
            yield row
