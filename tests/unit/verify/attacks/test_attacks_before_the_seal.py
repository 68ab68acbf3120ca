"""An operator changes the finished file before it is sealed; everybody signs it.

The journal and the embedded files are honest, every signature is good, and the file
shows, does or carries something else besides.
"""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, Final

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from ceremony.verify import metadata
from ceremony.verify.check import FailedError, Status
from ceremony.verify.examination import check_pack
from ceremony.verify.outcome import RecordWord
from tests.fakes.pack_maker import make_pack
from tests.fakes.record_builder import build_record

Change = Callable[[pikepdf.Pdf], None]

SCRIPT: Final = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def action_at_opening(document: pikepdf.Pdf) -> None:
    document.Root["/OpenAction"] = SCRIPT


def script_by_name(document: pikepdf.Pdf) -> None:
    names = document.Root["/Names"]
    names["/JavaScript"] = Dictionary(Names=Array([String("x"), SCRIPT]))


def catalog_key(key: str, value: Any) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        document.Root[key] = value

    return change


def usage_rights(document: pikepdf.Pdf) -> None:
    document.Root["/Perms"] = Dictionary(UR3=Dictionary())


def crop_from_the_page_tree(document: pikepdf.Pdf) -> None:
    document.Root["/Pages"]["/CropBox"] = Array([0, 400, 595, 842])


def bookmark_that_lies(document: pikepdf.Pdf) -> None:
    document.Root["/Outlines"]["/First"]["/Title"] = String("Verified by the auditor")


def bookmark_that_acts(document: pikepdf.Pdf) -> None:
    first = document.Root["/Outlines"]["/First"]
    del first["/Dest"]
    first["/A"] = SCRIPT


def bookmark_to_another_page(document: pikepdf.Pdf) -> None:
    first = document.Root["/Outlines"]["/First"]
    first["/Dest"][0] = document.pages[-1].obj


def title_of_another_ceremony(document: pikepdf.Pdf) -> None:
    document.docinfo["/Title"] = String("KC-2030-001 Another ceremony")


def information_of_its_own(document: pikepdf.Pdf) -> None:
    document.docinfo["/Approved"] = String("by everybody")


def packet(change: Callable[[bytes], bytes]) -> Change:
    def rewrite(document: pikepdf.Pdf) -> None:
        kind = {"/Type": Name.Metadata, "/Subtype": Name.XML}
        told = change(document.Root["/Metadata"].read_bytes())
        document.Root["/Metadata"] = document.make_stream(told, kind)

    return rewrite


def other_file(document: pikepdf.Pdf) -> pikepdf.Object:
    content = document.make_stream(b'{"type":"another record"}\n')
    return Dictionary(
        Type=Name.Filespec,
        F=String("events.jsonl"),
        UF=String("events.jsonl"),
        EF=Dictionary(F=content),
    )


def associated_file_without_a_name(document: pikepdf.Pdf) -> None:
    document.Root["/AF"].append(document.make_indirect(other_file(document)))


def other_associated_files(document: pikepdf.Pdf) -> None:
    document.Root["/AF"] = Array([other_file(document)])


def second_content_of_a_file(document: pikepdf.Pdf) -> None:
    spec = document.attachments["events.jsonl"].obj
    spec["/RF"] = Dictionary(F=Array([String("x"), document.make_stream(b"other")]))


def annotation(**keys: Any) -> Change:
    """Lay something on the first page that has a field's name and an empty box."""

    def lay(document: pikepdf.Pdf) -> None:
        made = Dictionary(
            Type=Name.Annot, T=String("seal"), Rect=Array([0, 0, 0, 0]), **keys
        )
        document.pages[0].obj["/Annots"] = Array([document.make_indirect(made)])

    return lay


def file_on_a_page(document: pikepdf.Pdf) -> None:
    annotation(Subtype=Name.FileAttachment, FS=other_file(document))(document)


def predict(stream: Any, **how: int) -> None:
    content = zlib.compress(stream.read_bytes())
    stream.write(
        content,
        filter=Name.FlateDecode,
        decode_parms=Dictionary({f"/{key}": number for key, number in how.items()}),
    )


def file_behind_a_predictor(document: pikepdf.Pdf) -> None:
    stream = document.attachments["events.jsonl"].obj["/EF"]["/F"]
    predict(stream, Predictor=12, Columns=7)


def page_behind_a_predictor(document: pikepdf.Pdf) -> None:
    stream = document.pages[0].obj["/Contents"]
    predict(stream, Predictor=2, Columns=3, Colors=3)


def content_in_a_file_outside(document: pikepdf.Pdf) -> None:
    document.pages[0].obj["/Contents"]["/F"] = String("http://example.org/page")


