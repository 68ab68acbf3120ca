"""Under which name a file is embedded where a file before it has that name already.

The room that writes a record and the verifier that reads it ask the same function.

Invariants:
    * Files that belong together have one stem: where one of their names is taken, all
      of them are numbered.

Source: docs/spec/pack-v1.md, 2.2b.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from itertools import count


def free_stem(
    stem: str, names: Callable[[str], Iterable[str]], taken: Container[str]
) -> str:
    """Give a stem under which no name is taken: itself, or with a number from 2.

    Args:
        stem: What the files are of, as their names have it.
        names: Gives the flat names of all files that belong together under a stem.
        taken: The flat names of the files before.
    """
    stems = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return next(
        each for each in stems if not any(name in taken for name in names(each))
    )
