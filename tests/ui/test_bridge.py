"""Commands go over to the core, views come back, and a defect stops everything."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from ceremony.conduct.desk import Desk
from ceremony.errors import CeremonyError, RefusedError, StorageError
from ui.bridge import Bridge


class Asker:
    """Whoever sends a command, with what was told."""

    def __init__(self, bridge: Bridge) -> None:
        self.told: list[Any] = []
        self.failed: list[CeremonyError] = []
        self.defects: list[BaseException] = []
        self.busy: list[bool] = []
        bridge.defect.connect(self.defects.append)
        bridge.busy.connect(self.busy.append)


@pytest.fixture
def asker(bridge: Bridge) -> Asker:
    return Asker(bridge)


def test_a_command_gets_one_desk_in_the_cores_thread(
    bridge: Bridge, asker: Asker, qtbot: QtBot
) -> None:
    def command(desk: Desk) -> tuple[Desk, int]:
        return desk, threading.get_ident()

    bridge.perform(command, asker.told.append)
    bridge.perform(command, asker.told.append)
    qtbot.waitUntil(lambda: len(asker.told) == 2)
    (one, first), (other, second) = asker.told
    assert one is other
    assert first == second != threading.get_ident()


def test_an_expected_failure_goes_to_whoever_asked_and_to_nobody_else(
    bridge: Bridge, asker: Asker, qtbot: QtBot
) -> None:
    refusal = RefusedError("X", "The quorum is not there.", remedy="Wait.")

    def refuse(_: Desk) -> None:
        raise refusal

    bridge.perform(refuse, asker.told.append, asker.failed.append)
    bridge.perform(lambda _: "goes on", asker.told.append, asker.failed.append)
    qtbot.waitUntil(lambda: asker.told == ["goes on"])
    assert asker.failed == [refusal]
    assert asker.defects == []


def test_a_command_without_an_open_ceremony_is_refused(
    bridge: Bridge, asker: Asker, qtbot: QtBot
) -> None:
    bridge.perform(lambda desk: desk.view(), failed=asker.failed.append)
    qtbot.waitUntil(lambda: len(asker.failed) == 1)
    assert asker.failed[0].code == "CONDUCT-DESK-01"


def test_what_the_disk_refuses_is_told_with_file_and_remedy(
    bridge: Bridge, asker: Asker, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "missing" / "pack.pdf"
    bridge.perform(lambda _: path.read_bytes(), failed=asker.failed.append)
    bridge.ask(path.read_bytes, asker.told.append, asker.failed.append)
    qtbot.waitUntil(lambda: len(asker.failed) == 2)
    for told in asker.failed:
        assert isinstance(told, StorageError)
        assert told.code == "UI-DISK-01"
        assert str(told) == f"{path}: there is no such file or folder."
        assert "Name one that is there" in told.remedy
    assert asker.defects == []


def test_a_disk_that_gives_no_reason_is_told_too(
    bridge: Bridge, asker: Asker, qtbot: QtBot
) -> None:
    def fail() -> None:
        raise BlockingIOError

    bridge.ask(fail, asker.told.append, asker.failed.append)
    qtbot.waitUntil(lambda: len(asker.failed) == 1)
    assert str(asker.failed[0]) == "BlockingIOError."


def test_a_question_draws_no_view_and_needs_no_desk(
    bridge: Bridge, asker: Asker, qtbot: QtBot
) -> None:
    views: list[object] = []
    bridge.changed.connect(views.append)
    bridge.ask(lambda: 41 + 1, asker.told.append)
    qtbot.waitUntil(lambda: asker.told == [42])
    assert views == []


def test_busy_is_told_once_for_a_row_of_commands(
    bridge: Bridge, asker: Asker, qtbot: QtBot
) -> None:
    gate = threading.Event()
    bridge.perform(lambda _: gate.wait(5))
    bridge.perform(lambda _: None)
    assert bridge.is_busy
    gate.set()
    qtbot.waitUntil(lambda: not bridge.is_busy)
    assert asker.busy == [True, False]


def test_after_a_defect_no_command_is_carried_out_not_even_one_that_waits(
    bridge: Bridge, asker: Asker, qtbot: QtBot
) -> None:
    ran: list[str] = []
    gate = threading.Event()

    def break_down(_: Desk) -> None:
        gate.wait(5)
        raise KeyError("a defect")

    bridge.perform(break_down, asker.told.append, asker.failed.append)
    bridge.perform(lambda _: ran.append("waited"), asker.told.append)
    bridge.ask(lambda: ran.append("asked"), asker.told.append)
    gate.set()
    qtbot.waitUntil(lambda: len(asker.defects) == 1)
    bridge.perform(lambda _: ran.append("later"), asker.told.append)
    bridge.ask(lambda: ran.append("later still"), asker.told.append)
    bridge.leave()
    qtbot.wait(20)
    assert ran == []
    assert asker.told == []
    assert asker.failed == []
    assert [type(each) for each in asker.defects] == [KeyError]


def test_a_defect_of_the_window_stops_every_command_too(
    bridge: Bridge, asker: Asker, qtbot: QtBot
) -> None:
    ran: list[str] = []
    gate = threading.Event()
    bridge.perform(lambda _: gate.wait(5), asker.told.append)
    bridge.perform(lambda _: ran.append("waited"), asker.told.append)
    bridge.freeze("KeyError here.there:7")
    bridge.perform(lambda _: ran.append("later"), asker.told.append)
    gate.set()
    bridge.leave()
    qtbot.wait(20)
    assert ran == []
    assert asker.told == []


def test_leaving_ends_the_thread_after_what_was_asked(
    bridge: Bridge, qtbot: QtBot
) -> None:
    ran: list[str] = []
    idents: list[int] = []
    bridge.perform(lambda _: idents.append(threading.get_ident()))
    bridge.perform(lambda _: ran.append("done"))
    bridge.leave()
    assert ran == ["done"]
    qtbot.wait(1)
    assert not bridge.is_running


def test_a_ceremony_that_was_being_opened_is_closed_too(bridge: Bridge) -> None:
    left: list[str] = []
    # Leaving is asked for before the first command has made the desk.
    bridge.perform(lambda desk: desk._stack.callback(left.append, "closed"))
    bridge.leave()
    assert left == ["closed"]


def test_leaving_twice_is_leaving_once(bridge: Bridge) -> None:
    bridge.leave()
    bridge.leave()
    assert not bridge.is_running
