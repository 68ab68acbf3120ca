"""TOML files that people write, read strictly and with the place of every key.

The standard library reads the values; a small scan of the same text, which is known
to be well formed by then, finds where each key stands.

Invariants:
    * Only texts, whole numbers, truth values, lists and tables: no date, no float.
    * A text may have line breaks, for a certificate in PEM; everything else in it
      can be printed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Final

from ceremony.errors import InputError, Place
from ceremony.script.node import Entry, MappingNode, Node, ScalarNode, SequenceNode
from ceremony.script.printable import decode_text, verify_printable
from ceremony.script.shape import Faults, Fields

Path_ = tuple[str | int, ...]

_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_KEY: Final = re.compile(r"\s*(\"[^\"]*\"|'[^']*'|[A-Za-z0-9_-]+)\s*=")
_AT: Final = re.compile(r"\(at line (\d+), column (\d+)\)")
_TOKEN: Final = re.compile(
    r'"""|\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}\n]'
)


def decode_fields(raw: bytes, file: str, what: str) -> Fields:
    """Read a TOML file's bytes into fields to be taken one by one.

    Args:
        raw: The file's bytes, UTF-8.
        file: Its name, for places.
        what: What the file is, for messages, such as ``a roster``.

    Raises:
        InputError: ``FILE-TEXT-*``; ``FILE-TOML-01``: not TOML; ``FILE-TOML-02``: a
            value of a kind that is not used here.
    """
    text = decode_text(raw, file)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        place = Place(file, *map(int, found.groups())) if found else Place(file)
        raise InputError(
            "FILE-TOML-01",
            f"This is not TOML: {_AT.sub('', str(error)).strip()}.",
            remedy="Correct the line.",
            place=place,
        ) from error
    places = find_places(text, file)
    return Fields(_tree(values, (), places, Place(file, 1, 1)), what, Faults())


def find_places(text: str, file: str) -> Mapping[Path_, Place]:
    """Find the place of every key in a well-formed TOML text.

    A key inside an inline table has the place of the key that holds the table.
    """
    places: dict[Path_, Place] = {}
    counts: dict[Path_, int] = {}
    table: Path_ = ()
    for number, line in _statements(text):
        header = _HEADER.match(line)
        key = _KEY.match(line)
        if header is not None:
            table = _enter(header, counts)
            places[table] = Place(file, number, header.start(1) + 1)
        elif key is not None:
            name = key.group(1).strip("\"'")
            places[(*table, name)] = Place(file, number, key.start(1) + 1)
    return places


def _enter(header: re.Match[str], counts: dict[Path_, int]) -> Path_:
    """Follow a table's header to its path, counting the tables of an array."""
    parts = [part.strip().strip("\"'") for part in header.group(2).split(".")]
    path: Path_ = ()
    for part in parts[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, parts[-1])
    if header.group(1) == "[[":
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path


def _statements(text: str) -> list[tuple[int, str]]:
    """Give the lines that begin a header or a key, with their numbers from 1."""
    lines = text.split("\n")
    found: list[tuple[int, str]] = []
    number, depth, quote, fresh = 1, 0, "", True
    for token in _TOKEN.finditer(text):
        if fresh and not quote and depth == 0:
            found.append((number, lines[number - 1]))
        fresh = False
        mark = token.group()
        if mark == "\n":
            number += 1
            fresh = True
        elif quote:
            quote = "" if mark == quote else quote
        elif mark in ('"""', "'''"):
            quote = mark
        elif mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
    return found


def _tree(
    value: object, path: Path_, places: Mapping[Path_, Place], above: Place
) -> Node:
    place = places.get(path, above)
    if isinstance(value, dict):
        entries = tuple(
            Entry(
                key,
                places.get((*path, key), place),
                _tree(inner, (*path, key), places, place),
            )
            for key, inner in value.items()
        )
        return MappingNode(entries, place)
    if isinstance(value, list):
        items = tuple(
            _tree(inner, (*path, index), places, place)
            for index, inner in enumerate(value)
        )
        return SequenceNode(items, place)
    if isinstance(value, str):
        verify_printable(value.replace("\n", " "), place)
        return ScalarNode(value, place)
    if isinstance(value, bool | int):
        return ScalarNode(value, place)
    raise InputError(
        "FILE-TOML-02",
        f"A {type(value).__name__} is not used in this file.",
        remedy="Put the value in quotes.",
        place=place,
    )
