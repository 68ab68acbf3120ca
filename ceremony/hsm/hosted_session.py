"""A login at a token whose module is in a process of its own, from here."""

from __future__ import annotations

from typing import TypeVar

from ceremony.hsm import keys, verbs
from ceremony.hsm.host_process import HostProcess
from ceremony.hsm.inventory import Inventory, InventoryEntry
from ceremony.hsm.keys import PublicKey
from ceremony.hsm.mechanism import SignatureScheme, WrapMethod
from ceremony.hsm.order import CheckValueKind, KeyOrder, SecretKeyOrder
from ceremony.hsm.public_key import load_public_key
from ceremony.hsm.result import (
    CheckValue,
    GeneratedKey,
    Proof,
    SecretKey,
    TokenSignature,
    WrappedKey,
    WrappedPublicKey,
)
from ceremony.hsm.token import TokenName
from ceremony.hsm.verbs import Verb
from ceremony.identifiers import OperationId

Arguments = TypeVar("Arguments")
Result = TypeVar("Result")


class HostedSession:
    """What can be done with a token while somebody is logged in.

    Each method does what the method of that name of
    :class:`ceremony.hsm.session.Session` does, and raises the same.

    Args:
        host: The process that holds the module.
        token: What the token is found by.
    """

    def __init__(self, host: HostProcess, token: TokenName) -> None:
        self._host = host
        self._token = token
        # To read a pair takes many times as long as to sign with it.
        self._public: dict[OperationId, PublicKey] = {}

    @property
    def is_open(self) -> bool:
        """Tell whether the process in which somebody logged in still runs."""
        return self._host.is_running

    def inventory(self) -> Inventory:
        """List every object that this session may see."""
        return self._call(verbs.INVENTORY, ())

    def generate_key_pair(self, order: KeyOrder) -> GeneratedKey:
        """Make a key pair and read back what the token then holds."""
        return self._call(verbs.GENERATE_PAIR, (order,))

    def generate_secret_key(self, order: SecretKeyOrder) -> SecretKey:
        """Make a secret key and read back what the token then holds."""
        return self._call(verbs.GENERATE_SECRET, (order,))

    def read_key(self, cka_id: OperationId) -> GeneratedKey:
        """Read a key pair that the token holds already."""
        return self._call(verbs.READ_PAIR, (cka_id,))

    def read_secret_key(self, cka_id: OperationId) -> SecretKey:
        """Read a secret key that the token holds already, all but its value."""
        return self._call(verbs.READ_SECRET, (cka_id,))

    def private_key(self, cka_id: OperationId) -> keys.PrivateKey:
        """Give a key for ``cryptography``'s builders; it works until logout."""
        if cka_id not in self._public:
            key = self.read_key(cka_id)
            self._public[cka_id] = load_public_key(key.public_key_der, key.algorithm)

        def ask(data: bytes, scheme: SignatureScheme) -> keys.Signed:
            told = (cka_id, scheme, data)
            taken = self._host.ask(verbs.SIGN, told, self._token)
            return lambda: taken().value

        return keys.asking_key(self._public[cka_id], ask)

    def sign_by(
        self, cka_id: OperationId, scheme: SignatureScheme, data: bytes
    ) -> TokenSignature:
        """Sign by a scheme that is named."""
        return self._call(verbs.SIGN, (cka_id, scheme, data))

    def sign(self, cka_id: OperationId, data: bytes) -> bytes:
        """Sign with the algorithm that goes with the key."""
        return keys.sign_by_default(self.private_key(cka_id), data)

    def prove(self, cka_id: OperationId, challenge: bytes) -> Proof:
        """Have a private key prove that it is there, and verify the proof at once."""
        return self._call(verbs.PROVE, (cka_id, challenge))

    def check_value(self, cka_id: OperationId, kind: CheckValueKind) -> CheckValue:
        """Find out a secret key's check value, and tell how."""
        return self._call(verbs.CHECK_VALUE, (cka_id, kind))

    def wrap(
        self, wrapping_id: OperationId, cka_id: OperationId, method: WrapMethod
    ) -> WrappedKey:
        """Wrap one of the token's keys by another one."""
        return self._call(verbs.WRAP, (wrapping_id, cka_id, method))

    def wrap_for(
        self, public_key_der: bytes, cka_id: OperationId, method: WrapMethod
    ) -> WrappedKey:
        """Wrap a secret key to a pair that another token holds."""
        return self._call(verbs.WRAP_FOR, (public_key_der, cka_id, method))

    def wrap_public(
        self, wrapping_id: OperationId, public_key_der: bytes
    ) -> WrappedPublicKey:
        """Wrap a public key by an AES key; the token shows that it comes back."""
        return self._call(verbs.WRAP_PUBLIC, (wrapping_id, public_key_der))

    def unwrap_secret_key(
        self, wrapping_id: OperationId, wrapped: WrappedKey, order: SecretKeyOrder
    ) -> SecretKey:
        """Restore a secret key and read back what the token then holds."""
        return self._call(verbs.UNWRAP_SECRET, (wrapping_id, wrapped, order))

    def unwrap_key_pair(
        self,
        wrapping_id: OperationId,
        wrapped: WrappedKey,
        order: KeyOrder,
        public_key_der: bytes,
    ) -> GeneratedKey:
        """Restore a private key, write its public key, show that they go together."""
        told = (wrapping_id, wrapped, order, public_key_der)
        return self._call(verbs.UNWRAP_PAIR, told)

    def random(self, count: int) -> bytes:
        """Draw random bytes from the token's own generator."""
        return self._call(verbs.RANDOM, (count,))

    def destroy(self, entry: InventoryEntry) -> None:
        """Destroy exactly one object, and verify that it alone is gone."""
        self._public.clear()
        self._call(verbs.DESTROY, (entry,))

    def write_anchor(self, value: bytes) -> None:
        """Remember a value in the token, in place of the one before."""
        self._call(verbs.WRITE_ANCHOR, (value,))

    def read_anchors(self) -> tuple[bytes, ...]:
        """Give the values that the token remembers."""
        return self._call(verbs.READ_ANCHORS, ())

    def _call(self, verb: Verb[Arguments, Result], arguments: Arguments) -> Result:
        return self._host.call(verb, arguments, self._token)
