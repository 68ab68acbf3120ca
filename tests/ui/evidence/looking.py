"""How a test looks at the page: as a person does, by what stands on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from ui.bridge import Bridge
from ui.evidence.line import Line
from ui.evidence.page import EvidencePage
from ui.widgets.text import BREAK

POLICY = "trust-policy.toml"

MOST_STOPS = 200
"""More than the page ever has: whoever presses Tab as often goes round in circles."""


def settle() -> None:
    """Let the window come to rest: a new style is followed by a new layout."""
    for _ in range(6):
        QApplication.processEvents()


@dataclass(frozen=True)
class Seen:
    page: EvidencePage
    bridge: Bridge
    bot: QtBot

    def wait(self) -> None:
        self.bot.waitUntil(lambda: not self.bridge.is_busy, timeout=20_000)
        settle()

    def open(
        self, path: Path, policy: Path | None = None, proof: Path | None = None
    ) -> None:
        self.page.open_pack(path, policy=policy, proof=proof)
        self.wait()

    def open_committed(self, packs: Path, name: str) -> None:
        own = packs / f"{name}.proof"
        proof = own if own.exists() else packs / "good.proof"
        self.open(packs / f"{name}.pdf", packs / POLICY, proof)

    @property
    def text(self) -> str:
        """Everything in words that is in sight or can be scrolled to."""
        told = [label.text() for label in self.labels]
        told += [each.text() for each in self.buttons if each.isVisible()]
        return "\n".join(told).replace(BREAK, "")

    @property
    def labels(self) -> list[QLabel]:
        return [each for each in self.page.findChildren(QLabel) if each.isVisible()]

    @property
    def buttons(self) -> list[QAbstractButton]:
        return self.page.findChildren(QAbstractButton)

    @property
    def lines(self) -> list[Line]:
        return [each for each in self.page.findChildren(Line) if each.isVisible()]

    @property
    def checks(self) -> list[str]:
        """The numbers of the checks in the order in which their lines stand."""
        names = [each.objectName() for each in self.lines]
        return [name.removeprefix("check-") for name in names if "check-" in name]

    def line(self, number: str) -> Line:
        return next(e for e in self.lines if e.objectName() == f"check-{number}")

    def press(self, text: str) -> None:
        button = next(
            each
            for each in self.buttons
            if each.isVisible() and text in each.text().replace("&&", "&")
        )
        assert button.isEnabled()
        button.click()
        self.wait()

    def turn_tab(self, name: str) -> None:
        tabs = self.page.findChild(QTabBar)
        assert tabs is not None
        names = [tabs.tabText(at) for at in range(tabs.count())]
        tabs.setCurrentIndex(names.index(name))
        self.wait()

    def walk(self) -> list[QWidget]:
        """Press Tab until the focus is back where it was; give every stop."""
        stops: list[QWidget] = []
        for _ in range(MOST_STOPS):
            QTest.keyClick(QApplication.focusWidget() or self.page, Qt.Key.Key_Tab)
            now = QApplication.focusWidget()
            assert now is not None
            if now in stops:
                return stops
            stops.append(now)
        raise AssertionError("the focus does not come round")

    def tab_to(
        self, wanted: Callable[[QWidget], bool], key: Qt.Key = Qt.Key.Key_Tab
    ) -> None:
        """Press Tab until the focus is on what is wanted."""
        for _ in range(MOST_STOPS):
            now = QApplication.focusWidget()
            assert now is not None
            if wanted(now):
                return
            QTest.keyClick(now, key)
        raise AssertionError("the focus does not come by what is wanted")

    def focusable(self) -> set[QWidget]:
        """What can be reached by Tab: visible, enabled and willing."""
        return {
            each
            for each in self.page.findChildren(QWidget)
            if each.isVisible()
            and each.isEnabled()
            and each.focusPolicy() & Qt.FocusPolicy.TabFocus
            and each.focusProxy() is None
        }

    def nameless(self) -> list[str]:
        """The widgets that take the focus and have no accessible name."""
        return [
            type(each).__name__
            for each in self.focusable()
            if not (told := QAccessible.queryAccessibleInterface(each))
            or not told.text(QAccessible.Text.Name).strip()
        ]

    def clipped(self) -> list[str]:
        """The texts that have less room than they need."""
        short = []
        for label in self.labels:
            needed = label.sizeHint()
            if label.wordWrap():
                high, wide = label.heightForWidth(label.width()), 0
                wide = label.minimumSizeHint().width()
            else:
                high, wide = needed.height(), needed.width()
            if label.text() and (label.height() < high or label.width() < wide):
                short.append(f"{label.text()}: {label.size()} of {wide}x{high}")
        for button in self.buttons:
            if button.isVisible() and button.text():
                hint = button.sizeHint()
                if button.width() < hint.width() or button.height() < hint.height():
                    short.append(f"{button.text()}: {button.size()} of {hint}")
        return short
