"""From laid-out pages and embedded files to one PDF/A-3b file, ready to be sealed.

Invariants:
    * The same pages, files and time give the same bytes.
    * The file passes as PDF/A-3b before it is sealed; what the validator cannot see
      once there are signatures is checked here.

Source: ISO 19005-3 clauses 6.3 (annotations), 6.4 (forms), 6.5 (actions), 6.8
    (embedded files); ISO 32000-1 clause 12.7.8 (XFA).
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import pikepdf
from pikepdf import pdfa

from ceremony.errors import EvidenceError
from ceremony.pack.attachments import attachment_kind

FLAVOUR: Final = "3b"

_DATE: Final = "D:%Y%m%d%H%M%SZ"

_METADATA_DATE: Final = re.compile(rb"(<xmp:MetadataDate>)[^<]*(</xmp:MetadataDate>)")


_FORM_BANNED: Final = ("/XFA", "/NeedAppearances")

_PRINT: Final = 4
"""The annotation flag Print (ISO 32000-1 clause 12.5.3)."""

_FLAGS: Final = 1 | 2 | _PRINT | 32 | 256
"""Invisible, Hidden, Print, NoView, ToggleNoView: ISO 19005-3 clause 6.3.2."""

_ACTIONS: Final = ("/OpenAction", "/AA")

_PASSED: Final[deque[bytes]] = deque(maxlen=8)
"""The last documents that have passed here, each by SHA-256 of its plain form."""


def assemble(pages: bytes, files: Mapping[str, bytes], *, at: datetime) -> bytes:
    """Embed the files, convert to PDF/A-3b and insist that it passes.

    Args:
        pages: The laid-out pages, PDF.
        files: The files to embed by flat name.
        at: The journal's last time, aware: the date of everything in the file.

    Returns:
        The unsigned file, PDF/A-3b.

    Raises:
        EvidenceError: ``EVIDENCE-PDFA-01``: it does not pass as PDF/A-3b;
            ``PACK-NAME-01``: a file has a name that no pack may embed.
    """
    moment = at.astimezone(UTC).replace(microsecond=0)
    with pikepdf.open(BytesIO(pages)) as document:
        for page in document.pages:
            if "/Trans" in page:
                del page["/Trans"]
        for name in sorted(files):
            document.attachments[name] = _attachment(
                document, name, files[name], moment
            )
        document.docinfo["/CreationDate"] = moment.strftime(_DATE)
        document.docinfo["/ModDate"] = moment.strftime(_DATE)
        identifier = pikepdf.String(_identifier(pages, files, moment))
        document.trailer["/ID"] = pikepdf.Array([identifier, identifier])
        return _convert(document, moment)


def check_after_signing(pdf: bytes) -> tuple[str, ...]:
    """Look for what the validator cannot judge in a file with signatures.

    Args:
        pdf: The sealed file, with or without report signatures.

    Returns:
        What was found, in words; empty where the file is as it should be.
    """
    with pikepdf.open(BytesIO(pdf)) as document:
        findings = _lint_form(document)
        # The validator judges nothing in a file with a form, so it gets one without.
        _take_form_out(document)
        plain = _plain_digest(document)
        if plain not in _PASSED:
            found = [str(one) for one in pdfa.check(document, FLAVOUR).findings]
            findings += found
            if not found:
                _PASSED.append(plain)
    return tuple(findings)


def _plain_digest(document: pikepdf.Pdf) -> bytes:
    """Hash everything that a document reaches, written anew: 32 bytes.

    A signature adds to the form only, so that without its form a signed pack is to
    the byte what has passed before it was sealed. It then need not be judged again,
    which takes longer than all else that signing does.
    """
    written = BytesIO()
    document.save(
        written,
        static_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return hashlib.sha256(written.getbuffer()).digest()


def _attachment(
    document: pikepdf.Pdf, name: str, content: bytes, moment: datetime
) -> pikepdf.AttachedFileSpec:
    kind = attachment_kind(name)
    embedded = pikepdf.AttachedFileSpec(
        document,
        content,
        filename=name,
        mime_type=kind.media_type,
        description=kind.description,
        creation_date=moment.strftime(_DATE),
        mod_date=moment.strftime(_DATE),
    )
    embedded.relationship = pikepdf.Name(f"/{kind.relationship}")
    return embedded


def _identifier(pages: bytes, files: Mapping[str, bytes], moment: datetime) -> bytes:
    """Give the file's identifier: 16 bytes that follow from its contents."""
    digest = hashlib.sha256(moment.isoformat().encode() + b"\n")
    digest.update(hashlib.sha256(pages).digest())
    for name in sorted(files):
        digest.update(name.encode() + b"\n" + hashlib.sha256(files[name]).digest())
    return digest.digest()[:16]


