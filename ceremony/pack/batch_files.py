"""The files of a batch: what each is called, what is in it, which a pack embeds.

A batch may have 50,000 certificates, and a pack has to be verified within seconds:
up to :data:`EMBEDDED_LIMIT` certificates are embedded and verified one by one. Of a
batch beyond that a pack embeds the results files, which name every request and every
certificate by digest; the other files stay in the site's journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ceremony.engine.batch import is_set
from ceremony.engine.facts import Fact, Intent, Outcome, RequestsJudged
from ceremony.script.model import Script

EMBEDDED_LIMIT: Final = 1_000
"""Requests in all sets of a ceremony whose files are embedded.

All refused ones of a set count where any of them is kept.
"""


def part_name(stem: str, batch: str, number: int) -> str:
    """Give a part's file name without its ending, e.g. ``serials-devices-0003``."""
    return f"{stem}-{batch}-{number:04}"


def earlier_issued_name(batch: str) -> str:
    """Name the results of a batch that an earlier ceremony has issued."""
    return f"issued-earlier-{batch}.jsonl"


def earlier_results_name(batch: str) -> str:
    """Name the results of the requests that such a batch has answered."""
    return f"results-earlier-{batch}.jsonl"


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
    total, out = 0, set()
    for fact in facts:
        if isinstance(fact, RequestsJudged) and is_set(script, fact.request):
            kept = fact.refused if fact.refused_requests is not None else 0
            if total + fact.good + kept > EMBEDDED_LIMIT:
                out.add(fact.request)
            else:
                total += fact.good + kept
    return frozenset(out)


def left_in_journal(facts: Iterable[Fact], script: Script) -> Iterator[frozenset[str]]:
    """Give for each fact the digests of its blobs that a pack does not embed."""
    known = tuple(facts)
    out = left_out(known, script)
    batches = {
        str(step.parameters.get("certificate"))
        for step in script.steps
        if str(step.parameters.get("request")) in out
    }
    for fact in known:
        yield _digests(fact, out, batches)


def _digests(fact: Fact, out: frozenset[str], batches: set[str]) -> frozenset[str]:
    told: set[str | None] = set()
    if isinstance(fact, RequestsJudged) and fact.request in out:
        told = {fact.accepted, fact.refused_requests}
    if isinstance(fact, Intent) and fact.part is not None and fact.thing in batches:
        told = {fact.part.serials}
    if isinstance(fact, Outcome) and fact.part is not None and fact.thing in batches:
        told = {fact.part.certificates}
    return frozenset(digest for digest in told if digest is not None)
