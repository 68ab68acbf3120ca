"""What can be done with the token in memory while somebody is logged in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import keywrap, serialization

from ceremony.errors import DeviceError, InputError
from ceremony.hsm import keys
from ceremony.hsm.attributes import FoundAttribute
from ceremony.hsm.errors import Act, TokenCallError
from ceremony.hsm.fault import BAD_BLOB, FAULT_BY_CKR
from ceremony.hsm.generation import private_template, public_template, secret_template
from ceremony.hsm.inventory import Inventory, InventoryEntry
from ceremony.hsm.mechanism import (
    MechanismChoice,
    Operation,
    SignatureScheme,
    WrapMethod,
    choose,
)
from ceremony.hsm.order import (
    CheckValueKind,
    KeyOrder,
    SecretKeyOrder,
)
from ceremony.hsm.public_key import RSA_KINDS, load_public_key
from ceremony.hsm.result import (
    CheckValue,
    GeneratedKey,
    Proof,
    SecretKey,
    TokenSignature,
    WrappedKey,
    WrappedPublicKey,
)
from ceremony.identifiers import OperationId
from ceremony.key_proof import proof_message
from tests.fakes import software_keys

_DER = serialization.Encoding.DER
_SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


@dataclass
class Held:
    """One object: what it looks like from outside, and the key itself."""

    entry: InventoryEntry
    key: Any

    def may(self, usage: str) -> bool:
        return self.entry.value(f"CKA_{usage}") is True


class SoftwareSession:
    """The acts of :class:`ceremony.hsm.session.Session`, one for one."""

    def __init__(
        self,
        serial: str,
        offered: tuple[str, ...],
        objects: list[Held],
        *,
        writable: bool,
        logged_in: bool,
    ) -> None:
        self._serial, self._offered, self._objects = serial, offered, objects
        self._writable, self._logged_in = writable, logged_in

    def inventory(self) -> Inventory:
        return Inventory.of(
            each.entry
            for each in self._objects
            if self._logged_in or not each.may("PRIVATE")
        )

    def choose(self, operation: Operation) -> MechanismChoice:
        return choose(operation, self._offered)

    def generate_key_pair(self, order: KeyOrder) -> GeneratedKey:
        self._refuse(order, Act.GENERATE)
        mechanism = self.choose(order.algorithm).used
        return self._put_pair(
            order, software_keys.new_private_key(order.algorithm), mechanism
        )

    def generate_secret_key(self, order: SecretKeyOrder) -> SecretKey:
        self._refuse(order, Act.GENERATE)
        mechanism = self.choose(order.algorithm).used
        value = secrets.token_bytes(order.algorithm.bits // 8)
        return self._put_secret(order, value, mechanism)

    def read_key(self, cka_id: OperationId) -> GeneratedKey:
        private = self._only(cka_id, "CKO_PRIVATE_KEY").entry
        public = self._only(cka_id, "CKO_PUBLIC_KEY")
        return GeneratedKey(
            label=private.label,
            cka_id=cka_id,
            algorithm=software_keys.describe(public.key)[0],
            public_key_der=public.key.public_bytes(_DER, _SPKI),
            mechanism=str(private.value("CKA_KEY_GEN_MECHANISM")),
            private_attributes=private.attributes,
            public_attributes=public.entry.attributes,
        )

    def read_secret_key(self, cka_id: OperationId) -> SecretKey:
        entry = self._only(cka_id, "CKO_SECRET_KEY").entry
        return SecretKey(
            label=entry.label,
            cka_id=cka_id,
            key_type=entry.key_type,
            size=entry.size,
            mechanism=str(entry.value("CKA_KEY_GEN_MECHANISM")),
            attributes=entry.attributes,
        )

    def private_key(self, cka_id: OperationId) -> keys.PrivateKey:
        self._able(cka_id, "CKO_PRIVATE_KEY", "SIGN")
        public = self._only(cka_id, "CKO_PUBLIC_KEY").key
        return keys.private_key(
            public, lambda data, scheme: self.sign_by(cka_id, scheme, data).value
        )

    def sign_by(
        self, cka_id: OperationId, scheme: SignatureScheme, data: bytes
    ) -> TokenSignature:
        key = self._able(cka_id, "CKO_PRIVATE_KEY", "SIGN").key
        return TokenSignature(
            software_keys.sign(key, scheme, data), self.choose(scheme)
        )

    def sign(self, cka_id: OperationId, data: bytes) -> bytes:
        return keys.sign_by_default(self.private_key(cka_id), data)

    def prove(self, cka_id: OperationId, challenge: bytes) -> Proof:
        message = proof_message(self._serial, cka_id, challenge)
        key = self.private_key(cka_id)
        public = key.public_key()
        signature = keys.sign_by_default(key, message)
        try:
            keys.verify_by_default(public, message, signature)
        except InvalidSignature as error:
            raise DeviceError("HSM-PROVE-02", "Not its key.", remedy="Stop.") from error
        choice = self.choose(keys.default_scheme(public))
        return Proof(message, signature, public.public_bytes(_DER, _SPKI), choice)

    def check_value(self, cka_id: OperationId, kind: CheckValueKind) -> CheckValue:
        encrypts = kind is CheckValueKind.ENCRYPTED_ZEROS
        usage = "ENCRYPT" if encrypts else "SIGN"
        used = self.choose(kind).used
        key = self._able(cka_id, "CKO_SECRET_KEY", usage).key
        whole = software_keys.check_value(key, kind)
        return CheckValue(kind, whole[: kind.length].hex(), used)

    def wrap(
        self, wrapping_id: OperationId, cka_id: OperationId, method: WrapMethod
    ) -> WrappedKey:
        choice = self.choose(method)
        held = "CKO_PUBLIC_KEY" if method.is_rsa else "CKO_SECRET_KEY"
        wrapping = self._able(wrapping_id, held, "WRAP").key
        wrapped = self._only(cka_id, "CKO_PRIVATE_KEY", "CKO_SECRET_KEY")
        if not wrapped.may("EXTRACTABLE"):
            raise refused(Act.WRAP, "CKR_KEY_UNEXTRACTABLE")
        by = self._only(wrapping_id, held)
        if wrapped.may("WRAP_WITH_TRUSTED") and not by.may("TRUSTED"):
            raise refused(Act.WRAP, "CKR_KEY_NOT_WRAPPABLE")
        try:
            blob = software_keys.wrap(wrapping, wrapped.key, method)
        except ValueError as error:
            raise refused(Act.WRAP, "CKR_KEY_SIZE_RANGE") from error
        return WrappedKey(blob, method, choice)

    def wrap_for(
        self, public_key_der: bytes, cka_id: OperationId, method: WrapMethod
    ) -> WrappedKey:
        wrapping = load_public_key(public_key_der, *RSA_KINDS)
        choice = self.choose(method)
        wrapped = self._only(cka_id, "CKO_SECRET_KEY")
        if not wrapped.may("EXTRACTABLE"):
            raise refused(Act.WRAP, "CKR_KEY_UNEXTRACTABLE")
        blob = software_keys.wrap(wrapping, wrapped.key, method)
        return WrappedKey(blob, method, choice)

    def wrap_public(
        self, wrapping_id: OperationId, public_key_der: bytes
    ) -> WrappedPublicKey:
        choice = self.choose(WrapMethod.AES_KWP)
        wrapping = self._able(wrapping_id, "CKO_SECRET_KEY", "WRAP").key
        self._able(wrapping_id, "CKO_SECRET_KEY", "UNWRAP")
        blob = keywrap.aes_key_wrap_with_padding(wrapping, public_key_der)
        return WrappedPublicKey(blob, choice)

    def unwrap_secret_key(
        self, wrapping_id: OperationId, wrapped: WrappedKey, order: SecretKeyOrder
    ) -> SecretKey:
        value = self._unwrap(wrapping_id, wrapped, order)
        if len(value) * 8 != order.algorithm.bits:
            raise refused(Act.UNWRAP, "CKR_WRAPPED_KEY_INVALID")
        return self._put_secret(order, value, None)

    def unwrap_key_pair(
        self,
        wrapping_id: OperationId,
        wrapped: WrappedKey,
        order: KeyOrder,
        public_key_der: bytes,
    ) -> GeneratedKey:
        public = load_public_key(public_key_der, order.algorithm)
        value = self._unwrap(wrapping_id, wrapped, order)
        try:
            private: Any = serialization.load_der_private_key(value, None)
        except ValueError as error:
            raise refused(Act.UNWRAP, "CKR_WRAPPED_KEY_INVALID") from error
        made = self._put_pair(order, private, None)
        if made.public_key_der != public.public_bytes(_DER, _SPKI):
            raise DeviceError(
                "HSM-PROVE-02", "Not its key.", remedy="Stop.", in_doubt=True
            )
        return made

    def random(self, count: int) -> bytes:
        if not 1 <= count <= 1024:
            raise InputError("HSM-RANDOM-01", f"{count} bytes.", remedy="Ask for less.")
        return secrets.token_bytes(count)

    def destroy(self, entry: InventoryEntry) -> None:
        for each in self._objects:
            if each.entry == entry:
                self._objects.remove(each)
                return
        raise DeviceError("HSM-OBJECT-01", "No such object.", remedy="Look again.")

    def write_anchor(self, value: bytes) -> None:
        self._objects[:] = [
            each for each in self._objects if each.entry.object_class != "CKO_DATA"
        ]
        digest = FoundAttribute("CKA_VALUE", "sha256:" + sha256(value).hexdigest())
        flags = software_keys.attributes({"PRIVATE": True})
        name = "key-ceremony-anchor"
        entry = InventoryEntry("CKO_DATA", name, "", "", 0, "", (*flags, digest))
        self._objects.append(Held(entry, value))

    def read_anchors(self) -> tuple[bytes, ...]:
        return tuple(
            each.key
            for each in self._objects
            if each.entry.object_class == "CKO_DATA" and self._logged_in
        )

    def _refuse(self, order: KeyOrder | SecretKeyOrder, act: Act) -> None:
        for each in self._objects:
            if order.label == each.entry.label or order.cka_id == each.entry.cka_id:
                raise DeviceError("HSM-LABEL-01", "It exists.", remedy="Another one.")
        if not self._writable:
            raise refused(act, "CKR_SESSION_READ_ONLY")

    def _only(self, cka_id: OperationId, *object_classes: str) -> Held:
        found = [
            each
            for each in self._objects
            if each.entry.cka_id == cka_id and each.entry.object_class in object_classes
        ]
        if len(found) != 1:
            raise DeviceError("HSM-KEY-01", f"{len(found)} keys.", remedy="Look again.")
        return found[0]

    def _able(self, cka_id: OperationId, object_class: str, usage: str) -> Held:
        held = self._only(cka_id, object_class)
        if not held.may(usage):
            raise DeviceError("HSM-KEY-05", f"No {usage}.", remedy="Another key.")
        return held

    def _unwrap(
        self,
        wrapping_id: OperationId,
        wrapped: WrappedKey,
        order: KeyOrder | SecretKeyOrder,
    ) -> bytes:
        self._refuse(order, Act.UNWRAP)
        self.choose(wrapped.method)
        held = "CKO_PRIVATE_KEY" if wrapped.method.is_rsa else "CKO_SECRET_KEY"
        wrapping = self._able(wrapping_id, held, "UNWRAP").key
        try:
            return software_keys.unwrap(wrapping, wrapped.blob, wrapped.method)
        except (ValueError, keywrap.InvalidUnwrap) as error:
            raise refused(Act.UNWRAP, "CKR_WRAPPED_KEY_INVALID") from error

    def _put_pair(
        self, order: KeyOrder, private: Any, mechanism: str | None
    ) -> GeneratedKey:
        public = private.public_key()
        _kind, key_type, size, curve = software_keys.describe(public)
        for name, template, key in (
            ("PUBLIC", public_template(order), public),
            ("PRIVATE", private_template(order), private),
        ):
            flags = {each.name: value for each, value in template.items()}
            entry = InventoryEntry(
                f"CKO_{name}_KEY",
                order.label,
                order.cka_id,
                key_type,
                size,
                curve,
                software_keys.attributes(flags, mechanism),
            )
            self._objects.append(Held(entry, key))
        return self.read_key(order.cka_id)

    def _put_secret(
        self, order: SecretKeyOrder, value: bytes, mechanism: str | None
    ) -> SecretKey:
        flags = {each.name: it for each, it in secret_template(order).items()}
        entry = InventoryEntry(
            "CKO_SECRET_KEY",
            order.label,
            order.cka_id,
            "CKK_AES",
            len(value) * 8,
            "",
            software_keys.attributes(flags, mechanism),
        )
        self._objects.append(Held(entry, value))
        return self.read_secret_key(order.cka_id)


def refused(act: Act, ckr: str) -> TokenCallError:
    """Give a failure after which nothing has changed, as always in memory."""
    error = TokenCallError.of(FAULT_BY_CKR.get(ckr, BAD_BLOB), act, ckr)
    error.in_doubt, error.meaning = False, act.refusal
    return error
