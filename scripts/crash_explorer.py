"""Cut the power after every call of a journal's writer, and look at what is left.

A writer appends to a journal through the product's own store and SQLite; strace
records its calls. For every prefix of the calls, states that a drive may hold then
(scripts/crash_disk.py) are laid out as files and opened by the product. A state is
sound if the journal opens, verifies, holds exactly the leaves and notes that were
acknowledged, or all of the next append's too, and takes another leaf.

Usage: ``python scripts/crash_explorer.py [--settings NAME] [--scenario NAME]
[--count N] [--each N] [--all]``. Exits with 1 if a state is not sound. ``--all``
prints the table of docs/adr/0003.

Invariants:
    * The same recording and numbers give the same states.
    * A state counts once for what had been acknowledged, however often it comes up.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from crash_disk import Disk, Fate, State, fates
from crash_trace import Event, Told, files_of, names_in, record
from crash_writer import NAME, SETTINGS, append

from ceremony.errors import CeremonyError
from ceremony.journal.store import JournalStore

WRITER: Final = Path(__file__).with_name("crash_writer.py")
SCENARIOS: Final = ("fresh", "resumed", "spilled")
"""A journal made and written; one opened after a power cut in the middle of an append;
and one that takes a blob larger than SQLite's cache."""

_SPILL: Final = 2_600_000
"""Bytes of a blob that SQLite's cache of 2,000 KiB cannot hold."""

SOUND: Final = "sound"
LOST: Final = "acknowledged lost"
ELSE: Final = "something else"


@dataclass(frozen=True, slots=True)
class Recording:
    """A writer's calls, and what it wrote.

    Attributes:
        names: The files that stood there before, numbered.
        files: Their bytes.
        events: The calls in order.
        leaves: The leaves of the whole journal.
    """

    names: dict[str, int]
    files: dict[int, bytes]
    events: tuple[Event, ...]
    leaves: tuple[bytes, ...]


@dataclass
class Result:
    """What the states of one recording were.

    Attributes:
        states: How many were made.
        distinct: How many of them were different, and so looked at.
        found: How many of these were sound or what else.
        worst: One example of each other than sound.
    """

    states: int = 0
    distinct: int = 0
    found: Counter[str] = field(default_factory=Counter)
    worst: dict[str, str] = field(default_factory=dict)

    @property
    def unsound(self) -> int:
        """Give the number of states that must not be."""
        return self.distinct - self.found[SOUND]


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder in memory where there is one, since flushes do not matter here."""
    memory = Path("/dev/shm")  # noqa: S108  only the folder made in it is used
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


def make_recording(folder: Path, settings: str, scenario: str, count: int) -> Recording:
    """Record a writer.

    Args:
        folder: Empty; left with what the writer wrote.
        settings: One of ``crash_writer.SETTINGS``.
        scenario: One of ``SCENARIOS``.
        count: How many appends.

    Raises:
        TraceError: The writer failed.
        FileNotFoundError: strace is not installed.
    """
    place = folder / "journal"
    place.mkdir()
    if scenario == "resumed":
        lay_out(place, cut_in_an_append(folder, settings))
    names = {name: number for number, name in enumerate(names_in(place))}
    files = dict(files_of(place))
    size = _SPILL if scenario == "spilled" else 0
    arguments = [
        "--settings",
        settings,
        "--count",
        str(count),
        "--blob-size",
        str(size),
    ]
    command = [sys.executable, str(WRITER), str(place / NAME), *arguments]
    events = record(command, place, folder / "calls")
    with JournalStore.open(place / NAME) as journal:
        return Recording(names, files, events, tuple(journal.leaves()))


def cut_in_an_append(folder: Path, settings: str) -> State:
    """Give a state whose rollback journal has to be played back."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        told = make_recording(Path(name), settings, "fresh", 3)
    last = max(place for place, one in enumerate(told.events) if isinstance(one, Told))
    disk = Disk(told.names, told.files)
    states = []
    for event in told.events[:last]:
        disk.apply(event)
        states.append(disk.state([Fate.KEPT] * len(disk.pending)))
    return max(
        (state for state in states if NAME in state),
        key=lambda state: [hot(state), states.index(state)],
    )


def hot(state: State) -> bool:
    """Tell whether a state holds a rollback journal that counts."""
    return state.get(f"{NAME}-journal", b"")[:1] == b"\xd9"


