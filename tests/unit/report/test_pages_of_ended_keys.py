"""The pages say of a secret key, as of a pair, how it ended and that it is gone."""

from __future__ import annotations

import pytest

from ceremony.pack.record import read_record
from ceremony.report.layout import lay_out
from tests.fakes.forgery import Forgery
from tests.fakes.pdf_text import text_of
from tests.fakes.zeroise import build_zeroise

PAIR = b"title: Second key, token: root-hsm, algorithm: P-256}"
SECRET = (
    b"title: Second key, token: root-hsm, algorithm: AES-256, use: wrap, "
    b"check-value: cmac}"
)


def _second_is_secret(script: bytes) -> bytes:
    """Let the second key be a secret one, with a check value, and one object."""
    assert PAIR in script
    lines = script.replace(PAIR, SECRET).split(b"\n")
    for at, line in enumerate(lines):
        if b'"2.12"' in line:
            lines[at] = (
                b'      - {id: "2.12", verb: key.check-value, text: It is found., '
                b"by: administrator, initials: [internal-witness], "
                b"with: {key: second-key}}"
            )
        if b'"2.13"' in line:
            lines[at] = line.replace(b"expect-objects: 2", b"expect-objects: 1")
    return b"\n".join(lines)


@pytest.fixture(scope="module")
def pages() -> list[str]:
    built = build_zeroise(Forgery(script=_second_is_secret))
    told = text_of(lay_out(read_record(built.files)).pdf).split("\f")
    return [" ".join(page.split()) for page in told]


def test_the_sheet_of_a_secret_key_says_how_it_ended(pages: list[str]) -> None:
    (sheet,) = [page for page in pages if "AES-256, a secret key" in page]
    told = sheet[sheet.index("AES-256, a secret key") :]
    assert "with its token, which was zeroised by hand in step 2.14" in told


def test_page_1_counts_a_secret_key_among_those_that_were_destroyed(
    pages: list[str],
) -> None:
    assert "The First key and the Second key were destroyed in the end." in pages[0]
