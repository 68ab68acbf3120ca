"""What the review card says that a certificate will hold, before a key signs it.

Subject and alternative names are made by the functions that lay out the certificate;
the rest is its profile's. What nobody can know before, key and serial number, is not
told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.key_view import Row
from ceremony.engine.batch import ISSUE, is_batch
from ceremony.engine.revocation import CROSS_SIGN
from ceremony.engine.steps.certificate import SELF_SIGN
from ceremony.pki.extension import ALTERNATIVE_NAMES, HARDWARE_SERIAL
from ceremony.pki.named import names_ordered
from ceremony.pki.order import term
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Step

SIGNING: Final = (ISSUE, SELF_SIGN, CROSS_SIGN)
"""The verbs by which certificates are signed."""

ALTERNATIVE: Final = "Alternative names"
"""What the alternative names are called on the card."""


def told_of_certificate(conductor: Conductor, step: Step) -> list[Row]:
    """Tell whom and what a certificate is for; of a batch what is the same in all.

    Args:
        conductor: The ceremony.
        step: The step.

    Returns:
        Subject, alternative names, the other values of the script, validity, usages,
        whether it is a CA's, profile and environment; nothing of a step that signs no
        certificate.
    """
    if step.verb not in SIGNING:
        return []
    script = conductor.script
    thing = script.thing(str(step.parameters["certificate"]))
    profile = certificate_profile(script, thing.profile)
    told = [
        *told_of_values(profile, thing.values),
        *_told_of_profile(conductor, profile),
    ]
    if is_batch(script, thing.name):
        return told
    return [
        *told_of_names(profile, thing.given),
        *told,
        ("Profile", thing.profile, True),
        *([("Environment", script.environment, True)] if script.environment else []),
    ]


def told_of_names(profile: CertificateProfile, values: Mapping[str, str]) -> list[Row]:
    """Tell the whole subject as it will be signed, and the alternative names.

    Args:
        profile: The certificate's.
        values: What its order gives.
    """
    names = names_ordered(profile, values)
    told = [("Subject", names.subject, True)]
    if names.alternative:
        told.append((ALTERNATIVE, ", ".join(names.alternative), True))
    return told


def told_of_values(
    profile: CertificateProfile, values: Iterable[tuple[str, str]]
) -> list[Row]:
    """Tell the values of an order that neither subject nor alternative names show.

    Args:
        profile: The certificate's.
        values: By name, as the script has them.
    """
    shown = {part.attribute.value for part in profile.subject}
    shown |= {ALTERNATIVE_NAMES, HARDWARE_SERIAL}
    return [
        (name[:1].upper() + name[1:].replace("-", " "), value, True)
        for name, value in values
        if name not in shown
    ]


def _told_of_profile(conductor: Conductor, profile: CertificateProfile) -> list[Row]:
    begin, end = term(conductor.clock.now().wall.date(), profile.validity)
    until = f"until {end:%Y-%m-%d}" if profile.validity.has_end else "with no end"
    purposes = ", ".join(profile.purposes)
    return [
        ("Valid", f"from {begin:%Y-%m-%d}, if signed today, {until}", False),
        ("Key usage", ", ".join(profile.key_usage), False),
        *([("Extended key usage", purposes, False)] if purposes else []),
        ("CA", _ca(profile), False),
    ]


def _ca(profile: CertificateProfile) -> str:
    if not profile.is_ca:
        return "no"
    if profile.path_length is None:
        return "yes, without a limit of the path length"
    return f"yes, with path length {profile.path_length}"
