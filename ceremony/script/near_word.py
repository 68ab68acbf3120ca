"""The word that somebody meant who wrote one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Final

_LIKE: Final = 0.6
"""How much two words have in common at least: twice the letters that match in their
order, over the letters of both."""


def nearest(word: str, known: Collection[str]) -> str:
    """Give the known word that a word looks most like; empty where none is near."""
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=_LIKE)), "")


def ask_for(near: str) -> str:
    """End the sentence that refuses a word: ask for the one near it, where one is."""
    return f"; did you mean {near!r}?" if near else "."
