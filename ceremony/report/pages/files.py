"""The embedded files by digest, how to check them, and what was verified."""

from __future__ import annotations

import hashlib
from typing import Final

from ceremony.engine.facts import CheckResult
from ceremony.engine.transcript import Mark as Sign
from ceremony.pack.record import CHECKPOINT, EVENTS, MANIFEST, VERIFY_TEXT
from ceremony.report.block import chapter, digest_lines, labelled, section
from ceremony.report.book import Book, counted
from ceremony.report.drawing import Line, space
from ceremony.report.expected import expected
from ceremony.report.grid import Cell, Heading, table
from ceremony.report.pages.plan import standing
from ceremony.report.piece import Piece, rows
from ceremony.report.style import (
    BODY,
    LISTING,
    VALUE_SMALL,
    WIDTH,
)
from ceremony.report.text import Run, paragraph, wrapped

_UNLISTED: Final = frozenset({MANIFEST, VERIFY_TEXT})
"""Made from the others, so that they cannot list themselves here."""

_TITLES: Final = {
    "1": "size and shape",
    "2": "manifest",
    "3": "strict reading, canonical bytes",
    "4": "order of the leaves",
    "5": "leaf hashes and root",
    "6": "checkpoint signed by the log key",
    "7": "cosignatures and quorum",
    "8": "consistency with remembered checkpoints",
    "9": "attestations",
    "10": "script, steps and initials",
    "11": "device operations, inventory, attributes",
    "12": "certificates and requests",
    "13a": "document: seal and signatures",
    "13b": "the journal's record of the sealed digest",
    "14": "pages laid out again",
    "15": "times",
    "16": "mode",
}


def files(book: Book) -> tuple[Piece, ...]:
    """Lay out the embedded files, the method, and the verification at sealing.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    return (
        chapter(
            "Embedded files, and how to check without this tool",
            counted(len(book.record.files), "file"),
            anchor="files",
            need=240,
        ),
        section("Files"),
        *_listing(book),
        *_method(),
        *_expected(book),
        *_checks(book),
        *standing(book),
    )


def _listing(book: Book) -> tuple[Piece, ...]:
    headings = (
        Heading("File", 0, 155, VALUE_SMALL),
        Heading("SHA-256", 155, WIDTH - 155, VALUE_SMALL),
    )
    cells: list[tuple[Cell, ...]] = [
        (
            name,
            digest_lines(hashlib.sha256(raw).hexdigest(), WIDTH - 155),
        )
        for name, raw in sorted(book.record.files.items())
        if name not in _UNLISTED
    ]
    return table(headings, cells, gap=0.9)


def _method() -> tuple[Piece, ...]:
    text = (
        f"{MANIFEST} lists these digests again; {VERIFY_TEXT} holds every command in "
        "full, with what each must answer. In short:"
    )
    commands = (
        ("take the files out", "pdfdetach -saveall PACK.pdf"),
        ("compare the digests", f"sha256sum -c {MANIFEST}"),
        (
            "a leaf's hash",
            "(printf '\\0'; printf %s \"$LEAF\") | openssl dgst -sha256",
        ),
        (
            "a statement",
            "openssl dgst -sha256 -verify KEY.pem -signature SIG PAE",
        ),
        (
            "the log key's line",
            "openssl pkeyutl -verify -rawin -pubin -inkey LOG -sigfile SIG -in BODY",
        ),
        (
            "the certificates",
            "openssl verify -CAfile certificate-ROOT.pem certificate-ISSUING.pem",
        ),
    )
    lines: list[Line] = [*paragraph(text, BODY, WIDTH), space(4)]
    for label, command in commands:
        lines += labelled(label, (Run(command, LISTING),), 104, WIDTH)
    lines += [
        space(4),
        *wrapped(
            (
                Run(
                    f"Each line of {EVENTS} is one leaf; its RFC 6962 hash and those "
                    f"in leaf-hashes.txt make the root in {CHECKPOINT}, which is the "
                    "record digest at the foot of every page.",
                    BODY,
                ),
            ),
            WIDTH,
        ),
    ]
    return (
        section(
            "With openssl and sha256sum alone",
            anchor="method",
            outline="How to check",
        ),
        rows(lines),
    )


def _expected(book: Book) -> tuple[Piece, ...]:
    headings = (
        Heading("Item", 0, 280),
        Heading("From", 280, 130),
        Heading("By", 410, WIDTH - 410, flush_right=True),
    )
    cells = [(item.what, item.owners, item.due) for item in expected(book)]
    if not cells:
        return ()
    return (section("Expected later"), *table(headings, cells))


def _checks(book: Book) -> tuple[Piece, ...]:
    verified = book.state.verified
    head = section(
        "Verification at sealing",
        "numbers as in the verifier; the document is checked by whoever reads it",
        anchor="checks",
        outline="Verification at sealing",
    )
    if verified is None:
        return (head, rows(paragraph(_unchecked(book), BODY, WIDTH)))
    headings = (
        Heading("No.", 0, 34),
        Heading("Check", 34, 270),
        Heading("Result", 304, WIDTH - 304),
    )
    cells = [_check(check) for check in verified.checks]
    remarks = verified.remarks or ("No remark.",)
    lines = [
        line
        for number, remark in enumerate(remarks)
        for line in labelled("remarks" if number == 0 else "", remark, 46, WIDTH)
    ]
    subject = (
        f"{verified.record}: the record up to event {verified.head.size - 1}, "
        f"checkpoint {verified.head.size}."
    )
    return (
        head,
        rows((*paragraph(subject, BODY, WIDTH), space(3)), joined=True),
        *table(headings, cells, gap=1.2),
        rows(lines, before=6),
    )


def _unchecked(book: Book) -> str:
    told = "The record was not checked before these pages were laid out."
    if book.state.closing is None:
        told += (
            " The ceremony ended before its closing checkpoint, which the quorum "
            "cosigns. Without one a verifier answers CANNOT TELL, whatever its other "
            "checks find; each of them stands in its table."
        )
    return told


def _check(check: CheckResult) -> tuple[Cell, ...]:
    sign = {"passed": Sign.PASS, "failed": Sign.FAIL}.get(check.status)
    return (check.number, _TITLES.get(check.number, ""), sign or check.status)
