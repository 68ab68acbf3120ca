"""Kill the tool or the module's process in and around device calls, and look.

Run as a program, it prints one JSON line for each kill and one for each ceremony. Every
life of the tool is forked from one process that has everything loaded. SoftHSMv2 and
the journal stand in memory; the module is reached through the proxy, which says what
was really done.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Final

from ceremony.clock import SystemClock
from ceremony.conduct.demo import open_demo, set_up
from ceremony.conduct.room import enter
from ceremony.conduct.softhsm import find_softhsm
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Intent, Outcome
from tests.crash.acknowledged import Acknowledged
from tests.crash.device_found import Told, encode, find_stray
from tests.crash.device_kept import keep
from tests.crash.device_last import tell_last
from tests.crash.device_script import FIRST, put_kills
from tests.crash.device_tool import POINTS, Kill, Tool
from tests.crash.device_trace import TRACE, judge_trace
from tests.crash.key_acts_child import carry_out, in_child
from tests.faulty.bound import put_before
from tests.faulty.module import FaultyModule, compile_proxy

IN_ONE: Final = 50
"""How often one ceremony is killed: longer ones take longer to come back to."""

KEYS: Final = 35
"""How many keys it has steps for, which is more than it comes to."""

ACTS: Final = 2
TOOL: Final = 4
"""Each so many-th time it is the tool that is killed: it takes longer to start."""

LONGEST_US: Final = {
    "inside call": 2_500,
    "recording intent": 300,
    "recording outcome": 300,
    "deciding": 60_000,
    "any time": 300_000,
}
"""How long after its beginning a thing is cut off at the most: longer than it takes."""

OFTEN: Final = ("inside call", "recording intent", "inside call", "recording outcome")
"""Where three of four kills are; the fourth comes by all points in turn."""


def make_kill(seed: int, number: int) -> Kill:
    """Choose a kill, always the same for the same numbers."""
    drawn = hashlib.sha256(f"{seed} {number}".encode()).digest()
    turn, which = divmod(number, len(OFTEN))
    point = POINTS[turn % len(POINTS)] if which == len(OFTEN) - 1 else OFTEN[which]
    return Kill(
        who="host" if drawn[0] % TOOL else "tool",
        point=point,
        count=1 + drawn[1] % ACTS,
        delay_us=int.from_bytes(drawn[2:6], "big") % LONGEST_US.get(point, 1),
    )


def prepare(folder: Path) -> tuple[Workspace, FaultyModule]:
    """Make a site behind the proxy, open the ceremony, go to its first act."""
    workspace = Workspace(folder / "workspace")
    site = workspace.folder / "site"
    set_up(workspace, "demo", lambda _: None)
    put_kills(site, KEYS)
    told = {"SOFTHSM2_CONF": str(site / "tokens" / "hsm" / "softhsm2.conf")}
    faulty = FaultyModule(compile_proxy(folder), find_softhsm(), folder, told)
    faulty.plan()
    trace = str(folder / TRACE)
    put_before(site / "binding.toml", "hsm", faulty, FAULTY_TRACE=trace)
    ceremony = open_demo(workspace)
    with enter(workspace, ceremony, SystemClock()) as at:
        while at.conductor.current().id != FIRST:
            carry_out(at)
    keep(workspace)
    return workspace, faulty


def run(folder: Path, kills: list[Kill]) -> None:
    """Have all the kills happen, and print what was found after each."""
    began = time.monotonic()
    workspace, faulty = prepare(folder)
    left, killed, killed_at = list(kills), "", time.monotonic()

    def tell(found: Told) -> None:
        os.write(sys.stdout.fileno(), encode(found).encode())

    while True:
        last = killed, killed_at
        deaths = [at for at, kill in enumerate(left) if kill.who == "tool"]
        now = left[: deaths[0] + 1] if deaths else left
        done, left = len(kills) - len(left), left[len(now) :]

        def live(
            now: list[Kill] = now, last: tuple[int, str, float] = (done, *last)
        ) -> None:
            Tool(workspace, faulty, now, tell).live(*last)

        status = in_child(live)
        killed_at = time.monotonic()
        if not deaths:
            break
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            last_facts = tell_last(workspace, folder / TRACE)
            sys.exit(f"a tool to be killed ended with status {status}\n{last_facts}")
        killed = str(now[-1])
    if status:
        last_facts = tell_last(workspace, folder / TRACE)
        sys.exit(f"the last tool ended with status {status}\n{last_facts}")
    whole = judge(workspace, folder / TRACE) | {
        "kills": len(kills),
        "seconds": round(time.monotonic() - began, 1),
    }
    os.write(sys.stdout.fileno(), (json.dumps(whole) + "\n").encode())


def judge(workspace: Workspace, trace: Path) -> dict[str, object]:
    """Look at the whole journal and at what the module was really asked."""
    ceremony = workspace.plans()[0].ceremony
    with enter(workspace, ceremony, SystemClock()) as at:
        facts, stray = at.conductor.facts, find_stray(at)
    acknowledged = Acknowledged(workspace.folder / "acknowledged")
    intents = {k.event.op: k.fact for k in facts if isinstance(k.fact, Intent)}
    ends = Counter(k.event.op for k in facts if isinstance(k.fact, Outcome))
    return {
        "intents": len(intents),
        "without outcome": sum(not ends[op] for op in intents),
        "outcomes twice": sum(count > 1 for count in ends.values()),
        "lost": acknowledged.lost(facts),
        "stray": stray,
        **judge_trace(trace.read_text().splitlines()),
    }


def main() -> int:
    """Run the kills that the arguments name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=IN_ONE)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    memory = Path("/dev/shm")  # noqa: S108  only the folder made in it is used
    kills = [make_kill(told.seed, each) for each in range(told.kills)]
    for first in range(0, told.kills, IN_ONE):
        with tempfile.TemporaryDirectory(
            dir=memory if memory.is_dir() else None
        ) as name:
            run(Path(name), kills[first : first + IN_ONE])
    return 0


if __name__ == "__main__":
    sys.exit(main())
