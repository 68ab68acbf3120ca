"""Which certificates are revoked, by the last list of each key; pure.

A list names serial numbers alone. Whose they are tell the certificates of the journal,
and the results files of its batches, by issuer and serial number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ceremony.engine.facts import CrlMade, Outcome, Result
from ceremony.engine.state import Recorded
from ceremony.identifiers import Digest
from ceremony.pki.issued_results import BatchResults
from ceremony.register.table import Row

Results = Callable[[Digest], BatchResults | None]
"""Gives the results of a batch by their digest; None where they are not at hand."""


def no_results(_: Digest) -> None:
    """Give no results."""


@dataclass(frozen=True, slots=True)
class _Issued:
    """Which certificate it is: of a ceremony's thing, and which one of a batch.

    Attributes:
        digest: SHA-256 of its DER.
        position: Which request of its set it answers, from 1; 0 for a single one.
    """

    digest: str
    ceremony: str
    thing: str
    position: int


def revoked_rows(facts: Iterable[Recorded], results: Results) -> Iterator[Row]:
    """Give a row for each entry of the last list of each key.

    Args:
        facts: The journal's, of any number of ceremonies.
        results: See :data:`Results`; asked for batches of issuers that revoke.

    Yields:
        The rows; of a serial number that the journal does not know, certificate and
        thing are empty.
    """
    made = [
        (recorded, recorded.fact)
        for recorded in facts
        if isinstance(recorded.fact, Outcome)
        and recorded.fact.result in (Result.DONE, Result.ADOPTED)
    ]
    last: dict[str, tuple[Recorded, str, CrlMade]] = {}
    for recorded, done in made:
        if done.crl is not None:
            known = last.get(done.crl.issuer_key)
            if known is None or known[2].number < done.crl.number:
                last[done.crl.issuer_key] = (recorded, done.thing, done.crl)
    issuers = {crl.issuer for _, _, crl in last.values() if crl.revoked}
    issued = dict(_issued(made, issuers, results))
    for recorded, name, crl in last.values():
        for entry in crl.revoked:
            found = issued.get((crl.issuer, entry.serial), _Issued("", "", "", 0))
            yield {
                "issuer_key": crl.issuer_key,
                "serial": entry.serial,
                "issuer": crl.issuer,
                "day": entry.day,
                "reason": entry.reason,
                "crl": name,
                "certificate": found.digest,
                "ceremony": found.ceremony,
                "thing": found.thing,
                "position": found.position,
                "seq": recorded.event.seq,
            }


def _issued(
    made: Iterable[tuple[Recorded, Outcome]], issuers: set[str], results: Results
) -> Iterator[tuple[tuple[str, str], _Issued]]:
    """Give each certificate of some issuers by issuer and serial number."""
    for recorded, done in made:
        at, certificate, part = recorded.event.ceremony, done.certificate, done.part
        if certificate is not None and certificate.issuer in issuers:
            known = _Issued(certificate.digest, at, done.thing, 0)
            yield (certificate.issuer, certificate.serial), known
        if part is None or part.issued is None or part.issuer not in issuers:
            continue
        told = results(part.issued)
        for each in told.answered if told is not None else ():
            known = _Issued(each.certificate, at, done.thing, each.position)
            yield (part.issuer, each.serial), known
