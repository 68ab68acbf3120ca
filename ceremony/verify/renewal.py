"""What is renewed, made out from what the record carries of earlier ceremonies.

Part of check 12. Whose a certificate is it says itself; whose those of a batch are its
results say, whose SHA-256 the leaf of that ceremony has. Whether such a batch is what
its results say was for that ceremony's own verification. Which of them are revoked is
asked of the lists that the record has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from io import BytesIO

from cryptography import x509

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.engine.facts import (
    EarlierFound,
    PartAsked,
    PartMade,
    RequestsJudged,
)
from ceremony.engine.revoked import NOTHING_REVOKED, Revoked, lists_in, revoked_in
from ceremony.engine.state import Recorded
from ceremony.engine.succession import keys_before
from ceremony.identifiers import Digest
from ceremony.journal.codec import decode_event
from ceremony.pack.batch_files import (
    CHAIN,
    earlier_chain_name,
    earlier_issued_name,
    earlier_results_name,
)
from ceremony.pack.record import Record
from ceremony.pki.certificate import spki_digest
from ceremony.pki.issued_results import BatchResults, decode_issued
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_results import read_issued, read_results
from ceremony.pki.request_set import Issued, issued_in
from ceremony.pki.same_subject import compared_subject
from ceremony.pki.script_profile import certificate_profile
from ceremony.verify.check import FailedError
from ceremony.verify.embedded import read_certificate
from ceremony.verify.issued import blob_beside, step_of
from ceremony.verify.trace import place


def is_same_batch(
    record: Record, recorded: Recorded, fact: EarlierFound, part: PartMade
) -> bool:
    """Tell whether the results that a record carries of a batch are its leaf's.

    Args:
        record: The record.
        recorded: The leaf here that tells of the batch.
        fact: It.
        part: The last part, as that ceremony's leaf has it.

    Raises:
        FailedError: ``VERIFY-CERT-01``: a file is missing.
        InputError: A file is not of its format.
    """
    issued_file = earlier_issued_name(fact.thing)
    results_file = earlier_results_name(fact.thing)
    issued = blob_beside(record, recorded, issued_file, "")
    results = blob_beside(record, recorded, results_file, "")
    digests = (canonical.digest(issued), canonical.digest(results))
    told = decode_issued(issued, issued_file)
    good = [
        (each["position"], each["request"])
        for each in read_results(BytesIO(results), results_file)
        if each.get("verdict") == "good"
    ]
    return (
        digests == (part.issued, told.requests)
        and [(each.position, each.request) for each in told.answered] == good
        and len(good) == part.first + part.count - 1
    )


def is_signed_as_told(record: Record, recorded: Recorded, fact: EarlierFound) -> bool:
    """Tell whether a batch is of the key that is told, by its issuer's certificate.

    The leaf of that ceremony names the file that begins with it, and then the key has
    to be told. Where it names none, as leaves from before it do, whose key it was rests
    on the site's journal.

    Args:
        record: The record.
        recorded: The leaf here that tells of the batch.
        fact: It.

    Raises:
        CeremonyError: A file is missing, or the leaf cannot be read.
        ValueError: The file holds no certificate.
    """
    leaf = decode_event(blob_beside(record, recorded, "earlier-", ".json"))
    named = [blob.sha256 for blob in leaf.blobs if blob.name.startswith(CHAIN)]
    name = earlier_chain_name(fact.thing)
    if not named:
        return all(blob.name != name for blob in recorded.event.blobs)
    chain = blob_beside(record, recorded, name, "")
    issuer, *_ = x509.load_pem_x509_certificates(chain)
    key = spki_digest(issuer.public_key())
    return canonical.digest(chain) in named and key == fact.issuer_key


def results_of(record: Record, digest: Digest) -> BatchResults:
    """Read the results of a batch of the ceremony itself.

    Raises:
        InputError: ``PKI-ISSUED-01``: the record does not have them.
    """
    named = (
        blob.name
        for recorded in record.facts
        for blob in recorded.event.blobs
        if blob.sha256 == digest
    )
    file = next((name for name in named if name in record.files), "")
    return decode_issued(record.files.get(file, b""), file or "No file")


def earlier_issued(
    record: Record,
    profile: CertificateProfile,
    revoked: Revoked,
    names: Iterable[str] | None = None,
) -> Issued:
    """Give the subjects of certificates of earlier ceremonies, revoked ones apart.

    Args:
        record: The record.
        profile: What is asked for now; see ``request_set.issued_in``.
        revoked: What known lists revoke for good.
        names: The ones that are renewed, by name, of which a single one that is
            revoked is for the engine to refuse; None for all that the record carries.

    Returns:
        The subjects of those, revoked ones apart. Where some are renewed, its
        ``replaced`` are the subjects of which the record carries a later certificate
        that is none of them.

    Raises:
        CeremonyError: What the record carries of one is missing or cannot be read.
    """
    last: dict[bytes, int] = {}
    later: dict[bytes, int] = {}
    gone: set[bytes] = set()
    wanted = None if names is None else set(names)
    for recorded in record.facts:
        fact = recorded.fact
        if not isinstance(fact, EarlierFound):
            continue
        is_wanted = wanted is None or fact.thing in wanted
        lets = wanted is not None and is_wanted and _is_single(fact)
        told = _issued(
            record, recorded, fact, profile, NOTHING_REVOKED if lets else revoked
        )
        known = last if is_wanted else later
        known |= {each: max(fact.seq, known.get(each, 0)) for each in told.subjects}
        gone |= told.revoked if is_wanted else set()
    return Issued(
        subjects=frozenset(last),
        revoked=frozenset(gone - last.keys()),
        replaced=frozenset(
            each for each, seq in later.items() if seq > last.get(each, seq)
        ),
    )


class Meanwhile:
    """What lists of a record revoke between an import and the answer to it."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._judged = {
            each.fact.request: (each.event.seq, each.fact)
            for each in record.facts
            if isinstance(each.fact, RequestsJudged)
        }
        self._lists = [
            (each.event.seq, crl)
            for each in record.facts
            for crl in lists_in([each.fact])
        ]
        self._gone = cache(self._read)

    def verify(
        self,
        recorded: Recorded,
        part: PartAsked,
        good: Sequence[Mapping[str, Json]],
    ) -> None:
        """Insist that no part is signed of what was revoked since its set was taken in.

        Args:
            recorded: The leaf that asks the device for a part.
            part: It.
            good: What the results tell of each good request of the set.

        Raises:
            FailedError: ``PKI-RENEW-02``.
            CeremonyError: What the record carries cannot be read.
        """
        step = step_of(self._record, recorded)
        gone = self._revoked(str(step.parameters["request"]), recorded.event.seq)
        for told in good[part.first - 1 : part.first - 1 + part.count] if gone else ():
            named, subject = str(told["name"]), str(told["subject"])
            if compared_subject(named, subject) in gone:
                raise FailedError(
                    "PKI-RENEW-02",
                    f"{place(recorded)}: request {told['position']} renews what a list "
                    "has revoked since it was taken in",
                )

    def _revoked(self, request: str, seq: int) -> frozenset[bytes]:
        """Give whose certificates are revoked, of those that a set renews; read once.

        None is told where no list came after the set: its import has asked it.
        """
        taken, judged = self._judged.get(request, (0, None))
        last = max((told[0] for told in self._lists if told[0] < seq), default=0)
        if judged is None or not judged.renews or last < taken:
            return frozenset()
        return self._gone(judged, last)

    def _read(self, judged: RequestsJudged, last: int) -> frozenset[bytes]:
        script = self._record.state.script
        profile = certificate_profile(script, judged.profile)
        lists = (crl for seq, crl in self._lists if seq <= last)
        revoked = revoked_in(lists, partial(keys_before, self._record.state))
        return earlier_issued(self._record, profile, revoked, judged.renews).revoked


def _is_single(fact: EarlierFound) -> bool:
    return fact.outcome.certificate is not None


def _issued(
    record: Record,
    recorded: Recorded,
    fact: EarlierFound,
    profile: CertificateProfile,
    revoked: Revoked,
) -> Issued:
    made, serials = fact.outcome.certificate, revoked.by(fact.issuer_key)
    if made is not None:
        pem = blob_beside(record, recorded, "certificate-", ".pem")
        subjects = issued_in(read_certificate(pem, fact.thing), profile).subjects
        if made.serial in serials:
            return Issued(revoked=subjects)
        return Issued(subjects=subjects)
    if fact.outcome.part is not None:
        file = earlier_issued_name(fact.thing)
        issued = decode_issued(blob_beside(record, recorded, file, ""), file)
        file = earlier_results_name(fact.thing)
        lines = BytesIO(blob_beside(record, recorded, file, ""))
        return read_issued(lines, file, profile, issued.answered_with(serials))
    return Issued()
