"""The pages at any size: the same bytes, nothing lost, one page 1, fast."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from ceremony.engine.facts import CeremonyClosed
from ceremony.errors import EvidenceError
from ceremony.identifiers import Mode, Role
from ceremony.pack.record import read_record
from ceremony.report.edition import LAYOUT
from ceremony.report.layout import PAPERS, lay_out
from ceremony.report.style import HALF
from ceremony.script.model import Script
from tests.fakes.made_up_site import Site
from tests.fakes.odd_numbers import of_no_version
from tests.fakes.paper_record import paper_record
from tests.fakes.paper_script import Paper
from tests.fakes.pdf_text import page_texts, text_of
from tests.fakes.record_builder import build_record

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

BIG = Paper(
    people=12,
    keys=6,
    steps=200,
    deviations=9,
    names=("Adriana Konstantopoulou-Featherstonehaugh de la Vega y Montenegro",),
)
PROGRAM = """
import hashlib
from tests.fakes.paper_record import paper_record
from tests.fakes.paper_script import Paper
from ceremony.report.layout import lay_out
record = paper_record(Paper(people=8, keys=3, steps=20, deviations=4))
print(hashlib.sha256(lay_out(record).pdf).hexdigest())
"""


@pytest.mark.slow
def test_two_processes_with_other_hash_seeds_give_the_same_bytes() -> None:
    digests = set()
    for seed in ("0", "1234"):
        done = subprocess.run(  # noqa: S603  this very interpreter, a fixed program
            [sys.executable, "-c", PROGRAM],
            check=True,
            capture_output=True,
            cwd=Path(__file__).parents[3],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": f"UTC{seed[0]}"},
            text=True,
        )
        digests.add(done.stdout)
    record = paper_record(Paper(people=8, keys=3, steps=20, deviations=4))
    here = hashlib.sha256(lay_out(record).pdf).hexdigest()
    assert digests == {here + "\n"}


def test_laying_out_another_record_between_changes_nothing() -> None:
    record = paper_record()
    before = lay_out(record)
    lay_out(paper_record(Paper(people=5, names=("Ωmega Ўзор",))))
    assert lay_out(record) == before


def test_another_record_gives_other_pages() -> None:
    assert lay_out(paper_record()).pdf != lay_out(paper_record(Paper(steps=7))).pdf


def test_twelve_people_six_keys_and_two_hundred_steps_lose_nothing() -> None:
    layout = lay_out(paper_record(BIG))
    pages = page_texts(layout.pdf)
    assert len(pages) == layout.page_count
    everything = " ".join(pages)
    for step in range(1, 201):
        assert re.search(rf"\s2\.{step}\s", everything), step
    for person in range(2, 13):
        assert everything.count(f"Person {person} Example") >= 4
    for key in range(1, 7):
        assert f"Key {key} of many" in everything
    name = "Konstantopoulou-"
    assert all(part in everything for part in (name, "Featherstonehaugh"))


def test_what_page_1_leaves_out_it_points_to() -> None:
    pages = page_texts(lay_out(paper_record(BIG)).pdf)
    for told, there in (
        (r"and \d+ more keys?, page (\d+)", "Inventory of keys"),
        (r"and \d+ more people, page (\d+)", "Roles, responsibilities"),
        (r"and \d+ more, page (\d+)", "Deviations"),
    ):
        found = re.search(told, pages[0])
        assert found is not None, told
        assert there in pages[int(found.group(1)) - 1]
    assert "Roles" not in pages[0]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize(("people", "keys"), [(7, 2), (12, 6), (40, 9)])
def test_page_1_is_one_page(paper: str, people: int, keys: int) -> None:
    record = paper_record(Paper(people=people, keys=keys, steps=3, paper=paper))
    pages = page_texts(lay_out(record).pdf)
    assert "What it does not prove" in pages[0]
    assert "What happened" in pages[0]
    assert "What it does not prove" not in "".join(pages[1:])


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_fields_lie_on_the_paper_and_apart(paper: str) -> None:
    layout = lay_out(paper_record(Paper(paper=paper)))
    names = [field.name for field in layout.fields]
    assert names == ["seal", "report-1", "report-2", "timestamp-1", "timestamp-2"]
    width, height = PAPERS[paper]
    boxes = [field.box for field in layout.fields if field.box is not None]
    assert len(boxes) == 2
    for x1, y1, x2, y2 in boxes:
        assert 0 < x1 < x2 < width
        assert 0 < y1 < y2 < height
        assert x2 - x1 == pytest.approx(HALF)
    assert boxes[0][2] < boxes[1][0]
    shown = {field.page for field in layout.fields if field.box}
    page = page_texts(layout.pdf)[shown.pop()]
    assert "signature field report-1" in page
    assert "signature field report-2" in page


def test_one_signatory_has_one_field() -> None:
    def alone(script: Script) -> Script:
        return replace(script, report_signers=(Role("security-officer"),))

    layout = lay_out(paper_record(Paper(script=alone)))
    names = [field.name for field in layout.fields]
    assert names == ["seal", "report-1", "timestamp-1", "timestamp-2"]


def test_references_point_to_the_pages_they_name() -> None:
    pages = page_texts(lay_out(paper_record(Paper(steps=60, deviations=3))).pdf)
    told = re.search(r"Statements in full: page (\d+)", pages[0])
    assert told is not None
    assert "Attestations" in pages[int(told.group(1)) - 1]
    told = re.search(r"full text page (\d+)", pages[0])
    assert told is not None
    assert "Certificates and requests" in pages[int(told.group(1)) - 1]


def test_column_heads_are_repeated_where_an_act_goes_on() -> None:
    pages = page_texts(lay_out(paper_record(Paper(steps=80))).pdf)
    going_on = [page for page in pages if re.search(r"\s2\.(3|4|5)0\s", page)]
    assert going_on
    for page in going_on:
        assert "Value or result" in page


def test_a_signed_record_is_printed_with_its_certificates_in_full() -> None:
    record = read_record(build_record().files)
    text = text_of(lay_out(record).pdf)
    for made in record.state.certificates.values():
        serial = bytes.fromhex(made.serial).hex(":")
        assert serial[:23] in text
    assert "Extension basicConstraints (2.5.29.19), critical:" in text
    for name in record.files:
        if name not in {"MANIFEST.sha256", "VERIFY.txt"}:
            assert name[:20] in text, name


def test_certificates_that_are_missing_or_broken_are_said_to_be() -> None:
    assert "is not part of this record" in text_of(lay_out(paper_record()).pdf)
    for broken in (b"no certificate", of_no_version(Site().ca)):
        files = {"certificate-key-1-certificate.pem": broken}
        text = text_of(lay_out(paper_record(Paper(files=files))).pdf)
        assert "cannot be read as a certificate" in text


def test_a_record_without_a_final_checkpoint_has_no_pages() -> None:
    record = paper_record()
    files = {name: raw for name, raw in record.files.items() if name != "checkpoint"}
    with pytest.raises(EvidenceError) as caught:
        lay_out(replace(record, files=files))
    assert caught.value.code == "REPORT-RECORD-01"


def test_a_paper_that_is_not_known_is_refused() -> None:
    record = paper_record()
    state = replace(record.state, closed=CeremonyClosed(LAYOUT, "full", "A5"))
    with pytest.raises(EvidenceError) as caught:
        lay_out(replace(record, state=state))
    assert caught.value.code == "REPORT-PAPER-01"


def test_a_live_page_has_no_band_and_no_watermark() -> None:
    rehearsal = lay_out(paper_record(Paper(people=5)))
    live = lay_out(paper_record(Paper(people=5, mode=Mode.LIVE)))
    assert len(live.pdf) < len(rehearsal.pdf)
    # Outlined letters are drawn in text rendering mode 1 (ISO 32000-1, 9.3.6).
    assert all(b" 1 Tr" in page for page in _contents(rehearsal.pdf))
    assert not any(b" Tr" in page for page in _contents(live.pdf))


def _contents(pdf: bytes) -> list[bytes]:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return [page.Contents.read_bytes() for page in opened.pages]
