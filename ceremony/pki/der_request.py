"""A certification request taken apart to its DER; see ``der`` for why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import algos, core, csr, keys
from asn1crypto import x509 as asn1

from ceremony.errors import InputError
from ceremony.pki.der import (
    RawAttribute,
    RawExtension,
    RawKey,
    read_extensions,
    read_key,
    read_name,
)
from ceremony.pki.oid_name import EXTENSION_REQUEST


@dataclass(frozen=True, slots=True)
class RawRequestAttribute:
    """One attribute of a request: its OID, dotted, and its set of values in DER."""

    oid: str
    value: bytes


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A certification request by its encoding.

    Attributes:
        version: 1, which DER holds as 0.
        info: What is signed, the CertificationRequestInfo: DER.
        subject: The subject's name: DER.
        subject_attributes: The subject's attributes, in order.
        signature: The AlgorithmIdentifier of the signature: DER.
        signature_value: The signature's octets.
        spki: The SubjectPublicKeyInfo: DER.
        key: The same, taken apart.
        extensions: The extensions that are asked for, in the request's order.
        attributes: The other attributes, in the request's order.
        has_attributes: Whether the field of the attributes is there, be it empty.
    """

    version: int
    info: bytes
    subject: bytes
    subject_attributes: tuple[RawAttribute, ...]
    signature: bytes
    signature_value: bytes
    spki: bytes
    key: RawKey
    extensions: tuple[RawExtension, ...]
    attributes: tuple[RawRequestAttribute, ...]
    has_attributes: bool


@lru_cache(maxsize=128)
def decode_raw_request(der: bytes) -> RawRequest:
    """Take a request apart; it is verified, judged and answered within a moment.

    Args:
        der: A PKCS#10 request: DER.

    Raises:
        InputError: ``PKI-REQUEST-05``: it cannot be taken apart, or asks for
            extensions in two places.

    Source:
        RFC 2986, section 4; RFC 2985, section 5.4.2.
    """
    try:
        return _take_apart(csr.CertificationRequest.load(der, strict=True))
    except (ValueError, TypeError, KeyError) as error:
        raise unreadable_request() from error


def unreadable_request() -> InputError:
    """Make the error for a request that cannot be taken apart."""
    return InputError(
        "PKI-REQUEST-05",
        "The request cannot be taken apart: a field of it is malformed.",
        remedy="Have the request made again by the key's owner.",
    )


def encode_request_info(
    subject: bytes, spki: bytes, extensions: Sequence[RawExtension]
) -> bytes:
    """Encode what a request's key signs.

    Args:
        subject: The subject's name: DER.
        spki: The SubjectPublicKeyInfo: DER.
        extensions: What extensionRequest asks for; where there is none, the field of
            the attributes is there and empty.

    Returns:
        A CertificationRequestInfo: DER.

    Source:
        RFC 2986, section 4.1; RFC 2985, section 5.4.2.
    """
    asked = [
        {
            "extn_id": each.oid,
            "extn_value": core.ParsableOctetString(each.value),
            # FALSE is the default, which DER leaves out.
            **({"critical": True} if each.critical else {}),
        }
        for each in extensions
    ]
    attributes = [{"type": EXTENSION_REQUEST, "values": [asked]}] if asked else []
    fields = {
        "version": "v1",
        "subject": asn1.Name.load(subject, strict=True),
        "subject_pk_info": keys.PublicKeyInfo.load(spki, strict=True),
        "attributes": attributes,
    }
    return bytes(csr.CertificationRequestInfo(fields).dump())


def encode_signed_request(info: bytes, algorithm: bytes, signature: bytes) -> bytes:
    """Put a signature beside what it signs.

    Args:
        info: A CertificationRequestInfo: DER.
        algorithm: The signature's AlgorithmIdentifier: DER.
        signature: The signature's value.

    Returns:
        A CertificationRequest: DER.

    Source:
        RFC 2986, section 4.2.
    """
    return bytes(
        csr.CertificationRequest(
            {
                "certification_request_info": csr.CertificationRequestInfo.load(
                    info, strict=True
                ),
                "signature_algorithm": algos.SignedDigestAlgorithm.load(
                    algorithm, strict=True
                ),
                "signature": signature,
            }
        ).dump()
    )


def _take_apart(request: csr.CertificationRequest) -> RawRequest:
    info = request["certification_request_info"]
    has_attributes = not isinstance(info["attributes"], core.Void)
    attributes = info["attributes"] if has_attributes else []
    asked = [each for each in attributes if each["type"].dotted == EXTENSION_REQUEST]
    if len(asked) > 1 or any(len(each["values"]) != 1 for each in asked):
        raise ValueError("extensions are asked for in more than one place")
    spki = info["subject_pk_info"].dump()
    _octets(info["subject_pk_info"]["public_key"])
    return RawRequest(
        version=int(info["version"]) + 1,
        info=info.dump(),
        subject=info["subject"].dump(),
        subject_attributes=tuple(read_name(info["subject"])),
        signature=request["signature_algorithm"].dump(),
        signature_value=_octets(request["signature"]),
        spki=spki,
        key=read_key(spki),
        extensions=tuple(
            extension
            for each in asked
            for extension in read_extensions(each["values"][0])
        ),
        attributes=tuple(_others(attributes)),
        has_attributes=has_attributes,
    )


def _octets(bits: core.OctetBitString) -> bytes:
    """Give the octets of a bit string, of which no bit is unused."""
    if bits.contents[:1] != b"\0":
        raise ValueError("the last octet has unused bits")
    return bytes(bits.contents[1:])


def _others(attributes: csr.CRIAttributes) -> Iterator[RawRequestAttribute]:
    for each in attributes:
        if each["type"].dotted != EXTENSION_REQUEST:
            yield RawRequestAttribute(each["type"].dotted, each["values"].dump())
