"""Another CA's certificates with one field that is not read everywhere.

Each is the made-up site's evidence CA with a field put in its place, so that its own
signature is wrong; nobody asks for that of a certificate that is brought.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.fakes.der_tree import Node, read_tree
from tests.fakes.made_up_site import Site

_SUBJECT, _KEY = 5, 6
_SAN: Final = bytes.fromhex("551d11")
# A key on secp112r1 (SEC 2, section 2.2.1), which no library here knows.
_OTHER_CURVE: Final = "3016301006072a8648ce3d020106052b8104000603020004"
# Of a type of nobody's, a BIT STRING, which the library takes for one type alone.
# The neutral point of Ed25519; RFC 8410, section 4.
_NEUTRAL: Final = "302a300506032b6570032100" + "01" + "00" * 31
_BITS: Final = "300c310a300806032a0304030100"


def _with_field(number: int, value: str) -> x509.Certificate:
    tree = read_tree(Site().ca.public_bytes(Encoding.DER))
    tree.inside[0].inside[number] = read_tree(bytes.fromhex(value))
    return x509.load_der_x509_certificate(tree.encode())


def _with_extension(oid: bytes, value: str) -> x509.Certificate:
    tree = read_tree(Site().ca.public_bytes(Encoding.DER))
    (extensions,) = tree.inside[0].inside[-1].inside
    added = Node(0x30, b"", [Node(0x06, oid), Node(0x04, bytes.fromhex(value))])
    kept = [each for each in extensions.inside if each.inside[0].content != oid]
    extensions.inside = [*kept, added]
    return x509.load_der_x509_certificate(tree.encode())


ODD_CERTIFICATES: Final[Mapping[str, x509.Certificate]] = {
    "an x400Address": _with_extension(_SAN, "3004a3020500"),
    "an ediPartyName": _with_extension(_SAN, "3007a505a1030c0161"),
    "a key identifier that is none": _with_extension(bytes.fromhex("551d0e"), "3000"),
    "points that are none": _with_extension(bytes.fromhex("551d1f"), "0500"),
    "a key on an unknown curve": _with_field(_KEY, _OTHER_CURVE),
    "a name of bits": _with_field(_SUBJECT, _BITS),
}
"""By what is odd in each."""

OF_ANYBODY: Final = _with_field(_KEY, _NEUTRAL)
"""Its key is one by which anybody can sign."""
