"""What a drive may hold after a power cut: a model that promises little.

Durable is what was synchronised. Of everything since, each change by itself may have
reached the drive or not, in whatever order, and of a write any sectors: also those
that make the file longer, as zeros. A name's change waits for its folder's
synchronisation, not for its file's. What the drive acknowledged as synchronised it
has: a drive that lies about that is outside the model. A sector is written whole or
not at all, as SQLite presumes ("powersafe overwrite").

Source: SQLite, "Atomic Commit In SQLite", section 2, Hardware Assumptions; and
"Things That Can Go Wrong" there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Final, TypeAlias

from crash_trace import Cut, Event, Naming, Sync, SyncNames, Told, Write

SECTOR: Final = 512
"""Bytes that are written together or not at all."""

State: TypeAlias = dict[str, bytes]
"""The files of the folder after a power cut."""


class Fate(Enum):
    """What became of a change that was not synchronised."""

    LOST = "lost"
    KEPT = "kept"
    TORN = "torn"


class Disk:
    """A folder on a drive, and what is still on its way there."""

    def __init__(self, names: Mapping[str, int], files: Mapping[int, bytes]) -> None:
        self._names = dict(names)
        self._files = dict(files)
        self.pending: list[Write | Cut | Naming] = []

    def apply(self, event: Event) -> None:
        """Let the next thing happen."""
        match event:
            case Sync(file=file):
                self._settle([one for one in self.pending if _is_of(one, file)])
            case SyncNames():
                self._settle([one for one in self.pending if isinstance(one, Naming)])
            case Write() | Cut() | Naming():
                self.pending.append(event)
            case Told():
                pass

    def state(self, fates: Sequence[Fate], noise: bytes = b"") -> State:
        """Give what the folder holds if the power fails now.

        Args:
            fates: What becomes of each pending change, in order.
            noise: Decides which sectors of a torn write arrive; a byte each, used
                again from the start when it ends.
        """
        names, files = dict(self._names), dict(self._files)
        broken: set[str] = set()
        for place, (change, fate) in enumerate(zip(self.pending, fates, strict=True)):
            match change:
                case Naming(names=changed):
                    told = {name for name, _ in changed}
                    # What builds on a lost change of the same name cannot be there.
                    if fate is Fate.LOST or told & broken:
                        broken |= told
                    else:
                        _rename(names, change)
                case Write() if fate is Fate.TORN:
                    files[change.file] = _tear(files, change, noise[place:] + noise)
                case Write() | Cut() if fate is not Fate.LOST:
                    files[change.file] = _change(files, change)
                case _:
                    pass
        return {name: files.get(file, b"") for name, file in names.items()}

    def _settle(self, settled: list[Write | Cut | Naming]) -> None:
        for change in settled:
            self.pending.remove(change)
            if isinstance(change, Naming):
                _rename(self._names, change)
            else:
                self._files[change.file] = _change(self._files, change)


def fates(count: int, seed: str) -> Iterator[tuple[tuple[Fate, ...], bytes]]:
    """Give fates for so many pending changes, without end unless there are none.

    First those that are told by hand: all lost, all kept, each lost or kept or torn
    alone; then whatever the seed says, the same each time.
    """
    lost, kept = (Fate.LOST,) * count, (Fate.KEPT,) * count
    noise = hashlib.shake_256(seed.encode()).digest(2 * count + 64)
    yield lost, noise
    if not count:
        return
    yield kept, noise
    for place in range(count):
        for one, others in ((Fate.LOST, kept), (Fate.KEPT, lost), (Fate.TORN, kept)):
            yield (*others[:place], one, *others[place + 1 :]), noise
    number = 0
    while True:
        noise = hashlib.shake_256(f"{seed} {number}".encode()).digest(2 * count + 64)
        choices = (Fate.LOST, Fate.KEPT, Fate.KEPT, Fate.TORN)
        yield tuple(choices[byte % 4] for byte in noise[:count]), noise[count:]
        number += 1


def _is_of(change: Write | Cut | Naming, file: int) -> bool:
    return not isinstance(change, Naming) and change.file == file


def _rename(names: dict[str, int], change: Naming) -> None:
    for name, file in change.names:
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


def _change(files: Mapping[int, bytes], change: Write | Cut) -> bytes:
    old = files.get(change.file, b"")
    if isinstance(change, Cut):
        return old[: change.size].ljust(change.size, b"\0")
    end = change.offset + len(change.content)
    before = old[: change.offset].ljust(change.offset, b"\0")
    return before + change.content + old[end:]


def _tear(files: Mapping[int, bytes], change: Write, noise: bytes) -> bytes:
    old = files.get(change.file, b"")
    end = change.offset + len(change.content)
    longer = bool(noise[0] & 128)
    new = bytearray(old.ljust(end, b"\0") if longer else old)
    start = change.offset
    while start < end:
        stop = min(end, start - start % SECTOR + SECTOR)
        if noise[(start // SECTOR) % len(noise)] & 1:
            new.extend(bytes(max(0, start - len(new))))
            new[start:stop] = change.content[
                start - change.offset : stop - change.offset
            ]
        start = stop
    return bytes(new)
