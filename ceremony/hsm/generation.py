"""Key pairs: how they are ordered, made, and read back.

Templates are closed: what a key may do is said for every usage, and nothing is left
to a module's defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from asn1crypto.core import OctetString
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

from ceremony.hsm.attributes import ABSENT

_ED25519: Final = b"\x13\x0cedwards25519"


class KeyAlgorithm(StrEnum):
    """The kinds of key pair that a token is asked for."""

    EC_P256 = "P-256"
    ED25519 = "Ed25519"


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """Which key pair to make.

    Attributes:
        label: CKA_LABEL of both halves.
        cka_id: CKA_ID of both halves, 32 hex digits.
    """

    label: str
    cka_id: str
    algorithm: KeyAlgorithm


@dataclass(frozen=True, slots=True)
class GeneratedKey:
    """A key pair as its token gives it back.

    Attributes:
        public_key_der: SubjectPublicKeyInfo, DER.
        mechanism: The generation mechanism that the token names, or ``absent``.
        attributes: The private key's attributes by name, and ``CKF_HW_SLOT``.
    """

    public_key_der: bytes
    mechanism: str
    attributes: Mapping[str, str]


_PRIVATE: Final = {
    Attribute.TOKEN: True,
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.SIGN: True,
    Attribute.SIGN_RECOVER: False,
    Attribute.DECRYPT: False,
    Attribute.UNWRAP: False,
    Attribute.DERIVE: False,
}
_PUBLIC: Final = {
    Attribute.TOKEN: True,
    Attribute.PRIVATE: False,
    Attribute.VERIFY: True,
    Attribute.ENCRYPT: False,
    Attribute.WRAP: False,
    Attribute.DERIVE: False,
}
_READ: Final = {
    "CKA_TOKEN": Attribute.TOKEN,
    "CKA_PRIVATE": Attribute.PRIVATE,
    "CKA_SENSITIVE": Attribute.SENSITIVE,
    "CKA_EXTRACTABLE": Attribute.EXTRACTABLE,
    "CKA_ALWAYS_SENSITIVE": Attribute.ALWAYS_SENSITIVE,
    "CKA_NEVER_EXTRACTABLE": Attribute.NEVER_EXTRACTABLE,
    "CKA_LOCAL": Attribute.LOCAL,
    "CKA_MODIFIABLE": Attribute.MODIFIABLE,
    "CKA_SIGN": Attribute.SIGN,
    "CKA_SIGN_RECOVER": Attribute.SIGN_RECOVER,
    "CKA_DECRYPT": Attribute.DECRYPT,
    "CKA_UNWRAP": Attribute.UNWRAP,
    "CKA_DERIVE": Attribute.DERIVE,
    "CKA_VERIFY": Attribute.VERIFY,
    "CKA_ENCRYPT": Attribute.ENCRYPT,
    "CKA_WRAP": Attribute.WRAP,
}


def generate(session: Any, order: KeyOrder) -> None:  # noqa: ANN401  the library is untyped
    """Ask the token for the pair; its answer is not trusted, but read back."""
    if order.algorithm is KeyAlgorithm.EC_P256:
        kind, curve = KeyType.EC, encode_named_curve_parameters("secp256r1")
        mechanism = Mechanism.EC_KEY_PAIR_GEN
    else:
        kind, curve = KeyType.EC_EDWARDS, _ED25519
        mechanism = Mechanism.EC_EDWARDS_KEY_PAIR_GEN
    parameters = session.create_domain_parameters(
        kind, {Attribute.EC_PARAMS: curve}, local=True
    )
    parameters.generate_keypair(
        mechanism=mechanism,
        store=True,
        id=bytes.fromhex(order.cka_id),
        label=order.label,
        private_template=_PRIVATE,
        public_template=_PUBLIC,
    )


def read_back(session: Any, cka_id: str, *, hardware_slot: bool) -> GeneratedKey:  # noqa: ANN401  the library is untyped
    """Read both halves of a pair from the token."""
    found = bytes.fromhex(cka_id)
    public = session.get_key(object_class=ObjectClass.PUBLIC_KEY, id=found)
    private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=found)
    attributes = readable(private)
    attributes["CKF_HW_SLOT"] = str(hardware_slot).lower()
    return GeneratedKey(
        public_key_der=_spki(public),
        mechanism=_mechanism(private),
        attributes=attributes,
    )


def readable(item: Any) -> dict[str, str]:  # noqa: ANN401  the library is untyped
    """Read every attribute of the list that an object tells."""
    told: dict[str, str] = {}
    for name, attribute in _READ.items():
        try:
            told[name] = str(bool(item[attribute])).lower()
        except PKCS11Error:
            continue
    return told


def _spki(public: Any) -> bytes:  # noqa: ANN401  the library is untyped
    if public.key_type is KeyType.EC:
        return bytes(encode_ec_public_key(public))
    point = bytes(public[Attribute.EC_POINT])
    raw = point if len(point) == 32 else bytes(OctetString.load(point))  # noqa: PLR2004  an Ed25519 key's length
    key = ed25519.Ed25519PublicKey.from_public_bytes(raw)
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _mechanism(private: Any) -> str:  # noqa: ANN401  the library is untyped
    try:
        return f"CKM_{Mechanism(private[Attribute.KEY_GEN_MECHANISM]).name}"
    except (PKCS11Error, ValueError):
        return ABSENT
