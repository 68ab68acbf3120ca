"""RFC 7512 URIs: how other tools name a token, read strictly and printed one way.

Knows the form and which token a URI means. Never knows a PIN: a URI that carries one,
or says where one is to be found, is refused, since it stands on a command line.

Invariants:
    * ``decode_uri(encode_uri(uri)) == uri``.
    * No message repeats an attribute's value or the URI: either may hold a PIN.

Source: RFC 7512, sections 2.3 (grammar), 2.4 (comparison) and 2.5 (matching).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_from_bytes, unquote_to_bytes

from ceremony.errors import InputError
from ceremony.hsm.token import TokenFacts

SCHEME: Final = "pkcs11:"

Attribute = tuple[str, bytes]
"""An attribute's name and its value, decoded: UTF-8, but for ``id``, which is any."""

TOKEN_ATTRIBUTES: Final = ("token", "serial", "manufacturer", "model")
"""What tells tokens apart, in the order in which it is printed."""

_SLOT: Final = ("slot-description",)
_OTHER: Final = (
    "object",
    "type",
    "id",
    "slot-manufacturer",
    "slot-id",
    "library-manufacturer",
    "library-description",
    "library-version",
)
_KNOWN: Final = frozenset((*TOKEN_ATTRIBUTES, *_SLOT, *_OTHER))
_PIN: Final = frozenset({"pin-value", "pin-source"})
_MODULE: Final = frozenset({"module-name", "module-path"})

# What may stand in a value without being percent-encoded (pk11-pchar, pk11-qchar).
_PATH_SAFE: Final = "-._~:[]@!$'()*+,=&"
_QUERY_SAFE: Final = "-._~:[]@!$'()*+,=/?|"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_FORMS: Final = {
    "type": re.compile(rb"public|private|cert|secret-key|data"),
    "slot-id": re.compile(rb"[0-9]+"),
    "library-version": re.compile(rb"[0-9]+(\.[0-9]+)?"),
}


def _value_pattern(safe: str) -> re.Pattern[str]:
    return re.compile(rf"(?:[A-Za-z0-9{re.escape(safe)}]|%[0-9A-Fa-f]{{2}})*")


_PATH_VALUE: Final = _value_pattern(_PATH_SAFE)
_QUERY_VALUE: Final = _value_pattern(_QUERY_SAFE)


@dataclass(frozen=True, slots=True)
class Pkcs11URI:
    """One URI, decoded.

    Attributes:
        path: The attributes before ``?``, as they stand; none twice.
        query: The attributes after it, as they stand; a vendor's may stand twice.
    """

    path: tuple[Attribute, ...] = ()
    query: tuple[Attribute, ...] = ()


def is_uri(text: str) -> bool:
    """Tell whether a text is meant as such a URI, well formed or not."""
    return text[: len(SCHEME)].lower() == SCHEME


def decode_uri(text: str) -> Pkcs11URI:
    """Read a URI.

    Args:
        text: The URI, ASCII, at most one ``?``.

    Raises:
        InputError: ``HSM-URI-01`` not of the grammar, ``HSM-URI-02`` it carries a PIN
            or says where to find one, ``HSM-URI-03`` an attribute in the path that
            the RFC does not name.
    """
    if not is_uri(text):
        raise _malformed("it does not begin with pkcs11:")
    path, _, query = text[len(SCHEME) :].partition("?")
    # A PIN is looked for first, so that a slip elsewhere never hides it.
    _refuse_pins((*path.split(";"), *query.split("&")))
    uri = Pkcs11URI(
        tuple(_decode(path, ";", _PATH_VALUE)), tuple(_decode(query, "&", _QUERY_VALUE))
    )
    _verify_path(uri.path)
    names = [name for name, _ in uri.query if name in _MODULE]
    if len(names) != len(set(names)):
        raise _malformed("an attribute stands twice after the question mark")
    return uri


def encode_uri(uri: Pkcs11URI) -> str:
    """Print a URI; what may stand as it is is never percent-encoded."""
    path = ";".join(_encode(each, _PATH_SAFE) for each in uri.path)
    query = "&".join(_encode(each, _QUERY_SAFE) for each in uri.query)
    return SCHEME + path + (f"?{query}" if query else "")


