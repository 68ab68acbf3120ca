"""What the request for a certificate carries, as its profile says.

Invariants:
    * A request asks for nothing that its certificate will not hold.
    * A request is signed by an algorithm that fits the key in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceremony.pki.der import RawExtension
from ceremony.pki.extension import (
    alternative_name,
    fixed_extensions,
    key_extensions,
)
from ceremony.pki.fact import KeyAlgorithm, RequestExtension, SignatureAlgorithm
from ceremony.pki.profile import CertificateProfile

_FIT: Final[Mapping[KeyAlgorithm, tuple[SignatureAlgorithm, ...]]] = {
    KeyAlgorithm.EC_P256: (SignatureAlgorithm.ECDSA_SHA256,),
    KeyAlgorithm.EC_P384: (SignatureAlgorithm.ECDSA_SHA384,),
    KeyAlgorithm.EC_P521: (SignatureAlgorithm.ECDSA_SHA512,),
    KeyAlgorithm.ED25519: (SignatureAlgorithm.ED25519,),
}
_RSA_SIGNATURES: Final = tuple(
    each for each in SignatureAlgorithm if each.startswith("rsa-")
)


def fit_signatures(key: KeyAlgorithm) -> tuple[SignatureAlgorithm, ...]:
    """Name the algorithms by which a key may sign, the usual one first.

    Source:
        RFC 5480, section 4, and FIPS 186-5, section 6.1.1: the digest that goes with
        each curve; GBCS v0.8.1, section 12, for P-256; SEC Appendix M v8.0, Appendix G,
        and RFC 4055 for RSA.
    """
    return _FIT.get(key, _RSA_SIGNATURES)


def fit_key(signature: SignatureAlgorithm) -> KeyAlgorithm:
    """Name a key that signs by an algorithm; of RSA, where each does, the smallest."""
    signers = (key for key, fit in _FIT.items() if signature in fit)
    return next(signers, KeyAlgorithm.RSA_2048)


def allowed_signatures(profile: CertificateProfile) -> tuple[SignatureAlgorithm, ...]:
    """Name the algorithms by which a request for a profile may be signed.

    The one that the profile has for requests. Where it names none, those that fit its
    key: an RSA key signs as the profile's certificates are signed, PKCS#1 or PSS, where
    these have an RSA signature.

    Returns:
        At least one; the first is the one by which a request is signed here.
    """
    fit, form = fit_signatures(profile.key), profile.request
    if form is not None and form.signature is not None:
        return (form.signature,)
    return (profile.signature,) if profile.signature in fit else fit


def request_signature(profile: CertificateProfile) -> SignatureAlgorithm:
    """Give the algorithm by which a request for a profile is signed here."""
    return allowed_signatures(profile)[0]


def askable(profile: CertificateProfile) -> tuple[RequestExtension, ...]:
    """Name the extensions that a certificate will hold and its request may ask for."""
    held = {each.oid.dotted_string for each, _ in fixed_extensions(profile)}
    held.add(RequestExtension.SUBJECT_KEY_IDENTIFIER.oid)
    if profile.alternative_name is not None:
        held.add(RequestExtension.SUBJECT_ALTERNATIVE_NAME.oid)
    return tuple(each for each in RequestExtension if each.oid in held)


def asked_extensions(
    profile: CertificateProfile, values: Mapping[str, str], spki: bytes
) -> tuple[RawExtension, ...]:
    """Give the extensions that a request asks for, in the profile's order.

    Args:
        profile: What the request and its certificate have to look like.
        values: What the profile leaves open, by the names of ``open_values``.
        spki: The subject's SubjectPublicKeyInfo: DER.

    Returns:
        Each as the certificate will hold it, to the last bit.

    Raises:
        InputError: ``PKI-ORDER-04`` or ``PKI-ORDER-05``: what subjectAltName holds is
            missing, or of another form than it has to be.
    """
    wanted = profile.request.extensions if profile.request is not None else ()
    built = [*fixed_extensions(profile), *key_extensions(profile, spki, None)]
    if RequestExtension.SUBJECT_ALTERNATIVE_NAME in wanted:
        names = alternative_name(profile, values)
        built.append((names, profile.alternative_name_critical))
    by_oid = {
        each.oid.dotted_string: RawExtension(
            each.oid.dotted_string, critical, each.public_bytes()
        )
        for each, critical in built
    }
    return tuple(by_oid[each.oid] for each in wanted)
