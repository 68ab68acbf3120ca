"""What lies in a pack, and beside each leaf, has its place and its name there.

Part of checks 5 and 12. Whoever takes a pack apart finds every embedded file in one
folder: a certificate that nothing in the record is about would pass for one of its
own, and one that lies under another's name for the other.

Invariants:
    * A name follows from the leaf: the kind of file, what the leaf tells of, and a
      number from 2 where that name is taken by a leaf before.
    * Whether a file is what its leaf says is not asked here; see ``verify.named`` and
      ``verify.output``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
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
_CHAIN: Final = "chain-*.pem"
_PART: Final = "certificates-*.pem"

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
    "part": (_PART, "issued-*.jsonl", _CHAIN),
    "wrapped": ("wrapped-*.bin",),
    "public_wrapped": ("public-wrapped-*.bin",),
}
"""The files of what an outcome tells of, by its attribute: one of each, at most.

``*`` is what the leaf tells of; see :func:`_stem_of`.
"""

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
    "crl": ("crl-earlier-*.crl",),
    "part": (
        "issued-earlier-*.jsonl",
        "results-earlier-*.jsonl",
        "chain-earlier-*.pem",
    ),
    "wrapped": ("wrapped-*.bin",),
    "public_wrapped": ("public-wrapped-*.bin",),
}
"""The same of what an earlier ceremony's outcome tells of."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one file may lie beside a leaf.

    Attributes:
        begin: How the name of its kind begins; likewise ``ending``.
        stem: What the leaf tells of, as the name has it.
        is_fixed: Whether the name stands as it is, taken or not.
    """

    begin: str
    ending: str
    stem: str
    is_fixed: bool = False

    def is_for(self, name: str) -> bool:
        """Tell whether a name is of the kind of file that lies here."""
        return (
            len(name) > len(self.begin) + len(self.ending)
            and name.startswith(self.begin)
            and name.endswith(self.ending)
        )

    def name(self, taken: Collection[str]) -> str:
        """Give the name that the file has to have.

        Args:
            taken: The names of the files beside the leaves before.
        """
        first = f"{self.begin}{self.stem}{self.ending}"
        if self.is_fixed or first not in taken:
            return first
        names = (
            f"{self.begin}{self.stem}-{number}{self.ending}" for number in count(2)
        )
        return next(name for name in names if name not in taken)


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
    """Insist that beside each leaf lie files of what it tells of, each by its name.

    What lies beside a turn in ink check 9 asks.

    Raises:
        FailedError: ``VERIFY-OUTPUT-03``: a file has no place beside its leaf;
            ``-04``: it lies there by another name than what it is gives it.
    """
    taken: dict[str, _Place | None] = {}
    attested = 0
    for recorded in record.facts:
        attested += isinstance(recorded.fact, Attested)
        known = _beside_opening(record) if recorded is record.facts[0] else frozenset()
        if isinstance(recorded.fact, SignedOnPaper):
            continue
        places = list(_places_of(recorded.fact, attested))
        taken |= _verify_beside(recorded, known, places, taken)


def _verify_beside(
    recorded: Recorded,
    known: frozenset[str],
    places: list[_Place],
    taken: Mapping[str, _Place | None],
) -> dict[str, _Place | None]:
    """Give each file beside a leaf the place that has its name; one place takes one.

    What two leaves tell of at once, as of one look into a token, is one file.

    Args:
        recorded: The leaf.
        known: What lies beside the opening by a name of its own.
        places: Where the other files may lie.
        taken: The names of the files beside the leaves before, with their places.
    """
    left = {each.name(taken): each for each in places}
    given: dict[str, _Place | None] = {}
    for blob in recorded.event.blobs:
        name = blob.name
        before = taken.get(name)
        again = next((it for it, each in left.items() if each == before), name)
        found = left.pop(again, None)
        if found is None and name not in known:
            raise _without_place(recorded, name, left)
        given[name] = found
    return given


def _beside_opening(record: Record) -> frozenset[str]:
    """Name what may lie beside the opening: its own files, and of each seat one."""
    opened = record.opened
    people = {f"certificate-person-{seat.person}.pem" for seat in opened.seats}
    profiles = {f"{BLOB}{own.file}" for own in record.state.script.profiles}
    answers = {_ANSWERS} if opened.answers is not None else set()
    return _OPENING | people | profiles | answers


def _places_of(fact: Fact, attested: int) -> Iterator[_Place]:
    """Give the places of files that may lie beside a fact.

    Args:
        fact: What the leaf tells.
        attested: How many statements were signed up to this leaf.
    """
    match fact:
        case Attested():
            yield _place("attestation-*.dsse.json", f"{attested:04}")
        case CertificateBrought():
            yield _place("certificate-*.pem", fact.thing, is_fixed=True)
        case Linted():
            yield _place("lint-*.json", f"{fact.subject}-{fact.stage}")
        case RequestsJudged():
            for kind in _of(fact, _JUDGED):
                yield _place(kind, fact.request)
        case EarlierFound():
            yield from _places_carried(fact)
        case _:
            yield from _places_at_device(fact)


def _places_carried(fact: EarlierFound) -> Iterator[_Place]:
    yield _place("earlier-*.json", f"{fact.seq:04}", is_fixed=True)
    for kind in (_INVENTORY, *_of(fact.outcome, _CARRIED)):
        yield _place(kind, fact.thing, is_fixed=True)


def _places_at_device(fact: Fact) -> Iterator[_Place]:
    match fact:
        case Resumed() | TokensChanged() | TokensInspected():
            for each in fact.tokens:
                yield _place(_INVENTORY, each.token)
        case Intent(part=PartAsked() as part):
            yield _place("serials-*.txt", f"{fact.thing}-{part.number:04}")
        case Outcome():
            yield _place(_INVENTORY, fact.token)
            for kind in _of(fact, _MADE):
                yield _place(kind, _stem_of(fact, kind))
        case _:
            pass


def _place(kind: str, stem: str, *, is_fixed: bool = False) -> _Place:
    begin, ending = kind.split("*")
    return _Place(begin, ending, stem, is_fixed)


def _stem_of(fact: Outcome, kind: str) -> str:
    """Say how the name of a file of an outcome has what it tells of."""
    if kind == _PART and fact.part is not None:
        return f"{fact.thing}-{fact.part.number:04}"
    return fact.thing


def _of(fact: Fact, kinds: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Give the kinds of files of what a fact tells of, by its attributes."""
    for told, files in kinds.items():
        if getattr(fact, told) is not None:
            yield from files


def _without_place(
    recorded: Recorded, name: str, left: Mapping[str, _Place]
) -> FailedError:
    """Say that a file lies beside its leaf by another's name, or is none of its."""
    wanted = [other for other, each in left.items() if each.is_for(name)]
    if wanted:
        return _misnamed(recorded, name, wanted)
    return FailedError(
        "VERIFY-OUTPUT-03",
        f"{place(recorded)}: {name} has no place beside the leaf, which tells of no "
        "such file or has one of its kind already: do not rely on it",
    )


def _misnamed(recorded: Recorded, name: str, wanted: list[str]) -> FailedError:
    return FailedError(
        "VERIFY-OUTPUT-04",
        f"{place(recorded)}: {name} lies beside the leaf, and what the leaf tells of "
        f"is called {' or '.join(wanted)}: do not take it for what its name says",
    )
