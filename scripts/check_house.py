"""Check the rules of the house that no published linter knows.

Decides nothing about style that ruff, mypy or import-linter can decide. Looks at the
size of files and functions, at names and words that are banned, at what lies at the
root, at suppressed warnings without a reason, and at the three places that a rule id
must stand in.

Invariants:
    * Every finding names a file and, where there is one, a line.
    * Nothing is written.

Usage: ``python scripts/check_house.py [--missing] [FOLDER]``. ``--missing`` prints
only the rule ids that a place lacks, with the file that first uses each.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from house_rules import find_rule_faults, list_missing_rules
from house_tree import Finding, Source, read_tree

LONGEST_FILE: Final = 400
LONGEST_MEDIAN: Final = 180
LONGEST_FUNCTION: Final = 60
"""Lines: a file may have the first, the median file fewer than the second and a
function fewer than the third."""

PRODUCT: Final = ("ceremony/", "ui/", "scripts/")
MAY_PRINT: Final = ("ceremony/cli/", "scripts/")

BANNED_MODULES: Final = frozenset(
    {
        "base",
        "common",
        "constants",
        "core",
        "handler",
        "helpers",
        "manager",
        "misc",
        "service",
        "types",
        "utils",
    }
)

TOP_LEVEL: Final = frozenset(
    {
        ".ci",
        ".gitignore",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Makefile",
        "README.md",
        "SECURITY.md",
        "ceremony",
        "docs",
        "packaging",
        "pyproject.toml",
        "scripts",
        "tests",
        "ui",
    }
)
"""What the root of the checkout holds, of the files that are looked at."""

BANNED_TEXT: Final = (
    # Each class has one letter, so that this line is not itself what it looks for.
    (re.compile(r"\b(?:T[O]DO|FI[X]ME|[X]{3})\b"), "an unfinished mark"),
    (re.compile(r"(?<![\w./-])/(?:work|root)/\w"), "a path of one machine"),
    (
        re.compile(r"\b(?:pypi|pythonhosted|npmjs|crates|deb\.debian)\.(?:org|com|io)"),
        "the host of a package registry",
    ),
    (re.compile(r"^(?:[<]{7}|[>]{7})(?: |$)"), "one text in two versions"),
)
"""What no file of the checkout may hold, and what to call it."""

UNEXPLAINED: Final = re.compile(
    r"#\s*(?:noqa(?!:)|noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*\s*$"
    r"|type:\s*ignore(?!\[)|type:\s*ignore\[[\w, -]+\]\s*$)"
)
"""A suppressed warning without its code, or without a reason on the same line."""

SPEAKS_OF_FAULTS: Final = ("tests/architecture/test_house_checks.py",)
"""The file that must name what is banned in order to show that it is banned."""


def find_size_faults(sources: list[Source]) -> Iterator[Finding]:
    """Find files and functions that are too long, and a house grown too tall."""
    for source in sources:
        if len(source.lines) > LONGEST_FILE:
            text = f"{len(source.lines)} lines, {LONGEST_FILE} at most"
            yield Finding(source.name, 0, text)
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length >= LONGEST_FUNCTION:
                    text = f"{node.name} has {length} lines, not under 60"
                    yield Finding(source.name, node.lineno, text)
    lengths = [len(s.lines) for s in sources if s.name.startswith(("ceremony/", "ui/"))]
    if lengths and median(lengths) >= LONGEST_MEDIAN:
        yield Finding("ceremony", 0, f"the median file has {median(lengths)} lines")


def find_banned_modules(sources: list[Source]) -> Iterator[Finding]:
    """Find modules and packages whose names say nothing."""
    for source in sources:
        parts = Path(source.name).with_suffix("").parts
        for part in parts:
            if part in BANNED_MODULES:
                yield Finding(source.name, 0, f"'{part}' is no name for a module")


def find_strays(texts: dict[str, str]) -> Iterator[Finding]:
    """Find what was left lying at the root of the checkout."""
    for name in texts:
        if name.partition("/")[0] not in TOP_LEVEL:
            yield Finding(name, 0, "it belongs into a room or a folder, or nowhere")


def find_banned_text(texts: dict[str, str]) -> Iterator[Finding]:
    """Find words, paths and hosts that no file may hold."""
    for name, text in texts.items():
        if name.startswith(SPEAKS_OF_FAULTS):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, called in BANNED_TEXT:
                if found := pattern.search(line):
                    yield Finding(name, number, f"{called}: {found.group()}")
            if name.endswith(".py") and UNEXPLAINED.search(line):
                yield Finding(
                    name, number, "a suppressed warning needs code and reason"
                )


def find_banned_code(sources: list[Source]) -> Iterator[Finding]:
    """Find constructs that leak, run foreign text or switch a check off."""
    for source in sources:
        if not source.name.startswith(PRODUCT):
            continue
        for node in ast.walk(source.tree):
            called = _dangerous(node, prints=source.name.startswith(MAY_PRINT))
            if called is not None:
                line = getattr(node, "lineno", 0)
                yield Finding(source.name, line, f"{called} is banned")


def _dangerous(node: ast.AST, *, prints: bool) -> str | None:
    match node:
        case ast.Import() | ast.ImportFrom():
            modules = {alias.name for alias in node.names}
            modules.add(getattr(node, "module", None) or "")
            return "pickle" if "pickle" in modules else None
        case ast.keyword(arg=str(word)):
            return _dangerous_argument(word, node.value)
        case ast.Call(func=function):
            return _dangerous_call(function, prints=prints)
        case _:
            return None


def _dangerous_argument(word: str, value: ast.expr) -> str | None:
    is_false = isinstance(value, ast.Constant) and value.value is False
    if word in {"shell", "capture_locals"} and not is_false:
        return word
    return "verify=False" if word == "verify" and is_false else None


def _dangerous_call(function: ast.expr, *, prints: bool) -> str | None:
    match function:
        case ast.Name(id="eval" | "exec" as word):
            return f"{word}("
        case ast.Name(id="print") if not prints:
            return "print( outside the terminal's room"
        case ast.Attribute(attr="load" | "load_all", value=ast.Name(id="yaml")):
            return "yaml.load"
        case _:
            return None


def find_faults(folder: Path) -> list[Finding]:
    """Find everything in ``folder`` that is against the house.

    Args:
        folder: The root of a checkout.

    Returns:
        The findings, by file and line; empty where all is well.
    """
    texts, sources = read_tree(folder)
    return sorted(
        [
            *find_size_faults(sources),
            *find_banned_modules(sources),
            *find_strays(texts),
            *find_banned_text(texts),
            *find_banned_code(sources),
            *find_rule_faults(texts, sources),
        ]
    )


def main() -> int:
    """Print the findings and give the exit status: 0 none, 1 some."""
    arguments = [a for a in sys.argv[1:] if a != "--missing"]
    folder = Path(arguments[0]) if arguments else Path(__file__).parent.parent
    if "--missing" in sys.argv:
        for line in list_missing_rules(*read_tree(folder)):
            print(line)
        return 0
    faults = find_faults(folder)
    for fault in faults:
        print(fault)
    print(f"house: {len(faults)} faults" if faults else "house: in order")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
