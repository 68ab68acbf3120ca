"""A token's objects read into inventory entries, however broken they are.

Invariants:
    * Every handle gives an entry: an attribute that cannot be read is left out, and
      an unknown number stands as a number.
    * No key's secret value is ever asked for. Public values and data are read and
      stand as their SHA-256.

Source: PKCS#11 v2.40, sections 4.4 to 4.10 (attributes by class of object).
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Final

from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.types import Slot

from ceremony.hsm.attributes import ABSENT, AttributeValue, FoundAttribute
from ceremony.hsm.inventory import InventoryEntry
from ceremony.hsm.raw import FunctionList

_NUMBER_BYTES: Final = 8

_STORAGE: Final = ("TOKEN", "PRIVATE", "MODIFIABLE", "COPYABLE", "DESTROYABLE")
_KEY: Final = ("DERIVE", "LOCAL")
_PUBLIC: Final = ("ENCRYPT", "VERIFY", "VERIFY_RECOVER", "WRAP", "TRUSTED")
_SECRET_OR_PRIVATE: Final = (
    "SENSITIVE",
    "EXTRACTABLE",
    "ALWAYS_SENSITIVE",
    "NEVER_EXTRACTABLE",
    "WRAP_WITH_TRUSTED",
    "SIGN",
    "DECRYPT",
    "UNWRAP",
)
_PRIVATE: Final = ("SIGN_RECOVER", "ALWAYS_AUTHENTICATE")
_SECRET: Final = ("ENCRYPT", "VERIFY", "WRAP", "TRUSTED")

_FLAGS: Final[dict[str, tuple[str, ...]]] = {
    "CKO_PUBLIC_KEY": _STORAGE + _KEY + _PUBLIC,
    "CKO_PRIVATE_KEY": _STORAGE + _KEY + _SECRET_OR_PRIVATE + _PRIVATE,
    "CKO_SECRET_KEY": _STORAGE + _KEY + _SECRET_OR_PRIVATE + _SECRET,
    "CKO_CERTIFICATE": (*_STORAGE, "TRUSTED"),
}
_DIGESTS: Final[dict[str, tuple[str, ...]]] = {
    "CKO_PUBLIC_KEY": ("MODULUS", "PUBLIC_EXPONENT", "EC_PARAMS", "EC_POINT"),
    "CKO_PRIVATE_KEY": ("MODULUS", "PUBLIC_EXPONENT", "EC_PARAMS"),
    "CKO_CERTIFICATE": ("VALUE",),
    "CKO_DATA": ("VALUE", "APPLICATION", "OBJECT_ID"),
}

CURVES: Final[dict[bytes, tuple[str, int]]] = {
    bytes.fromhex("06082a8648ce3d030107"): ("P-256", 256),
    bytes.fromhex("06052b81040022"): ("P-384", 384),
    bytes.fromhex("06052b81040023"): ("P-521", 521),
    bytes.fromhex("06032b6570"): ("Ed25519", 256),
    b"\x13\x0cedwards25519": ("Ed25519", 256),
}
"""CKA_EC_PARAMS (DER) with the curve's name and the key's size in bits.

