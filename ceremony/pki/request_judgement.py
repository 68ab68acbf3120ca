"""One request judged: every finding about it, and what its certificate would need.

The answer is the product: what is wrong with a request is a finding and never an
error, so that the others of a set are judged all the same.

Invariants:
    * A request without a finding is signed by the key in it, and holds nothing that
      its profile does not say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ceremony.errors import CeremonyError, EvidenceError, InputError
from ceremony.identifiers import Digest
from ceremony.pki.der import RawExtension
from ceremony.pki.der_request import decode_raw_request
from ceremony.pki.file_kind import name_other
from ceremony.pki.other_kind import KEY_REMEDY
from ceremony.pki.plain_text import printable
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request import Request, verify_request
from ceremony.pki.request_file import Imported
from ceremony.pki.request_form import allowed_signatures
from ceremony.pki.request_rule import (
    ALTERNATIVE_NAME,
    CONTENT_RULES,
    KEY_RULES,
    VERSION_RULE,
    Asked,
    RequestRule,
)
from ceremony.pki.request_smki import SMKI_REQUEST_RULES
from ceremony.pki.request_values import read_values
from ceremony.pki.rule_source import source_for
from ceremony.pki.same_subject import compared_subject, subject_text

SOURCES: Final = {
    "PKI-FILE-01": "RFC 7468, sections 5 to 7",
    "PKI-IMPORT-01": "this tool's own",
    "PKI-IMPORT-02": "this tool's own",
    "PKI-IMPORT-03": "RFC 7468, sections 2, 3 and 7",
    "PKI-IMPORT-04": "RFC 4648, sections 3.3 to 3.5 and 4; RFC 7468, section 3",
    "PKI-IMPORT-05": "X.690, sections 8.1 and 10 to 11; RFC 2986, section 4",
    "PKI-REQUEST-01": "RFC 2986, section 4",
    "PKI-REQUEST-02": "RFC 2986, section 3",
    "PKI-REQUEST-03": "RFC 5480, section 4; RFC 4055; GBCS v0.8.1, section 12",
    "PKI-REQUEST-05": "RFC 2986, section 4; RFC 2985, section 5.4.2",
}
"""By the code of what is raised elsewhere, where its rule comes from."""


@dataclass(frozen=True, slots=True)
class RequestFinding:
    """One departure of a request from a rule.

    Attributes:
        rule: The rule's id, e.g. ``PKI-CSR-04``.
        message: What the rule wants and what was found; printable ASCII.
        source: Where the rule comes from.
        told: The message for whoever looks on, with what is not kept of it: the file
            of another request, whose key it is, or what to do; empty where it is the
            message alone.
    """

    rule: str
    message: str
    source: str
    told: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class RequestJudgement:
    """What is thought of one request.

    Attributes:
        file: The file's name, in printable ASCII.
        number: Which one of the file it is, from 1.
        findings: Everything that is wrong; none for a good request.
        request_digest: SHA-256 of the request's DER; empty where there is none.
        key_digest: SHA-256 of the SubjectPublicKeyInfo; empty where unreadable.
        subject_digest: SHA-256 of the subject's name in DER followed by the value of
            subjectAltName, which alone names a device; empty where unreadable. It is
            what results tell; subjects are compared by ``compared``.
        subject: The name in printable ASCII, in the request's order.
        values: What an order for its certificate takes from it; empty unless good.
        request: The request; None unless its signature was verified.
    """

    file: str
    number: int
    findings: tuple[RequestFinding, ...]
    request_digest: str = ""
    key_digest: str = ""
    subject_digest: str = ""
    subject: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    request: Request | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether a certificate may be made from it."""
        return not self.findings

    @property
    def compared(self) -> bytes:
        """Give whom it names, as subjects are compared: 32 bytes.

        Only what can be read names anybody.
        """
        return compared_subject(self.subject, self.subject_digest)


