"""Where files with requests are named: typed, chosen in a dialog, or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from ui.messages import conductor as words
from ui.messages.speech import say
from ui.widgets.flow import FlowLayout, flow_policy
from ui.widgets.text import make_button


class FileEntry(QWidget):
    """One line for a path, with two buttons; files may be dropped on it.

    Attributes:
        line: The path as it is typed, or how many files were chosen.
        files: Opens the dialog for files; likewise ``folder``.
    """

    def __init__(self, prompt: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: tuple[str, ...] = ()
        self._shown = ""
        self.setAcceptDrops(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        self.line = QLineEdit()
        self.line.setAccessibleName(prompt)
        # What is dropped on the line would be typed into it as an address.
        self.line.setAcceptDrops(False)
        box.addWidget(self.line)
        buttons = QWidget()
        row = FlowLayout(buttons, gap=12)
        flow_policy(buttons)
        self.files = make_button(say(words.CHOOSE_FILES))
        self.folder = make_button(say(words.CHOOSE_FOLDER))
        self.files.clicked.connect(self._choose_files)
        self.folder.clicked.connect(self._choose_folder)
        row.addWidget(self.files)
        row.addWidget(self.folder)
        box.addWidget(buttons)

    def choose(self, paths: Sequence[str]) -> None:
        """Take paths; several are shown by their number."""
        if not paths:
            return
        self._chosen = tuple(paths)
        self._shown = paths[0]
        if len(paths) > 1:
            folder = Path(paths[0]).parent.name
            self._shown = say(words.FILES_OF, count=len(paths), folder=folder)
        self.line.setText(self._shown)
        self.line.setFocus()

    def told(self) -> str:
        """Give the paths, one a line: the chosen ones, or what was typed since."""
        if self._chosen and self.line.text() == self._shown:
            return "\n".join(self._chosen)
        return self.line.text().strip()

    def _choose_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, say(words.CHOOSE_FILES))
        self.choose(names)

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, say(words.CHOOSE_FOLDER))
        self.choose([name] if name else [])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Let files in."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Take the files."""
        urls = event.mimeData().urls()
        self.choose([path for path in (url.toLocalFile() for url in urls) if path])
