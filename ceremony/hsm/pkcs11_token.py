"""One token and the sessions on it.

Invariants:
    * A session is opened without a PIN and logged in from a buffer, so that a wrong
      PIN leaves nothing open.
    * Whoever logged in is logged out when the session ends.
    * Whether a generation or signature that failed had acted is in doubt.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11 import Attribute, Mechanism, ObjectClass
from pkcs11.constants import SlotFlag, TokenFlag
from pkcs11.exceptions import PKCS11Error
from pkcs11.util.ec import encode_ecdsa_signature

from ceremony.errors import DeviceError
from ceremony.hsm.attributes import ABSENT
from ceremony.hsm.fault import translate
from ceremony.hsm.generation import (
    GeneratedKey,
    KeyAlgorithm,
    KeyOrder,
    generate,
    read_back,
)
from ceremony.hsm.inventory import Inventory, InventoryEntry
from ceremony.hsm.keys import TokenECKey
from ceremony.hsm.listing import list_objects
from ceremony.hsm.raw import RawModule
from ceremony.hsm.token import TokenFacts
from ceremony.secret import Secret

__all__ = ["GeneratedKey", "KeyAlgorithm", "KeyOrder", "Pkcs11Token", "Session"]

ANCHOR_LABEL: Final = "key-ceremony-anchor"


class Pkcs11Token:
    """A token that a module shows."""

    def __init__(self, raw: RawModule, token: pkcs11.Token) -> None:
        self._raw = raw
        self._token = token

    @property
    def facts(self) -> TokenFacts:
        """Read what the token says about itself."""
        token, slot = self._token, self._token.slot
        flags = token.flags
        return TokenFacts(
            serial=_text(token.serial),
            label=_text(token.label),
            manufacturer=_text(token.manufacturer_id),
            model=_text(token.model),
            hardware_version=_version(token.hardware_version),
            firmware_version=_version(token.firmware_version),
            initialised=bool(flags & TokenFlag.TOKEN_INITIALIZED),
            user_pin_set=bool(flags & TokenFlag.USER_PIN_INITIALIZED),
            pin_count_low=bool(flags & TokenFlag.USER_PIN_COUNT_LOW),
            pin_final_try=bool(flags & TokenFlag.USER_PIN_FINAL_TRY),
            pin_locked=bool(flags & TokenFlag.USER_PIN_LOCKED),
            protected_path=bool(flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH),
            hardware_slot=bool(slot.flags & SlotFlag.HW_SLOT),
            slot_description=_text(slot.slot_description),
        )

    def initialise(self, so_pin: Secret, label: str, user_pin: Secret) -> None:
        """Wipe the token, give it a label and a user PIN; its serial stays.

        Raises:
            TokenError: The token refused, or failed half way (then in doubt).
        """
        slot = self._token.slot.slot_id
        self._raw.close_all_sessions(slot)
        self._raw.init_token(slot, so_pin.expose(), label)
        with self._opened(writable=True) as session:
            self._raw.login(session.handle, so_pin.expose(), officer=True)
            try:
                self._raw.init_pin(session.handle, user_pin.expose())
            finally:
                self._raw.logout(session.handle)

    @contextmanager
    def _opened(self, *, writable: bool) -> Iterator[Any]:
        try:
            session = self._token.open(rw=writable)
        except PKCS11Error as error:
            raise translate(error, "C_OpenSession") from error
        try:
            yield session
        finally:
            with contextlib.suppress(PKCS11Error):
                session.close()

    @contextmanager
    def session(self, user_pin: Secret, *, writable: bool = True) -> Iterator[Session]:
        """Log in for one turn.

        Raises:
            TokenError: ``HSM-PIN-01`` to ``-03``, or the token failed.
        """
        with self._opened(writable=writable) as session:
            self._raw.login(session.handle, user_pin.expose())
            try:
                hardware = self.facts.hardware_slot
                yield Session(session, hardware_slot=hardware)
            finally:
                with contextlib.suppress(DeviceError):
                    self._raw.logout(session.handle)


class Session:
    """A logged-in session on one token."""

    def __init__(self, session: Any, *, hardware_slot: bool) -> None:  # noqa: ANN401  the library is untyped
        self._session = session
        self._hardware_slot = hardware_slot

    def inventory(self) -> Inventory:
        """List every object, anonymous ones included.

        Raises:
            TokenError: The token failed.
        """
        try:
            return list_objects(self._session)
        except PKCS11Error as error:
            raise translate(error, "C_FindObjects") from error

    def generate_key_pair(self, order: KeyOrder) -> GeneratedKey:
        """Make a key pair and read it back.

        Raises:
            DeviceError: ``HSM-LABEL-01``: label or id is taken; nothing was made.
            TokenError: The token failed; whether it acted is in doubt.
        """
        for entry in self.inventory().entries:
            if entry.cka_id == order.cka_id or (
                entry.label == order.label and entry.kind.endswith("key")
            ):
                raise DeviceError(
                    "HSM-LABEL-01",
                    f"The token holds a key labelled {entry.label!r} already.",
                    meaning="No key was made; the one that exists is untouched.",
                    remedy="Name the new key otherwise, or use another token.",
                )
        try:
            generate(self._session, order)
            return read_back(
                self._session, order.cka_id, hardware_slot=self._hardware_slot
            )
        except PKCS11Error as error:
            raise translate(error, "C_GenerateKeyPair", in_doubt=True) from error

    def read_key(self, cka_id: str) -> GeneratedKey:
        """Read a key pair back by its CKA_ID (hex).

        Raises:
            TokenError: There is none, or not exactly one.
        """
        try:
            return read_back(self._session, cka_id, hardware_slot=self._hardware_slot)
        except PKCS11Error as error:
            raise translate(error, "C_FindObjects") from error

    def ec_key(self, cka_id: str) -> TokenECKey:
        """Give an EC key for ``cryptography``'s builders.

        Raises:
            DeviceError: ``HSM-KEY-01``: it is of another kind.
            TokenError: There is no such key pair.
        """
        public = load_der_public_key(self.read_key(cka_id).public_key_der)
        if isinstance(public, ec.EllipticCurvePublicKey):
            return TokenECKey(public, lambda digest: self._ecdsa(cka_id, digest))
        raise DeviceError(
            "HSM-KEY-01",
            "The key is not an EC key.",
            meaning="Nothing was signed.",
            remedy="Use a P-256 key.",
        )

    def sign(self, cka_id: str, data: bytes) -> bytes:
        """Sign with Ed25519 (64 bytes), or ECDSA over SHA-256 (DER).

        Raises:
            TokenError: There is no such key, or the token failed.
        """
        key = self._private(cka_id)
        if key.key_type is pkcs11.KeyType.EC:
            return self._ecdsa(cka_id, hashlib.sha256(data).digest())
        try:
            return bytes(key.sign(data, mechanism=Mechanism.EDDSA))
        except PKCS11Error as error:
            raise translate(error, "C_Sign", in_doubt=True) from error

    def _ecdsa(self, cka_id: str, digest: bytes) -> bytes:
        try:
            raw = self._private(cka_id).sign(digest, mechanism=Mechanism.ECDSA)
        except PKCS11Error as error:
            raise translate(error, "C_Sign", in_doubt=True) from error
        return bytes(encode_ecdsa_signature(raw))

    def _private(self, cka_id: str) -> Any:  # noqa: ANN401  the library is untyped
        try:
            return self._session.get_key(
                object_class=ObjectClass.PRIVATE_KEY, id=bytes.fromhex(cka_id)
            )
        except PKCS11Error as error:
            raise translate(error, "C_FindObjects") from error

    def destroy(self, entry: InventoryEntry) -> None:
        """Destroy exactly one object of an inventory that this session made.

        Raises:
            DeviceError: ``HSM-DESTROY-01``: it is not there, or still there.
            TokenError: The token failed.
        """
        try:
            found = [
                item
                for item in list(self._session.get_objects())
                if item.handle == entry.handle
            ]
            for item in found:
                item.destroy()
            left = [item.handle for item in list(self._session.get_objects())]
        except PKCS11Error as error:
            raise translate(error, "C_DestroyObject", in_doubt=True) from error
        if len(found) != 1 or entry.handle in left:
            raise DeviceError(
                "HSM-DESTROY-01",
                f"The object {entry.label!r} was not destroyed.",
                meaning="It may still be in the token.",
                remedy="Take the inventory again and compare.",
            )

    def read_anchor(self) -> bytes:
        """Read the anchor: the journal's head as last signed; empty if none."""
        found = self._anchors()
        return bytes(found[-1][Attribute.VALUE]) if found else b""

    def write_anchor(self, value: bytes) -> None:
        """Keep a new anchor, then destroy the older ones.

        Raises:
            TokenError: The token failed; the older anchor may still be there.
        """
        older = self._anchors()
        try:
            self._session.create_object(
                {
                    Attribute.CLASS: ObjectClass.DATA,
                    Attribute.TOKEN: True,
                    Attribute.PRIVATE: True,
                    Attribute.LABEL: ANCHOR_LABEL,
                    Attribute.VALUE: value,
                }
            )
            for item in older:
                item.destroy()
        except PKCS11Error as error:
            raise translate(error, "C_CreateObject") from error

    def _anchors(self) -> list[Any]:
        try:
            found = list(
                self._session.get_objects(
                    {
                        Attribute.CLASS: ObjectClass.DATA,
                        Attribute.LABEL: ANCHOR_LABEL,
                    }
                )
            )
        except PKCS11Error as error:
            raise translate(error, "C_FindObjects") from error
        return sorted(found, key=_anchor_size)


def _anchor_size(item: Any) -> int:  # noqa: ANN401  the library is untyped
    return int(bytes(item[Attribute.VALUE]).split(b" ")[0])


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    return str(value or "").strip().strip("\x00") or ""


def _version(value: Any) -> str:  # noqa: ANN401  a tuple, or absent
    return ".".join(str(part) for part in value) if value else ABSENT
