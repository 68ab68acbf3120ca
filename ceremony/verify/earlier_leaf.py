"""The leaves of earlier ceremonies that a record carries are leaves of its journal.

Part of check 5. Each is hashed from its own bytes; a proof of inclusion shows that this
hash stands under the final checkpoint, at the number that the leaf has.
"""

from __future__ import annotations

from collections.abc import Mapping

from ceremony.engine.fact_codec import decode_fact
from ceremony.engine.facts import EarlierFound, Outcome, Result
from ceremony.engine.state import Recorded
from ceremony.errors import CeremonyError
from ceremony.identifiers import Digest
from ceremony.journal.codec import decode_event
from ceremony.journal.merkle import leaf_hash
from ceremony.journal.proof import decode_proof
from ceremony.pack.record import LEAF_HASHES, Record
from ceremony.verify.check import FailedError, failed_from
from ceremony.verify.trace import place
from ceremony.verify.tree import Tree


def verify_earlier_leaves(record: Record, tree: Tree) -> Mapping[int, Digest]:
    """Compare each fact of an earlier ceremony with its leaf.

    Args:
        record: The record.
        tree: The journal's tree, as far as the pack tells it.

    Returns:
        The hash of each such leaf by its number, for the proofs.

    Raises:
        FailedError: ``VERIFY-EARLIER-01``: the leaf is missing, or another one than
            the fact names; ``-02``: it says something else than the fact, or is no
            leaf before this ceremony; ``-03``: nothing proves that it is in the
            journal.
    """
    told: dict[int, Digest] = {}
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, EarlierFound):
            _verify_leaf(record, tree, recorded, fact)
            _verify_proven(record, recorded, fact)
            told[fact.seq] = fact.leaf
    return told


def _verify_leaf(
    record: Record, tree: Tree, recorded: Recorded, fact: EarlierFound
) -> None:
    name = f"earlier-{fact.seq:04}.json"
    leaf = next(
        (
            record.files.get(blob.name, b"")
            for blob in recorded.event.blobs
            if blob.name == name
        ),
        b"",
    )
    known = tree.hashes.hash_of(fact.seq)
    if leaf_hash(leaf).hex() != fact.leaf or known not in (None, fact.leaf):
        raise FailedError(
            "VERIFY-EARLIER-01",
            f"{place(recorded)}: {name} is not the leaf whose hash is told here or in "
            f"{LEAF_HASHES}",
        )
    try:
        event = decode_event(leaf)
        said = decode_fact(event.type, event.data)
    except CeremonyError as error:
        raise failed_from(error, f"{place(recorded)}: {name}") from error
    first = record.facts[0].event
    done = isinstance(said, Outcome) and said.result in (Result.DONE, Result.ADOPTED)
    if (
        not done
        or said != fact.outcome
        or (event.ceremony, event.seq, event.log)
        != (fact.ceremony, fact.seq, first.log)
        or event.ceremony == first.ceremony
        or event.seq >= first.seq
    ):
        raise FailedError(
            "VERIFY-EARLIER-02",
            f"{place(recorded)}: {name} does not say what is told of it, or is no leaf "
            "of an earlier ceremony",
        )


def _verify_proven(record: Record, recorded: Recorded, fact: EarlierFound) -> None:
    name = f"proof-earlier-{fact.seq:04}.tlog-proof"
    try:
        index = decode_proof(record.files.get(name, b"")).index
    except CeremonyError as error:
        raise _unproven(recorded, name) from error
    if index != fact.seq:
        raise _unproven(recorded, name)


def _unproven(recorded: Recorded, name: str) -> FailedError:
    return FailedError(
        "VERIFY-EARLIER-03",
        f"{place(recorded)}: {name} does not prove the place of the leaf told here",
    )
