"""Check 1: the file is small and simple enough to be looked at, and what it embeds.

A pack comes from a stranger. It is opened without repair; every stream is counted
while it is decoded, so that a small file cannot become a large one; embedded files
are read here, in memory, and nowhere else.

Invariants:
    * Nothing is decoded beyond :data:`DECODED_LIMIT` in all, nor beyond
      :data:`RATIO_LIMIT` times its size where it is larger than 64 KiB.
    * A file is embedded once, under one flat name, and only in the name tree.

Source: ISO 32000-1 clauses 7.4 (filters), 7.7.3 (page tree), 7.9.6 (name trees),
    7.11 (file specifications).
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import pikepdf

from ceremony.errors import CeremonyError
from ceremony.identifiers import is_flat_name
from ceremony.pack.attachments import verify_names
from ceremony.verify.check import FailedError, failed_from

FILE_LIMIT: Final = 64 * 2**20
DECODED_LIMIT: Final = 256 * 2**20
RATIO_LIMIT: Final = 100
SMALL_STREAM: Final = 64 * 2**10
"""A stream that decodes to no more than this may have any ratio."""

ATTACHMENT_LIMIT: Final = 5_000
PAGE_LIMIT: Final = 20_000
OBJECT_LIMIT: Final = 300_000
DEPTH_LIMIT: Final = 32

PDF_FAULTS: Final = (
    pikepdf.PdfError,
    AttributeError,
    IndexError,
    KeyError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What reading a PDF that is not of the expected shape may raise."""

_MEMORY: Final = re.compile(r"(?:stream )?<[^<>]* at 0x[0-9a-fA-F]+>(?:: | )?")

_SPEC_KEYS: Final = frozenset({"/Type", "/F", "/UF", "/EF", "/Desc", "/AFRelationship"})
"""The keys of a file specification; others carry further names or contents."""

