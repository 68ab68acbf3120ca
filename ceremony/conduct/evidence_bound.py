"""Whether evidence made by a site's log key, seal and people will verify.

What is wrong with log key, evidence CA or seal is wrong in every pack; what is wrong
with a person, in that of each ceremony in which the person has a seat. Either can be
repaired before the ceremony only: the binding, with each certificate, is part of its
first leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony.check.findings import Finding, warning
from ceremony.conduct.site import BINDING
from ceremony.errors import EvidenceError, InputError, Place, RefusedError
from ceremony.identifiers import Mode, Origin, PersonId
from ceremony.journal.note import Algorithm, VerifierKey, decode_vkey
from ceremony.pack.binding import PersonBinding, SiteBinding
from ceremony.pki.certificate import verify_issued_by


@dataclass(frozen=True, slots=True)
class EvidenceCertificate:
    """A certificate by which evidence is verified.

    Attributes:
        called: Its file, and whose it is where it is a person's.
        certificate: The certificate.
    """

    called: str
    certificate: x509.Certificate

    def term_fault(self, at: datetime) -> str:
        """Say that it does not hold at a time, UTC; empty where it does."""
        first = self.certificate.not_valid_before_utc
        last = self.certificate.not_valid_after_utc
        if first <= at <= last:
            return ""
        return (
            f"{self.called} holds from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} "
            f"UTC, and it is {at:%Y-%m-%d %H:%M}."
        )


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


def verify_seal_key(binding: SiteBinding) -> None:
    """Insist that the seal's key can seal: a pack has one form of signature.

    Raises:
        RefusedError: ``BINDING-SEAL-01``: it is not on P-256.
    """
    key = seal_of(binding).certificate.public_key()
    if not (
        isinstance(key, ec.EllipticCurvePublicKey)
        and isinstance(key.curve, ec.SECP256R1)
    ):
        raise _refused(
            "BINDING-SEAL-01",
            f"{binding.evidence.seal_file} is for a key that is not of EC P-256.",
            "Make a key on P-256 for the seal, and bind its certificate.",
            "Nothing was opened; no pack of it could be sealed.",
        )


def verify_evidence_ca(binding: SiteBinding) -> None:
    """Insist that the bound CA stands above the seal.

    Raises:
        RefusedError: ``BINDING-CA-01``.
    """
    _verify_issued(binding, seal_of(binding))


def verify_evidence_terms(binding: SiteBinding, at: datetime) -> None:
    """Insist that the certificates of evidence CA and seal hold.

    Args:
        binding: The site's.
        at: The time, UTC.

    Raises:
        RefusedError: ``BINDING-TERM-01``.
    """
    if fault := term_fault(binding, at):
        raise _refused(
            "BINDING-TERM-01",
            fault,
            "Have it renewed, and bind the new one; or set the clock, where it is "
            "wrong.",
        )


def verify_person(binding: SiteBinding, person: PersonBinding) -> None:
    """Insist that the bound CA stands above a person.

    Whoever cosigns is bound with the verifier key of their own key, too.

    Args:
        binding: The site's.
        person: Somebody whom it binds.

    Raises:
        InputError: ``JOURNAL-VKEY-01``: the cosigner is no verifier key.
        RefusedError: ``BINDING-CA-01`` or ``BINDING-COSIGNER-01``.
    """
    own = certificate_of(person)
    _verify_issued(binding, own)
    if person.cosigner:
        _verify_cosigner(person, own.certificate)


def evidence_rules(
    binding: SiteBinding, mode: Mode, at: datetime
) -> tuple[Callable[[], None], ...]:
    """Give what is asked of a site's evidence, each to be called by itself.

    Of people :func:`verify_people` asks, once it is known who has a seat.
    """
    return (
        lambda: verify_log_key_name(binding, mode),
        lambda: verify_seal_key(binding),
        lambda: verify_evidence_ca(binding),
        lambda: verify_evidence_terms(binding, at),
    )


def verify_people(binding: SiteBinding, people: Collection[PersonId]) -> None:
    """Insist on the evidence of those who are to have a seat, as far as bound.

    Args:
        binding: The site's, which may bind more people.
        people: Their ids.

    Raises:
        InputError: As :func:`verify_person`.
        RefusedError: Likewise.
    """
    for person in binding.people:
        if person.id in people:
            verify_person(binding, person)


def warn_of_ended(
    binding: SiteBinding, at: datetime, people: Collection[PersonId] | None = None
) -> Iterator[Finding]:
    """Tell who cannot sign with their own key, for its certificate does not hold.

    Args:
        binding: The site's.
        at: The time, UTC.
        people: Who is asked about; None before there is a roster, for everybody.

    Yields:
        ``CONDUCT-SIGN-02``, of the binding: whoever it is goes on by paper.
    """
    for person in binding.people:
        fault = certificate_of(person).term_fault(at)
        if fault and (people is None or person.id in people):
            yield warning(
                "CONDUCT-SIGN-02",
                Place(BINDING),
                f"{fault} {person.id} cannot sign with their own key.",
                "Have it renewed and bind the new one before the ceremony is opened. "
                "Else the person signs on paper, where the site lets their role.",
            )


def term_fault(binding: SiteBinding, at: datetime) -> str:
    """Say which of evidence CA and seal does not hold; empty where both do.

    Args:
        binding: The site's.
        at: The time, UTC.
    """
    every = (ca_of(binding), seal_of(binding))
    return next(filter(None, (each.term_fault(at) for each in every)), "")


def ca_of(binding: SiteBinding) -> EvidenceCertificate:
    """Give the evidence CA's certificate."""
    ca = x509.load_der_x509_certificate(binding.evidence_ca)
    return EvidenceCertificate(binding.ca_file, ca)


def seal_of(binding: SiteBinding) -> EvidenceCertificate:
    """Give the seal's certificate."""
    seal = binding.evidence
    certificate = x509.load_der_x509_certificate(seal.seal_certificate)
    return EvidenceCertificate(seal.seal_file, certificate)


def certificate_of(person: PersonBinding) -> EvidenceCertificate:
    """Give a person's certificate."""
    certificate = x509.load_der_x509_certificate(person.certificate)
    return EvidenceCertificate(f"{person.file} of {person.id}", certificate)


def _verify_issued(binding: SiteBinding, signer: EvidenceCertificate) -> None:
    try:
        verify_issued_by(signer.certificate, ca_of(binding).certificate)
    except EvidenceError as error:
        raise _refused(
            "BINDING-CA-01",
            f"{signer.called} is not signed by the key of {binding.ca_file}.",
            "Bind the evidence CA that issued it; another one of the same name "
            "will not do.",
        ) from error


def _verify_cosigner(person: PersonBinding, certificate: x509.Certificate) -> None:
    told = _verifier_key(person.cosigner, f"cosigner of {person.id}")
    is_own = told.public_key == certificate.public_key()
    if told.algorithm is not Algorithm.COSIGNATURE or not is_own:
        raise _refused(
            "BINDING-COSIGNER-01",
            f"The cosigner of {person.id} is not the verifier key, of type 4, of the "
            f"key in {person.file}.",
            "Correct cosigner, or leave it out: the person then signs without "
            "cosigning.",
            "Nothing was opened; the person's first turn would stop at it.",
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


def _refused(
    code: str,
    message: str,
    remedy: str,
    meaning: str = "Nothing was opened; every pack of it would be NOT VERIFIED.",
) -> RefusedError:
    return RefusedError(code, message, meaning=meaning, remedy=remedy)
