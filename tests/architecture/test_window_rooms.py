"""The window's rooms keep to themselves, and its screens have no way to leak or lie.

Each rule has a text that breaks it and one that does not: a rule that finds nothing in
the first is no rule.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UI = ROOT / "ui"

Rule = Callable[[str, ast.Module], Iterator[str]]

WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[^\W\d_]{2,}[.,;:!?)\u201d]*\s+[(\u201c]*[^\W\d_]{2,}")

COMMAND = re.compile(r"ceremony [a-z]+\b")
"""A line for a shell is the same in every language."""

SPEAKS = ("ui/messages/",)
"""Where sentences stand."""

NAMES_THINGS = ("ui/theme/",)
"""The style sheet, and families of type: texts that nobody reads on a screen."""

SHOWN = frozenset(
    {
        "Text",
        "make_button",
        "QAction",
        "QCheckBox",
        "QPushButton",
        "QRadioButton",
        "setAccessibleDescription",
        "setAccessibleName",
        "setPlaceholderText",
        "setStatusTip",
        "setText",
        "setTitle",
        "setWindowTitle",
        "drawText",
    }
)
"""What puts its texts on a screen or into a reader's ear."""

RICH = frozenset(
    {
        "AutoText",
        "MarkdownText",
        "QErrorMessage",
        "QLabel",
        "QMessageBox",
        "QTextBrowser",
        "QTextDocument",
        "QTextEdit",
        "RichText",
        "appendHtml",
        "insertHtml",
        "setHtml",
        "setMarkdown",
        "setToolTip",
        "setWhatsThis",
        "toHtml",
    }
)
"""What shows markup, or guesses whether a text is markup."""


TEXT_MAKERS = frozenset(
    {"chr", "decode", "format", "hex", "join", "print", "repr", "str"}
)
"""What would make a text of a PIN."""


def find_sentences(name: str, tree: ast.Module) -> Iterator[str]:
    """Find sentences, and single words that are shown, outside ``ui/messages``."""
    if name.startswith((*SPEAKS, *NAMES_THINGS)):
        return
    silent = docstrings(tree) | parts_of_texts(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in silent:
                if SENTENCE.search(text) and not COMMAND.match(text):
                    yield f"line {node.lineno}: {text!r} is a sentence"
            case ast.JoinedStr() if id(node) not in silent:
                told = "{}".join(literals(node))
                spaced = len(told.split()) > 1 and not COMMAND.match(told)
                if spaced and len(WORD.findall(told)) > 1:
                    yield f"line {node.lineno}: {told!r} is a sentence"
            case ast.Call():
                yield from find_shown(node)


def find_shown(node: ast.Call) -> Iterator[str]:
    """Find a text that is shown as it stands; a second argument is its role."""
    name = called(node)
    if name in SHOWN:
        for each in node.args if name == "drawText" else node.args[:1]:
            if isinstance(each, ast.Constant) and WORD.search(str(each.value)):
                yield f"line {node.lineno}: {each.value!r} is shown"


def docstrings(tree: ast.Module) -> set[int]:
    """Give every text that stands alone: it describes what is above it."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def parts_of_texts(tree: ast.Module) -> set[int]:
    """Give what is looked at together with its f-string, and how values are written."""
    whole = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    return {
        id(part)
        for node in whole
        for part in ast.walk(node)
        if isinstance(part, ast.Constant)
    } | {
        id(part.format_spec)
        for node in whole
        for part in node.values
        if isinstance(part, ast.FormattedValue)
    }


def literals(node: ast.JoinedStr) -> list[str]:
    """Give the letters of an f-string that stand outside its braces."""
    return [str(each.value) for each in node.values if isinstance(each, ast.Constant)]


def called(node: ast.Call) -> str:
    """Give the last name of what is called."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def names_in(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Give every name that is imported, used or asked of something."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name, node.lineno
            case ast.ImportFrom():
                for alias in node.names:
                    yield alias.name, node.lineno


def find_core_thread(name: str, tree: ast.Module) -> Iterator[str]:
    """Find who uses the core's thread besides the bridge."""
    if name in {"ui/bridge.py", "ui/core_thread.py"}:
        return
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="ui.core_thread"):
                yield f"line {node.lineno}: imports the core's thread"
            case ast.ImportFrom(module="ui") | ast.Import():
                if any("core_thread" in alias.name for alias in node.names):
                    yield f"line {node.lineno}: imports the core's thread"
            case ast.Name(id="QThread" | "Thread" | "QThreadPool" | "QRunnable"):
                yield f"line {node.lineno}: {node.id} besides the core's thread"


