"""Where a rule comes from, as it is told of a certificate or request of a profile.

Many rules hold in any PKI, and the documents of the SMKI ask for the same or made this
tool ask. Of a certificate that is none of the SMKI's their names would tell nobody
anything.

Invariants:
    * Of a profile of the SMKI everything is told that stands in docs/rules-pki.md.
"""

from __future__ import annotations

import re
from typing import Final

from ceremony.pki.profile import CertificateProfile
from ceremony.pki.smki_kind import smki_kind

OWN_SOURCE: Final = "this tool's own"

_OF_SMKI: Final = re.compile(
    r"GBCS |SEC[ ,]|RFC 5759,|.*\bSMKI\b|.*\bpublished certificates"
)
"""How what was read or seen in the SMKI is named; sources are set off by ``; ``.

RFC 5759 profiles certificates for Suite B; of the PKIs here GBCS alone takes it over.
"""


def general_source(source: str) -> str:
    """Leave out of a rule's source what is of the SMKI alone.

    Args:
        source: The whole of it, as docs/rules-pki.md has it.

    Returns:
        The rest; that the rule is this tool's own where there is none.
    """
    parts = [part for part in source.split("; ") if not _OF_SMKI.match(part)]
    return "; ".join(parts) or OWN_SOURCE


def source_for(source: str, profile: CertificateProfile) -> str:
    """Give a rule's source as it is told of what is held against a profile."""
    return source if smki_kind(profile) else general_source(source)
