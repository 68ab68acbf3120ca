"""The window's sentences can be translated: they are found, and spoken translated."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from ui.messages import home
from ui.messages.speech import CONTEXT, say

FOLDER = Path(home.__file__).parent


def sentences() -> list[str]:
    """Every marked sentence, read from the source and not from the program."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="QT_TRANSLATE_NOOP"),
                    args=[ast.Constant(), ast.Constant(value=str(text))],
                ):
                    found.append(text)
    return found


def test_the_tool_of_translators_finds_every_sentence(tmp_path: Path) -> None:
    program = shutil.which("pyside6-lupdate", path=sysconfig.get_path("scripts"))
    if program is None:
        pytest.skip("pyside6-lupdate is not in this environment")
    out = tmp_path / "window.ts"
    files = [str(path) for path in sorted(FOLDER.glob("*.py"))]
    subprocess.run(  # noqa: S603  the tool of this environment
        [program, *files, "-ts", str(out)], check=True, capture_output=True
    )
    told = out.read_text(encoding="utf-8")
    assert f"<name>{CONTEXT}</name>" in told
    assert told.count("<source>") == len(set(sentences()))


class Longer(QTranslator):
    """A language whose every sentence is longer by two fifths."""

    def translate(
        self, context: str, text: str, disambiguation: str = "", n: int = -1
    ) -> str:
        del disambiguation, n
        return f"{text} {'~' * (len(text) * 2 // 5)}" if context == CONTEXT else ""


def test_a_sentence_is_spoken_in_the_language_in_use() -> None:
    app = QCoreApplication.instance() or QCoreApplication([])
    language = Longer()
    app.installTranslator(language)
    try:
        assert say(home.DUE_BY, date="2026-12-05") == "by 2026-12-05 ~~~"
    finally:
        app.removeTranslator(language)
    assert say(home.DUE_BY, date="2026-12-05") == "by 2026-12-05"
