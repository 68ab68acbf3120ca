"""Check 14: the pages are those that the journal gives when it is laid out again.

What a reader sees is compared with what is verified: contents, fonts, pictures and
page size, decoded, page by page. How a file is written (filters, object numbers) and
the signature fields on a page are for check 13a. ``VERIFY.txt`` is compared too: it
is read by whoever checks without this tool.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final, TypeVar

import pikepdf

from ceremony.pack.record import VERIFY_TEXT, Record
from ceremony.pack.verify_text import render_verify_text
from ceremony.report.edition import LAYOUT
from ceremony.report.layout import Layout, lay_out
from ceremony.verify.check import (
    Check,
    FailedError,
    UncheckedError,
    check_passed,
    make_check,
)
from ceremony.verify.graph import ENCODING_KEYS, Comparison, find_difference
from ceremony.verify.limits import PDF_FAULTS, decode_stream, fault_of, open_strictly
from ceremony.verify.metadata import verify_metadata
from ceremony.verify.signature import read_fields

_COMPARED: Final = ("/MediaBox", "/Contents", "/Resources", "/Rotate", "/UserUnit")

_Made = TypeVar("_Made", bytes, Layout)

_NOT_DRAWN: Final = frozenset(
    {"/Annots", "/Parent", "/Type", "/Trans", "/Tabs", "/StructParents"}
)


def check_pages(pdf: bytes, record: Record) -> Check:
    """Lay the record out again and compare page by page.

    Args:
        pdf: The pack's bytes.
        record: The embedded record.
    """
    return make_check("14", lambda: _check(pdf, record))


def _check(pdf: bytes, record: Record) -> Check:
    closed = record.state.closed
    if closed is not None and closed.layout != LAYOUT:
        raise UncheckedError(
            f"The pages are of layout {closed.layout}; this version lays out {LAYOUT}. "
            "Rely on the embedded files, and not on what the pages say."
        )
    if record.files.get(VERIFY_TEXT) != _made_again(render_verify_text, record):
        raise FailedError(
            "VERIFY-PAGE-04", f"{VERIFY_TEXT} is not the text that the journal gives"
        )
    again = _made_again(lay_out, record)
    try:
        with (
            open_strictly(pdf) as found,
            pikepdf.open(BytesIO(again.pdf)) as wanted,
        ):
            _verify_pages(found, wanted, again)
    except PDF_FAULTS as error:
        raise FailedError(
            "VERIFY-PAGE-01", f"it cannot be read: {fault_of(error)}"
        ) from error
    return check_passed(
        "14",
        f"{again.page_count} pages are the ones that the journal gives.",
        compared=("the pack's pages", "the pages laid out again"),
    )


def _made_again(make: Callable[[Record], _Made], record: Record) -> _Made:
    """Make a text or pages from the record.

    It names this version's layout: whoever sealed it had none from such a record.
    """
    try:
        return make(record)
    except (MemoryError, RecursionError):
        # A limit of this process, which whoever runs it tells as such.
        raise
    except Exception as error:
        # Pages read every part of a record that a stranger wrote.
        raise FailedError(
            "VERIFY-PAGE-06", f"the record cannot be laid out: {fault_of(error)}"
        ) from error


def _verify_pages(found: pikepdf.Pdf, wanted: pikepdf.Pdf, again: Layout) -> None:
    if len(found.pages) != len(wanted.pages):
        raise FailedError(
            "VERIFY-PAGE-01",
            f"it has {len(found.pages)} pages, and the journal gives "
            f"{len(wanted.pages)}",
        )
    comparison = Comparison(read=decode_stream, encoding=ENCODING_KEYS)
    for number, (page, other) in enumerate(
        zip(found.pages, wanted.pages, strict=True), start=1
    ):
        _verify_page(number, page, other, comparison)
    _verify_fields(found, again)
    verify_metadata(found, wanted)


def _verify_page(
    number: int,
    page: Any,  # noqa: ANN401  a PDF page
    other: Any,  # noqa: ANN401  a PDF page
    comparison: Comparison,
) -> None:
    unknown = set(page.obj.keys()) - _NOT_DRAWN - set(_COMPARED)
    if unknown:
        raise FailedError("VERIFY-PAGE-02", f"page {number}: it has {min(unknown)}")
    for key in _COMPARED:
        one, wanted = page.obj.get(key), other.obj.get(key)
        if (one is None) != (wanted is None):
            raise FailedError("VERIFY-PAGE-02", f"page {number}: {key} differs")
        difference = find_difference(one, wanted, comparison, f"page {number} {key}")
        if difference:
            raise FailedError(
                "VERIFY-PAGE-02", f"{difference} is not what the journal gives"
            )


def _verify_fields(found: pikepdf.Pdf, again: Layout) -> None:
    """Insist that nothing but the layout's signature fields stands on the pages."""
    wanted = {place.name: place for place in again.fields}
    # Each is taken once, so that nothing can pass for a field by its name alone.
    fields = {field.objgen: name for name, field in read_fields(found).items()}
    for number, page in enumerate(found.pages, start=1):
        for annotation in page.obj.get("/Annots", []):
            name = fields.pop(annotation.objgen, "")
            place = wanted.get(name)
            box = tuple(round(float(edge)) for edge in annotation["/Rect"])
            right = (
                tuple(round(edge) for edge in place.box)
                if (place is not None and place.box is not None)
                else (0, 0, 0, 0)
            )
            if place is None or place.page != number - 1 or box != right:
                raise FailedError(
                    "VERIFY-PAGE-03",
                    f"page {number}: {name or 'something'} lies on it, and the journal "
                    "gives no such field there",
                )
    if fields:
        raise FailedError("VERIFY-PAGE-03", f"{min(fields.values())} is on no page")