def find_rich_text(name: str, tree: ast.Module) -> Iterator[str]:
    """Find whatever could show markup, besides the one text that never does."""
    if name == "ui/widgets/text.py":
        return
    for found, line in names_in(tree):
        if found in RICH:
            yield f"line {line}: {found} could show markup"


def find_password_fields(_: str, tree: ast.Module) -> Iterator[str]:
    """Find line edits that hide what is typed: they keep it as a text."""
    for found, line in names_in(tree):
        if found in {"EchoMode", "setEchoMode", "Password", "PasswordEchoOnEdit"}:
            yield f"line {line}: {found} keeps what is typed as a text"


def find_clipboard(name: str, tree: ast.Module) -> Iterator[str]:
    """Find who touches the clipboard besides the copy button of the evidence."""
    if name.startswith("ui/evidence/"):
        return
    for found, line in names_in(tree):
        if found in {"QClipboard", "clipboard"}:
            yield f"line {line}: {found} is the evidence page's alone"


def find_pin_texts(name: str, tree: ast.Module) -> Iterator[str]:
    """Find whatever would make a text of a PIN, in the entry that takes it."""
    if name != "ui/widgets/pin_entry.py":
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="text", value=ast.Name(id="event"))):
                pass
            case ast.Call(func=ast.Attribute(attr="text")):
                yield f"line {node.lineno}: text() of something but a key"
            case ast.Call() if called(node) in TEXT_MAKERS:
                yield f"line {node.lineno}: makes a text"
            case ast.JoinedStr():
                yield f"line {node.lineno}: makes a text"
            case ast.Call(func=ast.Name(id="Signal"), args=[_, *_]):
                yield f"line {node.lineno}: a signal that carries something"


def find_colours(name: str, tree: ast.Module) -> Iterator[str]:
    """Find colours outside the palette, where no test measures their contrast."""
    if name == "ui/theme/palette.py":
        return
    silent = docstrings(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in silent:
                if re.search(r"#[0-9A-Fa-f]{6}\b|\brgba?\(", text):
                    yield f"line {node.lineno}: {text!r} is a colour"
            case ast.Attribute(attr="GlobalColor"):
                yield f"line {node.lineno}: a colour of Qt's own"


RULES: dict[str, tuple[Rule, str, str, str]] = {
    "a sentence outside the messages": (
        find_sentences,
        "ui/home/page.py",
        'bar.show_hint("Nothing happened")',
        'bar.show_hint(say(words.NOTHING))\nrole = "card-title"\nkeys = "Ctrl+1"',
    ),
    "a sentence in an f-string": (
        find_sentences,
        "ui/home/page.py",
        'told = f"Step {number} of {count}"',
        'told = f"{number} UTC"\ntold = f"{number:%Y of %m}"\ntold = f"{a}: {b}"',
    ),
    "a sentence of names": (
        find_sentences,
        "ui/home/page.py",
        'told = f"There is already a file {path}."',
        'told = f"{name}-verdict.json"\ntold = f"ceremony verify {name} -o files"',
    ),
    "a word that is shown": (
        find_sentences,
        "ui/home/page.py",
        'button = make_button("Resume", "primary")',
        'button = make_button(say(words.RESUME), "primary")\nText("", "page")',
    ),
    "a word for a screen reader": (
        find_sentences,
        "ui/home/page.py",
        'entry.setAccessibleName("PIN")',
        'entry.setAccessibleName(label)\n"""What an attribute says."""',
    ),
    "the core's thread in a page": (
        find_core_thread,
        "ui/home/page.py",
        "from ui.core_thread import CoreThread",
        "from ui.bridge import Bridge",
    ),
    "the core's thread by its room": (
        find_core_thread,
        "ui/app.py",
        "from ui import core_thread",
        "from ui import bridge",
    ),
    "another thread": (
        find_core_thread,
        "ui/app.py",
        "Thread(target=work).start()",
        "bridge.ask(work, told)",
    ),
    "a label that guesses": (
        find_rich_text,
        "ui/home/page.py",
        "box.addWidget(QLabel(name))",
        "box.addWidget(Text(name))",
    ),
    "a box over the window": (
        find_rich_text,
        "ui/home/page.py",
        "QMessageBox.warning(self, title, name)",
        "self.banner.show_fault(told)",
    ),
    "markup": (
        find_rich_text,
        "ui/home/page.py",
        "text.setHtml(name)",
        "text.setPlainText(name)",
    ),
    "a tip that guesses": (
        find_rich_text,
        "ui/home/page.py",
        "button.setToolTip(name)",
        "button.setAccessibleName(name)",
    ),
    "a password field": (
        find_password_fields,
        "ui/home/page.py",
        "line.setEchoMode(QLineEdit.EchoMode.Password)",
        "line = PinEntry(label)",
    ),
    "the clipboard": (
        find_clipboard,
        "ui/conductor/page.py",
        "QGuiApplication.clipboard().setText(digest)",
        "text.setTextInteractionFlags(flags)",
    ),
    "the text of a PIN": (
        find_pin_texts,
        "ui/widgets/pin_entry.py",
        "typed = self.text()",
        "self._take_sign(event.text())",
    ),
    "a PIN decoded": (
        find_pin_texts,
        "ui/widgets/pin_entry.py",
        "typed = self._buffer.decode()",
        "taken = self._buffer[:4]",
    ),
    "a PIN in a signal": (
        find_pin_texts,
        "ui/widgets/pin_entry.py",
        "submitted = Signal(object)",
        "submitted = Signal()",
    ),
    "a colour of one's own": (
        find_colours,
        "ui/widgets/mode.py",
        'pen = QColor("#14181F")',
        'pen = QColor(worn.palette.text)\n"""A colour is ``#RRGGBB``, as #14181F."""',
    ),
}


@pytest.mark.parametrize("what", RULES)
def test_the_rule_finds_what_breaks_it_and_nothing_else(what: str) -> None:
    rule, name, bad, good = RULES[what]
    assert list(rule(name, ast.parse(bad)))
    assert list(rule(name, ast.parse(good))) == []


def files() -> dict[str, ast.Module]:
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(UI.rglob("*.py"))
    }


