"""Every text stays inside the type area and clear of its neighbour on the line."""

from __future__ import annotations

import base64
from dataclasses import replace
from itertools import pairwise

import pytest

from ceremony.digest_words import words
from ceremony.engine import facts
from ceremony.engine.transcript import Words
from ceremony.identifiers import Digest
from ceremony.pack.record import Record, read_record
from ceremony.report.drawing import Glyphs
from ceremony.report.furniture import Imprint, foot
from ceremony.report.layout import PAPERS, _book, _composed
from ceremony.report.pages.entries import entry_lines
from ceremony.report.style import WIDTH
from tests.fakes.paper_record import paper_record
from tests.fakes.paper_script import Paper
from tests.fakes.record_builder import build_record

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""


def _longest() -> Digest:
    """Give the digest whose words are the longest of the published list."""
    even = max(range(256), key=lambda byte: len(words(bytes([byte]))[0]))
    odd = max(range(256), key=lambda byte: len(words(bytes([0, byte]))[1]))
    return Digest(bytes([even, odd] * 16).hex())


def _wordy(paper: Paper) -> Record:
    """Give a record whose digests all have the longest words."""
    long = _longest()

    def change(fact: facts.Fact) -> facts.Fact:
        if isinstance(fact, facts.Attested):
            return replace(fact, statement=long)
        if isinstance(fact, facts.Outcome) and fact.key is not None:
            return replace(fact, key=replace(fact.key, public_key=long))
        return fact

    record = paper_record(replace(paper, change=change))
    note = record.files["checkpoint"].splitlines(keepends=True)
    raw = bytes.fromhex(long)
    # The third line of a checkpoint is its root in base64 (C2SP tlog-checkpoint).
    note[2] = base64.b64encode(raw) + b"\n"
    return replace(record, files={**record.files, "checkpoint": b"".join(note)})


@pytest.mark.parametrize("paper", sorted(PAPERS))
@pytest.mark.parametrize("kind", ["wordy", "many", "signed"])
def test_no_text_leaves_the_type_area(kind: str, paper: str) -> None:
    long = "Bartholomew-Featherstonehaugh Konstantopoulou"
    record = {
        "wordy": lambda: _wordy(Paper(paper=paper)),
        "many": lambda: paper_record(
            Paper(people=14, keys=7, deviations=6, paper=paper, names=(long,) * 14)
        ),
        "signed": lambda: read_record(build_record().files),
    }[kind]()
    composed = _composed(_book(record), PAPERS[paper][1])
    for number, page in enumerate(composed.pages):
        for _, line in page.placed:
            for mark in line.marks:
                if isinstance(mark, Glyphs) and mark.x >= 0:
                    end = mark.x + mark.style.width(mark.text)
                    assert end <= WIDTH + 0.3, (number + 1, mark.text)


@pytest.mark.parametrize("paper", sorted(PAPERS))
def test_no_two_texts_of_a_line_touch(paper: str) -> None:
    composed = _composed(_book(_wordy(Paper(paper=paper))), PAPERS[paper][1])
    for number, page in enumerate(composed.pages):
        for _, line in page.placed:
            texts = [mark for mark in line.marks if isinstance(mark, Glyphs)]
            for one, two in pairwise(sorted(texts, key=lambda mark: (mark.y, mark.x))):
                if one.y == two.y and one.text.strip() and two.text.strip():
                    end = one.x + one.style.width(one.text.rstrip())
                    assert end <= two.x + 0.3, (number + 1, one.text, two.text)


def test_the_longest_words_do_not_touch_the_digest_in_the_foot() -> None:
    long = _longest()
    spoken = words(bytes.fromhex(long))
    imprint = Imprint(
        ceremony="KC-2026-014-R1",
        mode=paper_record().opened.mode,
        title="A title",
        day="19 November 2026",
        edition="Evidence pack, full edition, layout 1",
        digest=long,
        ends=f"{spoken[0]} {spoken[1]} … {spoken[-2]} {spoken[-1]}",
    )
    texts = [mark for mark in foot(1, 9, imprint, 800) if isinstance(mark, Glyphs)]
    words_at = next(mark for mark in texts if "…" in mark.text)
    digits = next(mark for mark in texts if mark.text.startswith(long[:4]))
    assert digits.x + digits.style.width(digits.text) < words_at.x


def test_the_longest_words_of_a_read_back_do_not_touch() -> None:
    spoken = words(bytes.fromhex(_longest()))
    for line in entry_lines(Words(spoken, spoken), 229):
        texts = [mark for mark in line.marks if isinstance(mark, Glyphs)]
        for one, two in pairwise(texts):
            assert one.x + one.style.width(one.text) < two.x
        for mark in texts:
            assert mark.x + mark.style.width(mark.text) <= 236
