"""The last answer to a question that takes long, while the question is the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Kept(Generic[_T]):
    """One answer, kept with all that it follows from.

    A set may have 50,000 requests, which take seconds to be read, and the card that
    tells of them is drawn up anew after every act.
    """

    def __init__(self) -> None:
        self._last: tuple[Hashable, _T] | None = None

    def get(self, question: Hashable, answer: Callable[[], _T]) -> _T:
        """Give the answer that is kept, or ask for it and keep it.

        Args:
            question: All that the answer follows from; files by their digests.
            answer: Gives it.
        """
        last = self._last
        if last is None or last[0] != question:
            last = self._last = (question, answer())
        return last[1]
