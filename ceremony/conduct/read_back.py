"""Words typed unseen, in rows of four: what is told of them and when it stops.

Of a full row only that it differs is told, never which word and never the right one.
The third wrong row ends the entry.

Source: the room policy's rules for words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ceremony.digest_words import ROW, parse_word

WRONG_ROWS: Final = 3
"""After how many wrong rows the read-back stops."""


class ReadBack:
    """One read-back while it is typed.

    Args:
        right: The right words, rows of four; compared with, never told.

    Attributes:
        typed: The words of every row that is done.
        attempts: How many entries each of those rows took.
        wrong: How many rows differed so far.
    """

    def __init__(self, right: Sequence[str]) -> None:
        self._right = tuple(right)
        self._tries = 0
        self.typed: list[str] = []
        self.attempts: list[int] = []
        self.wrong = 0

    @property
    def row(self) -> int:
        """Give the number of the row that is typed next, from 0."""
        return len(self.attempts)

    @property
    def row_count(self) -> int:
        """Give how many rows there are."""
        return -(-len(self._right) // ROW)

    @property
    def is_done(self) -> bool:
        """Tell whether every row was typed."""
        return self.row == self.row_count

    @property
    def is_stopped(self) -> bool:
        """Tell whether the third wrong row ended it before every row was typed."""
        return self.wrong >= WRONG_ROWS and not self.is_done

    def enter(self, told: Sequence[str]) -> bool:
        """Take a row.

        Args:
            told: Four words; letter case does not matter.

        Returns:
            True where it agrees. A third wrong row is kept as it was typed.

        Raises:
            ValueError: It is not four words of the list; this was no attempt.
        """
        if len(told) != ROW:
            raise ValueError(f"A row has {ROW} words")
        start = self.row * ROW
        for offset, word in enumerate(told):
            parse_word(word, start + offset)
        self._tries += 1
        right = self._right[start : start + ROW]
        same = [word.lower() for word in told] == [word.lower() for word in right]
        self.wrong += not same
        if same or self.wrong == WRONG_ROWS:
            self.typed += told
            self.attempts.append(self._tries)
            self._tries = 0
        return same

    def values(self) -> dict[str, str]:
        """Give words and entries as a step takes them."""
        return {
            "words": " ".join(self.typed),
            "attempts": " ".join(map(str, self.attempts)),
        }