Source: RFC 5480, section 2.1.1.1; RFC 8410, section 3; PKCS#11 v3.0, section 2.3.10.
"""


_CLASS_NAMES: Final = {int(each): each.name for each in ObjectClass}
_KEY_TYPE_NAMES: Final = {int(each): each.name for each in KeyType}
_MECHANISM_NAMES: Final = {int(each): each.name for each in Mechanism}


@dataclass(frozen=True, slots=True)
class TokenObject:
    """One object, for as long as the session lasts.

    Attributes:
        handle: The object's handle in this session.
        entry: What it is.
    """

    handle: int
    entry: InventoryEntry


class ObjectReader:
    """Reads the objects that one session may see.

    Args:
        functions: The module's functions.
        session: The session's handle.
    """

    def __init__(self, functions: FunctionList, session: int) -> None:
        self._functions = functions
        self._session = session

    def objects(self) -> tuple[TokenObject, ...]:
        """Read every object.

        Raises:
            CkrError: The module failed.
        """
        return tuple(
            TokenObject(handle, self.entry(handle))
            for handle in self._functions.find_objects(self._session)
        )

    def handles(self, object_class: str) -> tuple[int, ...]:
        """Give the handles of the objects of one class, reading no more of them.

        The class is compared here and not by the module, so that what is found is
        what :meth:`objects` shows.

        Args:
            object_class: As in an entry, e.g. ``CKO_DATA``.

        Raises:
            CkrError: The module failed.
        """
        return tuple(
            handle
            for handle in self._functions.find_objects(self._session)
            if self._class(handle) == object_class
        )

    def value(self, handle: int, attribute: Attribute) -> bytes:
        """Give one attribute's bytes, any length; empty where it cannot be read.

        Raises:
            CkrError: The module failed.
        """
        found = self._functions.read_attribute(self._session, handle, attribute.value)
        return b"" if found is None else found

    def entry(self, handle: int) -> InventoryEntry:
        """Read one object.

        Raises:
            CkrError: The module failed.
        """
        object_class = self._class(handle)
        key_type = self._key_type(handle) if "_KEY" in object_class else ""
        size, curve = self._size(handle, key_type)
        return InventoryEntry(
            object_class=object_class,
            label=printable(self.value(handle, Attribute.LABEL)),
            cka_id=self.value(handle, Attribute.ID).hex(),
            key_type=key_type,
            size=size,
            curve=curve,
            attributes=tuple(sorted(self._attributes(handle, object_class))),
        )

    def _attributes(self, handle: int, object_class: str) -> list[FoundAttribute]:
        found: list[FoundAttribute] = []
        for name in _FLAGS.get(object_class, _STORAGE):
            raw = self._functions.read_attribute(
                self._session, handle, Attribute[name].value
            )
            if raw is not None:
                found.append(FoundAttribute(f"CKA_{name}", any(raw)))
        for name in _DIGESTS.get(object_class, ()):
            raw = self.value(handle, Attribute[name])
            if raw:
                text = "sha256:" + hashlib.sha256(raw).hexdigest()
                found.append(FoundAttribute(f"CKA_{name}", text))
        if "_KEY" in object_class:
            found.append(
                FoundAttribute("CKA_KEY_GEN_MECHANISM", self._mechanism(handle))
            )
        return found

    def _class(self, handle: int) -> str:
        number = _number(self.value(handle, Attribute.CLASS))
        return _name("CKO_", number, _CLASS_NAMES)

    def _key_type(self, handle: int) -> str:
        number = _number(self.value(handle, Attribute.KEY_TYPE))
        return _name("CKK_", number, _KEY_TYPE_NAMES)

    def _mechanism(self, handle: int) -> AttributeValue:
        number = _number(self.value(handle, Attribute.KEY_GEN_MECHANISM))
        return _name("CKM_", number, _MECHANISM_NAMES)

    def _size(self, handle: int, key_type: str) -> tuple[int, str]:
        match key_type:
            case "CKK_RSA":
                modulus = self.value(handle, Attribute.MODULUS)
                return int.from_bytes(modulus, "big").bit_length(), ""
            case "CKK_EC" | "CKK_EC_EDWARDS":
                parameters = self.value(handle, Attribute.EC_PARAMS)
                name, bits = CURVES.get(parameters, (parameters.hex(), 0))
                return bits, name
            case "CKK_AES" | "CKK_GENERIC_SECRET":
                length = _number(self.value(handle, Attribute.VALUE_LEN))
                return (length or 0) * 8, ""
            case _:
                return 0, ""


def printable(raw: bytes) -> str:
    """Give a label as text, or as ``hex:`` where it is none that can be journalled.

    Args:
        raw: What the token holds; meant to be UTF-8, any length, maybe padded.
    """
    try:
        text = raw.decode().rstrip(" \0")
    except UnicodeDecodeError:
        return f"hex:{raw.hex()}"
    if not text.isprintable() or not unicodedata.is_normalized("NFC", text):
        return f"hex:{raw.hex()}"
    return text


def offered_mechanisms(slot: Slot) -> tuple[str, ...]:
    """Give the standard's names of all mechanisms that a token has, sorted.

    A maker's own mechanism stands as ``CKM_0x...``.

    Raises:
        PKCS11Error: The module failed.
    """
    return tuple(
        sorted(
            _name("CKM_", int(each), _MECHANISM_NAMES) for each in slot.get_mechanisms()
        )
    )


def _number(raw: bytes) -> int | None:
    # CK_ULONG is in the machine's own order; all that are supported are little-endian.
    if len(raw) != _NUMBER_BYTES:
        return None
    return int.from_bytes(raw, "little")


def _name(prefix: str, number: int | None, names: dict[int, str]) -> str:
    if number is None or number == 2 ** (8 * _NUMBER_BYTES) - 1:
        return ABSENT
    known = names.get(number)
    return f"{prefix}0x{number:x}" if known is None else prefix + known.lstrip("_")
