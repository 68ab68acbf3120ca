"""What a certificate may be used for, by its key usages and its purposes together.

Both are heeded by whoever relies on a certificate, so that two that do not go together
make one that may not be used at all. A CA's purposes say what those below it are for,
and are not judged here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from ceremony.pki.fact import KeyUse, Purpose

_SIGNS: Final = frozenset({KeyUse.DIGITAL_SIGNATURE})
_VOUCHES: Final = _SIGNS | {KeyUse.NON_REPUDIATION}
_AGREES: Final = frozenset({KeyUse.KEY_AGREEMENT})
_KEEPS_SECRET: Final = _AGREES | {KeyUse.KEY_ENCIPHERMENT}

_CONSISTENT: Final[Mapping[str, frozenset[str]]] = {
    Purpose.SERVER_AUTH.oid: _SIGNS | _KEEPS_SECRET,
    Purpose.CLIENT_AUTH.oid: _SIGNS | _AGREES,
    Purpose.CODE_SIGNING.oid: _SIGNS,
    Purpose.EMAIL_PROTECTION.oid: _VOUCHES | _KEEPS_SECRET,
    Purpose.TIME_STAMPING.oid: _VOUCHES,
    Purpose.OCSP_SIGNING.oid: _VOUCHES,
}
"""By purpose, the usages that RFC 5280, section 4.2.1.12, calls consistent with it."""


def may_be_used(purposes: Collection[str], usages: Collection[str]) -> bool:
    """Tell whether some purpose is consistent with some usage.

    Of a purpose that RFC 5280 does not list, anyExtendedKeyUsage among them, nothing is
    known, so that it may be.

    Args:
        purposes: What extendedKeyUsage holds, dotted; at least one.
        usages: What keyUsage holds, by the names of ``KeyUse``.

    Source:
        RFC 5280, section 4.2.1.12.
    """
    consistent = (_CONSISTENT.get(purpose) for purpose in purposes)
    return any(known is None or not known.isdisjoint(usages) for known in consistent)


def stamps_alone(purposes: Collection[str], *, critical: bool) -> bool:
    """Tell whether timestamping, where it is a purpose, is the only one, and critical.

    Args:
        purposes: What extendedKeyUsage holds, dotted.
        critical: Whether that extension is critical.

    Source:
        RFC 3161, section 2.3.
    """
    stamps = Purpose.TIME_STAMPING.oid
    return stamps not in purposes or (critical and len(purposes) == 1)
