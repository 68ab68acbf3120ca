"""The window's rooms keep to themselves, and its screens have no way to leak or lie.

Each rule has lines that break it and some that do not: a rule that finds nothing in one
of the first is no rule.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.window_rules import (
    RICH,
    Rule,
    find_clipboard,
    find_colours,
    find_core_thread,
    find_normal_forms,
    find_password_fields,
    find_pin_texts,
    find_rich_text,
    find_sentences,
    names_in,
)

ROOT = Path(__file__).parents[2]
UI = ROOT / "ui"

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
        'told = f"{name}-verdict.json"\ntold = f"{name}: {count}"',
    ),
    "a sentence that begins like a command": (
        find_sentences,
        "ui/home/page.py",
        (
            'told = "ceremony ended before its time"\n'
            'told = "ceremony verify says more"\n'
            'told = "ceremony verify PACK.pdf says more"\n'
            'told = f"ceremony {name} is open"\n'
            'told = f"ceremony verify {name} first"'
        ),
        (
            'told = "ceremony verify PACK.pdf"\n'
            'told = ["ceremony verify", pack]\n'
            'told = f"ceremony verify {name}"\n'
            'told = f"ceremony extract {name} -o files"'
        ),
    ),
    "a word that is shown": (
        find_sentences,
        "ui/home/page.py",
        'button = make_button("Resume", "primary")',
        'button = make_button(say(words.RESUME), "primary")\nText("", "page")',
    ),
    "a word that is shown by its keyword": (
        find_sentences,
        "ui/home/page.py",
        (
            'label = QLabel(text="Resume")\n'
            'line = QLineEdit(parent, placeholderText="PIN")\n'
            'window = QtWidgets.QWidget(windowTitle="Home", accessibleName=label)\n'
            'button = make_button(say(words.GO), name="Resume")'
        ),
        (
            "button = make_button(text=say(words.GO), role='primary', name=f'{a}: ')\n"
            'thread = CoreThread(name="core")'
        ),
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
    "another thread by its room": (
        find_core_thread,
        "ui/app.py",
        (
            "threading.Thread(target=work).start()\n"
            "threading.Timer(1, work).start()\n"
            "QtCore.QThread(self)\n"
            "QtCore.QThreadPool.globalInstance().start(work)\n"
            "class Work(QtCore.QRunnable): pass\n"
            "concurrent.futures.ThreadPoolExecutor()\n"
            "from threading import Thread as Hand\n"
            "ui.core_thread.CoreThread(self)"
        ),
        "QtCore.QTimer(self)\nself._thread.start()\nself.thread()",
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
    "typed text made even a second way": (
        find_normal_forms,
        "ui/conductor/fields.py",
        "import unicodedata",
        "from ui.conductor.sheet import typed",
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
    for line in bad.splitlines():
        assert list(rule(name, ast.parse(line))), line
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
