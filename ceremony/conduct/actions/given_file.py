"""The files in which people give requests: found by what was typed, or refused by name.

Invariants:
    * Nothing that was named is left out in silence: each name stands for a file or for
      a folder that holds one, or nothing is taken at all.
    * Whatever is typed is answered in words.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceremony.errors import InputError, RefusedError
from ceremony.identifiers import Digest
from ceremony.pki.plain_text import printable
from ceremony.script.source_file import open_regular

_CHUNK: Final = 1024 * 1024
_BEGIN: Final = b"-----BEGIN "
_MOST_TOLD: Final = 4
"""Names that a refusal tells."""
_LONGEST_TOLD: Final = 60
"""Characters of a name that a refusal tells."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the files hold, before a request of them is looked at.

    Attributes:
        size: Octets of all of them.
        digest: SHA-256 of all of them, one after the other.
        about: How many requests they seem to hold, at least one for each file.
    """

    size: int
    digest: Digest
    about: int


class _NoFileError(Exception):
    """Says, as a clause, why a name stands for no file."""


def files_at(told: str, *, several: bool) -> tuple[Path, ...]:
    """Find the files that a person names.

    Args:
        told: A path, or several in a line each; a folder stands for the files in it,
            in the order of their names. What a folder holds and nobody can read is
            given too, so that whoever reads the files tells of it.
        several: Whether there may be more than one.

    Raises:
        InputError: ``CONDUCT-IMPORT-01``: a name stands for no file, or for a folder
            of whose folders the files would be left out; or there are several files
            where one request is expected.
    """
    files: list[Path] = []
    missing: list[str] = []
    for line in filter(None, map(str.strip, told.splitlines())):
        try:
            files += _named_by(line)
        except _NoFileError as error:
            missing.append(f"{_shown(line)}: {error}")
    if missing:
        more = len(missing) - _MOST_TOLD
        last = [f"and {more} more"] if more > 0 else []
        raise _refused("; ".join([*missing[:_MOST_TOLD], *last]))
    if not files:
        raise _refused("no file is named")
    if not several and len(files) > 1:
        raise _refused(f"one file is asked for, and {len(files)} are named")
    return tuple(files)


def contents_of(files: Sequence[Path]) -> Contents:
    """Read files once, for their size and digest, and count what they seem to hold."""
    size, digest, about = 0, hashlib.sha256(), 0
    for file in files:
        begun, end = 0, b""
        try:
            with open_regular(file) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    digest.update(chunk)
                    begun += (end + chunk).count(_BEGIN)
                    end = chunk[1 - len(_BEGIN) :]
        except OSError:
            # What cannot be read is refused by name with the others.
            pass
        about += max(begun, 1)
    return Contents(size, Digest(digest.hexdigest()), about)


def verify_same(files: Sequence[Path], found: Contents) -> None:
    """Insist that files hold what was recorded of them before they were judged.

    What was exchanged and is put back by now is not seen.

    Raises:
        RefusedError: ``CONDUCT-IMPORT-05``: one was changed or exchanged meanwhile.
    """
    if contents_of(files).digest != found.digest:
        raise RefusedError(
            "CONDUCT-IMPORT-05",
            "The files with requests are not what they were when they were given: one "
            "was changed or exchanged while they were judged.",
            meaning="None of them was taken in; the record tells that the files were "
            "given.",
            remedy="Find out who writes to them. Copy them to where nobody does, and "
            "carry the step out again.",
        )


def _named_by(line: str) -> Sequence[Path]:
    """Give the files that one name stands for.

    Raises:
        _NoFileError: There is none, or not all of them would be given.
    """
    try:
        path = Path(line).expanduser()
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            return [path]
        if not stat.S_ISDIR(mode):
            raise _NoFileError("it is neither a file nor a folder")
        return _files_in(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _NoFileError("there is no such file or folder") from error
    except OSError as error:
        raise _NoFileError(f"it cannot be read ({error.strerror})") from error
    except (RuntimeError, ValueError) as error:
        # There is no such user; or no name holds such a letter.
        raise _NoFileError("no file can have that name") from error


def _files_in(folder: Path) -> Sequence[Path]:
    files: list[Path] = []
    for each in sorted(folder.iterdir()):
        if not each.is_dir():
            files.append(each)
        elif _holds_something(each):
            wrong = f"what is in its folder {_shown(each.name)} would be left out"
            raise _NoFileError(wrong)
    if not files:
        raise _NoFileError("there is no file in that folder")
    return files


def _holds_something(folder: Path) -> bool:
    """Tell whether a folder may hold a file; what nobody can look into may."""
    try:
        return any(folder.iterdir())
    except OSError:
        return True


def _shown(name: str) -> str:
    told = printable(name)
    # The end tells one file from another.
    return told if len(told) <= _LONGEST_TOLD else f"...{told[3 - _LONGEST_TOLD :]}"


def _refused(why: str) -> InputError:
    return InputError(
        "CONDUCT-IMPORT-01",
        f"No request was taken: {why}.",
        remedy="Name a file that is there; for a set also several, or one folder that "
        "they are all in.",
    )
