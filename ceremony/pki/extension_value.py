"""The values of extensions, one by one where the library cannot read all of them.

It reads them all or none. A general name of a form that it does not know (x400Address,
ediPartyName) would hide every other extension beside it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519

from ceremony.pki.der import RawExtension


def extension_values(
    read: Callable[[], x509.Extensions], raw: tuple[RawExtension, ...]
) -> tuple[x509.ExtensionType, ...]:
    """Give each extension's value, in their order.

    Args:
        read: Gives all of them, or raises.
        raw: Their encodings, in the same order.

    Returns:
        What they say; an ``UnrecognizedExtension`` for each that holds a general name
        of a form that the library does not know.

    Raises:
        ValueError: One is malformed.
        DuplicateExtension: One stands twice.
    """
    try:
        # It warns of names in them; here they are shown.
        with warnings.catch_warnings(action="ignore"):
            return tuple(each.value for each in read())
    except x509.UnsupportedGeneralNameType:
        _verify_each_once(raw)
        return tuple(map(read_alone, raw))


def _verify_each_once(raw: tuple[RawExtension, ...]) -> None:
    # The library stopped before it came to this.
    seen: set[str] = set()
    for each in raw:
        if each.oid in seen:
            oid = x509.ObjectIdentifier(each.oid)
            raise x509.DuplicateExtension(f"{each.oid} stands twice", oid)
        seen.add(each.oid)


def read_alone(raw: RawExtension) -> x509.ExtensionType:
    """Read one by putting it alone into a request, signed with a throw-away key.

    Raises:
        ValueError: It is malformed.
    """
    bare = x509.UnrecognizedExtension(x509.ObjectIdentifier(raw.oid), raw.value)
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([]))
        .add_extension(bare, critical=False)
        .sign(ed25519.Ed25519PrivateKey.generate(), None)
    )
    try:
        with warnings.catch_warnings(action="ignore"):
            (read,) = request.extensions
    except x509.UnsupportedGeneralNameType:
        return bare
    value: x509.ExtensionType = read.value
    return value
