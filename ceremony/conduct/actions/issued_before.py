"""What the site's journal shows to be issued: keys, subjects, serial numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO

from cryptography import x509

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.room import opened_script
from ceremony.engine.answered import answered_in, is_over
from ceremony.engine.fact_codec import decode_fact
from ceremony.engine.facts import (
    Fact,
    Outcome,
    PartAsked,
    PartMade,
    RequestsJudged,
)
from ceremony.engine.issuer import issuer_keys
from ceremony.engine.revoked import revoked_by_now
from ceremony.engine.serial_number import TOLD_BY, numbered_by
from ceremony.engine.withdrawn import withdrawn_in
from ceremony.identifiers import CeremonyId, Digest
from ceremony.journal.event import Event
from ceremony.pack.batch_files import decode_serials
from ceremony.pki.certificate import decode_certificate
from ceremony.pki.issued_results import BatchResults, decode_issued
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_results import read_issued, read_results
from ceremony.pki.request_set import Issued, issued_in
from ceremony.script.model import Script


def issued_before(
    conductor: Conductor, profile: CertificateProfile, *, renews: bool
) -> Issued:
    """Give what a new request must not ask for, by the site's journal.

    Good requests of this ceremony count, answered or not, and so do those of one that
    is not over yet and has issued a part of a batch: it may answer the rest. Of one
    that is over those count that it has answered; see ``engine.answered``. Whose
    certificate a list revokes for good that this ceremony knows may apply anew, with
    another key.

    Args:
        conductor: The ceremony.
        profile: What is asked for now.
        renews: True where certificates of earlier ceremonies are renewed: that a
            subject has one keeps nobody from the next one then.
    """
    keys: set[bytes] = set()
    subjects: set[bytes] = set()
    issuers: set[bytes] = set()
    journal, revoked = conductor.log.journal, revoked_by_now(conductor.state)
    for ceremony in journal.ceremonies():
        facts = list(_facts(conductor, ceremony))
        own = ceremony == conductor.ceremony
        script = opened_script(journal, ceremony)
        told = [fact for _, fact in facts]
        issuers |= issuer_keys(script, told)
        gone = withdrawn_in(
            script,
            told,
            revoked,
            partial(_results, conductor),
            partial(_signed, conductor),
        )
        for judged, count in _taken_in(script, told, own=own):
            lines = BytesIO(journal.blob(judged.results))
            found = read_issued(lines, "results", profile, gone.requests, count)
            keys |= found.keys
            # Whose a single certificate is it says itself; of one in doubt no serial
            # number is known by which it could be revoked, and its subject set free.
            is_told = judged.single is None or own
            subjects |= found.subjects if is_told and (own or not renews) else set()
        for event, fact in facts:
            for digest, found in _certified(conductor, event, fact, profile):
                keys |= found.keys
                if digest not in gone.certificates and (own or not renews):
                    subjects |= found.subjects
    return Issued(frozenset(keys - issuers), frozenset(subjects), frozenset(issuers))


def serials_before(conductor: Conductor) -> set[int]:
    """Give every serial number that this site knows, whoever issued.

    They are those of certificates, brought ones too, those that the parts of a batch
    have named, finished or not, and those that revocation lists revoke, of which the
    journal may know nothing else. What a batch of an earlier ceremony has named stands
    in this journal.

    Raises:
        CeremonyError: What the journal keeps cannot be read.
    """
    taken: set[int] = set()
    for ceremony in conductor.log.journal.ceremonies():
        for event in conductor.log.journal.events(ceremony):
            if event.type not in TOLD_BY:
                continue
            told = numbered_by(decode_fact(event.type, event.data))
            if told is None:
                continue
            taken.update(told.numbers)
            if told.named is not None:
                taken.update(decode_serials(conductor.log.journal.blob(told.named)))
    return taken


def _facts(conductor: Conductor, ceremony: CeremonyId) -> Iterator[tuple[Event, Fact]]:
    for event in conductor.log.journal.events(ceremony):
        yield event, decode_fact(event.type, event.data)


def _taken_in(
    script: Script, facts: Sequence[Fact], *, own: bool
) -> Iterator[tuple[RequestsJudged, int]]:
    """Give what a ceremony has imported, and how many of its good requests count."""
    goes_on = own or (any(map(_is_part, facts)) and not is_over(facts))
    answered = answered_in(script, facts)
    for fact in facts:
        if isinstance(fact, RequestsJudged):
            count = fact.good if goes_on else answered.get(fact.request, 0)
            if count:
                yield fact, count


def _is_part(fact: Fact) -> bool:
    return isinstance(fact, Outcome) and fact.part is not None


def _results(conductor: Conductor, digest: Digest) -> BatchResults:
    return decode_issued(conductor.log.journal.blob(digest), "the results of a batch")


def _signed(
    conductor: Conductor, judged: RequestsJudged, part: PartMade | PartAsked
) -> dict[str, str]:
    """Give, by serial number, the request of each certificate of a part."""
    journal = conductor.log.journal
    if isinstance(part, PartAsked):
        serials = decode_serials(journal.blob(part.serials))
    else:
        made = x509.load_pem_x509_certificates(journal.blob(part.certificates))
        serials = tuple(each.serial_number for each in made)
    results = read_results(journal.open_blob(judged.results), "results")
    good = (str(it["request"]) for it in results if it.get("verdict") == "good")
    asked = tuple(good)[part.first - 1 :]
    return {
        f"{serial:032x}": request
        for serial, request in zip(serials, asked, strict=False)
    }


def _certified(
    conductor: Conductor, event: Event, fact: Fact, profile: CertificateProfile
) -> Iterator[tuple[Digest, Issued]]:
    """Give what a single certificate shows to be issued, with its fingerprint."""
    if isinstance(fact, Outcome) and fact.certificate is not None:
        for blob in event.blobs:
            if blob.name.startswith("certificate-") and blob.name.endswith(".pem"):
                pem = conductor.log.journal.blob(Digest(blob.sha256))
                certificate = decode_certificate(pem, blob.name)
                yield fact.certificate.digest, issued_in(certificate, profile)
