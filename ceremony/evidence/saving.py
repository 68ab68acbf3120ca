"""Keep a pack on disk: whole, durable, and never over another one.

Invariants:
    * A file of the final name is either absent or complete.
    * An existing file is replaced only by one that begins with all of its bytes.
    * What was written is read back and compared before it counts as kept.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ceremony.disk_fault import DiskFault, disk_fault
from ceremony.errors import EvidenceError, StorageError

_NO_LINKS: Final = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS)


Link = Callable[[Path, Path], None]
"""Gives an existing file a second name, or fails as ``os.link`` does."""


def save_new(path: Path, content: bytes, *, link: Link = os.link) -> None:
    """Keep a new file.

    Args:
        path: Where; its folder exists.
        content: The file's bytes, any content.
        link: How a file gets a second name on the medium.

    Raises:
        EvidenceError: ``EVIDENCE-EXISTS-01``: there is a file of this name.
        StorageError: ``EVIDENCE-DISK-01``: the disk refused.
    """
    save_new_parts(path, (content,), link=link)


def save_new_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Keep new files in a folder, all of them or none where one is there already.

    Args:
        folder: Where; it exists.
        files: Their bytes by flat name.

    Raises:
        EvidenceError: ``EVIDENCE-EXISTS-01``: there is a file of one of the names.
        StorageError: ``EVIDENCE-DISK-01``: the disk refused; what it took stands.
    """
    for name in files:
        _verify_free(folder / name)
    for name, content in files.items():
        save_new(folder / name, content)


def save_new_folder(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Keep a new folder of many files, under its name only once all are written.

    What is kept so is a copy of what a journal or a pack holds, and can be made again:
    of its 150,000 files each is handed to the disk, and none is read back.

    Args:
        folder: Where; its own folder exists.
        files: The name of each below the folder, in at most one more, and its bytes.
            What making them raises passes through, and then there is no folder.

    Raises:
        EvidenceError: ``EVIDENCE-EXISTS-01``: there is something of this name.
        StorageError: ``EVIDENCE-DISK-01``: the disk refused.
    """
    _verify_free(folder)
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        unfinished.mkdir()
        try:
            for name, content in files:
                path = unfinished / name
                path.parent.mkdir(exist_ok=True)
                with path.open("xb") as file:
                    file.write(content)
            os.sync()
            unfinished.rename(folder)
            _sync_folder(folder.parent)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise _disk(folder, error) from error


def save_new_parts(path: Path, parts: Iterable[bytes], *, link: Link = os.link) -> None:
    """Keep a new file that is made part by part, and never held as a whole.

    Args:
        path: Where; its folder exists.
        parts: The file's bytes in order. What making them raises passes through, and
            then there is no file.
        link: How a file gets a second name on the medium.

    Raises:
        EvidenceError: ``EVIDENCE-EXISTS-01``: there is a file of this name.
        StorageError: ``EVIDENCE-DISK-01``: the disk refused.
    """
    _verify_free(path)
    with _written(path, parts) as temporary:
        _place(temporary, path, link)


def save_extended(path: Path, content: bytes) -> None:
    """Replace a file by one that begins with all of it: one revision more.

    Args:
        path: The existing file.
        content: The longer file's bytes, any content.

    Raises:
        EvidenceError: ``EVIDENCE-EXISTS-01``: the file there is another one.
        StorageError: ``EVIDENCE-DISK-01``: the disk refused, or there is no file.
    """
    try:
        known = path.read_bytes()
    except OSError as error:
        raise _disk(path, error) from error
    if not content.startswith(known):
        raise _exists(path)
    with _written(path, (content,)) as temporary:
        temporary.replace(path)


@contextmanager
def _written(path: Path, parts: Iterable[bytes]) -> Iterator[Path]:
    """Write a temporary file beside ``path``; whoever asks gives it its name."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write_durably(temporary, parts)
        yield temporary
        _sync_folder(path.parent)
    except FileExistsError as error:
        raise _exists(path) from error
    except OSError as error:
        raise _disk(path, error) from error
    finally:
        # What took no file has none to remove, and says why above.
        with suppress(OSError):
            temporary.unlink()


def _verify_free(path: Path) -> None:
    """Insist that nothing stands under a name."""
    try:
        taken = path.exists()
    except OSError as error:
        raise _disk(path, error) from error
    if taken:
        raise _exists(path)


def _write_durably(path: Path, parts: Iterable[bytes]) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    digest = hashlib.sha256()
    with os.fdopen(descriptor, "wb") as file:
        for part in parts:
            file.write(part)
            digest.update(part)
        file.flush()
        os.fsync(file.fileno())
    with path.open("rb") as file:
        read_back = hashlib.file_digest(file, "sha256")
    if read_back.digest() != digest.digest():
        raise OSError(errno.EIO, "what was read back is not what was written")


def _place(temporary: Path, path: Path, link: Link) -> None:
    """Give the file its final name unless that is taken."""
    try:
        link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A medium without hard links, such as a memory stick: look, then rename.
        if path.exists():
            raise FileExistsError(path) from error
        temporary.rename(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exists(path: Path) -> EvidenceError:
    kind = "folder" if path.is_dir() else "file"
    return EvidenceError(
        "EVIDENCE-EXISTS-01",
        f"There is already a {kind} {path.name}, and evidence is never overwritten.",
        meaning=f"Nothing was written; the {kind} there is untouched.",
        remedy=f"Move the existing {kind} away or choose another name.",
    )


def _disk(path: Path, error: OSError) -> StorageError:
    """Tell why a file could not be kept, and in which folder."""
    told = _fault(path, error)
    return StorageError(
        "EVIDENCE-DISK-01",
        f"{path.name} could not be kept in {path.parent}: {told.cause}.",
        meaning="No file of that name was made; the journal stands.",
        remedy=told.remedy,
    )


def _fault(path: Path, error: OSError) -> DiskFault:
    """Tell a folder that is not there from one in which no file can be made."""
    if error.errno != errno.ENOENT:
        return disk_fault(error)
    if not path.parent.is_dir():
        return DiskFault(
            "there is no such folder", "Name a folder that is there, or make it first."
        )
    return DiskFault(
        "no file can be made there, or it is gone",
        "Look whether the file is there still, or name another folder.",
    )
