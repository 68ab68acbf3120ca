"""Whether octets are DER, and not merely BER that a lenient reader forgives.

A request goes to several readers. Where an encoding leaves a choice they may read it
differently, so that only the one form that DER allows is taken.

Invariants:
    * The octets are walked without recursion into OCTET STRINGs: what stands in an
      extension is compared byte for byte elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_DEPTH: Final = 16
_LONG: Final = 0x80
_CONSTRUCTED: Final = 0x20
_UNIVERSAL: Final = 0xC0
_OF_MANY_OCTETS: Final = 0x1F
_BOOLEAN, _INTEGER, _BITS, _NULL, _OID = 0x01, 0x02, 0x03, 0x05, 0x06
_SEQUENCE, _SET = 0x30, 0x31
_ATTRIBUTES: Final = 0xA0
_TRUE: Final = b"\xff"


class _NotDerError(ValueError):
    """Says why, as a clause."""


def not_der(octets: bytes) -> str:
    """Say why octets are not one value in DER; empty where they are.

    Args:
        octets: A PKCS#10 request, as somebody sent it.

    Source:
        X.690, sections 8.1 and 10 to 11; RFC 2986, section 4.
    """
    try:
        _, end = _walk(octets, 0, len(octets), 0)
    except _NotDerError as error:
        return str(error)
    left = len(octets) - end
    return f"{left} octets follow its end" if left else ""


def members(octets: bytes) -> tuple[bytes, ...]:
    """Give the members of a SEQUENCE, each in DER; none where it is not one in DER."""
    if octets[:1] != bytes([_SEQUENCE]) or not_der(octets):
        return ()
    found, (at, end) = [], _contents(octets, 1, len(octets))
    while at < end:
        _, following = _walk(octets, at, end, 0)
        found.append(octets[at:following])
        at = following
    return tuple(found)


def _walk(octets: bytes, at: int, end: int, depth: int) -> tuple[int, int]:
    """Walk one value and give its tag, and where it ends."""
    if depth > _DEPTH:
        raise _NotDerError("it is nested too deeply")
    tag = _octet(octets, at, end)
    if tag & _OF_MANY_OCTETS == _OF_MANY_OCTETS:
        raise _NotDerError("a tag takes several octets")
    start, stop = _contents(octets, at + 1, end)
    if tag & _CONSTRUCTED:
        _walk_inside(octets, tag, start, stop, depth)
    else:
        _look_at(tag, octets[start:stop])
    return tag, stop


def _walk_inside(octets: bytes, tag: int, start: int, stop: int, depth: int) -> None:
    if not tag & _UNIVERSAL and tag not in {_SEQUENCE, _SET}:
        raise _NotDerError("a string is put together from parts")
    parts, at = [], start
    while at < stop:
        _, following = _walk(octets, at, stop, depth + 1)
        parts.append(octets[at:following])
        at = following
    # The attributes of a request are a SET OF behind the tag [0].
    if tag in {_SET, _ATTRIBUTES} and parts != sorted(parts):
        raise _NotDerError("the members of a set are not in order")


def _octet(octets: bytes, at: int, end: int) -> int:
    if at >= end:
        raise _NotDerError("it ends too early")
    return octets[at]


def _contents(octets: bytes, at: int, end: int) -> tuple[int, int]:
    """Read a length and give where the contents begin and end."""
    size = _octet(octets, at, end)
    start = at + 1
    if size == _LONG:
        raise _NotDerError("a length is indefinite")
    if size > _LONG:
        count = size - _LONG
        coded = octets[start : start + count]
        start += count
        size = int.from_bytes(coded, "big")
        if coded[:1] == b"\0" or size < _LONG:
            raise _NotDerError("a length takes more octets than it needs")
    if start + size > end:
        raise _NotDerError("it ends too early")
    return start, start + size


def _look_at(tag: int, value: bytes) -> None:
    for wrong in _faults(tag, value):
        raise _NotDerError(wrong)


def _faults(tag: int, value: bytes) -> Iterator[str]:
    if tag in {_SEQUENCE - _CONSTRUCTED, _SET - _CONSTRUCTED}:
        yield "a sequence or a set has no parts"
    # The only truth value of a request is an extension's, whose default is FALSE.
    if tag == _BOOLEAN and value != _TRUE:
        yield "a truth value is not the one octet FF, or is the default written out"
    if tag == _INTEGER and not _is_shortest(value):
        yield "a whole number takes more octets than it needs, or none"
    if tag == _BITS and not _are_bits(value):
        yield "the unused bits of a bit string are not zero"
    if tag == _NULL and value:
        yield "a NULL has contents"
    if tag == _OID and not _is_oid(value):
        yield "an object identifier is malformed"


def _is_shortest(value: bytes) -> bool:
    if len(value) < 2:  # noqa: PLR2004  one octet is the shortest that there is
        return bool(value)
    return not (
        (value[0] == 0 and value[1] < _LONG)
        or (value[0] == _LONG + 127 and value[1] >= _LONG)
    )


def _are_bits(value: bytes) -> bool:
    if not value or value[0] > 7:  # noqa: PLR2004  an octet has eight bits
        return False
    unused = value[0]
    if len(value) == 1:
        return unused == 0
    return value[-1] & ((1 << unused) - 1) == 0


def _is_oid(value: bytes) -> bool:
    if not value or value[-1] >= _LONG:
        return False
    begins = [0, *(at + 1 for at, octet in enumerate(value[:-1]) if octet < _LONG)]
    return all(value[at] != _LONG for at in begins)
