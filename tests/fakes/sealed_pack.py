"""The committed good pack, written anew with a change or signed once more."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.evidence.signing import Signatory, sign_field
from ceremony.identifiers import PersonId
from ceremony.pack.policy_file import decode_trust_policy
from tests.fakes.made_up_site import SIGNING, Site, SoftwareKey
from tests.fakes.record_builder import START

PACKS = Path(__file__).parents[1] / "vectors/packs"
GOOD = (PACKS / "good.pdf").read_bytes()
POLICY = decode_trust_policy((PACKS / "trust-policy.toml").read_bytes(), "trust-policy")


def saved(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """Write the good pack anew with a change; no signature survives it."""
    with pikepdf.open(BytesIO(GOOD)) as opened:
        change(opened)
        out = BytesIO()
        with warnings.catch_warnings():
            # Widgets without a form are what one of the changes is about.
            warnings.simplefilter("ignore", pikepdf.exceptions.PageCopyWarning)
            opened.save(out)
    return out.getvalue()


def signed(
    pdf: bytes, field: str, person: str, sign: Callable[[bytes], bytes] | None = None
) -> bytes:
    """Sign a field as a person, by default with the key that is the person's own."""
    site, own = Site(), SoftwareKey(person)
    return sign_field(
        pdf,
        field,
        Signatory(
            site.person(PersonId(person)).der,
            site.ca.public_bytes(Encoding.DER),
            sign or (lambda message: own.sign(message, SIGNING)),
        ),
        signed_at=START,
        reason="reports correctly",
    )
