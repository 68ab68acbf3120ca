"""What a file is: a certificate, a request or a revocation list, or what else it is.

Invariants:
    * A private key is recognised by its outer shape alone; nothing of it is read,
      shown or kept.
"""

from __future__ import annotations

import base64
import binascii
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from ceremony.errors import InputError, Place
from ceremony.pki.base64_text import LINE_END, Base64Text
from ceremony.pki.other_kind import Content, Other, OtherKind, something_else
from ceremony.pki.plain_text import printable

LARGEST: Final = 256 * 1024
"""Octets: what is longer is neither one certificate nor one request."""

LARGEST_LIST: Final = 4 * 1024 * 1024
"""Octets: a revocation list that is longer is not read; it has room for 80,000 entries.

``script.source_file`` reads no more of a file.
"""

# A line may begin and end with blanks (RFC 7468, section 3).
_BEGIN: Final = re.compile(
    rb"^[ \t\v\f]*-----BEGIN ([A-Z0-9 ]+)-----[ \t\v\f]*$", re.MULTILINE
)
_BODY: Final = re.compile(
    rb"^[ \t\v\f]*-----BEGIN ([A-Z0-9 ]+)-----[ \t\v\f]*$"
    rb"(.*?)^[ \t\v\f]*-----END \1-----[ \t\v\f]*$",
    re.MULTILINE | re.DOTALL,
)
# What looks like a block's begin, to openssl too, whatever its label is.
_START: Final = re.compile(rb"^[ \t\v\f]*-----BEGIN", re.MULTILINE)
# A block that openssl 3 reads as it is: BEGIN and END at the margin, no empty line, and
# few blanks, since openssl takes a long line apart.
_TIGHT: Final = re.compile(
    rb"^-----BEGIN ([A-Z0-9 ]+)-----[ \t\v\f\r]{0,64}\n"
    rb"(?:[ \t]{0,64}[A-Za-z0-9+/=]+[ \t\v\f\r]{0,64}\n)*"
    rb"-----END \1-----[ \t\v\f\r]{0,64}$",
    re.MULTILINE,
)
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/=\s]+")
# UTF-8's byte order mark, which some editors put before a text; DER is none.
_MARK: Final = re.compile(rb"\A\xef\xbb\xbf(?!\x30)")


class Form(StrEnum):
    """How a file holds DER."""

    PEM = "PEM"
    DER = "DER"
    BASE64 = "base64 without PEM's lines"
    LOOSE = "PEM, with blanks, lines or blocks that openssl does not pass over"


_LABELS: Final = {
    "CERTIFICATE": OtherKind.BROKEN,
    "CERTIFICATE REQUEST": OtherKind.BROKEN,
    "NEW CERTIFICATE REQUEST": OtherKind.BROKEN,
    "TRUSTED CERTIFICATE": OtherKind.TRUSTED,
    "X509 CRL": OtherKind.BROKEN,
    "PKCS7": OtherKind.PKCS7,
    "CMS": OtherKind.PKCS7,
    "PUBLIC KEY": OtherKind.PUBLIC_KEY,
    "RSA PUBLIC KEY": OtherKind.PUBLIC_KEY,
}
_READ: Final[Mapping[str, type[Content]]] = {
    "CERTIFICATE": x509.Certificate,
    "CERTIFICATE REQUEST": x509.CertificateSigningRequest,
    "NEW CERTIFICATE REQUEST": x509.CertificateSigningRequest,
    "X509 CRL": x509.CertificateRevocationList,
}
"""By PEM's label: what has to stand under it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file holds.

    Attributes:
        content: It; nobody has verified it.
        form: How the file holds it.
    """

    content: Content
    form: Form


def open_file(raw: bytes, file: str) -> Opened:
    """Read one certificate, PKCS#10 request or list: PEM, DER, or base64 alone.

    Nothing is verified, and what a standard forbids in DER is read all the same where
    it can be, so that it can be shown. Base64 is read as ``base64_text`` has it.

    Args:
        raw: The file's bytes.
        file: Its name, for the place.

    Raises:
        InputError: ``PKI-FILE-01``: it is something else, which is named, and what is
            in the way of its base64 with its line.

    Source:
        RFC 7468, sections 3 and 5 to 7; RFC 2986, section 4; RFC 5280, section 5.1.
    """
    found = _look(raw)
    if isinstance(found, Opened):
        return found
    raise something_else(found.kind, file, found.why)


