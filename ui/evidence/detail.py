"""One check opened: what was found, what was compared, and how to see it elsewhere."""

from __future__ import annotations

import shlex

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ceremony.verify.check import Check, plain
from ui.evidence.opening import Files, Opened
from ui.evidence.standing import CHECKS, state_of
from ui.messages import evidence
from ui.messages.speech import say
from ui.widgets.flow import FlowLayout
from ui.widgets.glyph import Glyph
from ui.widgets.text import Card, Text, breakable, make_button


class CheckDetail(QWidget):
    """A check in full.

    Signals:
        left: The person wants the list of checks back.
    """

    left = Signal()

    def __init__(
        self, check: Check, opened: Opened, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "inside")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        self.back = make_button(say(evidence.BACK_TO_CHECKS))
        self.back.clicked.connect(self.left)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.left)
        outer.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        card = Card()
        self._rows = QVBoxLayout(card)
        self._rows.setContentsMargins(16, 12, 16, 16)
        self._rows.setSpacing(4)
        self._head(check)
        self._findings(check)
        self._commands(check, opened)
        outer.addWidget(card)
        outer.addStretch(1)

    def _head(self, check: Check) -> None:
        standing = CHECKS[check.status]
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Glyph(standing.sign, 24))
        title = say(evidence.CHECK_TITLE, number=check.number, title=check.title)
        row.addWidget(Text(title, "card-title", wrap=True), 1)
        row.addWidget(Text(state_of(check), standing.role))
        self._rows.addLayout(row)

    def _findings(self, check: Check) -> None:
        self._part(evidence.FOUND, plain(check.reason))
        for remark in check.remarks:
            self._part(evidence.REMARK, plain(remark))
        compared = [plain(each) for each in check.compared]
        if compared:
            self._label(evidence.COMPARED)
            for place, each in enumerate(compared):
                if place:
                    self._rows.addWidget(Text(say(evidence.WITH), "small"))
                self._rows.addWidget(Text(breakable(each), "value", wrap=True))
        else:
            self._part(evidence.COMPARED, say(evidence.COMPARED_NONE))
        if check.rule:
            self._label(evidence.RULE)
            self._rows.addWidget(Text(check.rule, "mono"))
        else:
            self._part(evidence.RULE, say(evidence.RULE_NONE))

    def _commands(self, check: Check, opened: Opened) -> None:
        pack = shlex.quote(opened.path.name)
        if check.command:
            self._command(evidence.EXTRACT_FIRST, f"ceremony extract {pack} -o files")
            self._command(evidence.OTHER_TOOLS, check.command)
        self._command(evidence.THIS_TOOL, command_line(pack, opened.files))

    def _label(self, sentence: str) -> None:
        self._rows.addSpacing(8)
        self._rows.addWidget(Text(say(sentence), "label"))

    def _part(self, sentence: str, told: str) -> None:
        self._label(sentence)
        self._rows.addWidget(Text(breakable(told), wrap=True))

    def _command(self, sentence: str, command: str) -> None:
        """Show a command, and a button that copies it as it is to be typed."""
        self._label(sentence)
        self._rows.addWidget(Text(breakable(plain(command)), "mono-small", wrap=True))
        flow = FlowLayout()
        what = say(sentence)
        button = make_button(
            say(evidence.COPY), name=say(evidence.COPY_WHAT, what=what)
        )
        button.clicked.connect(lambda: _copy(button, command))
        flow.addWidget(button)
        self._rows.addLayout(flow)


def _copy(button: QPushButton, command: str) -> None:
    QGuiApplication.clipboard().setText(command)
    button.setText(say(evidence.COPIED))


def command_line(pack: str, files: Files) -> str:
    """Give the command that makes the same checks, for the pack's own folder."""
    parts = ["ceremony verify", pack]
    if files.proof is not None:
        name = files.proof.name if files.proof_beside else str(files.proof)
        parts += ["--proof", shlex.quote(name)]
    if files.policy is not None:
        name = files.policy.name if files.policy_beside else str(files.policy)
        parts += ["--trust", shlex.quote(name)]
    return " ".join(parts)
