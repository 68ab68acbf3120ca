"""The writer in its own process: it signs what it should and survives its faults."""

from __future__ import annotations

import sys
import threading
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from ceremony.errors import DeviceError, EvidenceError
from ceremony.evidence.seal import EvidenceWriter, RawSigner
from ceremony.evidence.signing import Signatory
from tests.fakes.signing_keys import issue, make_ca
from tests.fakes.small_pack import AT, sealed_pack

CA = make_ca()
OFFICER = issue(CA, "Security officer")

FAULTY_CHILD = """
import sys
from ceremony.evidence.frames import Frame, read_frame, write_frame
request = read_frame(0)
{act}
"""


@pytest.fixture(scope="module")
def sealed() -> bytes:
    seal = issue(CA, "Pack seal")
    return sealed_pack(
        {"events.jsonl": b"{}\n"},
        Signatory(seal.certificate, CA.certificate, seal.sign),
    )


def _sign(
    writer: EvidenceWriter,
    pdf: bytes,
    field: str = "report-1",
    sign: RawSigner = OFFICER.sign,
) -> bytes:
    return writer.sign_report(
        pdf,
        field=field,
        certificate=OFFICER.certificate,
        ca=CA.certificate,
        sign=sign,
        signed_at=AT,
        reason="reports-correctly",
    )


def test_a_report_is_signed_through_the_child(sealed: bytes) -> None:
    with EvidenceWriter() as writer:
        signed = _sign(writer, sealed)
    assert signed.startswith(sealed)
    assert signed.count(b"/Reason (reports\\055correctly)") == 1


def test_a_pack_that_was_given_an_action_is_not_signed(sealed: bytes) -> None:
    with pikepdf.open(BytesIO(sealed)) as document:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="")
        written = BytesIO()
        document.save(written)
    with EvidenceWriter() as writer, pytest.raises(EvidenceError) as caught:
        _sign(writer, written.getvalue())
    assert caught.value.code == "EVIDENCE-PDFA-02"
    assert "OpenAction" in str(caught.value)


def test_the_child_has_limits_of_its_own(sealed: bytes) -> None:
    told: list[str] = []
    own = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    before = own.read_text().split()

    def sign(data: bytes) -> bytes:
        children = set(own.read_text().split()).difference(before)
        told.extend(Path(f"/proc/{child}/limits").read_text() for child in children)
        return OFFICER.sign(data)

    with EvidenceWriter() as writer:
        _sign(writer, sealed, sign=sign)
    (limits,) = told
    lines = {line[:25].strip(): line[25:].split()[:2] for line in limits.splitlines()}
    assert lines["Max address space"] == ["1073741824", "1073741824"]
    assert lines["Max core file size"] == ["0", "0"]
    assert lines["Max cpu time"] == ["300", "300"]


def test_one_writer_serves_again_after_a_refusal(sealed: bytes) -> None:
    with EvidenceWriter() as writer:
        with pytest.raises(EvidenceError) as caught:
            _sign(writer, sealed, "report-7")
        assert caught.value.code == "EVIDENCE-FIELD-01"
        assert caught.value.remedy
        with pytest.raises(EvidenceError) as caught:
            _sign(writer, b"no pdf")
        assert caught.value.code == "EVIDENCE-PDF-01"
        signed = _sign(writer, sealed)
        assert _sign(writer, signed, "timestamp-1").startswith(signed)


def test_a_token_that_fails_is_told_as_it_failed(sealed: bytes) -> None:
    def refuse(data: bytes) -> bytes:
        raise DeviceError("HSM-PIN-01", f"refused {len(data)} bytes", remedy="Wait.")

    with EvidenceWriter() as writer:
        with pytest.raises(DeviceError) as caught:
            _sign(writer, sealed, sign=refuse)
        assert caught.value.code == "HSM-PIN-01"
        assert _sign(writer, sealed).startswith(sealed)


def test_a_token_that_gives_no_signature_seals_nothing(sealed: bytes) -> None:
    with EvidenceWriter() as writer, pytest.raises(EvidenceError) as caught:
        _sign(writer, sealed, sign=lambda _: b"no signature")
    assert caught.value.code == "PACK-CMS-01"


def _faulty(act: str, *, patience_s: float = 20.0) -> EvidenceWriter:
    command = (sys.executable, "-P", "-c", FAULTY_CHILD.format(act=act))
    return EvidenceWriter(command, patience_s=patience_s)


def test_a_child_cannot_have_anything_else_signed(sealed: bytes) -> None:
    asked: list[bytes] = []

    def sign(data: bytes) -> bytes:
        asked.append(data)
        return OFFICER.sign(data)

    act = "write_frame(1, Frame('to-be-signed', {}, (b'a transfer order',)))"
    with _faulty(act) as writer, pytest.raises(EvidenceError) as caught:
        _sign(writer, sealed, sign=sign)
    assert caught.value.code == "PACK-CMS-01"
    assert asked == []


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("sys.exit(3)", "ended without an answer"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended without"),
        ("import os; os.write(1, b'Traceback')", "header is too long"),
        ("write_frame(1, Frame('song', {}))", "broke the protocol"),
        ("write_frame(1, Frame('result', {}))", "broke the protocol"),
        ("write_frame(1, Frame('result', {}, (b'other',)))", "does not begin"),
        ("write_frame(1, Frame('defect', {'message': 'KeyError'}))", "KeyError"),
    ],
)
def test_a_child_that_fails_is_told_in_one_sentence(
    sealed: bytes, act: str, told: str
) -> None:
    with _faulty(act) as writer, pytest.raises(EvidenceError, match=told) as caught:
        _sign(writer, sealed)
    assert caught.value.code == "EVIDENCE-CHILD-01"


def test_a_child_that_hangs_is_ended(sealed: bytes) -> None:
    act = "import time; time.sleep(60)"
    with (
        _faulty(act, patience_s=0.5) as writer,
        pytest.raises(EvidenceError, match="time is over"),
    ):
        _sign(writer, sealed)


def test_files_without_events_are_not_sealed() -> None:
    with EvidenceWriter() as writer, pytest.raises(EvidenceError) as caught:
        writer.seal_pack(
            {"checkpoint": b""},
            certificate=OFFICER.certificate,
            ca=CA.certificate,
            sign=OFFICER.sign,
            signed_at=AT,
        )
    assert caught.value.code == "EVIDENCE-CHILD-01"
