"""Reading a tree into values, with every departure from the expected shape noted.

A reader asks a mapping for the keys that it knows; whatever is left over is unknown.
Reading goes on after a fault with a stand-in value, so that an author sees all of
them at once; :meth:`Faults.raise_any` ends the reading before a stand-in is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from typing import Final, TypeVar

from ceremony.errors import InputError, Place
from ceremony.script.near_word import ask_for, nearest
from ceremony.script.node import Entry, MappingNode, Node, ScalarNode, SequenceNode

Choice = TypeVar("Choice", bound=StrEnum)

NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_TEXT: Final = 2000
_LONGEST_NAME: Final = 64


class ShapeError(InputError):
    """A file that is not of the shape it has to be.

    Attributes:
        faults: Every fault found, in the order of the file, 1 or more.
    """

    def __init__(self, faults: Collection[InputError]) -> None:
        self.faults = tuple(sorted(faults, key=_order))
        first = self.faults[0]
        super().__init__(first.code, str(first), remedy=first.remedy, place=first.place)


def _order(fault: InputError) -> tuple[bool, int, int]:
    """Sort by place; what is missing comes last, since a misspelt key explains it."""
    line, column = (fault.place.line, fault.place.column) if fault.place else (0, 0)
    return fault.code == "FILE-SHAPE-02", line, column


class Faults:
    """The faults found while one file is read."""

    def __init__(self) -> None:
        self._found: list[InputError] = []

    def add(self, code: str, message: str, place: Place, *, remedy: str) -> None:
        """Note one fault."""
        self._found.append(InputError(code, message, remedy=remedy, place=place))

    def withdraw(self, code: str, message: str, place: Place) -> None:
        """Take back a fault that another one explains; nothing where it is not there.

        Args:
            code: As it was noted.
            message: The same.
            place: The same.
        """
        told = (code, message, place)
        self._found = [
            each for each in self._found if (each.code, str(each), each.place) != told
        ]

    def raise_any(self) -> None:
        """End the reading if there was a fault.

        Raises:
            ShapeError: Carries all of them; the first gives its code and place.
        """
        if self._found:
            raise ShapeError(self._found)


class Fields:
    """One mapping while it is read.

    Every method reads one key, notes a fault where the value is not of the shape
    asked for, and then gives a stand-in. A key without default is required.
    """

    def __init__(self, node: Node, what: str, faults: Faults) -> None:
        self.place = node.place
        self.faults = faults
        self._what = what
        self._left: dict[str, Entry] = {}
        self._known: list[str] = []
        self._missing: list[str] = []
        if isinstance(node, MappingNode):
            self._left = {entry.key: entry for entry in node.entries}
        else:
            self._bad_type(node.place, f"{what} has to be a mapping of keys")
            # That it lacks every key says nothing more.
            self.faults = Faults()

    def take(self, key: str, *, required: bool = True) -> Entry | None:
        """Take a key's entry, whatever its shape."""
        self._known.append(key)
        entry = self._left.pop(key, None)
        if entry is None and required:
            self._missing.append(key)
            self.faults.add(
                "FILE-SHAPE-02",
                self._lack_of(key),
                self.place,
                remedy=f"Add {key!r}.",
            )
        return entry

    def _lack_of(self, key: str) -> str:
        return f"{self._what} lacks the key {key!r}."

    def peek(self, key: str) -> Node | None:
        """Give a key's node without taking it; None where it is absent."""
        entry = self._left.get(key)
        return None if entry is None else entry.node

    def left(self) -> tuple[str, ...]:
        """Give the keys that nobody has asked for yet, in the file's order."""
        return tuple(self._left)

    def text(self, key: str, default: str | None = None) -> str:
        """Read a text that is not empty."""
        entry = self.take(key, required=default is None)
        if entry is None:
            return default or ""
        return self.as_text(entry.node, key)

    def blocks(self, key: str) -> tuple[str, ...]:
        """Read a list of texts of several lines, such as certificates in PEM."""
        entry = self.take(key)
        if entry is None:
            return ()
        return self._each(
            entry.node,
            key,
            lambda item: self._as_block(item, key),
            required=False,
        )

    def _as_block(self, node: Node, what: str) -> str:
        value = node.value if isinstance(node, ScalarNode) else 0
        if not isinstance(value, str):
            self._bad_type(node.place, f"an item of {what} has to be a text")
            return ""
        return value

    def name(self, key: str, default: str | None = None) -> str:
        """Read a name: lower-case words of letters and digits, with hyphens."""
        entry = self.take(key, required=default is None)
        if entry is None:
            return default or ""
        return self.as_name(entry.node, key)

    def digits(self, key: str, count: int) -> str:
        """Read ``count`` hexadecimal digits in lower case; empty where left out."""
        node = self.peek(key)
        value = self.text(key, "")
        if node is not None and re.fullmatch(f"[0-9a-f]{{{count}}}", value) is None:
            self._bad_value(
                node.place, f"{key} is not {count} digits of 0 to 9 and a to f"
            )
        return value

    def integer(
        self, key: str, low: int, high: int, *, default: int | None = None
    ) -> int:
        """Read a whole number from ``low`` to ``high``."""
        entry = self.take(key, required=default is None)
        if entry is None:
            return low if default is None else default
        value = entry.node.value if isinstance(entry.node, ScalarNode) else ""
        if type(value) is not int:
            self._bad_type(entry.node.place, f"{key} has to be a whole number")
            return low
        if not low <= value <= high:
            self._bad_value(
                entry.node.place, f"{key} is {value}, and not from {low} to {high}"
            )
            return low
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Read ``true`` or ``false``."""
        entry = self.take(key, required=False)
        if entry is None:
            return default
        value = entry.node.value if isinstance(entry.node, ScalarNode) else ""
        if not isinstance(value, bool):
            self._bad_type(entry.node.place, f"{key} has to be true or false")
            return default
        return value

    def choice(
        self, key: str, options: type[Choice], default: Choice | None = None
    ) -> Choice:
        """Read one value of a closed set."""
        entry = self.take(key, required=default is None)
        if entry is None:
            return default or next(iter(options))
        return self.as_choice(entry.node, key, options)

    def option(self, key: str, options: type[Choice]) -> Choice | None:
        """Read one value of a closed set; None where it is left out."""
        entry = self.take(key, required=False)
        return None if entry is None else self.as_choice(entry.node, key, options)

    def choices(
        self, key: str, options: type[Choice], default: Iterable[Choice] | None = None
    ) -> tuple[Choice, ...]:
        """Read a list of values of a closed set; the list may not be empty."""
        entry = self.take(key, required=default is None)
        if entry is None:
            return tuple(default or ())
        found = self._each(
            entry.node,
            key,
            lambda item: self._choice(item, key, options),
            required=default is None,
        )
        # One that is none is told as such, and stands for no other of the list.
        known = tuple(each for each in found if each is not None)
        return known or tuple(options)[: len(found[:1])]

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Read a list of texts; an absent optional one is empty."""
        entry = self.take(key, required=required)
        if entry is None:
            return ()
        return self._each(
            entry.node, key, lambda item: self.as_text(item, key), required=required
        )

    def names(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Read a list of names; an absent optional one is empty."""
        entry = self.take(key, required=required)
        if entry is None:
            return ()
        return self._each(
            entry.node, key, lambda item: self.as_name(item, key), required=required
        )

    def child(self, key: str) -> Fields:
        """Read a mapping below this one; what a missing one lacks is not told."""
        entry = self.take(key)
        if entry is None:
            return Fields(MappingNode((), self.place), key, Faults())
        return Fields(entry.node, key, self.faults)

    def children(self, key: str, *, required: bool = False) -> tuple[Fields, ...]:
        """Read a list of mappings; an absent optional one is empty."""
        entry = self.take(key, required=required)
        if entry is None:
            return ()
        what = f"an item of {key}"
        return self._each(
            entry.node,
            key,
            lambda item: Fields(item, what, self.faults),
            required=required,
        )

    def named(
        self, key: str, *, required: bool = False
    ) -> tuple[tuple[str, Fields], ...]:
        """Read a mapping from names to mappings; an absent optional one is empty."""
        return tuple(
            (name, Fields(node, f"{key}.{name}", self.faults))
            for name, node in self.pairs(key, required=required)
        )

    def pairs(
        self, key: str, *, required: bool = False, names: bool = True
    ) -> tuple[tuple[str, Node], ...]:
        """Read a mapping to anything; an absent optional one is empty.

        Args:
            key: The mapping's key.
            required: Whether it has to be there.
            names: Whether its keys have to be names.
        """
        entry = self.take(key, required=required)
        if entry is None:
            return ()
        if not isinstance(entry.node, MappingNode):
            self._bad_type(entry.node.place, f"{key} has to be a mapping of names")
            return ()
        for inner in entry.node.entries if names else ():
            self._verify_name(inner.key, inner.place, f"a name under {key}")
        return tuple((inner.key, inner.node) for inner in entry.node.entries)

    def as_text(self, node: Node, what: str) -> str:
        """Read a node as a text that is not empty."""
        value = node.value if isinstance(node, ScalarNode) else 0
        if not isinstance(value, str):
            self._bad_type(node.place, f"{what} has to be a text")
            return ""
        if not value.strip():
            self._bad_value(node.place, f"{what} is empty")
        if "\n" in value or len(value) > LONGEST_TEXT:
            self._bad_value(
                node.place, f"{what} has a line break or over {LONGEST_TEXT} characters"
            )
        return value

    def as_name(self, node: Node, what: str) -> str:
        """Read a node as a name."""
        value = self.as_text(node, what)
        self._verify_name(value, node.place, what)
        return value

    def as_choice(self, node: Node, what: str, options: type[Choice]) -> Choice:
        """Read a node as one value of a closed set."""
        return self._choice(node, what, options) or next(iter(options))

    def _choice(self, node: Node, what: str, options: type[Choice]) -> Choice | None:
        """Read a node as one value of a closed set; None where it is none, and told."""
        value = self.as_text(node, what)
        allowed = [option.value for option in options]
        if value not in allowed:
            self._bad_value(
                node.place,
                f"{what} is {value!r}, and not one of {', '.join(allowed)}"
                f"{ask_for(nearest(value, allowed))}",
            )
            return None
        return options(value)

    def finish(self) -> None:
        """Note every key that nobody asked for.

        A required key that one of them is meant for is not told as missing besides.
        """
        for entry in self._left.values():
            near = nearest(entry.key, self._known)
            self.faults.add(
                "FILE-SHAPE-01",
                f"{self._what} has no key {entry.key!r}{ask_for(near)}",
                entry.place,
                remedy="Correct the key, or take it out.",
            )
            if near in self._missing:
                self.faults.withdraw("FILE-SHAPE-02", self._lack_of(near), self.place)

    def _each(
        self,
        node: Node,
        what: str,
        read: Callable[[Node], _Item],
        *,
        required: bool,
    ) -> tuple[_Item, ...]:
        if not isinstance(node, SequenceNode):
            self._bad_type(node.place, f"{what} has to be a list")
            return ()
        if not node.items:
            self._bad_value(
                node.place,
                f"{what} is an empty list",
                f"Leave {what} out where nothing is listed, or list what is meant."
                if not required
                else f"List what is meant; {what} has at least one item.",
            )
        return tuple(read(item) for item in node.items)

    def _verify_name(self, value: str, place: Place, what: str) -> None:
        if len(value) > _LONGEST_NAME or not NAME.fullmatch(value):
            self._bad_value(
                place,
                f"{what} is {value!r}; a name has lower-case letters, digits and "
                "single hyphens",
            )

    def _bad_type(self, place: Place, message: str) -> None:
        self.faults.add(
            "FILE-SHAPE-03",
            f"{message[0].upper()}{message[1:]}.",
            place,
            remedy="Give a value of that kind.",
        )

    def _bad_value(
        self,
        place: Place,
        message: str,
        remedy: str = "Give a value that is allowed here.",
    ) -> None:
        end = "" if message.endswith((".", "?")) else "."
        self.faults.add(
            "FILE-SHAPE-04",
            f"{message[0].upper()}{message[1:]}{end}",
            place,
            remedy=remedy,
        )


_Item = TypeVar("_Item")
