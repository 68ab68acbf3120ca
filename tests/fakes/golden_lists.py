"""Golden revocation lists: of every list profile that ships, and two of a web root's.

They are signed by the golden CAs, whose keys are published for tests; see
``tests/vectors/profiles/README.md``. One of the web root's is for longer than the
Baseline Requirements allow. Run as a module, it writes all of them to
``tests/vectors/lists``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.crl_linted import LintedCrl, lint_crl
from ceremony.pki.crl_order import CrlOrder, Revocation, prepare_crl
from ceremony.pki.crl_profile import ANY_CA, CrlProfile, Reason, Scope
from ceremony.pki.crl_profile_file import (
    builtin_crl_profiles,
    decode_crl_profile,
    load_builtin_crl_profile,
)
from tests.fakes.golden import Golden, golden, sign

LISTS: Final = Path(__file__).parents[1] / "vectors" / "lists"
SHIPPED: Final = LISTS / "shipped"
PASSING, FAILING = "web-arl-365-days", "web-arl-366-days"
DAY: Final = date(2026, 6, 1)
SHIPPED_DAY: Final = date(2026, 1, 3)

NUMBER: Final = 0x7F0102030405060708090A0B0C0D0E0F10111213
"""Of 20 octets, which is as many as a number may have."""

KINDS: Final = ("ec-p384", "ed25519", "rsa-4096", "rsa-4096-pss")
"""The kinds of CA that sign a list that any CA of a site's own PKI may sign."""


@dataclass(frozen=True)
class GoldenList:
    """A list of a profile that ships, with what it was made of."""

    order: CrlOrder
    issuer: Golden
    crl: x509.CertificateRevocationList


def list_profile(name: str) -> CrlProfile:
    """Read the profile beside a list."""
    return decode_crl_profile((LISTS / f"{name}.yaml").read_text(), f"{name}.yaml")


def golden_list(name: str) -> x509.CertificateRevocationList:
    """Make a list by its profile; ECDSA by RFC 6979, so that it repeats itself."""
    root = golden("web-root")
    revoked = (Revocation(0x4A, date(2026, 5, 31), Reason.CA_COMPROMISE),)
    order = CrlOrder(list_profile(name), root.certificate, 3, DAY, revoked)
    return prepare_crl(order).sign(root.key, hashes.SHA384(), ecdsa_deterministic=True)


@lru_cache(maxsize=1)
def shipped_lists() -> dict[str, tuple[str, str]]:
    """Name the golden lists, with the profile of each and its issuer's."""
    named = {}
    for profile in builtin_crl_profiles():
        for issuer in _issuers(load_builtin_crl_profile(profile)):
            named[f"{profile}.{issuer}"] = (profile, issuer)
    return named


def _issuers(profile: CrlProfile) -> list[str]:
    if profile.signed_by != ANY_CA:
        return [profile.signed_by]
    if profile.baseline is not None:
        is_root = profile.scope is Scope.AUTHORITIES
        return ["web-root" if is_root else "web-subordinate"]
    tier = "root" if profile.scope is Scope.AUTHORITIES else "issuing"
    return [f"{tier}-ca-{kind}" for kind in KINDS]


@lru_cache(maxsize=32)
def shipped_list(name: str) -> GoldenList:
    """Make one: with an entry for each reason that the profile permits, a day apart."""
    profile, issuer = shipped_lists()[name]
    told, by = load_builtin_crl_profile(profile), golden(issuer)
    revoked = tuple(
        Revocation(0x80 + place, SHIPPED_DAY - timedelta(days=place % 3), reason)
        for place, reason in enumerate(told.reasons)
    )
    order = CrlOrder(told, by.certificate, NUMBER, SHIPPED_DAY, revoked)
    linted = lint_crl(order)
    assert isinstance(linted, LintedCrl), linted
    crl = sign(prepare_crl(order), by.key, order.signature)
    assert crl.tbs_certlist_bytes == linted.tbs
    return GoldenList(order, by, crl)


def write(folder: Path) -> None:
    """Write every list; one by PSS stays while its to-be-signed bytes are the same."""
    for each in (PASSING, FAILING):
        der = golden_list(each).public_bytes(Encoding.DER)
        (folder / f"{each}.crl").write_bytes(der)
    for name in shipped_lists():
        made, path = shipped_list(name).crl, folder / "shipped" / f"{name}.pem"
        if path.exists():
            before = x509.load_pem_x509_crl(path.read_bytes())
            if before.tbs_certlist_bytes == made.tbs_certlist_bytes:
                continue
        path.write_bytes(made.public_bytes(Encoding.PEM))


if __name__ == "__main__":
    SHIPPED.mkdir(exist_ok=True)
    write(LISTS)
