"""A certification request taken apart to its DER; see ``der`` for why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from asn1crypto import core, csr

from ceremony.errors import InputError
from ceremony.pki.der import RawExtension, read_extensions
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
        signature: The AlgorithmIdentifier of the signature: DER.
        spki: The SubjectPublicKeyInfo: DER.
        extensions: The extensions that are asked for, in the request's order.
        attributes: The other attributes, in the request's order.
    """

    version: int
    signature: bytes
    spki: bytes
    extensions: tuple[RawExtension, ...]
    attributes: tuple[RawRequestAttribute, ...]


def decode_raw_request(der: bytes) -> RawRequest:
    """Take a request apart.

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


def _take_apart(request: csr.CertificationRequest) -> RawRequest:
    info = request["certification_request_info"]
    attributes = [] if isinstance(info["attributes"], core.Void) else info["attributes"]
    asked = [each for each in attributes if each["type"].dotted == EXTENSION_REQUEST]
    if len(asked) > 1 or any(len(each["values"]) != 1 for each in asked):
        raise ValueError("extensions are asked for in more than one place")
    return RawRequest(
        version=int(info["version"]) + 1,
        signature=request["signature_algorithm"].dump(),
        spki=info["subject_pk_info"].dump(),
        extensions=tuple(
            extension
            for each in asked
            for extension in read_extensions(each["values"][0])
        ),
        attributes=tuple(_others(attributes)),
    )


def _others(attributes: csr.CRIAttributes) -> Iterator[RawRequestAttribute]:
    for each in attributes:
        if each["type"].dotted != EXTENSION_REQUEST:
            yield RawRequestAttribute(each["type"].dotted, each["values"].dump())
