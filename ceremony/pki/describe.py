"""A certificate or a revocation list in full, as lines for the evidence's pages.

The words are this tool's; the values are those that ``openssl x509 -text`` and
``openssl crl -text`` show, so that a reader can hold the two side by side.

Invariants:
    * Printable ASCII only, and no line is longer than 76 characters, so that a page in
      a fixed-width font holds it unbroken and no value can forge a line.
    * Nothing in the certificate is left out: an extension that has no words of its own
      is given in hexadecimal.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.certificate import fingerprint
from ceremony.pki.crl import crl_fingerprint
from ceremony.pki.crl_der import RawCrl, decode_raw_crl, unreadable_crl
from ceremony.pki.crl_order import reason_of
from ceremony.pki.der import RawCertificate, decode_raw, unreadable
from ceremony.pki.fact import KeyUse

WIDTH: Final = 76
_INDENT: Final = "    "
_OCTETS_A_LINE: Final = 16

_EC_KEY: Final = "1.2.840.10045.2.1"
_OID_NAMES: Final = {
    _EC_KEY: "id-ecPublicKey",
    "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
    "1.3.101.112": "Ed25519",
    "2.5.4.3": "CN",
    "2.5.4.11": "OU",
    "2.5.29.14": "subjectKeyIdentifier",
    "2.5.29.15": "keyUsage",
    "2.5.29.19": "basicConstraints",
    "2.5.29.20": "cRLNumber",
    "2.5.29.28": "issuingDistributionPoint",
    "2.5.29.32": "certificatePolicies",
    "2.5.29.32.0": "anyPolicy",
    "2.5.29.35": "authorityKeyIdentifier",
}


def describe_certificate(certificate: x509.Certificate) -> tuple[str, ...]:
    """Give a certificate in full.

    Args:
        certificate: A certificate, whatever its profile.

    Returns:
        Lines of printable ASCII, each at most 76 characters, without line feeds.

    Raises:
        InputError: ``PKI-CERT-02``: a field cannot be read.
    """
    raw = decode_raw(certificate.public_bytes(Encoding.DER))
    try:
        texts = list(_describe(certificate, raw))
    except (ValueError, x509.DuplicateExtension) as error:
        raise unreadable() from error
    return tuple(line for text in texts for line in _fold(_printable(text)))


def describe_crl(crl: x509.CertificateRevocationList) -> tuple[str, ...]:
    """Give a revocation list in full.

    Args:
        crl: A revocation list, whatever its profile.

    Returns:
        Lines of printable ASCII, each at most 76 characters, without line feeds.

    Raises:
        InputError: ``PKI-LIST-07``: a field cannot be read.
    """
    raw = decode_raw_crl(crl.public_bytes(Encoding.DER))
    try:
        texts = list(_describe_crl(crl, raw))
    except (ValueError, x509.DuplicateExtension) as error:
        raise unreadable_crl() from error
    return tuple(line for text in texts for line in _fold(_printable(text)))


def _describe_crl(crl: x509.CertificateRevocationList, raw: RawCrl) -> Iterator[str]:
    yield "Certificate revocation list"
    yield f"Version: {raw.version}"
    algorithm = _named(crl.signature_algorithm_oid.dotted_string)
    yield f"Signature algorithm: {algorithm}"
    yield f"Issuer: {_name(crl.issuer)}"
    yield f"This update: {_time(raw.this_update.moment)}"
    following = raw.next_update
    yield f"Next update: {_time(following.moment) if following else 'not told'}"
    for position, extension in enumerate(raw.extensions):
        critical = "critical" if extension.critical else "not critical"
        yield f"Extension {_named(extension.oid)}, {critical}:"
        yield from _describe_extension(crl.extensions, position)
    yield f"Revoked certificates: {len(raw.entries) or 'none'}"
    for entry, told in zip(raw.entries, crl, strict=True):
        yield f"{_INDENT}serial number {entry.serial:x},"
        yield f"{_INDENT}from {_time(entry.revoked_at.moment)}: {reason_of(told)}"
    yield f"Signature ({algorithm}):"
    yield from _hex_lines(crl.signature)
    yield "SHA-256 of the revocation list (DER):"
    yield from _hex_lines(bytes.fromhex(crl_fingerprint(crl)))


def _describe(certificate: x509.Certificate, raw: RawCertificate) -> Iterator[str]:
    yield "Certificate"
    yield f"Version: {raw.version}"
    yield "Serial number:"
    octets = raw.serial.to_bytes(raw.serial_octets, "big", signed=True)
    yield from _hex_lines(octets)
    algorithm = _named(certificate.signature_algorithm_oid.dotted_string)
    yield f"Signature algorithm: {algorithm}"
    yield f"Issuer: {_name(certificate.issuer)}"
    yield f"Valid from:  {_time(certificate.not_valid_before_utc)}"
    yield f"Valid until: {_time(certificate.not_valid_after_utc)}"
    yield f"Subject: {_name(certificate.subject)}"
    yield from _describe_key(certificate, raw)
    for position, extension in enumerate(raw.extensions):
        critical = "critical" if extension.critical else "not critical"
        yield f"Extension {_named(extension.oid)}, {critical}:"
        yield from _describe_extension(certificate.extensions, position)
    yield f"Signature ({algorithm}):"
    yield from _hex_lines(certificate.signature)
    yield "SHA-256 of the certificate (DER):"
    yield from _hex_lines(bytes.fromhex(fingerprint(certificate)))


def _describe_key(certificate: x509.Certificate, raw: RawCertificate) -> Iterator[str]:
    kind = _named(raw.key_oid)
    if raw.key_oid == _EC_KEY:
        key = certificate.public_key()
        if isinstance(key, ec.EllipticCurvePublicKey):
            kind = f"{kind}, curve {key.curve.name}, {key.key_size} bits"
    yield f"Public key: {kind}"
    yield from _hex_lines(raw.key_bits)
    yield "SHA-256 of the public key (SubjectPublicKeyInfo, DER):"
    yield from _hex_lines(hashlib.sha256(raw.spki).digest())


def _describe_extension(extensions: x509.Extensions, position: int) -> Iterator[str]:
    value = list(extensions)[position].value
    match value:
        case x509.KeyUsage():
            yield f"{_INDENT}{', '.join(_usages(value)) or 'none'}"
        case x509.BasicConstraints():
            limit = "not limited" if value.path_length is None else value.path_length
            yield f"{_INDENT}CA: {'yes' if value.ca else 'no'}"
            if value.ca:
                yield f"{_INDENT}CA certificates that may follow below: {limit}"
        case x509.SubjectKeyIdentifier():
            yield from _hex_lines(value.digest)
        case x509.CRLNumber():
            yield f"{_INDENT}{value.crl_number}"
        case _:
            yield from _describe_other(value)


def _describe_other(value: x509.ExtensionType) -> Iterator[str]:
    if isinstance(value, x509.CertificatePolicies) and not any(
        policy.policy_qualifiers for policy in value
    ):
        for policy in value:
            yield f"{_INDENT}{_named(policy.policy_identifier.dotted_string)}"
    elif (
        isinstance(value, x509.AuthorityKeyIdentifier)
        and value.key_identifier is not None
        and value.authority_cert_issuer is None
    ):
        yield f"{_INDENT}key identifier:"
        yield from _hex_lines(value.key_identifier)
    else:
        yield from _hex_lines(value.public_bytes())


def _usages(usage: x509.KeyUsage) -> Iterator[str]:
    named = {
        KeyUse.DIGITAL_SIGNATURE: usage.digital_signature,
        KeyUse.NON_REPUDIATION: usage.content_commitment,
        "key-encipherment": usage.key_encipherment,
        "data-encipherment": usage.data_encipherment,
        KeyUse.KEY_AGREEMENT: usage.key_agreement,
        KeyUse.KEY_CERT_SIGN: usage.key_cert_sign,
        KeyUse.CRL_SIGN: usage.crl_sign,
        "encipher-only": usage.key_agreement and usage.encipher_only,
        "decipher-only": usage.key_agreement and usage.decipher_only,
    }
    return (str(name) for name, is_set in named.items() if is_set)


def _named(oid: str) -> str:
    name = _OID_NAMES.get(oid)
    return oid if name is None else f"{name} ({oid})"


def _name(name: x509.Name) -> str:
    # In the certificate's order: RFC 4514 would turn it round.
    parts = []
    for attribute in name:
        oid = attribute.oid.dotted_string
        text = attribute.value
        shown = text if isinstance(text, str) else text.hex()
        parts.append(f"{_OID_NAMES.get(oid, oid)}={_quoted(shown)}")
    return ", ".join(parts) or "(empty)"


def _quoted(text: str) -> str:
    """Quote a value that could be taken for another part of the name."""
    if not any(letter in text for letter in ',="\\'):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _hex_lines(octets: bytes) -> Iterator[str]:
    for at in range(0, len(octets), _OCTETS_A_LINE):
        yield f"{_INDENT}{octets[at : at + _OCTETS_A_LINE].hex(':')}"


def _printable(text: str) -> str:
    return "".join(
        letter
        if letter.isascii() and letter.isprintable()
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def _fold(text: str) -> list[str]:
    indent = _INDENT if text.startswith(_INDENT) else ""
    return textwrap.wrap(
        text[len(indent) :],
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + _INDENT,
        drop_whitespace=False,
        break_on_hyphens=False,
    )
