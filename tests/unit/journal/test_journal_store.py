"""The journal on disk: what goes in comes out, and nothing else goes in."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ceremony import canonical
from ceremony.clock import Instant
from ceremony.errors import EvidenceError, InputError, StorageError
from ceremony.identifiers import CeremonyId, Digest, Origin, PersonId, Role
from ceremony.journal import merkle
from ceremony.journal.chain import ChainError
from ceremony.journal.checkpoint import Checkpoint, sign_checkpoint
from ceremony.journal.event import Actor, Blob, Draft
from ceremony.journal.note import make_vkey
from ceremony.journal.rows import Rows
from ceremony.journal.store import JournalStore

ONE = CeremonyId("KC-2026-014-R1")
OTHER = CeremonyId("KC-2026-015-R1")
MakeDraft = Callable[..., Draft]

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)


def head_of(journal: JournalStore, size: int | None = None) -> bytes:
    """Sign the journal's head (or an earlier one) as a log key would."""
    wanted = journal.size if size is None else size
    return sign_checkpoint(
        Checkpoint(journal.origin, wanted, journal.root(wanted)),
        make_vkey("example.org/log", KEY.public_key()),
        KEY.sign,
    )


@pytest.fixture
def filled(
    journal: JournalStore, draft: MakeDraft, script: Digest, at: Instant
) -> JournalStore:
    """Five leaves of two ceremonies, a blob and a checkpoint over the first three."""
    content = b"inventory"
    blob = Blob("inventory-1.json", canonical.digest(content), len(content))
    journal.append(
        ONE, script, [draft(0), draft(1, (blob,))], {blob.sha256: content}, at
    )
    journal.append(OTHER, script, [draft(2)], {}, at)
    journal.add_note(3, head_of(journal))
    journal.append(ONE, script, [draft(3), draft(4, (blob,))], {}, at)
    return journal


def tamper(path: Path, *statements: str) -> None:
    """Change a closed journal's file behind the tool's back, keeping its schema."""
    connection = sqlite3.connect(path, isolation_level=None)
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"
    ).fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    for _, sql in triggers:
        connection.execute(sql)
    connection.close()


