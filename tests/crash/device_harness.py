"""Kill the tool or the module's process in and around device calls, and look.

Run as a program, it prints one JSON line for each kill and one for the whole. Every
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
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ceremony.conduct.doubt import challenge
from ceremony.conduct.softhsm import find_softhsm
from ceremony.secret import Secret
from tests.crash.device_log import Log, lost
from tests.crash.device_tool import (
    PIN,
    POINTS,
    Kill,
    Told,
    Tool,
    encode,
)
from tests.faulty.module import FaultyModule, compile_proxy
from tests.hsm.fresh_token import SO_PIN, write_softhsm_configuration

ACTS = 4
CALL_US = 2_500
"""How long after its beginning a call is cut off at the most: longer than it takes."""

WRITING_US = 150
"""The same for the journal's writing, which takes some 50 microseconds in memory."""

LIFE_US = 400_000
"""The same for a kill at any time: from the start of a tool to some acts of it."""


def make_kill(seed: int, number: int) -> Kill:
    """Choose a kill, always the same for the same numbers.

    Half are inside a call and a quarter while the journal is written; the others come
    by all points in turn.
    """
    drawn = hashlib.sha256(f"{seed} {number}".encode()).digest()
    turn = POINTS[number // 4 % len(POINTS)]
    point = ("inside call", "while recording", "inside call", turn)[number % 4]
    longest = {"inside call": CALL_US, "while recording": WRITING_US}.get(
        point, LIFE_US
    )
    return Kill(
        who="host" if drawn[0] % 2 else "tool",
        point=point,
        count=1 + drawn[1] % ACTS,
        delay_us=int.from_bytes(drawn[2:6], "big") % longest,
    )


def prepare(folder: Path) -> tuple[FaultyModule, str]:
    """Make a token behind the proxy."""
    told = {"SOFTHSM2_CONF": str(write_softhsm_configuration(folder))}
    faulty = FaultyModule(compile_proxy(folder), find_softhsm(), folder, told)
    with closing(faulty.open()) as module:
        with Secret(bytearray(SO_PIN)) as officer:
            serial = module.initialise_free_slot("FACTORY", officer).serial
        with Secret(bytearray(SO_PIN)) as officer, Secret(bytearray(PIN)) as user:
            module.token(serial).initialise(officer, "KILLED", user)
    return faulty, serial


def in_child(work: Callable[[], None]) -> int:
    """Do the work in a forked process; give its wait status."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001  the parent must see it as a status
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def run(folder: Path, kills: list[Kill]) -> None:
    """Have all the kills happen, and print what was found after each."""
    faulty, serial = prepare(folder)
    left, killed, killed_at = list(kills), "", time.monotonic()

    def tell(found: Told) -> None:
        os.write(sys.stdout.fileno(), encode(found).encode())

    while True:
        last = killed, killed_at
        deaths = [at for at, kill in enumerate(left) if kill.who == "tool"]
        now = left[: deaths[0] + 1] if deaths else left
        left = left[len(now) :]

        def live(now: list[Kill] = now, last: tuple[str, float] = last) -> None:
            Tool(faulty, serial, now, tell).live(*last)

        status = in_child(live)
        killed_at = time.monotonic()
        if not deaths:
            break
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            sys.exit(f"a tool that was to be killed ended with status {status}")
        killed = str(now[-1])
    if status:
        sys.exit(f"the last tool ended with status {status}")


def judge(folder: Path, kills: int, took_s: float) -> dict[str, object]:
    """Look at the whole journal and at what the module was really asked."""
    log = Log.open(folder)
    # What a pair signs before it is adopted is no operation, and may be asked again.
    proofs = {
        f"C_Sign {hashlib.sha256(challenge(op)).hexdigest()}" for op in log.intents
    }
    traced = (folder / "trace").read_text().split("\n")[:-1]
    done = Counter(line for line in traced if line not in proofs)
    told = Counter[str]()
    for op, intent in log.intents.items():
        if intent.verb == "key.generate":
            told[f"C_GenerateKeyPair {op}"] += 1
        if intent.verb == "key.sign":
            told[f"C_Sign {op * 2}"] += 1
    return {
        "kills": kills,
        "seconds": round(took_s, 1),
        "intents": len(log.intents),
        "without outcome": sum(op not in log.outcomes for op in log.intents),
        "outcomes twice": sum(count > 1 for count in log.outcomes.values()),
        "acts": sum(done.values()),
        "acts twice": sum(count > 1 for count in done.values()),
        "acts without intent": sum((done - told).values()),
        "lost": lost(folder, log),
    }


def main() -> int:
    """Run the kills that the arguments name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    memory = Path("/dev/shm")  # noqa: S108  only the folder made in it is used
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        began = time.monotonic()
        run(Path(name), [make_kill(told.seed, each) for each in range(told.kills)])
        whole = judge(Path(name), told.kills, time.monotonic() - began)
    sys.stdout.write(json.dumps(whole) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
