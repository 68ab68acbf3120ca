"""A key's proof that it is in its token, made again from the record alone.

Part of check 11. What had to be signed follows from the intent's leaf; the verifier
computes it and asks whether the key that the journal saw made has signed it. The
signature algorithms are spelled out here again: the device's own code is not asked.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony import canonical
from ceremony.engine.facts import Outcome, ProofMade
from ceremony.engine.state import Recorded
from ceremony.identifiers import OperationId
from ceremony.journal.codec import encode_event
from ceremony.journal.merkle import leaf_hash
from ceremony.key_proof import proof_challenge, proof_message
from ceremony.pack.record import Record
from ceremony.pki.field_fault import FIELD_FAULTS
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place


def verify_key_proof(
    record: Record, intent: Recorded, recorded: Recorded, fact: Outcome
) -> None:
    """Insist that the key which was made has signed what the journal gives.

    Args:
        record: The record.
        intent: The leaf that began the operation.
        recorded: The leaf of its outcome.
        fact: The outcome; one without a proof shows nothing and is passed over.

    Raises:
        FailedError: ``VERIFY-PROVE-01``: something else was signed, or by another
            key; ``VERIFY-PROVE-02``: the signature does not verify.
    """
    if fact.proof is None:
        return
    key = record.state.keys.get(fact.thing)
    if key is None:
        raise _of_something_else(recorded, fact)
    message, signature = (
        _beside(record, recorded, ending) for ending in (".txt", ".sig")
    )
    op = OperationId(intent.event.op or "")
    challenge = proof_challenge(leaf_hash(encode_event(intent.event)), op)
    wanted = proof_message(fact.serial, OperationId(key.cka_id), challenge)
    told = ProofMade(
        canonical.digest(message),
        canonical.digest(signature),
        key.public_key,
        fact.proof.mechanism,
    )
    if message != wanted or told != fact.proof:
        raise _of_something_else(recorded, fact)
    keys = {
        canonical.digest(raw): raw
        for name, raw in record.files.items()
        if name.startswith("public-key-")
    }
    if not is_signed_by(keys.get(key.public_key, b""), message, signature):
        raise FailedError(
            "VERIFY-PROVE-02",
            f"{place(recorded)}: the signature does not verify with the public key of "
            f"{fact.thing}",
        )


def _of_something_else(recorded: Recorded, fact: Outcome) -> FailedError:
    return FailedError(
        "VERIFY-PROVE-01",
        f"{place(recorded)}: what was signed is not what the journal gives for "
        f"{fact.thing}, its token and this operation",
    )


def _beside(record: Record, recorded: Recorded, ending: str) -> bytes:
    """Give the file of the proof beside a leaf; empty where there is none."""
    for blob in recorded.event.blobs:
        if blob.name.startswith("key-proof-") and blob.name.endswith(ending):
            return record.files.get(blob.name, b"")
    return b""


def is_signed_by(der: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature is one by this key, with the algorithm that it takes.

    Source: the digest is as strong as the curve, FIPS 186-5, section 6.1.1.
    """
    try:
        match load_der_public_key(der):
            case ec.EllipticCurvePublicKey() as key:
                wide = {384: hashes.SHA384(), 521: hashes.SHA512()}
                digest = wide.get(key.key_size, hashes.SHA256())
                key.verify(signature, message, ec.ECDSA(digest))
            case ed25519.Ed25519PublicKey() as key:
                key.verify(signature, message)
            case rsa.RSAPublicKey() as key:
                key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
            case _:
                return False
    except (InvalidSignature, *FIELD_FAULTS):
        return False
    return True
