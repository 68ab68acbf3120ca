"""By which algorithm a CA signs its revocation lists.

Invariants:
    * It follows from the lists' profile and the CA's certificate alone, so that whoever
      makes, checks or verifies a list takes the same one.
    * A list is signed as the certificate of its CA is, where the lists' profile lets
      it: a CA whose certificate is signed by PSS signs no list by PKCS#1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import InputError
from ceremony.pki.crl_profile import CrlProfile
from ceremony.pki.der import decode_raw
from ceremony.pki.fact import KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.key_form import is_named_in, signature_of
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_form import fit_signatures

_CURVES: Final = {
    256: KeyAlgorithm.EC_P256,
    384: KeyAlgorithm.EC_P384,
    521: KeyAlgorithm.EC_P521,
}
"""By the bits of a curve: whichever it is, they tell the digest of its strength."""

_PSS: Final = "rsa-pss-"
_PKCS1: Final = "rsa-pkcs1-"


def crl_signature(profile: CrlProfile, issuer: x509.Certificate) -> SignatureAlgorithm:
    """Choose the algorithm by which a CA signs a list.

    Of the profile's algorithms that suit the CA's key the one by which its certificate
    is signed; where that is none of them, the first with the same padding; else the
    first.

    Args:
        profile: What the list has to look like.
        issuer: The CA's certificate.

    Raises:
        InputError: ``PKI-LIST-05``: none suits the CA's key; ``PKI-CERT-02``: the
            certificate cannot be taken apart.

    Source:
        RFC 4055, sections 3 and 5: an RSA key may sign by either padding, so that the
        key alone does not tell it.
    """
    fit = _fit(issuer.public_key())
    suiting = [each for each in profile.signatures if each in fit]
    if not suiting:
        raise InputError(
            "PKI-LIST-05",
            f"The issuer's key signs by none of the algorithms of the profile "
            f"{profile.name}.",
            remedy="Name a profile that has an algorithm of the issuer's kind of key.",
        )
    identifier = decode_raw(issuer.public_bytes(Encoding.DER)).outer_signature
    return _choose(suiting, signature_of(identifier), _padding_in(identifier))


def planned_crl_signature(
    profile: CrlProfile, holder: CertificateProfile
) -> SignatureAlgorithm | None:
    """Choose as :func:`crl_signature` does, while the CA has no certificate yet.

    Args:
        profile: What the list has to look like.
        holder: What the CA's certificate has to look like.

    Returns:
        The algorithm; None where none suits the CA's key.
    """
    fit = fit_signatures(holder.key)
    suiting = [each for each in profile.signatures if each in fit]
    if not suiting:
        return None
    signed = holder.signature
    padding = next((each for each in (_PSS, _PKCS1) if signed.startswith(each)), "")
    return _choose(suiting, signed, padding)


def _choose(
    suiting: Sequence[SignatureAlgorithm],
    certified_by: SignatureAlgorithm | None,
    padding: str,
) -> SignatureAlgorithm:
    if certified_by is not None and certified_by in suiting:
        return certified_by
    alike = (each for each in suiting if padding and each.startswith(padding))
    return next(alike, suiting[0])


def _padding_in(identifier: bytes) -> str:
    """Tell the padding of an RSA signature by its AlgorithmIdentifier in DER.

    PSS may have parameters that no profile here has; they do not matter.
    """
    for padding in (_PSS, _PKCS1):
        known = (each for each in SignatureAlgorithm if each.startswith(padding))
        if any(is_named_in(identifier, each) for each in known):
            return padding
    return ""


def _fit(key: object) -> tuple[SignatureAlgorithm, ...]:
    """Name the algorithms by which a key signs, which may be another CA's."""
    match key:
        case ec.EllipticCurvePublicKey() if key.key_size in _CURVES:
            return fit_signatures(_CURVES[key.key_size])
        case rsa.RSAPublicKey():
            # One of any other size signs alike.
            return fit_signatures(KeyAlgorithm.RSA_4096)
        case ed25519.Ed25519PublicKey():
            return fit_signatures(KeyAlgorithm.ED25519)
        case _:
            return ()
