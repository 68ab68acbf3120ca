"""Find the files behind a certificate's leaf, and the certificate above it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from cryptography import x509

from ceremony.engine.facts import (
    CertificateBrought,
    CertificateMade,
    CrlMade,
    EarlierFound,
    Outcome,
    PartMade,
)
from ceremony.engine.revocation import (
    cross_certificates,
    has_other_paths,
    own_last_first,
)
from ceremony.engine.state import Recorded
from ceremony.errors import CeremonyError
from ceremony.identifiers import Digest
from ceremony.pack.record import Record
from ceremony.pki.certificate import (
    fingerprint,
    name_text,
    verify_issued_by,
)
from ceremony.pki.path import BROKEN
from ceremony.pki.path_building import choose_path
from ceremony.script.model import Step
from ceremony.verify.check import FailedError
from ceremony.verify.embedded import read_certificate
from ceremony.verify.trace import place


def blob_beside(record: Record, recorded: Recorded, begin: str, ending: str) -> bytes:
    """Give the file beside a leaf whose name begins and ends so.

    Raises:
        FailedError: ``VERIFY-CERT-01``: there is none.
    """
    for blob in recorded.event.blobs:
        named = blob.name.startswith(begin) and blob.name.endswith(ending)
        if named and blob.name in record.files:
            return record.files[blob.name]
    raise FailedError(
        "VERIFY-CERT-01",
        f"{place(recorded)}: no file {begin}*{ending} is beside the leaf",
    )


def files_of_kind(record: Record, begin: str, thing: str, ending: str) -> list[str]:
    """Name the files of one kind, those that are called after a thing first."""
    names = [it for it in record.files if it.startswith(begin) and it.endswith(ending)]
    return sorted(names, key=lambda name: not name.startswith(f"{begin}{thing}"))


def step_of(record: Record, recorded: Recorded) -> Step:
    """Give the step that a leaf belongs to.

    Raises:
        FailedError: ``VERIFY-CERT-01``: it belongs to none.
    """
    ref = recorded.event.step
    for step in record.state.script.steps:
        if ref is not None and step.id == ref.id:
            return step
    raise FailedError("VERIFY-CERT-01", f"{place(recorded)}: it belongs to no step")


def issuer_of(
    record: Record,
    made: CertificateMade,
    certificate: x509.Certificate,
    before: Recorded | None = None,
) -> x509.Certificate:
    """Find the certificate of the key that signed: itself, or the last one before it.

    Of a certificate of an earlier ceremony, it is one that has signed it.

    Args:
        record: The record.
        made: What it tells of the certificate.
        certificate: The certificate.
        before: The leaf before which the record has to tell of one that has signed an
            earlier certificate; None for anywhere.

    Raises:
        FailedError: ``VERIFY-CERT-06``: the record has none.
    """
    signer = record.state.keys.get(made.issuer_thing)
    if signer is not None and made.public_key == signer.public_key:
        return certificate
    if signer is None or _is_earlier(record, made):
        issuer = issuer_among(record, certificate, before)
        if issuer is None:
            raise FailedError(
                "VERIFY-CERT-06", f"no certificate of {made.issuer} is in this record"
            )
        return certificate if issuer == certificate else issuer
    return issuer_before(record, made)


def _is_earlier(record: Record, made: CertificateMade) -> bool:
    told = (each.outcome.certificate for each in record.state.earlier)
    return any(each is not None and each.digest == made.digest for each in told)


def issuer_among(
    record: Record, certificate: x509.Certificate, before: Recorded | None = None
) -> x509.Certificate | None:
    """Find the certificate of the record that one verifies under; None if none.

    Of several of one key it is the last, a CA's own before other CAs' for it.

    Args:
        record: The record.
        certificate: The certificate.
        before: The leaf before which the record tells of it, where of any; None for
            anywhere.
    """
    known = record.state.certificates
    issuer = name_text(certificate.issuer)
    names = [name for name, made in known.items() if made.subject == issuer]
    ordered = own_last_first(record.state.script, names)
    if before is not None:
        late = {it for it in names if not _is_before(record, before, known[it])}
        ordered = tuple(sorted(ordered, key=lambda name: name in late))
    for name in ordered:
        made = known[name]
        above = certificate_of(record, name, made.digest)
        try:
            verify_issued_by(certificate, above)
        except CeremonyError:
            continue
        return above
    return None


def chain_of(
    record: Record,
    recorded: Recorded,
    made: CertificateMade,
    certificate: x509.Certificate,
) -> tuple[x509.Certificate, ...]:
    """Find the certificates from one up to the one that signed itself.

    Where a CA above has several certificates, they are those of a path that is valid.

    Args:
        record: The record.
        recorded: The leaf that needs them, for its place.
        made: What the record tells of the certificate.
        certificate: The first of them.

    Raises:
        FailedError: ``VERIFY-CERT-06``: the record lacks one; ``PKI-PATH-01``: they
            sign one another in a ring.
    """
    chain = [certificate]
    while True:
        issuer = issuer_of(record, made, chain[-1], recorded)
        if issuer is chain[-1]:
            return _chosen(record, recorded, tuple(chain))
        if issuer in chain:
            raise FailedError(
                BROKEN,
                f"{place(recorded)}: {name_text(issuer.subject)} and the certificates "
                "below it sign one another in a ring",
            )
        chain.append(issuer)
        made = made_as(record, issuer)


def verified_chain(
    chain: tuple[x509.Certificate, ...],
) -> tuple[x509.Certificate, ...]:
    """Insist that each certificate of a chain has signed the one before.

    Raises:
        EvidenceError: ``PKI-SIGN-01``.
    """
    for below, above in pairwise(chain):
        verify_issued_by(below, above)
    return chain


def _chosen(
    record: Record, recorded: Recorded, chain: tuple[x509.Certificate, ...]
) -> tuple[x509.Certificate, ...]:
    """Take the path that was to be taken when something was signed, before its leaf."""
    state = record.state
    if not has_other_paths(_names(chain, state.certificates), state.certificates):
        return chain
    known = {
        name: made
        for name, made in state.certificates.items()
        if _is_before(record, recorded, made)
    }
    path = _names(chain, known)
    if not has_other_paths(path, known):
        return chain
    # What was signed itself stands in its own leaf, and not before it.
    end, above = chain[: -len(path)], chain[-len(path) :]
    certificates = [
        certificate_of(record, name, known[name].digest)
        for name in own_last_first(state.script, tuple(known))
    ]
    day = recorded.event.t.wall.date()
    return (*end, *choose_path(above, certificates, day))


def _names(
    chain: tuple[x509.Certificate, ...], known: Mapping[str, CertificateMade]
) -> tuple[str, ...]:
    """Name those of a chain that are known, in its order."""
    digests = {made.digest: name for name, made in known.items()}
    told = map(fingerprint, chain)
    return tuple(digests[digest] for digest in told if digest in digests)


def _is_before(record: Record, recorded: Recorded, made: CertificateMade) -> bool:
    """Tell whether the record tells of a certificate before a leaf."""
    return any(
        each.event.seq < recorded.event.seq and _tells_of(each, made.digest)
        for each in record.facts
    )


def _tells_of(recorded: Recorded, digest: Digest) -> bool:
    if isinstance(recorded.fact, CertificateBrought):
        return recorded.fact.certificate.digest == digest
    done = _done(recorded)
    told = done.certificate if done is not None else None
    return told is not None and told.digest == digest


def made_as(record: Record, certificate: x509.Certificate) -> CertificateMade:
    """Give what the record tells of one of its certificates."""
    return next(
        each
        for each in record.state.certificates.values()
        if each.digest == fingerprint(certificate)
    )


def issuer_before(
    record: Record, made: CertificateMade | CrlMade | PartMade
) -> x509.Certificate:
    """Find the last certificate of the key that signed, before what it signed.

    Raises:
        FailedError: ``VERIFY-CERT-06``: the record has none.
    """
    key = record.state.keys[made.issuer_thing]

    def is_told(recorded: Recorded) -> bool:
        done = _done(recorded)
        return done is not None and made in (done.certificate, done.crl, done.part)

    found = last_certificate(record, key.public_key, is_told)
    if found is None:
        raise FailedError(
            "VERIFY-CERT-06",
            f"the key {made.issuer_thing} has no certificate in this record",
        )
    return found


def last_certificate(
    record: Record, public_key: Digest, ends: Callable[[Recorded], bool]
) -> x509.Certificate | None:
    """Find the last certificate of a key that a CA goes on by; None where it has none.

    Args:
        record: The record.
        public_key: SHA-256 of its SubjectPublicKeyInfo.
        ends: True for the leaf from which on nothing counts.
    """
    crossed = cross_certificates(record.state.script)
    found: tuple[str, Digest] | None = None
    for recorded in record.facts:
        if ends(recorded):
            break
        done = _done(recorded)
        told = done.certificate if done is not None else None
        if done is None or told is None:
            continue
        if told.public_key == public_key and done.thing not in crossed:
            found = (done.thing, told.digest)
    return None if found is None else certificate_of(record, *found)


def _done(recorded: Recorded) -> Outcome | None:
    """Give the outcome that a leaf tells, by this script's name of what it is about."""
    fact = recorded.fact
    if isinstance(fact, EarlierFound):
        return replace(fact.outcome, thing=fact.thing)
    return fact if isinstance(fact, Outcome) else None


def certificate_of(record: Record, thing: str, digest: Digest) -> x509.Certificate:
    """Find the file of a certificate that the ceremony made, by its digest.

    Whether it lies there by its own name is for ``verify.beside`` to say.

    Raises:
        FailedError: ``VERIFY-CERT-06``: it is not in the pack.
        InputError: ``PKI-CERT-01``: the file of that name is no certificate.
    """
    for name in files_of_kind(record, "certificate-", thing, ".pem"):
        certificate = read_certificate(record.files[name], name)
        if fingerprint(certificate) == digest:
            return certificate
    raise FailedError("VERIFY-CERT-06", f"certificate-{thing}.pem is missing")
