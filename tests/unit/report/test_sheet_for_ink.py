"""The sheet that is signed in ink, read back with pdftotext."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from ceremony.digest_words import words
from ceremony.identifiers import Mode
from ceremony.report.face import UnprintableError
from ceremony.report.sheet import SheetPage, render_sheet
from tests.fakes.pdf_text import page_texts

TEXT = "I was present for steps 1.5 to 3.3. I know of no deviation."
PAGE = SheetPage(
    ceremony="KC-2026-014-R1",
    log="paper.example/rehearsal",
    mode=Mode.REHEARSAL,
    title="Root and issuing OCA",
    day="25 November 2026",
    number="P-03",
    turn="sign-out",
    step="6.4",
    name="Di Due",
    role="Key custodian 2",
    meaning="performed",
    text=TEXT,
    size=112,
    root="09d3cbd1" * 8,
)


def told(page: SheetPage) -> str:
    """Give the text of the one page, every run of white space as one space."""
    (text,) = page_texts(render_sheet(page))
    return " ".join(text.split())


def test_a_sheet_says_who_signs_what_in_which_turn() -> None:
    text = told(PAGE)
    for word in (
        "SIGNATURE ON PAPER KC-2026-014-R1",
        "Sheet P-03",
        "REHEARSAL",
        "sign-out in step 6.4",
        "25 November 2026",
        "Di Due Key custodian 2",
        f"“{TEXT}”",
        "PERFORMED",
        "level A0: ink",
        "Page 1 of 1",
    ):
        assert word in text, word


def test_a_sheet_gives_the_digest_of_its_text_and_the_first_eight_words() -> None:
    text = told(PAGE)
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    assert " ".join(digest[at : at + 4] for at in range(0, 64, 4)) in text
    head = text[text.index("Digest of this text") : text.index("Checkpoint of")]
    for word in words(bytes.fromhex(digest))[:8]:
        assert word in head


def test_a_sheet_names_the_checkpoint_by_size_root_and_words() -> None:
    text = told(PAGE)
    there = text[text.index("Checkpoint of the journal") :]
    assert "size 112" in there
    # The PGP words of 09 d3 cb d1, from the published list.
    assert there.count("Algol sociable spheroid scavenger") == 8


def test_a_sheet_has_lines_for_ink_and_says_what_each_is_for() -> None:
    text = told(PAGE)
    assert "signature of Di Due" in text
    assert "date, and time by the signer's own watch" in text
    assert "first person who saw it signed: role initials" in text
    assert "second person who saw it signed: role initials" in text
    assert "until then nothing has happened" in text


def test_a_live_sheet_never_says_rehearsal() -> None:
    text = told(replace(PAGE, mode=Mode.LIVE, log="paper.example"))
    assert "LIVE" in text
    assert "REHEARSAL" not in text


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert render_sheet(PAGE) == render_sheet(PAGE)
    assert render_sheet(PAGE) != render_sheet(replace(PAGE, number="P-04"))


def test_the_longest_statement_still_fits_one_page_with_its_lines() -> None:
    deviations = ", ".join(f"D-{number:02d}" for number in range(1, 100))
    text = f"{TEXT} I know of {deviations}. I do not agree: {'Because. ' * 44}"
    page = replace(PAGE, text=text, name="Maximiliane " * 12, title="Long title " * 12)
    assert "second person who saw it signed" in told(page)


def test_a_sheet_that_cannot_be_printed_is_not_made() -> None:
    with pytest.raises(UnprintableError):
        render_sheet(replace(PAGE, text="I agree \U0001f600."))
