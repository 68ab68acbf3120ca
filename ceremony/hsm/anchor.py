"""The data object by which a token remembers the last checkpoint.

Source: PKCS#11 v2.40, section 4.5 (data objects).
"""

from __future__ import annotations

from typing import Final

from pkcs11 import Attribute, ObjectClass

from ceremony.errors import DeviceError
from ceremony.hsm.access import TokenAccess
from ceremony.hsm.errors import Act, device_acted, device_door
from ceremony.hsm.objects import printable

ANCHOR_LABEL: Final = "key-ceremony-anchor"
"""The label of the data object that remembers the last checkpoint."""


def write_anchor(access: TokenAccess, value: bytes) -> None:
    """Remember a value in the token, in place of the one before.

    A token may forbid changing a data object, so that the new one is written and
    read back before the old one is destroyed: at each moment there is at least one.

    Args:
        access: The session's way to its token.
        value: The checkpoint's bytes, UTF-8, some hundred bytes.

    Raises:
        DeviceError: ``HSM-ANCHOR-01`` the token holds another value than was
            written, or the token's failure.
    """
    old = _anchors(access)
    with device_door(Act.STORE):
        access.library.create_object(
            {
                Attribute.CLASS: ObjectClass.DATA,
                Attribute.LABEL: ANCHOR_LABEL,
                Attribute.TOKEN: True,
                # Readable and replaceable only by somebody who knows the PIN.
                Attribute.PRIVATE: True,
                Attribute.VALUE: value,
            }
        )
    with device_acted(Act.STORE), device_door(Act.STORE):
        new = [each for each in _anchors(access) if each not in old]
        if [_value(access, each) for each in new] != [value]:
            raise DeviceError(
                "HSM-ANCHOR-01",
                "The token does not hold the checkpoint that was written to it.",
                remedy="Keep the token aside and use its spare.",
            )
        for each in old:
            access.functions.destroy_object(access.handle, each)


def read_anchors(access: TokenAccess) -> tuple[bytes, ...]:
    """Give the values that the token remembers.

    Returns:
        Usually one; none before the first was written; two where writing was broken
        off between the new one and the old one, in no order.

    Raises:
        DeviceError: The token failed.
    """
    anchors = _anchors(access)
    with device_door(Act.LOOK):
        return tuple(_value(access, each) for each in anchors)


def _anchors(access: TokenAccess) -> list[int]:
    """Give the handles of the data objects that remember a checkpoint."""
    access.verify_same_token()
    with device_door(Act.LOOK):
        return [
            handle
            for handle in access.reader.handles("CKO_DATA")
            if printable(access.reader.value(handle, Attribute.LABEL)) == ANCHOR_LABEL
        ]


def _value(access: TokenAccess, anchor: int) -> bytes:
    return access.reader.value(anchor, Attribute.VALUE)
