"""What a writing process asked of its drive, read from strace's record of its calls.

The calls are those of the interpreter's own SQLite, so that nothing stands between
what is judged and what the product runs on.

Invariants:
    * Only one folder counts, and it holds no folders; all other files are left out.
    * A call that could change the folder and is not understood is an error: a change
      that was overlooked would make the states after it untrue.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

_CALLS: Final = (
    "open,openat,creat,close,dup,dup2,dup3,mmap,write,writev,pwrite64,pwritev,pwritev2,"
    "sendfile,copy_file_range,truncate,ftruncate,fallocate,fsync,fdatasync,"
    "sync_file_range,link,linkat,symlink,symlinkat,unlink,unlinkat,rename,renameat,"
    "renameat2,mkdir,mkdirat"
)
_LINE: Final = re.compile(r"(?P<name>\w+)\((?P<given>.*)\) += (?P<result>-?\w+)")
_LONGEST: Final = 2**25
"""The most bytes of one call that strace shall write down."""

_TOLD: Final = b"TOLD "
_FOLDER: Final = -1
"""Stands for the folder where otherwise the number of a file stands."""


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes for a file, from an offset on."""

    file: int
    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """A new length for a file, in bytes."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """All that was written to a file so far is durable when this returns."""

    file: int


@dataclass(frozen=True, slots=True)
class Naming:
    """Names that change together: each with its file, or None where it ends."""

    names: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class SyncNames:
    """The names given and taken so far are durable when this returns."""


@dataclass(frozen=True, slots=True)
class Told:
    """The writer had been told that so many leaves and notes are durable."""

    leaves: int
    notes: int


Event: TypeAlias = Write | Cut | Sync | Naming | SyncNames | Told


class TraceError(Exception):
    """The writer failed, or did something that the model of a drive does not know."""


def tell(leaves: int, notes: int) -> bytes:
    """Write the line by which a writer acknowledges, ASCII, for standard output."""
    return _TOLD + f"{leaves} {notes}\n".encode()


def record(command: Sequence[str], folder: Path, log: Path) -> tuple[Event, ...]:
    """Run a writer and give what it asked of its drive, in order.

    Args:
        command: The program and its arguments.
        folder: Where it writes; what stands there before counts as durable. Its
            files are numbered by their names' order.
        log: Where strace writes to; outside the folder.

    Raises:
        TraceError: It failed, or made a call that is not understood.
        FileNotFoundError: strace is not installed.
    """
    folder = folder.resolve()
    present = {name: number for number, name in enumerate(names_in(folder))}
    done = subprocess.run(  # noqa: S603  the caller's own program
        [
            *("strace", "-qq", "-xx", "-s", str(_LONGEST), "-o", str(log)),
            *("-e", f"trace={_CALLS}", "-e", "signal=none", *command),
        ],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise TraceError(done.stderr.decode(errors="replace"))
    with log.open(encoding="ascii") as lines:
        return tuple(_Reader(folder, present).read(lines))


def names_in(folder: Path) -> list[str]:
    """Give the names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


@dataclass
class _Reader:
    """Follows names and descriptors, so that each call finds its file."""

    folder: Path
    names: dict[str, int]
    opened: dict[int, int] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    count: int = 0

    def read(self, lines: Iterator[str] | Sequence[str]) -> Iterator[Event]:
        self.count = len(self.names)
        for line in lines:
            if (call := _LINE.match(line)) and not call["result"].startswith("-"):
                given = call["given"].split(", ")
                yield from self.call(call["name"], given, int(call["result"], 0))

    def call(self, name: str, given: list[str], result: int) -> Iterator[Event]:
        match name:
            case "open" | "openat":
                yield from self.open(given[name == "openat" :], result)
            case "close":
                self.opened.pop(int(given[0]), None)
            case "write" | "pwrite64" | "ftruncate" | "fsync" | "fdatasync":
                yield from self.change(name, given, result)
            case "unlink" | "rename":
                yield from self.rename(*map(self.local, map(_text, given)))
            case "mmap":
                if "PROT_WRITE" in given[2] and "MAP_SHARED" in given[3]:
                    self.refuse_memory(int(given[4]))
            case _:
                self.refuse(name, given)

    def open(self, given: list[str], result: int) -> Iterator[Event]:
        self.opened.pop(result, None)
        path = _text(given[0])
        if path == self.folder.as_posix():
            self.opened[result] = _FOLDER
        if (name := self.local(path)) is None:
            return
        if name not in self.names:
            yield self.give(name, self.count)
            self.count += 1
        self.opened[result] = self.names[name]
        self.places[result] = 0
        if "O_TRUNC" in given[1]:
            yield Cut(self.names[name], 0)

    def change(self, name: str, given: list[str], result: int) -> Iterator[Event]:
        number = int(given[0])
        file = self.opened.get(number)
        if file is None:
            if name == "write" and (told := _bytes(given[1])).startswith(_TOLD):
                yield Told(*map(int, told.split()[1:]))
        elif name == "write":
            yield Write(file, self.places[number], _bytes(given[1])[:result])
            self.places[number] += result
        elif name == "pwrite64":
            yield Write(file, int(given[3]), _bytes(given[1])[:result])
        elif name == "ftruncate":
            yield Cut(file, int(given[1]))
        else:
            yield SyncNames() if file == _FOLDER else Sync(file)

    def rename(self, name: str | None, new: str | None = None) -> Iterator[Event]:
        if name is not None:
            file = self.names.pop(name)
            changed: list[tuple[str, int | None]] = [(name, None)]
            if new is not None:
                self.names[new] = file
                changed.append((new, file))
            yield Naming(tuple(changed))

    def give(self, name: str, file: int) -> Naming:
        self.names[name] = file
        return Naming(((name, file),))

    def local(self, path: str) -> str | None:
        """Give a path's name in the folder; None where it stands elsewhere."""
        inside = path.startswith(f"{self.folder.as_posix()}/")
        return path.rpartition("/")[2] if inside else None

    def refuse_memory(self, number: int) -> None:
        # The index of a write-ahead log is shared memory, made anew after a crash.
        file = self.opened.get(number)
        names = [name for name, other in self.names.items() if other == file]
        if file is not None and not all(name.endswith("-shm") for name in names):
            raise TraceError(f"{names} is written through memory")

    def refuse(self, name: str, given: Sequence[str]) -> None:
        hexed = "".join(f"\\x{byte:02x}" for byte in self.folder.as_posix().encode())
        touched = any(hexed in one for one in given)
        if touched or any(
            one.isdigit() and int(one) in self.opened for one in given[:2]
        ):
            raise TraceError(f"{name}({', '.join(given)}) is not understood")


def _bytes(literal: str) -> bytes:
    return bytes.fromhex(literal.strip('"').replace("\\x", ""))


def _text(literal: str) -> str:
    return _bytes(literal).decode()


def files_of(folder: Path) -> Mapping[int, bytes]:
    """Give the bytes of the files in a folder, numbered as :func:`record` does."""
    return {
        number: (folder / name).read_bytes()
        for number, name in enumerate(names_in(folder))
    }
