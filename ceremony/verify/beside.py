"""What lies in a pack, and beside each leaf, has its place there.

Part of checks 5 and 12. Whoever takes a pack apart finds every embedded file in one
folder: a certificate that nothing in the record is about would pass for one of its
own.

Invariants:
    * Whether a file is what its leaf says is not asked here; see ``verify.named`` and
      ``verify.output``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ceremony.engine.facts import (
    Attested,
    CertificateBrought,
    EarlierFound,
    Fact,
    Intent,
    Linted,
    Outcome,
    PartAsked,
    RequestsJudged,
    Resumed,
    SignedOnPaper,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.state import Recorded
from ceremony.pack.record import (
    BINDING,
    CHECKPOINT,
    ENVIRONMENT,
    EVENTS,
    EXHIBITS,
    LEAF_HASHES,
    MANIFEST,
    OPENINGS,
    ROOM_POLICY,
    SCRIPT,
    SITE_POLICY,
    TRUST_POLICY,
    VERIFY_TEXT,
    Record,
)
from ceremony.script.own_profile import BLOB
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place

_UNNAMED: Final = frozenset(
    {
        CHECKPOINT,
        EVENTS,
        EXHIBITS,
        LEAF_HASHES,
        MANIFEST,
        OPENINGS,
        VERIFY_TEXT,
    }
)
"""What every pack has and no leaf names; each has a check of its own."""

_NUMBERED: Final = re.compile(r"checkpoint-\d{4,}|proof-.+\.tlog-proof")
"""Earlier checkpoints and proofs: check 5 holds each against the journal's tree."""

_OPENING: Final = frozenset(
    {
        BINDING,
        ENVIRONMENT,
        ROOM_POLICY,
        SCRIPT,
        SITE_POLICY,
        TRUST_POLICY,
        "certificate-evidence-ca.pem",
        "certificate-seal.pem",
    }
)

_ANSWERS: Final = "answers.yaml"

_INVENTORY: Final = "inventory-*.json"
_EARLIER: Final = "earlier-*.json"
_CHAIN: Final = "chain-*.pem"

_MADE: Final = {
    "key": ("public-key-*.der",),
    "proof": ("key-proof-*.txt", "key-proof-*.sig"),
    "certificate": (
        "certificate-*.pem",
        "certificate-*.der",
        "certificate-*.txt",
        _CHAIN,
    ),
    "request": ("request-*.csr", "request-*.pem", "request-*.txt"),
    "crl": ("crl-*.crl", "crl-*.pem", "crl-*.txt", _CHAIN),
    "part": ("certificates-*.pem", "issued-*.jsonl", _CHAIN),
    "wrapped": ("wrapped-*.bin",),
    "public_wrapped": ("public-wrapped-*.bin",),
}
"""The files of what an outcome tells of, by its attribute: one of each, at most."""

_JUDGED: Final = {
    "results": ("results-*.jsonl",),
    "accepted": ("requests-*.pem",),
    "refused_requests": ("refused-*.pem",),
    "single": ("request-*.csr",),
}
"""The same of what became of requests."""

_CARRIED: Final = {
    "key": ("public-key-*.der",),
    "certificate": ("certificate-*.pem",),
    "crl": ("crl-*.crl",),
    "part": ("issued-*.jsonl", "results-*.jsonl", _CHAIN),
    "wrapped": ("wrapped-*.bin",),
    "public_wrapped": ("public-wrapped-*.bin",),
}
"""The same of what an earlier ceremony's outcome tells of."""

_ALONE: Final[Mapping[type[Fact], tuple[str, ...]]] = {
    Attested: ("attestation-*.dsse.json",),
    CertificateBrought: ("certificate-*.pem",),
    Linted: ("lint-*.json",),
    Resumed: (_INVENTORY,),
    TokensChanged: (_INVENTORY,),
    TokensInspected: (_INVENTORY,),
}
"""What lies beside facts that are all alike in it; beside others lies nothing."""

_OF_EACH_TOKEN: Final = (Resumed, TokensChanged, TokensInspected)
"""These tell of any number of tokens, each with its inventory."""


def verify_all_named(record: Record) -> None:
    """Insist that each file is named by a leaf, or is one that every pack has.

    Raises:
        FailedError: ``VERIFY-FILE-05``: one is not.
    """
    named = {blob.name for known in record.facts for blob in known.event.blobs}
    for name in sorted(record.files.keys() - named - _UNNAMED):
        if not _NUMBERED.fullmatch(name):
            raise FailedError(
                "VERIFY-FILE-05",
                f"{name}: no leaf names it, so that nothing in the record is about "
                "it: do not rely on it, and ask for the pack as it was sealed",
            )


def verify_places(record: Record) -> None:
    """Insist that beside each leaf lie files of what it tells of, and of a kind one.

    What lies beside a turn in ink check 9 asks.

    Raises:
        FailedError: ``VERIFY-OUTPUT-03``: a file has no place beside its leaf.
    """
    for recorded in record.facts:
        if isinstance(recorded.fact, SignedOnPaper):
            continue
        left = list(_kinds_of(recorded.fact))
        several = isinstance(recorded.fact, _OF_EACH_TOKEN)
        known = _beside_opening(record) if recorded is record.facts[0] else frozenset()
        for blob in recorded.event.blobs:
            kind = next((each for each in left if _is_of_kind(blob.name, each)), None)
            if kind is None and blob.name not in known:
                raise _misplaced(recorded, blob.name)
            if kind is not None and not several:
                left.remove(kind)


def _beside_opening(record: Record) -> frozenset[str]:
    """Name what may lie beside the opening: its own files, and of each seat one."""
    opened = record.opened
    people = {f"certificate-person-{seat.person}.pem" for seat in opened.seats}
    profiles = {f"{BLOB}{own.file}" for own in record.state.script.profiles}
    answers = {_ANSWERS} if opened.answers is not None else set()
    return _OPENING | people | profiles | answers


def _kinds_of(fact: Fact) -> tuple[str, ...]:
    """Give the kinds of files that may lie beside a fact; ``*`` is any name."""
    kinds = _ALONE.get(type(fact), ())
    match fact:
        case RequestsJudged():
            kinds = tuple(_of(fact, _JUDGED))
        case Intent(part=PartAsked()):
            kinds = ("serials-*.txt",)
        case Outcome():
            kinds = (_INVENTORY, *_of(fact, _MADE))
        case EarlierFound():
            kinds = (_EARLIER, _INVENTORY, *_of(fact.outcome, _CARRIED))
        case _:
            pass
    return kinds


def _of(fact: Fact, kinds: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Give the kinds of files of what a fact tells of, by its attributes."""
    for told, files in kinds.items():
        if getattr(fact, told) is not None:
            yield from files


def _is_of_kind(name: str, kind: str) -> bool:
    begin, ending = kind.split("*")
    return (
        len(name) > len(begin) + len(ending)
        and name.startswith(begin)
        and name.endswith(ending)
    )


def _misplaced(recorded: Recorded, name: str) -> FailedError:
    return FailedError(
        "VERIFY-OUTPUT-03",
        f"{place(recorded)}: {name} has no place beside the leaf, which tells of no "
        "such file or has one of its kind already: do not rely on it",
    )
