"""Certification requests made here, good ones and those that only a faulty tool makes.

A change is made to what a good request says before it is signed, so that the signature
is good and nothing but the change is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from asn1crypto import core, csr
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.extension import HARDWARE_SERIAL, alternative_name, key_usage
from ceremony.pki.fact import Attribute, SignatureAlgorithm
from ceremony.pki.naming import subject_name
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.signature import SigningKey, sign_built

EUI: Final = "90b3d51f30000001"
ORGANISATION: Final = load_builtin_profile("smki-organisation-ds")
DEVICE: Final = load_builtin_profile("smki-device-ds")
KEY: Final = ec.derive_private_key(21, ec.SECP256R1())

# The same request is the same octets each time: RFC 6979.
_BY_RFC_6979: Final = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)

Change = Callable[[Any], None]
"""Changes a CertificationRequestInfo of asn1crypto's."""


def organisation_values(name: str = "GITTESTSUPPLIER") -> dict[str, str]:
    """What an order for an Organisation certificate gives."""
    return {
        Attribute.COMMON_NAME.value: name,
        Attribute.REMOTE_PARTY_ROLE.value: "02",
        Attribute.UNIQUE_IDENTIFIER.value: EUI,
    }


def organisation_request(
    key: ec.EllipticCurvePrivateKey = KEY, name: str = "GITTESTSUPPLIER"
) -> bytes:
    """A request as SEC Appendix M, Appendix F, has an Organisation's: DER."""
    builder = x509.CertificateSigningRequestBuilder(
        subject_name(ORGANISATION, organisation_values(name))
    ).add_extension(key_usage(ORGANISATION.key_usage), critical=True)
    return builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True).public_bytes(
        Encoding.DER
    )


def device_csr(
    key: ec.EllipticCurvePrivateKey = KEY,
    serial: str = EUI,
    profile: CertificateProfile = DEVICE,
) -> bytes:
    """A request as SEC Appendix M, Appendix F, has a Device's: DER."""
    builder = (
        x509.CertificateSigningRequestBuilder(x509.Name([]))
        .add_extension(key_usage(profile.key_usage), critical=True)
        .add_extension(
            alternative_name(profile, {HARDWARE_SERIAL: serial}), critical=True
        )
    )
    return builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True).public_bytes(
        Encoding.DER
    )


def plain_request(
    subject: x509.Name,
    key: SigningKey,
    signature: SignatureAlgorithm = SignatureAlgorithm.ECDSA_SHA256,
) -> bytes:
    """A request for a name, without attributes, by the library's own builder: DER."""
    builder = x509.CertificateSigningRequestBuilder(subject)
    return sign_built(builder, key, signature).public_bytes(Encoding.DER)


def resigned(
    der: bytes, change: Change, key: ec.EllipticCurvePrivateKey = KEY
) -> bytes:
    """Change what a request says and sign it again: DER."""
    request = csr.CertificationRequest.load(der)
    info = request["certification_request_info"]
    change(info)
    info = csr.CertificationRequestInfo.load(info.dump(force=True))
    request["certification_request_info"] = info
    request["signature"] = key.sign(info.dump(), _BY_RFC_6979)
    return bytes(request.dump())


def patched(
    der: bytes, old: str, new: str, key: ec.EllipticCurvePrivateKey = KEY
) -> bytes:
    """Change octets of what is signed, given in hex and of one length; sign again."""
    request = csr.CertificationRequest.load(der)
    info = request["certification_request_info"].dump()
    before, after = bytes.fromhex(old), bytes.fromhex(new)
    assert len(before) == len(after)
    assert info.count(before) == 1
    info = info.replace(before, after)
    signature = core.OctetBitString(key.sign(info, _BY_RFC_6979))
    parts = info + request["signature_algorithm"].dump() + signature.dump()
    return sequence(parts)


def sequence(parts: bytes, tag: int = 0x30) -> bytes:
    """Put a tag and a length before octets: DER."""
    size = len(parts)
    if size < 0x80:
        return bytes([tag, size]) + parts
    coded = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(coded)]) + coded + parts


def renamed(*rdns: tuple[tuple[str, int, bytes], ...]) -> Change:
    """Give another name: relative names of attributes by OID, string tag and octets."""

    def change(info: Any) -> None:
        encoded = b"".join(
            sequence(b"".join(sorted(_attribute(*each) for each in rdn)), 0x31)
            for rdn in rdns
        )
        info["subject"] = type(info["subject"]).load(sequence(encoded))

    return change


def _attribute(oid: str, tag: int, text: bytes) -> bytes:
    return sequence(core.ObjectIdentifier(oid).dump() + sequence(text, tag))
