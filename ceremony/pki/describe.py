"""A certificate or a request in full, as lines of text for pages and the terminal.

The words are this tool's; the values are those that ``openssl x509 -text`` and
``openssl req -text`` show, so that a reader can hold the two side by side.

Invariants:
    * The lines are those of ``plain_text``: no value can forge one.
    * Nothing is left out: what has no words of its own is given in hexadecimal.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import InputError
from ceremony.pki.certificate import fingerprint
from ceremony.pki.der import (
    RawCertificate,
    decode_raw,
    unreadable,
)
from ceremony.pki.der_request import (
    RawRequest,
    decode_raw_request,
    unreadable_request,
)
from ceremony.pki.describe_extension import describe_extensions
from ceremony.pki.describe_key import describe_key, describe_parameters
from ceremony.pki.field_fault import FIELD_FAULTS
from ceremony.pki.issuer_name import describe_issuer, describe_subject, told_name
from ceremony.pki.oid_name import name_oid
from ceremony.pki.plain_text import hex_lines, plain_lines, time_text


def describe_certificate(certificate: x509.Certificate) -> tuple[str, ...]:
    """Give a certificate in full.

    Args:
        certificate: A certificate, whatever its profile.

    Returns:
        Lines of printable ASCII, each at most 76 characters, without line feeds.

    Raises:
        InputError: ``PKI-CERT-02``: a field cannot be read.
    """
    raw = decode_raw(certificate.public_bytes(Encoding.DER))
    return _lines(_describe_certificate(certificate, raw), unreadable())


def describe_request(request: x509.CertificateSigningRequest) -> tuple[str, ...]:
    """Give a certification request in full.

    Args:
        request: A PKCS#10 request, whoever signed it.

    Returns:
        Lines as those of :func:`describe_certificate`.

    Raises:
        InputError: ``PKI-REQUEST-05``: a field cannot be read.
    """
    raw = decode_raw_request(request.public_bytes(Encoding.DER))
    return _lines(_describe_request(request, raw), unreadable_request())


def verify_readable(certificate: x509.Certificate) -> None:
    """Insist that every field of somebody else's certificate can be read.

    A ceremony reads such a certificate again and again, for its leaf, its path and its
    page, so that what stops one of them is told before anything is made.

    Raises:
        InputError: ``PKI-CERT-02``: the library cannot read a name, an extension or the
            key of it, or it cannot be taken apart.
    """
    try:
        # Each is read no sooner than it is asked for.
        with warnings.catch_warnings(action="ignore"):
            tuple(certificate.subject), tuple(certificate.issuer)
            tuple(certificate.extensions), certificate.public_key()
    except FIELD_FAULTS as error:
        raise unreadable() from error
    describe_certificate(certificate)


def _lines(texts: Iterator[str], failure: InputError) -> tuple[str, ...]:
    try:
        return plain_lines(texts)
    except FIELD_FAULTS as error:
        raise failure from error


def _describe_certificate(
    certificate: x509.Certificate, raw: RawCertificate
) -> Iterator[str]:
    yield "Certificate"
    yield f"Version: {raw.version}"
    yield "Serial number:"
    octets = raw.serial.to_bytes(raw.serial_octets, "big", signed=True)
    yield from hex_lines(octets)
    algorithm = name_oid(certificate.signature_algorithm_oid.dotted_string)
    yield f"Signature algorithm: {algorithm}"
    yield from describe_parameters(certificate, raw.outer_signature)
    yield f"Issuer: {describe_issuer(certificate)}"
    yield f"Valid from:  {time_text(certificate.not_valid_before_utc)}"
    yield f"Valid until: {time_text(certificate.not_valid_after_utc)}"
    yield f"Subject: {describe_subject(certificate)}"
    yield from describe_key(certificate, raw.spki)
    for whose, bits in zip(("Issuer", "Subject"), raw.unique_ids, strict=True):
        # The first octet counts the bits at the end that are not used.
        if bits:
            yield f"{whose} unique identifier, {8 * len(bits[1:]) - bits[0]} bits:"
            yield from hex_lines(bits[1:])
    yield from describe_extensions(
        "Extension", lambda: certificate.extensions, raw.extensions
    )
    yield f"Signature ({algorithm}):"
    yield from hex_lines(certificate.signature)
    yield "SHA-256 of the certificate (DER):"
    yield from hex_lines(bytes.fromhex(fingerprint(certificate)))


def _describe_request(
    request: x509.CertificateSigningRequest, raw: RawRequest
) -> Iterator[str]:
    yield "Certification request"
    yield f"Version: {raw.version}"
    subject = told_name(lambda: request.subject, lambda: raw.subject)
    yield f"Subject: {subject}"
    yield from describe_key(request, raw.spki)
    yield from describe_extensions(
        "Requested extension", lambda: request.extensions, raw.extensions
    )
    for attribute in raw.attributes:
        yield f"Attribute {name_oid(attribute.oid)}:"
        yield from hex_lines(attribute.value)
    algorithm = name_oid(request.signature_algorithm_oid.dotted_string)
    yield f"Signature algorithm: {algorithm}"
    yield from describe_parameters(request, raw.signature)
    yield f"Signature ({algorithm}):"
    yield from hex_lines(request.signature)
    yield "SHA-256 of the request (DER):"
    der = request.public_bytes(Encoding.DER)
    yield from hex_lines(hashlib.sha256(der).digest())
