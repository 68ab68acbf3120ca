"""RFC 8785 JSON under the journal's limits: one sequence of bytes for each value.

What is hashed or signed is written here. The limits make the standard library's
sorted and compact output the same bytes as RFC 8785, so that an auditor needs
nothing else to write a leaf again.

Invariants:
    * A value is a text, an integer, a truth value, a list or an object of these;
      there is no null and no float.
    * Keys are ASCII and stand once; texts are NFC without lone surrogates; integers
      lie within plus and minus 2^53 - 1; nesting goes no deeper than 32.
    * ``decode(encode(value)) == value``; ``raw`` is canonical exactly where
      ``encode(decode(raw)) == raw``.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn, TypeAlias, cast

from ceremony.identifiers import Digest

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json]"
"""A value that can be journalled."""

INTEGER_LIMIT: Final = 2**53 - 1
DEPTH_LIMIT: Final = 32


_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False
)


class CanonicalError(ValueError):
    """A value or a text lies outside the limits; the message says where."""


class _PartError(Exception):
    """What is wrong with a value, and where in it: the last part of the way first."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.way: list[str] = []


def encode(value: Json | Mapping[str, Json] | Sequence[Json]) -> bytes:
    """Give the one sequence of bytes for a value: RFC 8785, UTF-8.

    Raises:
        CanonicalError: The value lies outside the limits.

    Source: RFC 8785 section 3.2.
    """
    return _ENCODER.encode(_checked(value)).encode()


def decode(raw: bytes) -> Json:
    """Read one JSON value strictly; white space and key order are free.

    Args:
        raw: JSON, UTF-8 without byte order mark, of any length.

    Raises:
        CanonicalError: Not UTF-8, not JSON, a duplicate key, or a value outside the
            limits.

    Source: RFC 8259; RFC 8785 section 3.1 for duplicate keys and strings.
    """
    try:
        value: object = json.loads(
            raw.decode(),
            object_pairs_hook=_distinct_pairs,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_integer,
        )
    except CanonicalError:
        raise
    except RecursionError:
        raise CanonicalError(f"nesting deeper than {DEPTH_LIMIT}") from None
    except ValueError as error:
        raise CanonicalError(f"not JSON in UTF-8: {error}") from error
    return _checked(value)


def digest(raw: bytes) -> Digest:
    """Give the SHA-256 of ``raw`` (bytes of any kind and length) in hex."""
    return Digest(hashlib.sha256(raw).hexdigest())


def _checked(value: object) -> Json:
    """Give ``value`` in plain lists and dictionaries, or say what is wrong in it.

    The way to a part is put together only where that part is wrong.
    """
    try:
        return _plain(value, 0)
    except _PartError as wrong:
        where = "".join(("value", *reversed(wrong.way)))
        raise CanonicalError(f"{where} {wrong}") from None


def _plain(value: object, depth: int) -> Json:
    if depth > DEPTH_LIMIT:
        raise CanonicalError(f"nesting deeper than {DEPTH_LIMIT}")
    if isinstance(value, str):
        return value if value.isascii() else _plain_text(value)
    if isinstance(value, int):
        return _plain_integer(value)
    if isinstance(value, Mapping):
        return _plain_object(cast("Mapping[object, object]", value), depth + 1)
    if isinstance(value, list | tuple):
        return _plain_list(cast("Sequence[object]", value), depth + 1)
    kind = "null" if value is None else type(value).__name__
    raise _PartError(f"is of the kind {kind}, which is not allowed")


def _plain_object(value: Mapping[object, object], depth: int) -> Json:
    plain: dict[str, Json] = {}
    for key, inner in value.items():
        if not isinstance(key, str) or not key.isascii():
            raise _PartError("has a key that is not ASCII text")
        try:
            plain[key] = _plain(inner, depth)
        except _PartError as wrong:
            wrong.way.append(f".{key}")
            raise
    return plain


def _plain_list(value: Sequence[object], depth: int) -> Json:
    plain: list[Json] = []
    for inner in value:
        try:
            plain.append(_plain(inner, depth))
        except _PartError as wrong:
            wrong.way.append(f"[{len(plain)}]")
            raise
    return plain


def _plain_text(value: str) -> str:
    if not unicodedata.is_normalized("NFC", value):
        raise _PartError("is not in Unicode form NFC")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise _PartError("holds a lone surrogate")
    return value


def _plain_integer(value: int) -> int:
    # A truth value is an int to Python; it passes here and stays what it is.
    if not -INTEGER_LIMIT <= value <= INTEGER_LIMIT:
        raise _PartError("is an integer beyond 2^53 - 1")
    return value


def _distinct_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise CanonicalError("a key stands twice in one object")
    return value


def _refuse_number(text: str) -> NoReturn:
    raise CanonicalError(f"the number {text[:20]} is not an integer")


def _integer(text: str) -> int:
    # Longer texts are refused before conversion, whose cost grows with the square.
    if len(text) > len(str(-INTEGER_LIMIT)):
        raise CanonicalError("an integer lies beyond 2^53 - 1")
    return int(text)