def name_other(der: bytes, file: str) -> InputError | None:
    """Say what DER that was taken for a request holds instead.

    Args:
        der: It; it could not be read as a request.
        file: Its file's name, for the place.

    Returns:
        ``PKI-FILE-01``, as :func:`open_file` has it; None where it may be a request
        that is broken.
    """
    match _load(der):
        case x509.CertificateSigningRequest():
            return None
        case x509.Certificate():
            kind = OtherKind.CERTIFICATE
        case x509.CertificateRevocationList():
            kind = OtherKind.CRL
        case Other(OtherKind.REQUEST_VERSION):
            return None
        case Other() as other:
            return something_else(other.kind, file, other.why)
        case _:
            kind = _shape(der)
    is_other = kind not in {OtherKind.BROKEN, OtherKind.OTHER}
    return something_else(kind, file) if is_other else None


def open_certificate(raw: bytes, file: str) -> x509.Certificate:
    """Read one certificate; see :func:`open_file`.

    Raises:
        InputError: ``PKI-FILE-01``: it is no certificate; ``PKI-FILE-02``: it is a
            request.
    """
    content = open_file(raw, file).content
    if isinstance(content, x509.Certificate):
        return content
    if isinstance(content, x509.CertificateRevocationList):
        raise something_else(OtherKind.CRL, file)
    name = printable(file)
    raise InputError(
        "PKI-FILE-02",
        f"{name} holds a certification request, and not a certificate.",
        remedy="Give the certificate that was issued for it.",
        place=Place(name),
    )


def open_crl(raw: bytes, file: str, profile: str) -> x509.CertificateRevocationList:
    """Read one revocation list; see :func:`open_file`.

    Args:
        raw: The file's bytes.
        file: Its name, for the place.
        profile: The name of the profile that it is to be held against.

    Raises:
        InputError: ``PKI-FILE-01``: it is none, nor anything else that is read;
            ``PKI-FILE-03``: it is a certificate or a request.
    """
    content = open_file(raw, file).content
    if isinstance(content, x509.CertificateRevocationList):
        return content
    what = (
        "request"
        if isinstance(content, x509.CertificateSigningRequest)
        else "certificate"
    )
    name = printable(file)
    raise InputError(
        "PKI-FILE-03",
        f"{name} holds a {what}, and the profile {profile} is one of revocation lists.",
        remedy="Give the revocation list, or name a profile of certificates.",
        place=Place(name),
    )


def _look(octets: bytes) -> Opened | Other:
    raw = _MARK.sub(b"", octets)
    if not raw.strip():
        return Other(OtherKind.EMPTY)
    if len(raw) > LARGEST_LIST:
        return Other(OtherKind.LONG)
    text = LINE_END.sub(b"\n", raw)
    begins = list(_BEGIN.finditer(text))
    if begins:
        is_tight = len(_TIGHT.findall(raw)) == len(_START.findall(text))
        found = _look_at_pem(begins, Form.PEM if is_tight else Form.LOOSE)
    else:
        found = _look_at_octets(raw)
    is_list = isinstance(found, Opened) and isinstance(
        found.content, x509.CertificateRevocationList
    )
    return found if is_list or len(raw) <= LARGEST else Other(OtherKind.LONG)


def _look_at_pem(begins: Sequence[re.Match[bytes]], form: Form) -> Opened | Other:
    labels = [begin[1].decode() for begin in begins]
    if any(label.endswith("PRIVATE KEY") for label in labels):
        return Other(OtherKind.PRIVATE_KEY)
    if len(labels) > 1 and set(labels) <= _READ.keys():
        return Other(
            OtherKind.CHAIN if set(labels) == {"CERTIFICATE"} else OtherKind.MANY
        )
    # The first block alone: looking for any that ends would take long where none does.
    text, start = begins[0].string, begins[0].start()
    wanted, block = _READ.get(labels[0]), _BODY.match(text, start)
    der, wrong = b"", ""
    if block is not None:
        der, wrong = _decoded(block[2], text.count(b"\n", 0, block.start(2)) + 1)
    content = _load(der)
    other = Other(_LABELS.get(labels[0], OtherKind.OTHER), wrong)
    if content is None or isinstance(content, Other):
        return content or other
    # A label that names something else than what stands under it misleads a person.
    is_labelled = wanted is not None and isinstance(content, wanted)
    return Opened(content, form) if is_labelled else other


