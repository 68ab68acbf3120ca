"""A record into the pages of its evidence.

Pure: no clock, no disk but the bundled fonts, no state between calls. The same record
gives the same bytes, so that a verifier can lay the pages out again and compare.

Invariants:
    * Every page says ceremony, mode, record digest and page x of y.
    * Page 1 is one page, whatever the ceremony's size.
    * Nothing that the record says is interpreted: no markup, no link, no picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from ceremony.errors import EvidenceError
from ceremony.journal.checkpoint import read_checkpoint
from ceremony.pack.record import CHECKPOINT, Record
from ceremony.report.book import Book, day
from ceremony.report.compose import Composed, compose
from ceremony.report.edition import EDITION, LAYOUT
from ceremony.report.face import UnprintableError, shown
from ceremony.report.furniture import BOTTOM, TOP, TOP_FIRST, Imprint
from ceremony.report.pages.attested import attested
from ceremony.report.pages.certificates import certificates
from ceremony.report.pages.departures import departures
from ceremony.report.pages.device import device
from ceremony.report.pages.environment import environment
from ceremony.report.pages.files import files
from ceremony.report.pages.front import front
from ceremony.report.pages.pictures import pictures
from ceremony.report.pages.plan import plan
from ceremony.report.pages.run import run
from ceremony.report.paint import Box, paint
from ceremony.report.people import report_fields
from ceremony.report.piece import Piece

PAPERS: Final = {"A4": (595.28, 841.89), "Letter": (612.0, 792.0)}
"""Width and height, points."""

_Kept = dict[str, tuple[Piece, ...]]

_PASSES: Final = 4
_SECTIONS: Final[tuple[tuple[str, Callable[[Book], tuple[Piece, ...]]], ...]] = (
    ("roles and responsibilities", plan),
    ("the three pictures", pictures),
    ("the attestations", attested),
    ("the executed script", run),
    ("keys and devices", device),
    ("the certificates", certificates),
    ("the deviations", departures),
    ("software and binding", environment),
    ("the embedded files", files),
)


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where a signature field of the pack lies.

    Attributes:
        name: ``seal``, ``report-1``, ``report-2``, ``timestamp-1``, ``timestamp-2``.
        page: 0-based index of its page.
        box: Lower left and upper right corner, points; None for an invisible field.
    """

    name: str
    page: int
    box: Box | None


@dataclass(frozen=True, slots=True)
class Layout:
    """The pages of a pack before anything is embedded or signed.

    Attributes:
        pdf: The PDF, bytes.
        fields: Every signature field, in the order in which they are made.
        page_count: Number of pages.
    """

    pdf: bytes
    fields: tuple[FieldPlace, ...]
    page_count: int


def lay_out(record: Record) -> Layout:
    """Lay out the pages of a record.

    Raises:
        EvidenceError: ``REPORT-GLYPH-01``: the record holds a character that cannot
            be printed; ``REPORT-RECORD-01``: it has no final checkpoint;
            ``REPORT-PAPER-01``: its paper is not known.
    """
    size = _paper(record)
    book = _book(record)
    kept: _Kept = {}
    composed = _composed(book, size[1], kept)
    for _ in range(_PASSES):
        if composed.anchors == book.pages:
            break
        book = replace(book, pages=composed.anchors)
        composed = _composed(book, size[1], kept)
    closed = record.state.closed
    edition = closed.edition if closed else EDITION
    spoken = book.words
    imprint = Imprint(
        ceremony=record.ceremony,
        mode=book.mode,
        title=record.opened.title,
        day=day(book.begun),
        edition=f"Evidence pack, {edition} edition, layout {LAYOUT}",
        digest=book.root,
        ends=f"{spoken[0]} {spoken[1]} … {spoken[-2]} {spoken[-1]}",
    )
    drawn = paint(
        composed.pages,
        imprint,
        size,
        title=f"{record.ceremony} {record.opened.title}",
        author=record.log,
    )
    places = (
        FieldPlace("seal", 0, None),
        *(
            FieldPlace(name, *drawn.fields[name])
            for name in report_fields(book).values()
        ),
        FieldPlace("timestamp-1", 0, None),
        FieldPlace("timestamp-2", 0, None),
    )
    return Layout(drawn.pdf, places, len(composed.pages))


def _paper(record: Record) -> tuple[float, float]:
    closed = record.state.closed
    paper = closed.paper if closed else "A4"
    if paper not in PAPERS:
        raise EvidenceError(
            "REPORT-PAPER-01",
            f"The record asks for the paper {paper!r}, which is not known.",
            meaning="Its pages cannot be laid out.",
            remedy="Use a version that knows this paper.",
        )
    return PAPERS[paper]


def _book(record: Record) -> Book:
    raw = record.files.get(CHECKPOINT)
    if raw is None:
        raise EvidenceError(
            "REPORT-RECORD-01",
            "The record has no final checkpoint.",
            meaning="Its pages would carry no record digest.",
            remedy="Sign the final checkpoint before the pack is made.",
        )
    head = read_checkpoint(raw)
    return Book(record, head.root, head.size, {})


class _Asked(Mapping[str, int]):
    """Page numbers that tell whether anybody has looked at them."""

    def __init__(self, pages: Mapping[str, int]) -> None:
        self._pages = pages
        self.was_asked = False

    def __getitem__(self, anchor: str) -> int:
        self.was_asked = True
        return self._pages[anchor]

    def __iter__(self) -> Iterator[str]:
        self.was_asked = True
        return iter(self._pages)

    def __len__(self) -> int:
        self.was_asked = True
        return len(self._pages)


def _composed(book: Book, height: float, kept: _Kept | None = None) -> Composed:
    """Compose page 1, then the rest; anchors become 1-based page numbers.

    Args:
        book: The record, with the page numbers of the pass before.
        height: Of the paper, points.
        kept: Sections in which no page number stands, by name: the same on each pass.
    """
    kept = {} if kept is None else kept
    room = height - TOP_FIRST - BOTTOM
    first = compose(_printed("page 1", lambda: front(book, room)), room)
    pieces: list[Piece] = []
    for name, section in _SECTIONS:
        if name not in kept:
            pages = _Asked(book.pages)
            laid = _printed(name, partial(section, replace(book, pages=pages)))
            pieces += laid
            if not pages.was_asked:
                kept[name] = laid
        else:
            pieces += kept[name]
    rest = compose(pieces, height - TOP - BOTTOM)
    start = len(first.pages) + 1
    anchors = {name: page + start for name, page in rest.anchors.items()}
    return Composed((*first.pages, *rest.pages), anchors)


def _printed(name: str, section: Callable[[], tuple[Piece, ...]]) -> tuple[Piece, ...]:
    """Lay out a section, naming it where it holds what cannot be printed."""
    try:
        return section()
    except UnprintableError as error:
        raise EvidenceError(
            "REPORT-GLYPH-01",
            f"The character {shown(error.character)} in {error.text!r} cannot be "
            f"printed ({name}).",
            meaning="No page is made that would hide it or show it as a black box.",
            remedy="Preserve the record; print it with a version whose fonts have it.",
        ) from error
