"""Proofs on their own, against the form that the standard shows."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ceremony.errors import EvidenceError
from ceremony.identifiers import Digest, Origin
from ceremony.journal import merkle
from ceremony.journal.checkpoint import Checkpoint, sign_checkpoint
from ceremony.journal.note import make_vkey
from ceremony.journal.proof import LogProof, decode_proof, encode_proof, verify_proof

ORIGIN = Origin("example.org/ceremonies/rehearsal")
Leaves = Callable[[int], list[bytes]]


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)


@pytest.fixture
def vkey(key: Ed25519PrivateKey) -> str:
    return make_vkey("example.org/log", key.public_key())


@pytest.fixture
def leaves(honest_leaves: Leaves) -> list[bytes]:
    return honest_leaves(6)


@pytest.fixture
def proof(leaves: list[bytes], key: Ed25519PrivateKey, vkey: str) -> LogProof:
    """Entry 2 of 6 with its leaf as extra data."""
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    head = Checkpoint(ORIGIN, 6, Digest(merkle.root(hashes).hex()))
    return LogProof(
        index=2,
        hashes=merkle.inclusion_proof(2, hashes),
        checkpoint=sign_checkpoint(head, vkey, key.sign),
        extra=leaves[2],
    )


def test_a_proof_has_the_lines_of_the_standard(
    proof: LogProof, leaves: list[bytes]
) -> None:
    lines = encode_proof(proof).decode().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1] == "extra " + base64.b64encode(leaves[2]).decode()
    assert lines[2] == "index 2"
    assert [len(base64.b64decode(line)) for line in lines[3:6]] == [32, 32, 32]
    assert lines[6:9] == ["", ORIGIN, "6"]


def test_a_proof_comes_back_and_shows_the_leaf(
    proof: LogProof, leaves: list[bytes], vkey: str
) -> None:
    read = decode_proof(encode_proof(proof))
    assert read == proof
    assert verify_proof(read, leaves[2], ORIGIN, vkey).size == 6
    bare = LogProof(proof.index, proof.hashes, proof.checkpoint)
    assert decode_proof(encode_proof(bare)) == bare
    assert b"extra" not in encode_proof(bare)


def test_another_leaf_journal_or_key_is_not_shown(
    proof: LogProof, leaves: list[bytes], vkey: str
) -> None:
    other = make_vkey("example.org/log", Ed25519PrivateKey.generate().public_key())
    for leaf, origin, key, code in (
        (leaves[3], ORIGIN, vkey, "JOURNAL-INCLUSION-01"),
        (leaves[2], Origin("example.org/other"), vkey, "JOURNAL-PROOF-02"),
        (leaves[2], ORIGIN, other, "JOURNAL-CHECKPOINT-02"),
    ):
        with pytest.raises(EvidenceError) as refused:
            verify_proof(proof, leaf, origin, key)
        assert refused.value.code == code


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda raw: raw.replace(b"\n\n", b"\n"),
        lambda raw: raw.replace(b"@v1", b"@v2"),
        lambda raw: raw.replace(b"index 2", b"index 02"),
        lambda raw: raw.replace(b"index 2", b"index x"),
        lambda raw: raw.replace(b"index 2\n", b""),
        lambda raw: raw.replace(b"index 2", b"2"),
        lambda raw: raw.replace(b"extra ", b"extra !"),
        lambda raw: raw.replace(b"index 2\n", b"index 2\nAAAA\n"),
        lambda raw: raw.replace(b"index 2\n", b"index 2\n\xc3\xa9\n"),
        lambda raw: b"c2sp.org/tlog-proof@v1\n\n" + raw.partition(b"\n\n")[2],
        lambda raw: raw.replace(
            b"index 2\n", b"index 2\n" + (base64.b64encode(bytes(32)) + b"\n") * 64
        ),
        lambda raw: raw + b"x" * 300_000,
    ],
)
def test_a_proof_of_another_form_is_refused(
    proof: LogProof, spoil: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(EvidenceError) as refused:
        decode_proof(spoil(encode_proof(proof)))
    assert refused.value.code == "JOURNAL-PROOF-01"


def test_a_proof_whose_head_is_no_checkpoint_is_refused(proof: LogProof) -> None:
    with pytest.raises(EvidenceError) as refused:
        decode_proof(encode_proof(proof).replace(b"\n6\n", b"\n06\n"))
    assert refused.value.code == "JOURNAL-CHECKPOINT-01"
