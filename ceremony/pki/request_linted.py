"""Lint before sign, and the same bytes: requests.

A request is linted before its key exists, as far as a stand-in allows; again with the
real key, before that has signed; and then exactly those bytes are signed.

Invariants:
    * Only :func:`lint_request` makes a :class:`LintedRequest`, and :func:`sign_request`
      takes nothing else: what was not linted cannot be signed.
    * The key is never handed other bytes than those that were linted.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass, replace
from typing import Final

from ceremony.errors import EvidenceError
from ceremony.pki.certificate import encode_spki, spki_digest
from ceremony.pki.der_request import decode_raw_request, encode_signed_request
from ceremony.pki.finding import LintReport
from ceremony.pki.key_form import SIGNATURES
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request import Request, verify_request
from ceremony.pki.request_form import request_signature
from ceremony.pki.request_lint import report_on_request
from ceremony.pki.request_order import RequestOrder, request_info
from ceremony.pki.signature import SigningKey, VerifyingKey, is_signed_by, sign
from ceremony.pki.stand_in import stand_in_public_key

_PROOF: Final = object()


@dataclass(frozen=True, slots=True)
class LintedRequest:
    """Bytes of a request to be signed in which the lint found no error.

    Attributes:
        order: What was asked for.
        public_key: The key that the request names.
        tbs: The bytes to be signed: a CertificationRequestInfo, DER.
        report: The lint's report on exactly these bytes.
    """

    order: RequestOrder
    public_key: VerifyingKey
    tbs: bytes
    report: LintReport
    proof: InitVar[object]

    def __post_init__(self, proof: object) -> None:
        # Not kept as an attribute, so that dataclasses.replace cannot carry it over.
        if proof is not _PROOF:
            raise TypeError("only lint_request makes linted bytes")


def lint_request_order(order: RequestOrder) -> LintReport:
    """Lint what a request is to ask for, before its key exists.

    Raises:
        InputError: ``PKI-ORDER-01`` to ``PKI-ORDER-05``: the order is unusable.
    """
    spki = encode_spki(stand_in_public_key(order.profile.key))
    report = _report(request_info(order, spki), order.profile)
    return replace(report, tbs_digest=None)


def lint_request(
    order: RequestOrder, public_key: VerifyingKey
) -> LintedRequest | LintReport:
    """Lint the bytes to be signed of a request for a key that exists.

    Returns:
        The linted bytes; the report alone where there is a finding of error level.

    Raises:
        InputError: ``PKI-ORDER-01`` to ``PKI-ORDER-05``: the order is unusable.
    """
    tbs = request_info(order, encode_spki(public_key))
    report = _report(tbs, order.profile)
    if report.has_errors:
        return report
    return LintedRequest(order, public_key, tbs, report, _PROOF)


def sign_request(linted: LintedRequest, signing_key: SigningKey) -> Request:
    """Let a key sign exactly the linted bytes, and verify what came back.

    Args:
        linted: What :func:`lint_request` let pass.
        signing_key: The key that the request names; it may live in a token.

    Returns:
        The request: parsed back, its signature verified, and linted again.

    Raises:
        EvidenceError: ``PKI-REQ-11``: it is another key; nothing was signed.
            ``PKI-SIGN-03``: it is not of the profile's kind. ``PKI-REQ-12``: the
            lint did not let it pass; what came of it holds other bytes than the linted
            ones, or the lint of it finds something else. ``PKI-REQ-13``: the signature
            is wrong.
        DeviceError: What ``signing_key`` raises passes through.
    """
    # Types are not asked while a program runs, and this one is a proof.
    if type(linted) is not LintedRequest or linted.report.has_errors:
        raise _other_bytes()
    profile, wanted = linted.order.profile, encode_spki(linted.public_key)
    if encode_spki(signing_key.public_key()) != wanted:
        raise EvidenceError(
            "PKI-REQ-11",
            f"The key {spki_digest(signing_key.public_key())} is not the one that the "
            f"request names, {spki_digest(linted.public_key)}.",
            meaning="Nothing was signed.",
            remedy="Stop, and find out which key the token offered.",
        )
    if request_info(linted.order, wanted) != linted.tbs:
        raise _other_bytes()
    algorithm = request_signature(profile)
    signature = sign(signing_key, algorithm, linted.tbs)
    if not is_signed_by(linted.public_key, algorithm, linted.tbs, signature):
        raise EvidenceError(
            "PKI-REQ-13",
            "The signature that came back is not by the key that the request names.",
            meaning="The request is void: nobody could tell that its owner made it.",
            remedy="Stop, keep the record, and find out what the token did.",
        )
    der = encode_signed_request(linted.tbs, _identifier(profile), signature)
    request = verify_request(der, profile.key, (algorithm,))
    again = report_on_request(der, profile)
    if decode_raw_request(der).info != linted.tbs or again != linted.report:
        raise _other_bytes()
    return request


def _report(tbs: bytes, profile: CertificateProfile) -> LintReport:
    """Lint bytes to be signed, beside the algorithm that is to sign them."""
    return report_on_request(
        encode_signed_request(tbs, _identifier(profile), b""), profile
    )


def _identifier(profile: CertificateProfile) -> bytes:
    return bytes.fromhex(SIGNATURES[request_signature(profile)])


def _other_bytes() -> EvidenceError:
    return EvidenceError(
        "PKI-REQ-12",
        "The bytes of the request to be signed are not the bytes that were linted.",
        meaning="A request over them would be one that nobody looked at.",
        remedy="Stop, keep the record, and do not use this build of the tool.",
    )
