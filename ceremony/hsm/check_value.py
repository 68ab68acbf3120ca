"""How a secret key's check value is found out, without ever seeing the key.

Source: PKCS#11 v2.40, section 4.10.2 (CKA_CHECK_VALUE: the first three bytes of a
block of zeros encrypted by ECB); current mechanisms, 2.10.5 (CKM_AES_CMAC).
"""

from __future__ import annotations

from typing import Final, cast

from pkcs11 import Attribute, ObjectClass
from pkcs11.types import EncryptMixin, SignMixin

from ceremony.hsm.access import Held, TokenAccess
from ceremony.hsm.errors import Act, device_door
from ceremony.hsm.generation import library_mechanism
from ceremony.hsm.order import CheckValueKind
from ceremony.hsm.result import CheckValue
from ceremony.identifiers import OperationId

_ZEROS: Final = bytes(16)
_ENCRYPTS: Final[Held[EncryptMixin]] = Held(
    ObjectClass.SECRET_KEY,
    EncryptMixin,
    "encrypt, and its token tells no check value",
)
_MACS: Final[Held[SignMixin]] = Held(
    ObjectClass.SECRET_KEY,
    SignMixin,
    "compute a CMAC",
)


def find_check_value(
    access: TokenAccess, cka_id: OperationId, kind: CheckValueKind
) -> CheckValue:
    """Take the check value from the key's attribute where it has it, else compute it.

    An attribute of another length than three bytes is none: SoftHSMv2 has an empty
    one for keys that were unwrapped.

    Args:
        access: The session's way to its token.
        cka_id: 32 lower-case hexadecimal digits.
        kind: What the check value is to be.

    Raises:
        DeviceError: ``HSM-KEY-01`` there is not one such key, ``HSM-KEY-05`` it may
            not be used so, ``HSM-MECHANISM-01`` the token cannot; or its failure.
    """
    if kind is CheckValueKind.ENCRYPTED_ZEROS:
        handle = access.only(cka_id, "CKO_SECRET_KEY")
        with device_door(Act.CHECK):
            told = access.reader.value(handle, Attribute.CHECK_VALUE)
        if len(told) == kind.length:
            return CheckValue(kind, told.hex(), "CKA_CHECK_VALUE")
    used = access.choose(kind).used
    mechanism = library_mechanism(used)
    if kind is CheckValueKind.ENCRYPTED_ZEROS:
        cipher = access.key(cka_id, _ENCRYPTS)
        with device_door(Act.CHECK):
            # Given bytes it gives bytes, and not an iterator.
            whole = cast("bytes", cipher.encrypt(_ZEROS, mechanism=mechanism))
    else:
        mac = access.key(cka_id, _MACS)
        with device_door(Act.CHECK):
            whole = mac.sign(_ZEROS, mechanism=mechanism)
    return CheckValue(kind, whole[: kind.length].hex(), used)
