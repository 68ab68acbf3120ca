"""Commitments hide a name until their opening is shown."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
from pathlib import Path

import pytest

from ceremony.canonical import CanonicalError, Json
from ceremony.errors import EvidenceError, StorageError
from ceremony.identifiers import Digest
from ceremony.journal.private import PrivateStore, check_opening

NAME: Json = {"name": "Åsa Öberg", "organisation": "Example Trust"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private.sqlite"


def test_an_opening_opens_its_commitment_with_the_standard_library_alone(
    path: Path,
) -> None:
    with PrivateStore.create(path) as store:
        commitment = store.commit("person", NAME)
        (opening,) = store.openings([commitment])
    raw = json.dumps(opening, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(raw.encode()).hexdigest() == commitment
    assert opening["value"] == NAME
    assert len(bytes.fromhex(str(opening["salt"]))) == 32
    assert check_opening(commitment, opening)


def test_one_value_committed_twice_cannot_be_recognised(path: Path) -> None:
    with PrivateStore.create(path) as store:
        assert store.commit("person", NAME) != store.commit("person", NAME)


def test_openings_outlive_the_process_and_unknown_ones_are_left_out(
    path: Path,
) -> None:
    with PrivateStore.create(path) as store:
        first, second = store.commit("person", NAME), store.commit("person", "x")
    store.close()
    with PrivateStore.open(path) as again:
        found = again.openings([second, Digest("00" * 32), first])
    assert [opening["value"] for opening in found] == ["x", NAME]


def test_the_file_is_private_and_held_alone(path: Path) -> None:
    with PrivateStore.create(path) as store:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        wanted = {"synchronous": 3, "journal_mode": "delete"}
        for name, value in wanted.items():
            found = store._connection.execute(f"PRAGMA {name}").fetchone()[0]
            assert found == value
        with pytest.raises(StorageError) as held:
            PrivateStore.open(path)
        assert held.value.code == "JOURNAL-LOCK-01"


def test_a_value_that_has_no_canonical_form_is_not_committed_to(path: Path) -> None:
    with PrivateStore.create(path) as store, pytest.raises(CanonicalError):
        store.commit("person", {"name": "e\u0301"})


@pytest.mark.parametrize(
    "change",
    [
        {"value": "another"},
        {"salt": "00" * 31},
        {"salt": "zz" * 32},
        {"salt": 5},
        {"label": 5},
        {"label": "role"},
        {"more": 1},
    ],
)
def test_a_changed_opening_opens_nothing(path: Path, change: dict[str, Json]) -> None:
    with PrivateStore.create(path) as store:
        commitment = store.commit("person", NAME)
        (opening,) = store.openings([commitment])
    assert not check_opening(commitment, {**opening, **change})
    assert not check_opening(commitment, {"label": "person", "value": NAME})


@pytest.mark.parametrize("raw", [b"{}", b"{", b"[]", b'{"label":"person"}'])
def test_a_damaged_opening_is_found_when_it_is_asked_for(
    path: Path, raw: bytes
) -> None:
    with PrivateStore.create(path) as store:
        commitment = store.commit("person", NAME)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE opening SET opening = ?", (raw,))
    connection.commit()
    connection.close()
    with PrivateStore.open(path) as store:
        with pytest.raises(EvidenceError, match="does not open it") as damaged:
            store.openings([commitment])
        assert damaged.value.code == "JOURNAL-OPENING-01"
