"""What a viewer shows around the pages is what the journal gives, too.

Part of check 14: the title of the window, the document information, the metadata and
the bookmarks are read as the record's own words, so that they have to be those of the
pages that are laid out again. Dates and the name of the library are left open: they
say how the file was written.

Source: ISO 32000-1 clauses 12.3.3 (outlines), 14.3 (metadata); ISO 16684-1 clause 7.
"""

from __future__ import annotations

import html
import re
from typing import Any, Final, cast

import pikepdf

from ceremony.verify.check import FailedError
from ceremony.verify.graph import ENCODING_KEYS, Comparison, find_difference
from ceremony.verify.limits import decode_stream

_TOLD: Final = ("/Title", "/Author", "/Subject", "/Creator", "/Trapped")
_WRITTEN: Final = ("/CreationDate", "/ModDate", "/Producer")

_TAG: Final = re.compile(r"<[^>]*>")
_ATTRIBUTE: Final = re.compile(r'([\w:]+)="([^"]*)"')
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
_CONFORMANCE: Final = ("3", "B")
_ATTRIBUTES: Final = {
    "rdf:about": "",
    "xml:lang": "x-default",
    "begin": "\ufeff",
    "id": "W5M0MpCehiHzreSzNTczkc9d",
    "end": "w",
}
"""Every attribute of the packet and its value; namespaces besides."""


def verify_metadata(found: pikepdf.Pdf, wanted: pikepdf.Pdf) -> None:
    """Compare document information, metadata and bookmarks.

    Args:
        found: The pack.
        wanted: The pages that are laid out again.

    Raises:
        FailedError: ``VERIFY-PAGE-05``: they say something else.
    """
    info, again = found.trailer["/Info"], wanted.trailer["/Info"]
    for key in sorted(set(info.keys()) - set(_WRITTEN) | set(_TOLD)):
        if key not in _TOLD or info.get(key) != again.get(key):
            raise _other(f"the document information, {key},")
    packet = decode_stream(cast("pikepdf.Stream", found.Root["/Metadata"])).decode()
    _verify_packet(packet, {str(value) for _, value in info.items()})
    comparison = Comparison(
        read=decode_stream, skip=_SamePages(found, wanted), encoding=ENCODING_KEYS
    )
    bookmarks = found.Root.get("/Outlines"), wanted.Root.get("/Outlines")
    if find_difference(*bookmarks, comparison, "bookmarks"):
        raise _other("a bookmark")


class _SamePages:
    """Does not look into a page that a bookmark leads to, if it is the same one."""

    def __init__(self, found: pikepdf.Pdf, wanted: pikepdf.Pdf) -> None:
        self._found, self._wanted = (
            {page.obj.objgen: number for number, page in enumerate(document.pages)}
            for document in (found, wanted)
        )

    def __call__(self, one: Any, other: Any) -> frozenset[str]:  # noqa: ANN401  PDF objects
        number = self._found.get(one.objgen)
        if number is not None and number == self._wanted.get(other.objgen):
            return frozenset(one.keys()) | frozenset(other.keys())
        return frozenset()


def _verify_packet(packet: str, told: set[str]) -> None:
    """Insist that the metadata has no words that the document information has not.

    Args:
        packet: The XMP packet.
        told: The values of the document information.
    """
    for tag in _TAG.findall(packet):
        attributes = _ATTRIBUTE.findall(tag)
        strange = [
            name
            for name, value in attributes
            if not name.startswith("xmlns:") and _ATTRIBUTES.get(name) != value
        ]
        if strange or tag.startswith("<!") or tag.count("=") != len(attributes):
            raise _other(f"the metadata, {tag},")
    for words in _TAG.split(packet):
        text = html.unescape(words.strip(" \r\n\t\ufeff"))
        if text and text not in told | set(_CONFORMANCE) and not _DATE.fullmatch(text):
            raise _other(f"the metadata, {text!r},")


def _other(what: str) -> FailedError:
    return FailedError("VERIFY-PAGE-05", f"{what} is not what the journal gives")
