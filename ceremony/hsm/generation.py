"""How a key pair is asked for: one closed template for each kind of key.

Every attribute that decides what the key may do is stated, since modules differ in
what they assume where nothing is said.

Source: PKCS#11 v2.40, sections 4.8 and 4.9; current mechanisms, 2.1.4 and 2.3.5; for
Ed25519 v3.0, section 2.3.10.
"""

from __future__ import annotations

from typing import Any, Final

from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag
from pkcs11.types import Session as LibrarySession

from ceremony.hsm.order import KeyAlgorithm, KeyOrder

_PRIVATE: Final = {
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.SIGN: True,
    Attribute.DECRYPT: False,
    Attribute.UNWRAP: False,
    Attribute.DERIVE: False,
    Attribute.SIGN_RECOVER: False,
}
_PUBLIC: Final = {
    Attribute.PRIVATE: False,
    Attribute.VERIFY: True,
    Attribute.ENCRYPT: False,
    Attribute.WRAP: False,
    Attribute.DERIVE: False,
    Attribute.VERIFY_RECOVER: False,
}
_CURVES: Final = {
    KeyAlgorithm.EC_P256: bytes.fromhex("06082a8648ce3d030107"),
    KeyAlgorithm.EC_P384: bytes.fromhex("06052b81040022"),
    KeyAlgorithm.ED25519: b"\x13\x0cedwards25519",
}
_RSA_SIZES: Final = {
    KeyAlgorithm.RSA_2048: 2048,
    KeyAlgorithm.RSA_3072: 3072,
    KeyAlgorithm.RSA_4096: 4096,
}


def generate(session: LibrarySession, order: KeyOrder) -> None:
    """Have the token make the pair; what came out is read back by the caller.

    Args:
        session: An open session, the user logged in, opened for writing.
        order: The pair.

    Raises:
        PKCS11Error: The module refused or failed; half a pair may exist.
    """
    asked: dict[str, Any] = {
        "store": True,
        "label": order.label,
        "id": bytes.fromhex(order.cka_id),
        "capabilities": MechanismFlag.SIGN | MechanismFlag.VERIFY,
        "private_template": _PRIVATE,
        "public_template": _PUBLIC,
    }
    size = _RSA_SIZES.get(order.algorithm)
    if size is not None:
        session.generate_keypair(
            KeyType.RSA, size, mechanism=Mechanism.RSA_PKCS_KEY_PAIR_GEN, **asked
        )
        return
    edwards = order.algorithm is KeyAlgorithm.ED25519
    parameters = session.create_domain_parameters(
        KeyType.EC_EDWARDS if edwards else KeyType.EC,
        {Attribute.EC_PARAMS: _CURVES[order.algorithm]},
        local=True,
    )
    parameters.generate_keypair(
        mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN
        if edwards
        else Mechanism.EC_KEY_PAIR_GEN,
        **asked,
    )
