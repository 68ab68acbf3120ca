"""Whoever leaves while a batch is issued waits for the end of its part only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLabel

from ceremony.conduct.pace import Reached, Work
from tests.fakes.batch_site import device_request, put_batch_site
from tests.rehearsals.opened import facts_of
from tests.ui.ceremony.deciding import decide
from tests.ui.ceremony.test_resume import resume
from tests.ui.typist import Typist, press_go, wait_for
from ui.conductor.flow import Gesture

COUNT = 201


def play_to_the_batch(site: Path, open_window: Callable[[], Typist]) -> Typist:
    put_batch_site(site, [device_request(number + 1) for number in range(COUNT)])
    typist = open_window()
    typist.start_demo()
    typist.told["file with the request"] = str(site / "meter.csr")
    typist.told["file or the folder"] = str(site / "devices")
    typist.play(until="2.19")
    return typist


def begin_batch(typist: Typist, leave: Callable[[], None]) -> None:
    """Let the batch be issued, and leave it as soon as its next part is begun."""
    left: list[Reached] = []

    def leave_once(at: Reached) -> None:
        if at.work is Work.ISSUE and not left:
            left.append(at)
            leave()

    typist.window.bridge.reached.connect(leave_once)
    while typist.room.director.ask.gesture is Gesture.READY:
        typist.initials()
    typist.pause()
    press_go()
    wait_for(lambda: bool(left))
    typist.window.bridge.reached.disconnect(leave_once)


def parts_of(workspace: Path) -> list[int]:
    """Give how many certificates each part has that was issued."""
    made = facts_of(workspace, "hsm.outcome")
    return [fact["part"]["count"] for fact in made if "part" in fact]


def test_a_batch_that_is_left_stops_after_its_part_and_is_gone_on_with(
    demo_site: Path, open_window: Callable[[], Typist], folder: Path
) -> None:
    workspace = folder / "workspace" / "demo"
    first = play_to_the_batch(demo_site, open_window)
    bar = first.room.page.bar
    told: list[str] = []

    def close() -> None:
        assert not first.window.close()
        assert first.window.isVisible()
        told.extend(label.text() for label in bar.findChildren(QLabel))
        told.append(bar.stop.text())
        assert not bar.stop.isEnabled()
        # What is asked of the core meanwhile takes nothing back.
        first.room.press("F5")

    begin_batch(first, close)
    wait_for(lambda: not first.window.isVisible())
    assert not first.window.bridge.is_running
    assert "It stops there, and the ceremony is left" in "\n".join(told)
    assert told[-1] == "Stops after this part"
    assert parts_of(workspace) == [100]

    second = open_window()
    decide(second, resume(second))
    begin_batch(second, second.room.home_asked.emit)
    wait_for(lambda: second.window.whole.currentIndex() == 0)
    second.wait_idle()
    assert parts_of(workspace) == [100, 100]

    decide(second, resume(second))
    second.play(until="2.20")
    second.window.close()
    assert parts_of(workspace) == [100, 100, 1]
