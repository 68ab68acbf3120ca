"""A revocation list in full, as lines of text for the pages and the terminal.

The words are this tool's; the values are those that ``openssl crl -text`` shows, so
that a reader can hold the two side by side.

Invariants:
    * The lines are those of ``plain_text``: no value can forge one.
    * Nothing is left out: what has no words of its own is given in hexadecimal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.hexadecimal import serial_text
from ceremony.pki.crl import crl_fingerprint
from ceremony.pki.crl_der import RawCrl, RawEntry, decode_raw_crl, unreadable_crl
from ceremony.pki.crl_order import reason_of
from ceremony.pki.describe_extension import describe_extensions
from ceremony.pki.describe_key import describe_parameters
from ceremony.pki.field_fault import FIELD_FAULTS
from ceremony.pki.issuer_name import describe_issuer
from ceremony.pki.oid_name import name_oid
from ceremony.pki.plain_text import INDENT, hex_lines, plain_lines, time_text

_REASON: Final = "2.5.29.21"


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
        return plain_lines(_describe_crl(crl, raw))
    except FIELD_FAULTS as error:
        raise unreadable_crl() from error


def _describe_crl(crl: x509.CertificateRevocationList, raw: RawCrl) -> Iterator[str]:
    yield "Certificate revocation list"
    yield f"Version: {raw.version}"
    algorithm = name_oid(crl.signature_algorithm_oid.dotted_string)
    yield f"Signature algorithm: {algorithm}"
    yield from describe_parameters(crl, raw.outer_signature)
    yield f"Issuer: {describe_issuer(crl)}"
    yield f"This update: {time_text(raw.this_update.moment)}"
    following = raw.next_update
    yield f"Next update: {time_text(following.moment) if following else 'not told'}"
    yield from describe_extensions("Extension", lambda: crl.extensions, raw.extensions)
    yield f"Revoked certificates: {len(raw.entries) or 'none'}"
    for entry, told in zip(raw.entries, crl, strict=True):
        yield from (f"{INDENT}{line}" for line in _describe_entry(entry, told))
    yield f"Signature ({algorithm}):"
    yield from hex_lines(crl.signature)
    yield "SHA-256 of the revocation list (DER):"
    yield from hex_lines(bytes.fromhex(crl_fingerprint(crl)))


def _describe_entry(entry: RawEntry, told: x509.RevokedCertificate) -> Iterator[str]:
    yield f"serial number {serial_text(entry.serial)},"
    yield f"from {time_text(entry.revoked_at.moment)}: {_reason(told)}"
    if any(each.critical or each.oid != _REASON for each in entry.extensions):
        yield from describe_extensions(
            "Entry extension", lambda: told.extensions, entry.extensions
        )


def _reason(told: x509.RevokedCertificate) -> str:
    """Give the reason; ``removeFromCRL``, which is a delta's, as RFC 5280 has it."""
    try:
        return reason_of(told)
    except ValueError:
        found = told.extensions.get_extension_for_class(x509.CRLReason)
        return found.value.reason.value
    except x509.UnsupportedGeneralNameType:
        # Whose certificate it is stands in a form that hides the reason beside it.
        return "its reason is one of the extensions below"
