"""Whether a cross-certificate may be as a script orders it: its name and kind of key.

The same is asked in the room before it signs. What is there to be read beforehand, a
certificate that the site has as a file or that an earlier ceremony made, is asked about
before people travel and before a ceremony is opened: refused in the room it would end a
ceremony whose keys are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from cryptography import x509

from ceremony.conduct.brought import Brought
from ceremony.conduct.earlier import Found
from ceremony.engine.revocation import CROSS_SIGN
from ceremony.engine.steps.certificate import CrossSignParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.errors import RefusedError
from ceremony.pki.certificate import decode_certificate, encode_spki, name_text
from ceremony.pki.der import read_key
from ceremony.pki.key_form import key_differs
from ceremony.pki.naming import other_types_text, subject_name
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Script, Step

_NAME: Final = "Give profile, common name and values of that name"
_TYPES: Final = "Name a profile that writes that name in the same string types"


def verify_crossable(
    other: x509.Certificate,
    profile: CertificateProfile,
    values: Mapping[str, str],
    what: str = "The certificate",
) -> None:
    """Insist that what is ordered is for the name and the kind of key of a certificate.

    Args:
        other: The certificate that the other CA has.
        profile: The cross-certificate's.
        values: What the script states of the cross-certificate.
        what: How a sentence about the other CA's certificate begins.

    Raises:
        RefusedError: ``CONDUCT-CROSS-01``: the name differs, byte for byte, or the key
            is of another kind than the profile has.

    Source: RFC 5280, section 6.1.3, (a)(4): the issuer's name is the subject of the
        certificate before.
    """
    name = subject_name(profile, values)
    if other.subject.public_bytes() != name.public_bytes():
        types = other_types_text(name, other.subject)
        raise RefusedError(
            "CONDUCT-CROSS-01",
            f"{what} is for {name_text(other.subject)}, and the script orders "
            f"{name_text(name)}{types}.",
            meaning="Nothing was signed: a relying party would not find the way from "
            "what the other CA has issued.",
            remedy=f"{_TYPES if types else _NAME}, and have the script approved again.",
        )
    wrong = key_differs(read_key(encode_spki(other.public_key())), profile.key)
    if wrong:
        raise RefusedError(
            "CONDUCT-CROSS-01",
            f"{what} is for a key that is not {profile.key.called}, as the profile "
            f"{profile.name} has it: {wrong}.",
            meaning="Nothing was signed.",
            remedy="Name a profile of the same kind of key, and have the script "
            "approved again.",
        )


def refused_crossings(
    script: Script, found: Iterable[Found], brought: Iterable[Brought]
) -> Iterator[tuple[Step, RefusedError]]:
    """Find what the room would refuse to cross-sign, by what is there to be read.

    Args:
        script: The script; its own check found no error.
        found: What it says that earlier ceremonies have made.
        brought: What it says that other CAs have made.

    Yields:
        The step that signs each, with ``CONDUCT-CROSS-01``.

    Raises:
        InputError: A certificate or a profile cannot be read.
    """
    known = {each.fact.thing: each.contents for each in brought}
    for told in found:
        if told.fact.outcome.certificate is not None:
            known[told.fact.thing] = told.contents
    for step in script.steps:
        if step.verb != CROSS_SIGN:
            continue
        wanted = read_parameters(CrossSignParameters, step.parameters)
        if wanted.of not in known:
            continue
        file, new = f"certificate-{wanted.of}.pem", script.thing(wanted.certificate)
        try:
            verify_crossable(
                decode_certificate(known[wanted.of][file], file),
                certificate_profile(script, new.profile),
                new.given,
                f"Step {step.id} cross-signs {wanted.of}, which",
            )
        except RefusedError as refusal:
            yield step, refusal
