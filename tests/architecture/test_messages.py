"""Every sentence of the window is spoken somewhere, and stands once in its file."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

UI = Path(__file__).parents[2] / "ui"
ROOM = "ui.messages"

Trees = Mapping[str, ast.Module]
"""What each file says, by its dotted name."""


def messages(trees: Trees) -> dict[str, ast.expr]:
    """Give what every message is, by its dotted name."""
    return {
        f"{name}.{node.target.id}": node.value
        for name, tree in trees.items()
        if name.startswith(f"{ROOM}.")
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.value is not None
    }


def spoken(name: str, tree: ast.Module) -> Iterator[str]:
    """Give the dotted name of every message that a file takes."""
    rooms: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(ROOM):
            for each in node.names:
                whole = f"{node.module}.{each.name}"
                rooms[each.asname or each.name] = whole
                yield whole
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=room), attr=attr) if room in rooms:
                yield f"{rooms[room]}.{attr}"
            case ast.Name(id=own, ctx=ast.Load()):
                yield f"{name}.{own}"
            case _:
                pass


def find_unspoken(trees: Trees) -> list[str]:
    """Find messages that nothing says."""
    used = {each for name, tree in trees.items() for each in spoken(name, tree)}
    return sorted(set(messages(trees)) - used)


def find_doubles(trees: Trees) -> list[str]:
    """Find sentences that stand twice in one file."""
    told = Counter(
        (name.rpartition(".")[0], ast.dump(value))
        for name, value in messages(trees).items()
    )
    return sorted({name for (name, _), count in told.items() if count > 1})


def test_the_rules_find_what_is_unspoken_and_what_stands_twice() -> None:
    home = (
        "A: Final = QT('c', 'One')\n"
        "B: Final = QT('c', 'Two')\n"
        "C: Final = QT('c', 'Three')\n"
        "D: Final = QT('c', 'Three')\n"
        "E = {'d': D}\n"
    )
    page = "from ui.messages import home as words\nshow(words.A)\nother.B\nC = 1\n"
    trees = {"ui.messages.home": ast.parse(home), "ui.home.page": ast.parse(page)}
    assert find_unspoken(trees) == ["ui.messages.home.B", "ui.messages.home.C"]
    assert find_doubles(trees) == ["ui.messages.home"]


def files() -> Trees:
    return {
        ".".join(path.relative_to(UI.parent).with_suffix("").parts): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in sorted(UI.rglob("*.py"))
    }


def test_every_message_is_spoken() -> None:
    read = files()
    assert len(messages(read)) > 400
    assert find_unspoken(read) == []


def test_no_message_stands_twice_in_its_file() -> None:
    assert find_doubles(files()) == []
