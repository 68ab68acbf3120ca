"""Which certificate of the SMKI a profile is for, whatever the profile says.

A profile is of the SMKI where it ships under an ``smki-`` name or is based on one that
does. What it is based on tells which certificate it is for, so that no fact that it
states can take it out of the rules for that one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ceremony.pki.profile import CertificateProfile


class SmkiKind(StrEnum):
    """The certificates of the SMKI, by what is known of each."""

    ROOT_OCA = "Root OCA"
    ISSUING_OCA = "Issuing OCA"
    ORGANISATION = "Organisation"
    ROOT_DCA = "Root DCA"
    ISSUING_DCA = "Issuing DCA"
    DEVICE = "Device"
    IKI_CLIENT = "IKI client"
    IKI_OTHER = "another of the IKI"


SMKI_KINDS: Final[Mapping[str, SmkiKind]] = {
    "smki-root-oca": SmkiKind.ROOT_OCA,
    "smki-issuing-oca": SmkiKind.ISSUING_OCA,
    "smki-organisation-ds": SmkiKind.ORGANISATION,
    "smki-root-dca": SmkiKind.ROOT_DCA,
    "smki-issuing-dca": SmkiKind.ISSUING_DCA,
    "smki-device-ds": SmkiKind.DEVICE,
    "smki-iki-client": SmkiKind.IKI_CLIENT,
    # Based on the client's, and known less well.
    "smki-iki-file-signing": SmkiKind.IKI_OTHER,
    "smki-iki-ca": SmkiKind.IKI_OTHER,
}
"""By the built-in profiles that say it; all others of the SMKI are based on them."""

BY_GBCS: Final = frozenset(SmkiKind) - {SmkiKind.IKI_CLIENT, SmkiKind.IKI_OTHER}
"""What GBCS, section 12, reaches."""

ROOT_ROLE: Final = 0x00
ISSUING_ROLE: Final = 0x07
PARTY_ROLES: Final = frozenset({1, 2, 3, 4, 5, 6, 8, 0x7F, 0x87, 0x89})
"""The remote party roles of Organisation certificates: recovery to WAN provider, load
controller and other by the ASN.1 of DCC's gbcs-parser; 87 and 89 were seen in published
test certificates, for signing XML."""


def smki_kind(profile: CertificateProfile) -> SmkiKind | None:
    """Tell which certificate of the SMKI a profile is for; None for any other PKI's."""
    for name in profile.lineage:
        if name in SMKI_KINDS:
            return SMKI_KINDS[name]
    return None
