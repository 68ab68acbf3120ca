"""Which names a CA's name constraints let be: what the path validator lacks of it.

The validator knows no rule for IP addresses, and none for a DNS subtree that is empty
or begins with a dot, as other CAs' do. It walks the path and keeps what is permitted
and excluded; here one name is held against one subtree.

Source: RFC 5280, section 4.2.1.10.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asn1crypto import x509 as asn1

UNREAD_NAME: Final = (
    "A name in the path cannot be read: it has octets that are no letters, or a label "
    "that begins with xn-- and does not stand for letters by RFC 3490, section 4."
)

_PREPARED: Final = 256
"""How many values of names are kept as they are compared."""


def is_host_within(base: str, other: str) -> bool:
    """Tell whether a DNS name is a subtree's own, or one with more labels on its left.

    Args:
        base: A subtree; every name is within an empty one, and the name itself is not
            within one that begins with a dot, as openssl has it.
        other: A DNS name.
    """
    wanted, told = (name.lower().removesuffix(".") for name in (base, other))
    if wanted.startswith("."):
        return told.endswith(wanted) and told != wanted
    return not wanted or f".{told}".endswith(f".{wanted}")


def is_address_within(base: str, other: str) -> bool:
    """Tell whether an IP address is within a network of its own version.

    Args:
        base: A network: an address and the length of its prefix, ``192.0.2.0/24``.
        other: An address; a network is none and is within none.
    """
    if "/" in other or "/" not in base:
        return False
    return ipaddress.ip_address(other) in ipaddress.ip_network(base, strict=False)


def unkept_constraints(above: Sequence[asn1.Certificate]) -> Iterator[str]:
    """Say what the validator would read wrong, or not keep, of name constraints.

    Args:
        above: Those that have them.

    Source: RFC 5280, section 4.2.1.10: what cannot be processed is refused.
    """
    for octets in odd_networks(above):
        yield f"The network {octets.hex()} of a name constraint has no such mask."
    for kind in odd_kinds(above):
        yield f"A name constraint cannot be processed: {kind}"
    for kind in bounded_kinds(above):
        yield f"A name constraint on {kind} has a minimum or maximum."


def odd_networks(certificates: Iterable[asn1.Certificate]) -> Iterator[bytes]:
    """Give the networks in name constraints that are none: RFC 4632 knows no such mask.

    The validator would read another prefix out of one.

    Yields:
        Address and mask, 8 or 32 octets; or whatever stands there.
    """
    for certificate in certificates:
        for part in _PARTS:
            for base in _bases(certificate, part):
                if base.name == "ip_address" and not _is_network(bytes(base.chosen)):
                    yield bytes(base.chosen)


def bounded_kinds(certificates: Iterable[asn1.Certificate]) -> Iterator[str]:
    """Give the kinds of name in name constraints that have a minimum or a maximum.

    RFC 5280 has a minimum of 0 and no maximum, and says of no other what it means.
    """
    for certificate in certificates:
        for part in _PARTS:
            for subtree in _subtrees(certificate, part):
                if subtree["minimum"].native or subtree["maximum"].native is not None:
                    yield subtree["base"].name


def odd_kinds(certificates: Iterable[asn1.Certificate]) -> Iterator[str]:
    """Give the kinds of name in name constraints that the validator cannot keep."""
    for certificate in certificates:
        for part in _PARTS:
            for base in _bases(certificate, part):
                if base.name in _NOT_KEPT:
                    yield base.name


def constrained_ids(chain: Sequence[asn1.Certificate]) -> Iterator[str]:
    """Give the registered ids below a CA that constrains such: no rule says how.

    Args:
        chain: The certificate at the end, its issuer's, and so on up.
    """
    for place, certificate in enumerate(chain[1:], start=1):
        bases = (base for part in _PARTS for base in _bases(certificate, part))
        if any(base.name == _ID for base in bases):
            for below in chain[:place]:
                names = below.subject_alt_name_value or ()
                yield from (each.native for each in names if each.name == _ID)


def hosts_outside(
    end: asn1.Certificate, above: Iterable[asn1.Certificate]
) -> Iterator[str]:
    """Give the common names that look like a host and that a CA above does not let be.

    RFC 5280 holds no common name against them; openssl does, for an end entity without
    a DNS name in its subjectAltName, and refuses the path.

    Args:
        end: The certificate at the end of the path; a CA's has no such names.
        above: Those above it.
    """
    names = end.subject_alt_name_value or ()
    if end.ca or any(each.name == _DNS for each in names):
        return
    hosts = [
        pair["value"].native
        for rdn in end.subject.chosen
        for pair in rdn
        if pair["type"].native == "common_name"
        and _HOST.fullmatch(pair["value"].native)
    ]
    for certificate in above:
        permitted, excluded = (
            [each.native for each in _bases(certificate, part) if each.name == _DNS]
            for part in _PARTS
        )
        for host in hosts:
            is_permitted = any(is_host_within(each, host) for each in permitted)
            is_excluded = any(is_host_within(each, host) for each in excluded)
            if is_excluded or (permitted and not is_permitted):
                yield host


_DNS: Final = "dns_name"
_ID: Final = "registered_id"
_PARTS: Final = ("permitted_subtrees", "excluded_subtrees")
_NOT_KEPT: Final = frozenset({"other_name", "x400_address", "edi_party_name"})

_LABEL: Final = r"\w(?:[\w-]*\w)?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})+", re.ASCII)
"""What openssl takes for a host name: two labels or more."""


def _bases(certificate: asn1.Certificate, part: str) -> Iterator[asn1.GeneralName]:
    return (subtree["base"] for subtree in _subtrees(certificate, part))


def _subtrees(
    certificate: asn1.Certificate, part: str
) -> Iterable[asn1.GeneralSubtree]:
    constraints = certificate.name_constraints_value
    return () if constraints is None else constraints[part] or ()


def _is_network(octets: bytes) -> bool:
    half = len(octets) // 2
    if len(octets) not in (8, 32):
        return False
    mask = int.from_bytes(octets[half:], "big")
    unset = (1 << 8 * half) - 1 - mask
    return unset & (unset + 1) == 0


@lru_cache(maxsize=1)
def prepare_names_once() -> None:
    """Have the library keep a value of a name as it compares it.

    It prepares each value for comparison letter by letter, a fifth of a path's time,
    and certificates under one CA share most of them.

    Source: RFC 5280, section 7.1; RFC 4518, section 2.
    """
    from asn1crypto.x509 import NameTypeAndValue

    # The library has no other place for it; its own looks at nothing but the text.
    prepare = partial(NameTypeAndValue._ldap_string_prep, None)  # noqa: SLF001  see above
    kept = lru_cache(_PREPARED)(prepare)
    NameTypeAndValue._ldap_string_prep = lambda _, text: kept(text)  # noqa: SLF001  see above
