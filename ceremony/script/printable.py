"""Which characters can be printed and shown: those that the bundled fonts have.

A character outside the table would become a black box on paper, so it is refused
where a file is read. Controls, invisible characters and those that change the
direction of text are outside it by construction.

Invariants:
    * A text of these characters is in Unicode normal form C: none of them combines
      with another, and none is replaced.

Source: the character maps of IBM Plex Sans 1.1.0 (npm ``@ibm/plex-sans``), upright
cuts, reduced to letters, figures, punctuation and arrows.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from ceremony.errors import InputError, Place

LARGEST_FILE: Final = 4 * 1024 * 1024
"""How many bytes a file may have that a person wrote."""

_RANGES: Final = (
    (0x0020, 0x007E),
    (0x00A0, 0x00AC),
    (0x00AE, 0x017F),
    (0x018F, 0x018F),
    (0x0192, 0x0192),
    (0x01A0, 0x01A1),
    (0x01AF, 0x01B0),
    (0x01CD, 0x01DC),
    (0x01FA, 0x01FF),
    (0x0218, 0x021B),
    (0x0237, 0x0237),
    (0x0259, 0x0259),
    (0x02BC, 0x02BC),
    (0x02C6, 0x02C7),
    (0x0384, 0x0386),
    (0x0388, 0x038A),
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x03CE),
    (0x0400, 0x045F),
    (0x0462, 0x0463),
    (0x0472, 0x0475),
    (0x0490, 0x04C2),
    (0x04CF, 0x04D9),
    (0x04DC, 0x04E9),
    (0x04EE, 0x04F9),
    (0x1E80, 0x1E85),
    (0x1E9E, 0x1E9E),
    (0x1EA0, 0x1EF9),
    (0x2010, 0x2015),
    (0x2018, 0x201A),
    (0x201C, 0x201E),
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x2030, 0x2030),
    (0x2032, 0x2033),
    (0x2039, 0x203A),
    (0x2044, 0x2044),
    (0x20AC, 0x20AC),
    (0x2116, 0x2116),
    (0x2122, 0x2122),
    (0x2190, 0x2199),
    (0x2212, 0x2212),
    (0x2215, 0x2215),
    (0x221E, 0x221E),
    (0x2248, 0x2248),
    (0x2260, 0x2260),
    (0x2264, 0x2265),
    (0x2713, 0x2713),
)
PRINTABLE: Final = frozenset(
    chr(point) for first, last in _RANGES for point in range(first, last + 1)
)
"""Every character that a text may hold."""

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _unprintable_in(text: str) -> str:
    """Find the first character that cannot be printed; empty where there is none."""
    return next((letter for letter in text if letter not in PRINTABLE), "")


def _is_hidden(character: str) -> bool:
    """Tell whether a character is a control, invisible, private or unassigned."""
    return unicodedata.category(character) in _HIDDEN


def named_character(character: str) -> str:
    """Name a character so that it can be found: code point and Unicode name."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"


def decode_text(raw: bytes, file: str) -> str:
    """Decode a file's bytes and refuse what could hide in it.

    Args:
        raw: The file's bytes, UTF-8, lines ended by a line feed.
        file: Its name, for places.

    Raises:
        InputError: ``FILE-TEXT-01``: too large; ``FILE-TEXT-02``: not UTF-8, or with
            a byte order mark; ``FILE-TEXT-03``: a hidden character.
    """
    if len(raw) > LARGEST_FILE:
        raise InputError(
            "FILE-TEXT-01",
            f"The file has {len(raw)} bytes; {LARGEST_FILE} are allowed.",
            remedy="Split what it describes into several files.",
            place=Place(file),
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _not_utf8("The file is not UTF-8.", Place(file, line)) from error
    if text.startswith("\ufeff"):
        raise _not_utf8("The file begins with a byte order mark.", Place(file, 1, 1))
    hidden = {letter for letter in set(text) if letter != "\n" and _is_hidden(letter)}
    if hidden:
        at = min(text.index(letter) for letter in hidden)
        line_start = text.rfind("\n", 0, at) + 1
        place = Place(file, text.count("\n", 0, at) + 1, at - line_start + 1)
        raise _unprintable(
            f"The character {named_character(text[at])} is hidden from a reader.", place
        )
    return text


def verify_printable(text: str, place: Place) -> None:
    """Insist that a text of a file can be printed as it is.

    Raises:
        InputError: ``FILE-TEXT-03``: a character that is hidden, that the fonts
            lack, or that Unicode normal form C replaces.
    """
    bad = _unprintable_in(text)
    if bad == "\n":
        raise InputError(
            "FILE-TEXT-03",
            "The text holds a line break.",
            remedy="Write a long text with >- so that its lines are joined.",
            place=place,
        )
    if bad:
        raise _unprintable(
            f"The character {named_character(bad)} cannot be printed.", place
        )


def _not_utf8(message: str, place: Place) -> InputError:
    return InputError(
        "FILE-TEXT-02",
        message,
        remedy="Save the file as UTF-8 without byte order mark.",
        place=place,
    )


def _unprintable(message: str, place: Place) -> InputError:
    return InputError(
        "FILE-TEXT-03",
        message,
        remedy="Replace it by a character of the bundled fonts, in NFC; indent with "
        "spaces and end lines with a line feed.",
        place=place,
    )
