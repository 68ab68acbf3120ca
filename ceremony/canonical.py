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


class CanonicalError(ValueError):
    """A value or a text lies outside the limits; the message says where."""


def encode(value: Json | Mapping[str, Json] | Sequence[Json]) -> bytes:
    """Give the one sequence of bytes for a value: RFC 8785, UTF-8.

    Raises:
        CanonicalError: The value lies outside the limits.

    Source: RFC 8785 section 3.2.
    """
    checked = _checked(value, "value", 0)
    text = json.dumps(
        checked, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return text.encode()


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
    return _checked(value, "value", 0)


def digest(raw: bytes) -> Digest:
    """Give the SHA-256 of ``raw`` (bytes of any kind and length) in hex."""
    return Digest(hashlib.sha256(raw).hexdigest())


def _checked(value: object, where: str, depth: int) -> Json:
    """Give ``value`` in plain lists and dictionaries, or say what is wrong in it."""
    if depth > DEPTH_LIMIT:
        raise CanonicalError(f"nesting deeper than {DEPTH_LIMIT}")
    if isinstance(value, str):
        return _checked_text(value, where)
    if isinstance(value, int):
        return _checked_integer(value, where)
    if isinstance(value, Mapping):
        return {
            _checked_key(key, where): _checked(inner, f"{where}.{key}", depth + 1)
            for key, inner in cast("Mapping[object, object]", value).items()
        }
    if isinstance(value, list | tuple):
        items = cast("Sequence[object]", value)
        return [
            _checked(inner, f"{where}[{index}]", depth + 1)
            for index, inner in enumerate(items)
        ]
    kind = "null" if value is None else type(value).__name__
    raise CanonicalError(f"{where} is of the kind {kind}, which is not allowed")


def _checked_text(value: str, where: str) -> str:
    if value.isascii():
        return value
    if not unicodedata.is_normalized("NFC", value):
        raise CanonicalError(f"{where} is not in Unicode form NFC")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise CanonicalError(f"{where} holds a lone surrogate")
    return value


def _checked_integer(value: int, where: str) -> int:
    # A truth value is an int to Python; it passes here and stays what it is.
    if not -INTEGER_LIMIT <= value <= INTEGER_LIMIT:
        raise CanonicalError(f"{where} is an integer beyond 2^53 - 1")
    return value


def _checked_key(key: object, where: str) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise CanonicalError(f"{where} has a key that is not ASCII text")
    return key


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
