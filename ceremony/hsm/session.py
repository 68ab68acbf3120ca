"""One session with one token, from login to logout: all that is done with keys.

What is done stands in one module for each topic; here it is brought together.

Invariants:
    * Each act first asks whether the slot still holds the token that was opened; a
      signature, when its key is found.
    * Nothing is made over something that exists, and nothing is destroyed but the
      exact object that was named, and what a failed unwrapping left.
    * What was made is read back from the token before it is reported.
    * Nothing is retried.
    * Only plain values go in and out, but for :meth:`Session.private_key`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11.types import Session as LibrarySession

from ceremony.errors import DeviceError
from ceremony.hsm import anchor, keys, reading, wrapping
from ceremony.hsm.access import TokenAccess
from ceremony.hsm.check_value import find_check_value
from ceremony.hsm.destruction import destroy
from ceremony.hsm.errors import Act, device_acted, device_door
from ceremony.hsm.generation import generate_pair, generate_secret
from ceremony.hsm.inventory import Inventory, InventoryEntry
from ceremony.hsm.mechanism import (
    MechanismChoice,
    Operation,
    SignatureScheme,
    WrapMethod,
)
from ceremony.hsm.objects import printable
from ceremony.hsm.order import CheckValueKind, KeyOrder, PairUse, SecretKeyOrder
from ceremony.hsm.public_key import load_public_key
from ceremony.hsm.public_wrapping import wrap_public
from ceremony.hsm.randomness import draw_random
from ceremony.hsm.raw import FunctionList
from ceremony.hsm.remark import remarks_on_made
from ceremony.hsm.result import (
    CheckValue,
    GeneratedKey,
    Proof,
    SecretKey,
    TokenSignature,
    WrappedKey,
    WrappedPublicKey,
)
from ceremony.hsm.signing import Signer
from ceremony.identifiers import OperationId
from ceremony.key_proof import proof_message

_CHALLENGE: Final = 32


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
        self._access = TokenAccess(library, functions, verify_same_token)
        self._signer = Signer(self._access)

    def inventory(self) -> Inventory:
        """List every object that this session may see.

        Without login these are the public objects only.

        Raises:
            DeviceError: The token failed, or is another one by now.
        """
        return self._access.inventory()

    def choose(self, operation: Operation) -> MechanismChoice:
        """Tell by which mechanism the token does an operation.

        Raises:
            DeviceError: ``HSM-MECHANISM-01``: it has none that would do; or the
                token's failure.
        """
        return self._access.choose(operation)

    def generate_key_pair(self, order: KeyOrder) -> GeneratedKey:
        """Make a key pair and read back what the token then holds.

        Args:
            order: The pair; its label and id must be new to the token.

        Raises:
            DeviceError: ``HSM-LABEL-01`` the label or id exists, ``HSM-MECHANISM-01``
                the token makes no such pairs; nothing was made. ``HSM-KEY-04``: what
                was made is not what was ordered. Else the token's failure, with
                ``in_doubt`` where half a pair may exist.
        """
        self._access.refuse_existing(order.label, order.cka_id)
        with device_door(Act.GENERATE):
            generate_pair(self._access, order)
        with device_acted(Act.GENERATE):
            key = reading.read_ordered_pair(self._access, order)
        made = remarks_on_made(key.private_attributes)
        return replace(key, remarks=(*key.remarks, *made))

    def generate_secret_key(self, order: SecretKeyOrder) -> SecretKey:
        """Make a secret key and read back what the token then holds.

        Args:
            order: The key; its label and id must be new to the token.

        Raises:
            DeviceError: As :meth:`generate_key_pair`.
        """
        self._access.refuse_existing(order.label, order.cka_id)
        with device_door(Act.GENERATE):
            generate_secret(self._access, order)
        with device_acted(Act.GENERATE):
            key = reading.read_ordered_secret(self._access, order)
        made = remarks_on_made(key.attributes)
        return replace(key, remarks=(*key.remarks, *made))

    def read_key(self, cka_id: OperationId) -> GeneratedKey:
        """Read a key pair that the token holds already.

        Args:
            cka_id: 32 lower-case hexadecimal digits.

        Raises:
            DeviceError: ``HSM-KEY-01`` not exactly one private and one public object
                with this id, ``HSM-KEY-03`` a kind that is not known here or halves
                of two pairs, or the token's failure.
        """
        return reading.read_pair(self._access, cka_id)

    def read_secret_key(self, cka_id: OperationId) -> SecretKey:
        """Read a secret key that the token holds already, all but its value.

        Args:
            cka_id: 32 lower-case hexadecimal digits.

        Raises:
            DeviceError: ``HSM-KEY-01`` not exactly one secret key with this id,
                ``HSM-KEY-03`` it is none for AES, or the token's failure.
        """
        return reading.read_secret(self._access, cka_id)

    def private_key(self, cka_id: OperationId) -> keys.PrivateKey:
        """Give a key for ``cryptography``'s builders; it works until logout.

        Args:
            cka_id: 32 lower-case hexadecimal digits.

        Raises:
            DeviceError: As :meth:`read_key`; ``HSM-KEY-05``: the key does not sign.
        """
        public = reading.public_key(self._access, cka_id)
        self._signer.find(cka_id)
        return keys.private_key(
            public, lambda data, scheme: self.sign_by(cka_id, scheme, data).value
        )

    def sign_by(
        self, cka_id: OperationId, scheme: SignatureScheme, data: bytes
    ) -> TokenSignature:
        """Sign by a scheme that is named.

        Args:
            cka_id: 32 lower-case hexadecimal digits.
            scheme: What the signature is to be.
            data: What to sign, any length; for ECDSA a digest that is at most as long
                as the curve's order.

        Raises:
            DeviceError: ``HSM-KEY-01`` there is not one such key, ``HSM-KEY-05`` it
                does not sign, ``HSM-MECHANISM-01`` the token cannot; or the token's
                failure, with ``in_doubt`` where it may have signed.
        """
        return self._signer.sign(cka_id, scheme, data)

    def sign(self, cka_id: OperationId, data: bytes) -> bytes:
        """Sign with the algorithm that goes with the key.

        Args:
            cka_id: 32 lower-case hexadecimal digits.
            data: What to sign, any length.

        Returns:
            The signature, as :func:`ceremony.hsm.keys.sign_by_default` describes it.

        Raises:
            DeviceError: As :meth:`read_key` and :meth:`sign_by`.
        """
        return keys.sign_by_default(self.private_key(cka_id), data)

    def prove(self, cka_id: OperationId, challenge: bytes) -> Proof:
        """Have a private key prove that it is there, and verify the proof at once.

        Args:
            cka_id: 32 lower-case hexadecimal digits.
            challenge: 16 to 64 bytes that nobody could foresee.

        Raises:
            InputError: ``HSM-PROVE-01``: a challenge of another length.
            DeviceError: ``HSM-PROVE-02``: the signature is not by the key that the
                token shows; or as :meth:`sign`.
        """
        serial = printable(self._library.token.serial)
        message = proof_message(serial, cka_id, challenge)
        key = self.private_key(cka_id)
        signature = keys.sign_by_default(key, message)
        public = key.public_key()
        try:
            keys.verify_by_default(public, message, signature)
        except InvalidSignature as error:
            raise DeviceError(
                "HSM-PROVE-02",
                f"What the token signed with the key {cka_id} does not verify with "
                "the public key that it shows.",
                remedy="Do not use the key; keep the token as it is and decide by the "
                "two-person rule.",
                meaning="The private key does not belong to the public key.",
            ) from error
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        choice = self.choose(keys.default_scheme(public))
        return Proof(message, signature, der, choice)

    def check_value(self, cka_id: OperationId, kind: CheckValueKind) -> CheckValue:
        """Find out a secret key's check value, and tell how.

        Args:
            cka_id: 32 lower-case hexadecimal digits.
            kind: What the check value is to be.

        Raises:
            DeviceError: ``HSM-KEY-01`` there is not one such key, ``HSM-KEY-05`` it
                may not be used so, ``HSM-MECHANISM-01`` the token cannot; or its
                failure.
        """
        return find_check_value(self._access, cka_id, kind)

    def wrap(
        self, wrapping_id: OperationId, cka_id: OperationId, method: WrapMethod
    ) -> WrappedKey:
        """Wrap one of the token's keys by another one.

        Args:
            wrapping_id: The wrapping key: an AES key, or an RSA pair for OAEP.
            cka_id: The private or secret key that is wrapped.
            method: What the wrapped key is to be.

        Raises:
            DeviceError: ``HSM-KEY-01`` there is not one such key, ``HSM-KEY-05`` it
                does not wrap, ``HSM-MECHANISM-01`` the token cannot, ``HSM-WRAP-01``
                the key may not leave, ``HSM-WRAP-03`` it is wrapped in another way
                than that; or the token's failure.
        """
        return wrapping.wrap(self._access, wrapping_id, cka_id, method)

    def wrap_for(
        self, public_key_der: bytes, cka_id: OperationId, method: WrapMethod
    ) -> WrappedKey:
        """Have the token wrap a secret key to a pair that another token holds.

        Args:
            public_key_der: SubjectPublicKeyInfo, DER, RSA.
            cka_id: The secret key that is wrapped.
            method: One of the RSA methods.

        Raises:
            InputError: ``HSM-ORDER-04``: no RSA key of a known size.
            DeviceError: As :meth:`wrap`.
        """
        return wrapping.wrap_for(self._access, public_key_der, cka_id, method)

    def wrap_public(
        self, wrapping_id: OperationId, public_key_der: bytes
    ) -> WrappedPublicKey:
        """Do what :func:`ceremony.hsm.public_wrapping.wrap_public` describes."""
        return wrap_public(self._access, wrapping_id, public_key_der)

    def unwrap_secret_key(
        self, wrapping_id: OperationId, wrapped: WrappedKey, order: SecretKeyOrder
    ) -> SecretKey:
        """Restore a secret key and read back what the token then holds.

        Args:
            wrapping_id: The AES key, or the RSA pair, that it was wrapped by.
            wrapped: The wrapped key.
            order: What it is to be; its label and id must be new to the token.

        Raises:
            DeviceError: As :meth:`wrap` and :meth:`generate_secret_key`;
                ``HSM-WRAP-02``: nothing that the wrapping key can unwrap, and
                whether anything of it is left in the token.
        """
        wrapping.unwrap_secret(self._access, wrapping_id, wrapped, order)
        with device_acted(Act.UNWRAP):
            return reading.read_ordered_secret(self._access, order)

    def unwrap_key_pair(
        self,
        wrapping_id: OperationId,
        wrapped: WrappedKey,
        order: KeyOrder,
        public_key_der: bytes,
    ) -> GeneratedKey:
        """Restore a private key, write its public key, and show that they go together.

        Args:
            wrapping_id: The AES key that it was wrapped by.
            wrapped: The wrapped private key.
            order: What it is to be; its label and id must be new to the token.
            public_key_der: SubjectPublicKeyInfo, DER, as it was when it was wrapped.

        Raises:
            InputError: ``HSM-ORDER-04``: the public key is none of the ordered kind.
            DeviceError: As :meth:`unwrap_secret_key`; ``HSM-PROVE-02``: the restored
                private key is not that of the public key.
        """
        public = load_public_key(public_key_der, order.algorithm)
        wrapping.unwrap_private(self._access, wrapping_id, wrapped, order)
        with device_acted(Act.UNWRAP):
            wrapping.write_public(self._access, public, order)
            key = reading.read_ordered_pair(self._access, order)
            if order.use is PairUse.SIGN:
                self.prove(order.cka_id, secrets.token_bytes(_CHALLENGE))
        return key

    def random(self, count: int) -> bytes:
        """Draw random bytes from the token's own generator.

        Args:
            count: 1 to 1024.

        Raises:
            InputError: ``HSM-RANDOM-01``: another number of bytes.
            DeviceError: ``HSM-RANDOM-02``: the token gave another number of bytes, or
                the same byte throughout where there are 8 or more; or it failed.
        """
        return draw_random(self._access, count)

    def destroy(self, entry: InventoryEntry) -> None:
        """Destroy exactly one object, and verify that it alone is gone.

        Args:
            entry: The object as the inventory just showed it; of equal twins one is
                destroyed.

        Raises:
            DeviceError: ``HSM-OBJECT-01`` no such object, ``HSM-OBJECT-02`` the token
                changed otherwise than by this object, or the token's failure.
        """
        self._signer.forget()
        destroy(self._access, entry)

    def write_anchor(self, value: bytes) -> None:
        """Remember a value in the token, in place of the one before.

        Args:
            value: The checkpoint's bytes, UTF-8, some hundred bytes.

        Raises:
            DeviceError: As :func:`ceremony.hsm.anchor.write_anchor`.
        """
        anchor.write_anchor(self._access, value)

    def read_anchors(self) -> tuple[bytes, ...]:
        """Give the values that the token remembers.

        Returns:
            As :func:`ceremony.hsm.anchor.read_anchors`: usually one.

        Raises:
            DeviceError: The token failed.
        """
        return anchor.read_anchors(self._access)
