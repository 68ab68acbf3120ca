"""What is issued, for whoever takes it along: digest in words, QR code, commands."""

from __future__ import annotations

from typing import Final

from ceremony.pki.output import Output
from ceremony.report.block import digest_lines, digest_rows, labelled
from ceremony.report.drawing import Line, space
from ceremony.report.paper.qr import code
from ceremony.report.piece import Column, Piece, rows
from ceremony.report.style import LISTING, SMALL, WIDTH
from ceremony.report.text import one_line, paragraph

_QR: Final = 84.0
_QUIET: Final = 10.0
"""White space beside a QR code: four of its modules."""
_INDENT: Final = 66.0
_TEXT: Final = WIDTH - _QR - _QUIET


def output_pieces(output: Output | None) -> tuple[Piece, ...]:
    """Lay the digests, the QR code and the commands out; nothing for None.

    Raises:
        UnprintableError: Never in practice: all of it is plain ASCII.
    """
    if output is None:
        return ()
    told = paragraph(
        f"SHA-256 of the {output.kind.digested}, in hex and in words:", SMALL, WIDTH
    )
    return (
        rows((*told, *digest_rows(output.digest)), before=6, joined=True),
        Piece((_left(output), _right(output)), before=4, after=6),
    )


def _left(output: Output) -> Column:
    """Give the key's digest and the commands, beside the QR code."""
    lines = [
        *labelled(
            "public key", digest_lines(output.key, _TEXT - _INDENT), _INDENT, _TEXT
        ),
        *labelled("files", output.told_files, _INDENT, _TEXT),
        space(3),
        *paragraph("Each of these commands says OK:", SMALL, _TEXT),
    ]
    for command in output.commands:
        lines += [one_line(line, LISTING) for line in command]
    return tuple(lines)


def _right(output: Output) -> Column:
    """Give the QR code, which says the digest in 64 hex digits."""
    marks = code(output.digest, WIDTH - _QR, _QUIET, _QR)
    named = one_line("SHA-256", SMALL, WIDTH - _QR)
    return (Line(_QUIET + _QR, marks), named)
