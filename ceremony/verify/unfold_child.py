"""The child that writes each certificate of a pack's batches, within the limits.

Run as ``python -m ceremony.verify.unfold_child PACK FOLDER``. It prints a line for each
batch that is answered: the name of its folder, how many certificates it has, and
``here`` where they were written, ``left`` where the pack does not embed them. A record
that cannot be read has no batch.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ceremony.verify.child import (
    UNUSABLE_STATUS,
    UNWRITABLE_STATUS,
    allow_time,
    limit_process,
    read_at_most,
)
from ceremony.verify.extract_child import write_new

if TYPE_CHECKING:
    from ceremony.pki.batch_output import BatchOutput


def main(arguments: list[str]) -> int:
    """Take the batches of one pack apart.

    Returns:
        0 where every embedded one was written; 2 where a batch is unusable; 3 where
        the folder cannot be written to.
    """
    pack, folder = Path(arguments[0]), Path(arguments[1])
    limit_process()
    allow_time()
    # The limits hold before anything is loaded that could read a pack.
    from ceremony.errors import CeremonyError
    from ceremony.pack.batch_files import EMBEDDED_LIMIT
    from ceremony.pack.outputs import outputs_of
    from ceremony.pki.batch_output import BatchOutput
    from ceremony.verify.check import FailedError
    from ceremony.verify.form import read_strictly
    from ceremony.verify.limits import FILE_LIMIT, unpack

    try:
        record, _ = read_strictly(unpack(read_at_most(pack, FILE_LIMIT + 1)).files)
    except (FailedError, OSError):
        return 0
    try:
        for output in outputs_of(record.facts, record.files).values():
            if isinstance(output, BatchOutput):
                allow_time(certificates=min(output.count, EMBEDDED_LIMIT))
                _write(folder / output.stem, output)
    except CeremonyError as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE_STATUS
    except OSError as error:
        sys.stderr.write(f"{error.strerror}\n")
        return UNWRITABLE_STATUS
    return 0


def _write(folder: Path, output: BatchOutput) -> None:
    """Write a batch's files, if they are here, and say so."""
    if output.unfold is not None:
        folder.mkdir(mode=0o700)
        for name, content in output.unfold():
            (folder / name).parent.mkdir(mode=0o700, exist_ok=True)
            write_new(folder / name, content)
    is_here = "here" if output.unfold is not None else "left"
    sys.stdout.write(f"{output.stem} {output.count} {is_here}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
