"""The one form of the CMS in a pack's signatures, built from its free parts.

A CMS signature can be written in many equally valid ways, and common verifiers
accept most changed bytes in it. A pack therefore allows one form only: the writer
makes it here, and the verifier makes it here again and compares digit for digit.

Invariants:
    * The same parts always give the same bytes (DER).
    * The signed attributes are content-type, message-digest and
      signing-certificate-v2, and no other. There is no signing-time: the time stands
      in the signature dictionary's ``/M``.
    * An ECDSA signature stands with the lower of its two values of ``s``, since both
      verify and anybody can turn one into the other.
    * The certificates are the signer's and the given others, in DER's order.

Source: RFC 5652 section 5; RFC 5035 section 3; RFC 5754 sections 2 and 3.2; ETSI EN
    319 142-1 clause 6.3, table 1 (baseline level B-B).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from ceremony.errors import EvidenceError

SUBFILTER: Final = "/ETSI.CAdES.detached"
"""The signature dictionary's ``/SubFilter``."""

CONTENTS_SIZE: Final = 8192
"""Bytes reserved for the CMS; ``/Contents`` is twice as many hex digits."""

_SHA256_IDENTIFIER: Final = bytes.fromhex("300b0609608648016503040201")
"""DER of AlgorithmIdentifier id-sha256 with absent parameters (RFC 5754, 2)."""

_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the curve P-256 (FIPS 186-4, D.1.2.3)."""


@dataclass(frozen=True, slots=True)
class CmsParts:
    """What is free in a signature; everything else follows.

    Attributes:
        signed_attributes: The attributes as they are signed: DER, a SET OF.
        signature: The signature value: DER, ECDSA-Sig-Value.
    """

    signed_attributes: bytes
    signature: bytes


def encode_signed_attributes(document_digest: bytes, certificate: bytes) -> bytes:
    """Give the bytes that the signer's key signs.

    Args:
        document_digest: SHA-256 over the file's byte range, 32 bytes.
        certificate: The signer's certificate, DER.

    Returns:
        The signed attributes as DER SET OF Attribute.
    """
    signing_certificate = tsp.SigningCertificateV2(
        {"certs": [{"cert_hash": hashlib.sha256(certificate).digest()}]}
    )
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [document_digest]},
            {"type": "signing_certificate_v2", "values": [signing_certificate]},
        ]
    )
    encoded: bytes = attributes.dump()
    return encoded


def decode_signed_attributes(signed_attributes: bytes, certificate: bytes) -> bytes:
    """Find the document's digest in signed attributes of exactly our form.

    Args:
        signed_attributes: DER, a SET OF Attribute.
        certificate: The certificate of the signer who is expected, DER.

    Returns:
        SHA-256 over the file's byte range, 32 bytes.

    Raises:
        EvidenceError: ``PACK-CMS-01``: they are of any other form, or another's.
    """
    try:
        attributes = cms.CMSAttributes.load(signed_attributes, strict=True)
        digests = [
            bytes(attribute["values"][0])
            for attribute in attributes
            if attribute["type"].native == "message_digest"
        ]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise _bad(str(error)) from error
    if (
        len(digests) != 1
        or len(digests[0]) != hashlib.sha256().digest_size
        or encode_signed_attributes(digests[0], certificate) != signed_attributes
    ):
        raise _bad("its signed attributes are not the ones that a pack allows")
    return digests[0]


def build_cms(
    parts: CmsParts, certificate: bytes, other_certificates: Sequence[bytes]
) -> bytes:
    """Build the CMS: SHA-256 with ECDSA on P-256.

    Args:
        parts: The signed attributes and the signature value.
        certificate: The signer's certificate, DER.
        other_certificates: The certificates above it, DER each, 0 or more.

    Returns:
        ContentInfo with a SignedData of version 1, DER.

    Raises:
        EvidenceError: ``PACK-CMS-01``: a part is not of its form.
    """
    try:
        return _build(parts, certificate, other_certificates)
    except (ValueError, TypeError) as error:
        raise _bad(str(error)) from error


def decode_cms(contents: bytes) -> CmsParts:
    """Read the free parts out of ``/Contents``, padding and all.

    Nothing is verified: whoever asks builds the CMS again and compares.

    Args:
        contents: The value of ``/Contents``: DER, then zero bytes.

    Raises:
        EvidenceError: ``PACK-CMS-01``: there is no CMS with one signer in it.
    """
    try:
        content = cms.ContentInfo.load(contents, strict=False)["content"]
        signer = content["signer_infos"][0]
        attributes = cms.CMSAttributes(list(signer["signed_attrs"]))
        return CmsParts(attributes.dump(), signer["signature"].native)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise _bad(str(error)) from error


def lower_signature(signature: bytes) -> bytes:
    """Write an ECDSA signature on P-256 with the lower of its two ``s``.

    Args:
        signature: DER, ECDSA-Sig-Value; also where ``s`` is the higher one.

    Returns:
        DER, ECDSA-Sig-Value.

    Raises:
        ValueError: It is no such signature.
    """
    r, s = decode_dss_signature(signature)
    if not (0 < r < _P256_ORDER and 0 < s < _P256_ORDER):
        raise ValueError("the signature value is not one of ECDSA on P-256")
    return encode_dss_signature(r, min(s, _P256_ORDER - s))


def _build(
    parts: CmsParts, certificate: bytes, other_certificates: Sequence[bytes]
) -> bytes:
    signer = x509.Certificate.load(certificate, strict=True)
    others = [x509.Certificate.load(der, strict=True) for der in other_certificates]
    digest_algorithm = algos.DigestAlgorithm.load(_SHA256_IDENTIFIER)
    signer_info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": signer.issuer, "serial_number": signer.serial_number},
            ),
            "digest_algorithm": digest_algorithm,
            "signed_attrs": cms.CMSAttributes.load(
                parts.signed_attributes, strict=True
            ),
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": core.OctetString(lower_signature(parts.signature)),
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [digest_algorithm],
            "encap_content_info": {"content_type": "data"},
            "certificates": [signer, *others],
            "signer_infos": [signer_info],
        }
    )
    encoded: bytes = cms.ContentInfo(
        {"content_type": "signed_data", "content": signed}
    ).dump()
    return encoded


def _bad(why: str) -> EvidenceError:
    return EvidenceError(
        "PACK-CMS-01",
        f"The pack's signature is not well formed: {why}.",
        meaning="It cannot be compared with the one form that a pack allows.",
        remedy="Preserve the file and compare its digest with another copy.",
    )
