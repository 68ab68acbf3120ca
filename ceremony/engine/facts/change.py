"""A token that was changed while a ceremony was interrupted, as it was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ceremony.engine.facts.device import FoundObject, InventoryTaken


@dataclass(frozen=True, slots=True)
class ChangedToken:
    """A token that holds, or lacks, what neither the record nor a doubt explains.

    Attributes:
        inventory: All that is in it, beside the last list that the record has.
        foreign: The objects that are there and that nothing explains.
        gone: The objects that are recorded and not there.
    """

    token: str
    serial: str
    inventory: InventoryTaken
    foreign: tuple[FoundObject, ...] = ()
    gone: tuple[FoundObject, ...] = ()


@dataclass(frozen=True, slots=True)
class TokensChanged:
    """Somebody worked at a token meanwhile: nobody goes on before two have decided.

    Attributes:
        deviation: The major deviation that it is; who closes it decides what is done.
        tokens: Those that are not as the record left them.
    """

    type: ClassVar[str] = "tokens.changed"
    deviation: str
    tokens: tuple[ChangedToken, ...]
