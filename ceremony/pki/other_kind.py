"""What a file holds that is no certificate, request or list that is read, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography import x509

from ceremony.errors import InputError, Place
from ceremony.pki.plain_text import printable

Content = (
    x509.Certificate | x509.CertificateSigningRequest | x509.CertificateRevocationList
)
"""What is looked at."""


class OtherKind(StrEnum):
    """What is said of a file that holds something else."""

    EMPTY = "is empty"
    LONG = "is longer than any certificate, request or revocation list that is read"
    MANY = "holds several certificates, requests or revocation lists, and not one"
    CHAIN = "holds several certificates, and not one"
    CERTIFICATE = "holds a certificate, and no request"
    PRIVATE_KEY = "holds a private key, and no certificate or request"
    PUBLIC_KEY = "holds a public key alone, and no certificate or request"
    CRL = "holds a certificate revocation list, and no certificate or request"
    PKCS7 = "holds a PKCS#7 or CMS message, and no certificate or request alone"
    PKCS12 = "holds PKCS#12, in which a private key may lie, and no certificate alone"
    TRUSTED = "holds a certificate with openssl's trust settings, and not a plain one"
    BROKEN = "holds a certificate, request or revocation list whose encoding is broken"
    VERSION = "holds a certificate of a version that is not read"
    REQUEST_VERSION = "holds a request of a version that is not read"
    CRL_VERSION = "holds a certificate revocation list of a version that is not read"
    OTHER = "is neither PEM, nor DER, nor base64 of DER"


KEY_REMEDY: Final = (
    "Take the file back to where the key is kept, ask who could read it here, and give "
    "the certificate or the request."
)
"""What is to be done with a private key, whatever it was taken for."""

_REMEDIES: Final = {
    OtherKind.MANY: "Give one of them alone in a file.",
    OtherKind.CHAIN: "Give one of them alone in a file. In a chain each is signed by "
    "the next; openssl x509 -in FILE -out NEW takes out the first.",
    OtherKind.CERTIFICATE: "Give the request that it was made from.",
    OtherKind.CRL: "Give the certificate or the request.",
    OtherKind.PRIVATE_KEY: KEY_REMEDY,
    OtherKind.PKCS7: "Take the certificates out: openssl pkcs7 -print_certs.",
    OtherKind.PKCS12: "Give the certificate alone: openssl pkcs12 -nokeys.",
    OtherKind.TRUSTED: "Write it plainly: openssl x509 -in FILE -out NEW.",
    OtherKind.BROKEN: "Get the file again from whoever made it.",
    OtherKind.VERSION: "Ask its CA for a certificate of X.509 version 3.",
    OtherKind.REQUEST_VERSION: "Have it made again; its encoding is not damaged.",
    OtherKind.CRL_VERSION: "Ask its CA for a list of version 2.",
}
_EXPLAINED: Final = frozenset(
    {
        OtherKind.BROKEN,
        OtherKind.VERSION,
        OtherKind.REQUEST_VERSION,
        OtherKind.CRL_VERSION,
    }
)
"""What is told with what is in the way of reading it."""

_VERSIONS: Final[Mapping[type[Content], tuple[OtherKind, str]]] = {
    x509.Certificate: (
        OtherKind.VERSION,
        "0 stands for version 1 and 2 for version 3 (RFC 5280, section 4.1.2.1)",
    ),
    x509.CertificateSigningRequest: (
        OtherKind.REQUEST_VERSION,
        "every request has 0 (RFC 2986, section 4.1)",
    ),
    x509.CertificateRevocationList: (
        OtherKind.CRL_VERSION,
        "1 stands for version 2 (RFC 5280, section 5.1.2.1)",
    ),
}
"""By what is sound but for its version: how it is told, and what stands for which."""


@dataclass(frozen=True, slots=True)
class Other:
    """What a file holds instead.

    Attributes:
        kind: What it is.
        why: What is in the way of reading it: of its base64, or its version; empty
            where nothing is.
    """

    kind: OtherKind
    why: str = ""

    @classmethod
    def of_version(cls, kind: type[Content], version: int) -> Other:
        """Tell what is sound but for the number in its field ``version``."""
        found, meant = _VERSIONS[kind]
        return cls(found, f"its field says {version}, and {meant}")


def something_else(found: OtherKind, file: str, why: str = "") -> InputError:
    """Make the error for a file that holds something else: ``PKI-FILE-01``.

    Args:
        found: What it holds.
        file: Its name, for the place.
        why: What is in the way of reading it; told where that helps.
    """
    name = printable(file)
    told = f": {why}" if why and found in _EXPLAINED else ""
    return InputError(
        "PKI-FILE-01",
        f"{name} {found}{told}.",
        remedy=_REMEDIES.get(
            found,
            "Give a file with one certificate, PKCS#10 request or revocation list.",
        ),
        place=Place(name),
    )
