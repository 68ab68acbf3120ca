"""How a step reads once it is done: lines and tables, without layout.

The pages, the window and the terminal draw the same lines, so a person sees one
account of a step wherever they look.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """The sign beside a line; each has its word printed with it."""

    PASS = "pass"  # noqa: S105  a verdict's word, no password
    FAIL = "fail"
    EQUAL = "equal"
    SAME_BYTES = "same bytes"
    WAIVED = "waived"
    REMARK = "remark"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled value.

    Attributes:
        label: Printed light, e.g. ``SHA-256``; may be empty.
        value: Plain text.
        mono: True for identifiers and digests: lower-case hex is grouped by four.
        strong: True for a value to be read before the others.
        mark: The sign before the value, or None.
    """

    label: str
    value: str
    mono: bool = False
    strong: bool = False
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column heads; the last column may be a mark's word.

    Attributes:
        heads: One to five column heads.
        rows: Each as long as ``heads``.
        mono: True where the first column is an identifier.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Words shown and typed, in rows of four.

    Attributes:
        shown: The right words.
        typed: The words as typed; equal length.
    """

    shown: tuple[str, ...]
    typed: tuple[str, ...]


Entry = Line | Table | Words
