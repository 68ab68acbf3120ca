"""Whether evidence made by a site's log key, seal and people will verify.

What is wrong with these is wrong in every pack, and can be repaired before the ceremony
only: the binding, with each certificate, is part of its first leaf.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cryptography import x509

from ceremony.errors import EvidenceError, InputError, RefusedError
from ceremony.identifiers import Mode, Origin
from ceremony.journal.note import Algorithm, VerifierKey, decode_vkey
from ceremony.pack.binding import SiteBinding
from ceremony.pki.certificate import verify_issued_by


def journal_origin(binding: SiteBinding, mode: Mode) -> Origin:
    """Give the journal's origin: a rehearsal's ends in ``/rehearsal``."""
    suffix = "/rehearsal" if mode is Mode.REHEARSAL else ""
    return Origin(f"{binding.origin}{suffix}")


def verify_log_key_name(binding: SiteBinding, mode: Mode) -> None:
    """Insist that the log key is bound under the name of the journal that is kept.

    Raises:
        InputError: ``JOURNAL-VKEY-01``: it is no verifier key.
        RefusedError: ``BINDING-ORIGIN-01``: no checkpoint of the journal would verify.
    """
    origin, name = (
        journal_origin(binding, mode),
        _verifier_key(binding.evidence.log_key, "log-key").name,
    )
    if name != origin:
        raise _refused(
            "BINDING-ORIGIN-01",
            f"The journal of this mode is {origin}, and log-key is under the name "
            f"{name}.",
            "Correct origin, or bind the log key under the journal's name.",
        )


def verify_cosigners(binding: SiteBinding) -> None:
    """Insist that whoever cosigns is bound with the verifier key of their own key.

    Raises:
        InputError: ``JOURNAL-VKEY-01``: it is no verifier key.
        RefusedError: ``BINDING-COSIGNER-01``: it is another kind's or another key's,
            and the person's first turn would stop at it.
    """
    for person in binding.people:
        if not person.cosigner:
            continue
        told = _verifier_key(person.cosigner, f"cosigner of {person.id}")
        certificate = x509.load_der_x509_certificate(person.certificate)
        is_own = told.public_key == certificate.public_key()
        if told.algorithm is not Algorithm.COSIGNATURE or not is_own:
            raise _refused(
                "BINDING-COSIGNER-01",
                f"The cosigner of {person.id} is not the verifier key, of type 4, of "
                f"the key in {person.file}.",
                "Correct cosigner, or leave it out: the person then signs without "
                "cosigning.",
            )


def _verifier_key(text: str, what: str) -> VerifierKey:
    try:
        return decode_vkey(text)
    except InputError as error:
        raise InputError(
            error.code,
            f"The {what} in the site binding: {error}",
            remedy=error.remedy,
        ) from error


def verify_evidence_ca(binding: SiteBinding) -> None:
    """Insist that the bound CA stands above the seal and above everybody.

    Raises:
        RefusedError: ``BINDING-CA-01``.
    """
    _, ca = _authority(binding)
    for file, certificate in _signers(binding):
        try:
            verify_issued_by(certificate, ca)
        except EvidenceError as error:
            raise _refused(
                "BINDING-CA-01",
                f"{file} is not signed by the key of {binding.ca_file}.",
                "Bind the evidence CA that issued it; another one of the same name "
                "will not do.",
            ) from error


def verify_evidence_terms(binding: SiteBinding, at: datetime) -> None:
    """Insist that each certificate of evidence holds now.

    Args:
        binding: The site's.
        at: The time, UTC.

    Raises:
        RefusedError: ``BINDING-TERM-01``.
    """
    for file, certificate in (_authority(binding), *_signers(binding)):
        first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if not first <= at <= last:
            raise _refused(
                "BINDING-TERM-01",
                f"{file} holds from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} "
                f"UTC, and it is {at:%Y-%m-%d %H:%M}.",
                "Have it renewed, and bind the new one; or set the clock, where it is "
                "wrong.",
            )


def evidence_rules(
    binding: SiteBinding, mode: Mode, at: datetime
) -> tuple[Callable[[], None], ...]:
    """Give what is asked of a binding's evidence, each to be called by itself."""
    return (
        lambda: verify_log_key_name(binding, mode),
        lambda: verify_evidence_ca(binding),
        lambda: verify_evidence_terms(binding, at),
        lambda: verify_cosigners(binding),
    )


def _authority(binding: SiteBinding) -> tuple[str, x509.Certificate]:
    return binding.ca_file, x509.load_der_x509_certificate(binding.evidence_ca)


def _signers(binding: SiteBinding) -> tuple[tuple[str, x509.Certificate], ...]:
    evidence = binding.evidence
    ders = (
        (evidence.seal_file, evidence.seal_certificate),
        *((person.file, person.certificate) for person in binding.people),
    )
    return tuple((file, x509.load_der_x509_certificate(der)) for file, der in ders)


def _refused(code: str, message: str, remedy: str) -> RefusedError:
    meaning = "Nothing was opened; every pack of it would be NOT VERIFIED."
    return RefusedError(code, message, meaning=meaning, remedy=remedy)
