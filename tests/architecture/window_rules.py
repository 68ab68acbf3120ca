"""What no file of the window may hold, as rules over what the file says.

Each rule is told the file's name from the root of the checkout and its syntax tree, and
gives one line for each fault.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

Rule = Callable[[str, ast.Module], Iterator[str]]

WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[^\W\d_]{2,}[.,;:!?)\u201d]*\s+[(\u201c]*[^\W\d_]{2,}")

COMMAND = re.compile(
    r"ceremony (?:verify|extract)(?: (?:\{\}|[A-Z]+\.pdf|--?[a-z]+(?: [a-z]+)?))*"
)
"""A line for a shell is the same in every language: a command of ours, and then only
values, a file that stands for any, and options. A sentence goes on in other words."""

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

SHOWN_AS = frozenset(
    {
        "accessibleDescription",
        "accessibleName",
        "placeholderText",
        "statusTip",
        "text",
        "title",
        "toolTip",
        "whatsThis",
        "windowTitle",
    }
)
"""Keywords by which Qt's own classes, and ours, take such a text in any call."""

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


THREADS = frozenset(
    {
        "CoreThread",
        "ProcessPoolExecutor",
        "QRunnable",
        "QThread",
        "QThreadPool",
        "QtConcurrent",
        "Thread",
        "ThreadPoolExecutor",
        "Timer",
        "core_thread",
        "run_in_executor",
        "start_new_thread",
        "to_thread",
    }
)
"""What runs beside the window: Qt's, Python's, and the core's own."""

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
                if SENTENCE.search(text) and not COMMAND.fullmatch(text):
                    yield f"line {node.lineno}: {text!r} is a sentence"
            case ast.JoinedStr() if id(node) not in silent:
                told = "{}".join(literals(node))
                spaced = len(told.split()) > 1 and not COMMAND.fullmatch(told.strip())
                if spaced and len(WORD.findall(told)) > 1:
                    yield f"line {node.lineno}: {told!r} is a sentence"
            case ast.Call():
                yield from find_shown(node)


def find_shown(node: ast.Call) -> Iterator[str]:
    """Find a text that is shown as it stands; a second argument is its role."""
    name, shown = called(node), SHOWN_AS
    told: list[ast.expr] = []
    if name in SHOWN:
        told += node.args if name == "drawText" else node.args[:1]
        # Of a button, its name for a screen reader; elsewhere that of a thing.
        shown |= {"name"}
    told += [each.value for each in node.keywords if each.arg in shown]
    for each in told:
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
    for found, line in names_in(tree):
        if found in THREADS:
            yield f"line {line}: {found} besides the core's thread"


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


def find_normal_forms(name: str, tree: ast.Module) -> Iterator[str]:
    """Find who makes typed text even besides the one place that does."""
    if name == "ui/conductor/sheet.py":
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=[ast.alias(name="unicodedata"), *_]):
                yield f"line {node.lineno}: typed() makes what was typed even"
            case ast.ImportFrom(module="unicodedata"):
                yield f"line {node.lineno}: typed() makes what was typed even"


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
