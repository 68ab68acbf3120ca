"""How one session reaches its token: what the acts with keys are built from.

Invariants:
    * Each look first asks whether the slot still holds the token that was opened; a
      signature, whether the session lives that found the key.
    * An object is found by its class and id and must be the only one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from pkcs11 import Attribute, ObjectClass
from pkcs11.types import Session as LibrarySession

from ceremony.errors import DeviceError
from ceremony.hsm.errors import Act, device_door
from ceremony.hsm.inventory import Inventory, InventoryEntry
from ceremony.hsm.mechanism import MechanismChoice, Operation, choose
from ceremony.hsm.objects import (
    ObjectReader,
    TokenObject,
    offered_mechanisms,
    printable,
)
from ceremony.hsm.raw import FunctionList
from ceremony.identifiers import OperationId

_Able = TypeVar("_Able")


class TokenAccess:
    """One session's way to its token.

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
        self.library = library
        self.functions = functions
        self.verify_same_token = verify_same_token
        handle: int = library.handle  # type: ignore[attr-defined]  # stub lacks it
        self.handle = handle
        self.reader = ObjectReader(functions, handle)

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The names of all of the token's mechanisms, sorted.

        Raises:
            DeviceError: The token failed.
        """
        with device_door(Act.LOOK):
            return offered_mechanisms(self.library.token.slot)

    def choose(self, operation: Operation) -> MechanismChoice:
        """Choose the mechanism that the token does an operation by.

        Raises:
            DeviceError: ``HSM-MECHANISM-01``: it has none that would do.
        """
        return choose(operation, self.offered)

    def verify_live(self) -> None:
        """Ask whether the session lives: it ends when its token is taken out.

        It costs a microsecond, where asking the token for its serial costs more than
        a signature on some.

        Raises:
            DeviceError: It does not.
        """
        with device_door(Act.LOOK):
            self.functions.verify_session(self.handle)

    def objects(self) -> tuple[TokenObject, ...]:
        """Read every object that the session may see.

        Raises:
            DeviceError: The token failed, or is another one by now.
        """
        self.verify_same_token()
        with device_door(Act.LOOK):
            return self.reader.objects()

    def inventory(self) -> Inventory:
        """List every object that the session may see.

        Raises:
            DeviceError: As :meth:`objects`.
        """
        return Inventory.of(each.entry for each in self.objects())

    def refuse_existing(self, label: str, cka_id: OperationId) -> None:
        """Refuse a label or an id that any object of the token has.

        Only these two are read of each object: a token may hold thousands.

        Raises:
            DeviceError: ``HSM-LABEL-01``: one exists; or the token's failure.
        """
        self.verify_same_token()
        with device_door(Act.LOOK):
            entry = self._named(label, cka_id)
        if entry is not None:
            raise DeviceError(
                "HSM-LABEL-01",
                f"The token already holds a {entry.object_class} with the "
                f"label {entry.label!r} and the id {entry.cka_id}.",
                remedy="Use a new label, or the empty token that was foreseen.",
                meaning="No key was made.",
            )

    def _named(self, label: str, cka_id: OperationId) -> InventoryEntry | None:
        """Give the first object that has the label or the id."""
        for handle in self.functions.find_objects(self.handle):
            if (
                printable(self.reader.value(handle, Attribute.LABEL)) == label
                or self.reader.value(handle, Attribute.ID).hex() == cka_id
            ):
                return self.reader.entry(handle)
        return None

    def only(self, cka_id: OperationId, *object_classes: str) -> int:
        """Give the handle of the one object of some classes with an id.

        Raises:
            DeviceError: ``HSM-KEY-01``: there is none or more than one; or the
                token's failure.
        """
        self.verify_same_token()
        with device_door(Act.LOOK):
            found = [
                handle
                for object_class in object_classes
                for handle in self.reader.handles(object_class)
                if self.reader.value(handle, Attribute.ID).hex() == cka_id
            ]
        if len(found) != 1:
            raise DeviceError(
                "HSM-KEY-01",
                f"The token holds {len(found)} objects {' or '.join(object_classes)} "
                f"with the id {cka_id}, where there should be one.",
                remedy="Check which token this is, and take its inventory.",
                meaning="The key was not used.",
            )
        return found[0]

    def key(self, cka_id: OperationId, held: Held[_Able]) -> _Able:
        """Give the library's object for the one key of some class and id.

        Args:
            cka_id: 32 lower-case hexadecimal digits.
            held: The key's class, and what it must be able to do.

        Raises:
            DeviceError: As :meth:`only`; ``HSM-KEY-05``: the key may not be used for
                this.
        """
        self.only(cka_id, f"CKO_{held.object_class.name}")
        wanted = {
            Attribute.CLASS: held.object_class,
            Attribute.ID: bytes.fromhex(cka_id),
        }
        with device_door(Act.LOOK):
            # The iterator is used up: an unfinished one blocks the session.
            (key,) = list(self.library.get_objects(wanted))
        # The library gives a key only what its attributes allow.
        if not isinstance(key, held.able):
            raise DeviceError(
                "HSM-KEY-05",
                f"The key with the id {cka_id} is not one that may {held.verb}.",
                remedy="Name the key that was made for this use.",
                meaning="The key was not used.",
            )
        return key


@dataclass(frozen=True)
class Held(Generic[_Able]):
    """A key as an act needs it.

    Attributes:
        object_class: Its class.
        able: What the library calls a key that may do it.
        verb: What it must be able to do, in a word.
    """

    object_class: ObjectClass
    able: type[_Able]
    verb: str
