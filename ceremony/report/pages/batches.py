"""Requests that were imported and the batches that answer them: counts and digests.

However large a set is, it takes a few lines: the results files name every request and
every certificate.
"""

from __future__ import annotations

from collections.abc import Mapping

from ceremony.engine.facts import Fact, PartMade, RequestsJudged
from ceremony.engine.refusal import reason_words
from ceremony.pack.outputs import named_file
from ceremony.pki.batch_output import BatchOutput
from ceremony.pki.output import Output
from ceremony.pki.response import Response
from ceremony.report.block import digest_lines, named_on_each_page, section
from ceremony.report.book import Book, counted
from ceremony.report.drawing import Line
from ceremony.report.grid import Heading, table
from ceremony.report.pages.outputs import output_pieces
from ceremony.report.piece import Column, Piece, rows
from ceremony.report.style import BODY, SMALL, SMALL_STRONG, WIDTH
from ceremony.report.text import paragraph

_COUNTS = 110.0
_DIGESTS = 220.0


def batches(book: Book, outputs: Mapping[str, Output]) -> tuple[Piece, ...]:
    """Lay out every import and every batch; nothing where there is none.

    Args:
        book: The record.
        outputs: What was issued, by its name in the script.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    judged = [
        recorded.fact
        for recorded in book.record.facts
        if isinstance(recorded.fact, RequestsJudged)
    ]
    if not judged:
        return ()
    pieces = [
        section(
            "Requests from elsewhere",
            "each is judged by the profile it is for",
            anchor="requests",
        ),
        *table(_HEADINGS, [_import_row(book, each) for each in judged]),
    ]
    for each in judged:
        if each.refused:
            pieces += _refused(book, each)
    if book.state.parts:
        pieces += _certificates(book)
        for name in book.state.parts:
            pieces += _output(book, name, outputs.get(name))
    return tuple(pieces)


def _output(book: Book, name: str, output: Output | None) -> tuple[Piece, ...]:
    """Bind a batch by its results file; nothing of one that has no chain."""
    if not isinstance(output, BatchOutput):
        return ()
    where = f"files in the folder {output.stem} beside those that are extracted"
    told = named_on_each_page(book.thing(name), output_pieces(output))
    return (section(book.thing(name), where), *told)


_HEADINGS = (
    Heading("Requests", 0, _COUNTS - 8, SMALL_STRONG),
    Heading("Good and refused", _COUNTS, _DIGESTS - _COUNTS - 8),
    Heading("SHA-256 of the results; of the good requests", _DIGESTS, WIDTH - _DIGESTS),
)


def _import_row(book: Book, judged: RequestsJudged) -> tuple[str | Column, ...]:
    width = WIDTH - _DIGESTS
    accepted = judged.accepted
    return (
        book.thing(judged.request),
        (
            *paragraph(f"{judged.good} good", SMALL, _DIGESTS - _COUNTS - 8),
            *paragraph(f"{judged.refused} refused", SMALL, _DIGESTS - _COUNTS - 8),
            *paragraph(judged.received_at, SMALL, _DIGESTS - _COUNTS - 8),
            *_renewed(book, judged),
        ),
        (
            *digest_lines(judged.results, width),
            *(digest_lines(accepted, width) if accepted is not None else ()),
        ),
    )


def _renewed(book: Book, judged: RequestsJudged) -> tuple[Line, ...]:
    """Name what the requests renew; nothing where they are for new certificates."""
    named = ", ".join(book.thing(name) for name in judged.renews)
    width = _DIGESTS - _COUNTS - 8
    return (
        tuple(paragraph(f"each renews one of {named}", SMALL, width)) if named else ()
    )


def _refused(book: Book, judged: RequestsJudged) -> tuple[Piece, ...]:
    """Tell how often each rule is broken, and name the first refused requests."""
    told = "   ·   ".join(f"{each.rule}: {each.count}" for each in judged.failures)
    lines: list[Line] = list(paragraph(told, BODY, WIDTH))
    for each in judged.first:
        named = f"Request {each.position}, {each.file}: {', '.join(each.rules)}"
        lines += paragraph(named, SMALL, WIDTH)
        for reason in each.reasons:
            lines += paragraph(reason_words(reason), SMALL, WIDTH)
    more = judged.refused - len(judged.first)
    if more > 0:
        lines += paragraph(f"and {more} more, in the results file", SMALL, WIDTH)
    if judged.refused_requests is not None:
        bundle = named_file(
            book.record.facts,
            judged.refused_requests,
            f"refused-{judged.request}.pem",
        )
        is_here = bundle in book.record.files
        where = "judged again by the verifier" if is_here else "in the site's journal"
        kept = f"{bundle}, {where}; SHA-256"
        lines += paragraph(kept, SMALL, WIDTH)
        lines += digest_lines(judged.refused_requests, WIDTH)
    head = f"Refused of {book.thing(judged.request)}"
    name = f"results-{judged.request}.jsonl"
    file = named_file(book.record.facts, judged.results, name)
    return (section(head, file), *named_on_each_page(head, (rows(lines),)))


def _certificates(book: Book) -> tuple[Piece, ...]:
    headings = (
        Heading("Certificates", 0, _COUNTS - 8, SMALL_STRONG),
        Heading("Issued", _COUNTS, _DIGESTS - _COUNTS - 8),
        Heading("SHA-256 of the results", _DIGESTS, WIDTH - _DIGESTS),
    )
    cells = [_batch_row(book, name, parts) for name, parts in book.state.parts.items()]
    pieces = [
        section("Batches of certificates", "issued-*.jsonl names each certificate"),
        *table(headings, cells),
    ]
    if any(_is_left_out(book, recorded.fact) for recorded in book.record.facts):
        told = (
            "Of a set that is too large to be embedded the pack holds the results "
            "files; its requests and certificates stay in the site's journal."
        )
        pieces.append(rows(paragraph(told, SMALL, WIDTH)))
    return tuple(pieces)


def _is_left_out(book: Book, fact: Fact) -> bool:
    """Tell whether a fact is about a set of which neither good nor refused are here."""
    if not isinstance(fact, RequestsJudged):
        return False
    told = {"requests": fact.accepted, "refused": fact.refused_requests}
    names = [f"{kind}-{fact.request}.pem" for kind, it in told.items() if it]
    return bool(names) and not any(name in book.record.files for name in names)


def _paths(book: Book, name: str, width: float) -> tuple[Line, ...]:
    """Tell whether every path of a batch is valid; nothing where that is not told."""
    path = book.state.paths.get(name)
    if path is None:
        return ()
    if path.rule:
        told = f"NOT TO BE USED. {path.rule}: {path.text}"
        return tuple(paragraph(told, SMALL_STRONG, width))
    return tuple(paragraph("each path valid by RFC 5280", SMALL, width))


def _batch_row(
    book: Book, name: str, parts: tuple[PartMade, ...]
) -> tuple[str | Column, ...]:
    count, last = sum(part.count for part in parts), parts[-1]
    width = _DIGESTS - _COUNTS - 8
    answered = last.answered_at or "not all requests are answered"
    response = Response(last.received_at, last.answered_at)
    issued = last.issued
    return (
        book.thing(name),
        (
            *paragraph(counted(count, "certificate"), SMALL, width),
            *paragraph(counted(len(parts), "part"), SMALL, width),
            *paragraph(answered, SMALL, width),
            *(paragraph(response.words, SMALL, width) if last.received_at else ()),
            *_paths(book, name, width),
        ),
        digest_lines(issued, WIDTH - _DIGESTS)
        if issued is not None
        else paragraph("none yet", SMALL, WIDTH - _DIGESTS),
    )
