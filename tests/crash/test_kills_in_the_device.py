"""Tool and module are killed in and around device calls; nothing is lost or repeated.

``device_harness`` says how: half of the kills are inside a call, the others before and
after each thing that happens around it, while people decide, or at any time at all.
After each the product's own resumption and recovery follow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from ceremony.engine.facts import FoundObject
from tests.crash.device_tool import count_unreported

ROOT: Final = Path(__file__).parents[2]
USABLE_S: Final = 5.0
AT_ONCE: Final = 2

pytestmark = pytest.mark.crash


def kill(kills: int, *seeds: int) -> list[dict[str, Any]]:
    """Have so many kills happen for each seed, all seeds at once; give every row."""
    clean = {name: value for name, value in os.environ.items() if "COV" not in name}
    running = [
        subprocess.Popen(  # noqa: S603  our own harness
            [
                *(sys.executable, "-m", "tests.crash.device_harness"),
                *("--kills", str(kills), "--seed", str(seed)),
            ],
            cwd=ROOT,
            env=clean | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in seeds
    ]
    rows: list[dict[str, Any]] = []
    # All are read at once: a full pipe that nobody empties holds up whoever fills it.
    with ThreadPoolExecutor(len(running)) as readers:
        ended = list(readers.map(lambda process: process.communicate(), running))
    for process, (told, wrong) in zip(running, ended, strict=True):
        assert process.returncode == 0, wrong
        rows += [json.loads(line) for line in told.splitlines()]
    return rows


def verify(rows: list[dict[str, Any]], kills: int) -> None:
    """Hold what every kill must leave behind, and print what was found."""
    found = [row for row in rows if "strange" in row]
    usable = [row["usable_s"] for row in rows if "usable_s" in row]
    whole = [row for row in rows if "intents" in row]
    assert sum(each["kills"] for each in whole) == kills
    for row in found:
        assert (row["lost"], row["unreported"]) == (0, 0), row
        # Where no intent is open the token holds exactly what the journal says.
        assert row["verb"] or not (row["strange"] or row["missing"]), row
    for each in whole:
        assert (each["lost"], each["stray"]) == (0, 0), each
        assert each["without outcome"] == 0, each
        assert each["outcomes twice"] == 0, each
        assert (each["acts twice"], each["acts without intent"]) == (0, 0), each
        assert each["acts"] > 0, each
    assert len(usable) > kills * 0.4
    assert max(usable) < USABLE_S
    told = {
        name: sum(row[name] for row in found) for name in ("half_pairs", "nameless")
    }
    doubts = sum(bool(row["verb"]) for row in found)
    print(  # noqa: T201  counts that a run is read for
        f"{kills} kills, {doubts} in doubt, "
        f"{told['half_pairs']} half pairs, {told['nameless']} nameless objects, "
        f"{sum('broken' in row for row in rows)} pairs that did not sign, "
        f"usable again after {max(usable):.2f} s at the latest"
    )
    # Without these the kills were not inside the calls, and prove little.
    assert doubts > kills * 0.3
    assert told["half_pairs"] + told["nameless"] > 0


HONEST: Final[list[dict[str, Any]]] = [
    {"verb": "", "strange": 0, "missing": 0, "half_pairs": 0, "nameless": 0}
    | {"unreported": 0, "lost": 0},
    {"verb": "key.generate", "strange": 1, "missing": 0, "half_pairs": 1, "nameless": 0}
    | {"unreported": 0, "lost": 0},
    {"usable_s": 0.4},
    {"usable_s": 0.5},
    {"intents": 3, "acts": 2, "kills": 2, "seconds": 1.0, "lost": 0, "stray": 0}
    | {"without outcome": 0, "outcomes twice": 0}
    | {"acts twice": 0, "acts without intent": 0},
]
"""What two kills leave where all is well."""


@pytest.mark.parametrize(
    ("row", "name", "value"),
    [
        (0, "lost", 1),
        (0, "unreported", 1),
        (0, "strange", 1),
        (0, "missing", 1),
        (1, "half_pairs", 0),
        (3, "usable_s", 5.0),
        (4, "kills", 1),
        (4, "lost", 1),
        (4, "stray", 1),
        (4, "without outcome", 1),
        (4, "outcomes twice", 1),
        (4, "acts twice", 1),
        (4, "acts without intent", 1),
    ],
)
def test_what_a_kill_must_not_leave_is_seen(row: int, name: str, value: float) -> None:
    verify(HONEST, 2)
    told = [dict(each) for each in HONEST]
    told[row][name] = value

    with pytest.raises(AssertionError):
        verify(told, 2)


def test_an_object_that_a_resumption_did_not_record_is_counted() -> None:
    key = FoundObject("private-key", "key-1", "0a")
    seen = Counter({("private-key", "0a", "key-1"): 1, ("other", "", ""): 1})

    assert count_unreported(seen, [key]) == 1
    assert count_unreported(seen, [key, FoundObject("other", "", "")]) == 0


@pytest.mark.hsm
@pytest.mark.slow
def test_after_200_kills_nothing_is_lost_unreported_or_repeated() -> None:
    verify(kill(100, *range(AT_ONCE)), 200)


@pytest.mark.hsm
@pytest.mark.soak
def test_after_1000_kills_nothing_is_lost_unreported_or_repeated() -> None:
    verify(kill(500, *range(10, 10 + AT_ONCE)), 1000)
