"""Reading the files that people name: bounded, and with failures in words.

Invariants:
    * Nothing is opened but a file: a pipe or a device could keep the reader waiting.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

from ceremony.errors import InputError, Place, StorageError
from ceremony.script.printable import LARGEST_FILE

_OTHERS: Final = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)


# A name that is longer than a file's can be is the fault of whoever wrote it.
_NO_SUCH: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})


class NotAFileError(OSError):
    """What is named is a pipe, a socket or a device; ``strerror`` says which."""


def open_regular(path: Path) -> BinaryIO:
    """Open a file to be read, and nothing else that may stand under its name.

    Raises:
        IsADirectoryError: It is a folder.
        NotAFileError: It is a pipe, a socket or a device.
        OSError: It is not there, or cannot be read.
    """
    # Asked first, since opening a device may already act on it; and again of what was
    # opened, since a name can be given to something else meanwhile.
    _verify_regular(path.stat().st_mode, path)
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        _verify_regular(os.fstat(opened).st_mode, path)
        return os.fdopen(opened, "rb")
    except BaseException:
        os.close(opened)
        raise


def read_file(path: Path) -> bytes:
    """Read a file that a person wrote, at most one byte over the size limit.

    Raises:
        InputError: ``SCRIPT-READ-01``: there is no such file, or it is a folder, a
            pipe, a socket or a device.
        StorageError: ``SCRIPT-READ-02``: the disk failed.
    """
    name = path.name or str(path)
    try:
        with open_regular(path) as stream:
            return stream.read(LARGEST_FILE + 1)
    except IsADirectoryError as error:
        raise _no_file(f"{name} is a folder, and no file.", name) from error
    except NotAFileError as error:
        raise _no_file(f"{name} is {error.strerror}, and no file.", name) from error
    except OSError as error:
        if error.errno in _NO_SUCH:
            raise _no_file(f"There is no file {name}.", name) from error
        raise StorageError(
            "SCRIPT-READ-02",
            f"{name} cannot be read: {error.strerror}.",
            meaning="Nothing was decided from it.",
            remedy="Check the medium and the file's permissions.",
        ) from error


def is_file(path: Path) -> bool:
    """Tell whether a name, which may be another thing's as well, is a file's.

    Returns:
        False where no file can have the name; True where only reading it can tell what
        is wrong, such as below a folder that may not be entered.
    """
    try:
        return path.is_file()
    except OSError as error:
        return error.errno not in _NO_SUCH


def _verify_regular(mode: int, path: Path) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        kind = next((told for is_of, told in _OTHERS if is_of(mode)), "a device")
        raise NotAFileError(errno.EINVAL, kind, str(path))


def _no_file(told: str, name: str) -> InputError:
    return InputError(
        "SCRIPT-READ-01",
        told,
        remedy="Give the name of an existing file.",
        place=Place(name),
    )
