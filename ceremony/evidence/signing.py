"""Signature fields and signatures in the pack's PDF.

Each signature is one incremental update in a fixed form (docs/spec/pack-v1.md), so
that the verifier can make it again. The raw signature comes from a callable; the
key stays in its token.

Invariants:
    * A signature fills exactly one field that was there before the seal: only the
      field's ``/V`` is added; no appearance, page or other object changes.
    * ``/M`` is the time that the caller passes, from the journal; never the clock.
    * The same input and the same signature values give the same bytes.
    * The PDF version stays as PDF/A-3 demands.

Source: ETSI EN 319 142-1 clause 6.3 (PAdES B-B); ISO 32000-1 clauses 12.7.4.5, 12.8;
    ISO 19005-3 clause 6.3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final, cast

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import (
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from ceremony.errors import EvidenceError
from ceremony.pack.cms import (
    CONTENTS_SIZE,
    CmsParts,
    build_cms,
    encode_signed_attributes,
)

SEAL_FIELD: Final = "seal"

RawSigner = Callable[[bytes], bytes]
"""Signs bytes (any length) with ECDSA on P-256 over their SHA-256; returns DER."""


@dataclass(frozen=True, slots=True)
class Field:
    """A signature field to be created.

    Attributes:
        name: ``seal``, ``report-1`` and up, ``timestamp-1``, ``timestamp-2``.
        page: Index of the page, from 0.
        box: Left, lower, right, upper in whole points; None for an invisible field.
    """

    name: str
    page: int = 0
    box: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Signatory:
    """Whose signature it is.

    Attributes:
        certificate: The signer's certificate, DER.
        ca: The certificate above it, DER.
        sign: Makes the raw signature.
    """

    certificate: bytes
    ca: bytes
    sign: RawSigner


class _Writer(IncrementalPdfFileWriter):
    """An incremental update of which every byte follows from what it is given.

    It keeps the PDF version, leaves the metadata as it is and derives the file's
    second identifier from the file so far.
    """

    def ensure_output_version(self, version: object) -> None:
        """Keep the version: PDF/A-3 rests on PDF 1.7 and allows no 2.0."""

    def _update_meta(self) -> None:
        """Leave the metadata alone: pyHanko would put the clock's time into it."""

    @classmethod
    def _handle_id(cls, prev: Any) -> Any:  # noqa: ANN401  pyHanko has no types
        """Derive the second id from the file so far, so that it is no random value."""
        first, _ = prev.trailer["/ID"]
        prev.stream.seek(0)
        digest = hashlib.sha256(prev.stream.read()).digest()
        return generic.ArrayObject([first, generic.ByteStringObject(digest[:16])])


def seal_document(
    pdf: bytes, fields: Sequence[Field], signatory: Signatory, *, signed_at: datetime
) -> bytes:
    """Create the fields and certify the document in one revision.

    Args:
        pdf: The unsigned file, PDF/A-3b without form.
        fields: Every field that will ever be filled, ``seal`` among them.
        signatory: The pack seal.
        signed_at: Journal time, aware.

    Returns:
        The sealed file.

    Raises:
        EvidenceError: ``EVIDENCE-FIELD-01``: there is no field ``seal``;
            ``EVIDENCE-PDF-01``: it is no PDF; ``PACK-CMS-01``: the signature value is
            no ECDSA signature.
    """
    if SEAL_FIELD not in [field.name for field in fields]:
        raise _no_field(SEAL_FIELD)
    writer = _opened(pdf)
    for field in fields:
        append_signature_field(
            writer,
            SigFieldSpec(
                field.name,
                on_page=field.page,
                box=field.box,
                readable_field_name=field.name,
            ),
        )
    mdp = SigMDPSetup(
        md_algorithm="sha256", certify=True, docmdp_perms=MDPPerm.FILL_FORMS
    )
    return _sign(
        writer, SEAL_FIELD, signatory, setup=_setup("pack seal", signed_at, mdp)
    )


def sign_field(
    pdf: bytes, field: str, signatory: Signatory, *, signed_at: datetime, reason: str
) -> bytes:
    """Fill one field of a sealed file with an approval signature.

    Args:
        pdf: The sealed file, with or without earlier report signatures.
        field: Name of an empty signature field.
        signatory: Who signs.
        signed_at: Journal time, aware.
        reason: The meaning in words, printed by readers as the reason.

    Returns:
        The file with one revision more.

    Raises:
        EvidenceError: ``EVIDENCE-FIELD-01``: there is no such empty field;
            ``EVIDENCE-PDF-01``: it is no pack; ``PACK-CMS-01``: the signature value is
            no ECDSA signature.
    """
    writer = _opened(pdf)
    if field not in _empty_fields(writer):
        raise _no_field(field)
    return _sign(writer, field, signatory, setup=_setup(reason, signed_at, None))


def _setup(reason: str, signed_at: datetime, mdp: SigMDPSetup | None) -> SigObjSetup:
    return SigObjSetup(
        sig_placeholder=SignatureObject(
            timestamp=signed_at.astimezone(UTC).replace(microsecond=0),
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
            bytes_reserved=2 * CONTENTS_SIZE,
        ),
        mdp_setup=mdp,
    )


def _sign(
    writer: _Writer, field: str, signatory: Signatory, *, setup: SigObjSetup
) -> bytes:
    steps = cast(
        "Generator[Any, Any, None]",
        PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True),
    )
    next(steps)
    steps.send(setup)
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256", output=BytesIO()))
    attributes = encode_signed_attributes(
        prepared.document_digest, signatory.certificate
    )
    parts = CmsParts(attributes, signatory.sign(attributes))
    steps.send(build_cms(parts, signatory.certificate, (signatory.ca,)))
    return cast("BytesIO", output).getvalue()


def _opened(pdf: bytes) -> _Writer:
    """Begin an incremental update, if it is a PDF that can have one."""
    try:
        return _Writer(BytesIO(pdf))
    except (PdfError, KeyError, ValueError) as error:
        raise EvidenceError(
            "EVIDENCE-PDF-01",
            f"The file is no pack that could be signed: {error}.",
            meaning="Nothing was signed.",
            remedy="Take the sealed pack as it was written, or a copy of it.",
        ) from error


def _empty_fields(writer: _Writer) -> list[str]:
    return [name for name, _, _ in enumerate_sig_fields(writer, filled_status=False)]


def _no_field(name: str) -> EvidenceError:
    return EvidenceError(
        "EVIDENCE-FIELD-01",
        f"The pack has no empty signature field {name}.",
        meaning="Nothing was signed.",
        remedy="Compare the signing plan with the pack's fields.",
    )
