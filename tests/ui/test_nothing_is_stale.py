"""What the room says stays true for as long as it stands there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from ceremony.conduct.room_view import BreakView
from tests.ui.played import Played
from tests.ui.typist import press, type_keys
from ui.conductor.director import Director
from ui.conductor.incident_sheets import DeviationSheet
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.room import Room


def texts(widget: QWidget) -> str:
    labels = widget.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def jumps(director: Director) -> list[float]:
    told: list[float] = []
    director.page.jumped.connect(told.append)
    director.page._tick()
    return told


def test_a_timer_that_fires_at_another_time_than_it_should_is_no_jump_of_the_clock(
    director: Director, played: Played
) -> None:
    director.show_view(played.at("1.8"))
    # It is asked for in ten seconds and comes at once: as far off as one that is late.
    director.page._clock.setInterval(10_000)
    told = jumps(director)
    director.page._tick()
    assert told == []


def test_a_clock_that_is_set_is_told_by_how_much(
    director: Director, played: Played
) -> None:
    director.show_view(played.at("1.8"))
    told = jumps(director)
    for hours in (1, -1):
        assert director.page._wall is not None
        director.page._wall -= timedelta(hours=hours)
        director.page._tick()
    assert [round(seconds) for seconds in told] == [3600, -3600]


def test_a_deviation_tells_the_time_and_the_step_at_which_it_would_be_recorded(
    director: Director, played: Played
) -> None:
    director.show_view(played.at("1.8"))
    director.open_deviation()
    sheet = director.page.sheet
    assert isinstance(sheet, DeviationSheet)
    shown = f"{director.page.now:%H:%M}"
    assert sheet.lead.text().startswith(f"Step 1.8 \u00b7 {shown}")
    later = director.page.now + timedelta(minutes=7)
    director.page.ticked.emit(later)
    assert f"{later:%H:%M:%S} UTC" in sheet.lead.text()
    director.show_view(played.at("1.9"))
    director.page.ticked.emit(later)
    assert sheet.lead.text().startswith("Step 1.9")
    assert "Write no health or private matters." in sheet.lead.text()


def test_a_room_that_is_left_in_a_turn_forgets_whose_it_was(
    room: Room, played: Played
) -> None:
    view = played.at("1.1")
    room.page.show_room(view)
    room.turns.take(view.turn)
    room.page._tick()
    assert room.page.title._note.text() == "Sign-in, 1 of 7"
    room.leave()
    room.page._tick()
    assert "plan" in room.page.title._note.text()


def test_that_a_read_back_stopped_is_told_while_its_deviation_is_open_and_no_longer(
    director: Director, played: Played
) -> None:
    director.show_view(played.at("3.7"))
    for _ in range(3):
        for word in ("aardvark", "adroitness", "absurd", "adviser"):
            type_keys(word)
            press(Qt.Key.Key_Tab)
    sheet = director.page.sheet
    assert isinstance(sheet, DeviationSheet)
    assert QApplication.focusWidget() is sheet.happened
    assert say(words.STOPPED) in texts(director.page.bar)
    press(Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert say(words.STOPPED) not in texts(director.page)
    assert "word 1" in texts(director.page.bar)


def test_the_wall_says_how_many_stay_in_a_break(room: Room, played: Played) -> None:
    people = ("Security officer", "Internal witness", "Independent auditor")
    pause = BreakView("12:30", 45, "Lunch.", people)
    told = room.projection._waiting(replace(played.at("1.8"), pause=pause))
    assert told == "Break since 12:30 UTC. 3 people stay."
