"""The text of a PDF as another program reads it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.fakes.outside_tool import run_tool


def page_texts(pdf: bytes) -> tuple[str, ...]:
    """Give each page's text in reading order, by pdftotext."""
    return tuple(text_of(pdf).split("\f")[:-1])


def text_of(pdf: bytes, *more: str) -> str:
    """Give the whole text, pages ended by a form feed, by pdftotext."""
    options = more or ("-layout",)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pages.pdf").write_bytes(pdf)
        done = run_tool(("pdftotext", *options, "pages.pdf", "-"), Path(folder))
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()
