"""One thread owns the core; what comes of a job is told in the window's thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from ui.core_thread import SWITCH_S, CoreThread


@pytest.fixture
def thread(qtbot: QtBot) -> Iterator[CoreThread]:  # noqa: ARG001  Qt comes first
    made = CoreThread()
    made.start()
    yield made
    made.finish()


def test_jobs_run_one_after_another_in_one_other_thread(
    thread: CoreThread, qtbot: QtBot
) -> None:
    ran: list[tuple[int, int]] = []
    running: list[int] = []

    def job(number: int) -> int:
        assert running == []
        running.append(number)
        ran.append((number, threading.get_ident()))
        running.remove(number)
        return number

    told: list[int] = []
    for number in range(50):
        thread.submit(lambda at=number: job(at), told.append, told.append)
    qtbot.waitUntil(lambda: len(told) == 50)
    assert told == list(range(50))
    assert [number for number, _ in ran] == list(range(50))
    assert len({ident for _, ident in ran}) == 1
    assert ran[0][1] != threading.get_ident()


def test_what_came_of_a_job_is_told_in_the_windows_thread(
    thread: CoreThread, qtbot: QtBot
) -> None:
    told: list[tuple[Any, int]] = []

    def tell(what: object) -> None:
        told.append((what, threading.get_ident()))

    def fail() -> None:
        raise LookupError("nothing there")

    thread.submit(lambda: "done", tell, tell)
    thread.submit(fail, tell, tell)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[0] == ("done", threading.get_ident())
    assert isinstance(told[1][0], LookupError)
    assert told[1][1] == threading.get_ident()


def test_a_failure_goes_to_who_asked_and_ends_nothing(
    thread: CoreThread, qtbot: QtBot
) -> None:
    done: list[object] = []
    failed: list[Exception] = []
    thread.submit(lambda: 1 // 0, done.append, failed.append)
    thread.submit(lambda: "after it", done.append, failed.append)
    qtbot.waitUntil(lambda: done == ["after it"])
    assert [type(each) for each in failed] == [ZeroDivisionError]
    assert thread.is_running


def test_finishing_waits_for_every_job_that_was_handed_in(
    thread: CoreThread,
) -> None:
    gate = threading.Event()
    ran: list[str] = []

    def wait() -> None:
        gate.wait(5)
        ran.append("first")

    thread.submit(wait, ran.append, ran.append)
    thread.submit(lambda: ran.append("second"), str, str)
    threading.Timer(0.05, gate.set).start()
    thread.finish()
    assert ran[:2] == ["first", "second"]
    assert not thread.is_running


def test_the_window_gets_the_interpreter_back_soon(thread: CoreThread) -> None:
    assert thread.is_running
    assert sys.getswitchinterval() == pytest.approx(SWITCH_S)
    assert SWITCH_S <= 0.001
