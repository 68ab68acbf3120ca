"""The site's own words in ``binding.json``: what no opening tells; part of check 5.

Nothing shows that they are true. They are held to the form that the site's file may
have (binding-v1.md), so that no other thing is told in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from ceremony.canonical import Json
from ceremony.hexadecimal import is_hex
from ceremony.script.shape import LONGEST_TEXT, NAME

_PINS: Final = ("typed", "pinpad", "fixed")
_DIGEST_LENGTH: Final = 64


def read_words(
    told: Mapping[str, Json], names: Iterable[str]
) -> tuple[dict[str, Json], str]:
    """Give the words of these names, and the first name whose word is of no form.

    Args:
        told: An entry of the binding, which may lack any of them.
        names: Names of words that are known here.

    Returns:
        The words; and an empty text where each is of its form.
    """
    words = {name: told[name] for name in names if name in told}
    wrong = (
        name for name in names if name not in words or not _FORMS[name](told[name])
    )
    return words, next(wrong, "")


def _is_line(value: Json) -> bool:
    """Tell whether a value is a text of one line; it may be empty."""
    return isinstance(value, str) and "\n" not in value and len(value) <= LONGEST_TEXT


def _is_name(value: Json) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def _is_octets(value: Json) -> bool:
    """Tell whether a value is octets in lower-case hexadecimal digits."""
    return (
        isinstance(value, str)
        and is_hex(value)
        and value == value.lower()
        and len(value) % 2 == 0
    )


def _is_digest(value: Json) -> bool:
    return _is_octets(value) and len(str(value)) == _DIGEST_LENGTH


def _is_pin(value: Json) -> bool:
    return isinstance(value, str) and value in _PINS


def _is_path(value: Json) -> bool:
    return _is_line(value) and str(value).startswith("/")


def _is_environment(value: Json) -> bool:
    return isinstance(value, dict) and all(
        _is_line(each) for pair in value.items() for each in pair
    )


_FORMS: Final[Mapping[str, Callable[[Json], bool]]] = {
    "place": _is_line,
    "purpose": _is_line,
    "serial": _is_line,
    "label": _is_line,
    "name": _is_name,
    "module": _is_name,
    "pin": _is_pin,
    "logKeyId": _is_octets,
    "sealKeyId": _is_octets,
    "keyId": _is_octets,
    "sha256": _is_digest,
    "path": _is_path,
    "environment": _is_environment,
    "initArguments": _is_line,
}
