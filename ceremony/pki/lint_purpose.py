"""The lint rules about what a certificate may be used for; see docs/rules-pki.md.

They ask about what is no CA, and whatever its profile says: of a certificate that came
from elsewhere they tell why it is of no use, and not only how it differs.
"""

from __future__ import annotations

from typing import Final

from ceremony.pki.der import RawExtension
from ceremony.pki.der_extension import read_purposes, read_usages
from ceremony.pki.finding import Severity
from ceremony.pki.oid_name import name_oid
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.purpose import may_be_used, stamps_alone
from ceremony.pki.rule import Exhibit, Rule

_KEY_USAGE: Final = "2.5.29.15"
_PURPOSES: Final = "2.5.29.37"


def _timestamping(exhibit: Exhibit) -> str:
    extension = _held(exhibit, _PURPOSES)
    if extension is None:
        return ""
    purposes, critical = read_purposes(extension.value), extension.critical
    if stamps_alone(purposes, critical=critical):
        return ""
    word = "critical" if critical else "non-critical"
    return f"it holds {', '.join(map(name_oid, purposes))} and is {word}"


def _use(exhibit: Exhibit) -> str:
    usage, purpose = _held(exhibit, _KEY_USAGE), _held(exhibit, _PURPOSES)
    usages = read_usages(usage.value) if usage else frozenset()
    purposes = read_purposes(purpose.value) if purpose else ()
    if not usages or not purposes or may_be_used(purposes, usages):
        return ""
    named = ", ".join(map(name_oid, purposes))
    return f"it has {', '.join(sorted(usages))} alone, for {named}"


def _held(exhibit: Exhibit, oid: str) -> RawExtension | None:
    held = (each for each in exhibit.certificate.extensions if each.oid == oid)
    return next(held, None)


def _has_purposes(profile: CertificateProfile) -> bool:
    """Tell whether a profile's purposes are those of the certificate itself."""
    return bool(profile.purposes) and not profile.is_ca


PURPOSE_RULES: Final = (
    Rule(
        "PKI-EKU-02",
        Severity.ERROR,
        "extendedKeyUsage for timestamping is critical and holds no other purpose.",
        "RFC 3161, section 2.3",
        _timestamping,
        applies=_has_purposes,
    ),
    Rule(
        "PKI-EKU-03",
        Severity.ERROR,
        "keyUsage has a usage that is consistent with a purpose in extendedKeyUsage.",
        "RFC 5280, section 4.2.1.12",
        _use,
        applies=_has_purposes,
    ),
)
