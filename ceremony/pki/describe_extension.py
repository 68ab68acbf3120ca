"""Extensions in words, each value on a line of its own.

Invariants:
    * Nothing is left out: what the words of a kind cannot say whole is given in
      hexadecimal instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from cryptography import x509

from ceremony.pki.der import RawExtension, encode_apex_key, read_apex_key
from ceremony.pki.der_extension import (
    DIRECTORY_ATTRIBUTES,
    POLICY_MAPPINGS,
    read_directory_attributes,
    read_policy_mappings,
)
from ceremony.pki.describe_entry import (
    describe_certificate_issuer,
    describe_invalidity,
    describe_reason,
)
from ceremony.pki.describe_name import describe_general_name
from ceremony.pki.describe_point import describe_issuing_point, describe_points
from ceremony.pki.describe_policy import (
    describe_inhibit_any_policy,
    describe_policies,
    describe_policy_constraints,
)
from ceremony.pki.extension import APEX_KEY
from ceremony.pki.extension_value import extension_values
from ceremony.pki.fact import KeyUse
from ceremony.pki.oid_name import name_oid
from ceremony.pki.plain_text import INDENT, hex_lines, number_text, quoted


def describe_extensions(
    what: str, read: Callable[[], x509.Extensions], raw: tuple[RawExtension, ...]
) -> Iterator[str]:
    """Give the lines of several extensions, each under its name and criticality.

    Args:
        what: What they are called, e.g. ``Extension``.
        read: Gives their values, read by one library, or raises.
        raw: Their encodings, read by the other, in the same order.

    Raises:
        ValueError: One is malformed.
        DuplicateExtension: One stands twice.
    """
    for encoded, value in zip(raw, extension_values(read, raw), strict=True):
        critical = "critical" if encoded.critical else "not critical"
        yield f"{what} {name_oid(encoded.oid)}, {critical}:"
        yield from describe_extension(value, encoded.value)


def describe_extension(value: x509.ExtensionType, der: bytes) -> Iterator[str]:
    """Give the lines of an extension's value, indented.

    Args:
        value: What it says.
        der: Its encoding, for what has no words.
    """
    match value:
        case x509.SubjectKeyIdentifier():
            yield from hex_lines(value.digest)
        case x509.UnrecognizedExtension() if value.oid.dotted_string == APEX_KEY:
            yield from _apex_key(der)
        case x509.AuthorityKeyIdentifier() if value.public_bytes() == der:
            yield from _authority(value) or hex_lines(der)
        case _:
            told = list(_told(value))
            if told and _is_whole(value, der):
                yield from (f"{INDENT}{line}" for line in told)
            else:
                yield from hex_lines(der)


def _authority(value: x509.AuthorityKeyIdentifier) -> list[str]:
    """Give the lines, indented, of which key of which certificate has signed."""
    lines: list[str] = []
    if value.key_identifier is not None:
        lines += [f"{INDENT}key identifier:", *hex_lines(value.key_identifier)]
    for name in value.authority_cert_issuer or ():
        lines.append(
            f"{INDENT}issuer of its certificate, {describe_general_name(name)}"
        )
    serial = value.authority_cert_serial_number
    if serial is not None:
        octets = serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True)
        lines += [f"{INDENT}serial number of its certificate:", *hex_lines(octets)]
    return lines


def _told(value: x509.ExtensionType) -> Iterable[str]:
    """Say a value in words; nothing where there are none for the whole of it."""
    if isinstance(value, x509.UnrecognizedExtension):
        say = _BARE.get(value.oid.dotted_string)
        return say(value.value) if say is not None else ()
    for kind, say in _WORDS:
        if isinstance(value, kind):
            return say(value)
    return ()


def _is_whole(value: x509.ExtensionType, der: bytes) -> bool:
    """Tell whether the library read all that a value says.

    It passes over the bits of reasons that it does not know, which openssl shows.
    """
    return not isinstance(value, _RETOLD) or value.public_bytes() == der


def _usage(value: x509.KeyUsage) -> list[str]:
    return [", ".join(_usages(value)) or "none"]


def _purposes(value: x509.ExtendedKeyUsage) -> list[str]:
    return [name_oid(purpose.dotted_string) for purpose in value]


def _names(
    value: x509.SubjectAlternativeName | x509.IssuerAlternativeName,
) -> list[str]:
    return [describe_general_name(name) for name in value]


def _number(value: x509.CRLNumber) -> list[str]:
    return [number_text(value.crl_number)]


def _no_check(_: x509.OCSPNoCheck) -> list[str]:
    return ["the certificate itself is not to be checked for revocation"]


def _constraints(value: x509.BasicConstraints) -> Iterator[str]:
    yield f"CA: {'yes' if value.ca else 'no'}"
    if value.ca:
        limit = "not limited" if value.path_length is None else value.path_length
        yield f"CA certificates that may follow below: {limit}"


def _subtrees(value: x509.NameConstraints) -> Iterator[str]:
    for name in value.permitted_subtrees or ():
        yield f"permitted {describe_general_name(name)}"
    for name in value.excluded_subtrees or ():
        yield f"excluded {describe_general_name(name)}"


def _base_number(value: x509.DeltaCRLIndicator) -> list[str]:
    number = number_text(value.crl_number)
    return [f"what has changed since the list of number {number}"]


def _mappings(der: bytes) -> list[str]:
    return [
        f"the issuer's {name_oid(issuer)} is the subject's {name_oid(subject)}"
        for issuer, subject in read_policy_mappings(der)
    ]


def _attributes(der: bytes) -> Iterator[str]:
    for oid, values in read_directory_attributes(der):
        for value in values:
            told = quoted(value) if isinstance(value, str) else value.hex(":")
            yield f"{name_oid(oid)}: {told}"


def _access(
    value: x509.AuthorityInformationAccess | x509.SubjectInformationAccess,
) -> Iterator[str]:
    for access in value:
        method = name_oid(access.access_method.dotted_string)
        yield f"{method}, {describe_general_name(access.access_location)}"


def _apex_key(der: bytes) -> Iterator[str]:
    key = read_apex_key(der)
    # Parameters of the algorithm have no words here, and would be left out.
    if key is None or encode_apex_key(*key) != der:
        yield from hex_lines(der)
        return
    algorithm, wrapped = key
    yield f"{INDENT}wrapped by the algorithm {algorithm}"
    yield f"{INDENT}wrapped key, {len(wrapped)} octets:"
    yield from hex_lines(wrapped)


def _usages(usage: x509.KeyUsage) -> Iterator[str]:
    named = {
        KeyUse.DIGITAL_SIGNATURE: usage.digital_signature,
        KeyUse.NON_REPUDIATION: usage.content_commitment,
        KeyUse.KEY_ENCIPHERMENT: usage.key_encipherment,
        "data-encipherment": usage.data_encipherment,
        KeyUse.KEY_AGREEMENT: usage.key_agreement,
        KeyUse.KEY_CERT_SIGN: usage.key_cert_sign,
        KeyUse.CRL_SIGN: usage.crl_sign,
        "encipher-only": usage.key_agreement and usage.encipher_only,
        "decipher-only": usage.key_agreement and usage.decipher_only,
    }
    return (str(name) for name, is_set in named.items() if is_set)


_RETOLD: Final = (
    x509.CRLDistributionPoints,
    x509.FreshestCRL,
    x509.IssuingDistributionPoint,
    x509.InvalidityDate,
)
_BARE: Final[Mapping[str, Callable[[bytes], Iterable[str]]]] = {
    POLICY_MAPPINGS: _mappings,
    DIRECTORY_ATTRIBUTES: _attributes,
}
"""By OID, words for what the library leaves as it is."""
_WORDS: Final[tuple[tuple[type[Any], Callable[[Any], Iterable[str]]], ...]] = (
    (x509.KeyUsage, _usage),
    (x509.CRLNumber, _number),
    (x509.BasicConstraints, _constraints),
    (x509.ExtendedKeyUsage, _purposes),
    (x509.SubjectAlternativeName, _names),
    (x509.IssuerAlternativeName, _names),
    (x509.NameConstraints, _subtrees),
    (x509.CRLDistributionPoints, describe_points),
    (x509.FreshestCRL, describe_points),
    (x509.IssuingDistributionPoint, describe_issuing_point),
    (x509.DeltaCRLIndicator, _base_number),
    (x509.AuthorityInformationAccess, _access),
    (x509.SubjectInformationAccess, _access),
    (x509.OCSPNoCheck, _no_check),
    (x509.CertificatePolicies, describe_policies),
    (x509.PolicyConstraints, describe_policy_constraints),
    (x509.InhibitAnyPolicy, describe_inhibit_any_policy),
    (x509.CRLReason, describe_reason),
    (x509.InvalidityDate, describe_invalidity),
    (x509.CertificateIssuer, describe_certificate_issuer),
)
