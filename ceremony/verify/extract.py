"""Write a pack's embedded files to a folder, through the limited child.

The child reads the pack and writes the files; their names are flat and from the
list that a pack may use, and nothing that is there is ever written over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ceremony.errors import EvidenceError, StorageError
from ceremony.verify.pack import run_child, unusable

CHILD: Final = "ceremony.verify.extract_child"


def extract_pack(pack: Path, out: Path) -> int:
    """Write the embedded files to a folder.

    Args:
        pack: The PDF.
        out: The folder; made where it is not there, and empty where it is.

    Returns:
        How many files were written.

    Raises:
        InputError: ``VERIFY-INPUT-01``: there is no such pack.
        StorageError: ``VERIFY-EXTRACT-01``: the folder is not empty or not writable.
        EvidenceError: ``VERIFY-EXTRACT-02``: the pack is beyond the limits.
    """
    if not pack.is_file():
        raise unusable(pack, "it is not a file")
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise FileExistsError("it is not empty")
    except OSError as error:
        raise StorageError(
            "VERIFY-EXTRACT-01",
            f"The folder {out} cannot be written to: {error}.",
            remedy="Name a new folder.",
        ) from error
    done = run_child(CHILD, str(pack.resolve()), str(out.resolve()))
    told = done.stdout.decode(errors="replace").strip() if done is not None else ""
    if done is None or done.returncode != 0 or not told.isdigit():
        why = done.stderr.decode(errors="replace").strip() if done is not None else ""
        raise EvidenceError(
            "VERIFY-EXTRACT-02",
            f"The embedded files of {pack.name} cannot be read: {why or 'no answer'}.",
            meaning="What was written so far is not the whole record.",
            remedy="Verify the pack; its first check says what is wrong with it.",
        )
    return int(told)
