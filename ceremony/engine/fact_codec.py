"""Read and write facts as the ``data`` of a leaf, strictly and without loss.

The shape follows from the dataclasses in ``engine.facts``: a field is a text, an
integer, a truth value, a digest, a closed choice, a day, another value or a tuple of
these.
Nothing is guessed: an unknown key, a missing one or a value of another type is refused.

Invariants:
    * ``decode_fact(type, encode_fact(fact)) == fact`` for every fact.
    * A field that equals its default is left out, so that each fact has one form.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import partial
from types import UnionType
from typing import Any, Final, Union, cast, get_args, get_origin, get_type_hints

from ceremony.canonical import Json
from ceremony.engine import facts
from ceremony.engine.facts import Fact
from ceremony.errors import EvidenceError
from ceremony.identifiers import DIGEST, Digest

FACT_TYPES: Final[Mapping[str, type[Fact]]] = {
    kind.type: kind for kind in get_args(facts.Fact)
}
"""Every fact's class by the ``type`` of its leaf."""


def encode_fact(fact: Fact) -> dict[str, Json]:
    """Give the fact's values as a JSON object, defaults left out."""
    return _encode_object(fact)


def decode_fact(type_name: str, data: Mapping[str, Json]) -> Fact:
    """Read the fact that a leaf of type ``type_name`` holds.

    Raises:
        EvidenceError: ``ENGINE-FACT-01``: no such type; ``ENGINE-FACT-02``: the data
            is not of the type's shape. The message names the field.
    """
    kind = FACT_TYPES.get(type_name)
    if kind is None:
        raise EvidenceError(
            "ENGINE-FACT-01",
            f"The record holds a fact of the unknown type {type_name!r}.",
            meaning="This version cannot say what happened there.",
            remedy="Verify the record with the version that wrote it or a newer one.",
        )
    try:
        return cast("Fact", _decode_object(kind, data, type_name))
    except _ShapeError as error:
        raise EvidenceError(
            "ENGINE-FACT-02",
            f"A fact of the type {type_name} is not well formed: {error}.",
            meaning="The record was not written by this tool as it stands.",
            remedy="Preserve the record and compare it with another copy.",
        ) from error


class _ShapeError(ValueError):
    """A value does not have the shape that its class demands."""


Read = Callable[[Json, str], object]
"""Reads a value of one type that stands at a place, or raises :class:`_ShapeError`."""


Shape = Mapping[str, tuple[Read, Any]]

_SHAPES: Final[dict[type[Any], Shape]] = {}
"""How each field is read, and its default, looked up once for each class."""


def _shape(kind: type[Any]) -> Shape:
    if kind not in _SHAPES:
        hints = get_type_hints(kind)
        _SHAPES[kind] = {
            field.name: (_reader(hints[field.name]), field.default)
            for field in dataclasses.fields(kind)
        }
    return _SHAPES[kind]


def _encode_object(value: Any) -> dict[str, Json]:  # noqa: ANN401  any fact's part
    return {
        name: _encode_value(getattr(value, name))
        for name, (_, default) in _shape(type(value)).items()
        if default is dataclasses.MISSING or getattr(value, name) != default
    }


def _encode_value(value: Any) -> Json:  # noqa: ANN401  any field of any fact
    if isinstance(value, tuple):
        return [_encode_value(item) for item in value]
    if dataclasses.is_dataclass(value):
        return _encode_object(value)
    return _encode_plain(value)


def _encode_plain(value: Any) -> Json:  # noqa: ANN401  any field that is no other value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return cast("Json", value)


def _decode_object(
    kind: type[Any], data: Json | Mapping[str, Json], where: str
) -> object:
    if not isinstance(data, Mapping):
        raise _ShapeError(f"{where} is not an object")
    shape = _shape(kind)
    for key in data:
        if key not in shape:
            raise _ShapeError(f"{where} has the unknown field {key}")
    values: dict[str, object] = {}
    for name, (read, default) in shape.items():
        if name not in data:
            if default is dataclasses.MISSING:
                raise _ShapeError(f"{where} lacks the field {name}")
            continue
        values[name] = read(data[name], f"{where}.{name}")
        if values[name] == default:
            raise _ShapeError(f"{where}.{name} spells out its default")
    return kind(**values)


def _reader(hint: Any) -> Read:  # noqa: ANN401  a type
    """Say how a value of a type is read; what a type is, is found out once."""
    if get_origin(hint) is tuple:
        return partial(_decode_list, _reader(get_args(hint)[0]))
    if get_origin(hint) in (Union, UnionType):
        return _reader(get_args(hint)[0])
    if hint is Digest:
        return _decode_digest
    kind: Any = getattr(hint, "__supertype__", hint)
    if dataclasses.is_dataclass(kind):
        decode: Any = _decode_object
    else:
        decode = _decode_choice if issubclass(kind, StrEnum) else _decode_plain
    return _decode_day if kind is date else partial(decode, kind)


def _decode_list(read: Read, value: Json, where: str) -> object:
    if not isinstance(value, list):
        raise _ShapeError(f"{where} is not a list")
    return tuple(read(item, where) for item in value)


def _decode_choice(kind: type[StrEnum], value: Json, where: str) -> object:
    try:
        return kind(cast("str", value))
    except ValueError as error:
        raise _ShapeError(f"{where} is not one of {', '.join(kind)}") from error


def _decode_plain(kind: type[Any], value: Json, where: str) -> object:
    if type(value) is not kind:
        raise _ShapeError(f"{where} is not a {kind.__name__}")
    return value


def _decode_digest(value: Json, where: str) -> Digest:
    if isinstance(value, str) and DIGEST.fullmatch(value):
        return Digest(value)
    raise _ShapeError(f"{where} is not SHA-256 as 64 lower-case hex digits")


def _decode_day(value: Json, where: str) -> date:
    try:
        day = date.fromisoformat(cast("str", value))
        if day.isoformat() == value:  # no other form of the same day
            return day
    except (TypeError, ValueError):
        pass  # the same fault as another form
    raise _ShapeError(f"{where} is not a day as YYYY-MM-DD")
