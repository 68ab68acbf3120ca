"""Every certificate and revocation list in full text, and every request."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import InputError
from ceremony.pack.outputs import outputs_of
from ceremony.pki.describe import describe_certificate
from ceremony.pki.field_fault import LOAD_FAULTS
from ceremony.pki.output import Output
from ceremony.pki.plain_text import hex_lines
from ceremony.report.block import chapter, digest_lines, named_on_each_page, section
from ceremony.report.book import Book
from ceremony.report.drawing import Line
from ceremony.report.grid import Heading, table
from ceremony.report.pages.batches import batches
from ceremony.report.pages.linted import linted, linted_request
from ceremony.report.pages.listing import kept_fields
from ceremony.report.pages.outputs import output_pieces
from ceremony.report.pages.revocation_lists import revocation_lists
from ceremony.report.piece import Piece, rows
from ceremony.report.style import BODY, SMALL, SMALL_STRONG, WIDTH
from ceremony.report.text import paragraph


def certificates(book: Book) -> tuple[Piece, ...]:
    """Lay out the certificates and revocation lists issued here, and the requests.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    pieces: list[Piece] = [
        chapter(
            "Certificates and requests",
            "the embedded PEM files hold the same bytes",
            anchor="certificates",
            need=380,
        )
    ]
    outputs = outputs_of(book.record.facts, book.record.files)
    for name in book.state.certificates:
        head, *under = _certificate(book, name)
        under += output_pieces(outputs.get(name))
        pieces += (head, *named_on_each_page(book.thing(name), under))
    if not book.state.certificates:
        pieces.append(rows(paragraph("No certificate was issued.", BODY, WIDTH)))
    return (
        *pieces,
        *revocation_lists(book, outputs),
        *_requests(book, outputs),
        *batches(book, outputs),
    )


def _certificate(book: Book, name: str) -> tuple[Piece, ...]:
    file = book.certificate_file(name)
    raw = book.record.files.get(file)
    earlier = book.earlier(name)
    of = f", of ceremony {earlier.ceremony}" if earlier is not None else ""
    if book.script.thing(name).is_brought:
        of = ", another CA's, brought as a file"
    head = section(f"{book.thing(name)}", f"{file}{of}")
    lines: list[Line] = []
    if raw is None:
        lines += paragraph("The file is not part of this record.", BODY, WIDTH)
        return (head, rows(lines))
    try:
        described = _described(x509.load_pem_x509_certificate(raw))
    except LOAD_FAULTS:
        lines += paragraph("The file cannot be read as a certificate.", BODY, WIDTH)
        return (head, rows(lines))
    return (
        head,
        *linted(book, name),
        *(rows(field) for field in kept_fields(described)),
    )


def _described(certificate: x509.Certificate) -> tuple[str, ...]:
    """Give a certificate in full; whole in DER where a field of it cannot be read.

    Another CA's may hold what our tools do not read, and the ceremony has to end in
    pages all the same.
    """
    try:
        return describe_certificate(certificate)
    except InputError:
        der = certificate.public_bytes(Encoding.DER)
        return ("A field of it cannot be read. The certificate, DER:", *hex_lines(der))


def _requests(book: Book, outputs: Mapping[str, Output]) -> tuple[Piece, ...]:
    headings = (
        Heading("Request", 0, 96, SMALL_STRONG),
        Heading("Subject", 96, 150),
        Heading("SHA-256 of the request; of its public key", 246, WIDTH - 246),
    )
    cells = [
        (
            book.thing(name),
            made.subject,
            (
                *digest_lines(made.digest, WIDTH - 246),
                *digest_lines(made.public_key, WIDTH - 246),
            ),
        )
        for name, made in book.state.requests.items()
    ]
    if not cells:
        none = paragraph("No request was made.", SMALL, WIDTH)
        return (section("Requests"), rows(none))
    pieces = [section("Requests", "PKCS #10, DER"), *table(headings, cells)]
    for name in book.state.requests:
        if name in outputs:
            under = (*linted_request(book, name), *output_pieces(outputs[name]))
            pieces.append(section(book.thing(name), "request"))
            pieces += named_on_each_page(book.thing(name), under)
    return tuple(pieces)
