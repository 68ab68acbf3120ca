"""The program as people have it: on an X screen, by the keys of a keyboard alone.

A virtual screen stands in for the laptop's and ``xdotool`` for the hands. Nothing is
asked of the program but what it shows; what a person would read aloud and the test
cannot read from a picture is left out. The demo is held up to the end of act 2, since
the only words until then are those of the script, which is public. To go on to a
sealed pack the test would have to read words from the picture of a screen; that is
out of its scope, and ``tests/ui/ceremony/test_whole_demo.py`` holds the whole demo in
the same window without a screen.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ceremony import library
from ceremony.digest_words import words
from ceremony.script.decode import decode_script
from tests.rehearsals.stage import CHECKOUT, MEMORY, environment, run_ceremony
from ui.widgets.guard import PAUSE_MS

TOOLS = ("Xvfb", "xdotool")
BREATH_S = PAUSE_MS / 1000 + 0.5
"""What a person leaves between two commits, and the program may take for one."""

DEVICE_S = 3.0
"""What is left to a device, and to the demo's tokens while they are made."""

SIGN_INS = 7
CLOSED = 21
"""Steps of the acts 1 and 2."""


@dataclass(frozen=True)
class Hands:
    """Presses keys in one window of a screen."""

    display: str
    window: str

    def _do(self, *command: str) -> str:
        done = subprocess.run(  # noqa: S603  fixed programs
            ["xdotool", *command],  # noqa: S607  looked for before
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return done.stdout.strip()

    def press(self, *keys: str, wait: float = BREATH_S) -> None:
        """Press keys one after another, then wait as a person does."""
        self._do("key", "--delay", "60", *keys)
        time.sleep(wait)

    def type(self, text: str) -> None:
        """Type a text; nothing is committed by it."""
        self._do("type", "--delay", "30", text)

    def enter(self, text: str, *, wait: float = BREATH_S) -> None:
        """Type a text and press Enter."""
        self.type(text)
        self.press("Return", wait=wait)

    def go(self, *, wait: float = BREATH_S) -> None:
        """Press Ctrl and Enter together."""
        self.press("ctrl+Return", wait=wait)

    def leave(self) -> None:
        """Leave the room for Home: the last entry of the menu."""
        self.press("F10")
        self.press("Up")
        self.press("Return", wait=DEVICE_S)

    def take_away(self) -> None:
        """Take the screen from the program; no window manager is there to ask it."""
        self._do("windowkill", self.window)


@pytest.fixture
def folder() -> Iterator[Path]:
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    made = Path(tempfile.mkdtemp(prefix="ceremony-screen-", dir=place))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual screen of the laptop's size, on a number that is free."""
    if any(shutil.which(tool) is None for tool in TOOLS):
        pytest.skip("Xvfb and xdotool are not installed")
    read, write = os.pipe()
    screen = subprocess.Popen(  # noqa: S603  fixed arguments
        [
            *("Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24"),
            *("-nolisten", "tcp", "-noreset"),
        ],
        pass_fds=(write,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    yield f":{number}"
    screen.terminate()
    screen.wait(timeout=30)


@pytest.fixture
def program(display: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program over an empty workspace."""
    shown = subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-m", "ui", str(folder / "workspace")],
        env=environment({"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}),
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
    )
    yield shown
    if shown.poll() is None:
        shown.kill()
    shown.wait(timeout=30)


def take_hold(display: str, program: subprocess.Popen[bytes]) -> Hands:
    """Wait for the program's window and give it the keyboard; nobody else would."""
    known = Hands(display, "")
    found = known._do(
        *(
            "search",
            "--sync",
            "--onlyvisible",
            "--pid",
            str(program.pid),
            "Key Ceremony",
        )
    )
    hands = Hands(display, found.split()[0])
    hands._do("windowfocus", "--sync", hands.window)
    time.sleep(DEVICE_S)
    return hands


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def hold_act_1(hands: Hands) -> None:
    script = decode_script(library.load_file("demo", "script.yaml"), "script.yaml")
    for _ in range(SIGN_INS):
        hands.go()
        hands.enter(now()[11:16], wait=0.5)
        hands.press("Return", wait=DEVICE_S)
    for _ in ("1.8", "1.9"):
        hands.enter("SL")
    for word in words(bytes.fromhex(script.digest))[:8]:
        hands.type(word)
        hands.press("Tab", wait=0.2)
    time.sleep(BREATH_S)
    hands.enter("SL")
    hands.enter(now(), wait=0.2)
    hands.enter(now())
    hands.enter("SL")
    hands.enter("NTS-REC-2026-0431")
    hands.enter("SL")
    hands.go()


def hold_act_2(hands: Hands) -> None:
    hands.enter("TE-0048812")
    for mark in ("MT", "DO", "SL"):
        hands.enter(mark)
    for _ in ("2.2", "2.3"):
        hands.enter("SL")
    for _ in ("2.4 and 2.5", "2.6 and 2.7"):
        for mark in ("SL", "DO"):
            hands.enter(mark)
        hands.go(wait=DEVICE_S)
        for mark in ("SL", "DO"):
            hands.enter(mark)
        hands.go(wait=DEVICE_S)
        hands.enter("SL")
    hands.go()


@pytest.mark.soak
def test_two_acts_are_held_by_the_keys_of_a_real_keyboard(
    display: str, program: subprocess.Popen[bytes], folder: Path
) -> None:
    hands = take_hold(display, program)
    hands.press("space", wait=DEVICE_S)
    hold_act_1(hands)
    hold_act_2(hands)
    assert program.poll() is None
    hands.leave()
    assert program.poll() is None
    hands.take_away()
    program.wait(timeout=30)

    # Others look at what the program left: every step that was closed is recorded.
    demo = ["--workspace", str(folder / "workspace" / "demo")]
    told = run_ceremony(["status", "--format", "json", *demo])
    assert told.status == 0, told.all
    (view,) = json.loads(told.out)
    assert view["closed_steps"] == CLOSED
    assert view["step"].startswith("3.1 ")
    assert len(view["in_room"]) == SIGN_INS
    whole = run_ceremony(["journal", "verify", *demo])
    assert whole.status == 0, whole.all
    assert not (folder / "workspace" / "defects.txt").exists()
