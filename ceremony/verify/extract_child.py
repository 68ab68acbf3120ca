"""The child that writes a pack's embedded files to a folder, within the limits.

Run as ``python -m ceremony.verify.extract_child PACK FOLDER``, with an empty folder. It
prints how many files it wrote; a pack that breaks a limit writes nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ceremony.verify.child import (
    UNUSABLE_STATUS,
    UNWRITABLE_STATUS,
    allow_time,
    limit_process,
    read_at_most,
)


def main(arguments: list[str]) -> int:
    """Extract one pack.

    Returns:
        0 where everything was written; 2 where the pack is unusable; 3 where the
        folder cannot be written to.
    """
    pack, folder = Path(arguments[0]), Path(arguments[1])
    limit_process()
    allow_time()
    # The limits hold before anything is loaded that could read a pack.
    from ceremony.verify.check import FailedError
    from ceremony.verify.limits import FILE_LIMIT, unpack

    try:
        files = unpack(read_at_most(pack, FILE_LIMIT + 1)).files
    except (FailedError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE_STATUS
    try:
        for name, content in files.items():
            write_new(folder / name, content)
    except OSError as error:
        sys.stderr.write(f"{error.strerror}\n")
        return UNWRITABLE_STATUS
    sys.stdout.write(f"{len(files)}\n")
    return 0


def write_new(path: Path, content: bytes) -> None:
    """Write a new file; its name was held against the pack's own list."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
