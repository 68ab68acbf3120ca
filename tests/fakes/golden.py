"""Golden certificates: one of each profile that ships, made of published keys.

Each is made by the product from its profile and from the values below, and signed here
by the published key of its issuer, so that the same sources always give the same bytes.
They stand in tests/vectors/profiles; scripts/make_profile_vectors.py writes them.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import (
    CertificateIssuerPrivateKeyTypes,
)
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.extension import open_values
from ceremony.pki.linted import LintedTbs, lint_tbs
from ceremony.pki.order import Order, prepare, serial_number
from ceremony.pki.profile import CertificateProfile

FOLDER: Final = Path(__file__).parents[1] / "vectors" / "profiles"
FIRST_DAY: Final = date(2026, 1, 1)

VALUES: Final = {
    "remote-party-role": "7f",
    "organizational-unit": "02",
    "organization": "Example Trust Services Ltd",
    "country": "GB",
    "unique-identifier": "0011223344556677",
    "hardware-serial": "8899aabbccddeeff",
    "alternative-names": "dns:dca.example.org",
    "crl-urls": "http://crl.example.org/issuer.crl",
    "ocsp-urls": "http://ocsp.example.org/issuer",
    "issuer-urls": "http://ca.example.org/issuer.cer",
    # id-aes128-wrap (RFC 3565, section 4.1) and 40 octets that wrap nothing.
    "apex-wrap-algorithm": "2.16.840.1.101.3.4.1.5",
    "apex-wrapped-key": bytes(range(40)).hex(),
}
"""What an order gives, but for the common name, which is the profile's name."""

_Made_co = TypeVar("_Made_co", covariant=True)

_CURVES: Final = {"ec-p256": ec.SECP256R1(), "ec-p384": ec.SECP384R1()}
_DIGESTS: Final[dict[str, hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True)
class Golden:
    """A certificate with what it was made of; without issuer where self-signed."""

    order: Order
    key: CertificateIssuerPrivateKeyTypes
    certificate: x509.Certificate
    issuer: Golden | None

    @property
    def depth(self) -> int:
        return 0 if self.issuer is None else self.issuer.depth + 1

    @property
    def path(self) -> list[Golden]:
        """The certificates from this one up to its root."""
        return [self, *(self.issuer.path if self.issuer else [])]


@lru_cache(maxsize=1)
def published_keys() -> dict[str, list[CertificateIssuerPrivateKeyTypes]]:
    text = (FOLDER / "keys.toml").read_text("utf-8")
    keys: dict[str, list[CertificateIssuerPrivateKeyTypes]] = {}
    for each in tomllib.loads(text)["key"]:
        keys.setdefault(each["algorithm"], []).append(
            _key(each["algorithm"], each["private"].strip())
        )
    return keys


def _key(algorithm: str, private: str) -> CertificateIssuerPrivateKeyTypes:
    if algorithm in _CURVES:
        return ec.derive_private_key(int(private, 16), _CURVES[algorithm])
    if algorithm == "ed25519":
        return ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private))
    key = load_pem_private_key(private.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def values_for(profile: CertificateProfile) -> dict[str, str]:
    values = {"common-name": profile.name, **VALUES}
    return {key: values[key] for key in open_values(profile)}


@lru_cache(maxsize=64)
def golden(name: str) -> Golden:
    profile = load_builtin_profile(name)
    issuer = None if profile.is_self_signed else golden(profile.signed_by)
    order = Order(
        profile,
        values_for(profile),
        issuer.certificate if issuer else None,
        FIRST_DAY,
        serial_number(hashlib.sha256(name.encode()).digest()[:16]),
    )
    keys = published_keys()[profile.key]
    key = keys[(issuer.depth + 1 if issuer else 0) % len(keys)]
    linted = lint_tbs(order, key.public_key())
    assert isinstance(linted, LintedTbs), linted
    builder = prepare(order, key.public_key())
    certificate = sign(builder, issuer.key if issuer else key, profile.signature)
    assert certificate.tbs_certificate_bytes == linted.tbs
    return Golden(order, key, certificate, issuer)


class Builder(Protocol[_Made_co]):
    """What lays out a certificate or a revocation list of the library's."""

    def sign(
        self,
        private_key: Any,
        algorithm: Any,
        *,
        rsa_padding: Any = ...,
        ecdsa_deterministic: bool | None = ...,
    ) -> _Made_co: ...


def sign(
    builder: Builder[_Made_co],
    key: CertificateIssuerPrivateKeyTypes,
    signature: str,
) -> _Made_co:
    """Sign by the signature's name; ECDSA by RFC 6979, so that it repeats itself."""
    if signature == "ed25519":
        return builder.sign(key, None)
    digest = _DIGESTS[signature.rpartition("-")[2]]
    if signature.startswith("ecdsa"):
        return builder.sign(key, digest, ecdsa_deterministic=True)
    if signature.startswith("rsa-pss"):
        pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
        return builder.sign(key, digest, rsa_padding=pss)
    return builder.sign(key, digest)


def sign_message(
    key: CertificateIssuerPrivateKeyTypes, signature: str, message: bytes
) -> bytes:
    """Sign octets as :func:`sign` signs what a builder lays out."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(message)
    digest = _DIGESTS[signature.rpartition("-")[2]]
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ec.ECDSA(digest, deterministic_signing=True))
    assert isinstance(key, rsa.RSAPrivateKey)
    if signature.startswith("rsa-pss"):
        pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
        return key.sign(message, pss, digest)
    return key.sign(message, padding.PKCS1v15(), digest)
