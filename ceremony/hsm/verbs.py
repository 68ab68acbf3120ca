"""What a device's host can be asked to do: one row for each verb.

Both ends read this table, so that what is sent is what is understood. The act says
what a failure means for the key, and how long the device may take.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from ceremony.hsm.errors import Act
from ceremony.hsm.inventory import Inventory, InventoryEntry
from ceremony.hsm.order import GeneratedKey, KeyOrder
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
    """

    name: str
    arguments: type[Arguments]
    result: type[Result]
    act: Act


LOAD: Final = Verb("load", tuple[str, Digest | None], Loaded, Act.LOOK)
UNLOAD: Final = Verb("unload", tuple[()], type(None), Act.LOOK)
TOKENS: Final = Verb("tokens", tuple[()], tuple[TokenFacts, ...], Act.LOOK)
SURVEY: Final = Verb("survey", tuple[()], ModuleSurvey, Act.LOOK)
FACTS: Final = Verb("facts", tuple[()], TokenFacts, Act.LOOK)
INITIALISE_FREE_SLOT: Final = Verb(
    "initialise-free-slot", tuple[str], TokenFacts, Act.INITIALISE
)
INITIALISE: Final = Verb("initialise", tuple[str], TokenFacts, Act.INITIALISE)
LOGIN: Final = Verb("login", tuple[bool], type(None), Act.LOGIN)
LOGOUT: Final = Verb("logout", tuple[()], type(None), Act.LOOK)
INVENTORY: Final = Verb("inventory", tuple[()], Inventory, Act.LOOK)
GENERATE: Final = Verb("generate-key-pair", tuple[KeyOrder], GeneratedKey, Act.GENERATE)
READ_KEY: Final = Verb("read-key", tuple[OperationId], GeneratedKey, Act.LOOK)
SIGN: Final = Verb("sign", tuple[OperationId, bytes, str], bytes, Act.SIGN)
DESTROY: Final = Verb("destroy", tuple[InventoryEntry], type(None), Act.DESTROY)
WRITE_ANCHOR: Final = Verb("write-anchor", tuple[bytes], type(None), Act.STORE)
READ_ANCHORS: Final = Verb("read-anchors", tuple[()], tuple[bytes, ...], Act.LOOK)

VERBS: Final[dict[str, Verb[Any, Any]]] = {
    verb.name: verb
    for verb in (
        LOAD,
        UNLOAD,
        TOKENS,
        SURVEY,
        FACTS,
        INITIALISE_FREE_SLOT,
        INITIALISE,
        LOGIN,
        LOGOUT,
        INVENTORY,
        GENERATE,
        READ_KEY,
        SIGN,
        DESTROY,
        WRITE_ANCHOR,
        READ_ANCHORS,
    )
}
