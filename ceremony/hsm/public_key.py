"""A public key as a token holds it, brought into the form that everybody reads.

Source: PKCS#11 v2.40 current mechanisms, sections 2.1.2 and 2.3.3 (CKA_EC_POINT is a
DER OCTET STRING; some tokens leave out its two leading bytes); RFC 8032, section 5.1.
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pkcs11 import Attribute

from ceremony.errors import DeviceError
from ceremony.hsm.inventory import InventoryEntry
from ceremony.hsm.keys import PublicKey
from ceremony.hsm.objects import ObjectReader
from ceremony.hsm.order import KeyAlgorithm

_CURVES: Final[dict[KeyAlgorithm, ec.EllipticCurve]] = {
    KeyAlgorithm.EC_P256: ec.SECP256R1(),
    KeyAlgorithm.EC_P384: ec.SECP384R1(),
}
_KINDS: Final = {
    ("CKK_EC", "P-256", 256): KeyAlgorithm.EC_P256,
    ("CKK_EC", "P-384", 384): KeyAlgorithm.EC_P384,
    ("CKK_EC_EDWARDS", "Ed25519", 256): KeyAlgorithm.ED25519,
    ("CKK_RSA", "", 2048): KeyAlgorithm.RSA_2048,
    ("CKK_RSA", "", 3072): KeyAlgorithm.RSA_3072,
    ("CKK_RSA", "", 4096): KeyAlgorithm.RSA_4096,
}
_OCTET_STRING: Final = 0x04
_ED25519_LENGTH: Final = 32


def algorithm_of(entry: InventoryEntry) -> KeyAlgorithm:
    """Tell what kind of key an object is.

    Raises:
        DeviceError: ``HSM-KEY-03``: a kind that is not known here.
    """
    algorithm = _KINDS.get((entry.key_type, entry.curve, entry.size))
    if algorithm is None:
        raise unreadable_key(entry, "its kind is not known here")
    return algorithm


def read_public_key(
    reader: ObjectReader, handle: int, entry: InventoryEntry
) -> PublicKey:
    """Read the public key from its object.

    Args:
        reader: Reads the session's objects.
        handle: The public object's handle.
        entry: The public object's entry.

    Raises:
        CkrError: The module failed.
        DeviceError: ``HSM-KEY-03``: no valid public key of a known kind.
    """
    algorithm = algorithm_of(entry)
    try:
        if entry.key_type == "CKK_RSA":
            return _read_rsa(reader, handle)
        point = reader.value(handle, Attribute.EC_POINT)
        if algorithm is KeyAlgorithm.ED25519:
            raw = _unwrapped(point, _ED25519_LENGTH)
            return ed25519.Ed25519PublicKey.from_public_bytes(raw)
        curve = _CURVES[algorithm]
        raw = _unwrapped(point, 1 + 2 * (curve.key_size // 8))
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, raw)
    except ValueError as error:
        raise unreadable_key(entry, "its public values are not valid") from error


def _read_rsa(reader: ObjectReader, handle: int) -> rsa.RSAPublicKey:
    exponent = int.from_bytes(reader.value(handle, Attribute.PUBLIC_EXPONENT), "big")
    modulus = int.from_bytes(reader.value(handle, Attribute.MODULUS), "big")
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _unwrapped(point: bytes, length: int) -> bytes:
    """Take the two bytes of an OCTET STRING off a point that has them."""
    if len(point) == length + 2 and point[:2] == bytes((_OCTET_STRING, length)):
        return point[2:]
    return point


def unreadable_key(entry: InventoryEntry, reason: str) -> DeviceError:
    """Say that a key cannot be used here, and why."""
    return DeviceError(
        "HSM-KEY-03",
        f"The key {entry.label!r} (id {entry.cka_id}) cannot be used: {reason}.",
        remedy="Check by the token's inventory which key this is.",
        meaning="The key was not used.",
    )
