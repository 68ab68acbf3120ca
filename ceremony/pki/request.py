"""Certification requests: how a key asks for its certificate.

Invariants:
    * A request that is accepted is signed with the very key that it names, so that
      nobody obtains a certificate for another's key.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import (
    ec,
    ed448,
    ed25519,
    padding,
    rsa,
)
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from ceremony.errors import EvidenceError, InputError
from ceremony.identifiers import Digest
from ceremony.pki.certificate import spki_digest
from ceremony.pki.der_request import RawRequest, decode_raw_request
from ceremony.pki.fact import KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.field_fault import LOAD_FAULTS
from ceremony.pki.key_form import is_named_in, key_differs, signature_of
from ceremony.pki.request_form import fit_signatures
from ceremony.pki.signature import VERIFYING_KEYS, VerifyingKey, is_signed_by

_UNREADABLE: Final = (*LOAD_FAULTS, TypeError, UserWarning, UnsupportedAlgorithm)
"""What the libraries raise where a request cannot be read."""


@dataclass(frozen=True, slots=True)
class Request:
    """A verified request; :func:`verify_request` makes it.

    Attributes:
        subject: The name asked for.
        public_key: The key, of the algorithm that was asked for.
        key_digest: SHA-256 of the key's SubjectPublicKeyInfo.
        der: The request: DER.
    """

    subject: x509.Name
    public_key: VerifyingKey
    key_digest: Digest
    der: bytes


def verify_request(
    der: bytes,
    key: KeyAlgorithm = KeyAlgorithm.EC_P256,
    signatures: Collection[SignatureAlgorithm] = (),
) -> Request:
    """Verify that a request is well formed and signed with the key that it names.

    Args:
        der: A PKCS#10 request: DER.
        key: What the key has to be.
        signatures: By which algorithms it may be signed; empty for those of
            ``fit_signatures``.

    Raises:
        InputError: ``PKI-REQUEST-01``: not a request in DER; ``PKI-REQUEST-03``: the
            key or the signature is of another kind.
        EvidenceError: ``PKI-REQUEST-02``: the signature is not by the key in it.

    Source:
        RFC 2986, sections 3 and 4.
    """
    raw = _take_apart(der)
    # Asked before another library reads it: that one refuses some of these as a whole.
    wrong = key_differs(raw.key, key)
    if wrong:
        raise _unsuitable(f"The key in the request is not {key.called}: {wrong}.")
    found = _signature(raw, signatures or fit_signatures(key))
    request, public_key = _load(der)
    if not isinstance(public_key, VERIFYING_KEYS):
        raise _unsuitable(f"The key in the request is not {key.called}.")
    if not is_signed_by(public_key, found, raw.info, raw.signature_value):
        raise EvidenceError(
            "PKI-REQUEST-02",
            "The request is not signed with the key that it names.",
            meaning="Whoever made the request need not hold that key.",
            remedy="Stop, keep the request, and have it made again by the key's owner.",
        )
    return Request(request.subject, public_key, spki_digest(public_key), der)


def is_signed_by_own_key(request: x509.CertificateSigningRequest) -> bool | None:
    """Tell whether the key in a request has signed it, by whatever algorithm it names.

    That key and algorithm are the wanted ones is :func:`verify_request`'s to say.

    Returns:
        None where nobody here can tell: the key is none, or one or the algorithm is
        not known to the library.
    """
    signature, asked = request.signature, request.tbs_certrequest_bytes
    try:
        digest = request.signature_hash_algorithm
        match request.public_key(), request.signature_algorithm_parameters:
            case rsa.RSAPublicKey() as key, (
                padding.PSS() | padding.PKCS1v15()
            ) as how if digest is not None:
                key.verify(signature, asked, how, digest)
            case ec.EllipticCurvePublicKey() as key, ec.ECDSA() as how:
                key.verify(signature, asked, how)
            case (ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey()) as key, None:
                key.verify(signature, asked)
            case _:
                return None
    except InvalidSignature:
        return False
    except _UNREADABLE:
        return None
    return True


def _take_apart(der: bytes) -> RawRequest:
    try:
        return decode_raw_request(der)
    except InputError as error:
        raise _no_request() from error


def _signature(
    raw: RawRequest, allowed: Collection[SignatureAlgorithm]
) -> SignatureAlgorithm:
    """Tell by which of some algorithms a request says that it is signed."""
    found = signature_of(raw.signature)
    if found is None or found not in allowed:
        called = " or ".join(each.called for each in allowed)
        named = any(is_named_in(raw.signature, each) for each in allowed)
        why = ": the parameters that it names are other ones" if named else ""
        raise _unsuitable(f"The request is not signed with {called}{why}.")
    return found


def _load(
    der: bytes,
) -> tuple[x509.CertificateSigningRequest, CertificatePublicKeyTypes]:
    try:
        # The library only warns of some names that RFC 5280 forbids.
        with warnings.catch_warnings(action="error"):
            request = x509.load_der_x509_csr(der)
            key, _ = request.public_key(), request.subject
    except _UNREADABLE as error:
        raise _no_request() from error
    return request, key


def verify_request_subject(request: Request, subject: x509.Name) -> None:
    """Verify that a request asks for the name that the script foresees.

    Raises:
        EvidenceError: ``PKI-REQUEST-04``: it asks for another, or encodes it
            otherwise.
    """
    if request.subject.public_bytes() != subject.public_bytes():
        raise EvidenceError(
            "PKI-REQUEST-04",
            f"The request asks for {request.subject.rfc4514_string()}, and not for "
            f"{subject.rfc4514_string()}.",
            meaning="A certificate from it would not be the one that was approved.",
            remedy="Stop, and have the request made again with the approved name.",
        )


def _no_request() -> InputError:
    return InputError(
        "PKI-REQUEST-01",
        "This is not a certification request in DER.",
        remedy="Give the file that the key's owner made.",
    )


def _unsuitable(message: str) -> InputError:
    return InputError(
        "PKI-REQUEST-03",
        message,
        remedy="Have the request made with a key of the kind that is asked for.",
    )
