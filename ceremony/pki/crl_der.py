"""A revocation list taken apart to its DER, by another library than builds it.

Nothing is judged here; see ``der`` for certificates.
"""

from __future__ import annotations

from dataclasses import dataclass

from asn1crypto import core
from asn1crypto import crl as asn1

from ceremony.errors import InputError
from ceremony.pki.der import RawExtension, RawTime, read_extensions, read_time


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry of a list.

    Attributes:
        serial: The certificate's serial number.
        revoked_at: From when on it is revoked.
        extensions: In the entry's order; none where the field is absent.
    """

    serial: int
    revoked_at: RawTime
    extensions: tuple[RawExtension, ...]


@dataclass(frozen=True, slots=True)
class RawCrl:
    """A revocation list by its encoding.

    Attributes:
        version: 1 or 2; 1 where the field is absent.
        inner_signature: The AlgorithmIdentifier in the to-be-signed bytes: DER.
        outer_signature: The AlgorithmIdentifier beside the signature: DER.
        issuer: The issuer's name: DER.
        this_update: From when on it holds.
        next_update: When the next one is due; None where the field is absent.
        has_entries: Whether the list of entries is there, empty or not.
        entries: What is revoked, in order.
        extensions: In the list's order; none where the field is absent.
    """

    version: int
    inner_signature: bytes
    outer_signature: bytes
    issuer: bytes
    this_update: RawTime
    next_update: RawTime | None
    has_entries: bool
    entries: tuple[RawEntry, ...]
    extensions: tuple[RawExtension, ...]


def decode_raw_crl(der: bytes) -> RawCrl:
    """Take a revocation list apart.

    Args:
        der: A CertificateList: DER.

    Raises:
        InputError: ``PKI-LIST-07``: it cannot be taken apart.
    """
    try:
        return _take_apart(asn1.CertificateList.load(der, strict=True))
    except (ValueError, TypeError, KeyError) as error:
        raise unreadable_crl() from error


def unreadable_crl() -> InputError:
    """Make the error for a revocation list that cannot be taken apart."""
    return InputError(
        "PKI-LIST-07",
        "The revocation list cannot be taken apart: a field of it is malformed.",
        remedy="Give a revocation list in DER whose every field can be read.",
    )


def encode_signed_crl(tbs: bytes, signature: bytes) -> bytes:
    """Put a signature beside what it signs.

    Args:
        tbs: A TBSCertList: DER. The signature's algorithm is the one that it names.
        signature: The signature's value.

    Returns:
        A CertificateList: DER.

    Source:
        RFC 5280, section 5.1.
    """
    inner = asn1.TbsCertList.load(tbs, strict=True)
    return bytes(
        asn1.CertificateList(
            {
                "tbs_cert_list": inner,
                "signature_algorithm": inner["signature"],
                "signature": signature,
            }
        ).dump()
    )


def _take_apart(crl: asn1.CertificateList) -> RawCrl:
    tbs = crl["tbs_cert_list"]
    entries, following = tbs["revoked_certificates"], tbs["next_update"]
    listed = () if isinstance(entries, core.Void) else entries
    return RawCrl(
        version=1 if isinstance(tbs["version"], core.Void) else int(tbs["version"]) + 1,
        inner_signature=tbs["signature"].dump(),
        outer_signature=crl["signature_algorithm"].dump(),
        issuer=tbs["issuer"].dump(),
        this_update=read_time(tbs["this_update"]),
        next_update=None if isinstance(following, core.Void) else read_time(following),
        has_entries=not isinstance(entries, core.Void),
        entries=tuple(
            RawEntry(
                entry["user_certificate"].native,
                read_time(entry["revocation_date"]),
                tuple(read_extensions(entry["crl_entry_extensions"])),
            )
            for entry in listed
        ),
        extensions=tuple(read_extensions(tbs["crl_extensions"])),
    )
