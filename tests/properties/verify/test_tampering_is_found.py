"""Whatever is changed in a record or a sealed file is found, and the place is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ceremony.pack.manifest import encode_manifest
from ceremony.pack.policy_file import decode_trust_policy
from ceremony.pack.record import EVENTS, MANIFEST, VERIFY_TEXT, Record, read_record
from ceremony.verify.check import Check, FailedError, Status
from ceremony.verify.document import check_document
from ceremony.verify.limits import unpack
from ceremony.verify.verdict import judge_files
from tests.fakes.record_builder import BuiltRecord, build_record

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

PACKS = Path(__file__).parents[2] / "vectors/packs"
GOOD = (PACKS / "good.pdf").read_bytes()
POLICY = decode_trust_policy((PACKS / "trust-policy.toml").read_bytes(), "trust-policy")

SAMPLES = 60


@pytest.fixture(scope="module")
def built() -> BuiltRecord:
    return build_record()


@pytest.fixture(scope="module")
def record(built: BuiltRecord) -> Record:
    return read_record(built.files)


def failures(built: BuiltRecord, files: dict[str, bytes]) -> list[Check]:
    checks = judge_files(files, built.policy).checks
    return [check for check in checks if check.status is Status.FAILED]


def is_found(pdf: bytes, record: Record) -> bool:
    """Tell whether the limits or the signatures refuse a file."""
    try:
        files = unpack(pdf).files
    except FailedError:
        return True
    if files != record.files:
        # What is embedded is covered by the signatures, and these are looked at
        # below with the record as it was.
        assert check_document(pdf, record, POLICY).status is Status.FAILED
    return check_document(pdf, record, POLICY).status is Status.FAILED


def flipped(pdf: bytes, at: int, bit: int) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ (1 << bit)]) + pdf[at + 1 :]


def places(count: int) -> Iterator[tuple[int, int]]:
    """Spread places over the file, with the three signature values among them."""
    step = len(GOOD) // count
    yield from ((at + at % 7, at % 8) for at in range(0, len(GOOD) - 8, step))
    start = 0
    while (start := GOOD.find(b"/Contents <", start + 1)) > 0:
        yield from ((start + 11 + offset, 0) for offset in range(0, 2000, 397))
        yield start + 11 + 16000, 0


@pytest.mark.parametrize(("at", "bit"), list(places(SAMPLES)))
def test_no_sampled_byte_of_a_sealed_file_can_change(
    at: int, bit: int, record: Record
) -> None:
    assert is_found(flipped(GOOD, at, bit), record)


@pytest.mark.soak
def test_no_byte_of_a_sealed_file_can_change(record: Record) -> None:
    missed = [
        at for at in range(len(GOOD)) if not is_found(flipped(GOOD, at, at % 8), record)
    ]
    assert missed == []


@pytest.mark.parametrize("keep", [1, 100, 5000, len(GOOD) // 2])
def test_a_cut_file_is_found(keep: int, record: Record) -> None:
    assert is_found(GOOD[:-keep], record)


def test_every_changed_file_is_named_by_the_manifest(built: BuiltRecord) -> None:
    for name, content in built.files.items():
        if name == MANIFEST:
            continue
        files = {**built.files, name: content + b"x"}
        assert any(
            check.number == "2" and name in check.reason
            for check in failures(built, files)
        ), name


def test_every_removed_file_is_named_by_the_manifest(built: BuiltRecord) -> None:
    for name in built.files:
        files = {other: raw for other, raw in built.files.items() if other != name}
        assert any(name in check.reason for check in failures(built, files)), name


def test_a_changed_file_is_found_though_the_manifest_was_made_again(
    built: BuiltRecord,
) -> None:
    for name, content in built.files.items():
        if name in (MANIFEST, VERIFY_TEXT):  # Check 14 compares VERIFY.txt.
            continue
        middle = len(content) // 2
        changed = content[:middle] + b"0" + content[middle + 1 :]
        if changed == content:
            changed = content[:middle] + b"1" + content[middle + 1 :]
        files = {**built.files, name: changed}
        files[MANIFEST] = encode_manifest(files)
        found = failures(built, files)
        assert found, name
        assert all(check.reason for check in found)


def remade(built: BuiltRecord, leaves: list[bytes]) -> dict[str, bytes]:
    files = {**built.files, EVENTS: b"".join(leaf + b"\n" for leaf in leaves)}
    files[MANIFEST] = encode_manifest(files)
    return files


def test_no_leaf_can_be_left_out_doubled_or_moved(built: BuiltRecord) -> None:
    leaves = built.files[EVENTS].split(b"\n")[:-1]
    for at in range(0, len(leaves), 7):
        dropped = leaves[:at] + leaves[at + 1 :]
        doubled = [*leaves[: at + 1], *leaves[at:]]
        swapped = [*leaves[:at], *leaves[at : at + 2][::-1], *leaves[at + 2 :]]
        for changed in (dropped, doubled, swapped):
            if changed == leaves:  # The last leaf has no neighbour to swap with.
                continue
            found = failures(built, remade(built, changed))
            assert found, at
            assert any(
                "leaf" in check.reason or EVENTS in check.reason for check in found
            )


def test_no_tail_can_be_cut(built: BuiltRecord) -> None:
    leaves = built.files[EVENTS].split(b"\n")[:-1]
    for count in range(1, len(leaves), 9):
        found = failures(built, remade(built, leaves[:count]))
        assert any(check.rule == "VERIFY-ROOT-01" for check in found), count
