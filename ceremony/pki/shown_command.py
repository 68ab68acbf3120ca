"""Commands of what was issued, as they are shown where other text stands beside them.

On the pages and in ``VERIFY.txt`` a command begins at the margin, and its lines are
those of :mod:`ceremony.pki.output`. A terminal sets it in and has its own width.

Invariants:
    * Nothing is folded between quotes, where blanks and ends of lines count.
    * A line that goes on ends with a backslash, a pipe or another word after which a
      shell reads on, so that the lines can be set in and pasted as they are.
    * A line is wider than asked for only where one word is, with its backslash.

Source: POSIX.1-2017, XCU, sections 2.2 (quoting) and 2.3 (tokens).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ceremony.pki.output import Command, digest_parts

_STEP: Final = 2
"""Blanks by which a line that goes on is set in further than its first."""

_GOES_ON: Final = " \\"

_WORD: Final = re.compile(
    r"""(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+""", re.DOTALL
)
_BREAK: Final = re.compile(r"\s*\\\n\s*")
_LINE_IN_QUOTES: Final = re.compile(r"\n\s*")


def shown_lines(command: Command, width: int) -> Iterator[str]:
    """Give a command's lines, each to be set in by as many blanks as one likes.

    Args:
        command: One of an output's.
        width: The characters that a line has room for.
    """
    digested = digest_parts(command)
    if digested is not None:
        digest, file = digested
        # An echo puts one blank between its words, and two belong between these.
        command = (f'echo {digest} "" {file} | sha256sum -c',)
    for line in _whole_lines("\n".join(command)):
        inset = len(line) - len(line.lstrip())
        yield from _folded(_WORD.findall(line), " " * inset, width)


def _whole_lines(text: str) -> list[str]:
    """Put the lines together again that go on by a backslash or between quotes."""
    lines, at = [""], 0
    for word in _WORD.finditer(text := _BREAK.sub(" ", text)):
        between = text[at : word.start()]
        if "\n" in between:
            lines.append("")
            between = between.rpartition("\n")[2]
        # The one program that has lines is awk's: a blank does there as well.
        lines[-1] += between + _LINE_IN_QUOTES.sub(" ", word[0])
        at = word.end()
    return lines


def _folded(words: list[str], inset: str, width: int) -> Iterator[str]:
    """Fill lines with words; each but the last goes on by a backslash."""
    line = inset + words[0]
    for place, word in enumerate(words[1:], 2):
        is_last = place == len(words)
        room = width if is_last else width - len(_GOES_ON)
        if len(f"{line} {word}") > room:
            yield line + _GOES_ON
            line = f"{inset}{' ' * _STEP}{word}"
        else:
            line = f"{line} {word}"
    yield line
