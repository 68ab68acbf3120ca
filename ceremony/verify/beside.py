"""What lies in a pack, and beside each leaf, has its place and its name there.

Part of checks 5 and 12. Whoever takes a pack apart finds every embedded file in one
folder: a certificate that nothing in the record is about would pass for one of its
own, and one that lies under another's name for the other.

Invariants:
    * A name follows from the leaf: the kind of file, what the leaf tells of, and a
      number from 2 where that name is taken by a leaf before; files that belong
      together have one number (``pack.free_name``, which the writer asks too).
    * Whether a file is what its leaf says is not asked here; see ``verify.named`` and
      ``verify.output``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

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
from ceremony.pack.free_name import free_stem
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
    person_file,
)
from ceremony.pki.batch_output import batch_names
from ceremony.pki.output import Kind, file_names
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

_T = TypeVar("_T")

_ANSWERS: Final = "answers.yaml"

_INVENTORY: Final = "inventory-*.json"
_PART: Final = "certificates-*.pem"

_MADE: Final = {
    "key": (("public-key-*.der",),),
    "proof": (("key-proof-*.txt",), ("key-proof-*.sig",)),
    "certificate": (file_names(Kind.CERTIFICATE, "*"),),
    "request": (file_names(Kind.REQUEST, "*"),),
    "crl": (file_names(Kind.LIST, "*"),),
    "part": ((_PART,), batch_names("*")),
    "wrapped": (("wrapped-*.bin",),),
    "public_wrapped": (("public-wrapped-*.bin",),),
}
"""The files of what an outcome tells of, by its attribute: one of each, at most.

Those that belong together stand together. ``*`` is what the leaf tells of; see
:func:`_stem_of`.
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
        kind: The name of its kind, ``*`` for what the leaf tells of.
        stem: What the leaf tells of, as the name has it.
        together: The kinds that lie beside the leaf and have one stem with it; none
            where the name stands as it is, taken or not.
    """

    kind: str
    stem: str
    together: tuple[str, ...] = ()

    def is_for(self, name: str) -> bool:
        """Tell whether a name is of the kind of file that lies here."""
        return _is_of(self.kind, name)

    def name(self, taken: Collection[str]) -> str:
        """Give the name that the file has to have.

        Args:
            taken: The names of the files beside the leaves before.
        """
        kinds = self.together

        def names(stem: str) -> Iterator[str]:
            return (kind.replace("*", stem) for kind in kinds)

        return self.kind.replace("*", free_stem(self.stem, names, taken))


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
        places = list(_places_of(recorded, attested))
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
    people = {person_file(seat.person) for seat in opened.seats}
    profiles = {f"{BLOB}{own.file}" for own in record.state.script.profiles}
    answers = {_ANSWERS} if opened.answers is not None else set()
    return _OPENING | people | profiles | answers


def _places_of(recorded: Recorded, attested: int) -> Iterator[_Place]:
    """Give the places of files that may lie beside a leaf.

    Args:
        recorded: The leaf.
        attested: How many statements were signed up to this leaf.
    """
    match fact := recorded.fact:
        case Attested():
            yield _numbered("attestation-*.dsse.json", f"{attested:04}")
        case CertificateBrought():
            yield _Place("certificate-*.pem", fact.thing)
        case Linted():
            yield _numbered("lint-*.json", f"{fact.subject}-{fact.stage}")
        case RequestsJudged():
            for kind in _of(fact, _JUDGED):
                yield _numbered(kind, fact.request)
        case EarlierFound():
            yield from _places_carried(fact)
        case Outcome():
            yield from _places_made(recorded, fact)
        case _:
            yield from _places_at_device(fact)


def _places_carried(fact: EarlierFound) -> Iterator[_Place]:
    yield _Place("earlier-*.json", f"{fact.seq:04}")
    for kind in (_INVENTORY, *_of(fact.outcome, _CARRIED)):
        yield _Place(kind, fact.thing)


def _places_made(recorded: Recorded, fact: Outcome) -> Iterator[_Place]:
    yield _numbered(_INVENTORY, fact.token)
    named = [blob.name for blob in recorded.event.blobs]
    for kinds in _of(fact, _MADE):
        # A record from before there were all of them has one file alone.
        here = tuple(kind for kind in kinds if any(_is_of(kind, it) for it in named))
        for kind in here:
            yield _Place(kind, _stem_of(fact, kind), here)


def _places_at_device(fact: Fact) -> Iterator[_Place]:
    match fact:
        case Resumed() | TokensChanged() | TokensInspected():
            for each in fact.tokens:
                yield _numbered(_INVENTORY, each.token)
        case Intent(part=PartAsked() as part):
            yield _numbered("serials-*.txt", f"{fact.thing}-{part.number:04}")
        case _:
            pass


def _numbered(kind: str, stem: str) -> _Place:
    """Give the place of a file that is numbered by itself."""
    return _Place(kind, stem, (kind,))


def _is_of(kind: str, name: str) -> bool:
    begin, ending = kind.split("*")
    return (
        len(name) > len(begin) + len(ending)
        and name.startswith(begin)
        and name.endswith(ending)
    )


def _stem_of(fact: Outcome, kind: str) -> str:
    """Say how the name of a file of an outcome has what it tells of."""
    if kind == _PART and fact.part is not None:
        return f"{fact.thing}-{fact.part.number:04}"
    return fact.thing


def _of(fact: Fact, kinds: Mapping[str, tuple[_T, ...]]) -> Iterator[_T]:
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
