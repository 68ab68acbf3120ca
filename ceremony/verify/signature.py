"""The signatures of a pack's document as they stand in its bytes.

Reading here is by the file's bytes and the form's fields alone; ``document`` says
what must hold of them.

Source: ISO 32000-1 clauses 12.7.4.5 (signature fields) and 12.8.1 (signature
    dictionary, ``/ByteRange``).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

import pikepdf

from ceremony.pack.cms import CONTENTS_SIZE, SUBFILTER
from ceremony.verify.check import FailedError

FIELD_NAME: Final = re.compile(r"seal|report-[1-9][0-9]?|timestamp-[12]")

_SIGNATURE_KEYS: Final = frozenset(
    {
        "/Type",
        "/Filter",
        "/SubFilter",
        "/ByteRange",
        "/Contents",
        "/M",
        "/Reason",
        "/Reference",
        "/Prop_Build",
    }
)

_PARTS: Final = 4


@dataclass(frozen=True, slots=True)
class DocumentSignature:
    """One filled signature field.

    Attributes:
        field: The field's name.
        gap: Where the value of ``/Contents`` begins and ends, angle brackets
            included; byte offsets.
        end: How far the signature covers the file, in bytes.
        certifies: True where it carries the document's permissions (DocMDP).
        date: Its ``/M`` as written.
    """

    field: str
    gap: tuple[int, int]
    end: int
    certifies: bool
    date: str

    def digest(self, pdf: bytes) -> bytes:
        """Digest what it covers: SHA-256, 32 bytes."""
        begin, end = self.gap
        covered = hashlib.sha256(pdf[:begin])
        covered.update(pdf[end : self.end])
        return covered.digest()

    def contents(self, pdf: bytes) -> bytes:
        """Give the hex digits of its value as they stand in the file."""
        begin, end = self.gap
        return pdf[begin + 1 : end - 1]


def read_fields(document: pikepdf.Pdf) -> dict[str, Any]:
    """Give the form's signature fields by name.

    Raises:
        FailedError: ``VERIFY-DOCUMENT-02``: the form is not one of a pack.
    """
    form = document.Root.get("/AcroForm")
    if form is None:
        raise FailedError("VERIFY-DOCUMENT-01", "the document has no signature field")
    banned = [key for key in ("/XFA", "/NeedAppearances") if key in form]
    fields: dict[str, Any] = {}
    for field in form.get("/Fields", []):
        name = str(field.get("/T", ""))
        if (
            not FIELD_NAME.fullmatch(name)
            or name in fields
            or field.get("/FT") != "/Sig"
            or "/Kids" in field
            or not field.is_indirect
        ):
            banned.append(f"the field {name!r}")
        fields[name] = field
    if banned:
        raise FailedError(
            "VERIFY-DOCUMENT-02", f"the form holds {banned[0]}, which no pack has"
        )
    return fields


def read_signatures(
    pdf: bytes, fields: dict[str, Any]
) -> tuple[DocumentSignature, ...]:
    """Read every filled field, in the order in which they were signed.

    Args:
        pdf: The file's bytes.
        fields: The form's fields by name.

    Raises:
        FailedError: ``VERIFY-DOCUMENT-03``: a signature does not cover what it must.
    """
    signatures = [
        _read(pdf, name, field["/V"]) for name, field in fields.items() if "/V" in field
    ]
    return tuple(sorted(signatures, key=lambda signature: signature.end))


def _read(
    pdf: bytes,
    name: str,
    value: Any,  # noqa: ANN401  a PDF object
) -> DocumentSignature:
    keys = set(value.keys())
    form = (str(value.get("/Filter")), str(value.get("/SubFilter")))
    if keys - _SIGNATURE_KEYS or form != ("/Adobe.PPKLite", SUBFILTER):
        raise FailedError(
            "VERIFY-DOCUMENT-03", f"{name}: its dictionary is not of the pack's form"
        )
    parts = [int(number) for number in value.get("/ByteRange", [])]
    if len(parts) != _PARTS:
        raise FailedError("VERIFY-DOCUMENT-03", f"{name}: it has no byte range")
    first, begin, second, length = parts
    end = second + length
    gap = pdf[begin:second]
    right = (
        # What readers take for the value is what the gap leaves out.
        bytes(value["/Contents"]).hex().encode() == gap[1:-1].lower()
        and first == 0
        and 0 < begin < second < end <= len(pdf)
        and len(gap) == 2 * CONTENTS_SIZE + 2
        and gap.startswith(b"<")
        and gap.endswith(b">")
    )
    if not right:
        raise FailedError(
            "VERIFY-DOCUMENT-03",
            f"{name}: its byte range {parts} leaves out more or less than its value",
        )
    return DocumentSignature(
        name, (begin, second), end, "/Reference" in keys, str(value.get("/M", ""))
    )
