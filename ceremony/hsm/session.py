"""One session with one token, from login to logout: all that is done with keys.

Invariants:
    * Each act first asks whether the slot still holds the token that was opened.
    * Nothing is made over something that exists, and nothing is destroyed but the
      exact object that was named.
    * What was made is read back from the token before it is reported.
    * Nothing is retried.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import Attribute, Mechanism, ObjectClass
from pkcs11.types import Session as LibrarySession
from pkcs11.types import SignMixin

from ceremony.errors import DeviceError
from ceremony.hsm import keys
from ceremony.hsm.errors import Act, device_acted, device_door
from ceremony.hsm.generation import generate
from ceremony.hsm.inventory import Inventory, InventoryEntry, difference
from ceremony.hsm.objects import ObjectReader, TokenObject, printable
from ceremony.hsm.order import GeneratedKey, KeyOrder
from ceremony.hsm.public_key import algorithm_of, read_public_key
from ceremony.hsm.raw import FunctionList
from ceremony.identifiers import OperationId

ANCHOR_LABEL: Final = "key-ceremony-anchor"
"""The label of the data object that remembers the last checkpoint."""


class Session:
    """What can be done with a token while somebody is logged in.

    Made by :meth:`ceremony.hsm.pkcs11_token.Pkcs11Token.session` only.

    Args:
        library: The library's session.
        functions: The module's functions.
        verify_same_token: Raises where the slot holds another token by now.
    """

    def __init__(
        self,
        library: LibrarySession,
        functions: FunctionList,
        verify_same_token: Callable[[], None],
    ) -> None:
        self._library = library
        self._functions = functions
        self._verify_same_token = verify_same_token
        handle: int = library.handle  # type: ignore[attr-defined]  # stub lacks it
        self._handle = handle
        self._reader = ObjectReader(functions, handle)
        self._signing: dict[OperationId, SignMixin] = {}

    def inventory(self) -> Inventory:
        """List every object that this session may see.

        Without login these are the public objects only.

        Raises:
            DeviceError: The token failed, or is another one by now.
        """
        return Inventory.of(each.entry for each in self._objects())

    def generate_key_pair(self, order: KeyOrder) -> GeneratedKey:
        """Make a key pair and read back what the token then holds.

        Args:
            order: The pair; its label and id must be new to the token.

        Raises:
            DeviceError: ``HSM-LABEL-01``: the label or id exists; nothing was made.
                ``HSM-KEY-04``: what was made is not what was ordered. Else the
                token's failure, with ``in_doubt`` where half a pair may exist.
        """
        self._refuse_existing(order)
        with device_door(Act.GENERATE):
            generate(self._library, order)
        with device_acted(Act.GENERATE):
            key = self.read_key(order.cka_id)
        if (key.label, key.algorithm) != (order.label, order.algorithm):
            raise DeviceError(
                "HSM-KEY-04",
                f"The token made {key.algorithm} {key.label!r} where "
                f"{order.algorithm} {order.label!r} was ordered.",
                remedy="Keep the token as it is and decide by the two-person rule.",
                meaning="A key exists that nobody ordered.",
                in_doubt=True,
            )
        return key

    def read_key(self, cka_id: OperationId) -> GeneratedKey:
        """Read a key pair that the token holds already.

        Args:
            cka_id: 32 lower-case hexadecimal digits.

        Raises:
            DeviceError: ``HSM-KEY-01`` not exactly one private and one public object
                with this id, ``HSM-KEY-03`` a kind that is not known here, or the
                token's failure.
        """
        private_handle = self._only(cka_id, "CKO_PRIVATE_KEY")
        public_handle = self._only(cka_id, "CKO_PUBLIC_KEY")
        with device_door(Act.LOOK):
            private = self._reader.entry(private_handle)
            public = self._reader.entry(public_handle)
            public_key = read_public_key(self._reader, public_handle, public)
        return GeneratedKey(
            label=private.label,
            cka_id=cka_id,
            algorithm=algorithm_of(public),
            public_key_der=public_key.public_bytes(
                Encoding.DER, PublicFormat.SubjectPublicKeyInfo
            ),
            mechanism=str(private.value("CKA_KEY_GEN_MECHANISM")),
            private_attributes=private.attributes,
            public_attributes=public.attributes,
        )

    def private_key(self, cka_id: OperationId) -> keys.PrivateKey:
        """Give a key for ``cryptography``'s builders; it works until logout.

        Args:
            cka_id: 32 lower-case hexadecimal digits.

        Raises:
            DeviceError: As :meth:`read_key`.
        """
        public = self._only(cka_id, "CKO_PUBLIC_KEY")
        self._only(cka_id, "CKO_PRIVATE_KEY")
        with device_door(Act.LOOK):
            entry = self._reader.entry(public)
            public_key = read_public_key(self._reader, public, entry)
            private = self._library_key(cka_id)

        def sign(data: bytes, mechanism: Mechanism) -> bytes:
            return self._sign(private, data, mechanism)

        return keys.private_key(public_key, sign)

    def sign_with(
        self, cka_id: OperationId, data: bytes, mechanism: Mechanism
    ) -> bytes:
        """Sign bytes by a mechanism; the key is looked up once in a session.

        Args:
            cka_id: 32 lower-case hexadecimal digits.
            data: What the mechanism signs.
            mechanism: One that :mod:`ceremony.hsm.keys` names.

        Returns:
            The mechanism's raw signature.

        Raises:
            DeviceError: As :meth:`read_key`; ``in_doubt`` where the token may have
                signed.
        """
        private = self._signing.get(cka_id)
        if private is None:
            self._only(cka_id, "CKO_PRIVATE_KEY")
            with device_door(Act.LOOK):
                private = self._library_key(cka_id)
            self._signing[cka_id] = private
        return self._sign(private, data, mechanism)

    def _sign(self, key: SignMixin, data: bytes, mechanism: Mechanism) -> bytes:
        # The session that found the key must live: then it is this token's key.
        with device_door(Act.LOOK):
            self._functions.verify_session(self._handle)
        with device_door(Act.SIGN):
            return key.sign(data, mechanism=mechanism)

    def sign(self, cka_id: OperationId, data: bytes) -> bytes:
        """Sign with the algorithm that goes with the key.

        Args:
            cka_id: 32 lower-case hexadecimal digits.
            data: What to sign, any length.

        Returns:
            The signature, as :func:`ceremony.hsm.keys.sign_by_default` describes it.

        Raises:
            DeviceError: As :meth:`read_key`; ``in_doubt`` where the token may have
                signed.
        """
        return keys.sign_by_default(self.private_key(cka_id), data)

    def destroy(self, entry: InventoryEntry) -> None:
        """Destroy exactly one object, and verify that it alone is gone.

        Args:
            entry: The object as the inventory just showed it; of equal twins one is
                destroyed.

        Raises:
            DeviceError: ``HSM-OBJECT-01`` no such object, ``HSM-OBJECT-02`` the token
                changed otherwise than by this object, or the token's failure.
        """
        objects = self._objects()
        handle = next((each.handle for each in objects if each.entry == entry), None)
        if handle is None:
            raise DeviceError(
                "HSM-OBJECT-01",
                f"The token holds no {entry.object_class} {entry.label!r} "
                f"(id {entry.cka_id or 'empty'}) with these attributes.",
                remedy="Take the token's inventory again and name an object in it.",
                meaning="Nothing was destroyed.",
            )
        with device_door(Act.DESTROY):
            self._functions.destroy_object(self._handle, handle)
        before = Inventory.of(each.entry for each in objects)
        with device_acted(Act.DESTROY):
            after = self.inventory()
        change = difference(before, after)
        if change.added or change.removed != (entry,):
            raise DeviceError(
                "HSM-OBJECT-02",
                f"The token should have lost one object; it lost "
                f"{len(change.removed)} and gained {len(change.added)}.",
                remedy="Stop and compare the token's inventory with the journal.",
                meaning="The object may still exist, or another one may be gone.",
                in_doubt=True,
            )

    def write_anchor(self, value: bytes) -> None:
        """Remember a value in the token, in place of the one before.

        A token may forbid changing a data object, so that the new one is written and
        read back before the old one is destroyed: at each moment there is at least
        one.

        Args:
            value: The checkpoint's bytes, UTF-8, some hundred bytes.

        Raises:
            DeviceError: ``HSM-ANCHOR-01`` the token holds another value than was
                written, or the token's failure.
        """
        old = self._anchors()
        with device_door(Act.STORE):
            self._library.create_object(
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
            new = [each for each in self._anchors() if each not in old]
            if [self._anchor_value(each) for each in new] != [value]:
                raise DeviceError(
                    "HSM-ANCHOR-01",
                    "The token does not hold the checkpoint that was written to it.",
                    remedy="Keep the token aside and use its spare.",
                )
            for each in old:
                self._functions.destroy_object(self._handle, each)

    def read_anchors(self) -> tuple[bytes, ...]:
        """Give the values that the token remembers.

        Returns:
            Usually one; none before the first was written; two where writing was
            broken off between the new one and the old one, in no order.

        Raises:
            DeviceError: The token failed.
        """
        anchors = self._anchors()
        with device_door(Act.LOOK):
            return tuple(self._anchor_value(each) for each in anchors)

    def _objects(self) -> tuple[TokenObject, ...]:
        self._verify_same_token()
        with device_door(Act.LOOK):
            return self._reader.objects()

    def _anchors(self) -> list[int]:
        """Give the handles of the data objects that remember a checkpoint."""
        self._verify_same_token()
        with device_door(Act.LOOK):
            return [
                handle
                for handle in self._reader.handles("CKO_DATA")
                if printable(self._reader.value(handle, Attribute.LABEL))
                == ANCHOR_LABEL
            ]

    def _anchor_value(self, anchor: int) -> bytes:
        return self._reader.value(anchor, Attribute.VALUE)

    def _refuse_existing(self, order: KeyOrder) -> None:
        for each in self._objects():
            if each.entry.label == order.label or each.entry.cka_id == order.cka_id:
                raise DeviceError(
                    "HSM-LABEL-01",
                    f"The token already holds a {each.entry.object_class} with the "
                    f"label {each.entry.label!r} and the id {each.entry.cka_id}.",
                    remedy="Use a new label, or the empty token that was foreseen.",
                    meaning="No key was made.",
                )

    def _only(self, cka_id: OperationId, object_class: str) -> int:
        """Give the handle of the one object of a class with an id."""
        self._verify_same_token()
        with device_door(Act.LOOK):
            found = [
                handle
                for handle in self._reader.handles(object_class)
                if self._reader.value(handle, Attribute.ID).hex() == cka_id
            ]
        if len(found) != 1:
            raise DeviceError(
                "HSM-KEY-01",
                f"The token holds {len(found)} objects {object_class} with the id "
                f"{cka_id}, where there should be one.",
                remedy="Check which token this is, and take its inventory.",
                meaning="The key was not used.",
            )
        return found[0]

    def _library_key(self, cka_id: OperationId) -> SignMixin:
        wanted = {
            Attribute.CLASS: ObjectClass.PRIVATE_KEY,
            Attribute.ID: bytes.fromhex(cka_id),
        }
        # The iterator is used up: an unfinished one blocks the session.
        (key,) = list(self._library.get_objects(wanted))
        return cast("SignMixin", key)
