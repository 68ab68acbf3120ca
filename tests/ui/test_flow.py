"""Whom the room waits for follows from the view alone; and so does the outline."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from ceremony.conduct.outline import Progress, StepRow
from ceremony.conduct.room_view import BreakView, DissentView, RoomView
from ceremony.engine.steps.kind import NeedKind
from ceremony.identifiers import Role, StepId
from tests.ui.played import Played
from ui.conductor.flow import Flow, Gesture
from ui.models.outline import ROW, OutlineModel, state_of


def gesture(view: RoomView, flow: Flow | None = None) -> Gesture:
    return (flow or Flow()).ask(view).gesture


def test_every_gesture_can_come_of_a_view(played: Played) -> None:
    step = played.at("3.3")
    pause = BreakView("12:30", 45, "Lunch.", ("Security officer",))
    dissent = DissentView("Independent auditor", "", "6.6", "I saw another number.")
    bare = played.at("1.8")
    nobody = replace(bare, step=replace(bare.step, initials=()))
    shut, gone = Flow(left=Gesture.REOPEN), Flow(left=Gesture.HOME)
    found = {gesture(view) for view in played.views} | {
        gesture(replace(step, in_doubt="key.generate, step 3.3")),
        gesture(replace(step, pause=pause)),
        gesture(replace(step, dissent=dissent)),
        gesture(nobody),
        gesture(step, shut),
        gesture(step, gone),
    }
    assert _ready(step).ask(step).gesture is Gesture.GO
    assert found | {Gesture.GO} == set(Gesture)


def _ready(view: RoomView) -> Flow:
    flow = Flow()
    flow.ready |= {who.role: who.marks[0] for who in view.step.initials if view.step}
    return flow


def test_what_is_in_doubt_comes_before_everything(played: Played) -> None:
    pause = BreakView("12:30", 45, "Lunch.", ())
    dissent = DissentView("Auditor", "", "6.6", "No.")
    view = replace(played.at("1.1"), pause=pause, dissent=dissent, in_doubt="sign")
    assert gesture(view) is Gesture.RESUME
    view = replace(view, in_doubt="")
    assert gesture(view) is Gesture.DISSENT
    view = replace(view, dissent=None)
    assert gesture(view) is Gesture.BREAK
    assert gesture(replace(view, pause=None)) is Gesture.TURN


def asked_in_turn(
    flow: Flow, view: RoomView, gesture: Gesture, given: dict[Role, str]
) -> list[str]:
    """Give each that is asked for what they are asked for; tell who they were."""
    asked: list[str] = []
    while (now := flow.ask(view)).gesture is gesture:
        assert now.who is not None
        assert now.who.title not in asked, "asked twice"
        asked.append(now.who.title)
        given[now.who.role] = now.who.marks[0]
    return asked


def test_an_irreversible_step_waits_for_each_who_has_to_read_its_review(
    played: Played,
) -> None:
    view, flow = played.at("3.3"), Flow()
    asked = asked_in_turn(flow, view, Gesture.READY, flow.ready)
    assert asked == ["Internal witness", "Ceremony administrator"]
    assert flow.ask(view).gesture is Gesture.GO


def test_a_step_closes_by_its_initials_in_their_order(played: Played) -> None:
    view, flow = played.carried_out("3.3"), Flow()
    asked = asked_in_turn(flow, view, Gesture.INITIALS, flow.marks)
    assert asked == ["Internal witness", "Ceremony administrator"]
    assert flow.ask(view).gesture is Gesture.CLOSE_STEP


def test_what_was_typed_is_forgotten_with_its_step_and_not_before(
    played: Played,
) -> None:
    flow = Flow()
    flow.follow(played.at("1.8"))
    flow.marks[Role("administrator")] = "DO"
    flow.follow(played.at("1.8"))
    assert flow.marks == {"administrator": "DO"}
    flow.ready[Role("internal-witness")] = "SL"
    flow.follow(played.at("1.9"))
    assert flow.marks == {}
    assert flow.ready == {}
    flow.marks[Role("administrator")] = "DO"
    flow.follow(played.in_phase("running"))
    assert flow.marks == {}


def test_the_ends_follow_the_phase(played: Played) -> None:
    end = played.in_phase("running")
    assert gesture(end) is Gesture.CLOSE_CEREMONY
    assert gesture(replace(end, phase="closed")) is Gesture.SEAL
    assert gesture(replace(end, phase="abandoned")) is Gesture.SEAL
    sealed = played.in_phase("sealed")
    assert sealed.waiting_signers
    assert gesture(sealed) is Gesture.SIGN_REPORT
    assert gesture(replace(sealed, waiting_signers=())) is Gesture.EVIDENCE


def test_the_demo_asks_for_each_kind_of_thing_that_it_needs(played: Played) -> None:
    asked = dict(played.gestures)
    assert asked["1.1"] == "TURN"
    assert dict(reversed(played.gestures))["1.10"] == "WORDS"
    assert dict(reversed(played.gestures))["2.3"] == "ROLL_CALL"
    assert dict(reversed(played.gestures))["1.12"] == "FILL"
    assert played.at("1.10").step.needs[0].kind is NeedKind.WORDS


def row(number: int, progress: Progress, *deviations: str) -> StepRow:
    closed = "10:07" if progress is Progress.DONE else ""
    return StepRow(
        StepId(f"1.{number}"),
        number,
        "1",
        "Sign in",
        "Internal witness",
        progress,
        closed,
        deviations,
    )


DONE, NOW, LATER = Progress.DONE, Progress.CURRENT, Progress.NOT_YET


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (row(1, DONE), "Done 10:07"),
        (row(1, DONE, "D-01", "D-02"), "Done 10:07, D-01, D-02"),
        (row(1, NOW), "Current"),
        (row(1, NOW, "D-01"), "Current, D-01"),
        (row(1, LATER), "Not yet"),
    ],
)
def test_how_far_a_step_is_is_said_in_words(shown: StepRow, told: str) -> None:
    assert state_of(shown) == told


def test_the_outline_gives_rows_titles_and_what_a_reader_hears(qtbot: QtBot) -> None:
    del qtbot
    model = OutlineModel()
    assert model.position() == -1
    rows = (row(1, DONE), row(2, NOW), row(3, LATER))
    model.show_rows(rows)
    assert model.rowCount() == 3
    assert model.rowCount(model.index(0)) == 0
    assert model.position() == 1
    second = model.index(1)
    assert model.data(second) == "2 Sign in"
    assert model.data(second, ROW) is rows[1]
    heard = model.data(second, Qt.ItemDataRole.AccessibleTextRole)
    assert heard == "Step 2, Sign in, Internal witness: Current"
    assert model.data(second, Qt.ItemDataRole.DecorationRole) is None
    assert model.data(QModelIndex()) is None


def test_the_outline_changes_in_place_where_the_steps_are_the_same(
    qtbot: QtBot,
) -> None:
    del qtbot
    model = OutlineModel()
    said: list[str] = []
    model.dataChanged.connect(lambda *_: said.append("changed"))
    model.modelReset.connect(lambda: said.append("reset"))
    model.show_rows((row(1, NOW), row(2, LATER)))
    model.show_rows((row(1, NOW), row(2, LATER)))
    assert said == ["reset"]
    model.show_rows((row(1, DONE), row(2, NOW)))
    assert said == ["reset", "changed"]
    assert model.position() == 1
    model.show_rows((row(3, NOW),))
    assert said == ["reset", "changed", "reset"]