def judge_request(imported: Imported, profile: CertificateProfile) -> RequestJudgement:
    """Judge one request by itself.

    Args:
        imported: What a file holds; see ``request_file``.
        profile: What its certificate has to look like.

    Returns:
        Every finding, in the order of the rules. A rule that could only repeat what
        another one found is not asked. One that holds a password, which no profile has
        a place for, is told by file and findings alone, as what cannot be read is: it
        is nothing to keep.
    """
    if imported.fault is not None:
        return _unreadable(imported, imported.fault, profile)
    try:
        raw = decode_raw_request(imported.der)
    except InputError as error:
        other = name_other(imported.der, imported.file)
        return _unreadable(imported, other or error, profile)
    asked = Asked(raw, profile, read_values(raw, profile))
    findings = list(_ask(asked))
    request = None
    # What has another key, or is another kind of request, has no signature to verify.
    if not {each.rule for each in findings} & _BEFORE_SIGNATURE:
        try:
            request = verify_request(
                imported.der, profile.key, allowed_signatures(profile)
            )
        except (InputError, EvidenceError) as error:
            # What another library cannot read either was found already.
            if not findings or error.code != "PKI-REQUEST-01":
                findings.append(_finding(error, profile))
    # They mostly repeat what is found where a profile says the same.
    findings = findings or list(_ask_smki(asked))
    if any(each.oid == _CHALLENGE for each in raw.attributes):
        return RequestJudgement(imported.file, imported.number, tuple(findings))
    return RequestJudgement(
        imported.file,
        imported.number,
        tuple(findings),
        hashlib.sha256(imported.der).hexdigest(),
        hashlib.sha256(raw.spki).hexdigest(),
        subject_digest(raw.subject, raw.extensions),
        subject_text(raw.subject_attributes),
        {} if findings else asked.values,
        request,
    )


def verify_asked_values(
    der: bytes, profile: CertificateProfile, given: Mapping[str, str]
) -> None:
    """Verify that what a request asks for is what the script has approved.

    Args:
        der: The request: DER.
        profile: What its certificate has to look like.
        given: What the script states of the certificate.

    Raises:
        EvidenceError: ``PKI-REQUEST-21``: it asks for something else.
        InputError: ``PKI-REQUEST-01``: it is no request.
    """
    asked = read_values(decode_raw_request(der), profile)
    other = [name for name, value in asked.items() if given.get(name) != value]
    if other:
        told = given.get(other[0]) or "nothing"
        raise EvidenceError(
            "PKI-REQUEST-21",
            f"The request asks for {other[0]} {printable(asked[other[0]])}, and the "
            f"script approves {told}.",
            meaning="A certificate from it would not be the one that was approved.",
            remedy="Stop, and have the request made again with the approved value.",
        )


_CHALLENGE: Final = "1.2.840.113549.1.9.7"
"""The OID of a challengePassword; RFC 2985, section 5.4.1."""

_BEFORE_SIGNATURE: Final = frozenset(
    {VERSION_RULE.id, *(rule.id for rule in KEY_RULES)}
)


def _ask(asked: Asked) -> Iterator[RequestFinding]:
    for rule in (VERSION_RULE, *KEY_RULES, *CONTENT_RULES):
        wrong = rule.check(asked)
        if wrong:
            yield broken(rule, wrong, asked.profile)


def _ask_smki(asked: Asked) -> Iterator[RequestFinding]:
    for rule in SMKI_REQUEST_RULES:
        if rule.applies(asked.profile) and (wrong := rule.check(asked)):
            yield broken(rule, wrong, asked.profile)


def broken(
    rule: RequestRule, wrong: str, profile: CertificateProfile
) -> RequestFinding:
    """Make the finding of a broken rule.

    Args:
        rule: The rule.
        wrong: What is wrong, as a clause; it may quote what somebody else wrote.
        profile: What the request is held against.
    """
    return RequestFinding(
        rule.id,
        printable(f"{rule.sentence[:-1]}; {wrong}."),
        source_for(rule.source, profile),
    )


def _unreadable(
    imported: Imported, error: InputError, profile: CertificateProfile
) -> RequestJudgement:
    digest = hashlib.sha256(imported.der).hexdigest() if imported.der else ""
    return RequestJudgement(
        imported.file, imported.number, (_finding(error, profile),), Digest(digest)
    )


def _finding(error: CeremonyError, profile: CertificateProfile) -> RequestFinding:
    message = printable(str(error))
    # Whoever has somebody's private key before them is told so at once.
    told = f"{message} {KEY_REMEDY}" if error.remedy == KEY_REMEDY else ""
    source = source_for(SOURCES[error.code], profile)
    return RequestFinding(error.code, message, source, told)


def subject_digest(subject: bytes, extensions: Iterable[RawExtension]) -> str:
    """Give SHA-256 of who is named; see ``RequestJudgement.subject_digest``."""
    names = [each.value for each in extensions if each.oid == ALTERNATIVE_NAME]
    return hashlib.sha256(subject + b"".join(names)).hexdigest()
