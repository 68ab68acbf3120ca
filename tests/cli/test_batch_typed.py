"""A set of requests at the terminal: its place is typed, and Ctrl+C stops a part on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, initial_by_two
from tests.fakes.batch_site import FIRST_METER, device_request, put_batch_site, tampered
from tests.rehearsals.opened import facts_of, play_scene

pytestmark = pytest.mark.no_cover

OPEN_AND_PLAY = """
import sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.demo import open_demo
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from tests.crash.batch_child import play_to

workspace = Workspace(Path(sys.argv[1]))
ceremony = open_demo(workspace, recorded=False)
with enter(workspace, ceremony, SystemClock()) as at:
    play_to(at, "2.18")
"""
COMMAND = r"Enter carries out; [^\n]*s stop: "
FOLDER = r"The file or the folder with the requests: Requests of devices: "


def import_set(at: Terminal, folder: Path) -> None:
    """Name what is no folder at all, stop the judgement of the right one, and go on."""
    at.expect("\n2.18 ")
    for nowhere in (str(folder / "nowhere"), "~nobody-of-that-name/x", "x" * 300):
        at.answer(COMMAND, "")
        at.answer(FOLDER, nowhere)
        at.expect(r"\[CONDUCT-IMPORT-01\]")
    at.answer(COMMAND, "")
    at.answer(FOLDER, str(folder))
    at.expect("none is taken in then.")
    at.expect("0 of 102 requests judged.")
    at.interrupt()
    at.expect("It stops after this request.")
    at.expect(r"\[CONDUCT-IMPORT-04\]")
    at.answer(COMMAND, "")
    at.answer(FOLDER, str(folder))
    at.expect("100 of 102 requests judged.")
    at.expect("102 of 102 requests judged.")
    at.expect("PKI-REQUEST-02 +1")
    at.expect("device-00002.csr")
    at.answer("Initials of the internal witness: ", "SL")


def issue_and_stop(at: Terminal) -> None:
    """Press Ctrl+C in the first part, and go on after it."""
    at.expect("\n2.19 ")
    at.expect(r"To be issued +101, in parts of 100")
    at.expect(r"Refused +1, without a certificate")
    for number in (1, 3, 13):
        at.expect(
            rf"Request {number} +\(empty\); hardware module name: type [0-9.]+,\s+"
            rf"serial\s+{FIRST_METER + number:016x}"
        )
    at.expect(r"And more +89 others; results-device-requests\.jsonl names every one")
    at.expect(r"Valid +from [0-9-]+, if signed today, with no end")
    at.expect(r"Key usage +digital-signature")
    at.answer(COMMAND, "")
    at.expect("0 of 101 certificates issued and recorded.")
    at.interrupt()
    at.expect("It stops after this part.")
    at.expect("100 of 101 certificates issued and recorded.")
    at.expect(r"\[CONDUCT-BATCH-01\]")
    at.answer(COMMAND, "")
    at.expect("101 of 101 certificates issued and recorded.")
    at.expect("certificates: 101")
    at.expect("response time: [^\n]+ s, from the receipt, all requests verified")
    at.expect("words of the SHA-256 of the results file:")
    at.expect("says OK in the folder device-certificates that extract writes:")
    at.expect("echo certificates OK")
    at.answer("Initials of the internal witness: ", "SL")


def test_a_set_is_typed_judged_and_answered_in_parts_that_can_be_stopped(
    workspace: Path,
) -> None:
    requests = [device_request(number) for number in range(1, 103)]
    requests[1] = tampered(requests[1])
    put_batch_site(workspace / "site", requests)
    play_scene(OPEN_AND_PLAY, workspace)
    with Terminal(["resume", "KC-2026-001-R1", "--workspace", str(workspace)]) as at:
        initial_by_two(at)
        import_set(at, workspace / "site/devices")
        issue_and_stop(at)
        at.expect("\n2.20 ")
        at.expect(COMMAND)
        at.end_input()
        at.wait()
    assert "Traceback" not in at.shown
    parts = [
        each["part"]["count"]
        for each in facts_of(workspace, "hsm.outcome")
        if "part" in each
    ]
    assert parts == [100, 1]