def uri_of(facts: TokenFacts) -> Pkcs11URI:
    """Give the URI of a token: label, serial, manufacturer and model, where told.

    A text that could not be told as text (``hex:``) is left out: the RFC has UTF-8.
    """
    told = (facts.label, facts.serial, facts.manufacturer, facts.model)
    return Pkcs11URI(
        tuple(
            (name, value.encode())
            for name, value in zip(TOKEN_ATTRIBUTES, told, strict=True)
            if value and not value.startswith("hex:")
        )
    )


def verify_token_uri(uri: Pkcs11URI) -> None:
    """Insist that a URI names a token, and by nothing that is not compared here.

    Raises:
        InputError: ``HSM-URI-04``: it names an object, a slot's number, a library or
            a module, or nothing.
    """
    compared = frozenset((*TOKEN_ATTRIBUTES, *_SLOT))
    other = [name for name, _ in uri.path if name not in compared]
    other += [name for name, _ in uri.query if name in _MODULE]
    if other or not uri.path:
        what = f"it has {', '.join(other)}" if other else "it has no attribute"
        raise InputError(
            "HSM-URI-04",
            f"The PKCS#11 URI does not name a token alone: {what}.",
            remedy="Name the token by serial and token (its label), as 'ceremony hsm "
            "tokens' prints it; name the module with --module.",
        )


def matches(uri: Pkcs11URI, facts: TokenFacts) -> bool:
    """Tell whether a token has every attribute that the URI gives.

    Args:
        uri: As :func:`verify_token_uri` has passed it.
        facts: What the token says about itself.
    """
    told = {
        "token": facts.label,
        "serial": facts.serial,
        "manufacturer": facts.manufacturer,
        "model": facts.model,
        "slot-description": facts.slot_description,
    }
    return all(told[name].encode() == value for name, value in uri.path)


def _decode(part: str, separator: str, pattern: re.Pattern[str]) -> Iterable[Attribute]:
    if not part:
        return
    for each in part.split(separator):
        name, equals, value = each.partition("=")
        if not equals or not _NAME.fullmatch(name):
            raise _malformed("a part of it is not name=value")
        if not pattern.fullmatch(value):
            raise _malformed(f"the value of {name} has a character to be %-encoded")
        raw = unquote_to_bytes(value)
        if name != "id" and not _is_utf8(raw):
            raise _malformed(f"the value of {name} is not UTF-8")
        form = _FORMS.get(name)
        if form is not None and not form.fullmatch(raw):
            raise _malformed(f"{name} has a value that it cannot have")
        yield name, raw


def _verify_path(path: tuple[Attribute, ...]) -> None:
    names = [name for name, _ in path]
    if len(names) != len(set(names)):
        raise _malformed("an attribute stands twice before the question mark")
    unknown = [name for name in names if name not in _KNOWN]
    if unknown:
        raise InputError(
            "HSM-URI-03",
            f"The PKCS#11 URI has the attribute {unknown[0]}, which is not known here, "
            "so that no token can be said to match it.",
            remedy="Leave the attribute out.",
        )


def _refuse_pins(parts: Iterable[str]) -> None:
    for part in parts:
        name = unquote_to_bytes(part.partition("=")[0]).strip().lower().decode("latin1")
        if name in _PIN:
            raise InputError(
                "HSM-URI-02",
                f"The PKCS#11 URI has the attribute {name}: a PIN on a command line "
                "is seen by every program and kept in the shell's history.",
                remedy="Leave it out and type the PIN when it is asked for; change a "
                "PIN that stood here.",
            )


def _encode(attribute: Attribute, safe: str) -> str:
    name, value = attribute
    # The RFC wants every byte of an id percent-encoded.
    text = (
        "".join(f"%{byte:02X}" for byte in value)
        if name == "id"
        else quote_from_bytes(value, safe=safe)
    )
    return f"{name}={text}"


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _malformed(what: str) -> InputError:
    return InputError(
        "HSM-URI-01",
        f"This is no PKCS#11 URI: {what}.",
        remedy="Copy the URI as 'ceremony hsm tokens' prints it, in quotes.",
    )
