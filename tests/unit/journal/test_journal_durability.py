"""What was acknowledged stands: killed, without space, locked, damaged."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.clock import Instant
from ceremony.errors import EvidenceError, StorageError
from ceremony.identifiers import CeremonyId, Digest, Origin
from ceremony.journal.database import PRAGMAS, Schema, set_pragmas
from ceremony.journal.event import Draft
from ceremony.journal.fault import translated
from ceremony.journal.lock import Holder, lock_path, read_holder, this_process
from ceremony.journal.store import JournalStore

CHECKOUT = Path(__file__).parents[3]
ONE = CeremonyId("KC-2026-014-R1")
MakeDraft = Callable[..., Draft]

WRITER = """
import resource, signal, sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.errors import StorageError
from ceremony.identifiers import CeremonyId, Digest
from ceremony.journal.event import Draft
from ceremony.journal.store import JournalStore

journal = JournalStore.open(Path(sys.argv[1]))
room = int(sys.argv[2])
if room >= 0:
    limit = Path(sys.argv[1]).stat().st_size + room
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
number = 0
while True:
    draft = Draft("note.recorded", {"number": number, "text": "x" * 700})
    try:
        (event,) = journal.append(
            CeremonyId("KC-2026-014-R1"), Digest("ab" * 32), [draft], {},
            SystemClock().now(),
        )
    except StorageError as error:
        print(error.code, flush=True)
        try:
            journal.append(
                CeremonyId("KC-2026-014-R1"), Digest("ab" * 32), [draft], {},
                SystemClock().now(),
            )
        except StorageError as again:
            print(again.code, flush=True)
        break
    print(event.seq, flush=True)
    number += 1
"""


def noise(seed: int, count: int) -> bytes:
    """Give bytes without meaning, the same for the same seed."""
    return hashlib.shake_256(seed.to_bytes(4, "big")).digest(count)


def writer(path: Path, room: int = -1) -> subprocess.Popen[str]:
    """Start a process that appends and acknowledges each leaf with a line."""
    # Nothing but the journal shall write in the child whose files are limited.
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("COVERAGE_")
    }
    return subprocess.Popen(  # noqa: S603  our own interpreter and text
        [sys.executable, "-c", WRITER, str(path), str(room)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={**kept, "PYTHONPATH": str(CHECKOUT)},
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed, empty journal."""
    path = tmp_path / "journal.sqlite"
    JournalStore.create(path, Origin("example.org/x")).close()
    return path


@pytest.mark.parametrize("acknowledged", [1, 7, 40])
def test_every_acknowledged_leaf_outlives_a_killed_process(
    path: Path, acknowledged: int
) -> None:
    with writer(path) as child:
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(acknowledged)]
        child.send_signal(signal.SIGKILL)
        told += [int(line) for line in child.stdout]
    assert lock_path(path).exists()
    with JournalStore.open(path) as journal:
        assert journal.size >= len(told) >= acknowledged
        numbers = [event.data["number"] for event in journal.events(ONE)]
        assert numbers == list(range(journal.size))
        holder = read_holder(path)
        assert holder is not None
        assert holder.pid == os.getpid()
        journal.verify()


@pytest.mark.parametrize("room", [0, 1500, 5000, 20_000])
def test_without_space_nothing_acknowledged_is_lost_and_nothing_more_is_written(
    path: Path, room: int
) -> None:
    with writer(path, room) as child:
        assert child.stdout is not None
        told = child.stdout.read().split()
    assert told[-2] in {"JOURNAL-FULL-01", "JOURNAL-IO-01"}
    assert told[-1] == "JOURNAL-CLOSED-01"
    with JournalStore.open(path) as journal:
        assert journal.size == len(told) - 2
        journal.verify()


def test_a_full_database_is_told_as_such_and_stays_usable_after_reopening(
    path: Path, draft: MakeDraft, script: Digest, at: Instant
) -> None:
    with JournalStore.open(path) as journal:
        journal.append(ONE, script, [draft(0)], {}, at)
        pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
        journal._connection.execute(f"PRAGMA max_page_count = {pages}")
        large = Draft("note.recorded", {"text": "x" * 9000})
        with pytest.raises(StorageError, match="no space left") as full:
            journal.append(ONE, script, [draft(1), large], {}, at)
        assert full.value.code == "JOURNAL-FULL-01"
        assert journal.size == 1
        with pytest.raises(StorageError, match="earlier write failed") as closed:
            journal.append(ONE, script, [draft(1)], {}, at)
        assert closed.value.code == "JOURNAL-CLOSED-01"
    with JournalStore.open(path) as journal:
        journal.append(ONE, script, [draft(1), large], {}, at)
        assert journal.size == 3


def test_a_second_process_is_refused_and_told_who_holds_the_journal(
    path: Path,
) -> None:
    with JournalStore.open(path):
        with writer(path) as child:
            assert child.stdout is not None
            assert child.stdout.read() == ""
        assert child.returncode != 0
    with writer(path) as child:
        assert child.stdout is not None
        child.stdout.readline()
        for read_only in (False, True):
            with pytest.raises(StorageError, match=f"process {child.pid} on") as held:
                JournalStore.open(path, read_only=read_only)
            assert held.value.code == "JOURNAL-LOCK-01"
        child.kill()


def test_a_second_opener_in_the_same_process_is_refused(path: Path) -> None:
    with JournalStore.open(path):
        with pytest.raises(StorageError, match=f"process {os.getpid()} on"):
            JournalStore.open(path)
        lock_path(path).write_bytes(b"no name")
        with pytest.raises(StorageError, match="left no name"):
            JournalStore.open(path)


