"""What became of a set of requests, as a file: all good, or every failure named.

Format: docs/spec/request-results-v1.md.

Invariants:
    * Every request of the set has its line, in order; the last line counts them and
      bears one digest over all lines before it.
    * The file is written and read a line at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from ceremony import canonical
from ceremony.canonical import CanonicalError, Json
from ceremony.errors import InputError, Place
from ceremony.pki.issued_results import FIRST_FORMAT, ISSUED_FORMAT
from ceremony.pki.plain_text import printable
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_judgement import RequestJudgement
from ceremony.pki.request_set import UNNAMED, Issued
from ceremony.pki.same_subject import compared_subject

RESULTS_FORMAT: Final = "key-ceremony.request-results/1"
LONGEST_LINE: Final = 1024 * 1024
"""Octets of a line, its end included."""

_DIGEST_OCTETS: Final = 32

_AS_WRITTEN: Final = "Give the file as it was written, from the record of its batch."
_WANTED: Final = (
    "Give the results file of a set of requests: results-NAME.jsonl of its record, or "
    "what ceremony pki request check --results has written."
)


@dataclass(slots=True)
class Tally:
    """How many requests were judged, counted while they pass.

    Attributes:
        good: How many are without a finding.
        refused: How many have one.
        digest: SHA-256 of the results before their last line; empty until that.
        file_digest: SHA-256 of the whole file; empty until its last line.
        is_any_read: Whether any of them is a request that could be taken apart.
    """

    good: int = 0
    refused: int = 0
    digest: str = ""
    file_digest: str = ""
    is_any_read: bool = False

    def count(self, judgement: RequestJudgement) -> None:
        """Count one judgement."""
        self.is_any_read = self.is_any_read or bool(judgement.key_digest)
        if judgement.is_good:
            self.good += 1
        else:
            self.refused += 1

    def as_record(self) -> dict[str, Json]:
        """Give the counts and the digest as JSON values."""
        return {
            "requests": self.good + self.refused,
            "good": self.good,
            "refused": self.refused,
            "digest": self.digest,
        }


def judgement_record(judgement: RequestJudgement, position: int) -> dict[str, Json]:
    """Give a judgement as JSON values.

    Args:
        judgement: The judgement.
        position: Which one of the set it is, from 1.
    """
    return {
        "position": position,
        "file": judgement.file,
        "number": judgement.number,
        "verdict": "good" if judgement.is_good else "refused",
        "request": judgement.request_digest,
        "key": judgement.key_digest,
        "subject": judgement.subject_digest,
        "name": judgement.subject,
        "values": dict(judgement.values),
        "findings": [
            {
                "rule": finding.rule,
                "message": finding.message,
                "source": finding.source,
            }
            for finding in judgement.findings
        ],
    }


def encode_results(
    judgements: Iterable[RequestJudgement], profile: CertificateProfile, tally: Tally
) -> Iterator[bytes]:
    """Write results, a line at a time.

    Args:
        judgements: Of a whole set, in order.
        profile: What they were held against.
        tally: Counts them; complete once the last line was given.

    Yields:
        Lines of canonical JSON (RFC 8785), UTF-8, each ended by a line feed.
    """
    digest = hashlib.sha256()
    head: dict[str, Json] = {
        "v": RESULTS_FORMAT,
        "profile": profile.name,
        "environment": profile.environment,
    }
    line = canonical.encode(head) + b"\n"
    digest.update(line)
    yield line
    for position, judgement in enumerate(judgements, 1):
        tally.count(judgement)
        line = canonical.encode(judgement_record(judgement, position)) + b"\n"
        digest.update(line)
        yield line
    tally.digest = digest.hexdigest()
    line = canonical.encode(tally.as_record()) + b"\n"
    digest.update(line)
    tally.file_digest = digest.hexdigest()
    yield line


def read_results(lines: Iterable[bytes], file: str) -> Iterator[dict[str, Json]]:
    """Read results a request at a time, and verify count and digest at the end.

    Args:
        lines: The file's lines, each with its end and at most :data:`LONGEST_LINE`.
        file: Its name, for the place.

    Yields:
        The line of each request; see :func:`judgement_record`.

    Raises:
        InputError: ``PKI-RESULTS-01``: it is not whole, or not of the format.
    """
    return _Reader(file).records(lines)


def read_issued(  # noqa: PLR0913  all but one are what the set's answer depends on
    lines: Iterable[bytes],
    file: str,
    profile: CertificateProfile,
    withdrawn: Container[str] = (),
    count: int | None = None,
    *,
    is_told: bool = False,
) -> Issued:
    """Read from the results of an earlier set what was issued from it.

    Args:
        lines: The file's lines, each with its end and at most :data:`LONGEST_LINE`.
        file: Its name, for the place.
        profile: What is asked for now. Subjects count where the results are of the
            same profile and environment; keys count always.
        withdrawn: The requests (SHA-256 of the DER) whose certificates their issuer
            has revoked for good: their subjects are told apart as revoked.
        count: How many of the good requests count, from the first on, where the set
            was not answered as a whole; None for all of them.
        is_told: Whether a person is told which request has a key.

    Raises:
        InputError: ``PKI-RESULTS-01``: it is not whole, or not of the format.
    """
    keys: set[bytes] = set()
    subjects: set[bytes] = set()
    revoked: set[bytes] = set()
    holders: dict[bytes, str] = {}
    reader = _Reader(file)
    good = (it for it in reader.records(lines) if it.get("verdict") == "good")
    for number, record in enumerate(good):
        if count is None or number < count:
            key = reader.digest_in(record, "key")
            keys.add(key)
            if is_told:
                holders[key] = reader.holder_in(record)
            known = revoked if record.get("request") in withdrawn else subjects
            known.add(reader.subject_in(record))
    is_same = reader.head.get("profile") == profile.name
    is_same = is_same and reader.head.get("environment") == profile.environment
    if not is_same:
        return Issued(frozenset(keys), holders=holders)
    return Issued(
        frozenset(keys),
        frozenset(subjects),
        revoked=frozenset(revoked),
        holders=holders,
    )


class Asked(NamedTuple):
    """Whom a good request of a set is for, and by which key.

    Attributes:
        position: Which one of the set it is, from 1.
        subject: The digest by which its subject is compared: 32 bytes; see
            ``same_subject.compared_subject``.
        key: SHA-256 of its key's SubjectPublicKeyInfo: 32 bytes.
    """

    position: int
    subject: bytes
    key: bytes


def read_asked(lines: Iterable[bytes], file: str) -> Iterator[Asked]:
    """Read from results whom each good request is for.

    Args:
        lines: The file's lines, each with its end and at most :data:`LONGEST_LINE`.
        file: Its name, for the place.

    Raises:
        InputError: ``PKI-RESULTS-01``: it is not whole, or not of the format.
    """
    reader = _Reader(file)
    for position, record in enumerate(reader.records(lines), 1):
        if record.get("verdict") == "good":
            subject = reader.subject_in(record)
            yield Asked(position, subject, reader.digest_in(record, "key"))


class _Reader:
    """One results file while it is read: its head, its count and its digest."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.head: dict[str, Json] = {}

    def records(self, lines: Iterable[bytes]) -> Iterator[dict[str, Json]]:
        """Give the records between head and last line, and verify all three."""
        digest, tally, last = hashlib.sha256(), Tally(), b""
        for line in lines:
            if last:
                digest.update(last)
                record = self._decode(last)
                if not self.head:
                    self._take_head(record)
                else:
                    self._count(record, tally)
                    yield record
            last = line
        tally.digest = digest.hexdigest()
        if not self.head:
            self._take_head(self._decode(last))
        if self._decode(last) != tally.as_record():
            raise self._broken("its last line does not agree with the lines before it")

    def digest_in(self, record: dict[str, Json], name: str) -> bytes:
        """Give a digest of a record: 32 bytes."""
        text = record.get(name)
        try:
            digest = bytes.fromhex(text) if isinstance(text, str) else b""
        except ValueError:
            digest = b""
        if len(digest) != _DIGEST_OCTETS:
            raise self._broken(f"a good request has no {name} digest")
        return digest

    def subject_in(self, record: dict[str, Json]) -> bytes:
        """Give whom a record names, as subjects are compared: 32 bytes."""
        name = record.get("name")
        if not isinstance(name, str):
            raise self._broken("a good request has no name")
        return compared_subject(name, self.digest_in(record, "subject").hex())

    def holder_in(self, record: dict[str, Json]) -> str:
        """Say which request a record is of, in printable ASCII."""
        named = record.get("name") or UNNAMED
        told = f"{named}, request {record.get('position')} in {self._file}"
        return printable(told)

    def _take_head(self, record: dict[str, Json]) -> None:
        form = record.get("v")
        if form in (FIRST_FORMAT, ISSUED_FORMAT):
            raise self._of_certificates(record)
        if form != RESULTS_FORMAT:
            raise self._broken(f"it is not of the format {RESULTS_FORMAT}", _WANTED)
        self.head = record

    def _of_certificates(self, head: dict[str, Json]) -> InputError:
        """Refuse the results of a batch, which name no subject, and say what to give.

        Its head names by digest the results of the requests that it answers.
        """
        wanted = head.get("requests")
        whose = f" whose SHA-256 is {wanted}" if isinstance(wanted, str) else ""
        return InputError(
            "PKI-RESULTS-01",
            f"{self._file} tells which certificates a batch has issued, and a results "
            "file tells whom its requests are for.",
            remedy="Give the results file of the batch's requests, results-NAME.jsonl "
            f"of the same record{printable(whose)}.",
            place=Place(self._file),
        )

    def _count(self, record: dict[str, Json], tally: Tally) -> None:
        if record.get("position") != tally.good + tally.refused + 1:
            raise self._broken("a line is missing or out of order")
        if record.get("verdict") == "good":
            tally.good += 1
        else:
            tally.refused += 1

    def _decode(self, line: bytes) -> dict[str, Json]:
        try:
            record = canonical.decode(line.removesuffix(b"\n"))
        except CanonicalError as error:
            raise self._broken("a line of it is not JSON") from error
        if not isinstance(record, dict):
            raise self._broken("a line of it is not an object")
        return record

    def _broken(self, why: str, remedy: str = _AS_WRITTEN) -> InputError:
        return InputError(
            "PKI-RESULTS-01",
            f"{self._file} is not a whole results file: {why}.",
            remedy=remedy,
            place=Place(self._file),
        )
