"""Documents that are odd in ways that seldom occur, and files made by hand."""

from __future__ import annotations

from dataclasses import replace

import pikepdf
import pytest

from ceremony.engine.facts import Noted
from ceremony.identifiers import Role
from ceremony.pack.record import Record
from ceremony.verify import limits
from ceremony.verify.check import FailedError
from ceremony.verify.document import check_document, seal_revision
from ceremony.verify.limits import open_strictly, unpack
from ceremony.verify.pages import check_pages
from ceremony.verify.proof import check_proof
from ceremony.verify.revision import verify_permissions
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import SIGNING, SoftwareKey, ed25519_key
from tests.fakes.record_builder import build_record
from tests.fakes.sealed_pack import GOOD, POLICY, saved, signed


def test_the_auditors_certificate_with_another_key_behind_it_is_refused(
    record: Record, once_signed: bytes
) -> None:
    thief = SoftwareKey("thief")
    pdf = signed(once_signed, "report-2", "x-01", lambda m: thief.sign(m, SIGNING))
    check = check_document(pdf, record, POLICY)
    assert check.rule == "VERIFY-DOCUMENT-08"
    assert "report-2" in check.reason


def test_an_ed25519_key_signs_no_report(record: Record, once_signed: bytes) -> None:
    script = replace(
        record.state.script,
        report_signers=(Role("security-officer"), Role("custodian")),
    )
    planned = replace(record, state=replace(record.state, script=script))
    # The writer takes ECDSA values alone, so that one stands where the other would.
    other = SoftwareKey("c-01")
    pdf = signed(once_signed, "report-2", "c-01", lambda m: other.sign(m, SIGNING))
    assert ed25519_key("c-01").public_key() != other.public_key()
    check = check_document(pdf, planned, POLICY)
    assert check.rule == "VERIFY-DOCUMENT-08"
    assert "report-2" in check.reason


def test_a_document_of_another_shape_fails_and_does_not_crash(
    record: Record,
) -> None:
    def broken(opened: pikepdf.Pdf) -> None:
        opened.Root["/AcroForm"]["/Fields"][0]["/V"]["/ByteRange"] = pikepdf.Array(
            [pikepdf.Name("/A"), 0, 0, 0]
        )

    check = check_document(saved(broken), record, POLICY)
    assert check.rule == "VERIFY-DOCUMENT-03"
    assert "cannot be read" in check.reason


@pytest.mark.parametrize("allowed", [1, 3])
def test_a_seal_that_allows_another_thing_than_filling_in_is_refused(
    allowed: int,
) -> None:
    def other(opened: pikepdf.Pdf) -> None:
        seal = opened.Root["/AcroForm"]["/Fields"][0]["/V"]
        seal["/Reference"][0]["/TransformParams"]["/P"] = allowed

    with open_strictly(saved(other)) as opened, pytest.raises(FailedError) as failed:
        verify_permissions(opened)
    assert failed.value.rule == "VERIFY-DOCUMENT-04"


@pytest.mark.parametrize("key", ["/OpenAction", "/AA"])
def test_a_document_that_acts_when_it_is_opened_is_refused(key: str) -> None:
    def acting(opened: pikepdf.Pdf) -> None:
        opened.Root[key] = pikepdf.Dictionary(S=pikepdf.Name.JavaScript)

    with open_strictly(saved(acting)) as opened, pytest.raises(FailedError) as failed:
        verify_permissions(opened)
    assert failed.value.rule == "VERIFY-DOCUMENT-02"
    assert key in failed.value.reason


def test_something_on_a_page_that_has_no_place_fails_and_does_not_crash(
    record: Record,
) -> None:
    def placeless(opened: pikepdf.Pdf) -> None:
        note = opened.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot))
        opened.pages[0]["/Annots"] = pikepdf.Array([note])

    assert check_pages(saved(placeless), record).rule == "VERIFY-PAGE-01"


def test_a_seal_that_was_journalled_after_something_else_is_refused(
    record: Record,
) -> None:
    builder = build_record().builder
    builder.forgery = Forgery(nonce="00" * 16)  # No rule is asked any more.
    builder.record(Noted("Something in between."), in_step=False)
    proof = builder.record_seal(seal_revision(GOOD))
    check = check_proof(GOOD, record, POLICY, proof)
    assert check.rule == "VERIFY-PROOF-01"
    assert "last leaf" in check.reason


def written_by_hand(*objects: bytes) -> bytes:
    """Write a PDF object by object, so that no library mends it."""
    pdf, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        pdf
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\n" % size
        + b"startxref\n%d\n%%%%EOF\n" % len(pdf)
    )


def test_a_page_tree_that_is_too_deep_is_not_followed() -> None:
    def node(number: int) -> bytes:
        above = b"/Parent %d 0 R " % (number - 1) if number > 2 else b""
        return b"<< /Type /Pages /Count 1 /Kids [ %d 0 R ] %s>>" % (number + 1, above)

    def nested(depth: int) -> bytes:
        return written_by_hand(
            b"<< /Type /Catalog /Pages 2 0 R >>",
            *map(node, range(2, 2 + depth)),
            b"<< /Type /Page /Parent %d 0 R /Resources << >> /MediaBox [ 0 0 9 9 ] >>"
            % (1 + depth),
        )

    assert unpack(nested(limits.DEPTH_LIMIT)).page_count == 1
    with pytest.raises(FailedError, match="page tree") as failed:
        unpack(nested(limits.DEPTH_LIMIT + 1))
    assert failed.value.rule == "VERIFY-LIMIT-05"


def test_plain_streams_count_towards_the_limit_of_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pdf = written_by_hand(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [ 3 0 R ] >>",
        b"<< /Type /Page /Parent 2 0 R /Resources << >> /MediaBox [ 0 0 9 9 ] "
        b"/Contents 4 0 R >>",
        b"<< /Length 12 >>\nstream\n% twelve b.\n\nendstream",
    )
    assert unpack(pdf).decoded_size == 12
    monkeypatch.setattr(limits, "DECODED_LIMIT", 11)
    with pytest.raises(FailedError, match="all streams") as failed:
        unpack(pdf)
    assert failed.value.rule == "VERIFY-LIMIT-06"


@pytest.mark.parametrize(
    ("catalog", "resources", "words"),
    [
        (b"", b"", "damaged"),
        (
            b"/Names << /EmbeddedFiles << /Names [ (checkpoint) ] >> >> ",
            b"/Resources << >> ",
            "cannot be read",
        ),
    ],
)
def test_a_file_that_a_library_would_mend_is_refused(
    catalog: bytes, resources: bytes, words: str
) -> None:
    pdf = written_by_hand(
        b"<< /Type /Catalog %s/Pages 2 0 R >>" % catalog,
        b"<< /Type /Pages /Count 1 /Kids [ 3 0 R ] >>",
        b"<< /Type /Page /Parent 2 0 R %s/MediaBox [ 0 0 9 9 ] >>" % resources,
    )
    with pytest.raises(FailedError, match=words) as failed:
        unpack(pdf)
    assert failed.value.rule == "VERIFY-LIMIT-02"