def test_a_name_left_by_a_process_that_is_gone_is_recognised(path: Path) -> None:
    me = this_process()
    assert me.is_running()
    for gone in (
        Holder(2**22 + 1, me.host, me.boot, me.started_at),
        Holder(me.pid, me.host, "another boot", me.started_at),
    ):
        assert not gone.is_running()
    assert Holder(1, "another host", "x", me.started_at).is_running()
    assert read_holder(path) is None


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b'{"boot":"b","host":"h","pid":1,"started_at":"yesterday"}',
        b'{"boot":"b","host":"h","pid":"1","started_at":"x"}',
    ],
)
def test_a_lock_file_of_another_form_names_nobody(path: Path, content: bytes) -> None:
    lock_path(path).write_bytes(content)
    assert read_holder(path) is None


def test_a_link_planted_as_lock_file_is_replaced_not_followed(
    path: Path, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    lock_path(path).symlink_to(target)
    JournalStore.open(path).close()
    assert target.read_bytes() == b"precious"


def test_a_drive_that_cannot_take_the_lock_file_is_told(path: Path) -> None:
    lock_path(path).mkdir()
    with pytest.raises(StorageError, match="the drive failed") as failed:
        JournalStore.open(path)
    assert failed.value.code == "JOURNAL-IO-01"


def test_garbage_is_not_a_journal(tmp_path: Path) -> None:
    for number, content in enumerate((b"", b"x", noise(1, 100), noise(2, 20_000))):
        path = tmp_path / f"garbage-{number}.sqlite"
        path.write_bytes(content)
        with pytest.raises(StorageError, match="not a database of this tool") as bad:
            JournalStore.open(path)
        assert bad.value.code == "JOURNAL-FILE-01"
        assert path.read_bytes() == content
        assert not lock_path(path).exists()


def test_what_is_no_file_is_not_opened(tmp_path: Path, path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened") as missing:
        JournalStore.open(tmp_path / "missing.sqlite")
    assert missing.value.code == "JOURNAL-FILE-03"
    link = tmp_path / "link.sqlite"
    link.symlink_to(path)
    for other in (tmp_path, link):
        with pytest.raises(StorageError) as refused:
            JournalStore.open(other)
        assert refused.value.code == "JOURNAL-FILE-01"


@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA application_id = 1",
        "PRAGMA user_version = 2",
        "CREATE TABLE more (x)",
        "CREATE TRIGGER extra AFTER INSERT ON leaf BEGIN SELECT 1; END",
        "DROP TRIGGER leaf_update",
    ],
)
def test_another_schema_is_not_used(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with pytest.raises(StorageError) as refused:
        JournalStore.open(path)
    assert refused.value.code == "JOURNAL-FILE-01"


def test_a_damaged_file_is_told_by_verifying(
    path: Path, draft: MakeDraft, script: Digest, at: Instant
) -> None:
    with JournalStore.open(path) as journal:
        journal.append(ONE, script, [draft(0)], {}, at)
    raw = bytearray(path.read_bytes())
    page = int.from_bytes(raw[16:18], "big")
    index = raw.index(b"\n", page) if raw[page] != 10 else page
    # An index page of the empty blob table that claims cells which it does not have.
    while raw[index] != 10 or index % page:
        index += page - index % page
    raw[index + 3 : index + 5] = (400).to_bytes(2, "big")
    path.write_bytes(raw)
    with JournalStore.open(path) as journal:
        with pytest.raises(StorageError, match="it is damaged") as damaged:
            journal.verify()
        assert damaged.value.code == "JOURNAL-FILE-02"


def test_a_database_that_does_not_take_a_setting_is_not_used(tmp_path: Path) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with pytest.raises(StorageError, match="journal_mode=DELETE") as refused:
        set_pragmas(connection, Schema("journal", 1, 1, ()), tmp_path, PRAGMAS)
    assert refused.value.code == "JOURNAL-PRAGMA-01"
    connection.close()


def test_the_settings_come_in_the_order_that_survives_a_power_cut() -> None:
    assert [name for name, _, _ in PRAGMAS[:3]] == [
        "synchronous",
        "journal_mode",
        "locking_mode",
    ]


def test_failures_of_the_system_are_told_by_what_to_do(tmp_path: Path) -> None:
    for number, code in ((28, "JOURNAL-FULL-01"), (5, "JOURNAL-IO-01")):
        with (
            pytest.raises(StorageError) as told,
            translated("journal", tmp_path),
        ):
            raise OSError(number, os.strerror(number))
        assert told.value.code == code


def test_a_journal_that_cannot_be_written_is_told_as_such(
    path: Path, draft: MakeDraft, script: Digest, at: Instant
) -> None:
    with JournalStore.open(path) as journal:
        journal._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(StorageError, match="cannot be written") as refused:
            journal.append(ONE, script, [draft(0)], {}, at)
        assert refused.value.code == "JOURNAL-FILE-04"
        assert journal.size == 0


def test_no_mutated_file_does_more_than_be_refused_or_be_the_same(
    path: Path, draft: MakeDraft, script: Digest, at: Instant
) -> None:
    with JournalStore.open(path) as journal:
        journal.append(ONE, script, [draft(number) for number in range(30)], {}, at)
        leaves = list(journal.leaves())
    honest = path.read_bytes()
    mutated = path.with_name("mutated.sqlite")
    for seed in range(300):
        raw = bytearray(honest)
        for spot in range(1 + seed % 4):
            where, what = noise(seed * 4 + spot, 4), noise(seed * 4 + spot, 5)[4]
            raw[int.from_bytes(where, "big") % len(raw)] = what
        mutated.write_bytes(raw)
        try:
            with JournalStore.open(mutated) as journal:
                journal.verify()
                assert list(journal.leaves()) == leaves[: journal.size]
        except (EvidenceError, StorageError):
            continue
