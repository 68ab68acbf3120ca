"""Whether somebody would be certified by the name of a CA above their certificate.

A relying party finds an issuer by its name, so that it would take the holder for that
CA, and what the CA has signed for what the holder has. A certificate whose subject is
its issuer is moreover taken for self-issued.

Invariants:
    * Names are compared as subjects are; see ``same_subject``. An empty one names
      nobody.
    * Nothing is asked of what ``certificate.cross-sign`` makes: a CA that has a new key
      under its old name has each of its keys certify the other, by certificates that
      are self-issued (RFC 4210, section 4.4; RFC 5280, section 3.2).

Source: RFC 5280, sections 4.1.2.6, 6.1 and 7.1.
"""

from __future__ import annotations

from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import RefusedError
from ceremony.pki.der import decode_raw
from ceremony.pki.der_name import decode_name
from ceremony.pki.request_results import Asked
from ceremony.pki.same_subject import compared_subject, subject_text


def issuer_subjects(above: Iterable[x509.Certificate]) -> frozenset[bytes]:
    """Give the names of the CAs above what is issued, as subjects are compared.

    Args:
        above: The certificate of the issuer, and those above it as far as they are
            known. Whom the last one names as its own issuer counts as well.

    Returns:
        32 bytes each.

    Raises:
        InputError: ``PKI-CERT-02``: one cannot be taken apart.
    """
    found = set()
    for each in above:
        raw = decode_raw(each.public_bytes(Encoding.DER))
        named = (raw.subject_attributes, decode_name(raw.issuer))
        found |= {_compared(subject_text(name)) for name in named if name}
    return frozenset(found)


def has_subject_of(subject: x509.Name, issuers: frozenset[bytes]) -> bool:
    """Tell whether a subject is the name of a CA above its certificate.

    Args:
        subject: The subject.
        issuers: See :func:`issuer_subjects`.
    """
    named = subject_text(decode_name(subject.public_bytes()))
    return bool(named) and _compared(named) in issuers


def verify_subject(subject: x509.Name, issuers: frozenset[bytes]) -> None:
    """Insist that what answers a request has not the name of a CA above it.

    Args:
        subject: The subject of what answers it.
        issuers: See :func:`issuer_subjects`.

    Raises:
        RefusedError: ``PKI-SUBJECT-01``: it has.
    """
    if has_subject_of(subject, issuers):
        named = subject_text(decode_name(subject.public_bytes()))
        raise RefusedError(
            "PKI-SUBJECT-01",
            f"The subject {named} is the name of a CA above the certificate.",
            meaning="Whoever holds it would be taken for that CA.",
            remedy="Give it another name; a new key of that CA is certified under the "
            "CA's name by its old one, with certificate.cross-sign.",
        )


def verify_asked_subjects(asked: Iterable[Asked], issuers: frozenset[bytes]) -> None:
    """Insist that no good request of a set asks for the name of a CA that answers it.

    Args:
        asked: What the results tell of each; none is asked about after the first that
            does.
        issuers: See :func:`issuer_subjects`.

    Raises:
        RefusedError: ``PKI-SUBJECT-01``: one does.
    """
    for each in asked:
        if each.subject in issuers:
            raise RefusedError(
                "PKI-SUBJECT-01",
                f"Request {each.position} of the set asks for the name of a CA above "
                "its certificate.",
                meaning="Whoever holds it would be taken for that CA. Nothing more of "
                "the set was signed.",
                remedy="Abandon the ceremony, and have another one take the requests "
                "in: it refuses that one by name.",
            )


def _compared(name: str) -> bytes:
    # It is not empty, so that no other digest is asked.
    return compared_subject(name, "")
