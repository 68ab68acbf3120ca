"""Lint before sign, and the same bytes: revocation lists.

A list is linted as a throw-away key of its issuer's kind has signed it, and then
exactly those to-be-signed bytes are signed by the issuer.

Invariants:
    * Only :func:`lint_crl` makes a :class:`LintedCrl`, and :func:`issue_crl` takes
      nothing else: what was not linted cannot be signed.
    * The issuer's key is never handed other bytes than those that were linted.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass, replace
from typing import Final

from cryptography import x509

from ceremony.errors import EvidenceError
from ceremony.pki.certificate import encode_spki, spki_digest
from ceremony.pki.crl_der import encode_signed_crl
from ceremony.pki.crl_lint import report_on_crl
from ceremony.pki.crl_order import CrlOrder, prepare_crl
from ceremony.pki.crl_profile import CrlProfile
from ceremony.pki.finding import LintReport
from ceremony.pki.second_lint import lint_second_crl
from ceremony.pki.signature import SigningKey, VerifyingKey, is_signed_by, sign
from ceremony.pki.stand_in import sign_for_looking
from ceremony.script.waiver import Waiver

_PROOF: Final = object()


@dataclass(frozen=True, slots=True)
class LintedCrl:
    """To-be-signed bytes of a list in which the lint found no error.

    Attributes:
        order: What was asked for.
        tbs: The to-be-signed bytes: a TBSCertList, DER.
        report: The lint's report on exactly these bytes.
    """

    order: CrlOrder
    tbs: bytes
    report: LintReport
    proof: InitVar[object]

    def __post_init__(self, proof: object) -> None:
        # Not kept as an attribute, so that dataclasses.replace cannot carry it over.
        if proof is not _PROOF:
            raise TypeError("only lint_crl makes linted bytes")


def report_on_crl_twice(
    crl: x509.CertificateRevocationList,
    profile: CrlProfile,
    issuer: x509.Certificate,
    waivers: tuple[Waiver, ...] = (),
) -> LintReport:
    """Lint a revocation list by our own rules and by a second linter's.

    Args:
        crl: The list, whoever signed it.
        profile: What it has to look like.
        issuer: The certificate of the CA that it names as its issuer.
        waivers: What the second linter may find all the same.

    Raises:
        InputError: As ``crl_lint.report_on_crl``.
    """
    report = report_on_crl(crl, profile, issuer)
    second = lint_second_crl(crl, profile.departures, waivers, profile.baseline)
    return replace(report, second=second)


def lint_crl(order: CrlOrder) -> LintedCrl | LintReport:
    """Lint the to-be-signed bytes of a list.

    Returns:
        The linted bytes; the report alone where there is a finding of error level.

    Raises:
        InputError: ``PKI-LIST-05`` or ``PKI-LIST-06``: the order is unusable.
    """
    crl = _throw_away(order)
    report = _report(crl, order)
    if report.has_errors:
        return report
    return LintedCrl(order, crl.tbs_certlist_bytes, report, _PROOF)


def issue_crl(
    linted: LintedCrl, signing_key: SigningKey, issuer_public_key: VerifyingKey
) -> x509.CertificateRevocationList:
    """Sign exactly the linted bytes and verify what came back.

    Args:
        linted: What :func:`lint_crl` let pass.
        signing_key: The issuer's key; it may live in a token.
        issuer_public_key: The issuer's public key as the record knows it, not as the
            token tells it.

    Returns:
        The list: parsed back, its signature verified, and linted again.

    Raises:
        EvidenceError: ``PKI-LIST-08``: the keys are not the issuer's; nothing was
            signed. ``PKI-LIST-09``: the lint did not let it pass; what came of it holds
            other bytes than the linted ones, or the lint of it finds something else.
            ``PKI-LIST-10``: the signature is wrong.
        DeviceError: What ``signing_key`` raises passes through.
    """
    # Types are not asked while a program runs, and this one is a proof.
    if type(linted) is not LintedCrl or linted.report.has_errors:
        raise _other_bytes()
    order = linted.order
    _verify_issuer_key(order, signing_key, issuer_public_key)
    if crl_tbs_of(order) != linted.tbs:
        raise _other_bytes()
    signature = sign(signing_key, order.signature, linted.tbs)
    if not is_signed_by(issuer_public_key, order.signature, linted.tbs, signature):
        raise EvidenceError(
            "PKI-LIST-10",
            "The signature that came back is not by the issuer's key.",
            meaning="The revocation list is void.",
            remedy="Stop, keep the record, and find out what the token did.",
        )
    crl = x509.load_der_x509_crl(encode_signed_crl(linted.tbs, signature))
    again = _report(crl, order)
    if crl.tbs_certlist_bytes != linted.tbs or again != linted.report:
        raise _other_bytes()
    return crl


def crl_tbs_of(order: CrlOrder) -> bytes:
    """Give the to-be-signed bytes that an order comes to, unlinted: DER.

    For whoever compares them with what was signed; nothing here signs them.

    Raises:
        InputError: ``PKI-LIST-05`` or ``PKI-LIST-06``: the order is unusable.
    """
    return _throw_away(order).tbs_certlist_bytes


def _report(crl: x509.CertificateRevocationList, order: CrlOrder) -> LintReport:
    return report_on_crl_twice(crl, order.profile, order.issuer, order.waivers)


def _throw_away(order: CrlOrder) -> x509.CertificateRevocationList:
    return sign_for_looking(prepare_crl(order), order.signature)


def _verify_issuer_key(
    order: CrlOrder, signing_key: SigningKey, issuer_public_key: VerifyingKey
) -> None:
    wanted = order.issuer.public_key()
    for key in (issuer_public_key, signing_key.public_key()):
        if encode_spki(key) != encode_spki(wanted):
            raise EvidenceError(
                "PKI-LIST-08",
                f"The key {spki_digest(key)} is not that of the list's issuer, "
                f"{spki_digest(wanted)}.",
                meaning="Nothing was signed.",
                remedy="Stop, and find out which key the token offered.",
            )


def _other_bytes() -> EvidenceError:
    return EvidenceError(
        "PKI-LIST-09",
        "The bytes of the list to be signed are not the bytes that were linted.",
        meaning="A list over them would be one that nobody looked at.",
        remedy="Stop, keep the record, and do not use this build of the tool.",
    )
