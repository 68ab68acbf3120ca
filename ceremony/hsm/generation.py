"""How a key is asked for: one closed template for each kind of key and use.

Every attribute that decides what the key may do is stated, since modules differ in
what they assume where nothing is said.

Source: PKCS#11 v2.40, sections 4.4 and 4.7 to 4.10; current mechanisms, 2.1.4, 2.3.5
and 2.8.4; for Ed25519 v3.0, section 2.3.10.
"""

from __future__ import annotations

from typing import Any, Final

from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag

from ceremony.hsm.access import TokenAccess
from ceremony.hsm.mechanism import MechanismName
from ceremony.hsm.order import (
    CheckValueKind,
    Copies,
    KeyAlgorithm,
    KeyOrder,
    PairUse,
    SecretKeyOrder,
    SecretUse,
)

CURVE_PARAMETERS: Final = {
    KeyAlgorithm.EC_P256: bytes.fromhex("06082a8648ce3d030107"),
    KeyAlgorithm.EC_P384: bytes.fromhex("06052b81040022"),
    KeyAlgorithm.EC_P521: bytes.fromhex("06052b81040023"),
    KeyAlgorithm.ED25519: b"\x13\x0cedwards25519",
}
"""CKA_EC_PARAMS, DER."""

_RSA_SIZES: Final = {
    KeyAlgorithm.RSA_2048: 2048,
    KeyAlgorithm.RSA_3072: 3072,
    KeyAlgorithm.RSA_4096: 4096,
}
_NO_CAPABILITIES: Final = MechanismFlag(0)
"""The templates say what a key may do; the library adds nothing of its own."""

_SECRET_USAGES: Final = {
    SecretUse.WRAP: {Attribute.WRAP, Attribute.UNWRAP},
    SecretUse.ENCRYPT: {Attribute.ENCRYPT, Attribute.DECRYPT},
    SecretUse.MAC: {Attribute.SIGN, Attribute.VERIFY},
}
_CHECK_USAGE: Final = {
    CheckValueKind.ENCRYPTED_ZEROS: Attribute.ENCRYPT,
    CheckValueKind.CMAC_ZEROS: Attribute.SIGN,
}
_ALL_SECRET_USAGES: Final = (
    Attribute.ENCRYPT,
    Attribute.DECRYPT,
    Attribute.SIGN,
    Attribute.VERIFY,
    Attribute.WRAP,
    Attribute.UNWRAP,
    Attribute.DERIVE,
)


def private_template(order: KeyOrder) -> dict[Attribute, bool]:
    """Say all that the private key of a pair may do and may not."""
    signs = order.use is PairUse.SIGN
    return {
        Attribute.SIGN: signs,
        Attribute.UNWRAP: not signs,
        Attribute.DECRYPT: False,
        Attribute.DERIVE: False,
        Attribute.SIGN_RECOVER: False,
        **_kept_in(order.copies),
    }


def public_template(order: KeyOrder) -> dict[Attribute, bool]:
    """Say all that the public key of a pair may do and may not."""
    signs = order.use is PairUse.SIGN
    return {
        Attribute.PRIVATE: False,
        Attribute.VERIFY: signs,
        Attribute.WRAP: not signs,
        Attribute.ENCRYPT: False,
        Attribute.DERIVE: False,
        Attribute.VERIFY_RECOVER: False,
    }


def secret_template(order: SecretKeyOrder) -> dict[Attribute, bool]:
    """Say all that a secret key may do and may not."""
    usages = set(_SECRET_USAGES[order.use])
    if order.check_by is not None:
        usages.add(_CHECK_USAGE[order.check_by])
    return {
        **{usage: usage in usages for usage in _ALL_SECRET_USAGES},
        **_kept_in(order.copies),
    }


def _kept_in(copies: Copies) -> dict[Attribute, bool]:
    kept: dict[Attribute, bool] = {
        Attribute.PRIVATE: True,
        Attribute.SENSITIVE: True,
        Attribute.EXTRACTABLE: copies is not Copies.NEVER,
    }
    # Asked for only where it is ordered: some tokens do not know the attribute.
    if copies is Copies.WRAPPED_BY_TRUSTED:
        kept[Attribute.WRAP_WITH_TRUSTED] = True
    return kept


def generate_pair(access: TokenAccess, order: KeyOrder) -> None:
    """Have the token make the pair; what came out is read back by the caller.

    Args:
        access: An open session, the user logged in, opened for writing.
        order: The pair.

    Raises:
        DeviceError: ``HSM-MECHANISM-01``: the token makes no such pairs.
        PKCS11Error: The module refused or failed; half a pair may exist.
    """
    session, used = access.library, access.choose(order.algorithm).used
    asked: dict[str, Any] = {
        "store": True,
        "label": order.label,
        "id": bytes.fromhex(order.cka_id),
        "capabilities": _NO_CAPABILITIES,
        "mechanism": library_mechanism(used),
        "private_template": private_template(order),
        "public_template": public_template(order),
    }
    size = _RSA_SIZES.get(order.algorithm)
    if size is not None:
        session.generate_keypair(KeyType.RSA, size, **asked)
        return
    parameters = session.create_domain_parameters(
        pair_type(order.algorithm),
        {Attribute.EC_PARAMS: CURVE_PARAMETERS[order.algorithm]},
        local=True,
    )
    parameters.generate_keypair(**asked)


def generate_secret(access: TokenAccess, order: SecretKeyOrder) -> None:
    """Have the token make the secret key; it is read back by the caller.

    Args:
        access: An open session, the user logged in, opened for writing.
        order: The key.

    Raises:
        DeviceError: ``HSM-MECHANISM-01``: the token makes no such keys.
        PKCS11Error: The module refused or failed; a broken object may exist.
    """
    access.library.generate_key(
        KeyType.AES,
        order.algorithm.bits,
        store=True,
        label=order.label,
        id=bytes.fromhex(order.cka_id),
        capabilities=_NO_CAPABILITIES,
        mechanism=library_mechanism(access.choose(order.algorithm).used),
        template=secret_template(order),
    )


def pair_type(algorithm: KeyAlgorithm) -> KeyType:
    """Give CKA_KEY_TYPE of a pair's two keys."""
    if algorithm.is_rsa:
        return KeyType.RSA
    edwards = algorithm is KeyAlgorithm.ED25519
    return KeyType.EC_EDWARDS if edwards else KeyType.EC


def library_mechanism(name: MechanismName) -> Mechanism:
    """Give the library's number for a mechanism."""
    return Mechanism[name.removeprefix("CKM_")]
