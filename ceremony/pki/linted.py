"""Lint before sign, and the same bytes.

An order is linted before the subject's key exists, as far as a stand-in key allows;
again with the real key, on a certificate that a throw-away key signed; and then
exactly those to-be-signed bytes are signed.

Invariants:
    * Only :func:`lint_tbs` makes a :class:`LintedTbs`, and :func:`issue` takes nothing
      else: what was not linted cannot be signed.
    * The issuer's key is never handed other bytes than those that were linted.
    * A throw-away key signs nothing that leaves this module.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass, replace
from typing import Final, NoReturn

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from ceremony.errors import EvidenceError
from ceremony.pki.certificate import encode_spki, spki_digest
from ceremony.pki.finding import LintReport
from ceremony.pki.lint import report_on
from ceremony.pki.order import Order, prepare
from ceremony.pki.stand_in import sign_for_looking, stand_in_key

_PROOF: Final = object()


@dataclass(frozen=True, slots=True)
class LintedTbs:
    """To-be-signed bytes in which the lint found no error.

    Attributes:
        order: What was asked for.
        subject_key: The subject's key.
        tbs: The to-be-signed bytes: a TBSCertificate, DER.
        report: The lint's report on exactly these bytes.
    """

    order: Order
    subject_key: CertificatePublicKeyTypes
    tbs: bytes
    report: LintReport
    proof: InitVar[object]

    def __post_init__(self, proof: object) -> None:
        # Not kept as an attribute, so that dataclasses.replace cannot carry it over.
        if proof is not _PROOF:
            raise TypeError("only lint_tbs makes linted bytes")


def lint_order(order: Order) -> LintReport:
    """Lint what was asked for, before the subject's key exists.

    A stand-in key of the same algorithm takes the subject's place, so that a fault in
    the profile or the order shows while there is no key that it could orphan.

    Raises:
        InputError: ``PKI-ORDER-01`` or ``PKI-ORDER-02``: the order is unusable.
    """
    certificate = _throw_away(order, stand_in_key(order.profile.key).public_key())
    report = report_on(certificate, order.profile, order.issuer)
    return replace(report, tbs_digest=None)


def lint_tbs(
    order: Order, subject_key: CertificatePublicKeyTypes
) -> LintedTbs | LintReport:
    """Lint the to-be-signed bytes of an order with the subject's real key.

    Returns:
        The linted bytes; the report alone where there is a finding of error level.

    Raises:
        InputError: ``PKI-ORDER-01`` or ``PKI-ORDER-02``: the order is unusable.
    """
    certificate = _throw_away(order, subject_key)
    report = report_on(certificate, order.profile, order.issuer)
    if report.has_errors:
        return report
    tbs = certificate.tbs_certificate_bytes
    return LintedTbs(order, subject_key, tbs, report, _PROOF)


def issue(
    linted: LintedTbs,
    signing_key: ec.EllipticCurvePrivateKey,
    issuer_public_key: ec.EllipticCurvePublicKey,
) -> x509.Certificate:
    """Sign exactly the linted bytes and verify what came back.

    Args:
        linted: What :func:`lint_tbs` let pass.
        signing_key: The issuer's key, on P-256; it may live in a token.
        issuer_public_key: The issuer's public key as the record knows it, not as the
            token tells it.

    Returns:
        The certificate, its signature verified.

    Raises:
        EvidenceError: ``PKI-SIGN-02``: the keys are not the issuer's; nothing was
            signed. ``PKI-TBS-01``: other bytes than the linted ones came up, before
            or after the signature. ``PKI-SIGN-01``: the signature is wrong.
        DeviceError: What ``signing_key`` raises passes through.
    """
    _verify_issuer_key(linted, signing_key, issuer_public_key)
    guarded = _OnlyTheseBytes(signing_key, linted.tbs)
    certificate = prepare(linted.order, linted.subject_key).sign(
        guarded, hashes.SHA256()
    )
    if certificate.tbs_certificate_bytes != linted.tbs:
        raise _other_bytes()
    try:
        issuer_public_key.verify(
            certificate.signature, linted.tbs, ec.ECDSA(hashes.SHA256())
        )
    except InvalidSignature as error:
        raise EvidenceError(
            "PKI-SIGN-01",
            "The signature that came back is not by the issuer's key.",
            meaning="The certificate is void.",
            remedy="Stop, keep the record, and find out what the token did.",
        ) from error
    return certificate


class _OnlyTheseBytes(ec.EllipticCurvePrivateKey):
    """A key that signs one message and nothing else."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, message: bytes) -> None:
        self._key = key
        self._message = message

    def sign(
        self, data: object, signature_algorithm: ec.EllipticCurveSignatureAlgorithm
    ) -> bytes:
        if data != self._message:
            raise _other_bytes()
        return self._key.sign(self._message, signature_algorithm)

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._key.curve

    @property
    def key_size(self) -> int:
        return self._key.key_size

    def exchange(self, *_: object, **__: object) -> NoReturn:
        raise _signs_only()

    def private_numbers(self) -> NoReturn:
        raise _signs_only()

    def private_bytes(self, *_: object, **__: object) -> NoReturn:
        raise _signs_only()

    def __copy__(self) -> _OnlyTheseBytes:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> _OnlyTheseBytes:
        return self


def _verify_issuer_key(
    linted: LintedTbs,
    signing_key: ec.EllipticCurvePrivateKey,
    issuer_public_key: ec.EllipticCurvePublicKey,
) -> None:
    issuer = linted.order.issuer
    wanted = linted.subject_key if issuer is None else issuer.public_key()
    for key in (issuer_public_key, signing_key.public_key()):
        if encode_spki(key) != encode_spki(wanted):
            raise EvidenceError(
                "PKI-SIGN-02",
                f"The key {spki_digest(key)} is not the issuer's, "
                f"{spki_digest(wanted)}.",
                meaning="Nothing was signed.",
                remedy="Stop, and find out which key the token offered.",
            )


def _throw_away(
    order: Order, subject_key: CertificatePublicKeyTypes
) -> x509.Certificate:
    return sign_for_looking(prepare(order, subject_key), order.profile.signature)


def _signs_only() -> TypeError:
    return TypeError("this key signs one message and does nothing else")


def _other_bytes() -> EvidenceError:
    return EvidenceError(
        "PKI-TBS-01",
        "The bytes to be signed are not the bytes that were linted.",
        meaning="A certificate over them would be one that nobody looked at.",
        remedy="Stop, keep the record, and do not use this build of the tool.",
    )
