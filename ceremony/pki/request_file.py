"""Files with certification requests, as other people's systems write them.

A request comes in PEM with either label, in DER, or in base64 without armour, in lines
or in one, ended by LF, CRLF or CR, with blanks at their ends, with text around it and a
byte order mark before it.
What is read is told apart from what is malformed before a request is looked at.

Invariants:
    * Nothing longer than its limit is decoded.
    * A request that cannot be used takes none of the others in its file with it.
    * Nothing of a private key is decoded, shown or kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from ceremony.errors import InputError, Place
from ceremony.pki.base64_text import BLANKS, Base64Text, lines_of
from ceremony.pki.der_form import not_der
from ceremony.pki.other_kind import KEY_REMEDY
from ceremony.pki.pem import encode_pem
from ceremony.pki.plain_text import printable
from ceremony.script.source_file import NotAFileError, open_regular

LARGEST_REQUEST: Final = 64 * 1024
"""Octets of DER."""
LARGEST_SINGLE: Final = 256 * 1024
"""Octets of a file with one request, the text around it included."""
LARGEST_SET: Final = 256 * 1024 * 1024
"""Octets of a file with several requests."""

LONGEST_BASE64: Final = LARGEST_REQUEST * 4 // 3 + 4
"""Octets of a request's base64, and of a line."""

_BEGIN: Final = re.compile(rb"-----BEGIN ([A-Z0-9 #-]+)-----")
_LABELS: Final = frozenset({b"CERTIFICATE REQUEST", b"NEW CERTIFICATE REQUEST"})
_BARE: Final = re.compile(rb"[\s!-~]*")
_HEADLESS: Final = re.compile(rb"[A-Za-z0-9+/=\r\n]+")
_SEQUENCE: Final = b"\x30"
_MARK: Final = b"\xef\xbb\xbf"
"""UTF-8's byte order mark, which some editors put before a text."""


_KEY: Final = b"PRIVATE KEY"
"""How the labels of private keys end."""
_ONE: Final = "Give a file with one request, or say that a file may hold several."
_MADE: Final = "Give the file that the key's owner made; never a private key."


@dataclass(frozen=True, slots=True)
class _Malformed:
    """Why a block is none of a request, as a clause, and what to do."""

    why: str
    remedy: str = _MADE


@dataclass(frozen=True, slots=True)
class Imported:
    """One request of a file, or why there is none.

    Attributes:
        file: The file's name, in printable ASCII.
        number: Which one of the file it is, from 1.
        der: The request: DER; empty where it cannot be used.
        fault: Why it cannot be used; None where it can.
    """

    file: str
    number: int
    der: bytes
    fault: InputError | None = None


def read_requests(path: Path, *, several: bool = False) -> Iterator[Imported]:
    """Read the requests of a file, one after the other.

    Args:
        path: The file.
        several: Whether the file may hold more than one, in PEM. Then they are read
            as they are asked for, and no more than one is in memory.

    Yields:
        Each request, or what is wrong with it; at least one. A fault has the code
        ``PKI-IMPORT-01``: longer than its limit; ``-02``: no request is there, or
        several where one is expected; ``-03``: PEM is malformed or holds something
        else; ``-04``: not canonical base64, or a line is too long; ``-05``: not DER.

    Source:
        RFC 7468, sections 3 and 7; SEC Appendix M v8.0 for base64 without armour.
    """
    # A folder such as the one that people are in has no name of its own.
    name = printable(path.name or str(path))
    limit = LARGEST_SET if several else LARGEST_SINGLE
    try:
        with open_regular(path) as stream:
            yield from _read(stream, name, limit, several=several)
    except (FileNotFoundError, NotADirectoryError):
        yield _unusable(name, 1, _no_request("there is no such file", name))
    except IsADirectoryError:
        yield _unusable(name, 1, _no_request("it is a folder", name))
    except NotAFileError as error:
        why = f"it is {error.strerror}, and no file"
        yield _unusable(name, 1, _no_request(why, name))
    except OSError as error:
        # One file that cannot be read takes none of the others with it.
        why = f"it cannot be read: {error.strerror or type(error).__name__}"
        yield _unusable(name, 1, _no_request(why, name))


def read_accepted(stream: BinaryIO, name: str) -> Iterator[Imported]:
    """Read the requests of a set that was taken in: PEM, as :func:`encode_accepted`.

    Args:
        stream: The file: PEM, ASCII; read once, from its beginning.
        name: Its name.
    """
    return _numbered(_scan(stream), name)


def encode_accepted(der: bytes) -> bytes:
    """Write one request as PEM (RFC 7468, section 7): 64 letters to a line, ASCII.

    Args:
        der: The request: DER.
    """
    return encode_pem("CERTIFICATE REQUEST", der)


def _read(
    stream: BinaryIO, name: str, limit: int, *, several: bool
) -> Iterator[Imported]:
    head = stream.read(LARGEST_SINGLE + 1)
    size = stream.seek(0, 2)
    if size > limit:
        told = f"The file {name} has {size} octets, and at most {limit} are read"
        yield _unusable(name, 1, _too_long(told, name))
        return
    # Text may stand before the first block of a longer file.
    if b"-----BEGIN" not in head and size <= LARGEST_SINGLE:
        yield _one_without_armour(head, name)
        return
    stream.seek(0)
    found = _numbered(_scan(stream), name)
    yield from found if several else _only(list(found), name)


