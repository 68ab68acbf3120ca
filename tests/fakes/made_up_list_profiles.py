"""Made-up profiles of revocation lists as their files have them, and issuers for them.

A file is written as JSON, which is YAML.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from hypothesis import strategies as st

from ceremony.pki.crl_order import CrlOrder, Revocation
from ceremony.pki.crl_profile import CrlProfile, Reason, Scope
from ceremony.pki.crl_profile_file import CRL_FORMAT
from ceremony.pki.fact import KeyIdentifierMethod, SignatureAlgorithm
from ceremony.pki.signature import SigningKey
from tests.fakes.made_up_profiles import choice, facts, some

EARLIEST: Final = date(1951, 1, 1)
LATEST: Final = date(2200, 1, 1)
CURVES: Final = {
    "ecdsa-with-sha256": ec.SECP256R1(),
    "ecdsa-with-sha384": ec.SECP384R1(),
    "ecdsa-with-sha512": ec.SECP521R1(),
}
DIGESTS: Final = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
BY_RSA: Final = [
    f"rsa-{padding}-{digest}" for padding in ("pkcs1", "pss") for digest in DIGESTS
]


@st.composite
def list_profile_files(draw: st.DrawFn) -> str:
    """The text of a profile's file."""
    days = st.integers(1, 9999).map(lambda count: f"{count} days")
    told = {
        "signatures": draw(facts(some(SignatureAlgorithm, 3))),
        "next-update": draw(facts(days)),
        "number-octets": draw(facts(st.integers(1, 20))),
        "key-identifier": draw(facts(choice(KeyIdentifierMethod))),
        "scope": draw(facts(choice(Scope))),
        "reasons": draw(facts(some(Reason, 9))),
    }
    file: dict[str, Any] = {
        "format": CRL_FORMAT,
        "name": "made-up",
        "title": "Made up",
        "facts": told,
    }
    if draw(st.booleans()):
        file["baseline-requirements"] = draw(st.booleans())
    return json.dumps(file)


@lru_cache(maxsize=16)
def key_for(signature: str) -> SigningKey:
    """Give a key of the kind that signs by an algorithm."""
    if signature in CURVES:
        return ec.generate_private_key(CURVES[signature])
    if signature == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)


@lru_cache(maxsize=64)
def issuer_for(
    signature: str, *, has_identifier: bool, certified_by: str = ""
) -> x509.Certificate:
    """Make a CA without end whose key signs so; by the library alone.

    Args:
        signature: What its key can sign by.
        has_identifier: Whether its certificate tells its key's identifier.
        certified_by: For an RSA key: by which algorithm its certificate is signed.
    """
    key = key_for(signature)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Made up")])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    first, last = datetime(1950, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, first, last)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    ).add_extension(usage, critical=True)
    if has_identifier:
        own = x509.SubjectKeyIdentifier(b"\x01\x02\x03")
        builder = builder.add_extension(own, critical=False)
    if isinstance(key, rsa.RSAPrivateKey):
        digest = DIGESTS[certified_by.rpartition("-")[2]]
        pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
        is_pss = certified_by.startswith("rsa-pss-")
        return builder.sign(key, digest, rsa_padding=pss if is_pss else None)
    is_plain = isinstance(key, ed25519.Ed25519PrivateKey)
    return builder.sign(key, None if is_plain else hashes.SHA256())


@st.composite
def list_orders(draw: st.DrawFn, profile: CrlProfile) -> CrlOrder:
    """An order that its profile permits, for a CA of one of the kinds of key."""
    signature = draw(st.sampled_from(profile.signatures)).value
    is_rsa = signature.startswith("rsa-")
    issuer = issuer_for(
        signature,
        has_identifier=draw(st.booleans()),
        certified_by=draw(st.sampled_from(BY_RSA)) if is_rsa else "",
    )
    first = EARLIEST + timedelta(days=draw(st.integers(0, (LATEST - EARLIEST).days)))
    serials = draw(st.lists(st.integers(1, (1 << 159) - 1), max_size=5, unique=True))
    revoked = tuple(
        Revocation(
            serial,
            first - timedelta(days=draw(st.integers(0, 365))),
            draw(st.sampled_from(profile.reasons)),
        )
        for serial in serials
    )
    most = min((1 << (8 * profile.number_octets - 1)) - 1, (1 << 159) - 1)
    return CrlOrder(profile, issuer, draw(st.integers(1, most)), first, revoked)
