"""Why a name may not stand in a certificate: the cause, and what to write instead.

Whether it may is decided by the forms of ``extension``, which are strict: one name is
written in one way, so that what is read aloud, compared and searched for is the same.
Here it is only told which of their causes applies.

Source: RFC 1034, sections 3.1 and 3.5; RFC 5280, sections 4.2.1.6 and 7.2; RFC 5890,
section 2.3.2.1; RFC 6125, section 6.4.3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

_LONGEST_LABEL: Final = 63
_LONGEST_HOST: Final = 253
_LONGEST_LOCAL: Final = 64
_SHOWN: Final = 24
"""Letters of a long label that are shown."""

_LETTERS: Final = re.compile(r"[A-Za-z0-9.-]*")
_LOCAL: Final = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*")
_WEB: Final = re.compile(r"(https?)://([^/:]*)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class NameFault:
    """What is wrong with a name.

    Attributes:
        why: The cause, as the rest of a sentence that begins with the name.
        remedy: What to do, one sentence.
    """

    why: str
    remedy: str


def find_fault(text: str) -> NameFault:
    """Say why a text is no name that a certificate may hold.

    Args:
        text: It, as an order gives it: ``dns:``, ``email:`` or ``uri:`` and a name.
    """
    kind, colon, value = text.partition(":")
    find = _KINDS.get(kind) if colon else None
    if find is None:
        return NameFault(
            "does not begin with dns:, email: or uri:",
            "Write its kind before it, for example dns:shop.example.",
        )
    if not value:
        return NameFault(f"has no name after {kind}:", "Write the name after it.")
    return find(value) or _of_no_form(kind)


def find_url_fault(url: str) -> NameFault:
    """Say why a text is no URL that a certificate may hold."""
    return _uri(url)


def find_subtree_fault(text: str) -> NameFault:
    """Say why a text is no subtree of names that a CA may permit.

    Args:
        text: It, as a profile gives it: ``dns:``, ``email:`` or ``uri:`` and a host or,
            of e-mail, a mailbox.
    """
    kind, colon, value = text.partition(":")
    if not colon or kind not in _KINDS:
        return find_fault(text)
    local, _, host = value.rpartition("@")
    if local and kind == "email":
        return _email(value) or _of_no_form(kind)
    # A dot in front means what lies below, which of DNS names every host does.
    return _host_fault(value if kind == "dns" else host.removeprefix(".")) or (
        _of_no_form(kind)
    )


def _of_no_form(kind: str) -> NameFault:
    return NameFault(
        f"is of no form that a name after {kind}: may have", "Correct the name."
    )


def _host_fault(host: str) -> NameFault | None:
    """Say what is wrong with a host; None where nothing is."""
    return next((found for find in _HOST if (found := find(host))), None)


def _empty(host: str) -> NameFault | None:
    return None if host else NameFault("has no host", "Write the host.")


def _not_ascii(host: str) -> NameFault | None:
    if host.isascii():
        return None
    odd = next(each for each in host if not each.isascii())
    return NameFault(
        f"has {odd!a}, and a name has letters of ASCII alone",
        "Write each label of other letters as its A-label, which begins with xn--.",
    )


def _capital(host: str) -> NameFault | None:
    if host == host.lower():
        return None
    return NameFault(
        "has capital letters, and a name is written here in lower case",
        f"Write {host.lower()}: names of hosts are one whatever the case of their "
        "letters (RFC 5280, section 7.2).",
    )


def _wildcard(host: str) -> NameFault | None:
    if "*" not in host:
        return None
    return NameFault(
        "has a wildcard that is not the whole first label of a host",
        "Write * once, in front of the host of a DNS name, as in dns:*.shop.example.",
    )


def _odd_letter(host: str) -> NameFault | None:
    at = _LETTERS.match(host)
    odd = host[at.end() :] if at else ""
    if not odd:
        return None
    told = "an underscore" if odd[0] == "_" else repr(odd[0])
    return NameFault(
        f"has {told}, and a host has letters, digits, hyphens and dots alone",
        "Name the host itself; what begins with an underscore names a service of it."
        if odd[0] == "_"
        else "Take it out, or name another host.",
    )


def _dot(host: str) -> NameFault | None:
    where = "begins" if host.startswith(".") else "ends" if host.endswith(".") else ""
    if where:
        return NameFault(f"{where} with a dot", "Leave that dot out.")
    if ".." in host:
        return NameFault("has two dots in a row", "Leave one of the dots out.")
    return None


def _hyphen(host: str) -> NameFault | None:
    for label in host.split("."):
        if label.startswith("-") or label.endswith("-"):
            return NameFault(
                f"has a label that begins or ends with a hyphen: {_cut(label)}",
                "Name another host: no host may have such a label.",
            )
    return None


def _long(host: str) -> NameFault | None:
    for label in host.split("."):
        if len(label) > _LONGEST_LABEL:
            return NameFault(
                f"has a label of {len(label)} characters, and none has more than "
                f"{_LONGEST_LABEL}: {_cut(label)}",
                "Name another host: no host may have such a label.",
            )
    if len(host) > _LONGEST_HOST:
        return NameFault(
            f"has a host of {len(host)} characters, and none has more than "
            f"{_LONGEST_HOST}",
            "Name another host.",
        )
    return None


def _cut(label: str) -> str:
    return label if len(label) <= _SHOWN else f"{label[:_SHOWN]}..."


def _dns(value: str) -> NameFault | None:
    host = value.removeprefix("*.")
    return _host_fault(host) or _long(value)


def _email(value: str) -> NameFault | None:
    local, at, host = value.rpartition("@")
    if not at:
        return NameFault(
            "is no mailbox: it has no @", "Write a mailbox, as a@b.example."
        )
    if len(local) > _LONGEST_LOCAL:
        return NameFault(
            f"has {len(local)} characters before @, and a mailbox has at most "
            f"{_LONGEST_LOCAL}",
            "Name another mailbox.",
        )
    if not _LOCAL.fullmatch(local):
        return NameFault(
            "has before @ something else than words of letters, digits, _, + and -, "
            "with single dots between",
            "Name another mailbox.",
        )
    return _host_fault(host)


def _uri(value: str) -> NameFault:
    found = _WEB.fullmatch(value)
    if found is None:
        return NameFault(
            "does not begin with http:// or https://",
            "Write such a URL; others are not put into certificates.",
        )
    fault = _host_fault(found[2])
    return fault or NameFault(
        "has after its host something else than a port of up to five figures and a "
        "path of letters, digits and . _ ~ / % -",
        "Leave it out.",
    )


_HOST: Final[tuple[Callable[[str], NameFault | None], ...]] = (
    _empty,
    _not_ascii,
    _capital,
    _wildcard,
    _odd_letter,
    _dot,
    _hyphen,
    _long,
)
_KINDS: Final[Mapping[str, Callable[[str], NameFault | None]]] = {
    "dns": _dns,
    "email": _email,
    "uri": _uri,
}
