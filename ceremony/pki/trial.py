"""A profile tried out: can a certificate meet it at all?

An order with made-up values is linted with stand-in keys, under an issuer that is made
the same way, so that a profile that can never be met is found while there is no key.

Invariants:
    * Nothing that is made here is kept: only what the lint found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cryptography import x509

from ceremony.errors import InputError
from ceremony.pki.certificate import encode_spki, key_identifier
from ceremony.pki.extension import (
    ALTERNATIVE_NAMES,
    APEX_ALGORITHM,
    APEX_WRAPPED,
    CRL_URLS,
    HARDWARE_SERIAL,
    ISSUER_URLS,
    OCSP_URLS,
    key_usage,
    open_values,
)
from ceremony.pki.fact import Attribute, KeyAlgorithm, KeyUse, SignatureAlgorithm
from ceremony.pki.finding import LintReport
from ceremony.pki.linted import lint_order
from ceremony.pki.order import Order, prepare, term
from ceremony.pki.profile import CertificateProfile, Validity
from ceremony.pki.request_form import fit_key
from ceremony.pki.request_linted import lint_request_order
from ceremony.pki.request_order import RequestOrder
from ceremony.pki.stand_in import sign_for_looking, stand_in_public_key

_FIRST_DAY: Final = date(2026, 1, 1)

MADE_UP: Final[Mapping[str, str]] = {
    Attribute.COMMON_NAME: "Made up",
    Attribute.REMOTE_PARTY_ROLE: "02",
    Attribute.ORGANIZATIONAL_UNIT: "Made up",
    Attribute.ORGANIZATION: "Made up",
    Attribute.COUNTRY: "GB",
    Attribute.UNIQUE_IDENTIFIER: "0123456789abcdef",
    HARDWARE_SERIAL: "0123456789abcdef",
    ALTERNATIVE_NAMES: "dns:made-up.example",
    CRL_URLS: "http://example.org/ca.crl",
    OCSP_URLS: "http://example.org/ocsp",
    ISSUER_URLS: "http://example.org/ca.cer",
    # id-aes128-wrap of RFC 3394, and 40 octets.
    APEX_ALGORITHM: "2.16.840.1.101.3.4.1.5",
    APEX_WRAPPED: "00" * 40,
}
"""A value for everything that an order may give; see ``open_values``."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a trial.

    Attributes:
        given: ``all values`` or ``the required values``: what its order gave.
        report: What the lint found.
    """

    given: str
    report: LintReport


def try_profile(
    profile: CertificateProfile, above: Sequence[CertificateProfile]
) -> tuple[Trial, ...]:
    """Lint orders for a profile: with all values, then with those that are required.

    Args:
        profile: The profile.
        above: The profile of its issuer, then of that one's, as far as they are known;
            above the last a CA is made up that may sign anything, by a key that makes
            such a signature.

    Returns:
        One trial, or two where an order may leave something out.

    Raises:
        InputError: ``PKI-ORDER-nn``: the profile, or one above, asks for what no order
            can give; ``PKI-PROFILE-12``: its signature is not of the kind of the key
            that makes it.
    """
    issuer = _issuer_of(profile, above)
    _verify_signature_kind(profile, above)
    named = open_values(profile)
    orders = {"all values": named, "the required values": _required(named)}
    if len(orders["the required values"]) == len(named):
        del orders["the required values"]
    return tuple(
        Trial(given, lint_order(_order(profile, names, issuer)))
        for given, names in orders.items()
    )


def try_request(profile: CertificateProfile) -> LintReport:
    """Lint a request for a profile, with all values and a stand-in key.

    Raises:
        InputError: ``PKI-ORDER-nn``: the profile asks for what no order can give.
    """
    values = {name: MADE_UP[name] for name in open_values(profile)}
    return lint_request_order(RequestOrder(profile, values))


def values_beside_requests(profile: CertificateProfile) -> dict[str, str]:
    """Make up what a script states of certificates, and no request for one gives."""
    asked = {*(each.value for each in Attribute), HARDWARE_SERIAL, ALTERNATIVE_NAMES}
    return {name: MADE_UP[name] for name in open_values(profile) if name not in asked}


def _required(named: Mapping[str, bool]) -> dict[str, bool]:
    return {name: True for name, is_required in named.items() if is_required}


def _order(
    profile: CertificateProfile,
    names: Mapping[str, bool],
    issuer: x509.Certificate | None,
) -> Order:
    values = {name: MADE_UP[name] for name in names}
    # Positive, and as long as the profile says.
    serial = 1 << (8 * profile.serial_octets - 2)
    return Order(profile, values, issuer, _FIRST_DAY, serial)


def stand_in_issuer(above: Sequence[CertificateProfile]) -> x509.Certificate:
    """Make the certificate of an issuer that is not there, with stand-in keys.

    Args:
        above: Its profile, then those above it as :func:`try_profile` takes them.

    Raises:
        InputError: ``PKI-ORDER-nn``: a profile asks for what no order can give.
    """
    profile, *rest = above
    order = _order(profile, open_values(profile), _issuer_of(profile, rest))
    key = stand_in_public_key(profile.key)
    return sign_for_looking(prepare(order, key), profile.signature)


def _issuer_of(
    profile: CertificateProfile, above: Sequence[CertificateProfile]
) -> x509.Certificate | None:
    """Make the certificate above one of a profile; None above a self-signed one."""
    if profile.is_self_signed:
        return None
    if above:
        return stand_in_issuer(above)
    # The lint may ask that the digest goes with the curve.
    return made_up_issuer(fit_key(profile.signature))


def made_up_issuer(
    algorithm: KeyAlgorithm = KeyAlgorithm.EC_P256,
    uses: tuple[KeyUse, ...] = (KeyUse.KEY_CERT_SIGN,),
    signature: SignatureAlgorithm = SignatureAlgorithm.ECDSA_SHA256,
) -> x509.Certificate:
    """Make a CA that may sign anything at any time.

    Args:
        algorithm: Of its key.
        uses: What its key may be used for.
        signature: By which its certificate is signed.
    """
    key = stand_in_public_key(algorithm)
    first, last = term(_FIRST_DAY, Validity())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Made up issuer")])
    builder = (
        x509.CertificateBuilder(name, name, key, 1, first, last)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(key_usage(uses), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier(key_identifier(encode_spki(key))), critical=False
        )
    )
    return sign_for_looking(builder, signature)


def _verify_signature_kind(
    profile: CertificateProfile, above: Sequence[CertificateProfile]
) -> None:
    if not profile.is_self_signed and not above:
        return
    signer = profile if profile.is_self_signed else above[0]
    family = profile.signature.value.partition("-")[0].removesuffix("dsa")
    if signer.key.value.partition("-")[0] != family:
        raise InputError(
            "PKI-PROFILE-12",
            f"The signature is {profile.signature}, and the key that makes it, by "
            f"{signer.name}, is {signer.key}.",
            remedy="Correct the signature, or the key of the issuer's profile.",
        )