def _only(found: list[Imported], name: str) -> list[Imported]:
    if len(found) == 1:
        return found
    remedies = {each.fault.remedy for each in found if each.fault}
    # A key beside a request counts for more than that there are two.
    remedy = KEY_REMEDY if KEY_REMEDY in remedies else _ONE
    fault = _no_request(f"it holds {len(found)} of them, and not one", name, remedy)
    return [_unusable(name, 1, fault)]


def _one_without_armour(raw: bytes, name: str) -> Imported:
    if not raw.strip():
        return _unusable(name, 1, _no_request("it is empty", name))
    if raw[:1] == _SEQUENCE and not _HEADLESS.fullmatch(raw):
        return _decoded(raw, name, 1)
    text = raw.removeprefix(_MARK)
    if not _BARE.fullmatch(text):
        return _unusable(name, 1, _not_der("it does not begin as a request", name, 1))
    bare = Base64Text(LONGEST_BASE64)
    for number, line, is_too_long in lines_of(BytesIO(text), LONGEST_BASE64):
        bare.take(number, line, is_too_long=is_too_long)
    return _from_base64(bare, name, 1)


def _scan(stream: BinaryIO) -> Iterator[Base64Text | _Malformed]:
    """Give the base64 of each PEM block, or what is wrong with it.

    A block that does not end keeps no more than its limit in memory.
    """
    label, begun, text = b"", 0, Base64Text(0)
    for number, whole, is_too_long in lines_of(stream, LONGEST_BASE64):
        first = number == 1
        line = (whole.removeprefix(_MARK) if first else whole).strip(BLANKS)
        # A line that is too long begins and ends no block: only pieces of it are seen.
        dashes = not is_too_long and line.startswith(b"-----")
        begin = _BEGIN.fullmatch(line) if dashes else None
        if begin and label:
            yield _Malformed(
                f"a block begins in line {number}, and the one above has not ended",
                _remedy_under(label),
            )
        if begin:
            label, begun = begin[1], number
            text = Base64Text(LONGEST_BASE64)
        elif label and dashes:
            yield _block(label, line, number, text)
            label = b""
        elif label in _LABELS:
            text.take(number, line, is_too_long=is_too_long)
        elif dashes and line.startswith((b"-----BEGIN", b"-----END")):
            told = f"line {number} begins or ends a block where there is none"
            yield _Malformed(told)
    if label:
        yield _Malformed(
            f"the block that begins in line {begun} has no end", _remedy_under(label)
        )


def _block(
    label: bytes, end: bytes, number: int, text: Base64Text
) -> Base64Text | _Malformed:
    if label not in _LABELS:
        told = f"a block is a {label.decode()}, and not a certification request"
        return _Malformed(told, _remedy_under(label))
    if end != b"-----END " + label + b"-----":
        told = f"line {number}, a block's end, does not name what its begin does"
        return _Malformed(told)
    return text


def _remedy_under(label: bytes) -> str:
    return KEY_REMEDY if label.endswith(_KEY) else _MADE


def _numbered(
    blocks: Iterable[Base64Text | _Malformed], name: str
) -> Iterator[Imported]:
    number = 0
    for number, block in enumerate(blocks, 1):
        if isinstance(block, _Malformed):
            yield _unusable(name, number, _malformed(block, name, number))
        else:
            yield _from_base64(block, name, number)
    if not number:
        yield _unusable(name, 1, _no_request("no block of PEM is in it", name))


def _from_base64(text: Base64Text, name: str, number: int) -> Imported:
    if text.is_too_long:
        return _unusable(name, number, _request_too_long(name, number))
    der, wrong = text.decode()
    if wrong:
        fault = InputError(
            "PKI-IMPORT-04",
            f"{_told(name, number)} is not canonical base64: {wrong}.",
            remedy="Have the file written again, in base64 as RFC 4648 has it.",
            place=Place(name),
        )
        return _unusable(name, number, fault)
    return _decoded(der, name, number)


def _decoded(der: bytes, name: str, number: int) -> Imported:
    if len(der) > LARGEST_REQUEST:
        return _unusable(name, number, _request_too_long(name, number))
    wrong = not_der(der)
    if wrong:
        return _unusable(name, number, _not_der(wrong, name, number))
    return Imported(name, number, der)


def _unusable(name: str, number: int, fault: InputError) -> Imported:
    return Imported(name, number, b"", fault)


def _told(name: str, number: int) -> str:
    return f"Request {number} of {name}"


def _request_too_long(name: str, number: int) -> InputError:
    told = f"{_told(name, number)} has more than {LARGEST_REQUEST} octets"
    return _too_long(told, name)


def _too_long(told: str, name: str) -> InputError:
    return InputError(
        "PKI-IMPORT-01",
        f"{told}; nothing of it was decoded.",
        remedy="Ask whoever made it what it is.",
        place=Place(name),
    )


def _no_request(why: str, name: str, remedy: str = _ONE) -> InputError:
    return InputError(
        "PKI-IMPORT-02",
        f"There is not exactly one request in {name}: {why}.",
        remedy=remedy,
        place=Place(name),
    )


def _malformed(block: _Malformed, name: str, number: int) -> InputError:
    return InputError(
        "PKI-IMPORT-03",
        f"{_told(name, number)} is not PEM of a request: {block.why}.",
        remedy=block.remedy,
        place=Place(name),
    )


def _not_der(why: str, name: str, number: int) -> InputError:
    return InputError(
        "PKI-IMPORT-05",
        f"{_told(name, number)} is not DER: {why}.",
        remedy="Have the request made again, or written in DER.",
        place=Place(name),
    )
