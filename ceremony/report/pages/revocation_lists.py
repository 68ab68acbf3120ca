"""Every revocation list in full text, with the command that checks it."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography import x509

from ceremony.errors import InputError
from ceremony.pack.verify_text import crl_command
from ceremony.pki.describe_crl import describe_crl
from ceremony.pki.field_fault import LOAD_FAULTS
from ceremony.pki.output import Output
from ceremony.report.block import named_on_each_page, section
from ceremony.report.book import Book
from ceremony.report.drawing import Line
from ceremony.report.pages.linted import linted_list
from ceremony.report.pages.listing import kept_fields
from ceremony.report.pages.outputs import output_pieces
from ceremony.report.piece import Piece, rows
from ceremony.report.style import BODY, LISTING, WIDTH
from ceremony.report.text import one_line, paragraph


def revocation_lists(book: Book, outputs: Mapping[str, Output]) -> tuple[Piece, ...]:
    """Lay out the revocation lists issued here; nothing where there is none.

    Args:
        book: The record.
        outputs: What was issued, by name, as far as the record has all its files.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    pieces: list[Piece] = []
    for name in book.state.crls:
        head, *under = _revocation_list(book, name)
        under += output_pieces(outputs.get(name))
        pieces += (head, *named_on_each_page(book.thing(name), under))
    return tuple(pieces)


def _revocation_list(book: Book, name: str) -> tuple[Piece, ...]:
    file, command = crl_command(book.record, name)
    raw = book.record.files.get(file)
    head = section(book.thing(name), file)
    lines: list[Line] = []
    if raw is None:
        lines += paragraph("The file is not part of this record.", BODY, WIDTH)
        return (head, rows(lines))
    try:
        described = describe_crl(x509.load_der_x509_crl(raw))
    except (*LOAD_FAULTS, InputError):
        lines += paragraph("The file cannot be read as a revocation list.", BODY, WIDTH)
        return (head, rows(lines))
    lines += paragraph("Checked with:", BODY, WIDTH)
    lines += [one_line(line, LISTING) for line in command]
    return (
        head,
        *linted_list(book, name),
        *(rows(field) for field in kept_fields(described)),
        rows(lines),
    )
