"""Read the checkout once, for the checks of the house."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SKIPPED: Final = frozenset({"out", "__pycache__", "build", "dist", "node_modules"})
TEXT_ENDINGS: Final = (
    ".cfg",
    ".in",
    ".json",
    ".md",
    ".py",
    ".sh",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
)
TEXT_NAMES: Final = frozenset({"Makefile", ".gitignore", "run"})


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault, and where it stands.

    Attributes:
        name: The file, from the root of the checkout, with slashes.
        line: 1-based; 0 where the file as a whole is meant.
        text: What is wrong.
    """

    name: str
    line: int
    text: str

    def __str__(self) -> str:
        """Give ``file:line: text``, leaving out a line that is not known."""
        place = f"{self.name}:{self.line}" if self.line else self.name
        return f"{place}: {self.text}"


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file.

    Attributes:
        name: The file, from the root of the checkout, with slashes.
        lines: Its lines, without their ends.
        tree: What it says.
    """

    name: str
    lines: tuple[str, ...]
    tree: ast.Module


def read_tree(folder: Path) -> tuple[dict[str, str], list[Source]]:
    """Read every text file of a checkout, and parse the Python ones.

    Args:
        folder: The root of the checkout.

    Returns:
        The texts by name, and the Python files, both in the order of names. Hidden
        folders but ``.ci``, and those that builds write to, are left out.

    Raises:
        SyntaxError: A Python file does not parse.
        UnicodeDecodeError: A text file is not UTF-8.
    """
    texts: dict[str, str] = {}
    for parent, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if _is_walked(Path(parent), f)]
        for file in files:
            if file in TEXT_NAMES or file.endswith(TEXT_ENDINGS):
                path = Path(parent, file)
                name = path.relative_to(folder).as_posix()
                texts[name] = path.read_text(encoding="utf-8")
    texts = dict(sorted(texts.items()))
    sources = [
        Source(name, tuple(text.splitlines()), ast.parse(text, filename=name))
        for name, text in texts.items()
        if name.endswith(".py")
    ]
    return texts, sources


def _is_walked(parent: Path, folder: str) -> bool:
    if folder in SKIPPED or (parent / folder / "pyvenv.cfg").exists():
        return False
    return folder == ".ci" or not folder.startswith(".")
