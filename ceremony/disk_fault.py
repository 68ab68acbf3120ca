"""What the system says when it refuses a file or a folder, and what to do about it.

It looks at nothing: the error says which it was. Each cause has its own remedy, since
room on a disk helps nobody whose folder is not there.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Final

from ceremony.errors import StorageError


@dataclass(frozen=True, slots=True)
class DiskFault:
    """Why a file was refused.

    Attributes:
        cause: The end of a sentence, without its stop.
        remedy: What the person does, one sentence.
    """

    cause: str
    remedy: str


_FULL: Final = DiskFault(
    "the disk is full, or the share of it that you may use",
    "Make room there, or name a place on another disk or medium.",
)
_BIG: Final = DiskFault(
    "no file may be that large there",
    "Name a place on another disk or medium.",
)
_MISSING: Final = DiskFault(
    "there is no such file or folder",
    "Name one that is there, or make the folder first.",
)
_SHUT: Final = DiskFault(
    "you may not read or write there",
    "Name a place in which you may read and write, or have its permissions changed.",
)
_FAILED: Final = DiskFault(
    "the disk or medium failed",
    "Check the disk or medium, or use another one.",
)
_KNOWN: Final = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _BIG,
    errno.ENOENT: _MISSING,
    errno.EACCES: _SHUT,
    errno.EPERM: _SHUT,
    errno.EIO: _FAILED,
    errno.ENXIO: _FAILED,
    errno.ENODEV: _FAILED,
    errno.EROFS: DiskFault(
        "the disk or medium can only be read",
        "Take its write protection off, or name a place on another one.",
    ),
    errno.EISDIR: DiskFault(
        "it is a folder, and a file is asked for", "Give the name of a file."
    ),
    errno.ENOTDIR: DiskFault(
        "what is named as a folder is a file", "Name a folder in its place."
    ),
    errno.EEXIST: DiskFault(
        "there is something of that name already", "Choose another name."
    ),
    errno.ENAMETOOLONG: DiskFault("the name is too long", "Give a shorter name."),
}


def disk_fault(error: OSError) -> DiskFault:
    """Tell why the system refused, in words, and what is to be done.

    Args:
        error: As the system raised it.

    Returns:
        The cause; of a number that is not known here, the system's own words for it.
    """
    known = _KNOWN.get(error.errno or 0)
    if known is not None:
        return known
    return DiskFault(
        error.strerror or type(error).__name__,
        "Check the place that is named, or name another one.",
    )


def storage_error(code: str, error: OSError) -> StorageError:
    """Make the error that a person is told where the system refused something.

    Args:
        code: Its rule, e.g. ``CLI-DISK-01``.
        error: As the system raised it; the file that it names is told.
    """
    told = disk_fault(error)
    where = f"{error.filename}: " if error.filename else ""
    return StorageError(code, f"{where}{told.cause}.", remedy=told.remedy)
