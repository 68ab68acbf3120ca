"""A ceremony that is taken up after its evidence has ended, on SoftHSM tokens, as JSON.

Run as a program it plays every scene. It is a process of its own because a PKCS#11
module is initialised once for a process.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from ceremony.cli.decide import _tell_ended, take_up
from ceremony.cli.projector import projected
from ceremony.cli.run import _go_on
from ceremony.clock import Instant, SystemClock
from ceremony.conduct.demo import open_demo
from ceremony.conduct.desk import Desk
from ceremony.conduct.recovery import Choice
from ceremony.errors import CeremonyError
from ceremony.identifiers import Role
from tests.unit.conduct.desk_scenes import READING, Laptop, code_of, play_scenes
from tests.unit.conduct.takeover_scenes import _begin_key

MARKS = ((Role("administrator"), "DO"), (Role("security-officer"), "MT"))


@dataclass(frozen=True)
class Later:
    """This machine's clock, some days ahead."""

    days: int = 365 * 40

    def now(self) -> Instant:
        now = SystemClock().now()
        return Instant(now.wall + timedelta(days=self.days), now.mono_us, now.boot)


def remedy_of(work: Callable[[], object]) -> str:
    try:
        work()
    except CeremonyError as error:
        return error.remedy
    return ""


def marks_of(desk: Desk) -> dict[Role, str]:
    """Give the initials that close the open step."""
    now = desk.conductor
    roles = now.current().initials
    return {role: now.state.holders(role)[0].initials for role in roles}


def at_a_later_desk(laptop: Laptop, ceremony: str) -> Desk:
    laptop.desk.leave()
    desk = Desk(Later())
    desk.open(laptop.workspace, ceremony)
    return desk


def never_begun(folder: Path) -> dict[str, Any]:
    """Set a ceremony going, and let the first person sign, at window and terminal."""
    laptop = Laptop(folder)
    ceremony = open_demo(laptop.workspace, recorded=False)
    desk = at_a_later_desk(laptop, ceremony)
    size = desk.conductor.log.journal.size
    turn = desk.view().turn
    assert turn is not None
    told = {
        "turn": code_of(lambda: desk.sign_turn(turn.digest, READING, None)),
        "sheet": code_of(lambda: desk.write_sheet(folder / "sheet.pdf")),
        "no sheet": not (folder / "sheet.pdf").exists(),
    }
    with projected(None) as screen:
        told["run"] = code_of(lambda: _go_on(desk.room, None, screen))
    told["untouched"] = desk.conductor.log.journal.size == size
    desk.leave()
    return told


def left(folder: Path) -> dict[str, Any]:
    """Resume a ceremony that was left with nothing in doubt, then abandon it."""
    laptop = Laptop(folder)
    ceremony = open_demo(laptop.workspace, recorded=False)
    laptop.desk.open(laptop.workspace, ceremony)
    laptop.play_to("3.3")
    desk = at_a_later_desk(laptop, ceremony)
    size = desk.conductor.log.journal.size
    ended = desk.interruption().ended
    told = {
        "window": ended.code if ended is not None else "",
        "decide": code_of(
            lambda: desk.recover(Choice.ADOPT, MARKS, {}, lambda _: None)
        ),
        "resume": code_of(lambda: take_up(desk.conductor, desk.room.pins, None)),
        "remedy": remedy_of(lambda: take_up(desk.conductor, desk.room.pins, None)),
        "untouched": desk.conductor.log.journal.size == size,
    }
    desk.inspect()
    desk.abandon("The certificates have ended.")
    told["phase"] = desk.view().phase
    told["after"] = code_of(lambda: take_up(desk.conductor, desk.room.pins, None))
    desk.leave()
    return told


def in_doubt(folder: Path) -> dict[str, Any]:
    """Resume a ceremony with a key in doubt: it is settled, and nothing goes on."""
    laptop = Laptop(folder)
    ceremony = open_demo(laptop.workspace, recorded=False)
    laptop.desk.open(laptop.workspace, ceremony)
    laptop.play_to("3.3")
    _begin_key(laptop.desk.conductor, laptop)
    desk = at_a_later_desk(laptop, ceremony)
    ended = desk.interruption().ended
    told: dict[str, Any] = {"window": ended.code if ended is not None else ""}
    with redirect_stderr(StringIO()) as err:
        _tell_ended(desk.conductor)
    told["terminal"] = err.getvalue()
    desk.recover(Choice.ADOPT, MARKS, {}, lambda _: None)
    told["settled"] = desk.conductor.state.pending is None
    told["key is there"] = "root-oca" in desk.conductor.state.keys
    told["initials"] = code_of(lambda: desk.close_step(marks_of(desk)))
    with projected(None) as screen:
        told["resume"] = code_of(lambda: _go_on(desk.room, None, screen))
    desk.abandon("The certificates have ended.")
    told["phase"] = desk.view().phase
    desk.leave()
    return told


SCENES = {"never begun": never_begun, "left": left, "in doubt": in_doubt}


if __name__ == "__main__":
    sys.exit(play_scenes(SCENES))
