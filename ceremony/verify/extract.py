"""Write a pack's embedded files to a folder, through the limited child.

The child reads the pack and writes the files; their names are flat and from the
list that a pack may use, and nothing that is there is ever written over.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceremony.errors import EvidenceError, StorageError
from ceremony.verify.child import UNWRITABLE_STATUS
from ceremony.verify.pack import run_child, verify_readable

CHILD: Final = "ceremony.verify.extract_child"
UNFOLDING_CHILD: Final = "ceremony.verify.unfold_child"


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A batch of certificates that a pack tells of.

    Attributes:
        folder: The name of the folder of its certificates.
        count: How many certificates it has.
        is_here: Whether they were written; those of a large batch are not in the pack.
    """

    folder: str
    count: int
    is_here: bool


def extract_pack(pack: Path, out: Path) -> int:
    """Write the embedded files to a folder.

    Args:
        pack: The PDF.
        out: The folder; made where it is not there, and empty where it is.

    Returns:
        How many files were written.

    Raises:
        InputError: ``VERIFY-INPUT-01``: there is no such pack, or it cannot be read.
        StorageError: ``VERIFY-EXTRACT-01``: the folder is not empty or cannot be
            written to, or its disk is full.
        EvidenceError: ``VERIFY-EXTRACT-02``: the pack is beyond the limits.
    """
    verify_readable(pack)
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise FileExistsError("it is not empty")
    except OSError as error:
        raise unwritable(out, str(error)) from error
    done = run_child(CHILD, str(pack.resolve()), str(out.resolve()))
    if done is not None and done.returncode == UNWRITABLE_STATUS:
        raise unwritable(out, done.stderr.decode(errors="replace").strip())
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


def unfold_pack(pack: Path, out: Path) -> tuple[Unfolded, ...]:
    """Write each certificate of each batch to a folder of its batch.

    Args:
        pack: The PDF, whose files are extracted already.
        out: Where the folders are made.

    Returns:
        Every batch that is answered; none where the record is from before there was a
        chain for a batch, or cannot be read.

    Raises:
        StorageError: ``VERIFY-EXTRACT-01``: the folder cannot be written to, or its
            disk is full.
        EvidenceError: ``VERIFY-EXTRACT-03``: its certificates are others than its
            results file names, or cannot be read.
    """
    done = run_child(UNFOLDING_CHILD, str(pack.resolve()), str(out.resolve()))
    if done is not None and done.returncode == UNWRITABLE_STATUS:
        raise unwritable(out, done.stderr.decode(errors="replace").strip())
    if done is None or done.returncode != 0:
        why = done.stderr.decode(errors="replace").strip() if done is not None else ""
        raise EvidenceError(
            "VERIFY-EXTRACT-03",
            f"The batches of {pack.name} cannot be taken apart: {why or 'no answer'}.",
            meaning="The embedded files are written; what there is of single "
            "certificates is not the whole of them.",
            remedy="Verify the pack; its check 12 says what is wrong with it.",
        )
    lines = done.stdout.decode().splitlines()
    return tuple(
        Unfolded(folder, int(count), is_here == "here")
        for folder, count, is_here in (line.split() for line in lines)
    )


def unwritable(folder: Path, why: str) -> StorageError:
    """Make the error for a folder that what is in a pack cannot be written to."""
    return StorageError(
        "VERIFY-EXTRACT-01",
        f"The folder {folder} cannot be written to: {why}.",
        meaning="Nothing is said about the pack. What was written so far is not the "
        "whole of its files.",
        remedy="Free space on its disk if that is full, and name a new folder.",
    )
