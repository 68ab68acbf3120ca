"""Fields and signatures: readers accept them, and a signature changes nothing else."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from ceremony.errors import EvidenceError
from ceremony.evidence.assemble import assemble
from ceremony.evidence.signing import (
    Field,
    Signatory,
    seal_document,
    sign_field,
)
from ceremony.pack.cms import CONTENTS_SIZE, build_cms, decode_cms
from tests.fakes.outside_tool import run_tool
from tests.fakes.signing_keys import Signer, issue, make_ca
from tests.fakes.small_pack import AT, FIELDS, blank_pages, sealed_pack

FILES = {"events.jsonl": b"{}\n"}
CA = make_ca()
SEAL = issue(CA, "Pack seal")
OFFICER = issue(CA, "Security officer")
SIGNATURE = re.compile(
    rb"/Contents <([0-9A-F]+)>\s*/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]"
)


def _signatory(signer: Signer) -> Signatory:
    return Signatory(signer.certificate, CA.certificate, signer.sign)


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return sealed_pack(FILES, _signatory(SEAL))


@pytest.fixture(scope="module")
def signed(sealed: bytes) -> bytes:
    return sign_field(
        sealed,
        "report-1",
        _signatory(OFFICER),
        signed_at=AT,
        reason="reports-correctly",
    )


def test_pdfsig_finds_both_signatures_valid(tmp_path: Path, signed: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(signed)
    done = run_tool(["pdfsig", "a.pdf"], tmp_path)
    told = done.stdout.decode()
    assert told.count("Signature Validation: Signature is Valid.") == 2
    assert told.count("Signature Type: ETSI.CAdES.detached") == 2
    assert "Total document signed" in told
    assert told.count("The signature form field is not signed.") == 2


def test_qpdf_finds_the_file_sound(tmp_path: Path, signed: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(signed)
    done = run_tool(["qpdf", "--check", "a.pdf"], tmp_path)
    assert done.returncode == 0
    assert b"PDF Version: 1.7" in done.stdout


def test_the_seal_certifies_and_allows_forms_to_be_filled(signed: bytes) -> None:
    with pikepdf.open(BytesIO(signed)) as document:
        seal = document.Root.Perms.DocMDP
        assert seal.Reference[0].TransformMethod == "/DocMDP"
        assert seal.Reference[0].TransformParams.P == 2
        assert seal.M == "D:20261125100000Z"
        assert "/Cert" not in seal
        fields = [str(field.T) for field in document.Root.AcroForm.Fields]
        assert fields == ["seal", "report-1", "timestamp-1", "timestamp-2"]
        assert document.Root.AcroForm.Fields[0].V.objgen == seal.objgen
        assert "/Reference" not in document.Root.AcroForm.Fields[1].V
        assert "/Version" not in document.Root


def test_a_report_signature_fills_its_field_and_changes_nothing_else(
    sealed: bytes, signed: bytes
) -> None:
    assert signed.startswith(sealed)
    update = signed[len(sealed) :]
    numbers = [int(number) for number in re.findall(rb"(\d+) 0 obj", update)]
    with (
        pikepdf.open(BytesIO(sealed)) as before,
        pikepdf.open(BytesIO(signed)) as after,
    ):
        old, new = before.Root.AcroForm.Fields[1], after.Root.AcroForm.Fields[1]
        assert numbers == [new.objgen[0], new.V.objgen[0]]
        assert new.V.objgen[0] >= int(before.trailer["/Size"])
        assert set(new.keys()) - set(old.keys()) == {"/V"}
        assert new.AP.N.objgen == old.AP.N.objgen


def test_each_contents_is_the_one_form_over_the_whole_revision(
    sealed: bytes, signed: bytes
) -> None:
    found = list(SIGNATURE.finditer(signed))
    ends = [len(sealed), len(signed)]
    for match, end, signer in zip(found, ends, (SEAL, OFFICER), strict=True):
        contents = bytes.fromhex(match[1].decode())
        start, gap, rest, length = (int(number) for number in match.groups()[1:])
        assert (start, rest + length) == (0, end)
        assert (gap, rest) == (match.start(1) - 1, match.end(1) + 1)
        assert len(contents) == CONTENTS_SIZE
        built = build_cms(decode_cms(contents), signer.certificate, (CA.certificate,))
        assert contents == built.ljust(CONTENTS_SIZE, b"\0")
        covered = signed[:gap] + signed[rest : rest + length]
        assert hashlib.sha256(covered).digest() in built


def test_what_the_seal_signs_follows_from_the_record_alone() -> None:
    asked: list[bytes] = []

    def sign(data: bytes) -> bytes:
        asked.append(data)
        return SEAL.sign(data)

    unsigned = assemble(blank_pages(), FILES, at=AT)
    for _ in range(2):
        signatory = Signatory(SEAL.certificate, CA.certificate, sign)
        seal_document(unsigned, FIELDS, signatory, signed_at=AT)
    assert asked[0] == asked[1]


def test_a_field_is_signed_once_only(signed: bytes) -> None:
    with pytest.raises(EvidenceError) as caught:
        sign_field(
            signed, "report-1", _signatory(OFFICER), signed_at=AT, reason="again"
        )
    assert caught.value.code == "EVIDENCE-FIELD-01"


@pytest.mark.parametrize("field", ["report-9", ""])
def test_a_field_that_is_not_there_is_not_signed(sealed: bytes, field: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        sign_field(sealed, field, _signatory(OFFICER), signed_at=AT, reason="x")
    assert caught.value.code == "EVIDENCE-FIELD-01"


def test_a_file_without_fields_is_not_signed() -> None:
    unsigned = assemble(blank_pages(), FILES, at=AT)
    with pytest.raises(EvidenceError) as caught:
        sign_field(unsigned, "report-1", _signatory(SEAL), signed_at=AT, reason="x")
    assert caught.value.code == "EVIDENCE-FIELD-01"


def test_a_pack_without_a_field_for_the_seal_is_not_sealed() -> None:
    unsigned = assemble(blank_pages(), FILES, at=AT)
    with pytest.raises(EvidenceError) as caught:
        seal_document(unsigned, [Field("report-1")], _signatory(SEAL), signed_at=AT)
    assert caught.value.code == "EVIDENCE-FIELD-01"


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", b"no pdf at all"])
def test_what_is_no_pdf_is_not_signed(pdf: bytes) -> None:
    with pytest.raises(EvidenceError) as caught:
        sign_field(pdf, "report-1", _signatory(SEAL), signed_at=AT, reason="x")
    assert caught.value.code == "EVIDENCE-PDF-01"
