"""Each rule about the sealed document refuses what it is there to refuse."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import cast

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from ceremony.engine.state import State
from ceremony.identifiers import Role
from ceremony.pack.record import Record, read_record
from ceremony.verify import document
from ceremony.verify.check import Check, FailedError, Status
from ceremony.verify.document import check_document, seal_revision
from ceremony.verify.limits import open_strictly
from ceremony.verify.pages import check_pages
from ceremony.verify.proof import check_proof
from ceremony.verify.signature import (
    DocumentSignature,
    read_fields,
    read_signatures,
)
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import build_record
from tests.fakes.sealed_pack import GOOD, PACKS, POLICY, saved, signed

PROOF = (PACKS / "good.proof").read_bytes()


class _Limited:
    """A state at which a limit is reached as soon as it is read a second time."""

    def __init__(self, limit: type[Exception]) -> None:
        self._limit = limit
        self.closed = None

    def __getattr__(self, name: str) -> object:
        raise self._limit(name)


def checked(pdf: bytes, record: Record) -> Check:
    return check_document(pdf, record, POLICY)


def test_a_document_without_a_form_is_not_sealed(record: Record) -> None:
    def no_form(opened: pikepdf.Pdf) -> None:
        del opened.Root["/AcroForm"]

    pdf = saved(no_form)
    assert checked(pdf, record).rule == "VERIFY-DOCUMENT-01"
    with pytest.raises(FailedError):
        seal_revision(pdf)


def test_a_document_whose_fields_are_empty_is_not_sealed(record: Record) -> None:
    def empty(opened: pikepdf.Pdf) -> None:
        for field in opened.Root["/AcroForm"]["/Fields"]:
            if "/V" in field:
                del field["/V"]

    pdf = saved(empty)
    assert checked(pdf, record).rule == "VERIFY-DOCUMENT-01"
    with pytest.raises(FailedError) as failed:
        seal_revision(pdf)
    assert failed.value.rule == "VERIFY-DOCUMENT-01"


def test_a_form_of_another_kind_is_refused(record: Record) -> None:
    def needs(opened: pikepdf.Pdf) -> None:
        opened.Root["/AcroForm"]["/NeedAppearances"] = True

    def text_field(opened: pikepdf.Pdf) -> None:
        field = opened.make_indirect(
            pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("amount"))
        )
        opened.Root["/AcroForm"]["/Fields"].append(field)

    assert checked(saved(needs), record).rule == "VERIFY-DOCUMENT-02"
    assert checked(saved(text_field), record).rule == "VERIFY-DOCUMENT-02"


def test_a_document_that_was_written_anew_is_refused(record: Record) -> None:
    assert checked(saved(lambda _: None), record).rule == "VERIFY-DOCUMENT-03"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("/Filter", pikepdf.Name("/Other")),
        ("/Location", pikepdf.String("Elsewhere")),
        ("/ByteRange", pikepdf.Array([0, 1])),
    ],
)
def test_a_signature_dictionary_of_another_form_is_refused(
    key: str, value: pikepdf.Object, record: Record
) -> None:
    def other(opened: pikepdf.Pdf) -> None:
        opened.Root["/AcroForm"]["/Fields"][0]["/V"][key] = value

    assert checked(saved(other), record).rule == "VERIFY-DOCUMENT-03"


def test_a_signature_without_a_byte_range_is_refused(record: Record) -> None:
    def none(opened: pikepdf.Pdf) -> None:
        del opened.Root["/AcroForm"]["/Fields"][0]["/V"]["/ByteRange"]

    assert checked(saved(none), record).rule == "VERIFY-DOCUMENT-03"


def signatures_of(pdf: bytes) -> tuple[DocumentSignature, ...]:
    with open_strictly(pdf) as opened:
        return read_signatures(pdf, read_fields(opened))


def test_only_the_seal_certifies() -> None:
    seal, first, second = signatures_of(GOOD)
    with pytest.raises(FailedError) as failed:
        document._verify_order(GOOD, (seal, replace(first, certifies=True), second))
    assert failed.value.rule == "VERIFY-DOCUMENT-04"


def test_a_signature_ends_where_a_revision_ends() -> None:
    seal, first, second = signatures_of(GOOD)
    with pytest.raises(FailedError) as failed:
        document._verify_order(GOOD, (replace(seal, end=seal.end - 9), first, second))
    assert failed.value.rule == "VERIFY-DOCUMENT-03"


def flipped(at: int) -> bytes:
    return GOOD[:at] + bytes([GOOD[at] ^ 0x40]) + GOOD[at + 1 :]


def test_a_value_that_is_no_hex_or_no_cms_is_refused(record: Record) -> None:
    begin = signatures_of(GOOD)[0].gap[0] + 1
    broken = GOOD[:begin] + b"00000000" + GOOD[begin + 8 :]
    assert checked(broken, record).rule == "VERIFY-DOCUMENT-06"


def test_a_changed_embedded_file_is_not_what_was_signed(record: Record) -> None:
    at = GOOD.index(b"/EmbeddedFile")
    inside = GOOD.index(b"stream\n", at) + 40
    found = checked(flipped(inside), record)
    assert found.rule == "VERIFY-DOCUMENT-08"
    assert "seal" in found.reason


def test_a_seal_of_no_policy_is_refused(record: Record) -> None:
    policy = replace(POLICY, seal_certificates=())
    assert check_document(GOOD, record, policy).rule == "VERIFY-DOCUMENT-08"


def test_a_signatory_of_no_policy_is_refused(record: Record) -> None:
    people = tuple(person for person in POLICY.people if person.id != "s-01")
    policy = replace(POLICY, people=people)
    assert check_document(GOOD, record, policy).rule == "VERIFY-DOCUMENT-08"


def test_somebody_whom_the_plan_does_not_name_cannot_sign(
    record: Record, once_signed: bytes
) -> None:
    found = checked(signed(once_signed, "report-2", "a-01"), record)
    assert found.rule == "VERIFY-DOCUMENT-08"


def test_a_field_that_the_plan_does_not_fill_stays_empty(record: Record) -> None:
    found = checked(signed(GOOD, "timestamp-1", "s-01"), record)
    assert found.rule == "VERIFY-DOCUMENT-09"


def test_a_change_that_a_later_signature_covers_is_found(
    record: Record, once_signed: bytes
) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(once_signed))
    writer.root[pdf_name("/Lang")] = pdf_string("de")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    found = checked(signed(out.getvalue(), "report-2", "x-01"), record)
    assert found.rule == "VERIFY-DOCUMENT-10"
    assert "is not as it was sealed" in found.reason


def test_a_pack_that_waits_for_a_signature_is_not_complete(
    record: Record, once_signed: bytes
) -> None:
    found = checked(once_signed, record)
    assert found.status is Status.NOT_CHECKED
    assert "report-2" in found.reason


def test_a_signature_that_the_policy_wants_and_no_plan_has_is_missed(
    record: Record,
) -> None:
    policy = replace(POLICY, report_signers=(Role("notary"),))
    found = check_document(GOOD, record, policy)
    assert found.status is Status.NOT_CHECKED
    assert "notary" in found.reason


def test_without_a_policy_the_signatures_are_anybodys(record: Record) -> None:
    assert check_document(GOOD, record, None).status is Status.NOT_CHECKED


def test_pages_of_a_shorter_record_are_fewer() -> None:
    shorter = read_record(build_record(Forgery(stop_after="1.9")).files)
    assert check_pages(GOOD, shorter).rule == "VERIFY-PAGE-01"


def test_something_that_lies_on_a_page_is_found(record: Record) -> None:
    def cover(opened: pikepdf.Pdf) -> None:
        note = opened.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Square,
                Rect=[10, 10, 500, 800],
            )
        )
        opened.pages[0]["/Annots"] = pikepdf.Array([note])

    assert check_pages(saved(cover), record).rule == "VERIFY-PAGE-03"


def test_a_page_with_a_key_that_no_layout_writes_is_found(record: Record) -> None:
    def odd(opened: pikepdf.Pdf) -> None:
        opened.pages[0]["/Thumb"] = pikepdf.Dictionary()

    def turned(opened: pikepdf.Pdf) -> None:
        opened.pages[0]["/UserUnit"] = 2

    assert check_pages(saved(odd), record).rule == "VERIFY-PAGE-02"
    assert check_pages(saved(turned), record).rule == "VERIFY-PAGE-02"


def test_pages_of_another_layout_are_not_compared(record: Record) -> None:
    closed = record.state.closed
    assert closed is not None
    other = replace(record.state, closed=replace(closed, layout=99))
    found = check_pages(GOOD, replace(record, state=other))
    assert found.status is Status.NOT_CHECKED
    assert "99" in found.reason


def test_a_record_that_cannot_be_laid_out_has_no_pages(record: Record) -> None:
    closed = record.state.closed
    assert closed is not None
    other = replace(record.state, closed=replace(closed, paper="A0"))
    assert check_pages(GOOD, replace(record, state=other)).rule == "VERIFY-PAGE-06"


def test_a_record_at_which_a_page_stumbles_has_no_pages(record: Record) -> None:
    """Whatever a page raises is said of the pack, and stops no other check."""
    (made, *_) = record.state.keys.values()
    unknown = {**record.state.keys, "of nobody": made}
    found = check_pages(
        GOOD, replace(record, state=replace(record.state, keys=unknown))
    )
    assert found.rule == "VERIFY-PAGE-06"
    assert "of nobody" in found.reason


@pytest.mark.parametrize("limit", [MemoryError, RecursionError])
def test_a_limit_that_a_page_reaches_is_told_by_who_set_it(
    record: Record, limit: type[Exception]
) -> None:
    with pytest.raises(limit):
        check_pages(GOOD, replace(record, state=cast("State", _Limited(limit))))


def test_the_proof_of_another_leaf_is_refused(record: Record) -> None:
    built = build_record()
    last = built.builder.facts[-1].event.seq
    proof = built.builder.prove(last, built.builder.leaves[-1])
    assert check_proof(GOOD, record, POLICY, proof).rule == "VERIFY-PROOF-01"


def test_a_proof_that_is_none_is_refused(record: Record) -> None:
    assert check_proof(GOOD, record, POLICY, b"").rule == "JOURNAL-PROOF-01"


def test_a_proof_without_a_policy_is_not_checked(record: Record) -> None:
    assert check_proof(GOOD, record, None, PROOF).status is Status.NOT_CHECKED