def test_a_new_journal_is_empty_private_and_durable(journal: JournalStore) -> None:
    assert journal.size == 0
    assert journal.root() == Digest(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert journal.ceremonies() == ()
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert [file.name for file in journal.path.parent.glob(".*")] == []


def test_settings_are_in_force_on_the_open_connection(journal: JournalStore) -> None:
    wanted = {
        "synchronous": 3,
        "journal_mode": "delete",
        "locking_mode": "exclusive",
        "trusted_schema": 0,
        "recursive_triggers": 1,
        "cell_size_check": 1,
        "foreign_keys": 1,
        "user_version": 1,
        "application_id": 0x4B434A31,
    }
    for name, value in wanted.items():
        found = journal._connection.execute(f"PRAGMA {name}").fetchone()[0]
        assert found == value, name


def test_facts_come_back_in_their_places(filled: JournalStore) -> None:
    events = filled.events(ONE)
    assert [event.seq for event in events] == [0, 1, 3, 4]
    assert [event.cseq for event in events] == [0, 1, 2, 3]
    assert [event.data["number"] for event in events] == [0, 1, 3, 4]
    assert [event.seq for event in filled.events(OTHER)] == [2]
    assert filled.events(CeremonyId("none")) == ()
    assert filled.ceremonies() == (ONE, OTHER)
    leaves = list(filled.leaves())
    assert leaves[3:] == list(filled.leaves(ONE))[2:]
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    assert filled.leaf_hashes() == tuple(hashes)
    assert filled.leaf_hashes(3) == tuple(hashes[3:])
    assert filled.leaf_hashes(1, 2) == (hashes[1],)
    for size in range(6):
        assert filled.root(size) == merkle.root(hashes[:size]).hex()
        assert filled.compact_range(size).root() == merkle.root(hashes[:size])
    assert [event.prev for event in events[1:2]] == [hashes[0].hex()]
    assert events[0].prev == "0" * 64


def test_there_is_no_root_over_leaves_to_come(filled: JournalStore) -> None:
    for size in (-1, 6):
        with pytest.raises(ValueError, match="has 5 leaves"):
            filled.root(size)


def test_the_sum_that_is_handed_out_is_a_copy(filled: JournalStore) -> None:
    before = filled.root()
    filled.compact_range().append(bytes(32))
    assert filled.root() == before


def test_nothing_to_add_adds_nothing(
    filled: JournalStore, script: Digest, at: Instant
) -> None:
    assert filled.append(ONE, script, [], {}, at) == ()
    assert filled.size == 5


def test_a_journal_goes_on_where_it_was_closed(
    filled: JournalStore, draft: MakeDraft, script: Digest, at: Instant
) -> None:
    root = filled.root()
    filled.close()
    filled.close()
    with JournalStore.open(filled.path) as again:
        assert (again.size, again.root()) == (5, root)
        (event,) = again.append(OTHER, script, [draft(5)], {}, at)
        assert (event.seq, event.cseq) == (5, 1)
        again.verify()
    with JournalStore.open(filled.path) as again:
        assert again.events(OTHER)[1] == event


def test_a_blob_is_stored_once_and_comes_back(filled: JournalStore) -> None:
    blob = filled.events(ONE)[1].blobs[0]
    assert filled.blob(blob.sha256) == b"inventory"
    count = filled._connection.execute("SELECT count(*) FROM blob").fetchone()[0]
    assert count == 1


def test_a_blob_that_is_not_there_is_missed(filled: JournalStore) -> None:
    with pytest.raises(EvidenceError, match="missing") as missed:
        filled.blob(Digest("00" * 32))
    assert missed.value.code == "JOURNAL-BLOB-01"


@pytest.mark.parametrize(
    ("blob", "code"),
    [
        (Blob("a.txt", Digest("00" * 32), 1), "JOURNAL-DRAFT-03"),
        (Blob("a.txt", canonical.digest(b"a"), 2), "JOURNAL-DRAFT-04"),
        (Blob("a.txt", canonical.digest(b"b"), 1), "JOURNAL-DRAFT-04"),
        (Blob("../a.txt", canonical.digest(b"a"), 1), "JOURNAL-DRAFT-02"),
    ],
)
def test_a_fact_whose_blob_is_not_the_one_named_is_refused_whole(
    filled: JournalStore, draft: MakeDraft, at: Instant, blob: Blob, code: str
) -> None:
    script = Digest("ab" * 32)
    given = {canonical.digest(b"a"): b"a", canonical.digest(b"b"): b"a"}
    with pytest.raises(InputError) as refused:
        filled.append(ONE, script, [draft(7), draft(8, (blob,))], given, at)
    assert refused.value.code == code
    assert filled.size == 5
    filled.append(ONE, script, [draft(7)], {}, at)
    filled.verify()


def test_a_fact_that_could_not_be_read_again_is_refused(
    filled: JournalStore, script: Digest, at: Instant
) -> None:
    bad = Draft("note.recorded", {}, actor=Actor(PersonId(""), Role("witness")))
    with pytest.raises(InputError, match="actor") as refused:
        filled.append(ONE, script, [bad], {}, at)
    assert refused.value.code == "JOURNAL-DRAFT-02"
    assert filled.size == 5


def test_checkpoints_are_kept_in_their_order(filled: JournalStore) -> None:
    filled.add_note(5, head_of(filled))
    filled.add_note(3, head_of(filled, 3))
    assert [(note.id, note.size) for note in filled.notes()] == [(1, 3), (2, 5), (3, 3)]
    assert filled.notes()[1].text == head_of(filled)


def test_a_checkpoint_of_another_history_is_not_kept(filled: JournalStore) -> None:
    vkey = make_vkey("example.org/log", KEY.public_key())
    for head in (
        Checkpoint(filled.origin, 5, Digest("00" * 32)),
        Checkpoint(filled.origin, 6, filled.root()),
        Checkpoint(Origin("example.org/other"), 5, filled.root()),
    ):
        note = sign_checkpoint(head, vkey, KEY.sign)
        with pytest.raises(EvidenceError, match="not of this journal") as refused:
            filled.add_note(head.size, note)
        assert refused.value.code == "JOURNAL-HEAD-01"
    with pytest.raises(EvidenceError, match="not of this journal"):
        filled.add_note(3, head_of(filled))
    assert len(filled.notes()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE leaf SET leaf = x'00' WHERE seq = 1",
        "DELETE FROM leaf WHERE seq = 4",
        "INSERT OR REPLACE INTO leaf VALUES (1, x'00', x'00')",
        "DELETE FROM note",
        "UPDATE blob SET content = x'00'",
        "INSERT OR REPLACE INTO blob SELECT sha256, x'00' FROM blob",
        "UPDATE origin SET origin = 'example.org/other'",
        "DELETE FROM origin",
    ],
)
def test_rows_are_only_ever_added(filled: JournalStore, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="append only"):
        filled._connection.execute(statement)
    filled.verify()


