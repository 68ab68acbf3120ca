"""Whom a certificate names, in words: its subject and its alternative names.

Invariants:
    * What is told of an order is made by the very functions that lay out the
      certificate, so that nothing else is signed than what people have read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography import x509

from ceremony.pki.describe_name import describe_general_name, describe_name
from ceremony.pki.extension import (
    ALTERNATIVE_NAMES,
    HARDWARE_SERIAL,
    alternative_name,
)
from ceremony.pki.issuer_name import describe_subject
from ceremony.pki.naming import subject_name
from ceremony.pki.plain_text import printable
from ceremony.pki.profile import CertificateProfile


@dataclass(frozen=True, slots=True)
class Names:
    """Whom a certificate names; printable ASCII.

    Attributes:
        subject: The whole name in the certificate's order, e.g. ``OU=00, CN=NA``;
            ``(empty)`` where it has no part.
        alternative: The names of subjectAltName in its order, each with its kind;
            none where it is absent.
    """

    subject: str
    alternative: tuple[str, ...] = ()


def names_ordered(profile: CertificateProfile, values: Mapping[str, str]) -> Names:
    """Tell whom a certificate will name.

    Args:
        profile: What it has to look like.
        values: What its order gives; of another time, where the profile had no
            alternative names yet, it may lack those.

    Raises:
        InputError: ``PKI-ORDER-01``, ``-04`` or ``-05``: a value is missing or unfit.
    """
    return Names(
        describe_name(subject_name(profile, values)),
        _told(alternative_name(profile, values))
        if profile.alternative_name is not None
        and (values.get(ALTERNATIVE_NAMES) or values.get(HARDWARE_SERIAL))
        else (),
    )


def names_in(certificate: x509.Certificate) -> Names:
    """Tell whom a certificate names that there is already.

    Args:
        certificate: One whose extensions the library can read.

    Raises:
        InputError: ``PKI-CERT-02``: it cannot be taken apart.
    """
    told = (
        _told(each.value)
        for each in certificate.extensions
        if isinstance(each.value, x509.SubjectAlternativeName)
    )
    return Names(printable(describe_subject(certificate)), next(told, ()))


def difference(old: Names, new: Names, most: int = 0) -> str:
    """Say in what a renewed certificate names another than the old one; else empty.

    Args:
        old: Whom the certificate names that is renewed.
        new: Whom the new one will name.
        most: How many alternative names are written at most; 0 for all.
    """
    told = []
    if old.subject != new.subject:
        told.append(f"subject before: {old.subject}")
    for what, names, others in (
        ("new", new.alternative, old.alternative),
        ("no longer", old.alternative, new.alternative),
    ):
        only = [name for name in names if name not in others]
        if only:
            told.append(f"{what}: {listed(only, most)}")
    return "; ".join(told)


def listed(names: Sequence[str], most: int = 0) -> str:
    """Write names with commas between.

    Args:
        names: Them.
        most: How many are written; of the others their number is. 0 for all.
    """
    if not most or len(names) <= most:
        return ", ".join(names)
    return ", ".join((*names[:most], f"and {len(names) - most} more"))


def _told(names: x509.SubjectAlternativeName) -> tuple[str, ...]:
    return tuple(printable(describe_general_name(name)) for name in names)
