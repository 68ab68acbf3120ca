"""Lint before sign, and the same bytes.

An order is linted before the subject's key exists, as far as a stand-in key allows;
again with the real key, on a certificate that a throw-away key signed; and then
exactly those to-be-signed bytes are signed.

Invariants:
    * Only :func:`lint_each` makes a :class:`LintedTbs`, and :func:`issue_each` takes
      nothing else: what was not linted cannot be signed.
    * The issuer's key is never handed other bytes than those that were linted.
    * A throw-away key signs nothing that leaves this module.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import InitVar, dataclass, replace
from itertools import zip_longest
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from ceremony import canonical
from ceremony.errors import DeviceError, EvidenceError
from ceremony.pki.certificate import encode_spki, spki_digest
from ceremony.pki.der import encode_signed_certificate
from ceremony.pki.finding import LintReport
from ceremony.pki.lint import report_twice
from ceremony.pki.lint_task import LintTask
from ceremony.pki.linter import Linter
from ceremony.pki.order import Order, prepare
from ceremony.pki.signature import (
    SigningKey,
    VerifyingKey,
    ask_to_sign,
    is_signed_by,
)
from ceremony.pki.stand_in import sign_for_looking, stand_in_public_key

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
            raise TypeError("only lint_each makes linted bytes")


def try_order(order: Order) -> tuple[x509.Certificate, LintReport]:
    """Make what was asked for with stand-in keys, to be looked at, and lint it.

    Raises:
        InputError: ``PKI-ORDER-01`` to ``PKI-ORDER-05``: the order is unusable.
    """
    certificate = _throw_away(order, stand_in_public_key(order.profile.key))
    report = report_twice(certificate, order.profile, order.issuer, order.waivers)
    return certificate, replace(report, tbs_digest=None)


def lint_order(order: Order) -> LintReport:
    """Lint what was asked for, before the subject's key exists.

    A stand-in key of the same algorithm takes the subject's place, so that a fault in
    the profile or the order shows while there is no key that it could orphan.

    Raises:
        InputError: ``PKI-ORDER-01`` or ``PKI-ORDER-02``: the order is unusable.
    """
    return try_order(order)[1]


def lint_tbs(
    order: Order, subject_key: CertificatePublicKeyTypes
) -> LintedTbs | LintReport:
    """Lint the to-be-signed bytes of an order with the subject's real key.

    Returns:
        The linted bytes; the report alone where there is a finding of error level.

    Raises:
        InputError: ``PKI-ORDER-01`` or ``PKI-ORDER-02``: the order is unusable.
    """
    (result,) = lint_each(((order, subject_key),), Linter())
    return result


def lint_each(
    orders: Iterable[tuple[Order, CertificatePublicKeyTypes]], linter: Linter
) -> Iterator[LintedTbs | LintReport]:
    """Lint the to-be-signed bytes of several orders; see :func:`lint_tbs`.

    Args:
        orders: Each with its subject's real key.
        linter: Who lints them.

    Yields:
        For each, in their order, what :func:`lint_tbs` returns.

    Raises:
        InputError: ``PKI-ORDER-01`` or ``PKI-ORDER-02``: an order is unusable.
        EvidenceError: ``PKI-TBS-01``: a report is about other bytes.
    """
    _verify_linter(linter)
    asked: deque[tuple[Order, CertificatePublicKeyTypes, bytes]] = deque()

    def looked_at() -> Iterator[LintTask]:
        for order, key in orders:
            certificate = _throw_away(order, key)
            asked.append((order, key, certificate.tbs_certificate_bytes))
            yield _task(certificate, order)

    for report in linter.report_each(looked_at()):
        order, key, tbs = asked.popleft()
        if report.tbs_digest != canonical.digest(tbs):
            raise _other_bytes()
        yield (
            report if report.has_errors else LintedTbs(order, key, tbs, report, _PROOF)
        )


def issue(
    linted: LintedTbs, signing_key: SigningKey, issuer_public_key: VerifyingKey
) -> x509.Certificate:
    """Sign exactly the linted bytes of one certificate; see :func:`issue_each`."""
    (certificate,) = issue_each((linted,), signing_key, issuer_public_key)
    return certificate


def issue_each(
    part: Sequence[LintedTbs],
    signing_key: SigningKey,
    issuer_public_key: VerifyingKey,
    linter: Linter | None = None,
) -> Generator[x509.Certificate, None, None]:
    """Sign exactly the linted bytes of each, and verify what came back.

    While one is verified, the token signs the next one; a few more where several are
    linted at once. Whoever does not take all of them closes the generator before the
    token is asked anything else.

    Args:
        part: What :func:`lint_each` let pass, all under one issuer.
        signing_key: The issuer's key; it may live in a token.
        issuer_public_key: The issuer's public key as the record knows it, not as the
            token tells it.
        linter: Who lints what came back; by default nobody else than this process.

    Yields:
        Each certificate: parsed back, its signature verified, and linted again.

    Raises:
        EvidenceError: ``PKI-SIGN-02``: the keys are not the issuer's; nothing was
            signed. ``PKI-SIGN-03``: they are not of the profile's kind. ``PKI-TBS-01``:
            one was not let pass by the lint; what came of it holds other bytes than the
            linted ones, or the lint of it finds something else. ``PKI-SIGN-01``: the
            signature is wrong.
        DeviceError: What ``signing_key`` raises passes through; in doubt once any of
            the part was signed.
    """
    linter = linter or Linter()
    _verify_linter(linter)
    for each in part:
        _verify_passed(each)
        _verify_issuer_key(each, signing_key, issuer_public_key)
    made: deque[tuple[LintedTbs, x509.Certificate]] = deque()
    with closing(_sign_each(part, signing_key, issuer_public_key)) as signed:

        def looked_at() -> Iterator[LintTask]:
            for linted, certificate in signed:
                made.append((linted, certificate))
                yield _task(certificate, linted.order)

        for again in linter.report_each(looked_at()):
            linted, certificate = made.popleft()
            if again != linted.report:
                raise _other_bytes()
            yield certificate


def _sign_each(
    part: Sequence[LintedTbs], signing_key: SigningKey, issuer_public_key: VerifyingKey
) -> Generator[tuple[LintedTbs, x509.Certificate], None, None]:
    """Have the token sign each, and the next one while one is looked at."""

    def ask(linted: LintedTbs) -> Callable[[], bytes]:
        return ask_to_sign(signing_key, linted.order.profile.signature, linted.tbs)

    signed, signature = None, b""
    try:
        for linted, following in zip_longest(part, part[1:]):
            if signed is None:
                _verify_bytes(linted)
                signed = ask(linted)
            # While the token signs, so that it never waits for this.
            _verify_bytes(following)
            take, signed = signed, None
            signature = take()
            signed = ask(following) if following else None
            yield linted, _certificate(linted, signature, issuer_public_key)
    except DeviceError as error:
        if signature and not error.in_doubt:
            # Whatever became of this one.
            error.in_doubt = True
            error.meaning = "Some of the part are signed, and none of it is recorded."
        raise
    finally:
        # What was asked is answered before anything else is asked. Whoever stops here
        # is told why, and not what became of that answer, Ctrl-C included: where it
        # did not come whole, its key answers nothing any more.
        if signed is not None:
            with suppress(BaseException):
                signed()


def _task(certificate: x509.Certificate, order: Order) -> LintTask:
    return LintTask(certificate, order.profile, order.issuer, order.waivers)


def _certificate(
    linted: LintedTbs, signature: bytes, issuer_public_key: VerifyingKey
) -> x509.Certificate:
    """Give the certificate that a signature makes of linted bytes, and verify it."""
    algorithm = linted.order.profile.signature
    if not is_signed_by(issuer_public_key, algorithm, linted.tbs, signature):
        raise EvidenceError(
            "PKI-SIGN-01",
            "The signature that came back is not by the issuer's key.",
            meaning="The certificate is void.",
            remedy="Stop, keep the record, and find out what the token did.",
        )
    certificate = x509.load_der_x509_certificate(
        encode_signed_certificate(linted.tbs, signature)
    )
    if certificate.tbs_certificate_bytes != linted.tbs:
        raise _other_bytes()
    return certificate


def _verify_linter(linter: Linter) -> None:
    """Insist on the lint itself, as :func:`_verify_passed` does."""
    if type(linter) is not Linter:
        raise TypeError("what is signed is linted by a Linter and by nothing else")


def _verify_passed(linted: LintedTbs) -> None:
    """Insist that the lint itself made it: types are not asked while a program runs."""
    if type(linted) is not LintedTbs or linted.report.has_errors:
        raise _other_bytes()


def _verify_bytes(linted: LintedTbs | None) -> None:
    """Insist that order and key still come to the bytes that were linted."""
    if linted and tbs_of(linted.order, linted.subject_key) != linted.tbs:
        raise _other_bytes()


def _verify_issuer_key(
    linted: LintedTbs,
    signing_key: SigningKey,
    issuer_public_key: VerifyingKey,
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


def tbs_of(order: Order, subject_key: CertificatePublicKeyTypes) -> bytes:
    """Give the to-be-signed bytes that an order comes to, unlinted: DER.

    For whoever compares them with what was signed; nothing here signs them.

    Raises:
        InputError: ``PKI-ORDER-01`` to ``PKI-ORDER-05``: the order is unusable.
    """
    return _throw_away(order, subject_key).tbs_certificate_bytes


def unsigned_certificate(
    order: Order, subject_key: CertificatePublicKeyTypes
) -> x509.Certificate:
    """Give the certificate that an order comes to, to be looked at: unlinted.

    A throw-away key takes the issuer's place in its signature.

    Raises:
        InputError: ``PKI-ORDER-01`` to ``PKI-ORDER-05``: the order is unusable.
    """
    return _throw_away(order, subject_key)


def _throw_away(
    order: Order, subject_key: CertificatePublicKeyTypes
) -> x509.Certificate:
    return sign_for_looking(prepare(order, subject_key), order.profile.signature)


def _other_bytes() -> EvidenceError:
    return EvidenceError(
        "PKI-TBS-01",
        "The bytes to be signed are not the bytes that were linted.",
        meaning="A certificate over them would be one that nobody looked at.",
        remedy="Stop, keep the record, and do not use this build of the tool.",
    )
