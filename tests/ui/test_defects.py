"""A defect closes the window's input, is told by class and place, and ends it all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.rehearsals.stage import run_offscreen
from tests.ui.defect_scene import CANARY
from ui.app import DEFECTS, MainWindow, record_defect, trail_of


def play(kind: str, folder: Path) -> tuple[dict[str, Any], str]:
    """Play the scene; give what it saw and what was said on standard error."""
    done = run_offscreen("tests.ui.defect_scene", kind, folder, patience_s=20)
    assert done.status == 1, done.err
    return json.loads(done.out), done.err


@pytest.mark.parametrize("kind", ["slot", "core", "projected"])
def test_a_defect_leaves_one_page_with_one_way_out_and_no_value(
    kind: str, tmp_path: Path
) -> None:
    told, said = play(kind, tmp_path)
    shown = "\n".join(told["shown"])
    assert told["page"]
    assert told["buttons"] == ["End the program"]
    assert told["windows"] == 1
    assert told["ran"] == []
    assert "This is a defect of the tool (BrokenError)." in shown
    assert re.search(r"defect_scene\.break_down:\d+", shown)
    # The one that came of the first is recorded and not shown.
    assert "LookupError" not in shown

    lines = (tmp_path / DEFECTS).read_text().splitlines()
    assert len(lines) == 2
    first = (
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ BrokenError .*defect_scene\.break_down:\d+"
    )
    assert re.fullmatch(first, lines[0])
    assert " LookupError " in lines[1]
    for place in (shown, told["title"], "\n".join(lines), said):
        assert CANARY not in place


def test_a_full_disk_is_no_reason_to_say_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file where the folder should be")
    record_defect(taken, KeyError(CANARY), "here.there:7")
    said = capsys.readouterr().err
    assert re.fullmatch(r"\S+Z KeyError here\.there:7\n", said)
    assert taken.read_text() == "a file where the folder should be"


def test_the_way_to_a_defect_names_files_functions_and_lines_only() -> None:
    def inner() -> None:
        raise ValueError(CANARY)

    try:
        inner()
    except ValueError as error:
        told = trail_of(error)
    assert re.fullmatch(
        r"test_defects\.test_the_way_\w+:\d+ > test_defects\.inner:\d+", told
    )


def test_a_window_can_be_closed_and_leaves_no_thread(
    qtbot: QtBot, tmp_path: Path
) -> None:
    window = MainWindow(tmp_path)
    window.show()
    window.start()
    window.close()
    assert not window.bridge.is_running
    qtbot.wait(1)


def test_the_list_of_pages_and_the_keys_lead_home(qtbot: QtBot, tmp_path: Path) -> None:
    window = MainWindow(tmp_path)
    window.show()
    window.start()
    home, evidence = window._nav
    ways: tuple[tuple[Callable[[], None], bool], ...] = (
        (lambda: press_control(window, Qt.Key.Key_2), False),
        (lambda: press_control(window, Qt.Key.Key_1), True),
        (evidence.click, False),
        (home.click, True),
    )
    for go, leads_home in ways:
        qtbot.waitUntil(lambda: not window.bridge.is_busy)
        go()
        qtbot.waitUntil(lambda: not window.bridge.is_busy)
        shown = window.home if leads_home else window.evidence
        assert shown is not None
        assert window.pages.currentWidget() is shown
        assert [home.isChecked(), evidence.isChecked()] == [leads_home, not leads_home]
    window.close()


def press_control(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
