"""What is issued, on the pages: only where the record has all its files."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from ceremony.pack.outputs import outputs_of
from ceremony.pack.record import Record, read_record
from ceremony.report.drawing import Shape
from ceremony.report.layout import lay_out
from ceremony.report.pages.outputs import output_pieces
from tests.fakes.batch_output_lies import build_bound
from tests.fakes.odd_numbers import first_of_no_version
from tests.fakes.output_lies import build_outputs
from tests.fakes.pdf_text import text_of
from tests.fakes.qr_reader import read_qr
from tests.fakes.record_batch import build_batch
from tests.fakes.record_crl import build_crls
from tests.fakes.record_large_batch import build_large_batch
from tests.fakes.refusal_lies import TOLD_TWICE, UNSIGNED, build_refused

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

SAYS_OK = "Each of these commands says OK:"
CHAIN = "chain-issuing-oca-certificate.pem"
MODULES = 37


def pages_of(record: Record) -> str:
    return text_of(lay_out(record).pdf, "-raw")


def drawn(shapes: list[Shape]) -> list[list[bool]]:
    """Read the dark modules back from the rectangles that were drawn."""
    left = min(x for shape in shapes for x, _ in shape.points)
    top = min(y for shape in shapes for _, y in shape.points)
    side = max(x for shape in shapes for x, _ in shape.points) - left
    module = side / MODULES
    grid = [[False] * MODULES for _ in range(MODULES)]
    for shape in shapes:
        (x1, y1), (x2, _), *_rest = shape.points
        row = round((y1 - top) / module)
        for column in range(round((x1 - left) / module), round((x2 - left) / module)):
            grid[row][column] = True
    return grid


def test_everything_issued_has_its_words_and_commands() -> None:
    record = read_record(build_outputs().files)
    text = pages_of(record)
    assert text.count(SAYS_OK) == len(outputs_of(record.facts, record.files)) == 5
    assert text.count("openssl verify -no_check_time -check_ss_sig") == 2
    assert text.count(f"-CAfile {CHAIN}") == 1


def test_why_requests_were_refused_is_said_in_words_where_the_leaf_has_them() -> None:
    told = " ".join(pages_of(read_record(build_refused().files)).split())
    for reason in (UNSIGNED, TOLD_TWICE):
        # In the step and beside the batches.
        assert told.count(reason.text) == 2
        assert f"{reason.rule} [{reason.source}]: {reason.text}" in told
    bare = " ".join(pages_of(read_record(build_batch().files)).split())
    assert UNSIGNED.text not in bare


def test_the_code_says_the_digest() -> None:
    record = read_record(build_outputs().files)
    for output in outputs_of(record.facts, record.files).values():
        marks = [
            mark
            for piece in output_pieces(output)
            for column in piece.columns
            for line in column
            for mark in line.marks
            if isinstance(mark, Shape)
        ]
        assert read_qr(drawn(marks)) == output.digest


def test_a_record_from_before_has_none_of_it() -> None:
    record = read_record(build_crls().files)
    assert outputs_of(record.facts, record.files) == {}
    assert SAYS_OK not in pages_of(record)


def test_what_cannot_be_read_is_left_out() -> None:
    record = read_record(build_outputs().files)
    other = first_of_no_version(record.files[CHAIN])
    for broken in (b"no certificate", b"", other):
        files = {**record.files, CHAIN: broken}
        text = pages_of(replace(record, files=files))
        assert text.count(SAYS_OK) == 4
    without = {name: raw for name, raw in record.files.items() if name != CHAIN}
    assert pages_of(replace(record, files=without)).count(SAYS_OK) == 4


def test_a_batch_is_bound_by_words_code_and_commands() -> None:
    record = read_record(build_bound().files)
    text = pages_of(record)
    assert text.count(SAYS_OK) == 1
    assert "echo certificates OK" in text
    told = " ".join(text.split())
    assert told.count("28 s, from the receipt, all requests verified") == 2
    (output,) = outputs_of(record.facts, record.files).values()
    digest = hashlib.sha256(record.files["issued-device-certificates.jsonl"])
    assert output.digest == digest.hexdigest()


def test_a_batch_from_before_has_none_of_it() -> None:
    record = read_record(build_batch().files)
    assert outputs_of(record.facts, record.files) == {}
    text = pages_of(record)
    assert SAYS_OK not in text
    assert "from the receipt" not in text


def test_a_batch_too_large_for_a_pack_is_bound_all_the_same() -> None:
    record = read_record(build_large_batch(is_bound=True).files)
    (output,) = outputs_of(record.facts, record.files).values()
    assert output.is_elsewhere
    assert "echo certificates OK" in pages_of(record)
    name = "chain-device-certificates.pem"
    for broken in (b"", b"no certificate"):
        files = {**record.files, name: broken}
        assert outputs_of(record.facts, files) == {}
