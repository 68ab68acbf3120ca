"""The files of a batch: what each is called, what is in it, which a pack embeds.

A batch may have 50,000 certificates, and a pack has to be verified within seconds:
up to :data:`EMBEDDED_LIMIT` certificates are embedded and verified one by one. Of a
batch beyond that a pack embeds the results files, which name every request and every
certificate by digest; the other files stay in the site's journal.

Invariants:
    * However many requests are refused, no good one and no certificate is left out for
      it: refused ones are embedded where the good ones of all sets leave room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Final

from ceremony.engine.batch import is_set
from ceremony.engine.facts import Fact, Intent, Outcome, RequestsJudged
from ceremony.identifiers import Digest
from ceremony.script.model import Script

EMBEDDED_LIMIT: Final = 1_000
"""Requests in all sets of a ceremony whose files are embedded, refused ones included.

All refused ones of a set count where any of them is kept.
"""


CHAIN: Final = "chain-"
"""How the files begin that hold an issuer's certificate and those above it."""


def part_name(stem: str, batch: str, number: int) -> str:
    """Give a part's file name without its ending, e.g. ``serials-devices-0003``."""
    return f"{stem}-{batch}-{number:04}"


def earlier_issued_name(batch: str) -> str:
    """Name the results of a batch that an earlier ceremony has issued."""
    return f"issued-earlier-{batch}.jsonl"


def earlier_results_name(batch: str) -> str:
    """Name the results of the requests that such a batch has answered."""
    return f"results-earlier-{batch}.jsonl"


def earlier_chain_name(batch: str) -> str:
    """Name the certificate of the key that has signed such a batch, and those above."""
    return f"{CHAIN}earlier-{batch}.pem"


def encode_serials(serials: Iterable[int]) -> bytes:
    """Write serial numbers, one a line: hex, 32 digits or more, ASCII."""
    return b"".join(f"{serial:032x}\n".encode() for serial in serials)


def decode_serials(raw: bytes) -> tuple[int, ...]:
    """Read serial numbers.

    Raises:
        ValueError: It is not what :func:`encode_serials` writes.
    """
    serials = tuple(int(line, 16) for line in raw.split())
    if encode_serials(serials) != raw:
        raise ValueError("a line is no serial number")
    return serials


def left_out(facts: Iterable[Fact], script: Script) -> frozenset[str]:
    """Name the sets whose requests and certificates a pack leaves in the journal.

    Args:
        facts: The ceremony's facts, in order.
        script: Its script.
    """
    return _left_good(_sets(facts, script))


def _left_good(sets: Sequence[RequestsJudged]) -> frozenset[str]:
    return _beyond([(each.request, each.good) for each in sets])


def _left_refused(sets: Sequence[RequestsJudged]) -> frozenset[str]:
    """Name the sets whose refused requests a pack leaves in the journal."""
    out = _left_good(sets)
    good = sum(each.good for each in sets if each.request not in out)
    kept = [
        (each.request, each.refused)
        for each in sets
        if each.request not in out and each.refused_requests is not None
    ]
    return out | _beyond(kept, good)


def _left_before(sets: Sequence[RequestsJudged]) -> frozenset[str]:
    """Name the sets that a pack left out when refused requests counted as good ones."""
    return _beyond(
        [
            (
                each.request,
                each.good + (each.refused if each.refused_requests is not None else 0),
            )
            for each in sets
        ]
    )


def _sets(facts: Iterable[Fact], script: Script) -> list[RequestsJudged]:
    return [
        fact
        for fact in facts
        if isinstance(fact, RequestsJudged) and is_set(script, fact.request)
    ]


def _beyond(counts: Iterable[tuple[str, int]], total: int = 0) -> frozenset[str]:
    """Name the sets that do not fit below the limit after those before them.

    Args:
        counts: Each set with how many requests it has, in order.
        total: How many are embedded besides.
    """
    out = set()
    for name, count in counts:
        if total + count > EMBEDDED_LIMIT:
            out.add(name)
        else:
            total += count
    return frozenset(out)


def left_in_journal(facts: Iterable[Fact], script: Script) -> Iterator[frozenset[str]]:
    """Give for each fact the digests of its blobs that a pack does not embed."""
    known = tuple(facts)
    sets = _sets(known, script)
    yield from _left(known, script, _left_good(sets), _left_refused(sets))


def may_be_missing(facts: Iterable[Fact], script: Script) -> Iterator[frozenset[str]]:
    """Give for each fact the digests of its blobs that a pack need not embed.

    Beside what is left out now, these are what packs of before left out: there a set
    was left out as a whole where its refused requests were many.
    """
    known = tuple(facts)
    sets = _sets(known, script)
    before = _left_before(sets)
    now = _left(known, script, _left_good(sets), _left_refused(sets))
    for left, also in zip(now, _left(known, script, before, before), strict=True):
        yield left | also


def _left(
    facts: tuple[Fact, ...],
    script: Script,
    out: frozenset[str],
    refused: frozenset[str],
) -> Iterator[frozenset[str]]:
    """Give for each fact the digests of what is left out of it.

    Args:
        facts: The ceremony's facts, in order.
        script: Its script.
        out: The sets whose requests and certificates are left out.
        refused: Those whose refused requests are.
    """
    if not out and not refused:
        # As in nearly every ceremony: nothing is left out of any fact.
        yield from repeat(frozenset(), len(facts))
        return
    batches = {
        str(step.parameters.get("certificate"))
        for step in script.steps
        if str(step.parameters.get("request")) in out
    }
    for fact in facts:
        told = _digests(fact, out, batches)
        if isinstance(fact, RequestsJudged) and fact.request in refused:
            told |= {fact.refused_requests}
        yield frozenset(digest for digest in told if digest is not None)


def _digests(
    fact: Fact, out: frozenset[str], batches: set[str]
) -> frozenset[Digest | None]:
    """Give the requests, serial numbers or certificates that are left out of a fact."""
    if isinstance(fact, RequestsJudged) and fact.request in out:
        return frozenset({fact.accepted})
    if isinstance(fact, Intent) and fact.part is not None and fact.thing in batches:
        return frozenset({fact.part.serials})
    if isinstance(fact, Outcome) and fact.part is not None and fact.thing in batches:
        return frozenset({fact.part.certificates})
    return frozenset()