_PLAIN_FILTERS: Final = ("/FlateDecode", "/ASCII85Decode")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a pack holds, read within the limits.

    Attributes:
        files: Every embedded file by its flat name.
        page_count: Its number of pages, 1 or more.
        decoded_size: All its streams decoded, in bytes.
    """

    files: dict[str, bytes]
    page_count: int
    decoded_size: int


def fault_of(error: Exception) -> str:
    """Name what is wrong with a PDF, in the same words on every run.

    The library's messages name the object in memory that the file was read from.
    """
    return _MEMORY.sub("", str(error)) or type(error).__name__


def open_strictly(pdf: bytes) -> pikepdf.Pdf:
    """Open a PDF as it is: nothing repaired, nothing encrypted.

    Args:
        pdf: The file's bytes.

    Raises:
        FailedError: ``VERIFY-LIMIT-02`` to ``-04``.
    """
    if not pdf.startswith(b"%PDF-1."):
        raise FailedError("VERIFY-LIMIT-02", "byte 0: the file does not begin as a PDF")
    try:
        document = pikepdf.open(
            BytesIO(pdf), attempt_recovery=False, suppress_warnings=True
        )
    except pikepdf.PasswordError as error:
        raise FailedError("VERIFY-LIMIT-03", "the file is encrypted") from error
    except PDF_FAULTS as error:
        raise FailedError(
            "VERIFY-LIMIT-02", f"it cannot be read: {fault_of(error)}"
        ) from error
    if document.is_encrypted:
        raise FailedError("VERIFY-LIMIT-03", "the file is encrypted")
    if len(document.objects) > OBJECT_LIMIT:
        raise FailedError(
            "VERIFY-LIMIT-04", f"it holds more than {OBJECT_LIMIT} objects"
        )
    return document


def unpack(pdf: bytes) -> Unpacked:
    """Read the embedded files, within every limit.

    Args:
        pdf: The file's bytes.

    Raises:
        FailedError: ``VERIFY-LIMIT-01`` to ``-09``, or the name's own rule.
    """
    if len(pdf) > FILE_LIMIT:
        raise FailedError("VERIFY-LIMIT-01", f"it is larger than {FILE_LIMIT} bytes")
    document = open_strictly(pdf)
    try:
        page_count = _count_pages(document)
        streams, decoded_size = _decode_all(document)
        files = _embedded(document, streams)
    except PDF_FAULTS as error:
        raise FailedError(
            "VERIFY-LIMIT-02", f"it cannot be read: {fault_of(error)}"
        ) from error
    warnings = document.get_warnings()
    if warnings:
        raise FailedError("VERIFY-LIMIT-02", f"it is damaged: {fault_of(warnings[0])}")
    return Unpacked(files, page_count, decoded_size)


def _count_pages(document: pikepdf.Pdf) -> int:
    """Walk the page tree by hand, so that a loop in it is seen and not followed."""
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[Any, int]] = [(document.Root["/Pages"], 0)]
    count = 0
    while waiting:
        node, depth = waiting.pop()
        if node.objgen in seen or depth > DEPTH_LIMIT:
            raise FailedError(
                "VERIFY-LIMIT-05",
                f"object {node.objgen[0]}: the page tree has a loop or is too deep",
            )
        seen.add(node.objgen)
        if "/Kids" in node:
            waiting += [(kid, depth + 1) for kid in node["/Kids"]]
            continue
        count += 1
        if count > PAGE_LIMIT:
            raise FailedError("VERIFY-LIMIT-05", f"it has more than {PAGE_LIMIT} pages")
    if count == 0:
        raise FailedError("VERIFY-LIMIT-05", "it has no page")
    return count


def _decode_all(
    document: pikepdf.Pdf,
) -> tuple[dict[tuple[int, int], bytes], int]:
    """Decode every stream once, counting; keep what embedded files hold."""
    left = DECODED_LIMIT
    kept: dict[tuple[int, int], bytes] = {}
    for item in document.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        content = decode_stream(item, left)
        left -= len(content)
        if item.get("/Type") == "/EmbeddedFile":
            kept[item.objgen] = content
    return kept, DECODED_LIMIT - left


def decode_stream(stream: pikepdf.Stream, limit: int = DECODED_LIMIT) -> bytes:
    """Decode one stream, stopping at the limit.

    Args:
        stream: Any stream object.
        limit: The largest length that is decoded, in bytes.

    Raises:
        FailedError: ``VERIFY-LIMIT-06``: it is larger, grows more than a hundred
            times, or uses a filter that a pack does not.
    """
    raw = bytes(stream.read_raw_bytes())
    content = raw
    if "/DecodeParms" in stream or "/F" in stream:
        # A predictor or a file outside would show another content than is read here.
        raise _too_much(stream, "its content depends on more than its filters")
    for name in _filters(stream):
        if name not in _PLAIN_FILTERS:
            raise _too_much(stream, f"it uses the filter {name}")
        if name == "/ASCII85Decode":
            content = base64.a85decode(content.strip().removesuffix(b"~>"))
            continue
        allowed = min(limit, max(len(raw) * RATIO_LIMIT, SMALL_STREAM))
        inflater = zlib.decompressobj()
        try:
            content = inflater.decompress(content, allowed + 1)
        except zlib.error as error:
            raise _too_much(stream, f"it cannot be decoded ({error})") from error
        if len(content) > allowed:
            raise _too_much(stream, f"it decodes to more than {allowed} bytes")
    if len(content) > limit:
        raise _too_much(stream, f"all streams decode to over {DECODED_LIMIT} bytes")
    return content


def _filters(stream: pikepdf.Stream) -> list[str]:
    told = stream.get("/Filter")
    if told is None:
        return []
    if isinstance(told, pikepdf.Array):
        return [str(name) for name in told]
    return [str(told)]


def _too_much(stream: pikepdf.Stream, why: str) -> FailedError:
    return FailedError("VERIFY-LIMIT-06", f"object {stream.objgen[0]}: {why}")


def _embedded(
    document: pikepdf.Pdf, streams: dict[tuple[int, int], bytes]
) -> dict[str, bytes]:
    """Read the name tree of embedded files; each stream must serve one name."""
    files: dict[str, bytes] = {}
    used: set[tuple[int, int]] = set()
    for key, spec in _name_tree(document):
        name = str(key)
        if len(files) >= ATTACHMENT_LIMIT:
            raise FailedError(
                "VERIFY-LIMIT-07", f"it embeds more than {ATTACHMENT_LIMIT} files"
            )
        if not is_flat_name(name) or name in files:
            raise FailedError(
                "VERIFY-LIMIT-08", f"the name {name!r} is no flat name, or stands twice"
            )
        objgen = _content_of(name, spec)
        if objgen not in streams or objgen in used:
            raise FailedError("VERIFY-LIMIT-09", f"{name} has no content of its own")
        used.add(objgen)
        files[name] = streams[objgen]
    stray = [
        item.objgen[0]
        for item in document.objects
        if isinstance(item, pikepdf.Stream)
        and item.get("/Type") == "/EmbeddedFile"
        and item.objgen not in used
    ]
    if stray:
        raise FailedError(
            "VERIFY-LIMIT-09", f"object {stray[0]}: a file is embedded without a name"
        )
    try:
        verify_names(files)
    except CeremonyError as error:
        raise failed_from(error) from error
    return files


def _content_of(name: str, spec: Any) -> tuple[int, int]:  # noqa: ANN401  a PDF object
    """Find the one stream behind a file specification."""
    told = {str(spec[key]) for key in ("/F", "/UF") if key in spec}
    contents: set[tuple[int, int]] = {item.objgen for _, item in spec["/EF"].items()}
    strange = set(spec.keys()) - _SPEC_KEYS
    if told != {name} or len(contents) != 1 or strange:
        raise FailedError(
            "VERIFY-LIMIT-08", f"{name}: its file specification has another name"
        )
    return next(iter(contents))


def _name_tree(document: pikepdf.Pdf) -> Iterator[tuple[Any, Any]]:
    """Walk the name tree of embedded files; a loop in it is refused."""
    names = document.Root.get("/Names")
    tree = names.get("/EmbeddedFiles") if names is not None else None
    waiting: list[tuple[Any, int]] = [] if tree is None else [(tree, 0)]
    seen: set[tuple[int, int]] = set()
    while waiting:
        node, depth = waiting.pop()
        if (node.objgen != (0, 0) and node.objgen in seen) or depth > DEPTH_LIMIT:
            raise FailedError(
                "VERIFY-LIMIT-07", "the name tree of embedded files has a loop"
            )
        seen.add(node.objgen)
        waiting += [(kid, depth + 1) for kid in node.get("/Kids", [])]
        pairs = list(node.get("/Names", []))
        yield from zip(pairs[::2], pairs[1::2], strict=True)