def _convert(document: pikepdf.Pdf, moment: datetime) -> bytes:
    """Prepare for PDF/A, take the clock out of the metadata, write and validate."""
    pdfa.prepare(document, FLAVOUR)
    packet = bytes(document.Root.Metadata.read_bytes())
    document.Root.Metadata.write(_fix_metadata_date(packet, moment))
    written = BytesIO()
    try:
        pdfa.save(
            document,
            written,
            FLAVOUR,
            repair=False,
            deterministic_id=True,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    except pdfa.PdfaError as error:
        told = "; ".join(str(finding) for finding in error.report.findings[:5])
        raise EvidenceError(
            "EVIDENCE-PDFA-01",
            f"The pack does not pass as PDF/A-3b: {told}.",
            meaning="Nothing was sealed; the journal stands.",
            remedy="Report the finding; the pack can be written again at any time.",
        ) from error
    with pikepdf.open(written) as passed:
        _PASSED.append(_plain_digest(passed))
    return written.getvalue()


def _fix_metadata_date(packet: bytes, moment: datetime) -> bytes:
    """Replace the one date that the library takes from the clock (XMP, UTF-8)."""
    date = moment.strftime("%Y-%m-%dT%H:%M:%S+00:00").encode()
    return _METADATA_DATE.sub(rb"\g<1>" + date + rb"\g<2>", packet)


def _take_form_out(document: pikepdf.Pdf) -> None:
    for key in ("/AcroForm", "/Perms"):
        if key in document.Root:
            del document.Root[key]
    for page in document.pages:
        others = [
            annotation
            for annotation in page.get("/Annots", [])
            if annotation["/Subtype"] != "/Widget"
        ]
        if others:
            page.Annots = document.make_indirect(pikepdf.Array(others))
        elif "/Annots" in page:
            del page["/Annots"]


def _lint_form(document: pikepdf.Pdf) -> list[str]:
    """Check the form and everything that could act or draw by itself."""
    findings: list[str] = []
    root = document.Root
    form = root.get("/AcroForm")
    if form is not None:
        findings += [f"the form has {key}" for key in _FORM_BANNED if key in form]
        for field in form.get("/Fields", []):
            findings += _lint_field(field)
    findings += [f"the catalog has {key}" for key in _ACTIONS if key in root]
    for number, page in enumerate(document.pages, start=1):
        findings += [f"page {number} has {key}" for key in _ACTIONS if key in page]
        findings += _lint_annotations(page, number)
    return findings


def _lint_field(field: Any) -> list[str]:  # noqa: ANN401  pikepdf objects have no type
    if field.get("/FT") == "/Sig" and "/Kids" not in field:
        return []
    return [f"the field {field.get('/T', 'without a name')} is no signature field"]


def _lint_annotations(page: pikepdf.Page, number: int) -> list[str]:
    """Check each annotation; the validator does not look at signature widgets."""
    findings: list[str] = []
    for annotation in page.get("/Annots", []):
        where = f"page {number}, annotation {annotation.get('/T', '')}"
        left, lower, right, upper = (float(edge) for edge in annotation["/Rect"])
        drawn = left != right and lower != upper
        if drawn and "/AP" not in annotation and annotation["/Subtype"] == "/Widget":
            findings.append(f"{where} has no appearance")
        if int(annotation.get("/F", 0)) & _FLAGS != _PRINT:
            findings.append(f"{where} is hidden or is not printed")
        if "/AA" in annotation or not _is_harmless(annotation):
            findings.append(f"{where} has an action")
    return findings


def _is_harmless(annotation: Any) -> bool:  # noqa: ANN401  pikepdf objects, likewise
    """Tell whether an annotation at most leads to another page of this file."""
    return "/A" not in annotation or annotation["/A"].get("/S") == "/GoTo"
