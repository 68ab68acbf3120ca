"""From pages and files to PDF/A-3b, the same bytes each time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from ceremony.errors import EvidenceError
from ceremony.evidence.assemble import assemble, check_after_signing
from ceremony.evidence.signing import Signatory
from tests.fakes.outside_tool import run_tool
from tests.fakes.signing_keys import issue, make_ca
from tests.fakes.small_pack import AT, blank_pages, sealed_pack

FILES = {"events.jsonl": b"{}\n", "script.yaml": b"id: x\n", "checkpoint": b"c\n"}


def _changed(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        change(document)
        written = BytesIO()
        document.save(written)
    return written.getvalue()


def _font_elsewhere(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    page.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(
            F1=pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name.Helvetica,
            )
        )
    )
    page.Contents = document.make_stream(b"BT /F1 12 Tf (text) Tj ET")


@pytest.fixture(scope="module")
def sealed() -> bytes:
    ca = make_ca()
    seal = issue(ca, "Pack seal")
    return sealed_pack(FILES, Signatory(seal.certificate, ca.certificate, seal.sign))


def test_the_same_pages_and_files_give_the_same_bytes_later() -> None:
    one = assemble(blank_pages(), FILES, at=AT)
    time.sleep(1.1)
    assert assemble(blank_pages(), dict(reversed(FILES.items())), at=AT) == one


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import hashlib\n"
        "from tests.fakes.small_pack import AT, blank_pages\n"
        "from ceremony.evidence.assemble import assemble\n"
        f"pdf = assemble(blank_pages(), {FILES!r}, at=AT)\n"
        "print(hashlib.sha256(pdf).hexdigest())\n"
    )
    root = Path(__file__).parents[3]
    digests = {
        run_tool(
            [sys.executable, "-c", program],
            root,
            {"PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert b"" not in digests
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("files", "at"),
    [
        (FILES | {"checkpoint": b"d\n"}, AT),
        (FILES, AT + timedelta(seconds=1)),
        ({**FILES, "exhibits.json": b"[]"}, AT),
    ],
)
def test_other_contents_give_another_file_identifier(
    files: dict[str, bytes], at: object
) -> None:
    found = set()
    for given, moment in ((FILES, AT), (files, at)):
        pdf = assemble(blank_pages(), given, at=moment)  # type: ignore[arg-type]  AT
        with pikepdf.open(BytesIO(pdf)) as document:
            found.add(bytes(document.trailer["/ID"][0]))
    assert len(found) == 2


def test_every_file_is_embedded_and_declared() -> None:
    pdf = assemble(blank_pages(), FILES, at=AT)
    with pikepdf.open(BytesIO(pdf)) as document:
        told = {name: spec.get_file() for name, spec in document.attachments.items()}
        assert {name: file.read_bytes() for name, file in told.items()} == FILES
        assert {file.mod_date for file in told.values()} == {AT.replace(microsecond=0)}
        associated = {
            str(entry["/UF"]): str(entry["/AFRelationship"])
            for entry in document.Root.AF
        }
    assert associated == {
        "checkpoint": "/Source",
        "events.jsonl": "/Source",
        "script.yaml": "/Source",
    }


def test_pdfdetach_lists_the_files_by_their_flat_names(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(assemble(blank_pages(), FILES, at=AT))
    done = run_tool(["pdfdetach", "-list", "a.pdf"], tmp_path)
    assert [line.split(b": ")[1] for line in done.stdout.splitlines()[1:]] == [
        b"checkpoint",
        b"events.jsonl",
        b"script.yaml",
    ]


def test_page_transitions_are_taken_out() -> None:
    def add(document: pikepdf.Pdf) -> None:
        document.pages[0]["/Trans"] = pikepdf.Dictionary()

    pdf = assemble(_changed(blank_pages(), add), FILES, at=AT)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert "/Trans" not in document.pages[0]


def test_pages_with_a_font_that_is_not_embedded_are_refused() -> None:
    with pytest.raises(EvidenceError) as caught:
        assemble(_changed(blank_pages(), _font_elsewhere), FILES, at=AT)
    assert caught.value.code == "EVIDENCE-PDFA-01"


def test_a_file_with_a_name_of_its_own_is_refused() -> None:
    with pytest.raises(EvidenceError) as caught:
        assemble(blank_pages(), FILES | {"run.sh": b""}, at=AT)
    assert caught.value.code == "PACK-NAME-01"


def test_a_sealed_pack_is_found_in_order(sealed: bytes) -> None:
    assert check_after_signing(sealed) == ()


def _open_action(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = document.make_indirect(
        pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    )


def _page_action(document: pikepdf.Pdf) -> None:
    document.pages[1]["/AA"] = pikepdf.Dictionary()


def _xfa(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm.XFA = document.make_stream(b"<xdp/>")


def _need_appearances(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm.NeedAppearances = True


def _no_appearance(document: pikepdf.Pdf) -> None:
    del document.pages[1].Annots[0]["/AP"]


def _action_on_annotation(document: pikepdf.Pdf) -> None:
    document.pages[1].Annots[0]["/A"] = pikepdf.Dictionary(
        S=pikepdf.Name.URI, URI="http://example"
    )


def _hidden(document: pikepdf.Pdf) -> None:
    document.pages[0].Annots[0]["/F"] = 6


def _not_printed(document: pikepdf.Pdf) -> None:
    document.pages[0].Annots[0]["/F"] = 128


def _text_field(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm.Fields[1]["/FT"] = pikepdf.Name.Tx


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_open_action, "OpenAction"),
        (_page_action, "page 2 has /AA"),
        (_xfa, "the form has /XFA"),
        (_need_appearances, "the form has /NeedAppearances"),
        (_no_appearance, "page 2, annotation report-1 has no appearance"),
        (_action_on_annotation, "page 2, annotation report-1 has an action"),
        (_hidden, "page 1, annotation seal is hidden or is not printed"),
        (_not_printed, "page 1, annotation seal is hidden or is not printed"),
        (_text_field, "the field report-1 is no signature field"),
    ],
)
def test_what_the_validator_skips_is_found(
    sealed: bytes, change: Callable[[pikepdf.Pdf], None], told: str
) -> None:
    findings = check_after_signing(_changed(sealed, change))
    assert any(told in finding for finding in findings), findings


def test_a_violation_after_signing_is_found(sealed: bytes) -> None:
    findings = check_after_signing(_changed(sealed, _font_elsewhere))
    assert any("6.2.11.4.1-1" in finding for finding in findings), findings
