"""Reading the files that people write: bounded, and with failures in words."""

from __future__ import annotations

from pathlib import Path

from ceremony.errors import InputError, Place, StorageError
from ceremony.script.printable import LARGEST_FILE


def read_file(path: Path) -> bytes:
    """Read a file that a person wrote, at most one byte over the size limit.

    Raises:
        InputError: ``SCRIPT-READ-01``: there is no such file.
        StorageError: ``SCRIPT-READ-02``: the disk failed.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise InputError(
            "SCRIPT-READ-01",
            f"There is no file {path.name}.",
            remedy="Give the name of an existing file.",
            place=Place(path.name),
        ) from error
    except OSError as error:
        raise StorageError(
            "SCRIPT-READ-02",
            f"{path.name} cannot be read: {error.strerror}.",
            meaning="Nothing was decided from it.",
            remedy="Check the medium and the file's permissions.",
        ) from error
