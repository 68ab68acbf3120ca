"""A whole record through the child process: laid out, embedded, sealed, signed."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import EvidenceError, InputError
from ceremony.evidence.assemble import check_after_signing
from ceremony.evidence.seal import EvidenceWriter, RawSigner
from tests.fakes.outside_tool import run_tool
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.fakes.small_pack import AT

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""


@pytest.fixture(scope="module")
def built() -> BuiltRecord:
    return build_record()


@pytest.fixture(scope="module")
def writer() -> Iterator[EvidenceWriter]:
    with EvidenceWriter() as writer:
        yield writer


def _seal(
    writer: EvidenceWriter,
    built: BuiltRecord,
    *,
    files: dict[str, bytes] | None = None,
    sign: RawSigner | None = None,
) -> bytes:
    def with_seal_key(data: bytes) -> bytes:
        return built.site.seal_key.sign(data, ec.ECDSA(hashes.SHA256()))

    return writer.seal_pack(
        built.files if files is None else files,
        certificate=built.site.seal_der,
        ca=built.site.ca.public_bytes(Encoding.DER),
        sign=sign or with_seal_key,
        signed_at=AT,
    )


@pytest.fixture(scope="module")
def sealed(writer: EvidenceWriter, built: BuiltRecord) -> bytes:
    return _seal(writer, built)


def test_the_pack_embeds_the_record_as_it_is(sealed: bytes, built: BuiltRecord) -> None:
    with pikepdf.open(BytesIO(sealed)) as document:
        found = {
            name: spec.get_file().read_bytes()
            for name, spec in document.attachments.items()
        }
    assert found == built.files


def test_the_sealed_pack_stays_pdfa(sealed: bytes) -> None:
    assert check_after_signing(sealed) == ()


def test_there_is_a_field_for_each_signatory_of_the_plan(
    sealed: bytes, built: BuiltRecord
) -> None:
    with pikepdf.open(BytesIO(sealed)) as document:
        fields = [str(field.T) for field in document.Root.AcroForm.Fields]
    plan = [f"report-{n + 1}" for n in range(len(built.builder.script.report_signers))]
    assert sorted(fields) == sorted(["seal", *plan, "timestamp-1", "timestamp-2"])


def test_the_seal_and_a_report_signature_hold(
    writer: EvidenceWriter, sealed: bytes, built: BuiltRecord, tmp_path: Path
) -> None:
    officer = built.site.person("s-01")  # type: ignore[arg-type]  an id
    signed = writer.sign_report(
        sealed,
        field="report-1",
        certificate=officer.der,
        ca=built.site.ca.public_bytes(Encoding.DER),
        sign=officer.sign,
        signed_at=AT,
        reason="reports-correctly",
    )
    (tmp_path / "a.pdf").write_bytes(signed)
    told = run_tool(["pdfsig", "a.pdf"], tmp_path).stdout.decode()
    assert told.count("Signature Validation: Signature is Valid.") == 2
    assert "Total document signed" in told
    assert run_tool(["qpdf", "--check", "a.pdf"], tmp_path).returncode == 0


def test_two_processes_ask_for_the_same_signature(built: BuiltRecord) -> None:
    asked: list[bytes] = []

    class NotNowError(Exception):
        pass

    def sign(data: bytes) -> bytes:
        asked.append(data)
        raise NotNowError

    for _ in range(2):
        with EvidenceWriter() as writer, pytest.raises(NotNowError):
            _seal(writer, built, sign=sign)
    assert len(set(asked)) == 1
    assert len(asked) == 2


def test_a_record_that_cannot_be_read_is_told_by_its_rule(
    writer: EvidenceWriter, built: BuiltRecord
) -> None:
    files = {name: raw for name, raw in built.files.items() if name != "script.yaml"}
    with pytest.raises(EvidenceError) as caught:
        _seal(writer, built, files=files)
    assert caught.value.code == "PACK-RECORD-01"
    assert caught.value.remedy


def test_a_script_that_cannot_be_read_is_told_by_its_rule(
    writer: EvidenceWriter, built: BuiltRecord
) -> None:
    files = built.files | {"script.yaml": b"- not a script\n"}
    with pytest.raises(InputError) as caught:
        _seal(writer, built, files=files)
    assert caught.value.code == "FILE-SHAPE-03"


def test_a_file_with_a_name_of_its_own_is_refused(
    writer: EvidenceWriter, built: BuiltRecord
) -> None:
    with pytest.raises(EvidenceError) as caught:
        _seal(writer, built, files=built.files | {"run.sh": b""})
    assert caught.value.code == "PACK-NAME-01"
