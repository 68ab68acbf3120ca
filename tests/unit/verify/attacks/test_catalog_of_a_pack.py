"""What stands in a sealed document besides its pages is on a short list."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from ceremony.pack.record import read_record
from ceremony.verify.catalog import verify_catalog
from ceremony.verify.check import FailedError
from ceremony.verify.pages import check_pages
from tests.fakes.record_builder import build_record

GOOD: Final = (Path(__file__).parents[3] / "vectors/packs/good.pdf").read_bytes()


def field_of(document: pikepdf.Pdf, name: str) -> pikepdf.Object:
    for field in document.Root["/AcroForm"]["/Fields"]:
        if field["/T"] == name:
            return field
    raise AssertionError(name)


def drawn_field(document: pikepdf.Pdf) -> None:
    stream = document.make_stream(b"0 0 9 9 re f")
    field_of(document, "report-1")["/AP"]["/N"] = stream


def second_appearance(document: pikepdf.Pdf) -> None:
    field = field_of(document, "report-1")
    field["/AP"]["/R"] = field["/AP"]["/N"]


def hidden_field(document: pikepdf.Pdf) -> None:
    field_of(document, "report-1")["/F"] = 2


def field_with_another_title(document: pikepdf.Pdf) -> None:
    field_of(document, "report-1")["/TU"] = String("signed by the board")


def field_that_acts(document: pikepdf.Pdf) -> None:
    field_of(document, "report-1")["/AA"] = Dictionary()


def form_with_a_font(document: pikepdf.Pdf) -> None:
    document.Root["/AcroForm"]["/DR"] = Dictionary()


def key_in_the_page_tree(document: pikepdf.Pdf) -> None:
    document.Root["/Pages"]["/CropBox"] = Array([0, 0, 9, 9])


def profile_from_elsewhere(document: pikepdf.Pdf) -> None:
    document.Root["/OutputIntents"][0]["/DestOutputProfileRef"] = Dictionary()


def packed_objects(document: pikepdf.Pdf) -> None:
    stream = document.make_stream(b"")
    stream["/Type"] = Name.ObjStm


@pytest.mark.parametrize(
    "change",
    [
        drawn_field,
        second_appearance,
        hidden_field,
        field_with_another_title,
        field_that_acts,
        form_with_a_font,
        key_in_the_page_tree,
        profile_from_elsewhere,
        packed_objects,
    ],
)
def test_what_no_pack_has_is_refused(change: Callable[[pikepdf.Pdf], None]) -> None:
    with pikepdf.open(BytesIO(GOOD)) as document:
        verify_catalog(document)
        change(document)
        with pytest.raises(FailedError) as failed:
            verify_catalog(document)
    assert failed.value.rule == "VERIFY-DOCUMENT-11"


def test_a_field_that_is_on_no_page_is_found() -> None:
    with pikepdf.open(BytesIO(GOOD)) as document, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        document.pages[0].obj["/Annots"] = Array([])
        written = BytesIO()
        document.save(written)
    found = check_pages(written.getvalue(), read_record(build_record().files))
    assert found.rule == "VERIFY-PAGE-03"
