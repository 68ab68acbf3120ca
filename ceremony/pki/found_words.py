"""What a lint rule has found, in words: extensions, algorithms and names.

A rule compares octets. People compare what the octets say, and have the octets
themselves at hand with ``ceremony pki inspect``.

Invariants:
    * Two encodings that differ are never told in the same words: where they would be,
      or where there are no words for the whole of one, octets are told.
    * What is long is cut, and told with its length.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography import x509

from ceremony.errors import InputError
from ceremony.pki.der import RawExtension
from ceremony.pki.der_extension import read_oid
from ceremony.pki.der_name import decode_name
from ceremony.pki.describe_extension import describe_extension
from ceremony.pki.extension_value import read_alone
from ceremony.pki.field_fault import FIELD_FAULTS
from ceremony.pki.key_form import signature_of
from ceremony.pki.oid_name import name_oid, short_name
from ceremony.pki.plain_text import cut_hex, hex_lines, quoted


def found_words(oid: str, found: str) -> str:
    """Say in words what a rule has found of an extension.

    Args:
        oid: The extension's.
        found: ``absent``, or criticality and DER in hexadecimal of each, set off by
            ``, ``.
    """
    return ", ".join(_in_words(oid, each) for each in found.split(", "))


def extension_differs(oid: str, found: str, wanted: str) -> str:
    """Say what is found of an extension and what is wanted; empty where that is one.

    Args:
        oid: The extension's.
        found: As :func:`found_words` has it.
        wanted: The same.
    """
    if found == wanted:
        return ""
    told, meant = found_words(oid, found), found_words(oid, wanted)
    return _it_is(found, wanted) if told == meant else _it_is(told, meant)


def algorithm_words(identifier: bytes) -> str:
    """Name a signature algorithm by its AlgorithmIdentifier in DER.

    One with an OID that is known and other parameters is told by its octets too.
    """
    known = signature_of(identifier)
    if known is not None:
        return known.called
    oid = read_oid(identifier[2:])
    told = cut_hex(identifier)
    return f"{name_oid(oid)} in the form {told}" if oid else told


def algorithms_words(inner: bytes, outer: bytes) -> str:
    """Name both signature algorithms of a certificate or list: DER each."""
    if inner == outer:
        return f"both are {algorithm_words(inner)}"
    return f"they are {algorithm_words(inner)} and {algorithm_words(outer)}"


def name_differs_words(found: bytes, wanted: bytes) -> str:
    """Say which name is found and which is wanted; empty where they are one.

    Args:
        found: A name: DER.
        wanted: The same.
    """
    if found == wanted:
        return ""
    told, meant = _name_words(found), _name_words(wanted)
    is_told = told and meant and told != meant
    return _it_is(told, meant) if is_told else _it_is(found.hex(), wanted.hex())


def _it_is(found: str, wanted: str) -> str:
    return f"it is {found}, not {wanted}"


def _name_words(der: bytes) -> str:
    try:
        attributes = decode_name(der)
    except InputError:
        return ""
    parts = [f"{short_name(each.oid)}={quoted(each.value)}" for each in attributes]
    return ", ".join(parts) or "(empty)"


def _in_words(oid: str, found: str) -> str:
    critical, _, octets = found.partition(" ")
    if not octets:
        return found
    der = bytes.fromhex(octets)
    return f"{critical} {_value_words(oid, der) or cut_hex(der)}"


@lru_cache(maxsize=256)
def _value_words(oid: str, der: bytes) -> str:
    """Say an extension's value in words; empty where there are none for all of it."""
    try:
        value = read_alone(RawExtension(oid, critical=False, value=der))
        is_whole = value.public_bytes() == der
        lines = [line.strip() for line in describe_extension(value, der)]
    except FIELD_FAULTS:
        return ""
    match value:
        case x509.SubjectKeyIdentifier():
            told = value.digest.hex()
        case x509.AuthorityKeyIdentifier(authority_cert_issuer=None):
            told = f"key identifier {(value.key_identifier or b'').hex()}"
        case _:
            is_hex = lines == [line.strip() for line in hex_lines(der)]
            told = "" if is_hex else ", ".join(lines)
    return told if is_whole else ""
