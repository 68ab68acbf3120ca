"""What the certificates of a batch are tried with, before any request is there."""

from __future__ import annotations

from typing import Final

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


def trial_values(thing: Thing, profile: CertificateProfile) -> dict[str, str]:
    """Give the values with which a certificate is tried: the script's first."""
    named = open_values(profile)
    asked = {name: told for name, told in asked_values(thing).items() if name in named}
    return {**asked, **with_contingency_key(thing.given)}