ATTACKS: Final[Mapping[str, tuple[Change, str]]] = {
    "an action at opening": (action_at_opening, "VERIFY-DOCUMENT-02"),
    "a script by name": (script_by_name, "VERIFY-DOCUMENT-11"),
    "a portfolio that hides the pages": (
        catalog_key("/Collection", Dictionary(D=String("VERIFY.txt"))),
        "VERIFY-DOCUMENT-11",
    ),
    "page labels": (
        catalog_key("/PageLabels", Dictionary(Nums=Array([0, Dictionary()]))),
        "VERIFY-DOCUMENT-11",
    ),
    "layers": (catalog_key("/OCProperties", Dictionary()), "VERIFY-DOCUMENT-11"),
    "a text for reading aloud": (
        catalog_key("/StructTreeRoot", Dictionary(ActualText=String("no deviation"))),
        "VERIFY-DOCUMENT-11",
    ),
    "a base for links": (
        catalog_key("/URI", Dictionary(Base=String("http://example.org"))),
        "VERIFY-DOCUMENT-11",
    ),
    "a demand on the viewer": (
        catalog_key("/Requirements", Array([])),
        "VERIFY-DOCUMENT-11",
    ),
    "another version": (catalog_key("/Version", Name("/2.0")), "VERIFY-DOCUMENT-11"),
    "full screen": (catalog_key("/PageMode", Name.FullScreen), "VERIFY-DOCUMENT-11"),
    "usage rights": (usage_rights, "VERIFY-DOCUMENT-11"),
    "a crop for all pages": (crop_from_the_page_tree, "VERIFY-PAGE-02"),
    "a bookmark that lies": (bookmark_that_lies, "VERIFY-PAGE-05"),
    "a bookmark that acts": (bookmark_that_acts, "VERIFY-PAGE-05"),
    "a bookmark to another page": (bookmark_to_another_page, "VERIFY-PAGE-05"),
    "a title of another ceremony": (title_of_another_ceremony, "VERIFY-PAGE-05"),
    "information of its own": (information_of_its_own, "VERIFY-PAGE-05"),
    "metadata of another ceremony": (
        packet(lambda told: told.replace(b"KC-2026-001-R1", b"KC-2030-001")),
        "VERIFY-PAGE-05",
    ),
    "metadata in an attribute": (
        packet(lambda told: told.replace(b'rdf:about=""', b'rdf:about="approved"')),
        "VERIFY-PAGE-05",
    ),
    "an associated file without a name": (
        associated_file_without_a_name,
        "VERIFY-DOCUMENT-11",
    ),
    "other associated files": (other_associated_files, "VERIFY-DOCUMENT-11"),
    "a second content of a file": (second_content_of_a_file, "VERIFY-LIMIT-08"),
    "a file on a page": (file_on_a_page, "VERIFY-PAGE-03"),
    "a square that has a field's name": (
        annotation(Subtype=Name.Square),
        "VERIFY-PAGE-03",
    ),
    "a note that opens elsewhere": (
        annotation(
            Subtype=Name.Text,
            Contents=String("approved"),
            Popup=Dictionary(Subtype=Name.Popup, Rect=Array([50, 50, 500, 800])),
        ),
        "VERIFY-PAGE-03",
    ),
    "a link with an area of its own": (
        annotation(
            Subtype=Name.Link,
            QuadPoints=Array([50, 50, 500, 50, 50, 800, 500, 800]),
            A=Dictionary(S=Name.URI, URI=String("http://example.org")),
        ),
        "VERIFY-PAGE-03",
    ),
    "a file behind a predictor": (file_behind_a_predictor, "VERIFY-LIMIT-06"),
    "a page behind a predictor": (page_behind_a_predictor, "VERIFY-LIMIT-06"),
    "content in a file outside": (content_in_a_file_outside, "VERIFY-LIMIT-06"),
}

MEASURED: Final = (
    "full screen",
    "information of its own",
    "a bookmark that lies",
    "an associated file without a name",
    "a file behind a predictor",
)
"""Attacks that run lines which no other one runs. Measuring doubles the time."""


def rewritten(pdf: bytes, change: Change, **how: Any) -> bytes:
    plain = {
        "compress_streams": False,
        "stream_decode_level": pikepdf.StreamDecodeLevel.none,
        "object_stream_mode": pikepdf.ObjectStreamMode.disable,
    }
    with pikepdf.open(BytesIO(pdf)) as document, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        change(document)
        written = BytesIO()
        document.save(written, **{**plain, **how})
    return written.getvalue()


def failed_rules(assembled: Callable[[bytes], bytes]) -> list[str]:
    built = build_record()
    verdict = check_pack(make_pack(built, assembled=assembled), built.policy)
    rules = [check.rule for check in verdict.checks if check.status is Status.FAILED]
    assert (verdict.record is RecordWord.NOT_VERIFIED) == bool(rules)
    return rules


def test_a_file_that_is_only_written_anew_is_verified() -> None:
    assert failed_rules(lambda pdf: rewritten(pdf, lambda _: None)) == []


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(attack, marks=[] if attack in MEASURED else [pytest.mark.no_cover])
        for attack in ATTACKS
    ],
)
def test_what_is_slipped_in_before_the_seal_is_found(attack: str) -> None:
    change, rule = ATTACKS[attack]
    assert rule in failed_rules(lambda pdf: rewritten(pdf, change))


def test_pages_that_the_page_tree_does_not_count_are_found() -> None:
    def hide(pdf: bytes) -> bytes:
        with pikepdf.open(BytesIO(pdf)) as document:
            count = len(document.pages)
        told = f"/Count {count} /Kids".encode()
        assert pdf.count(told) == 1
        fewer = str(count - 1).rjust(len(str(count)), "0")
        return pdf.replace(told, f"/Count {fewer} /Kids".encode())

    assert failed_rules(hide) == ["VERIFY-DOCUMENT-11"]


@pytest.mark.no_cover
def test_objects_that_are_packed_into_streams_are_refused() -> None:
    packed = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
    assert failed_rules(lambda pdf: rewritten(pdf, lambda _: None, **packed))


@pytest.mark.parametrize(
    "packet_text",
    ['<!DOCTYPE x [<!ENTITY a "b">]>', "<x y='approved'/>", "<x>by everybody</x>"],
)
def test_metadata_with_words_of_its_own_is_refused(packet_text: str) -> None:
    with pytest.raises(FailedError) as failed:
        metadata._verify_packet(packet_text, {"KC-2026-001-R1"})
    assert failed.value.rule == "VERIFY-PAGE-05"
