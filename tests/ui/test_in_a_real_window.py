"""The program as people have it: on an X screen, by the keys of a keyboard alone.

A virtual screen stands in for the laptop's and ``xdotool`` for the hands. Nothing is
asked of the program but what it shows. The words that a custodian reads aloud cannot be
read from a picture here: they are worked out of the digests in a copy of the journal's
file, which is taken while the program holds it.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from ceremony import library
from ceremony.digest_words import words
from ceremony.script.decode import decode_script
from tests.rehearsals.stage import CHECKOUT, environment, folder_in_memory, run_ceremony
from ui.widgets.guard import PAUSE_MS

TOOLS = ("Xvfb", "xdotool")
BREATH_S = PAUSE_MS / 1000 + 0.5
"""What a person leaves between two commits, and the program may take for one."""

DEVICE_S = 3.0
"""What is left to a device, and to the demo's tokens while they are made."""

SEAL_S = 10.0
"""What is left to laying out, sealing and each report signature."""

SIGN_INS = 7
SIGNERS = 2


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
def folder(tmp_path: Path) -> Iterator[Path]:
    with folder_in_memory("screen", tmp_path) as made:
        yield made


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


def read_back(hands: Hands, digest: str, count: int) -> None:
    """Type the first words of a value, and the witness's initials."""
    for word in words(bytes.fromhex(digest))[:count]:
        hands.type(word)
        hands.press("Tab", wait=0.2)
    time.sleep(BREATH_S)
    hands.enter("SL")


def made(folder: Path, thing: str) -> str:
    """Give the digest of a key or certificate, from a copy of the journal's file."""
    journal = folder / "workspace" / "demo" / "rehearsal" / "journal.sqlite"
    copy = folder / "copy.sqlite"
    shutil.copyfile(journal, copy)
    with closing(sqlite3.connect(copy)) as opened:
        leaves = [json.loads(row[0]) for row in opened.execute("SELECT leaf FROM leaf")]
    (data,) = [
        leaf["data"]
        for leaf in leaves
        if leaf["type"] == "hsm.outcome" and leaf["data"].get("thing") == thing
    ]
    told = data.get("certificate") or data["key"]
    return str(told.get("digest") or told["public_key"])


def hold_act_1(hands: Hands) -> None:
    script = decode_script(library.load_file("demo", "script.yaml"), "script.yaml")
    for _ in range(SIGN_INS):
        hands.go()
        hands.enter(now()[11:16], wait=0.5)
        hands.press("Return", wait=DEVICE_S)
    for _ in ("1.8", "1.9"):
        hands.enter("SL")
    read_back(hands, script.digest, 8)
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


def list_objects(hands: Hands) -> None:
    hands.go(wait=DEVICE_S)
    hands.enter("SL")


def act_for_good(hands: Hands) -> None:
    """Two read the review, the device acts, and the same two close the step."""
    for mark in ("SL", "DO"):
        hands.enter(mark)
    hands.go(wait=DEVICE_S)
    for mark in ("SL", "DO"):
        hands.enter(mark)


def hold_act_3(hands: Hands, folder: Path) -> None:
    hands.enter("SL")
    list_objects(hands)
    act_for_good(hands)
    list_objects(hands)
    read_back(hands, made(folder, "root-oca"), 8)
    act_for_good(hands)
    read_back(hands, made(folder, "root-oca-certificate"), 32)
    hands.go()


def hold_act_4(hands: Hands, folder: Path) -> None:
    hands.enter("SL")
    list_objects(hands)
    act_for_good(hands)
    list_objects(hands)
    list_objects(hands)  # the request: the device signs, and the witness initials
    read_back(hands, made(folder, "issuing-oca"), 8)
    act_for_good(hands)
    read_back(hands, made(folder, "issuing-oca-certificate"), 32)
    hands.go()


def hold_act_5(hands: Hands) -> None:
    for _ in ("5.1", "5.2"):
        list_objects(hands)
    for mark in ("DO", "MT", "SL"):
        hands.enter(mark)
    hands.enter("TE-0048813")
    for mark in ("DO", "MT", "SL"):
        hands.enter(mark)
    hands.enter("TE-0048813")
    for mark in ("MT", "SL"):
        hands.enter(mark)
    hands.enter("SL")
    hands.go()


def hold_act_6(hands: Hands) -> None:
    hands.enter("SL")
    hands.go()
    for _ in range(SIGN_INS):
        hands.go()
        hands.enter(now()[11:16], wait=0.5)
        hands.press("Return", wait=DEVICE_S)
    hands.go(wait=DEVICE_S)
    hands.go(wait=SEAL_S)
    for _ in range(SIGNERS):
        hands.go(wait=DEVICE_S)
        hands.press("Return", wait=SEAL_S)


@pytest.mark.soak
def test_the_whole_demo_is_held_by_the_keys_of_a_real_keyboard(
    display: str, program: subprocess.Popen[bytes], folder: Path
) -> None:
    hands = take_hold(display, program)
    hands.press("space", wait=DEVICE_S)
    hold_act_1(hands)
    hold_act_2(hands)
    hold_act_3(hands, folder)
    hold_act_4(hands, folder)
    hold_act_5(hands)
    hold_act_6(hands)
    assert program.poll() is None
    hands.leave()
    assert program.poll() is None
    hands.take_away()
    program.wait(timeout=30)

    # Others judge what the program left: a pack that verifies, and a whole journal.
    demo = folder / "workspace" / "demo"
    pack = demo / "packs" / "KC-2026-001-R1.pdf"
    told = run_ceremony(
        [
            *("verify", str(pack), "--proof", str(pack.with_suffix(".proof"))),
            *("--trust", str(demo / "site" / "trust-policy.toml")),
            *("--require", "completed,attested"),
        ]
    )
    assert told.status == 0, told.all
    whole = run_ceremony(["journal", "verify", "--workspace", str(demo)])
    assert whole.status == 0, whole.all
    assert not (folder / "workspace" / "defects.txt").exists()
