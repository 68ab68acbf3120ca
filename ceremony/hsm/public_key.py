"""A public key as a token holds it, brought into the form that everybody reads.

Source: PKCS#11 v2.40 current mechanisms, sections 2.1.2 and 2.3.3 (CKA_EC_POINT is a
DER OCTET STRING; some tokens leave out its head); RFC 8032, section 5.1.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)
from pkcs11 import Attribute

from ceremony.errors import DeviceError, InputError
from ceremony.hsm.inventory import InventoryEntry
from ceremony.hsm.keys import PublicKey
from ceremony.hsm.objects import ObjectReader
from ceremony.hsm.order import KeyAlgorithm

_CURVES: Final[dict[KeyAlgorithm, ec.EllipticCurve]] = {
    KeyAlgorithm.EC_P256: ec.SECP256R1(),
    KeyAlgorithm.EC_P384: ec.SECP384R1(),
    KeyAlgorithm.EC_P521: ec.SECP521R1(),
}
_KINDS: Final = {
    ("CKK_EC", "P-256", 256): KeyAlgorithm.EC_P256,
    ("CKK_EC", "P-384", 384): KeyAlgorithm.EC_P384,
    ("CKK_EC", "P-521", 521): KeyAlgorithm.EC_P521,
    ("CKK_EC_EDWARDS", "Ed25519", 256): KeyAlgorithm.ED25519,
    ("CKK_RSA", "", 2048): KeyAlgorithm.RSA_2048,
    ("CKK_RSA", "", 3072): KeyAlgorithm.RSA_3072,
    ("CKK_RSA", "", 4096): KeyAlgorithm.RSA_4096,
}
RSA_KINDS: Final = tuple(kind for kind in KeyAlgorithm if kind.is_rsa)
_OCTET_STRING: Final = 0x04
_LONG_FORM: Final = 128
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
        raw = _unwrapped(point, 1 + 2 * ((curve.key_size + 7) // 8))
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, raw)
    except ValueError as error:
        raise unreadable_key(entry, "its public values are not valid") from error


def load_public_key(der: bytes, *algorithms: KeyAlgorithm) -> PublicKey:
    """Read a public key that must be of one of some kinds.

    Args:
        der: SubjectPublicKeyInfo, DER.
        *algorithms: The kinds, 1 or more.

    Raises:
        InputError: ``HSM-ORDER-04``: it is no public key of this kind.
    """
    try:
        public = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _wrong_public_key(algorithms) from error
    known = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
    if not isinstance(public, known) or _kind_of(public) not in algorithms:
        raise _wrong_public_key(algorithms)
    return public


def _kind_of(public: PublicKey) -> KeyAlgorithm | None:
    match public:
        case rsa.RSAPublicKey():
            return _KINDS.get(("CKK_RSA", "", public.key_size))
        case ed25519.Ed25519PublicKey():
            return KeyAlgorithm.ED25519
        case ec.EllipticCurvePublicKey():
            name = public.curve.name
            return next(
                (kind for kind, curve in _CURVES.items() if curve.name == name), None
            )


def _wrong_public_key(algorithms: tuple[KeyAlgorithm, ...]) -> InputError:
    return InputError(
        "HSM-ORDER-04",
        f"What was given is no public key of the kind {' or '.join(algorithms)}.",
        remedy="Give the public key that was recorded with the wrapped key.",
    )


def public_values(public: PublicKey) -> dict[Attribute, bytes]:
    """Give the attributes by which a token holds a public key, but for the curve.

    Returns:
        RSA: modulus and exponent, big-endian. Else CKA_EC_POINT, DER.
    """
    match public:
        case rsa.RSAPublicKey():
            numbers = public.public_numbers()
            return {
                Attribute.MODULUS: _big_endian(numbers.n),
                Attribute.PUBLIC_EXPONENT: _big_endian(numbers.e),
            }
        case ed25519.Ed25519PublicKey():
            return {Attribute.EC_POINT: octet_string(public.public_bytes_raw())}
        case ec.EllipticCurvePublicKey():
            point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            return {Attribute.EC_POINT: octet_string(point)}


def _big_endian(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _read_rsa(reader: ObjectReader, handle: int) -> rsa.RSAPublicKey:
    exponent = int.from_bytes(reader.value(handle, Attribute.PUBLIC_EXPONENT), "big")
    modulus = int.from_bytes(reader.value(handle, Attribute.MODULUS), "big")
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _unwrapped(point: bytes, length: int) -> bytes:
    """Take the head of an OCTET STRING off a point that has one."""
    head = octet_string(b"\0" * length)[:-length]
    return point[len(head) :] if point == head + point[-length:] else point


def octet_string(raw: bytes) -> bytes:
    """Give an OCTET STRING, DER.

    Args:
        raw: At most 255 bytes; the longest point, of P-521, has 133.

    Source: ITU-T X.690, sections 8.1.3 and 8.7.
    """
    length = len(raw)
    long_form = length >= _LONG_FORM
    head = (_OCTET_STRING, 0x81, length) if long_form else (_OCTET_STRING, length)
    return bytes(head) + raw


def unreadable_key(entry: InventoryEntry, reason: str) -> DeviceError:
    """Say that a key cannot be used here, and why."""
    return DeviceError(
        "HSM-KEY-03",
        f"The key {entry.label!r} (id {entry.cka_id}) cannot be used: {reason}.",
        remedy="Check by the token's inventory which key this is.",
        meaning="The key was not used.",
    )
