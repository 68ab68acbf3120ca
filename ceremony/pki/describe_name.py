"""Names in words: distinguished names in the certificate's order, and general names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cryptography import x509

from ceremony.pki.der import read_hardware_module_name
from ceremony.pki.extension import HARDWARE_MODULE_NAME
from ceremony.pki.oid_name import UNIQUE_IDENTIFIER, name_oid, short_name
from ceremony.pki.plain_text import quoted

_WHOLE_OCTETS: Final = b"\0"
_KINDS: Final[Mapping[type[x509.GeneralName], str]] = {
    x509.DNSName: "DNS",
    x509.RFC822Name: "email",
    x509.UniformResourceIdentifier: "URI",
    x509.IPAddress: "IP address",
}


def describe_name(name: x509.Name) -> str:
    """Write a distinguished name, e.g. ``OU=07, CN=Z1``.

    Attributes that share a relative name are set off by ``+``. A value of bits is
    written in hexadecimal with the number of its bits.
    """
    # In the certificate's order: RFC 4514 would turn it round.
    told = (" + ".join(map(_attribute, rdn)) for rdn in name.rdns)
    return ", ".join(told) or "(empty)"


def describe_general_name(name: x509.GeneralName) -> str:
    """Write a general name with its kind in front of it."""
    match name:
        case x509.OtherName():
            return _other_name(name)
        case x509.DirectoryName():
            return f"directory name: {describe_name(name.value)}"
        case x509.RegisteredID():
            return f"registered ID: {name.value.dotted_string}"
        case _:
            # What is left are texts, and addresses that are told by one.
            return f"{_KINDS[type(name)]}: {quoted(str(name.value))}"


def _attribute(attribute: x509.NameAttribute[str | bytes]) -> str:
    oid, value = attribute.oid.dotted_string, attribute.value
    if isinstance(value, str):
        return f"{short_name(oid)}={quoted(value)}"
    if oid == UNIQUE_IDENTIFIER and value[:1] == _WHOLE_OCTETS:
        return f"{short_name(oid)}={value[1:].hex()} ({8 * (len(value) - 1)} bits)"
    return f"{short_name(oid)}={value.hex()}"


def _other_name(name: x509.OtherName) -> str:
    oid = name.type_id.dotted_string
    module = read_hardware_module_name(name.value)
    if oid == HARDWARE_MODULE_NAME and module is not None:
        kind, serial = module
        return f"hardware module name: type {kind}, serial {serial.hex()}"
    return f"other name {name_oid(oid)}: {name.value.hex()}"
