"""What a device's host can be asked to do: one row for each verb.

Both ends read this table, so that what is sent is what is understood. The act says
what a failure means for the key, and how long the device may take.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

import msgspec

from ceremony.hsm.errors import Act
from ceremony.hsm.inventory import Inventory, InventoryEntry
from ceremony.hsm.mechanism import SignatureScheme, WrapMethod
from ceremony.hsm.order import CheckValueKind, KeyOrder, SecretKeyOrder
from ceremony.hsm.result import (
    CheckValue,
    GeneratedKey,
    Proof,
    SecretKey,
    TokenSignature,
    WrappedKey,
    WrappedPublicKey,
)
from ceremony.hsm.survey import ModuleSurvey
from ceremony.hsm.token import TokenFacts
from ceremony.identifiers import Digest, OperationId

Arguments = TypeVar("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A module as it was loaded: its path with links resolved, and its SHA-256."""

    path: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class Verb(Generic[Arguments, Result]):
    """One thing that can be asked for.

    Attributes:
        name: How it is called on the wire.
        arguments: The type of its arguments, a tuple.
        result: The type of what it gives.
        act: What is being done to the device.
        read_arguments: Reads the arguments from msgpack; made once, since to make it
            takes as long as a signature's whole way over the wire.
        read_result: Likewise what the verb gives.
    """

    name: str
    arguments: type[Arguments]
    result: type[Result]
    act: Act
    read_arguments: Callable[[bytes], Arguments] = field(init=False, repr=False)
    read_result: Callable[[bytes], Result] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Make both readers."""
        reading = {"read_arguments": self.arguments, "read_result": self.result}
        for name, wanted in reading.items():
            object.__setattr__(self, name, msgspec.msgpack.Decoder(wanted).decode)


LOAD: Final = Verb("load", tuple[str, Digest | None, str], Loaded, Act.LOOK)
UNLOAD: Final = Verb("unload", tuple[()], type(None), Act.LOOK)
TOKENS: Final = Verb("tokens", tuple[()], tuple[TokenFacts, ...], Act.LOOK)
SURVEY: Final = Verb("survey", tuple[()], ModuleSurvey, Act.LOOK)
INITIALISE_FREE_SLOT: Final = Verb(
    "initialise-free-slot", tuple[str], TokenFacts, Act.INITIALISE
)

FACTS: Final = Verb("facts", tuple[()], TokenFacts, Act.LOOK)
MECHANISMS: Final = Verb("mechanisms", tuple[()], tuple[str, ...], Act.LOOK)
INITIALISE: Final = Verb("initialise", tuple[str], TokenFacts, Act.INITIALISE)
CHANGE_PIN: Final = Verb("change-pin", tuple[()], type(None), Act.CHANGE_PIN)
CHANGE_SO_PIN: Final = Verb("change-so-pin", tuple[()], type(None), Act.CHANGE_PIN)
TRUST: Final = Verb("trust", tuple[OperationId], type(None), Act.TRUST)
LOGIN: Final = Verb("login", tuple[bool], type(None), Act.LOGIN)
LOGOUT: Final = Verb("logout", tuple[()], type(None), Act.LOOK)

INVENTORY: Final = Verb("inventory", tuple[()], Inventory, Act.LOOK)
GENERATE_PAIR: Final = Verb(
    "generate-key-pair", tuple[KeyOrder], GeneratedKey, Act.GENERATE
)
GENERATE_SECRET: Final = Verb(
    "generate-secret-key", tuple[SecretKeyOrder], SecretKey, Act.GENERATE
)
READ_PAIR: Final = Verb("read-key", tuple[OperationId], GeneratedKey, Act.LOOK)
READ_SECRET: Final = Verb("read-secret-key", tuple[OperationId], SecretKey, Act.LOOK)
SIGN: Final = Verb(
    "sign-by", tuple[OperationId, SignatureScheme, bytes], TokenSignature, Act.SIGN
)
PROVE: Final = Verb("prove", tuple[OperationId, bytes], Proof, Act.SIGN)
CHECK_VALUE: Final = Verb(
    "check-value", tuple[OperationId, CheckValueKind], CheckValue, Act.CHECK
)
WRAP: Final = Verb(
    "wrap", tuple[OperationId, OperationId, WrapMethod], WrappedKey, Act.WRAP
)
WRAP_FOR: Final = Verb(
    "wrap-for", tuple[bytes, OperationId, WrapMethod], WrappedKey, Act.WRAP
)
WRAP_PUBLIC: Final = Verb(
    "wrap-public", tuple[OperationId, bytes], WrappedPublicKey, Act.WRAP_PUBLIC
)
UNWRAP_SECRET: Final = Verb(
    "unwrap-secret-key",
    tuple[OperationId, WrappedKey, SecretKeyOrder],
    SecretKey,
    Act.UNWRAP,
)
UNWRAP_PAIR: Final = Verb(
    "unwrap-key-pair",
    tuple[OperationId, WrappedKey, KeyOrder, bytes],
    GeneratedKey,
    Act.UNWRAP,
)
RANDOM: Final = Verb("random", tuple[int], bytes, Act.RANDOM)
DESTROY: Final = Verb("destroy", tuple[InventoryEntry], type(None), Act.DESTROY)
WRITE_ANCHOR: Final = Verb("write-anchor", tuple[bytes], type(None), Act.STORE)
READ_ANCHORS: Final = Verb("read-anchors", tuple[()], tuple[bytes, ...], Act.LOOK)

VERBS: Final[dict[str, Verb[Any, Any]]] = {
    verb.name: verb
    for verb in (
        *(LOAD, UNLOAD, TOKENS, SURVEY, INITIALISE_FREE_SLOT),
        *(FACTS, MECHANISMS, INITIALISE, CHANGE_PIN, CHANGE_SO_PIN, TRUST),
        *(LOGIN, LOGOUT),
        *(INVENTORY, GENERATE_PAIR, GENERATE_SECRET, READ_PAIR, READ_SECRET, SIGN),
        *(PROVE, CHECK_VALUE, WRAP, WRAP_FOR, WRAP_PUBLIC, UNWRAP_SECRET),
        *(UNWRAP_PAIR, RANDOM),
        *(DESTROY, WRITE_ANCHOR, READ_ANCHORS),
    )
}
