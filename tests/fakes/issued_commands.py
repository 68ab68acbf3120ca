"""Runs the commands that are told beside what was issued, in a shell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tests.fakes.outside_tool import run_tool

NAMED = re.compile(r"(?:certificate|request|crl|chain)-[a-z0-9.-]+\.[a-z]{3}")


def answer(command: Iterable[str], folder: Path) -> str:
    """Give all that a command says, on both channels."""
    told = run_tool(["sh", "-c", "\n".join(command)], folder)
    return (told.stdout + told.stderr).decode()


def says_ok(command: Iterable[str], folder: Path) -> bool:
    """Tell whether a command says OK in so many words, and nothing else than that."""
    told = answer(command, folder)
    return re.search(r"\bOK$", told.strip()) is not None and "FAILED" not in told


def never_says_ok(command: Iterable[str], folder: Path) -> bool:
    """Tell whether no line that a command says ends in OK, whatever stands after it.

    It is not the opposite of :func:`says_ok`: a person sees the OK although openssl
    goes on to complain on the other channel.
    """
    return re.search(r"\bOK$", answer(command, folder), re.MULTILINE) is None


def signed_file(command: Iterable[str]) -> str:
    """Name the last file of a command that is not the chain; else the chain."""
    named = NAMED.findall("\n".join(command))
    return ([each for each in named if not each.startswith("chain-")] or named)[-1]


def flip(path: Path) -> None:
    """Change one byte in the middle of a file to another letter or octet."""
    raw = bytearray(path.read_bytes())
    at = len(raw) // 2
    raw[at] = ord("B") if raw[at] == ord("A") else ord("A")
    path.write_bytes(raw)