def test_what_was_opened_for_reading_is_not_written(
    filled: JournalStore, draft: MakeDraft, script: Digest, at: Instant
) -> None:
    filled.close()
    with (
        JournalStore.open(filled.path, read_only=True) as reader,
        JournalStore.open(filled.path, read_only=True) as second,
    ):
        assert reader.root() == second.root()
        assert not filled.path.with_suffix(".lock").exists()
        with pytest.raises(StorageError, match="reading only") as refused:
            reader.append(ONE, script, [draft()], {}, at)
        assert refused.value.code == "JOURNAL-CLOSED-01"
        with pytest.raises(StorageError, match="reading only"):
            reader.add_note(0, b"")


def test_nothing_is_ever_overwritten(filled: JournalStore) -> None:
    with pytest.raises(StorageError, match="already stands") as refused:
        JournalStore.create(filled.path, filled.origin)
    assert refused.value.code == "JOURNAL-EXISTS-01"


def test_what_an_interrupted_creation_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".journal.sqlite.new").write_bytes(b"half")
    JournalStore.create(tmp_path / "journal.sqlite", Origin("example.org/x")).close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["journal.sqlite"]


@pytest.mark.parametrize("origin", ["", "two\nlines", "e\u0301", "x" * 300])
def test_a_name_that_cannot_stand_in_a_checkpoint_is_refused(
    tmp_path: Path, origin: str
) -> None:
    with pytest.raises(InputError, match="cannot be the name") as refused:
        JournalStore.create(tmp_path / "journal.sqlite", Origin(origin))
    assert refused.value.code == "JOURNAL-ORIGIN-01"
    assert list(tmp_path.iterdir()) == []


def relink(path: Path, seq: int, **fields: object) -> None:
    """Change a leaf's JSON fields and store the hash that belongs to it."""
    connection = sqlite3.connect(path)
    leaf = connection.execute("SELECT leaf FROM leaf WHERE seq = ?", (seq,)).fetchone()
    connection.close()
    told = {**json.loads(leaf[0]), **fields}
    new = json.dumps(
        told, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    change = "UPDATE leaf SET leaf = x'LEAF', hash = x'HASH' WHERE seq = "
    change = change.replace("LEAF", new.hex())
    tamper(path, change.replace("HASH", merkle.leaf_hash(new).hex()) + str(seq))


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE leaf SET leaf = CAST(leaf || ' ' AS BLOB) WHERE seq = 2", 2),
        ("UPDATE leaf SET hash = x'00' WHERE seq = 2", 2),
        ("DELETE FROM leaf WHERE seq = 1", 1),
        ("DELETE FROM leaf WHERE seq = 0", 0),
        ("UPDATE leaf SET seq = 9 WHERE seq = 4", 4),
    ],
)
def test_a_changed_row_is_found_at_opening_and_named(
    filled: JournalStore, statement: str, seq: int
) -> None:
    filled.close()
    tamper(filled.path, statement)
    for read_only in (False, True):
        with pytest.raises(ChainError, match=f"Entry {seq} ") as broken:
            JournalStore.open(filled.path, read_only=read_only)
        assert (broken.value.code, broken.value.seq) == ("JOURNAL-STORE-01", seq)
    assert not filled.path.with_suffix(".lock").exists()


