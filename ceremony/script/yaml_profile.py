"""The YAML that a script may use: a small, unambiguous part of YAML 1.2.

The file is read event by event and given up at the first thing outside the profile,
so that a hostile file costs little. Nothing is constructed but texts, whole numbers
and truth values; see docs/spec/script-v1.md, "YAML profile".

Invariants:
    * No anchor, alias, tag, directive, merge key, duplicate key or second document.
    * A plain scalar that some YAML reader would take for anything but a text, a whole
      number, ``true`` or ``false`` is refused: the author has to quote it.
    * Every text is in NFC and printable (``script.printable``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, cast

import yaml

from ceremony.errors import InputError, Place
from ceremony.script.node import Entry, MappingNode, Node, ScalarNode, SequenceNode
from ceremony.script.printable import decode_text, verify_printable

DEEPEST: Final = 20
LARGEST_NUMBER: Final = 2**53

_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,15})")
# What the 1.2 core schema takes for null, a number or a truth value in other spellings.
_AMBIGUOUS: Final = re.compile(
    r"|~|null|Null|NULL|True|TRUE|False|FALSE"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
# Leading zeros: a text in this profile, although some readers see octal in them.
_PADDED: Final = re.compile(r"0[0-9]+")


def parse_yaml(raw: bytes, file: str) -> Node:
    """Read a file of the profile into a tree.

    Args:
        raw: The file's bytes, UTF-8 without byte order mark, at most 4 MiB.
        file: Its name, for places.

    Raises:
        InputError: ``FILE-TEXT-01`` to ``-03``, ``SCRIPT-YAML-01`` to ``-08``.
    """
    text = decode_text(raw, file)
    events = _Events(text, file)
    events.next()  # the start of the stream, which every text has
    start = events.next()
    if not isinstance(start, yaml.DocumentStartEvent):
        raise _refused("SCRIPT-YAML-08", "The file is empty.", events.place(start))
    if start.version or start.tags:
        raise _refused(
            "SCRIPT-YAML-02", "A %-directive is not allowed.", events.place(start)
        )
    root = _read_node(events, events.next(), 1)
    events.next()  # the end of the document, which follows its one root
    last = events.next()
    if not isinstance(last, yaml.StreamEndEvent):
        raise _refused(
            "SCRIPT-YAML-03", "A second document is not allowed.", events.place(last)
        )
    return root


class _Events:
    """The events of one file, one after the other, with its syntax errors placed."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._events: Iterator[yaml.Event] = iter(
            yaml.parse(text, Loader=yaml.CSafeLoader)
        )

    def next(self) -> yaml.Event:
        try:
            return next(self._events)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
            raise _refused(
                "SCRIPT-YAML-01",
                f"This is not YAML: {error.problem}.",
                Place(self._file, line, column),
            ) from error

    def place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self._file, mark.line + 1, mark.column + 1)  # type: ignore[union-attr]  # every event that is read has its mark


def _read_node(events: _Events, event: yaml.Event, depth: int) -> Node:
    place = events.place(event)
    if depth > DEEPEST:
        raise _refused(
            "SCRIPT-YAML-04", f"The file is nested deeper than {DEEPEST}.", place
        )
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise _refused("SCRIPT-YAML-02", "An anchor or an alias is not allowed.", place)
    if getattr(event, "tag", None):
        raise _refused("SCRIPT-YAML-02", "A tag is not allowed.", place)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(inner := events.next(), yaml.SequenceEndEvent):
            items.append(_read_node(events, inner, depth + 1))
        return SequenceNode(tuple(items), place)
    if isinstance(event, yaml.MappingStartEvent):
        return _read_mapping(events, place, depth)
    return _read_scalar(cast("yaml.ScalarEvent", event), place)


def _read_mapping(events: _Events, place: Place, depth: int) -> MappingNode:
    entries: dict[str, Entry] = {}
    while not isinstance(inner := events.next(), yaml.MappingEndEvent):
        key = _read_node(events, inner, depth + 1)
        if not isinstance(key, ScalarNode) or not isinstance(key.value, str):
            raise _refused(
                "SCRIPT-YAML-05",
                "A key has to be a text; put it in quotes.",
                key.place,
            )
        if key.value == "<<":
            raise _refused("SCRIPT-YAML-02", "A merge key is not allowed.", key.place)
        if key.value in entries:
            first = entries[key.value].place
            raise _refused(
                "SCRIPT-YAML-06",
                f"The key {key.value!r} stands here a second time; the first is in "
                f"line {first.line}.",
                key.place,
            )
        node = _read_node(events, events.next(), depth + 1)
        entries[key.value] = Entry(key.value, key.place, node)
    return MappingNode(tuple(entries.values()), place)


def _read_scalar(event: yaml.ScalarEvent, place: Place) -> ScalarNode:
    text = str(event.value)
    if not event.style:
        if text in ("true", "false"):
            return ScalarNode(text == "true", place)
        if _NUMBER.fullmatch(text) and abs(int(text)) < LARGEST_NUMBER:
            return ScalarNode(int(text), place)
        if _AMBIGUOUS.fullmatch(text) and not _PADDED.fullmatch(text):
            raise _refused(
                "SCRIPT-YAML-07",
                f"Readers of YAML differ over the plain value {text!r}.",
                place,
                remedy="Put the value in quotes if it is a text, or give one.",
            )
    verify_printable(text, place)
    return ScalarNode(text, place)


_REMEDIES: Final = {
    "SCRIPT-YAML-01": "Correct the indentation or the quotes at this place.",
    "SCRIPT-YAML-02": "Write the value out where it is needed.",
    "SCRIPT-YAML-03": "Keep one document in one file.",
    "SCRIPT-YAML-04": "Follow the shape in the specification of scripts.",
    "SCRIPT-YAML-05": "Write the key as a text.",
    "SCRIPT-YAML-06": "Keep one of the two.",
    "SCRIPT-YAML-08": "Write into it what it is to say, or name the file that says it.",
}


def _refused(code: str, message: str, place: Place, *, remedy: str = "") -> InputError:
    return InputError(code, message, remedy=remedy or _REMEDIES[code], place=place)
