"""What a later certificate has replaced: by the site's journal it is renewed no more.

A subject has one live certificate of a profile. Who got the next one goes on from that
one: were the old one renewed once more, there would be two, with two keys.

Invariants:
    * A later certificate that a known list of its issuer revokes for good replaces
      nothing, nor does one that is itself among what is renewed.
    * Lists count that the ceremony knows, so that its record shows why it was allowed.
    * What was recorded as signed counts, of a batch that was left as well. What may
      have been signed besides has replaced nothing, since nobody was given it; its key
      is certified no more, and that is for ``actions.issued_before``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from cryptography import x509

from ceremony.engine.facts import EarlierFound, PartMade
from ceremony.engine.revoked import NOTHING_REVOKED, Revoked
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest
from ceremony.pack.batch_files import earlier_issued_name, earlier_results_name
from ceremony.pki.certificate import decode_certificate
from ceremony.pki.issued_results import decode_issued
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_results import read_issued
from ceremony.pki.request_set import Issued, issued_in
from ceremony.register.history import Act, History
from ceremony.script.model import Step

Blobs = Callable[[Digest], bytes]
Carried = Callable[[str], bytes]
"""Gives a file that goes along with what is told of an earlier act, by its name."""


def subjects_told(
    fact: EarlierFound,
    carried: Carried,
    profile: CertificateProfile,
    revoked: Revoked = NOTHING_REVOKED,
) -> Issued:
    """Give whose certificates an earlier act has issued.

    Args:
        fact: What is told of it: a certificate or a batch.
        carried: Gives the files that go along.
        profile: What is asked for now.
        revoked: What known lists revoke: whose of a batch it is, is told apart.

    Raises:
        InputError: A file cannot be read.
    """
    if fact.outcome.certificate is not None:
        file = f"certificate-{fact.thing}.pem"
        told = issued_in(decode_certificate(carried(file), file), profile)
        return Issued(subjects=told.subjects)
    file = earlier_issued_name(fact.thing)
    issued = decode_issued(carried(file), file)
    gone = issued.answered_with(revoked.by(fact.issuer_key))
    file = earlier_results_name(fact.thing)
    told = read_issued(BytesIO(carried(file)), file, profile, gone)
    return Issued(subjects=told.subjects, revoked=told.revoked)


@dataclass(frozen=True, slots=True)
class Journal:
    """What a site's devices did, and what its journal keeps of it.

    Attributes:
        history: What they did.
        blob: Gives what is kept, by its digest.
        apart: A ceremony that does not count: the one that asks.
    """

    history: History
    blob: Blobs
    apart: str = ""

    def replaced(
        self,
        told: Iterable[tuple[EarlierFound, Carried]],
        profile: CertificateProfile,
        revoked: Revoked,
    ) -> frozenset[bytes]:
        """Give the subjects that have had a later certificate than what is renewed.

        Args:
            told: All that one import renews, each with the files that go along.
            profile: What is asked for now.
            revoked: What known lists revoke.

        Returns:
            See ``Issued.replaced``.

        Raises:
            CeremonyError: What the journal keeps cannot be read.
        """
        last: dict[bytes, int] = {}
        named = set[int]()
        for fact, carried in told:
            named.add(fact.seq)
            for subject in subjects_told(fact, carried, profile).subjects:
                last[subject] = max(fact.seq, last.get(subject, 0))
        first = min(last.values(), default=None)
        replaced: set[bytes] = set()
        for act in self.issuing() if first is not None else ():
            seq = act.event.seq
            if seq in named or seq < (first or 0):
                continue
            issued = self._issued_by(act, profile, revoked)
            replaced |= {each for each in issued if seq > last.get(each, seq)}
        return frozenset(replaced)

    def issued_since(
        self, seq: int, profile: CertificateProfile, revoked: Revoked
    ) -> frozenset[bytes]:
        """Give the subjects that have got a certificate since, which no list revokes.

        Args:
            seq: The leaf after which it was issued.
            profile: What was asked for.
            revoked: What known lists revoke.

        Raises:
            CeremonyError: What the journal keeps cannot be read.
        """
        acts = (act for act in self.issuing() if act.event.seq > seq)
        found = (self._issued_by(act, profile, revoked) for act in acts)
        return frozenset().union(*found)

    def certified_since(
        self, seq: int, profile: CertificateProfile
    ) -> frozenset[bytes]:
        """Give the keys that have got a certificate since, revoked or not.

        Args:
            seq: The leaf after which it was issued.
            profile: What was asked for.

        Returns:
            SHA-256 of each SubjectPublicKeyInfo: 32 bytes.

        Raises:
            CeremonyError: What the journal keeps cannot be read.
        """
        keys: set[bytes] = set()
        for act in self.issuing():
            if act.event.seq > seq:
                keys |= self._keys_by(act, profile)
        return frozenset(keys)

    def _keys_by(self, act: Act, profile: CertificateProfile) -> frozenset[bytes]:
        part = act.outcome.part
        if part is None:
            single = map(self._decoded, _certificates(act))
            return _issued_in_all(single, profile).keys
        if part.issued is None:
            made = x509.load_pem_x509_certificates(self.blob(part.certificates))
            return _issued_in_all(made, profile).keys
        issued = decode_issued(self.blob(part.issued), "the results of a batch")
        lines = BytesIO(self.blob(issued.requests))
        return read_issued(lines, "results", profile).keys

    def issuing(self) -> Iterator[Act]:
        """Give the acts that have issued: of a whole batch its last part alone.

        A batch whose ceremony was left has no results; its certificates are as good.
        """
        acts = [act for act in self.history.acts if act.event.ceremony != self.apart]
        whole = {
            (act.event.ceremony, act.outcome.thing)
            for act in acts
            if act.outcome.part is not None and act.outcome.part.issued is not None
        }
        for act in acts:
            part, batch = act.outcome.part, (act.event.ceremony, act.outcome.thing)
            if act.outcome.certificate is not None or (
                part is not None and (part.issued is not None or batch not in whole)
            ):
                yield act

    def _issued_by(
        self, act: Act, profile: CertificateProfile, revoked: Revoked
    ) -> frozenset[bytes]:
        """Give whose certificates an act has issued that no known list revokes."""
        made, part = act.outcome.certificate, act.outcome.part
        if part is not None:
            return self._of_part(act, part, profile, revoked)
        signer = self.history.public_key_of(act, made.issuer_thing) if made else None
        if made is None or made.serial in revoked.by(signer):
            return frozenset()
        return _issued_in_all(map(self._decoded, _certificates(act)), profile).subjects

    def _of_part(
        self, act: Act, part: PartMade, profile: CertificateProfile, revoked: Revoked
    ) -> frozenset[bytes]:
        """Give whose they are of a batch: all with its last part, else those of one."""
        gone = revoked.by(self.history.public_key_of(act, part.issuer_thing))
        if part.issued is not None:
            issued = decode_issued(self.blob(part.issued), "the results of a batch")
            lines = BytesIO(self.blob(issued.requests))
            serials = issued.answered_with(gone)
            return read_issued(lines, "results", profile, serials).subjects
        made = x509.load_pem_x509_certificates(self.blob(part.certificates))
        live = (each for each in made if f"{each.serial_number:032x}" not in gone)
        return _issued_in_all(live, profile).subjects

    def _decoded(self, digest: Digest) -> x509.Certificate:
        return decode_certificate(self.blob(digest), "a certificate of the journal")


def _certificates(act: Act) -> Iterator[Digest]:
    """Give the digest of the file (PEM) of the certificate that an act has issued."""
    for blob in act.event.blobs:
        if blob.name.startswith("certificate-") and blob.name.endswith(".pem"):
            yield blob.sha256


def _issued_in_all(
    certificates: Iterable[x509.Certificate], profile: CertificateProfile
) -> Issued:
    """Give the keys and subjects of certificates, as ``issued_in`` gives each."""
    every = [issued_in(each, profile) for each in certificates]
    return Issued(
        keys=frozenset().union(*(each.keys for each in every)),
        subjects=frozenset().union(*(each.subjects for each in every)),
    )


def replaced_already(step: Step, titles: str) -> RefusedError:
    """Give the refusal of what a later certificate has replaced.

    Args:
        step: The step that renews it, or answers the request for it.
        titles: What is renewed, for people to read.
    """
    return RefusedError(
        "CONDUCT-RENEW-02",
        f"Step {step.id} renews {titles}, and another ceremony has issued the next "
        "certificate since.",
        meaning="Nothing was issued: the subject would have two certificates, with two "
        "keys.",
        remedy="Renew the later certificate, or revoke it for good first; where a list "
        "has revoked it, name the key that signed that list, so that it goes along.",
    )
