"""Check 13b: with the companion file, the journal's own record of the sealed digest."""

from __future__ import annotations

from ceremony import canonical
from ceremony.engine.fact_codec import decode_fact
from ceremony.engine.facts import PackSealed
from ceremony.errors import CeremonyError
from ceremony.identifiers import Digest
from ceremony.journal.codec import decode_event
from ceremony.journal.merkle import leaf_hash
from ceremony.journal.proof import decode_proof, verify_proof
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.record import EVENTS, Record
from ceremony.verify.check import (
    Check,
    FailedError,
    UncheckedError,
    check_not_given,
    check_passed,
    failed_from,
    make_check,
)
from ceremony.verify.document import seal_revision


def check_proof(
    pdf: bytes, record: Record, policy: TrustPolicy | None, proof: bytes | None
) -> Check:
    """Verify the leaf that records the seal, its proof, and the digest in it.

    Args:
        pdf: The file's bytes.
        record: The embedded record.
        policy: What is trusted; None where nobody gave one.
        proof: The companion file: C2SP tlog-proof, UTF-8; None where none was given.
    """
    if proof is None:
        return check_not_given("13b", "No companion file (PACK.proof) was given.")
    return make_check("13b", lambda: _check(pdf, record, policy, proof))


def _check(
    pdf: bytes, record: Record, policy: TrustPolicy | None, proof: bytes
) -> Check:
    if policy is None:
        raise UncheckedError("No trust policy says which log key is meant.")
    try:
        size = _verify(pdf, record, policy, proof)
    except CeremonyError as error:
        raise failed_from(error, "PACK.proof") from error
    return check_passed(
        "13b",
        f"The journal of {size} leaves records the digest of the sealed file.",
        compared=("SHA-256 of the sealed revision", "the leaf in PACK.proof"),
    )


def _hash_of(record: Record) -> Digest:
    """Give the hash of the pack's last leaf."""
    last = record.files[EVENTS].split(b"\n")[-2]
    return Digest(leaf_hash(last).hex())


def _verify(pdf: bytes, record: Record, policy: TrustPolicy, raw: bytes) -> int:
    proof = decode_proof(raw)
    head = verify_proof(proof, proof.extra, policy.origin, policy.log_key)
    event = decode_event(proof.extra)
    fact = decode_fact(event.type, event.data)
    place = f"PACK.proof, leaf {proof.index}"
    if not isinstance(fact, PackSealed) or (event.seq, event.ceremony) != (
        proof.index,
        record.ceremony,
    ):
        raise FailedError(
            "VERIFY-PROOF-01", f"{place}: it does not record this ceremony's seal"
        )
    last = record.facts[-1].event
    follows = event.seq > last.seq and (
        event.seq > last.seq + 1 or event.prev == _hash_of(record)
    )
    if event.cseq != last.cseq + 1 or event.log != record.log or not follows:
        raise FailedError(
            "VERIFY-PROOF-01", f"{place}: it does not follow the pack's last leaf"
        )
    sealed = seal_revision(pdf)
    found = (canonical.digest(sealed), len(sealed), record.opened.seal_certificate)
    if found != (fact.revision, fact.size, fact.certificate):
        raise FailedError(
            "VERIFY-PROOF-02",
            f"{place}: the journal records the seal of another file, {fact.revision}",
        )
    return head.size
