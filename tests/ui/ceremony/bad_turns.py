"""What goes wrong at a device in an open room, and how people go on from there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from ceremony.conduct.softhsm import find_softhsm
from ceremony.hsm.errors import Act
from tests.faulty.bound import put_before
from tests.faulty.module import FaultyModule, compile_proxy
from tests.rehearsals.typed_pins import TypedPins, make_typed_site
from tests.ui.ceremony.deciding import decide
from tests.ui.typist import Typist, type_keys, wait_for
from ui.conductor.flow import Gesture
from ui.conductor.resume_page import ResumePage
from ui.conductor.review import ReviewCard
from ui.messages.fault import Fault

SOON_S = 0.6
"""The deadline of an act at which the module is to hang, in seconds."""


@dataclass
class FaultyRoom:
    """A ceremony in the window whose HSM is behind the module that fails.

    Attributes:
        decided: What was asked of two people, by step.
    """

    typist: Typist
    pins: TypedPins
    faulty: FaultyModule

    @property
    def serial(self) -> str:
        """The serial of the token on which the open step acts."""
        view = self.typist.room.page.view
        assert view is not None
        assert view.step is not None
        assert view.step.review is not None
        told = {line.label: line.value for line in view.step.review.told}
        return told["Serial"]

    def refused(self, code: str, *typed: str) -> Fault:
        """Press the step's act, with these PINs typed, and have it refused."""
        typist = self.typist
        given = iter(typed)
        self._get_ready()
        typist.pins = lambda *_: next(given)
        typist.go()
        typist.pins = self.pins.answer
        told = typist.room.page.step.banner
        assert not told.isHidden()
        assert typist.room.page.page is None
        # The same step asks for the same again, with nothing left in its entries.
        self._get_ready()
        assert typist.room.director.ask.gesture is Gesture.GO
        assert typist.room.page.bar.act.isEnabled()
        card = typist.room.page.step.card
        assert isinstance(card, ReviewCard)
        assert all(entry.is_empty for entry in card.pins.values())
        return self._told(told.told, code)

    def _get_ready(self) -> None:
        """Let everybody read the review, anew after each failure."""
        while self.typist.room.director.ask.gesture is Gesture.READY:
            self.typist.initials()

    @contextmanager
    def hanging(self, act: Act, plan: str) -> Iterator[None]:
        """Follow a plan by which the module hangs in an act, which is told soon."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(act, "deadline_s", SOON_S)
            self.faulty.plan(plan)
            yield
        self.faulty.plan()

    def in_doubt(self, act: Act, plan: str, title: str) -> ResumePage:
        """Have the module hang in the step that is open; give the decision's page."""
        typist = self.typist
        self._get_ready()
        with self.hanging(act, plan):
            typist.go()
            typist.wait_idle()
        wait_for(lambda: isinstance(typist.room.page.page, ResumePage))
        typist.wait_idle()
        page = typist.room.page.page
        assert isinstance(page, ResumePage)
        # What happened stands on the page that covers the step.
        assert not page.banner.isHidden()
        told = self._told(page.banner.told, "HSM-HOST-02")
        assert told.meaning == act.doubt
        assert f"\u201c{title}\u201d" in " ".join(
            label.text() for label in page.findChildren(QLabel)
        )
        assert not page.resume.isEnabled()
        return page

    def decide(self, page: ResumePage) -> None:
        """Type the PINs, look into the tokens, type them again, and decide by two."""
        self._type_pins(page)
        (look,) = (
            button
            for button in page.findChildren(QPushButton)
            if button.text() == "Look into the tokens"
        )
        look.setFocus()
        QTest.keyClick(look, Qt.Key.Key_Space)
        self.typist.wait_idle()
        wait_for(lambda: self.typist.room.page.page is not page)
        looked = self.typist.room.page.page
        assert isinstance(looked, ResumePage)
        assert not looked.banner.isHidden()
        self._type_pins(looked)
        decide(self.typist, looked)
        assert self.typist.room.page.page is None

    def _type_pins(self, page: ResumePage) -> None:
        for entry in page.pins.values():
            prompt, _, serial = entry.accessibleName().rpartition(", ")
            entry.setFocus()
            type_keys(self.pins.answer(prompt, serial.replace(" ", "")))

    def _told(self, told: Fault | None, code: str) -> Fault:
        assert told is not None
        assert told.code == code
        assert told.what
        assert told.meaning
        assert told.remedy
        return told


def open_faulty_room(
    open_window: Callable[[], Typist], folder: Path, script: str
) -> FaultyRoom:
    """Make a site of a script behind the module that fails, and enter the room."""
    site = make_typed_site(folder / "workspace" / "demo", script)
    softhsm = {"SOFTHSM2_CONF": str(site / "tokens" / "hsm" / "softhsm2.conf")}
    faulty = FaultyModule(compile_proxy(folder), find_softhsm(), folder, softhsm)
    faulty.plan()
    put_before(site / "binding.toml", "hsm", faulty)
    typist, pins = open_window(), TypedPins(site)
    typist.pins = pins.answer
    typist.start_demo()
    return FaultyRoom(typist, pins, faulty)
