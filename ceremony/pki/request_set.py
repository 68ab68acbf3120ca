"""A set of requests judged, one after the other, however many there are.

Invariants:
    * Of a request that was judged nothing is kept but two digests and where it stands,
      so that a set of 50,000 takes little more memory than its digests do.
    * A request that is refused takes no place: neither its key nor its subject keeps a
      later request from being good.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.hexadecimal import serial_text
from ceremony.pki.der import RawCertificate, decode_raw
from ceremony.pki.extension import key_usage
from ceremony.pki.lint_task import LintTask
from ceremony.pki.linter import Linter
from ceremony.pki.plain_text import printable
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_file import Imported
from ceremony.pki.request_judgement import (
    RequestFinding,
    RequestJudgement,
    judge_request,
    subject_digest,
)
from ceremony.pki.request_path import (
    LINT_RULE,
    LINT_SENTENCE,
    STATED_RULE,
    STATED_SENTENCE,
    VALUE_RULE,
    VALUE_SENTENCE,
    Answer,
)
from ceremony.pki.request_rule import KEY_USAGE
from ceremony.pki.rule_source import OWN_SOURCE
from ceremony.pki.same_subject import compared_subject, subject_text

UNNAMED: Final = "a device"
"""How it is told that a subject has no name."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued before, and whose key must not be asked for.

    Attributes:
        keys: SHA-256 of the SubjectPublicKeyInfo of every key that has a certificate:
            32 bytes each.
        subjects: The subjects that have one of the same profile; see
            ``RequestJudgement.compared``: 32 bytes each.
        issuer_keys: SHA-256 of the SubjectPublicKeyInfo of the issuers: 32 bytes each.
        renewed: The subjects whose certificates are to be renewed, 32 bytes each, and
            nobody else's; None where nothing is said to be renewed.
        revoked: The subjects whose certificates their issuer has revoked for good,
            32 bytes each: they apply anew, and renew nothing.
        replaced: The subjects that have had a later certificate than the one that is
            to be renewed, 32 bytes each: they renew that one, and no earlier one.
        holders: What has a key, in words, by the same digest as in ``keys``; only of
            those of which a person is told.
        issuer_subjects: The names of the CA that answers and of those above it; see
            ``issuer_subject.issuer_subjects``: 32 bytes each.
    """

    keys: frozenset[bytes] = frozenset()
    subjects: frozenset[bytes] = frozenset()
    issuer_keys: frozenset[bytes] = frozenset()
    renewed: frozenset[bytes] | None = None
    revoked: frozenset[bytes] = frozenset()
    replaced: frozenset[bytes] = frozenset()
    holders: Mapping[bytes, str] = field(default_factory=dict, compare=False)
    issuer_subjects: frozenset[bytes] = frozenset()


def issued_in(
    certificate: x509.Certificate, profile: CertificateProfile, file: str = ""
) -> Issued:
    """Give what a certificate shows to be issued: its key, and its subject.

    Two profiles of one keyUsage count as one, on purpose. A certificate bears no name
    of its profile. Leaves do not tell it either: the script of its ceremony does, which
    neither the pack of a later one has nor whoever judges requests by a file of it. And
    a name is the script's own choice: a profile that is based on another one would get
    a party its second certificate of one usage, where SMKI has one for each usage of a
    role, and the role is in the subject. A party that needs two of one usage under one
    name, as for two extended usages, is refused; the name has to tell them apart.

    Results of a set do bear the name and are compared by it; see
    ``request_results.read_issued``.

    Args:
        certificate: It; nobody has verified it.
        profile: What is asked for now. The subject counts where the certificate has
            its keyUsage.
        file: The name of its file, where a person is told what has the key.

    Raises:
        InputError: ``PKI-CERT-02``: it cannot be taken apart.
    """
    raw = decode_raw(certificate.public_bytes(Encoding.DER))
    subjects = set()
    usage = key_usage(profile.key_usage).public_bytes()
    named = subject_text(raw.subject_attributes)
    if (KEY_USAGE, usage) in {(each.oid, each.value) for each in raw.extensions}:
        subjects.add(_compared(raw))
    key = hashlib.sha256(raw.spki).digest()
    serial = serial_text(certificate.serial_number)
    held = f"{named or UNNAMED}, serial number {serial}, in {printable(file)}"
    holders = {key: held} if file else {}
    return Issued(frozenset({key}), frozenset(subjects), holders=holders)


def subject_in(certificate: x509.Certificate) -> bytes:
    """Give the digest by which the subject of a certificate is compared: 32 bytes.

    Args:
        certificate: It; nobody has verified it.

    Raises:
        InputError: ``PKI-CERT-02``: it cannot be taken apart.
    """
    return _compared(decode_raw(certificate.public_bytes(Encoding.DER)))


def _compared(raw: RawCertificate) -> bytes:
    named = subject_text(raw.subject_attributes)
    return compared_subject(named, subject_digest(raw.subject, raw.extensions))


ISSUER_RULE: Final = "PKI-CSR-11"

SET_RULES: Final[Mapping[str, str]] = {
    "PKI-CSR-06": "A key stands in one request of a set.",
    "PKI-CSR-07": "A subject stands in one request of a set.",
    "PKI-CSR-08": "A key that has a certificate is not certified again.",
    "PKI-CSR-09": "A subject that has a certificate of a profile gets no second one.",
    "PKI-CSR-10": "A key that is an issuer's is nobody else's.",
    ISSUER_RULE: "The name of the issuer, or of a CA above it, is nobody else's.",
    LINT_RULE: LINT_SENTENCE,
    VALUE_RULE: VALUE_SENTENCE,
    STATED_RULE: STATED_SENTENCE,
    "PKI-RENEW-01": "What is to be renewed has the subject of the request.",
    "PKI-RENEW-02": "What its issuer has revoked for good is not renewed.",
    "PKI-RENEW-03": "What a later certificate has replaced is not renewed.",
}
"""By id, what is wanted of a request beside others."""

SET_SOURCE: Final = OWN_SOURCE

SET_SOURCES: Final[Mapping[str, str]] = {
    ISSUER_RULE: "RFC 5280, sections 4.1.2.6, 6.1 and 7.1"
}
"""By id, where those come from that are not this tool's own."""