@pytest.mark.parametrize(
    "rule", sorted({each[0] for each in RULES.values()}, key=lambda rule: rule.__name__)
)
def test_no_file_of_the_window_breaks_a_rule(rule: Rule) -> None:
    read = files()
    assert len(read) > 40
    found = [
        f"{name}, {fault}" for name, tree in read.items() for fault in rule(name, tree)
    ]
    assert found == []


def test_the_one_text_of_the_window_is_plain() -> None:
    source = (UI / "widgets" / "text.py").read_text(encoding="utf-8")
    assert "setTextFormat(Qt.TextFormat.PlainText)" in source
    tree = ast.parse(source)
    others = {name for name, _ in names_in(tree)} & RICH
    assert others == {"QLabel"}


IMPORTS = {
    "ui/widgets/text.py": "import ui.home.page",
    "ui/home/page.py": "import ui.core_thread",
    "ui/annexe/page.py": "import ui.bridge",
    "ceremony/clock.py": "import PySide6.QtCore",
    "ceremony/errors.py": "import ui.immortal",
}
"""By file: what must not be imported there, or a room that nobody has placed."""

LINT = (
    "import sys; sys.path.insert(0, '.');"
    "from importlinter.cli import lint_imports;"
    "sys.exit(lint_imports(no_cache=True))"
)


def lint(folder: Path) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", LINT],
        cwd=folder,
        env={"COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_the_contracts_between_the_rooms_break_where_they_should(
    tmp_path: Path,
) -> None:
    """The checkout's own contracts, over a copy in which each is broken."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ("ceremony", "ui"):
        unread = shutil.ignore_patterns("__pycache__", "*.ttf")
        shutil.copytree(ROOT / room, tmp_path / room, ignore=unread)
    for name, line in IMPORTS.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    status, told = lint(tmp_path)
    assert status == 1
    for contract in (
        "The GUI imports the core, never the reverse",
        "The window is layered; each line may import only lines below it",
        "Qt is reached through the window only",
        "The core's thread is reached through the bridge only",
    ):
        assert f"{contract} BROKEN" in told.splitlines()
    assert "ui.widgets is not allowed to import ui.home" in told
    assert "annexe" in told
