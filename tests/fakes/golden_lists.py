"""A web root's lists, one for longer than the Baseline Requirements allow.

They are signed by the golden web root, whose key is published for tests; see
``tests/vectors/profiles/README.md``. Run as a module, it writes them to
``tests/vectors/lists``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.crl_order import CrlOrder, Revocation, prepare_crl
from ceremony.pki.crl_profile import CrlProfile, Reason
from ceremony.pki.crl_profile_file import decode_crl_profile
from tests.fakes.golden import golden

LISTS: Final = Path(__file__).parents[1] / "vectors" / "lists"
PASSING, FAILING = "web-arl-365-days", "web-arl-366-days"
DAY: Final = date(2026, 6, 1)


def list_profile(name: str) -> CrlProfile:
    """Read the profile beside a list."""
    return decode_crl_profile((LISTS / f"{name}.yaml").read_text(), f"{name}.yaml")


def golden_list(name: str) -> x509.CertificateRevocationList:
    """Make a list by its profile; ECDSA by RFC 6979, so that it repeats itself."""
    root = golden("web-root")
    revoked = (Revocation(0x4A, date(2026, 5, 31), Reason.CA_COMPROMISE),)
    order = CrlOrder(list_profile(name), root.certificate, 3, DAY, revoked)
    return prepare_crl(order).sign(root.key, hashes.SHA384(), ecdsa_deterministic=True)


if __name__ == "__main__":
    for each in (PASSING, FAILING):
        der = golden_list(each).public_bytes(Encoding.DER)
        (LISTS / f"{each}.crl").write_bytes(der)
