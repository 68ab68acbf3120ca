"""Check 1 refuses what is too large, too deep or not plain, and names it."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest

from ceremony.verify import limits
from ceremony.verify.check import FailedError, Status
from ceremony.verify.examination import check_pack
from ceremony.verify.limits import fault_of, open_strictly, unpack


def written(
    change: Callable[[pikepdf.Pdf], None] = lambda _: None,
    **how: object,
) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    attach(document, "checkpoint", b"hello\n")
    change(document)
    out = BytesIO()
    document.save(out, **how)  # type: ignore[arg-type]  # pikepdf's own options
    return out.getvalue()


def attach(document: pikepdf.Pdf, name: str, content: bytes) -> None:
    document.attachments[name] = pikepdf.AttachedFileSpec(
        document, content, filename=name
    )


def rule_of(pdf: bytes) -> str:
    with pytest.raises(FailedError) as failed:
        unpack(pdf)
    assert failed.value.reason
    return failed.value.rule


def test_a_plain_file_is_unpacked() -> None:
    unpacked = unpack(written())
    assert unpacked.files == {"checkpoint": b"hello\n"}
    assert unpacked.page_count == 1


def test_a_file_of_another_kind_is_refused() -> None:
    assert rule_of(b"PK\x03\x04 not a document") == "VERIFY-LIMIT-02"
    assert rule_of(b"%PDF-1.7\nnothing else") == "VERIFY-LIMIT-02"


def test_a_damaged_file_is_not_repaired() -> None:
    pdf = written()
    assert rule_of(pdf.replace(b"startxref\n", b"startxref\n9")) == "VERIFY-LIMIT-02"


def test_damage_is_told_in_the_same_words_on_every_run() -> None:
    broken = written().replace(b"endobj", b"endobx", 1)
    at = f"(object 1 0, offset {broken.index(b'endobx')})"
    for pdf, reason in (
        (b"%PDF-1.7\nnothing else", "it cannot be read: can't find startxref"),
        (broken, f"it is damaged: {at}: expected endobj"),
    ):
        with pytest.raises(FailedError) as failed:
            unpack(pdf)
        assert failed.value.reason == reason


def test_a_fault_without_words_is_named_by_its_kind() -> None:
    assert fault_of(IndexError()) == "IndexError"
    nameless = TypeError("<pikepdf.Object object at 0x7f89f7d37b00>")
    assert fault_of(nameless) == "TypeError"


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE_LIMIT", 100)
    assert rule_of(written()) == "VERIFY-LIMIT-01"


def test_an_encrypted_file_is_refused() -> None:
    open_to_all = written(encryption=pikepdf.Encryption(owner="o", user=""))
    locked = written(encryption=pikepdf.Encryption(owner="o", user="u"))
    assert rule_of(open_to_all) == "VERIFY-LIMIT-03"
    assert rule_of(locked) == "VERIFY-LIMIT-03"


def test_too_many_objects_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OBJECT_LIMIT", 3)
    assert rule_of(written()) == "VERIFY-LIMIT-04"


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAGE_LIMIT", 0)
    assert rule_of(written()) == "VERIFY-LIMIT-05"


def test_a_loop_in_the_page_tree_is_not_followed() -> None:
    pdf = written(qdf=True)
    kids = pdf.index(b"/Kids [")
    end = pdf.index(b"]", kids)
    inside = pdf[kids:end]
    page = inside.split()[2]
    pages = next(
        line.split()[0]
        for line in pdf.split(b"\n")
        if line.endswith(b" 0 obj") and _is_pages(pdf, line)
    )
    looped = pdf.replace(inside, inside.replace(page + b" 0", pages + b" 0"))
    with pytest.raises(FailedError):
        unpack(looped)


def _is_pages(pdf: bytes, line: bytes) -> bool:
    body = pdf.split(line, 1)[1].split(b"endobj", 1)[0]
    return b"/Type /Pages" in body


def test_a_document_without_pages_is_refused() -> None:
    def empty(document: pikepdf.Pdf) -> None:
        del document.pages[0]

    assert rule_of(written(empty)) == "VERIFY-LIMIT-05"


def test_a_stream_that_grows_too_much_is_refused() -> None:
    def bomb(document: pikepdf.Pdf) -> None:
        attach(document, "events.jsonl", bytes(20 * 2**20))

    assert rule_of(written(bomb, compress_streams=True)) == "VERIFY-LIMIT-06"


def test_all_streams_together_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DECODED_LIMIT", 10)

    def three(document: pikepdf.Pdf) -> None:
        attach(document, "events.jsonl", b"x" * 9)

    assert rule_of(written(three)) == "VERIFY-LIMIT-06"


AS_IT_IS = {
    "stream_decode_level": pikepdf.StreamDecodeLevel.none,
    "compress_streams": False,
}
"""Has pikepdf write a stream as it was given, neither decoded nor packed anew."""


def test_an_unknown_filter_is_refused() -> None:
    def odd(document: pikepdf.Pdf) -> None:
        stream = document.make_stream(b"")
        stream.write(b"00", filter=pikepdf.Name.RunLengthDecode)
        document.Root["/Odd"] = stream

    assert rule_of(written(odd, **AS_IT_IS)) == "VERIFY-LIMIT-06"


def test_a_stream_that_does_not_decode_is_refused() -> None:
    def broken(document: pikepdf.Pdf) -> None:
        stream = document.make_stream(b"")
        stream.write(b"not deflated", filter=pikepdf.Name.FlateDecode)
        document.Root["/Odd"] = stream

    assert rule_of(written(broken, **AS_IT_IS)) == "VERIFY-LIMIT-06"


def test_two_filters_are_undone_in_their_order() -> None:
    document = pikepdf.new()
    stream = document.make_stream(b"")
    stream.write(
        base64.a85encode(zlib.compress(b"twice")) + b"~>",
        filter=pikepdf.Array([pikepdf.Name.ASCII85Decode, pikepdf.Name.FlateDecode]),
    )
    assert limits.decode_stream(stream) == b"twice"


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ATTACHMENT_LIMIT", 0)
    assert rule_of(written()) == "VERIFY-LIMIT-07"


def test_a_loop_in_the_name_tree_is_not_followed() -> None:
    def loop(document: pikepdf.Pdf) -> None:
        node = document.make_indirect(pikepdf.Dictionary())
        node["/Kids"] = pikepdf.Array([node])
        document.Root["/Names"]["/EmbeddedFiles"] = node

    assert rule_of(written(loop)) == "VERIFY-LIMIT-07"


@pytest.mark.parametrize("name", ["../events.jsonl", "a/b", "C:\\x", ".hidden", ""])
def test_a_name_that_is_a_path_is_refused(name: str) -> None:
    def path(document: pikepdf.Pdf) -> None:
        attach(document, name, b"x")

    assert rule_of(written(path)) == "VERIFY-LIMIT-08"


def test_a_name_that_no_pack_uses_is_refused() -> None:
    def odd(document: pikepdf.Pdf) -> None:
        attach(document, "setup.exe", b"x")

    assert rule_of(written(odd)) == "PACK-NAME-01"


def test_names_that_differ_in_case_only_are_refused() -> None:
    def twins(document: pikepdf.Pdf) -> None:
        attach(document, "certificate-a.pem", b"x")
        attach(document, "certificate-A.pem", b"y")

    assert rule_of(written(twins)) == "PACK-NAME-02"


def test_a_file_specification_under_another_name_is_refused() -> None:
    def other(document: pikepdf.Pdf) -> None:
        spec = document.attachments["checkpoint"].obj
        spec["/UF"] = pikepdf.String("events.jsonl")

    assert rule_of(written(other)) == "VERIFY-LIMIT-08"


def test_one_name_twice_in_the_tree_is_refused() -> None:
    def twice(document: pikepdf.Pdf) -> None:
        names = document.Root["/Names"]["/EmbeddedFiles"]["/Names"]
        names.append(names[0])
        names.append(names[1])

    assert rule_of(written(twice)) == "VERIFY-LIMIT-08"


def test_one_content_under_two_names_is_refused() -> None:
    def shared(document: pikepdf.Pdf) -> None:
        attach(document, "events.jsonl", b"x")
        first = document.attachments["checkpoint"].obj["/EF"]["/F"]
        second = document.attachments["events.jsonl"].obj["/EF"]
        second["/F"] = first
        second["/UF"] = first

    assert rule_of(written(shared)) == "VERIFY-LIMIT-09"


def test_a_file_embedded_beside_the_name_tree_is_refused() -> None:
    def hidden(document: pikepdf.Pdf) -> None:
        stream = document.make_stream(b"hidden")
        stream["/Type"] = pikepdf.Name.EmbeddedFile
        document.Root["/Hidden"] = stream

    assert rule_of(written(hidden)) == "VERIFY-LIMIT-09"


def test_a_later_pdf_version_is_refused() -> None:
    with pytest.raises(FailedError):
        open_strictly(written(force_version="2.0").replace(b"%PDF-1", b"%PDF-2"))


def test_beyond_the_limits_nothing_else_is_checked() -> None:
    verdict = check_pack(b"no document", None)
    assert [check.status for check in verdict.checks] == [
        Status.FAILED,
        *[Status.NOT_CHECKED] * 16,
    ]
    assert verdict.ceremony_line == "Ceremony: cannot be told"
