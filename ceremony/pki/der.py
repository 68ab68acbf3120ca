"""A certificate taken apart to its DER, for rules that look at the encoding itself.

The library that builds certificates reads them into values and hides how they were
encoded; what a device sees is the encoding. Nothing is judged here.

Invariants:
    * Only this module and those named ``der_`` or ``_der`` know the ASN.1 library.
    * A second library reads what the first one wrote, so that one library's fault
      cannot hide itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import algos, core, keys
from asn1crypto import x509 as asn1

from ceremony.errors import InputError

# RFC 5280, section 4.1.2.5.1: the years 50 to 99 of a UTCTime are 1950 to 1999.
_FIRST_YEAR_OF_1900S = "50"
_KINDS = {"OctetBitString": "BitString", "NotReallyTeletexString": "TeletexString"}


@dataclass(frozen=True, slots=True)
class RawAttribute:
    """One attribute of a name.

    Attributes:
        rdn: Index of its relative distinguished name, from 0.
        oid: The attribute's type, dotted.
        kind: The ASN.1 string type, e.g. ``PrintableString``.
        value: The text, or whole octets of bits in hexadecimal; empty where it is
            neither.
    """

    rdn: int
    oid: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class RawTime:
    """One end of the validity.

    Attributes:
        kind: ``UTCTime`` or ``GeneralizedTime``.
        text: The characters in the certificate, e.g. ``151029000000Z``.
        moment: The moment that they mean, UTC.
    """

    kind: str
    text: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class RawExtension:
    """One extension: its OID, dotted, whether it is critical, its value in DER."""

    oid: str
    critical: bool
    value: bytes


@dataclass(frozen=True, slots=True)
class RawCertificate:
    """A certificate by its encoding.

    Attributes:
        version: 1 to 3.
        serial: The serial number.
        serial_octets: How many octets it takes in DER.
        inner_signature: The AlgorithmIdentifier in the to-be-signed bytes: DER.
        outer_signature: The AlgorithmIdentifier beside the signature: DER.
        issuer: The issuer's name: DER.
        subject: The subject's name: DER.
        subject_attributes: The subject's attributes, in order.
        not_before: The first moment of the validity.
        not_after: The last moment of the validity.
        spki: The SubjectPublicKeyInfo: DER.
        key_oid: The key's algorithm, dotted.
        key_parameters: The algorithm's parameters: DER, empty where absent.
        key_bits: The key's bits, without the octet that counts unused bits.
        unique_ids: The issuer's and the subject's unique identifier: the octet that
            counts unused bits, and the bits; empty where absent.
        extensions: In the certificate's order; none where the field is absent.
    """

    version: int
    serial: int
    serial_octets: int
    inner_signature: bytes
    outer_signature: bytes
    issuer: bytes
    subject: bytes
    subject_attributes: tuple[RawAttribute, ...]
    not_before: RawTime
    not_after: RawTime
    spki: bytes
    key_oid: str
    key_parameters: bytes
    key_bits: bytes
    unique_ids: tuple[bytes, bytes]
    extensions: tuple[RawExtension, ...]


def decode_raw(der: bytes) -> RawCertificate:
    """Take a certificate apart.

    Args:
        der: A certificate: DER.

    Raises:
        InputError: ``PKI-CERT-02``: it cannot be taken apart.
    """
    try:
        return _take_apart(asn1.Certificate.load(der, strict=True))
    except (ValueError, TypeError, KeyError) as error:
        raise unreadable() from error


def unreadable() -> InputError:
    """Make the error for a certificate that cannot be taken apart."""
    return InputError(
        "PKI-CERT-02",
        "The certificate cannot be taken apart: a field of it is malformed.",
        remedy="Give a certificate in DER whose every field can be read.",
    )


def _take_apart(certificate: asn1.Certificate) -> RawCertificate:
    tbs = certificate["tbs_certificate"]
    spki = tbs["subject_public_key_info"]
    return RawCertificate(
        version=int(tbs["version"]) + 1,
        serial=tbs["serial_number"].native,
        serial_octets=len(tbs["serial_number"].contents),
        inner_signature=tbs["signature"].dump(),
        outer_signature=certificate["signature_algorithm"].dump(),
        issuer=tbs["issuer"].dump(),
        subject=tbs["subject"].dump(),
        subject_attributes=tuple(read_name(tbs["subject"])),
        not_before=read_time(tbs["validity"]["not_before"]),
        not_after=read_time(tbs["validity"]["not_after"]),
        spki=spki.dump(),
        key_oid=spki["algorithm"]["algorithm"].dotted,
        key_parameters=spki["algorithm"]["parameters"].dump(),
        key_bits=_bits_of(spki),
        unique_ids=(
            _bits(tbs["issuer_unique_id"]),
            _bits(tbs["subject_unique_id"]),
        ),
        extensions=tuple(read_extensions(tbs["extensions"])),
    )


def key_bits(spki: bytes) -> bytes:
    """Give a key's bits, without the octet that counts unused bits.

    Args:
        spki: A SubjectPublicKeyInfo: DER.

    Returns:
        For a P-256 key the point, 65 bytes; for Ed25519 the key, 32 bytes.
    """
    return _bits_of(keys.PublicKeyInfo.load(spki, strict=True))


@dataclass(frozen=True, slots=True)
class RawKey:
    """A public key by its encoding.

    Attributes:
        oid: Its algorithm, dotted.
        parameters: The algorithm's parameters: DER, empty where absent.
        bits: The key's bits, without the octet that counts unused bits.
    """

    oid: str
    parameters: bytes
    bits: bytes


def read_key(spki: bytes) -> RawKey:
    """Take a SubjectPublicKeyInfo in DER apart."""
    key = keys.PublicKeyInfo.load(spki, strict=True)
    algorithm = key["algorithm"]
    return RawKey(
        algorithm["algorithm"].dotted, algorithm["parameters"].dump(), _bits_of(key)
    )


class _HardwareModuleName(core.Sequence):  # type: ignore[misc]  # the library is untyped
    _fields = [  # noqa: RUF012  the library reads it by this name and kind
        ("hw_type", core.ObjectIdentifier),
        ("hw_serial_num", core.OctetString),
    ]


class _ApexContingencyKey(core.Sequence):  # type: ignore[misc]  # the same
    _fields = [  # noqa: RUF012  the same
        ("wrap_algorithm", algos.AlgorithmIdentifier),
        ("wrapped_contin_pub_key", core.OctetString),
    ]


def encode_signed_certificate(tbs: bytes, signature: bytes) -> bytes:
    """Put a signature beside what it signs.

    Args:
        tbs: A TBSCertificate: DER. The signature's algorithm is the one that it names.
        signature: The signature's value.

    Returns:
        A Certificate: DER.

    Source:
        RFC 5280, section 4.1.
    """
    inner = asn1.TbsCertificate.load(tbs, strict=True)
    return bytes(
        asn1.Certificate(
            {
                "tbs_certificate": inner,
                "signature_algorithm": inner["signature"],
                "signature_value": signature,
            }
        ).dump()
    )


def encode_hardware_module_name(hardware_type: str, serial: bytes) -> bytes:
    """Encode a HardwareModuleName.

    Args:
        hardware_type: The hwType OID, dotted.
        serial: The hwSerialNum, e.g. the 8 octets of an EUI-64.

    Returns:
        DER.

    Source:
        RFC 4108, section 5.
    """
    return bytes(
        _HardwareModuleName({"hw_type": hardware_type, "hw_serial_num": serial}).dump()
    )


def read_hardware_module_name(der: bytes) -> tuple[str, bytes] | None:
    """Read a HardwareModuleName; None where it cannot be read.

    Returns:
        The hwType OID, dotted, and the hwSerialNum.
    """
    try:
        name = _HardwareModuleName.load(der, strict=True)
        return name["hw_type"].dotted, bytes(name["hw_serial_num"].native)
    except (ValueError, TypeError):
        return None


def read_rsa_key(bits: bytes) -> tuple[int, int]:
    """Read an RSA public key: the modulus and the exponent; 0 where unreadable.

    Args:
        bits: The key's bits: an RSAPublicKey in DER.
    """
    try:
        key = keys.RSAPublicKey.load(bits, strict=True)
        modulus, exponent = key["modulus"].native, key["public_exponent"].native
    except (ValueError, TypeError):
        return 0, 0
    return modulus, exponent


def read_apex_key(der: bytes) -> tuple[str, bytes] | None:
    """Read an ApexContingencyKey; None where it cannot be read.

    Returns:
        The OID of the algorithm that wrapped the key, dotted, and the wrapped key.
    """
    try:
        key = _ApexContingencyKey.load(der, strict=True)
        algorithm = key["wrap_algorithm"]["algorithm"].dotted
        wrapped = bytes(key["wrapped_contin_pub_key"].native)
    except (ValueError, TypeError):
        return None
    return algorithm, wrapped


def encode_apex_key(algorithm: str, wrapped: bytes) -> bytes:
    """Encode an ApexContingencyKey.

    Args:
        algorithm: The OID of the algorithm that wrapped the key, without parameters.
        wrapped: The wrapped contingency public key.

    Returns:
        DER.

    Source:
        RFC 5934, appendix A: ``ApexContingencyKey``.
    """
    fields = {
        "wrap_algorithm": {"algorithm": algorithm},
        "wrapped_contin_pub_key": wrapped,
    }
    return bytes(_ApexContingencyKey(fields).dump())


def _bits(field: core.BitString | core.Void) -> bytes:
    return b"" if isinstance(field, core.Void) else bytes(field.contents)


def _bits_of(spki: keys.PublicKeyInfo) -> bytes:
    return bytes(spki["public_key"].contents[1:])


def read_name(name: asn1.Name) -> Iterator[RawAttribute]:
    """Give the attributes of a decoded name, in order."""
    for index, rdn in enumerate(name.chosen):
        for attribute in rdn:
            value = attribute["value"]
            chosen = getattr(value, "chosen", value)
            kind = _KINDS.get(type(chosen).__name__, type(chosen).__name__)
            yield RawAttribute(index, attribute["type"].dotted, kind, _text(chosen))


def _text(value: core.Asn1Value) -> str:
    if isinstance(value, core.OctetBitString):
        # What it says of unused bits stands first; none are left unused here.
        unused, octets = value.contents[:1], value.contents[1:]
        return bytes(octets).hex() if unused == b"\0" else ""
    return value.native if isinstance(value.native, str) else ""


def read_time(time: asn1.Time) -> RawTime:
    """Read one time of the library's, of either kind.

    Raises:
        ValueError: It is of another form than RFC 5280, section 4.1.2.5, has.
    """
    text = time.chosen.contents.decode("ascii")
    if time.name == "utc_time":
        century = "19" if text[:2] >= _FIRST_YEAR_OF_1900S else "20"
        return RawTime("UTCTime", text, _read_moment(century + text))
    return RawTime("GeneralizedTime", text, _read_moment(text))


def _read_moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def read_extensions(
    extensions: core.SequenceOf | core.Void,
) -> Iterator[RawExtension]:
    """Read extensions of the library's; none where the field is absent."""
    if isinstance(extensions, core.Void):
        return
    for extension in extensions:
        yield RawExtension(
            extension["extn_id"].dotted,
            bool(extension["critical"].native),
            bytes(extension["extn_value"].contents),
        )
