"""What the certificates of a batch are tried with, before any request is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cryptography import x509

from ceremony.pki.contingency import with_contingency_key
from ceremony.pki.extension import ALTERNATIVE_NAMES, HARDWARE_SERIAL, open_values
from ceremony.pki.fact import Attribute
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.trial import MADE_UP
from ceremony.script.model import Thing, ThingKind

REQUESTED: Final = (ThingKind.REQUEST, ThingKind.REQUESTS)
"""What comes from elsewhere and is held against a profile."""


def asked_values(thing: Thing) -> dict[str, str]:
    """Give made-up values for what each request of a set gives for itself.

    Nothing is made up for what is no batch: its script states every value.
    """
    if thing.kind is not ThingKind.CERTIFICATES:
        return {}
    names = (*Attribute, HARDWARE_SERIAL, ALTERNATIVE_NAMES)
    return {name: MADE_UP[name] for name in names if name in MADE_UP}


def trial_values(
    thing: Thing, profile: CertificateProfile, above: Sequence[x509.Certificate]
) -> dict[str, str]:
    """Give the values with which a certificate is tried: the script's first.

    Args:
        thing: The certificate, or those of a batch.
        profile: Its profile.
        above: The certificates above it; a name is made up that they permit.
    """
    named = open_values(profile)
    asked = {name: told for name, told in asked_values(thing).items() if name in named}
    if ALTERNATIVE_NAMES in asked:
        asked[ALTERNATIVE_NAMES] = _permitted_name(above)
    return {**asked, **with_contingency_key(thing.given)}


def _permitted_name(above: Sequence[x509.Certificate]) -> str:
    """Make up a DNS name that every CA above permits, where there is one.

    Source: RFC 5280, section 4.2.1.10: a CA that names no subtree of DNS names permits
    all of them.
    """
    subtrees = [told for told in map(_dns_subtrees, above) if told]
    for host in (f"made-up.{each}" for told in subtrees for each in told):
        if all(
            f".{host}".endswith(tuple(f".{it}" for it in told)) for told in subtrees
        ):
            return f"dns:{host}"
    return MADE_UP[ALTERNATIVE_NAMES]


def _dns_subtrees(certificate: x509.Certificate) -> list[str]:
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.NameConstraints):
            permitted = extension.value.permitted_subtrees or ()
            named = [each.value for each in permitted if isinstance(each, x509.DNSName)]
            # Another CA's may begin with a dot; an empty one permits every name.
            return [told for name in named if (told := name.lower().lstrip("."))]
    return []
