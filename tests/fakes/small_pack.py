"""Packs with blank pages, made in this process: for tests that need no layout.

``blank_pages`` gives pages without any text, and ``sealed_pack`` puts the files of a
record on them and seals the result with software keys. Real packs come from
``ceremony.evidence.seal``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

import pikepdf

from ceremony.evidence.assemble import assemble
from ceremony.evidence.signing import Field, Signatory, seal_document

AT: Final = datetime(2026, 11, 25, 10, 0, 0, 123456, tzinfo=UTC)

FIELDS: Final = (
    Field("seal"),
    Field("report-1", 1, (72, 100, 272, 150)),
    Field("timestamp-1"),
    Field("timestamp-2"),
)


def blank_pages(count: int = 2) -> bytes:
    document = pikepdf.new()
    for _ in range(count):
        document.add_blank_page(page_size=(595, 842))
    written = BytesIO()
    document.save(written, deterministic_id=True)
    return written.getvalue()


def sealed_pack(files: Mapping[str, bytes], signatory: Signatory) -> bytes:
    unsigned = assemble(blank_pages(), files, at=AT)
    return seal_document(unsigned, FIELDS, signatory, signed_at=AT)
