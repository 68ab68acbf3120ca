"""Seal a made-up record into a pack, in this process and with software keys.

The pages come from the layout, the file from the evidence writer; only the token is
missing. For tests and for vectors of the verifier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.evidence.assemble import assemble
from ceremony.evidence.signing import Field, Signatory, seal_document, sign_field
from ceremony.identifiers import PersonId
from ceremony.pack.record import read_record
from ceremony.report.layout import Layout, lay_out
from tests.fakes.made_up_site import SIGNING, Site, SoftwareKey
from tests.fakes.record_builder import BuiltRecord

REPORT_SIGNERS = (("report-1", "s-01"), ("report-2", "x-01"))


def make_pack(
    built: BuiltRecord,
    *,
    pages: Mapping[str, bytes] | None = None,
    change: Callable[[bytes], bytes] = lambda pdf: pdf,
    assembled: Callable[[bytes], bytes] = lambda pdf: pdf,
    reports: int = 2,
) -> bytes:
    """Lay out, embed, seal and sign.

    Args:
        built: The record that is embedded.
        pages: Files from which the pages are laid out; the record's own by default.
        change: Changes the laid-out pages before anything is embedded.
        assembled: Changes the file after everything is embedded, before the seal.
        reports: How many report signatures are made, 0 to 2.
    """
    site = built.site
    layout = _laid_out(tuple(sorted((pages or built.files).items())))
    last = built.builder.facts[-1].event.t.wall
    unsigned = assembled(assemble(change(layout.pdf), built.files, at=last))
    fields = [
        Field(
            place.name,
            place.page,
            None if place.box is None else tuple(round(edge) for edge in place.box),  # type: ignore[arg-type]  # four edges
        )
        for place in layout.fields
    ]
    pdf = seal_document(
        unsigned, fields, _signatory(site, site.seal_key, site.seal_der), signed_at=last
    )
    for field, person in REPORT_SIGNERS[:reports]:
        pdf = sign_field(
            pdf,
            field,
            _signatory(site, SoftwareKey(person), site.person(PersonId(person)).der),
            signed_at=last,
            reason="reports correctly",
        )
    return pdf


@lru_cache(maxsize=4)
def _laid_out(files: tuple[tuple[str, bytes], ...]) -> Layout:
    """Lay a record out once, however often a test seals it."""
    return lay_out(read_record(dict(files)))


def _signatory(site: Site, key: SoftwareKey, certificate: bytes) -> Signatory:
    return Signatory(
        certificate,
        site.ca.public_bytes(Encoding.DER),
        lambda message: key.sign(message, SIGNING),
    )