def explore(told: Recording, each: int, stride: int = 1) -> Result:
    """Look at states after every call, or every so many.

    Args:
        told: The recording.
        each: The most states for one prefix.
        stride: Looks at one in so many prefixes.
    """
    result, seen = Result(), set[bytes]()
    disk = Disk(told.names, told.files)
    stages = [one for one in told.events if isinstance(one, Told)]
    passed = 0
    with scratch() as folder:
        for place, event in enumerate(told.events):
            disk.apply(event)
            passed += isinstance(event, Told)
            if place % stride and not isinstance(event, Told):
                continue
            allowed = allowed_at(stages, passed, made=bool(told.names))
            waiting = len(disk.pending)
            enough = min(each, 8**waiting)
            for chosen, noise in islice(fates(waiting, str(place)), enough):
                state = disk.state(chosen, noise)
                result.states += 1
                mark = fingerprint(state, passed)
                if mark not in seen:
                    seen.add(mark)
                    finding = judge(folder, state, allowed, told.leaves)
                    told_as = " ".join(fate.value for fate in chosen)
                    note(result, finding, f"call {place} {event!r:.60}: {told_as}")
    return result


def allowed_at(
    stages: Sequence[Told], passed: int, *, made: bool
) -> tuple[Told | None, ...]:
    """Give what a journal may hold: what was told, or the next; None is no journal."""
    before = stages[passed - 1] if passed else None
    after = stages[min(passed, len(stages) - 1)]
    return (after,) if made and before is None else (before, after)


def fingerprint(state: State, passed: int) -> bytes:
    """Give 32 bytes that stand for a state and what was acknowledged.

    The file that names the holder does not count: what it says decides nothing.
    """
    digest = hashlib.sha256(str(passed).encode())
    for name, content in sorted(state.items()):
        if name.endswith(".lock"):
            continue
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.digest()


def judge(
    folder: Path,
    state: State,
    allowed: Sequence[Told | None],
    leaves: Sequence[bytes],
) -> str:
    """Open a state as the product does and say what it is."""
    for path in folder.iterdir():
        path.unlink()
    lay_out(folder, state)
    found: Told | None = None
    try:
        if (folder / NAME).exists():
            found = look(folder / NAME, leaves)
    except CeremonyError as error:
        return f"refused, {error.code}"
    if found in allowed:
        return SOUND
    least = allowed[0] or Told(0, 0)
    got = found or Told(-1, -1)
    short = got.leaves < least.leaves or got.notes < least.notes
    return LOST if short else ELSE


def look(path: Path, leaves: Sequence[bytes]) -> Told:
    """Verify a journal, compare its leaves and add one; give what it held.

    Raises:
        CeremonyError: It is not sound.
    """
    with JournalStore.open(path) as journal:
        journal.verify()
        found = Told(journal.size, len(journal.notes()))
        if list(journal.leaves()) != list(leaves[: journal.size]):
            return Told(len(leaves) + 1, 0)
        append(journal, 1)
        journal.verify()
    return found


def lay_out(folder: Path, state: State) -> None:
    """Write a state's files."""
    for name, content in state.items():
        (folder / name).write_bytes(content)


def note(result: Result, finding: str, example: str) -> None:
    """Count a finding."""
    result.distinct += 1
    result.found[finding] += 1
    if finding != SOUND:
        result.worst.setdefault(finding, example)


def run(settings: str, scenario: str, count: int, each: int) -> Result:
    """Record and explore; a large blob makes states large, so fewer are looked at."""
    with scratch() as folder:
        told = make_recording(folder, settings, scenario, count)
    stride = 1 + len(told.events) // 400 if scenario == "spilled" else 1
    return explore(told, each, stride)


def row(settings: str, scenario: str, result: Result) -> str:
    """Give one row of the table."""
    found = "; ".join(
        f"{number:,} {name}"
        for name, number in sorted(result.found.items())
        if name != SOUND
    )
    return (
        f"| {settings} | {scenario} | {result.states:,} | {result.distinct:,} "
        f"| {found or 'none'} |"
    )


def main() -> int:
    """Explore what the arguments name, and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", choices=SETTINGS, default="ours")
    parser.add_argument("--scenario", choices=SCENARIOS, default="fresh")
    parser.add_argument("--count", type=int, default=10, help="appends")
    parser.add_argument("--each", type=int, default=30, help="states a prefix")
    parser.add_argument("--all", action="store_true", help="every setting, fresh")
    given = parser.parse_args()
    print("| settings | scenario | states | distinct | not sound |")
    unsound = 0
    for settings in SETTINGS if given.all else [given.settings]:
        result = run(settings, given.scenario, given.count, given.each)
        print(row(settings, given.scenario, result), flush=True)
        for finding, example in result.worst.items():
            print(f"  {finding}: {example}", file=sys.stderr)
        unsound += result.unsound
    return int(unsound > 0)


if __name__ == "__main__":
    sys.exit(main())