def _look_at_octets(raw: bytes) -> Opened | Other:
    der, form, wrong = raw, Form.DER, ""
    if _BASE64.fullmatch(raw):
        (der, wrong), form = _decoded(LINE_END.sub(b"\n", raw), 1), Form.BASE64
    content = _load(der)
    if isinstance(content, Other):
        return content
    if content is not None:
        return Opened(content, form)
    # A private key is told however badly its base64 is written.
    return Other(_shape(_decoded_loosely(raw) if wrong else der), wrong)


def _decoded(text: bytes, first: int) -> tuple[bytes, str]:
    """Decode base64 whose lines LF ends, from the line of that number.

    Returns:
        The octets, and what is in the way, as :meth:`Base64Text.decode` has them.
    """
    found = Base64Text(LARGEST_LIST)
    for number, line in enumerate(text.split(b"\n"), first):
        found.take(number, line)
    return found.decode()


def _decoded_loosely(text: bytes) -> bytes:
    """Decode base64 with blanks anywhere; nothing where it is not."""
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        return b""


def _load(der: bytes) -> Content | Other | None:
    """Read it as each kind; None where it is none, or none that is whole."""
    loaders: tuple[tuple[type[Content], Callable[[bytes], Content]], ...] = (
        (x509.Certificate, x509.load_der_x509_certificate),
        (x509.CertificateSigningRequest, x509.load_der_x509_csr),
        (x509.CertificateRevocationList, x509.load_der_x509_crl),
    )
    # The library warns of what RFC 5280 forbids; here it is shown.
    with warnings.catch_warnings(action="ignore"):
        for kind, load in loaders:
            try:
                return load(der)
            except x509.InvalidVersion as error:
                return Other.of_version(kind, error.parsed_version)
            except (ValueError, UnsupportedAlgorithm):
                continue
    return None


# How the DER of each kind begins, after the outer SEQUENCE's tag and length. RFC 5208
# and RFC 8017: version 0 and an algorithm or a modulus; RFC 5915: version 1 and octets;
# RFC 7292: version 3; RFC 5652: an OID of pkcs7; RFC 5958 with a password: an OID of
# pkcs5 or pkcs12 inside a SEQUENCE.
_BEGINNINGS: Final = (
    (
        re.compile(rb"\x02\x01[\x00\x01](\x30|\x02|\x04)", re.DOTALL),
        OtherKind.PRIVATE_KEY,
    ),
    (
        re.compile(rb"\x30.\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05", re.DOTALL),
        OtherKind.PRIVATE_KEY,
    ),
    (re.compile(rb"\x02\x01\x03\x30", re.DOTALL), OtherKind.PKCS12),
    (re.compile(rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"), OtherKind.PKCS7),
)


def _shape(der: bytes) -> OtherKind:
    """Name what DER that could not be read looks like."""
    header = re.match(rb"\x30(?:[\x00-\x7f]|\x81.|\x82..|\x83...)", der, re.DOTALL)
    if header is None:
        return OtherKind.OTHER
    inside = der[header.end() :]
    for pattern, kind in _BEGINNINGS:
        if pattern.match(inside):
            return kind
    return OtherKind.PUBLIC_KEY if _is_public_key(inside) else OtherKind.BROKEN


def _is_public_key(inside: bytes) -> bool:
    """Tell an AlgorithmIdentifier that a BIT STRING follows."""
    size = inside[1] if inside[:1] == b"\x30" and len(inside) > 1 else 0
    return inside[2:3] == b"\x06" and inside[2 + size : 3 + size] == b"\x03"
