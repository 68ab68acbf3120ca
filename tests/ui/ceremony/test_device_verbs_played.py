"""Every device verb at the window, by keyboard only and with every PIN typed.

Two ceremonies have them all: the built-in backup, and the one that uses, proves and
ends a key. What each step shows is measured as it is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.rehearsals.stage import run_ceremony
from tests.rehearsals.typed_pins import TypedPins, make_typed_site
from tests.ui.ceremony.measuring import faults
from tests.ui.typist import Typist, press
from ui.conductor.entries import EntriesCard
from ui.conductor.flow import Gesture
from ui.conductor.review import ReviewCard
from ui.room import Room
from ui.widgets.text import Text

LINE_HIGH = 18
"""How much higher a row of the outline is by one line, pixels."""


def is_in_sight(widget: QWidget, room: Room) -> bool:
    """Tell whether the whole of a widget is seen in the step's page."""
    area = room.page.step.viewport()
    place = QRect(widget.mapTo(area, QPoint(0, 0)), widget.size())
    return area.rect().contains(place)


class Watcher:
    """Looks at each step of a device before something is done in it."""

    def __init__(self, typist: Typist) -> None:
        self._typist = typist
        self.verbs: list[str] = []
        self.wrong: list[str] = []
        self.said: dict[str, str] = {}
        self.rows: dict[str, int] = {}

    def look(self, step: str, room: Room) -> None:
        view = room.page.view
        if view is None or view.step is None or view.step.review is None:
            return
        for _ in range(4):
            QApplication.processEvents()
        told = faults(self._typist.window)
        outline = room.page.outline
        row = outline.model.index(outline.model.position())
        self.rows[step] = outline.list.visualRect(row).height()
        card = room.page.step.card
        if isinstance(card, ReviewCard):
            told += [
                f"not in sight: {each.accessibleName()}"
                for each in (card, *card.pins.values())
                if not is_in_sight(each, room)
            ]
        elif room.director.ask.gesture is Gesture.INITIALS:
            self.verbs.append(view.step.verb)
            self._read_on(step, room)
        self.wrong += [f"{step}: {each}" for each in told]

    def _read_on(self, step: str, room: Room) -> None:
        """Read what came of it to its last line, with the keyboard alone."""
        page = room.page.step
        (card,) = page.findChildren(EntriesCard)
        texts = card.findChildren(Text)
        self.said[step] = " | ".join(text.text() for text in texts)
        last = max(texts, key=lambda text: text.mapTo(page, QPoint(0, 0)).y())
        for _ in range(3):
            if not page._more.isHidden():
                press(Qt.Key.Key_PageDown)
        assert page._more.isHidden()
        assert is_in_sight(last, room)
        press(Qt.Key.Key_PageUp)


def hold(open_window: Callable[[], Typist], folder: Path, script: str) -> Watcher:
    """Hold a ceremony from Home to its signed pack; give what was seen."""
    workspace = folder / "workspace" / "demo"
    site = make_typed_site(workspace, script)
    typist = open_window()
    typist.pins = TypedPins(site).answer
    watcher = Watcher(typist)
    typist.before = watcher.look
    typist.start_demo()
    typist.play()
    assert "The report is signed: " in typist.room.page.bar._say.text()
    typist.window.close()
    return watcher


def assert_verified(workspace: Path) -> None:
    """Let another program, in another process, judge what the window left."""
    told = run_ceremony(
        [
            *("verify", str(workspace / "packs" / "KC-2026-001-R1.pdf")),
            *("--trust", str(workspace / "site" / "trust-policy.toml")),
            *("--proof", str(workspace / "packs" / "KC-2026-001-R1.proof")),
            *("--format", "json", "--require", "completed,attested"),
        ]
    )
    assert told.status == 0, told.all
    verdict = json.loads(told.out)
    assert verdict["record"] == "VERIFIED WITH REMARKS"
    statuses = {check["number"]: check["status"] for check in verdict["checks"]}
    assert [n for n, s in statuses.items() if s != "passed"] == ["8"]


@pytest.mark.slow
def test_a_backup_is_held_by_keyboard_and_its_pack_verifies(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    watcher = hold(open_window, folder, "backup")
    assert watcher.wrong == []
    assert set(watcher.verbs) == {
        *("token.initialise", "token.inventory", "key.generate", "key.check-value"),
        *("key.wrap", "key.unwrap"),
    }
    assert "equal to that of Backup wrapping key" in watcher.said["3.11"]
    assert "it signed, and verifies with the original's" in watcher.said["4.8"]
    # A copy has a long name, which takes two lines in the outline.
    assert watcher.rows["3.9"] - watcher.rows["3.7"] == LINE_HIGH
    assert_verified(folder / "workspace" / "demo")


@pytest.mark.slow
def test_a_key_is_used_proven_and_destroyed_by_keyboard_and_its_pack_verifies(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    watcher = hold(open_window, folder, "key-acts")
    assert watcher.wrong == []
    assert {"token.change-pin", "key.prove", "key.destroy"} <= set(watcher.verbs)
    assert watcher.said["2.13"].endswith("gone | public-key root-oca")
    assert_verified(folder / "workspace" / "demo")
