"""What a leaf tells of a revocation list, read from the list itself."""

from __future__ import annotations

from typing import Final

from cryptography import x509

from ceremony import canonical
from ceremony.engine.facts import CrlMade
from ceremony.engine.revocation import as_told
from ceremony.identifiers import Digest
from ceremony.pki.certificate import name_text
from ceremony.pki.crl import crl_fingerprint, crl_number, revoked_in

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


def crl_leaf(
    crl: x509.CertificateRevocationList, issuer_thing: str, issuer_key: Digest
) -> CrlMade:
    """Tell of a revocation list as a leaf does, from its own bytes.

    Args:
        crl: As issued; nothing is verified here.
        issuer_thing: The script's name of the key that signed it.
        issuer_key: SHA-256 of that key's SubjectPublicKeyInfo (DER).

    Raises:
        ValueError: It lacks its number or nextUpdate, or an entry cannot be told.
    """
    if crl.next_update_utc is None:
        raise ValueError("the list says nothing of its next update")
    return CrlMade(
        digest=crl_fingerprint(crl),
        tbs=canonical.digest(crl.tbs_certlist_bytes),
        number=crl_number(crl),
        issuer=name_text(crl.issuer),
        issuer_thing=issuer_thing,
        issuer_key=issuer_key,
        this_update=crl.last_update_utc.strftime(_TIME),
        next_update=crl.next_update_utc.strftime(_TIME),
        revoked=tuple(map(as_told, revoked_in(crl))),
    )
