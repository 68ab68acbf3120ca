"""Leaves that do not follow from one another are found, and the first is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest

from ceremony import canonical
from ceremony.identifiers import Origin
from ceremony.journal.chain import ChainError, verify_chain, verify_strand
from ceremony.journal.codec import decode_event, encode_event
from ceremony.journal.event import Event
from ceremony.journal.merkle import leaf_hash

Leaves = Callable[[int], list[bytes]]


def with_field(leaf: bytes, name: str, value: object) -> bytes:
    told = json.loads(leaf)
    told[name] = value
    return json.dumps(
        told, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def test_an_honest_journal_is_summed_up(honest_leaves: Leaves) -> None:
    leaves = honest_leaves(7)
    chain = verify_chain(leaves)
    assert chain.origin == "example.org/ceremonies/rehearsal"
    assert chain.hashes == [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    assert {name: list(own) for name, own in chain.places.items()} == {
        "KC-2026-014-R1": [0, 2, 4, 6],
        "KC-2026-015-R1": [1, 3, 5],
    }


def test_a_journal_without_leaves_follows_from_itself() -> None:
    assert verify_chain([]).origin is None
    assert verify_chain([]).hashes == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("seq", 4, "JOURNAL-CHAIN-01"),
        ("cseq", 0, "JOURNAL-CHAIN-02"),
        ("ceremony", "KC-9", "JOURNAL-CHAIN-02"),
        ("prev", "00" * 32, "JOURNAL-CHAIN-03"),
        ("log", "example.org/other", "JOURNAL-CHAIN-04"),
    ],
)
def test_a_changed_link_is_found_where_it_stands(
    honest_leaves: Leaves, name: str, value: object, code: str
) -> None:
    leaves = honest_leaves(6)
    leaves[3] = with_field(leaves[3], name, value)
    with pytest.raises(ChainError, match="Entry 3") as broken:
        verify_chain(leaves)
    assert (broken.value.code, broken.value.seq) == (code, 3)


def test_a_changed_content_is_found_at_the_next_entry(honest_leaves: Leaves) -> None:
    leaves = honest_leaves(6)
    leaves[3] = with_field(leaves[3], "data", {"text": "another"})
    with pytest.raises(ChainError, match="does not follow from entry 3") as broken:
        verify_chain(leaves)
    assert (broken.value.code, broken.value.seq) == ("JOURNAL-CHAIN-03", 4)


def test_another_journal_than_the_one_expected_is_found(honest_leaves: Leaves) -> None:
    with pytest.raises(ChainError, match=r"belongs to example\.org") as broken:
        verify_chain(honest_leaves(2), origin=Origin("example.org/expected"))
    assert broken.value.code == "JOURNAL-CHAIN-04"
    assert broken.value.seq == 0


@pytest.mark.parametrize(
    ("name", "value"), [("prev", "12" * 32), ("seq", 3), ("cseq", 1)]
)
def test_a_first_leaf_that_is_no_first_leaf_is_found(
    honest_leaves: Leaves, name: str, value: object
) -> None:
    leaves = honest_leaves(1)
    with pytest.raises(ChainError, match="Entry 0"):
        verify_chain([with_field(leaves[0], name, value)])


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda leaf: leaf + b" " * 17000, "JOURNAL-LEAF-01"),
        (lambda leaf: leaf[:-1], "JOURNAL-LEAF-02"),
        (lambda leaf: leaf.replace(b"plain", b"pl\xffin"), "JOURNAL-LEAF-02"),
        (lambda leaf: leaf.replace(b"plain", b"p\xcc\x81lain"), "JOURNAL-LEAF-02"),
        (lambda leaf: leaf.replace(b'"plain"', b"1.0"), "JOURNAL-LEAF-02"),
        (lambda leaf: leaf.replace(b'"plain"', b"null"), "JOURNAL-LEAF-02"),
        (lambda leaf: leaf.replace(b'"plain"', b"9007199254740992"), "JOURNAL-LEAF-02"),
        (lambda leaf: leaf.replace(b"{", b"{ ", 1), "JOURNAL-LEAF-03"),
        (lambda leaf: leaf.replace(b"plain", b"pl\\u0061in"), "JOURNAL-LEAF-03"),
        (lambda leaf: leaf.replace(b'"v"', b'"vv"'), "JOURNAL-LEAF-04"),
        (lambda leaf: leaf.replace(b"event/1", b"event/2"), "JOURNAL-LEAF-05"),
        (
            lambda leaf: leaf.replace(b'"text":', b'"text":"","text":'),
            "JOURNAL-LEAF-02",
        ),
    ],
)
def test_a_leaf_of_another_form_is_found_with_its_place(
    honest_leaves: Leaves, spoil: Callable[[bytes], bytes], code: str
) -> None:
    leaves = honest_leaves(4)
    leaves[2] = spoil(leaves[2])
    with pytest.raises(ChainError, match="Entry 2") as broken:
        verify_chain(leaves)
    assert (broken.value.code, broken.value.seq) == (code, 2)


@pytest.mark.parametrize("place", [0, 63, 64, 129])
def test_among_leaves_that_are_read_together_the_faulty_one_is_named(
    honest_leaves: Leaves, place: int
) -> None:
    leaves = honest_leaves(130)
    assert verify_chain(leaves).hashes == [leaf_hash(leaf) for leaf in leaves]
    for spoilt, code in (
        (leaves[place].replace(b"{", b"{ ", 1), "JOURNAL-LEAF-03"),
        (with_field(leaves[place], "data", {"text": "x" * 16384}), "JOURNAL-LEAF-01"),
        (b"", "JOURNAL-LEAF-02"),
        (leaves[place] + b"\n", "JOURNAL-LEAF-03"),
    ):
        with pytest.raises(ChainError, match=f"Entry {place} ") as broken:
            verify_chain([*leaves[:place], spoilt, *leaves[place + 1 :]])
        assert broken.value.code == code
    accented = with_field(leaves[place], "data", {"text": "déjà vu"})
    read = verify_chain([*leaves[:place], accented])
    assert read.hashes[place] == leaf_hash(accented)


def test_two_leaves_in_one_and_none_in_the_next_are_not_two_leaves(
    honest_leaves: Leaves,
) -> None:
    first, second, third = honest_leaves(3)
    for instead in ([first + b"\n" + second, b""], [b"", first + b"\n" + second]):
        with pytest.raises(ChainError, match="Entry 0") as broken:
            verify_chain([*instead, third])
        assert broken.value.code == "JOURNAL-LEAF-02"


def test_of_two_faults_read_together_the_first_is_named(
    honest_leaves: Leaves,
) -> None:
    leaves = honest_leaves(6)
    leaves[2] = with_field(leaves[2], "log", "example.org/other")
    leaves[4] = b"{}"
    with pytest.raises(ChainError, match="Entry 2") as broken:
        verify_chain(leaves)
    assert broken.value.code == "JOURNAL-CHAIN-04"
    with pytest.raises(ChainError, match="Entry 2") as broken:
        verify_strand(leaves[0::2])
    assert broken.value.code == "JOURNAL-CHAIN-04"


def test_deep_values_and_every_optional_field_are_read_too(full_event: Event) -> None:
    leaf = encode_event(full_event)
    deep = with_field(leaf, "data", {"a": [[[[[[[["x"]]]]]]]]})
    assert decode_event(deep).data == {"a": [[[[[[[["x"]]]]]]]]}
    for one in (leaf, deep):
        first = with_field(one, "cseq", 0)
        assert verify_strand([first]).hashes == {1: leaf_hash(first)}


def test_the_leaves_of_one_ceremony_are_followed_between_foreign_ones(
    honest_leaves: Leaves,
) -> None:
    leaves = honest_leaves(9)
    strand = verify_strand(leaves[1::2])
    assert strand.ceremony == "KC-2026-015-R1"
    assert strand.origin == "example.org/ceremonies/rehearsal"
    assert strand.hashes == {seq: leaf_hash(leaves[seq]) for seq in (1, 3, 5, 7)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda own: [own[0], own[2]], "JOURNAL-CHAIN-02"),
        (lambda own: own[1:], "JOURNAL-CHAIN-02"),
        (lambda own: [own[0], own[0]], "JOURNAL-CHAIN-01"),
        (lambda own: [own[0], with_field(own[1], "log", "x")], "JOURNAL-CHAIN-04"),
        (lambda own: [own[0], with_field(own[1], "ceremony", "x")], "JOURNAL-CHAIN-04"),
        (lambda own: [own[0], with_field(own[1], "seq", 1)], "JOURNAL-CHAIN-03"),
        (lambda own: [with_field(own[0], "prev", "1" * 64)], "JOURNAL-CHAIN-03"),
        (lambda own: [own[0], b"{}"], "JOURNAL-LEAF-04"),
    ],
)
def test_a_strand_that_does_not_hold_is_refused(
    honest_leaves: Leaves, change: Callable[[list[bytes]], list[bytes]], code: str
) -> None:
    own = honest_leaves(6)[0::2]
    with pytest.raises(ChainError) as broken:
        verify_strand(change(own))
    assert broken.value.code == code


def test_a_ceremony_without_leaves_is_no_ceremony() -> None:
    with pytest.raises(ValueError, match="at least one"):
        verify_strand([])


@pytest.mark.no_cover
@pytest.mark.parametrize("code", range(128))
def test_no_spelling_of_a_character_passes_but_the_canonical_one(
    honest_leaves: Leaves, code: int
) -> None:
    leaf = honest_leaves(2)[1]
    short = {8: "b", 9: "t", 10: "n", 12: "f", 13: "r", 34: '"', 47: "/", 92: "\\"}
    spellings = [chr(code), f"\\u{code:04x}", f"\\u{code:04X}"]
    spellings += [f"\\{short[code]}"] if code in short else []
    passed = []
    for spelling in dict.fromkeys(spellings):
        spelt = leaf.replace(b'"plain"', f'"x{spelling}"'.encode())
        try:
            verify_strand([spelt])
        except ChainError:
            continue
        passed.append(spelt)
    assert len(passed) == 1
    assert canonical.encode(canonical.decode(passed[0])) == passed[0]
