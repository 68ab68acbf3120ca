"""What a person wants to know of a file before they rely on it, in lines of text.

Beside the full text: the digest in words, both key identifiers of a key in it, who
signed, and the openssl commands that show the same.

Invariants:
    * What is said of a signature was verified here, or it is said that it was not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import assert_never

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import EvidenceError
from ceremony.pki.certificate import key_identifier, verify_issued_by
from ceremony.pki.crl import is_list_signed_by
from ceremony.pki.der import RawCertificate, decode_raw
from ceremony.pki.der_request import RawRequest, decode_raw_request
from ceremony.pki.describe import describe_certificate, describe_request
from ceremony.pki.describe_crl import describe_crl
from ceremony.pki.digest_text import fingerprint_lines, key_lines
from ceremony.pki.extension_value import extension_values
from ceremony.pki.fact import KeyIdentifierMethod
from ceremony.pki.file_kind import Form, Opened
from ceremony.pki.issuer_name import (
    describe_issuer,
    describe_subject,
    names_issuer,
)
from ceremony.pki.plain_text import INDENT, plain_lines
from ceremony.pki.request import is_signed_by_own_key


@dataclass(frozen=True, slots=True)
class Inspection:
    """A certificate, a request or a revocation list that was looked at.

    Attributes:
        kind: ``certificate``, ``request`` or ``revocation list``.
        form: How its file holds it.
        der: It in DER.
        pem: It in PEM: ASCII, ending in a line feed.
        spki: Its SubjectPublicKeyInfo: DER; None for a list, which has no key.
        stated: The key identifier that it states for its key; None where there is none.
        text: It in full, in lines; see ``describe``.
        signature: What was found out about its signature, in lines.
        is_self_issued: Whether it names its own subject as its issuer.
        is_sound: False where its signature was verified and is wrong.
    """

    kind: str
    form: Form
    der: bytes
    pem: bytes
    spki: bytes | None
    stated: bytes | None
    text: tuple[str, ...]
    signature: tuple[str, ...]
    is_self_issued: bool
    is_sound: bool


def inspect_file(opened: Opened, issuers: Sequence[x509.Certificate]) -> Inspection:
    """Look at a certificate, a request or a revocation list.

    Args:
        opened: It, as it was read.
        issuers: The certificate that signed it, then the one that signed that, and so
            on; none where nobody named one.

    Raises:
        InputError: ``PKI-CERT-02``, ``PKI-REQUEST-05`` or ``PKI-LIST-07``: a field
            cannot be read.
    """
    content = opened.content
    der, pem = content.public_bytes(Encoding.DER), content.public_bytes(Encoding.PEM)
    spki: bytes | None = None
    stated: bytes | None = None
    match content:
        case x509.Certificate():
            text, taken = describe_certificate(content), decode_raw(der)
            kind, spki, stated = "certificate", taken.spki, _stated(content, taken)
            told, is_sound = _judge_chain((content, *issuers))
        case x509.CertificateSigningRequest():
            text, asked = describe_request(content), decode_raw_request(der)
            kind, spki, stated = "request", asked.spki, _stated(content, asked)
            told, is_sound = _judge_possession(content)
        case x509.CertificateRevocationList():
            kind, text = "revocation list", describe_crl(content)
            told, is_sound = _judge_list(content, issuers)
        case _:
            assert_never(content)
    return Inspection(
        kind=kind,
        form=opened.form,
        der=der,
        pem=pem,
        spki=spki,
        stated=stated,
        text=text,
        signature=plain_lines(told),
        is_self_issued=isinstance(content, x509.Certificate)
        and names_issuer(content, content),
        is_sound=is_sound,
    )


def digest_lines(inspection: Inspection) -> tuple[str, ...]:
    """Give the digests by which it is named and compared, in lines."""
    return plain_lines(_digests(inspection))


def _digests(inspection: Inspection) -> Iterator[str]:
    yield from fingerprint_lines(inspection.kind, inspection.der)
    if inspection.spki is None:
        return
    yield from key_lines(inspection.spki)
    yield "Identifiers of the key (RFC 5280, section 4.2.1.2):"
    for method in KeyIdentifierMethod:
        identifier = key_identifier(inspection.spki, method)
        same = ", which it states itself" if identifier == inspection.stated else ""
        yield f"{INDENT}{method.value.replace('-', ' ')}{same}:"
        yield f"{INDENT * 2}{identifier.hex(':')}"
    if inspection.stated is None:
        yield f"{INDENT}The {inspection.kind} states none itself."


def _stated(
    content: x509.Certificate | x509.CertificateSigningRequest,
    raw: RawCertificate | RawRequest,
) -> bytes | None:
    values = extension_values(lambda: content.extensions, raw.extensions)
    found = [each for each in values if isinstance(each, x509.SubjectKeyIdentifier)]
    return found[0].digest if found else None


def _judge_possession(
    request: x509.CertificateSigningRequest,
) -> tuple[tuple[str, ...], bool]:
    if is_signed_by_own_key(request):
        return ("The request is signed with the key that it names.",), True
    told = "The request is NOT shown to be signed with the key that it names."
    return (told,), False


def _judge_list(
    crl: x509.CertificateRevocationList, issuers: Sequence[x509.Certificate]
) -> tuple[tuple[str, ...], bool]:
    """Verify a list by its issuer's certificate, and that one by those above it."""
    if not issuers:
        told = (
            "The signature of the revocation list was NOT CHECKED: the certificate of "
            f"its issuer, {describe_issuer(crl)}, was not named with --issuer."
        )
        return (told,), True
    whose = describe_subject(issuers[0])
    if not is_list_signed_by(crl, issuers[0]):
        told = (
            f"The revocation list is NOT signed by the issuer that was named, {whose}."
        )
        return (told,), False
    above, is_sound = _judge_chain(issuers)
    signed = f"The revocation list is signed by the issuer that was named, {whose}."
    return (signed, *above), is_sound


def _judge_chain(
    chain: Sequence[x509.Certificate],
) -> tuple[tuple[str, ...], bool]:
    """Verify each certificate by the next, the last by itself where it claims so."""
    told: list[str] = []
    for signed, issuer in pairwise(chain):
        whose, name = describe_subject(issuer), describe_subject(signed)
        if not _is_by(signed, issuer):
            told.append(f"{name} is NOT signed by the issuer that was named, {whose}.")
            return tuple(told), False
        told.append(f"{name} is signed by the issuer that was named, {whose}.")
    last = chain[-1]
    name = describe_subject(last)
    if not names_issuer(last, last):
        told.append(
            f"The signature of {name} was NOT CHECKED: the certificate of its issuer, "
            f"{describe_issuer(last)}, was not named with --issuer."
        )
        return tuple(told), True
    if not _is_by(last, last):
        told.append(f"{name} names itself as issuer and is NOT signed by its own key.")
        return tuple(told), False
    told.append(f"{name} is signed by its own key; that alone makes nobody trust it.")
    return tuple(told), True


def _is_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        verify_issued_by(certificate, issuer)
    except EvidenceError:
        return False
    return True