def test_a_changed_leaf_with_its_own_hash_breaks_the_next_link(
    filled: JournalStore,
) -> None:
    filled.close()
    relink(filled.path, 1, type="note.other")
    with pytest.raises(ChainError, match="Entry 2 ") as broken:
        JournalStore.open(filled.path)
    assert broken.value.code == "JOURNAL-CHAIN-03"


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_tail_cut_below_a_kept_checkpoint_is_missed(
    filled: JournalStore, kept: int
) -> None:
    filled.close()
    tamper(filled.path, "DELETE FROM leaf WHERE seq >= N".replace("N", str(kept)))
    with pytest.raises(EvidenceError, match=f"last {3 - kept} of them") as broken:
        JournalStore.open(filled.path)
    assert broken.value.code == "JOURNAL-HEAD-01"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE note SET size = 2",
        (
            "UPDATE note SET size = 2, text = CAST(replace(CAST(text AS TEXT), "
            "char(10) || '3' || char(10), char(10) || '2' || char(10)) AS BLOB)"
        ),
    ],
)
def test_a_kept_checkpoint_that_does_not_fit_is_found(
    filled: JournalStore, statement: str
) -> None:
    filled.close()
    tamper(filled.path, statement)
    with pytest.raises(EvidenceError, match="not those of the checkpoint") as broken:
        JournalStore.open(filled.path)
    assert broken.value.code == "JOURNAL-HEAD-01"


@pytest.mark.parametrize(
    "statement", ["DELETE FROM blob", "UPDATE blob SET content = x'00'"]
)
def test_a_lost_or_changed_blob_is_found_by_verifying(
    filled: JournalStore, statement: str
) -> None:
    digest = filled.events(ONE)[1].blobs[0].sha256
    filled.verify()
    filled.close()
    tamper(filled.path, statement)
    with JournalStore.open(filled.path) as again:
        with pytest.raises(EvidenceError, match=r"inventory-1.json, named by entry 1"):
            again.verify()
        with pytest.raises(EvidenceError, match="missing or changed") as broken:
            again.blob(digest)
        assert broken.value.code == "JOURNAL-BLOB-01"


def test_a_journal_without_its_name_is_not_opened(filled: JournalStore) -> None:
    filled.close()
    tamper(filled.path, "DELETE FROM origin")
    with pytest.raises(EvidenceError, match="own name"):
        JournalStore.open(filled.path)


def test_rows_that_vanish_while_it_is_open_are_missed(filled: JournalStore) -> None:
    filled._connection.execute("DROP TRIGGER leaf_delete")
    filled._connection.execute("DELETE FROM leaf WHERE seq = 3")
    with pytest.raises(ChainError, match="Entry 3 of the journal is missing"):
        filled.events(ONE)


def test_a_note_of_another_type_than_the_schema_says_is_damage(tmp_path: Path) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE note (id, size, text)")
    connection.execute("INSERT INTO note VALUES (1, 'three', NULL)")
    with pytest.raises(EvidenceError, match="a checkpoint that it keeps is not one"):
        Rows(connection, tmp_path).notes()
    connection.close()
