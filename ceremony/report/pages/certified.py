"""The certificates of the tokens' hardware, as the site looked them up."""

from __future__ import annotations

from typing import Final

from ceremony.hardware.certification import Certification
from ceremony.report.block import labelled, section
from ceremony.report.book import Book
from ceremony.report.drawing import Line, rule
from ceremony.report.piece import Column, Piece
from ceremony.report.style import NAME, SMALL, WIDTH
from ceremony.report.text import Run, paragraph

_X: Final = 130.0
_INDENT: Final = 66.0


def certificates_of_tokens(book: Book) -> tuple[Piece, ...]:
    """Lay out each certificate that the opening records of a token; else nothing.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    ends = (rule(0, WIDTH, 0, 0.3),)
    pieces = [
        Piece(
            (
                (Line(3), *paragraph(book.thing(token.name), NAME, _X - 8)),
                (Line(4), *_certificate(record, token.firmware)),
            ),
            after=5,
            ends=ends,
        )
        for token in book.record.opened.tokens
        for record in token.certifications
    ]
    if not pieces:
        return ()
    days = book.record.opened.valid_days
    said = f"as the site looked it up; a look-up counts for {days} days"
    return (section("Certification of the tokens", said), *pieces)


def _certificate(record: Certification, firmware: str) -> Column:
    values = (
        ("standard", f"{record.standard}, level {record.level}"),
        ("certificate", f"{record.certificate}, {record.status}"),
        ("looked up", f"on {record.looked_up_on}, {record.source}"),
        ("certified", f"firmware {', '.join(record.firmware_certified)}"),
        ("reported", f"firmware {record.firmware_reported}, by the maker's tool"),
        (
            "by PKCS#11",
            f"firmware {record.firmware_by_token} then, {firmware} at the opening",
        ),
        (
            "approved mode",
            f"{record.approved_mode}, read by {record.approved_mode_read}",
        ),
    )
    return tuple(
        line
        for label, value in values
        for line in labelled(label, (Run(value, SMALL),), _INDENT, WIDTH - _X, _X)
    )
