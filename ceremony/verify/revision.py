"""Nothing but named signature fields changed since the seal.

Part of check 13a: each later revision is compared with the sealed one, object by
object, from the catalog and the document information down.

Source: ISO 32000-1 clauses 7.5.6 (incremental updates) and 12.8.2.2 (DocMDP).
"""

from __future__ import annotations

from typing import Any, Final

import pikepdf

from ceremony.verify.check import FailedError
from ceremony.verify.graph import Comparison, Skip, find_difference
from ceremony.verify.limits import open_strictly
from ceremony.verify.signature import DocumentSignature, read_fields

SEAL_FIELD: Final = "seal"

_FORM_FILLING: Final = 2
"""The permission of DocMDP that allows form filling and signing, nothing else."""


def verify_revisions(pdf: bytes, signatures: tuple[DocumentSignature, ...]) -> None:
    """Compare every later revision with the sealed one."""
    sealed = open_strictly(pdf[: signatures[0].end])
    for signature in signatures[1:]:
        later = open_strictly(pdf[: signature.end])
        comparison = Comparison(
            read=lambda stream: bytes(stream.read_raw_bytes()),
            skip=_filled_fields(sealed, later),
        )
        for key in ("/Root", "/Info"):
            difference = find_difference(
                sealed.trailer.get(key), later.trailer.get(key), comparison, key
            )
            if difference:
                raise FailedError(
                    "VERIFY-DOCUMENT-10",
                    f"{signature.field}: {difference} is not as it was sealed",
                )


def _filled_fields(sealed: pikepdf.Pdf, later: pikepdf.Pdf) -> Skip:
    """Let a field that was empty at the seal have a value, and nothing else."""
    before = {field.objgen for field in read_fields(sealed).values()}
    after = {field.objgen for field in read_fields(later).values()}

    def skip(one: Any, other: Any) -> frozenset[str]:  # noqa: ANN401  PDF objects
        is_field = one.objgen in before and other.objgen in after
        if is_field and "/V" not in one:
            return frozenset({"/V"})
        return frozenset()

    return skip


def verify_permissions(document: pikepdf.Pdf) -> None:
    """Insist that the seal allows form filling only, and that nothing acts alone."""
    seal = read_fields(document)[SEAL_FIELD]["/V"]
    permissions = document.Root["/Perms"]
    reference = seal["/Reference"][0]
    told = (
        str(reference["/TransformMethod"]),
        int(reference["/TransformParams"]["/P"]),
        permissions["/DocMDP"].objgen,
    )
    if told != ("/DocMDP", _FORM_FILLING, seal.objgen):
        raise FailedError(
            "VERIFY-DOCUMENT-04", "seal: it allows more than filling its fields"
        )
    for key in ("/OpenAction", "/AA"):
        if key in document.Root:
            raise FailedError("VERIFY-DOCUMENT-02", f"the catalog has {key}")