class _Stands(NamedTuple):
    """Where a request stands: in the set, and in its file; each from 1."""

    position: int
    file: str
    number: int


@dataclass(slots=True)
class _Seen:
    """Where each key and each subject stands, by its digest."""

    keys: dict[bytes, _Stands] = field(default_factory=dict)
    subjects: dict[bytes, _Stands] = field(default_factory=dict)


def judge_requests(
    requests: Iterable[Imported],
    profile: CertificateProfile,
    issued: Issued | None = None,
    answer: Answer | None = None,
    linter: Linter | None = None,
) -> Iterator[RequestJudgement]:
    """Judge requests as they are asked for, in their order.

    Args:
        requests: Of one file or many; see ``request_file.read_requests``. A few more
            may be taken than judgements were given, where several are linted at once.
        profile: What their certificates have to look like.
        issued: What was issued before.
        answer: How they are to be answered; None where that is not known, and neither
            path nor lint is asked about.
        linter: Who lints the certificates that they would have; by default nobody else
            than this process.

    Yields:
        One judgement for each request.
    """
    seen, before = _Seen(), issued or Issued()
    waiting: deque[tuple[RequestJudgement, RequestFinding | LintTask | None]] = deque()

    def tried_out() -> Iterator[LintTask | None]:
        for imported in requests:
            alone, tried = judge_request(imported, profile), None
            # What is not good beside those before it never will be.
            if answer and alone.is_good and not any(_beside(alone, seen, before)):
                tried = answer.try_out(alone)
            waiting.append((alone, tried))
            yield tried if isinstance(tried, LintTask) else None

    reports = (linter or Linter()).report_each(tried_out())
    for position, report in enumerate(reports, 1):
        alone, tried = waiting.popleft()
        fault = tried if isinstance(tried, RequestFinding) else None
        if answer and report:
            fault = answer.stopping(report)
        judged = _judged(alone, fault, seen, before)
        if judged.is_good:
            stands = _Stands(position, judged.file, judged.number)
            seen.keys[bytes.fromhex(judged.key_digest)] = stands
            seen.subjects[judged.compared] = stands
        yield judged


def _judged(
    alone: RequestJudgement,
    fault: RequestFinding | None,
    seen: _Seen,
    before: Issued,
) -> RequestJudgement:
    """Judge a request beside others too, and by what its certificate would be."""
    beside = tuple(_beside(alone, seen, before)) if alone.key_digest else ()
    if beside:
        return replace(alone, findings=alone.findings + beside, values={})
    if alone.is_good and fault is not None:
        return replace(alone, findings=(fault,), values={})
    return alone


def _beside(
    judged: RequestJudgement, seen: _Seen, issued: Issued
) -> Iterator[RequestFinding]:
    key = bytes.fromhex(judged.key_digest)
    subject = judged.compared
    if key in issued.issuer_keys:
        yield _finding("PKI-CSR-10", "it is an issuer's")
    elif subject in issued.issuer_subjects:
        yield _finding(ISSUER_RULE, f"it is {judged.subject}")
    if key in seen.keys:
        yield _repeated("PKI-CSR-06", seen.keys[key])
    elif key in issued.keys:
        wrong, holder = f"it is {judged.key_digest}", issued.holders.get(key)
        whose = f"{wrong}, that of {holder}" if holder else ""
        yield _finding("PKI-CSR-08", wrong, whose)
    if subject in seen.subjects:
        yield _repeated("PKI-CSR-07", seen.subjects[subject])
    elif subject in issued.subjects:
        yield _finding("PKI-CSR-09", f"it is {judged.subject or UNNAMED}")
    elif issued.renewed is not None:
        yield from _renewing(judged, issued, issued.renewed)


def _renewing(
    judged: RequestJudgement, issued: Issued, renewed: frozenset[bytes]
) -> Iterator[RequestFinding]:
    subject, named = judged.compared, judged.subject or UNNAMED
    if subject in renewed and subject in issued.replaced:
        yield _finding("PKI-RENEW-03", f"it is the certificate of {named}")
    elif subject in renewed:
        return
    elif subject in issued.revoked:
        yield _finding("PKI-RENEW-02", f"it is the certificate of {named}")
    else:
        wrong = f"it is {named}, which has no such certificate"
        yield _finding("PKI-RENEW-01", wrong)


def _repeated(rule: str, first: _Stands) -> RequestFinding:
    # A person knows it by its file, which may be given twice, or share its name.
    told = (
        f"it is that of {first.file}, request {first.number} (number {first.position} "
        "of all)"
    )
    return _finding(rule, f"it is that of request {first.position}", told)


def _finding(rule: str, wrong: str, told: str = "") -> RequestFinding:
    sentence = SET_RULES[rule][:-1]
    return RequestFinding(
        rule,
        f"{sentence}; {wrong}.",
        SET_SOURCES.get(rule, SET_SOURCE),
        f"{sentence}; {told}." if told else "",
    )
