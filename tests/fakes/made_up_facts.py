"""Facts of every kind with values that nobody chose, built from the classes' types."""

from __future__ import annotations

import dataclasses
import unicodedata
from datetime import date
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from ceremony.engine.facts import Fact
from ceremony.identifiers import Digest

KINDS: tuple[type[Fact], ...] = get_args(Fact)
"""Every class of fact."""

PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(exclude_categories=("Cs",)), max_size=12).map(
        lambda text: unicodedata.normalize("NFC", text)
    ),
    int: st.integers(-(2**53) + 1, 2**53 - 1),
    bool: st.booleans(),
    date: st.dates(),
    Digest: st.binary(min_size=32, max_size=32).map(lambda octets: octets.hex()),
    type(None): st.none(),
}
"""What a leaf can hold: texts in NFC and numbers that JSON keeps exactly."""


@cache
def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Make values of a type as it is written on a field of a fact."""
    if hint not in PLAIN:
        hint = getattr(hint, "__supertype__", hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if get_origin(hint) in (Union, UnionType):
        return st.one_of([values_of(each) for each in get_args(hint)])
    if get_origin(hint) is tuple:
        return st.lists(values_of(get_args(hint)[0]), max_size=3).map(tuple)
    return _values_of_class(hint)


def _values_of_class(hint: Any) -> st.SearchStrategy[Any]:
    if issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    hints = get_type_hints(hint)
    fields = {f.name: values_of(hints[f.name]) for f in dataclasses.fields(hint)}
    return st.builds(hint, **fields)


def facts() -> st.SearchStrategy[Fact]:
    """Make facts of every kind."""
    return st.sampled_from(KINDS).flatmap(values_of)
