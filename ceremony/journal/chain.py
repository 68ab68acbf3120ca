"""Whether leaves follow from one another: form, order, links, and their hashes.

Written for speed: an auditor's computer goes through every leaf of a journal. The
bytes of some leaves at a time are read into typed structures and written again, both
in compiled code, and have to come out equal. Where they do not, each of them is read by
itself; what that reader cannot judge (texts beyond ASCII, deep nesting, anything
refused) goes through :mod:`ceremony.journal.codec`, which also words the refusal.

Invariants:
    * Exactly the bytes that ``codec`` would write are accepted. Whether a digest, a
      name or a time inside is well formed is for ``codec.decode_event``.
    * An error names the first leaf that does not follow, by its ``seq``.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import GenericAlias
from typing import Annotated, Any, Final, Literal

import msgspec

from ceremony.canonical import INTEGER_LIMIT
from ceremony.errors import EvidenceError
from ceremony.identifiers import CeremonyId, Origin
from ceremony.journal.codec import LEAF_LIMIT, decode_event, nested
from ceremony.journal.event import NO_PREVIOUS

Count = Annotated[int, msgspec.Meta(ge=0, le=INTEGER_LIMIT)]

_FAST_DEPTH: Final = 5
"""How deep the values of ``data`` may nest before the slow reader takes over."""


class ChainError(EvidenceError):
    """A leaf does not follow from the leaves before it.

    Attributes:
        seq: The first such leaf's place in the journal; where the leaf itself cannot
            be read, the place that it stands in.
        why: What is wrong with it, as said of "it".
    """

    def __init__(self, code: str, seq: int, why: str) -> None:
        super().__init__(
            code,
            f"Entry {seq} of the journal {why}.",
            meaning="From this entry on the journal shows nothing.",
            remedy="Stop, preserve the journal as it is and bring another copy.",
        )
        self.seq = seq
        self.why = why


@dataclass(frozen=True, slots=True)
class Chain:
    """What a whole journal's leaves were shown to be.

    Attributes:
        origin: The journal's name; None where it has no leaf.
        hashes: RFC 6962 leaf hashes by ``seq``, 32 bytes each.
        places: For each ceremony the ``seq`` of its leaves, rising.
    """

    origin: Origin | None
    hashes: list[bytes]
    places: Mapping[CeremonyId, array[int]]


@dataclass(frozen=True, slots=True)
class Strand:
    """What one ceremony's leaves were shown to be.

    Attributes:
        origin: The journal's name.
        ceremony: The ceremony.
        hashes: RFC 6962 leaf hash by ``seq``, 32 bytes each, rising by ``seq``.
    """

    origin: Origin
    ceremony: CeremonyId
    hashes: Mapping[int, bytes]


# The members stand in the order of their names, since the writer keeps that order.
class _Actor(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    person: str
    role: str


class _Blob(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    name: str
    sha256: str
    size: Count


class _Step(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    id: str
    presented: str


class _Time(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    boot: str
    mono_us: Count
    wall: str


_LEAF: Final = msgspec.defstruct(
    "_Leaf",
    [
        ("actor", _Actor | msgspec.UnsetType, msgspec.UNSET),
        (
            "blobs",
            Annotated[list[_Blob], msgspec.Meta(min_length=1)] | msgspec.UnsetType,
            msgspec.UNSET,
        ),
        ("ceremony", str),
        ("cseq", Count),
        ("data", GenericAlias(dict, (str, nested(_FAST_DEPTH)))),
        ("log", str),
        ("op", str | msgspec.UnsetType, msgspec.UNSET),
        ("prev", str),
        ("script", str),
        ("seq", Count),
        ("step", _Step | msgspec.UnsetType, msgspec.UNSET),
        ("t", _Time),
        ("type", str),
        ("v", Literal["key-ceremony.event/1"]),
    ],
    forbid_unknown_fields=True,
    kw_only=True,
    gc=False,
)
_READER: Final[Any] = msgspec.json.Decoder(_LEAF)
_WRITER: Final = msgspec.json.Encoder(order="deterministic")
_AT_ONCE: Final = 64
"""Leaves that are read together: few enough that memory they leave is used again."""


def verify_chain(leaves: Iterable[bytes], *, origin: Origin | None = None) -> Chain:
    """Verify a whole journal's leaves, from the first on.

    Args:
        leaves: Each as ``codec.encode_event`` gives it, none to many.
        origin: The journal's name; None accepts any, the same throughout.

    Raises:
        ChainError: ``JOURNAL-LEAF-01`` to ``-05`` as in ``codec.decode_event``;
            ``JOURNAL-CHAIN-01``: ``seq`` is not its place; ``-02``: ``cseq`` does not
            continue its ceremony; ``-03``: ``prev`` is not the hash of the leaf
            before; ``-04``: it belongs to another journal.
    """
    sha256 = hashlib.sha256
    hashes: list[bytes] = []
    places: dict[str, array[int]] = {}
    log: str | None = origin
    prev: str = NO_PREVIOUS
    for seq, (leaf, read) in enumerate(_read_links(leaves)):
        link = read or _read_link(leaf, seq)
        if log is None:
            log = link.log
        own = places.get(link.ceremony)
        if own is None:
            own = places[link.ceremony] = array("Q")
        if (
            link.prev != prev
            or link.seq != seq
            or link.cseq != len(own)
            or link.log != log
        ):
            raise _broken(link, seq, (len(own), prev, log))
        own.append(seq)
        hashed = sha256(b"\x00" + leaf).digest()
        hashes.append(hashed)
        prev = hashed.hex()
    return Chain(
        Origin(log) if log is not None else None,
        hashes,
        {CeremonyId(name): own for name, own in places.items()},
    )


def verify_strand(leaves: Iterable[bytes]) -> Strand:
    """Verify one ceremony's leaves out of a journal, from its first on.

    ``prev`` can be compared only where the leaf before is the ceremony's own; the
    others are for whoever has their hashes.

    Args:
        leaves: Each as ``codec.encode_event`` gives it, at least one.

    Raises:
        ChainError: ``JOURNAL-LEAF-01`` to ``-05`` as in ``codec.decode_event``;
            ``JOURNAL-CHAIN-01``: ``seq`` does not rise; ``-02``: ``cseq`` has a gap;
            ``-03``: ``prev`` is not the hash of the leaf before; ``-04``: it belongs
            to another journal or ceremony.
        ValueError: There is no leaf.
    """
    sha256 = hashlib.sha256
    hashes: dict[int, bytes] = {}
    last, prev = -1, str(NO_PREVIOUS)
    first: Any = None
    for cseq, (leaf, read) in enumerate(_read_links(leaves)):
        link = read or _read_link(leaf, last + 1)
        seq = link.seq
        if first is None:
            first = link
        if link.log != first.log or link.ceremony != first.ceremony:
            raise ChainError(
                "JOURNAL-CHAIN-04", seq, "belongs to another journal or ceremony"
            )
        if seq <= last:
            raise ChainError("JOURNAL-CHAIN-01", seq, f"stands after entry {last}")
        if link.cseq != cseq:
            raise _gap(seq, cseq, link.cseq)
        if seq == last + 1 and link.prev != prev:
            raise _unlinked(seq)
        hashed = sha256(b"\x00" + leaf).digest()
        hashes[seq] = hashed
        last, prev = seq, hashed.hex()
    if first is None:
        raise ValueError("a ceremony has at least one leaf")
    return Strand(Origin(first.log), CeremonyId(first.ceremony), hashes)


def _read_links(leaves: Iterable[bytes]) -> Iterator[tuple[bytes, Any]]:
    """Give each leaf with what links it to others; None where it is to be looked at.

    Some leaves are read together, each as one line, and written again. The same bytes
    come out only where each leaf is a line of its own, and its own canonical bytes:
    what is written has a line feed after each value and none within.
    """
    rest = iter(leaves)
    while some := list(islice(rest, _AT_ONCE)):
        lines = b"\n".join((*some, b""))
        links: list[Any] = [None] * len(some)
        try:
            read = _READER.decode_lines(lines)
            if (
                len(read) == len(some)
                and _WRITER.encode_lines(read) == lines
                and lines.isascii()
                and max(map(len, some)) <= LEAF_LIMIT
            ):
                links = read
        except (msgspec.DecodeError, UnicodeError):
            # One of them is not for this reader; the others are read one by one.
            pass
        yield from zip(some, links, strict=True)


def _read_link(leaf: bytes, seq: int) -> Any:  # noqa: ANN401  _LEAF or an Event
    """Read what links a leaf to others; both readers give the same names."""
    try:
        link = _READER.decode(leaf)
        if _WRITER.encode(link) == leaf and leaf.isascii() and len(leaf) <= LEAF_LIMIT:
            return link
    except (msgspec.DecodeError, UnicodeError):
        # The careful reader below judges it, and words the refusal.
        pass
    try:
        return decode_event(leaf)
    except EvidenceError as error:
        why = str(error).partition(": ")[2].removesuffix(".")
        raise ChainError(error.code, seq, f"is not well formed: {why}") from error


def _broken(link: Any, seq: int, wanted: tuple[int, str, str | None]) -> ChainError:  # noqa: ANN401  see _read_link
    """Say which link is broken, the plainest first."""
    cseq, prev, log = wanted
    if link.seq != seq:
        return ChainError("JOURNAL-CHAIN-01", seq, f"calls itself {link.seq}")
    if link.prev != prev:
        return _unlinked(seq)
    if link.cseq != cseq:
        return _gap(seq, cseq, link.cseq)
    return ChainError("JOURNAL-CHAIN-04", seq, f"belongs to {link.log}, not to {log}")


def _unlinked(seq: int) -> ChainError:
    return ChainError(
        "JOURNAL-CHAIN-03", seq, f"does not follow from entry {seq - 1} as it stands"
    )


def _gap(seq: int, wanted: int, told: int) -> ChainError:
    return ChainError(
        "JOURNAL-CHAIN-02",
        seq,
        f"is number {told} of its ceremony where number {wanted} is expected",
    )
