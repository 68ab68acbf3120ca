"""On what it ran: software, modules, binding, policies, by digest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ceremony import canonical
from ceremony.canonical import CanonicalError, Json
from ceremony.hexadecimal import grouped, is_hex
from ceremony.pack.record import BINDING, ENVIRONMENT
from ceremony.report.block import chapter, digest_lines, labelled, section
from ceremony.report.book import Book
from ceremony.report.drawing import Line
from ceremony.report.piece import Column, Piece, rows
from ceremony.report.style import BODY, SMALL, VALUE, WIDTH
from ceremony.report.text import TIED, Run, is_digest, paragraph
from ceremony.report.verdict import played, played_line

_INDENT: Final = 132.0
_OWN_WORDS: Final = (
    "Of each token that scripts name the opening tells serial, label and module, and "
    "of each person the token's serial and the certificate. Whatever else stands here, "
    "such as places, paths and purposes, is the site's own word."
)
DIGITS: Final = 16
"""Hexadecimal of this length or more is set as an identifier."""


def environment(book: Book) -> tuple[Piece, ...]:
    """Lay out tool, policies, environment and site binding.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    opened = book.record.opened
    standing: tuple[tuple[str, str], ...] = (
        ("tool version", opened.tool_version),
        ("tool files", opened.tool_digest),
        ("journal", book.record.log),
        ("log key", opened.log_key),
        ("pack seal's certificate", opened.seal_certificate),
        ("certificate above people's", opened.evidence_ca),
        ("script", book.record.script_digest),
        ("site binding", opened.binding),
        ("site policy", opened.site_policy),
        ("room policy", opened.room_policy),
        ("trust policy", opened.trust_policy),
        ("environment", opened.environment),
        ("recorded answers", _played(book)),
        ("answers file", opened.answers or "none is part of this record"),
        (
            "checkpoint before",
            f"{opened.previous.size} leaves, root {grouped(opened.previous.root)}"
            if opened.previous
            else "none: the journal began with this ceremony",
        ),
    )
    lines = [line for label, value in standing for line in _row(label, value)]
    return (
        chapter(
            "Software, binding and policies",
            "SHA-256 of each, as the first event of the ceremony has it",
            anchor="environment",
            need=240,
        ),
        section("Digests"),
        rows(lines),
        section("Environment", ENVIRONMENT),
        rows(_json(book, ENVIRONMENT)),
        section("Site binding", f"{BINDING}; it holds no secret"),
        rows((*paragraph(_OWN_WORDS, SMALL, WIDTH), *_json(book, BINDING))),
    )


def _played(book: Book) -> str:
    return f"{played_line(book)}{'' if played(book) else ': people typed'}"


def _row(label: str, value: str) -> Column:
    if is_digest(value):
        shown = digest_lines(value, WIDTH - _INDENT)
        return labelled(label, shown, _INDENT, WIDTH)
    return labelled(label, (Run(value, SMALL),), _INDENT, WIDTH)


def _json(book: Book, name: str) -> Column:
    raw = book.record.files.get(name)
    if raw is None:
        return paragraph("The file is not part of this record.", BODY, WIDTH)
    try:
        value = canonical.decode(raw)
    except CanonicalError:
        return paragraph("The file cannot be read.", BODY, WIDTH)
    lines: list[Line] = []
    for path, text in _flat(value, ""):
        label = path or "value"
        style = (
            VALUE if "/" in text or (len(text) >= DIGITS and is_hex(text)) else SMALL
        )
        if is_digest(text):
            lines += labelled(
                label, digest_lines(text, WIDTH - _INDENT), _INDENT, WIDTH
            )
        else:
            shown = text.replace("\r", "").rstrip("\n")
            lines += labelled(label, (Run(shown, style),), _INDENT, WIDTH)
    return tuple(lines)


def _flat(value: Json, path: str) -> Iterator[tuple[str, str]]:
    """Give every plain value with the names that lead to it; one row per list item."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from _flat(inner, f"{path}, {name}" if path else name)
        case list():
            for number, inner in enumerate(value, start=1):
                parts = [
                    f"{name}{TIED}{text}" if name else text
                    for name, text in _flat(inner, "")
                ]
                yield f"{path} {number}", "   ".join(parts)
        case bool():
            yield path, "yes" if value else "no"
        case _:
            yield path, str(value)
