"""Compare what is reachable in two PDF files, by structure and not by number.

Used twice: two revisions of one file must differ in nothing but named signature
fields, and a pack's pages must be those that are laid out again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import pikepdf

Same = tuple[tuple[int, int], tuple[int, int]]
Pair = tuple[Any, Any, str]
"""Two objects at the same place, and what the place is called."""

ENCODING_KEYS: Final = frozenset({"/Length", "/Filter", "/DecodeParms", "/DL"})
"""Keys of a stream that say how it is written and not what it holds."""


Skip = Callable[[Any, Any], frozenset[str]]
"""Gives the keys that may differ, from both sides of a dictionary or stream."""


def nothing_skipped(*_: object) -> frozenset[str]:
    """Leave nothing out of the comparison."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two objects are compared.

    Attributes:
        skip: Gives the keys of a dictionary that may differ, from both sides of it.
        read: Gives a stream's content; decoded, where only that counts.
        encoding: Keys of a stream that are left out.
        known: Pairs of objects that were compared with all that they reach, or will
            be before the comparison ends: pages share fonts, and each is read once.
            It holds for two files, so that each comparison of two others has its own,
            and after a difference it says nothing.
    """

    read: Callable[[pikepdf.Stream], bytes]
    skip: Skip = nothing_skipped
    encoding: frozenset[str] = frozenset()
    known: set[Same] = field(default_factory=set)


def find_difference(
    before: Any,  # noqa: ANN401  any PDF object
    after: Any,  # noqa: ANN401  any PDF object
    comparison: Comparison,
    where: str,
) -> str:
    """Find the first place where two objects differ in what they reach.

    Args:
        before: An object of the one file.
        after: The object of the other file at the same place.
        comparison: What counts.
        where: How the place is called, e.g. ``page 3``.

    Returns:
        The place in words; empty where they are the same.
    """
    waiting: list[Pair] = [(before, after, where)]
    while waiting:
        one, other, place = waiting.pop()
        if _known(one, other, comparison.known):
            continue
        inside = _inside(one, other, comparison, place)
        if inside is None:
            return place
        waiting += inside
    return ""


def _inside(
    one: Any,  # noqa: ANN401  any PDF object
    other: Any,  # noqa: ANN401  any PDF object
    comparison: Comparison,
    place: str,
) -> list[Pair] | None:
    """Give the pairs inside two objects; None where they differ already."""
    if not _same_kind(one, other):
        return None
    if isinstance(one, pikepdf.Array) and len(one) == len(other):
        pairs = zip(one, other, strict=True)
        return [(a, b, f"{place}[{index}]") for index, (a, b) in enumerate(pairs)]
    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        return _parts(one, other, comparison, place)
    is_scalar = not isinstance(one, pikepdf.Array)
    return [] if is_scalar and one == other else None


def _known(one: Any, other: Any, seen: set[Same]) -> bool:  # noqa: ANN401  PDF objects
    if not (isinstance(one, pikepdf.Object) and isinstance(other, pikepdf.Object)):
        return False
    if not (one.is_indirect and other.is_indirect):
        return False
    pair = (one.objgen, other.objgen)
    if pair in seen:
        return True
    seen.add(pair)
    return False


def _same_kind(one: Any, other: Any) -> bool:  # noqa: ANN401  PDF objects
    if isinstance(one, pikepdf.Object) and isinstance(other, pikepdf.Object):
        return _kind(one) == _kind(other)
    numbers = (int, Decimal)
    if isinstance(one, bool) or isinstance(other, bool):
        return type(one) is type(other)
    if isinstance(one, numbers) and isinstance(other, numbers):
        return True
    return type(one) is type(other)


def _kind(item: pikepdf.Object) -> str:
    kinds = (
        pikepdf.Array,
        pikepdf.Stream,
        pikepdf.Dictionary,
        pikepdf.Name,
        pikepdf.String,
    )
    return next((kind.__name__ for kind in kinds if isinstance(item, kind)), "other")


def _parts(
    one: Any,  # noqa: ANN401  a dictionary or stream
    other: Any,  # noqa: ANN401  a dictionary or stream
    comparison: Comparison,
    place: str,
) -> list[Pair] | None:
    """Give the pairs still to be compared; None where the two differ already."""
    skipped = comparison.skip(one, other)
    if isinstance(one, pikepdf.Stream):
        skipped |= comparison.encoding
        if comparison.read(one) != comparison.read(other):
            return None
    keys = set(one.keys()) - skipped
    if keys != set(other.keys()) - skipped:
        return None
    return [(one[key], other[key], f"{place} {key}") for key in sorted(keys)]
