"""A request that a key of the ceremony has signed, made again from the record.

Part of check 12. Name and values follow from the script, everything else from the
profile and the key. A record made before requests were linted does not tell the bytes
that were signed; of such a request name, key and signature are verified alone.
"""

from __future__ import annotations

from ceremony import canonical
from ceremony.engine.facts import Outcome, RequestMade
from ceremony.engine.state import Recorded
from ceremony.identifiers import Digest
from ceremony.pack.record import Record
from ceremony.pki.certificate import encode_spki, name_text
from ceremony.pki.contingency import with_contingency_key
from ceremony.pki.der_request import decode_raw_request
from ceremony.pki.naming import subject_name
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request import Request, verify_request, verify_request_subject
from ceremony.pki.request_form import request_signature
from ceremony.pki.request_order import RequestOrder, request_info
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Thing
from ceremony.verify.check import FailedError
from ceremony.verify.issued import blob_beside, files_of_kind, step_of
from ceremony.verify.trace import place


def verify_made_request(
    record: Record, recorded: Recorded, fact: Outcome, made: RequestMade
) -> None:
    """Verify who signed a request and what, against script, profile and leaf.

    Args:
        record: The record.
        recorded: The leaf that tells of the request, for its place.
        fact: Its outcome.
        made: What it tells of the request.

    Raises:
        FailedError: ``VERIFY-CERT-03``: it is not for the key that the script names;
            ``VERIFY-REQUEST-01``: it is not what script and profile come to;
            ``VERIFY-REQUEST-02``: the leaf tells of other bytes than were signed.
        CeremonyError: ``PKI-REQUEST-nn``: it is wrongly signed, or has another name.
    """
    der = blob_beside(record, recorded, "request-", ".csr")
    key = record.state.script.thing(str(step_of(record, recorded).parameters["key"]))
    profile = certificate_profile(record.state.script, key.profile)
    by = () if made.tbs is None else (request_signature(profile),)
    request = verify_request(der, profile.key, by)
    verify_request_subject(request, subject_name(profile, key.given))
    made_key = record.state.keys.get(key.name)
    told = (made.digest, made.public_key, made.subject)
    found = (canonical.digest(der), request.key_digest, name_text(request.subject))
    if told != found or made_key is None or made_key.public_key != made.public_key:
        raise FailedError(
            "VERIFY-CERT-03",
            f"{place(recorded)}: the request {fact.thing} is not one for {key.name}",
        )
    if made.tbs is not None:
        _verify_signed(recorded, request, key, profile, made.tbs)


def requests_not_linted(record: Record) -> frozenset[str]:
    """Name the requests made before requests were linted: what they ask is not told."""
    return frozenset(
        recorded.fact.thing
        for recorded in record.facts
        if isinstance(recorded.fact, Outcome)
        and recorded.fact.request is not None
        and recorded.fact.request.tbs is None
    )


def not_linted_remarks(record: Record) -> tuple[str, ...]:
    """Say of each such request what alone was verified."""
    return tuple(
        f"The request {name} was made before requests were linted: only its name, key "
        "and signature were verified, not what else it asks for."
        for name in sorted(requests_not_linted(record))
    )


def _verify_signed(
    recorded: Recorded,
    request: Request,
    key: Thing,
    profile: CertificateProfile,
    told: Digest,
) -> None:
    signed = decode_raw_request(request.der).info
    order = RequestOrder(profile, with_contingency_key(key.given))
    if signed != request_info(order, encode_spki(request.public_key)):
        raise FailedError(
            "VERIFY-REQUEST-01",
            f"{place(recorded)}: profile and script come to another request than was "
            "signed",
        )
    if canonical.digest(signed) != told:
        raise FailedError(
            "VERIFY-REQUEST-02",
            f"{place(recorded)}: the leaf tells of other bytes than were signed",
        )


def request_of(record: Record, thing: str, digest: Digest) -> bytes:
    """Find the file of a request that the ceremony made, by its digest: DER.

    Raises:
        FailedError: ``VERIFY-CERT-03``: it is not in the pack.
    """
    for name in files_of_kind(record, "request-", thing, ".csr"):
        if canonical.digest(record.files[name]) == digest:
            return record.files[name]
    raise FailedError("VERIFY-CERT-03", f"request-{thing}.csr is missing")
