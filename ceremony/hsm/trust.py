"""How the security officer makes a wrapping key trusted, where the module lets them.

A key that may be wrapped by trusted keys only is then safe from whoever has the user
PIN and brings in a wrapping key of their own.

Invariants:
    * Nobody is told that a key is trusted before the token says so.
    * Where the officer may only write objects (SoftHSMv2 2.6.1 lets no attribute of one
      be set), the public key of a pair is written anew, and then the old one destroyed.

Source: PKCS#11 v2.40, sections 4.7 and 4.10 (CKA_TRUSTED: set to true by the security
officer only), 5.7 (C_SetAttributeValue).
"""

from __future__ import annotations

from typing import Final

from pkcs11 import Attribute, KeyType, Object, ObjectClass
from pkcs11.types import Session as LibrarySession

from ceremony.errors import DeviceError
from ceremony.hsm.errors import Act, TokenCallError, device_acted, device_door
from ceremony.identifiers import OperationId

NOT_OFFERED: Final = "HSM-TRUST-01"

NO_OFFICER: Final = "CKR_USER_TYPE_INVALID"
"""What a module answers that knows no security officer, or none any more (NSS)."""

_REFUSED: Final = frozenset(
    {
        "CKR_ACTION_PROHIBITED",
        "CKR_ATTRIBUTE_READ_ONLY",
        "CKR_ATTRIBUTE_TYPE_INVALID",
        "CKR_ATTRIBUTE_VALUE_INVALID",
        "CKR_FUNCTION_NOT_SUPPORTED",
        "CKR_TEMPLATE_INCONSISTENT",
    }
)
"""How a module says that it does not do this, and has done nothing."""

_COPIED: Final = (
    Attribute.LABEL,
    Attribute.ID,
    Attribute.MODULUS,
    Attribute.PUBLIC_EXPONENT,
    Attribute.ENCRYPT,
    Attribute.VERIFY,
    Attribute.VERIFY_RECOVER,
    Attribute.WRAP,
    Attribute.DERIVE,
)


def make_trusted(library: LibrarySession, cka_id: OperationId) -> None:
    """Make the wrapping key with an id trusted.

    Args:
        library: A session in which the security officer is logged in.
        cka_id: 32 lower-case hexadecimal digits.

    Raises:
        DeviceError: ``HSM-TRUST-01``: the module lets the officer do no such thing,
            or shows them no such key; or the token's failure, ``in_doubt`` where the
            key may exist twice.
    """
    with device_door(Act.LOOK):
        found = [
            each
            for kind in (ObjectClass.PUBLIC_KEY, ObjectClass.SECRET_KEY)
            for each in list(
                library.get_objects(
                    {Attribute.CLASS: kind, Attribute.ID: bytes.fromhex(cka_id)}
                )
            )
        ]
    if len(found) != 1:
        raise not_offered("it shows the officer no such key")
    (key,) = found
    try:
        with device_door(Act.TRUST):
            key[Attribute.TRUSTED] = True
    except TokenCallError as error:
        if error.ckr not in _REFUSED:
            raise
        if key[Attribute.CLASS] is not ObjectClass.PUBLIC_KEY:
            raise not_offered(f"it refused ({error.ckr})") from error
        key = _write_anew(library, key)
    with device_door(Act.LOOK):
        told = key[Attribute.TRUSTED]
    if not told:
        raise not_offered("it did not refuse, and does not say that the key is so")


def _write_anew(library: LibrarySession, old: Object) -> Object:
    """Write a pair's public key once more, trusted, and destroy the one before."""
    with device_door(Act.LOOK):
        copied = {kind: old[kind] for kind in _COPIED}
    try:
        with device_door(Act.TRUST):
            written: Object = library.create_object(
                {
                    Attribute.CLASS: ObjectClass.PUBLIC_KEY,
                    Attribute.KEY_TYPE: KeyType.RSA,
                    Attribute.TOKEN: True,
                    Attribute.PRIVATE: False,
                    Attribute.TRUSTED: True,
                    **copied,
                }
            )
    except TokenCallError as error:
        if error.ckr not in _REFUSED:
            raise
        raise not_offered(f"it refused ({error.ckr})") from error
    with device_acted(Act.TRUST), device_door(Act.TRUST):
        old.destroy()
    return written


def not_offered(how: str) -> DeviceError:
    """Say that a token makes no key trusted; nothing was changed on it.

    Args:
        how: What it did instead, as the end of a sentence.
    """
    return DeviceError(
        NOT_OFFERED,
        f"The token makes no such key trusted: {how}.",
        remedy="Wrap by another key, or on a token that offers it, or have script and "
        "policy approved without it.",
        meaning=Act.TRUST.refusal,
    )
