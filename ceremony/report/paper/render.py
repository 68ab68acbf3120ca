"""A paper script into its PDF.

Pure: no clock, no disk but the bundled fonts and profiles. The same paper script gives
the same bytes.

Invariants:
    * Every step that is printed stands on it once.
    * Every page has its id, printed and as a QR code, and page x of y, at one place.
"""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.errors import InputError
from ceremony.report.compose import Page, compose
from ceremony.report.face import UnprintableError, shown
from ceremony.report.paint import paint
from ceremony.report.paper.attest import attestations
from ceremony.report.paper.front import front
from ceremony.report.paper.furniture import BOTTOM, TOP, PaperImprint
from ceremony.report.paper.people import participants
from ceremony.report.paper.sheets import custody_sheet, deviation_sheets
from ceremony.report.paper.source import PaperScript
from ceremony.report.paper.step import DEPARTURES, departures, steps
from ceremony.report.sheet import A4


@dataclass(frozen=True, slots=True)
class PaperPages:
    """A finished paper script.

    Attributes:
        pdf: The PDF, bytes.
        page_count: Number of pages.
    """

    pdf: bytes
    page_count: int


def render_paper(paper: PaperScript) -> PaperPages:
    """Lay a paper script out on A4.

    Raises:
        InputError: ``REPORT-GLYPH-02``: it holds a character that cannot be printed.
    """
    try:
        pages = _pages(paper)
        name = paper.takeover.ceremony if paper.takeover else paper.script.id
        drawn = paint(
            pages,
            PaperImprint(paper),
            A4,
            title=f"{name}: {paper.script.title}, to be filled in with a pen",
            author=paper.takeover.log if paper.takeover else paper.script.id,
        )
    except UnprintableError as error:
        raise InputError(
            "REPORT-GLYPH-02",
            f"The character {shown(error.character)} in {error.text!r} cannot be "
            "printed.",
            remedy="Write it with characters that the bundled fonts have.",
        ) from error
    return PaperPages(drawn.pdf, len(pages))


def _pages(paper: PaperScript) -> tuple[Page, ...]:
    """Compose each part by itself; only pages of steps keep room for departures."""
    room = A4[1] - TOP - BOTTOM
    before = compose((*front(paper), *participants(paper)), room)
    acts = compose(steps(paper, room - DEPARTURES), room - DEPARTURES)
    for page in acts.pages:
        page.placed.append((room - DEPARTURES + 6, departures()))
    forms = (*deviation_sheets(), *custody_sheet(), *attestations(paper))
    return (*before.pages, *acts.pages, *compose(forms, room).pages)
