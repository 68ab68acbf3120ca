"""A token zeroised at the terminal: told too early, then with SoftHSM's own tool."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, initial_by_two
from tests.cli.test_manual_acts_typed import COMMAND, DIGEST, OPEN_AND_PLAY
from tests.fakes.zeroise import put_at_site
from tests.rehearsals.opened import facts_of, play_scene

pytestmark = pytest.mark.no_cover

ZEROISE = """
import sys
from pathlib import Path
from tests.fakes.makers_tool import delete

delete(Path(sys.argv[1]) / "site", "root-hsm")
"""


def tell(at: Terminal, state: str) -> None:
    """Read at the device, then name the file that was kept."""
    at.answer(COMMAND, "")
    at.answer(r"Read at the device: state \(expected: zeroised\)[^\n]*: ", state)
    at.answer(r"The name of the file: the log[^\n]*: ", "zeroise.log")
    at.answer(r"SHA-256 of that file[^\n]*: ", DIGEST)


def test_a_token_is_zeroised_once_its_module_shows_nothing_of_it(
    workspace: Path,
) -> None:
    put_at_site(workspace / "site")
    play_scene(OPEN_AND_PLAY, workspace)
    with Terminal(["resume", "KC-2026-001-R1", "--workspace", str(workspace)]) as at:
        initial_by_two(at)
        at.expect("\n2.7 ")
        at.expect("Whatever is in Root token is destroyed: First key.")
        tell(at, "zeroised")
        at.expect(r"still shows 1 object\.")
        at.expect(r"\[ENGINE-ZEROISE-02\]")
        tell(at, "operational")
        at.expect(r"\[ENGINE-MANUAL-05\]")
        at.answer(r"Record it \(yes / no\): ", "no")
        play_scene(ZEROISE, workspace)
        tell(at, "zeroised")
        at.expect("afterwards: no token with this serial")
        at.expect("destroyed: First key")
        at.answer("Initials of the internal witness: ", "SL")
        at.expect("\n2.8 ")
        at.expect(COMMAND)
        at.end_input()
        at.wait()
    assert "Traceback" not in at.shown
    first, second = facts_of(workspace, "device.handled")
    assert "zeroised" not in first
    assert (second["zeroised"]["seen"], second["zeroised"]["keys"]) == (
        "absent",
        ["first-key"],
    )
