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
from tests.crash.device_found import count_unreported
from tests.rehearsals.stage import run_python

ROOT: Final = Path(__file__).parents[2]
USABLE_S: Final = 5.0
AT_ONCE: Final = 2

pytestmark = [pytest.mark.crash, pytest.mark.no_cover]


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


def count_looks(rows: list[dict[str, Any]], kills: int) -> Counter[str]:
    """Tell how each kill of one ceremony was looked at, or that the next came first.

    ``recorded`` by a resumption, ``read`` where the kill interrupted nothing, or
    ``overtaken`` by the next kill, before which no act was done by a new process.
    """
    recorded, read = set[int](), set[int]()
    for row in rows:
        if "usable_s" in row:
            # Nobody may go on after a kill that nothing was looked at after.
            assert row["after"] in recorded | read, row
        elif "after" in row:
            assert row["after"] <= kills, row
            (recorded if "strange" in row else read).add(row["after"])
    recorded.discard(0)
    assert not recorded & read
    looked = Counter(recorded=len(recorded), read=len(read))
    return looked + Counter(overtaken=kills - looked.total())


def count_all_looks(rows: list[dict[str, Any]]) -> Counter[str]:
    """Tell so for every ceremony; the row of the whole is the last of each."""
    looks, of_one = Counter[str](), list[dict[str, Any]]()
    for row in rows:
        if "intents" not in row:
            of_one.append(row)
            continue
        timed = {each["after"] for each in of_one if "usable_s" in each}
        assert row["kills"] in timed, "it did not come back after the last kill"
        looks += count_looks(of_one, row["kills"]) + Counter(timed=len(timed))
        of_one.clear()
    assert not of_one
    return looks


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
    assert all(row["stray"] == 0 for row in rows if "stray" in row)
    for each in whole:
        assert all(each[name] == 0 for name in NEVER), each
        assert all(each[name] > 0 for name in ALWAYS), each
    assert max(usable) < USABLE_S
    looks, doubts = count_all_looks(rows), Counter(row["verb"] for row in found)
    del doubts[""]
    told = {
        name: sum(row[name] for row in found)
        for name in ("half_pairs", "nameless", "unready")
    }
    print(  # noqa: T201  counts that a run is read for
        f"{kills} kills: {looks['recorded']} recorded by a resumption, {looks['read']} "
        f"that interrupted nothing, {looks['overtaken']} overtaken by the next; "
        f"{doubts.total()} in doubt ({dict(sorted(doubts.items()))}), "
        f"{told['half_pairs']} half pairs, {told['nameless']} nameless objects, "
        f"{told['unready']} tokens half initialised, "
        f"{sum('gone' in row for row in rows)} that were gone, "
        f"{sum('broken' in row for row in rows)} pairs that did not sign; "
        f"{looks['timed']} timed, usable again after {max(usable):.2f} s at the latest"
    )
    # How many kills interrupt nothing the machine's speed decides.
    assert looks["recorded"] + looks["read"] >= kills * LOOKED_AT
    assert looks["timed"] >= kills * TIMED
    # Without these the kills were not inside the calls, and prove little.
    assert doubts.total() >= kills * IN_DOUBT
    assert all(doubts[verb] >= kills * least for verb, least in IN_EACH.items())
    assert told["half_pairs"] + told["nameless"] > 0
    assert told["unready"] > 0
    assert sum("gone" in row for row in rows) <= kills * GONE


GONE: Final = 0.03
"""Of how many kills a token may be the end: SoftHSMv2 writes its file in place."""

LOOKED_AT: Final = 0.9
TIMED: Final = 0.5
IN_DOUBT: Final = 0.48
IN_EACH: Final = {
    "token.initialise": 0.05,
    "key.generate": 0.13,
    "key.prove": 0.08,
    "key.destroy": 0.13,
}
"""Which part of the kills at least is looked at before the next comes, is timed, leaves
an act in doubt, and which act: a little less than was measured."""

NEVER: Final = (
    *("lost", "stray", "without outcome", "outcomes twice", "acts twice"),
    *("acts without intent", "acts by itself", "whole destroyed"),
)
ALWAYS: Final = ("acts", "initialised", "destroyed")
"""What the whole of a ceremony counts and may not have, and what it must have."""

_FOUND: Final[dict[str, Any]] = dict.fromkeys(
    ("strange", "missing", "half_pairs", "nameless", "unready", "unreported", "lost"), 0
)
_CUT_OFF: Final = {
    "token.initialise": (3, 11),
    "key.generate": (1, 8, 13),
    "key.prove": (4, 10),
    "key.destroy": (5, 9, 12),
}
_DOUBTS: Final = {each: verb for verb, kills in _CUT_OFF.items() for each in kills}


def leave() -> list[dict[str, Any]]:
    """Give what twenty kills leave where all is well: 3 came before a look after 2."""
    rows = [_FOUND | {"after": 0, "verb": ""}]
    for number in (1, *range(3, 21)):
        more = {"half_pairs": number == 1, "unready": number == 3}
        found = _FOUND | {"after": number, "verb": _DOUBTS.get(number, "")} | more
        went_on = {"after": number, "went_on": "host", "stray": 0}
        rows.append(went_on if number == 7 else found)
        if number % 2 or number == 20:
            rows.append({"after": number, "usable_s": 0.4})
    whole = dict.fromkeys(NEVER, 0) | dict.fromkeys(ALWAYS, 3)
    return [*rows, whole | {"after": 20, "intents": 3, "kills": 20}]


@pytest.mark.parametrize(
    ("kind", "after", "name", "value"),
    [
        ("strange", 0, "lost", 1),
        ("strange", 0, "unreported", 1),
        ("strange", 0, "strange", 1),
        ("strange", 0, "missing", 1),
        ("strange", 1, "half_pairs", 0),
        ("strange", 3, "unready", 0),
        ("went_on", 7, "stray", 1),
        ("usable_s", 19, "usable_s", 5.0),
        # Nothing was looked at after the second, and people went on.
        ("usable_s", 1, "after", 2),
        ("strange", 14, "after", 21),
        ("strange", 6, "after", 7),
        ("usable_s", 20, "after", 19),
        ("strange", 11, "verb", ""),
        ("intents", 20, "kills", 19),
        *(("intents", 20, name, 1) for name in NEVER),
        *(("intents", 20, name, 0) for name in ALWAYS),
    ],
)
def test_what_a_kill_must_not_leave_is_seen(
    kind: str, after: int, name: str, value: object
) -> None:
    verify(leave(), 20)
    told = leave()
    (row,) = [each for each in told if kind in each and each["after"] == after]
    row[name] = value

    with pytest.raises(AssertionError):
        verify(told, 20)


@pytest.mark.parametrize("verb", IN_EACH)
def test_acts_that_no_kill_fell_in_are_seen(verb: str) -> None:
    told = leave()
    other = "key.prove" if verb == "key.destroy" else "key.destroy"
    for row in told:
        if row.get("verb") == verb:
            row["verb"] = other

    with pytest.raises(AssertionError):
        verify(told, 20)


@pytest.mark.parametrize(
    ("kind", "left_out"), [("strange", {6, 14, 16}), ("usable_s", {1, 3, 5})]
)
def test_kills_that_few_were_looked_at_or_timed_after_do_not_count(
    kind: str, left_out: set[int]
) -> None:
    few = [row for row in leave() if kind not in row or row["after"] not in left_out]

    with pytest.raises(AssertionError):
        verify(few, 20)


def test_tokens_that_many_kills_have_ended_are_seen() -> None:
    with pytest.raises(AssertionError):
        verify([{"gone": "There is no such token."}, *leave()], 20)


def test_an_object_that_a_resumption_did_not_record_is_counted() -> None:
    key = FoundObject("private-key", "key-1", "0a")
    seen = Counter({("private-key", "0a", "key-1"): 1, ("other", "", ""): 1})

    assert count_unreported(seen, [key]) == 1
    assert count_unreported(seen, [key, FoundObject("other", "", "")]) == 0


KILLS_AS_PEOPLE_DECIDE: Final = """
import sys
from pathlib import Path
from tests.crash.device_harness import run
from tests.crash.device_tool import Kill
early = Kill("host", "after outcome", 1, 0)
late = Kill("tool", "deciding", 1, 150_000)
run(Path(sys.argv[1]), [early, late])
"""
"""The first interrupts nothing; the second comes where the decision is recorded."""


@pytest.mark.hsm
@pytest.mark.slow
def test_a_room_that_was_left_in_order_is_no_second_look_after_a_kill(
    tmp_path: Path,
) -> None:
    told = run_python(["-c", KILLS_AS_PEOPLE_DECIDE, tmp_path])
    assert told.status == 0, told.err
    looks = count_all_looks([json.loads(line) for line in told.out.splitlines()])
    assert (looks["read"], looks["recorded"]) == (1, 1)


@pytest.mark.hsm
@pytest.mark.slow
def test_after_200_kills_nothing_is_lost_unreported_or_repeated() -> None:
    verify(kill(100, *range(AT_ONCE)), 200)


@pytest.mark.hsm
@pytest.mark.soak
def test_after_1000_kills_nothing_is_lost_unreported_or_repeated() -> None:
    verify(kill(500, *range(10, 10 + AT_ONCE)), 1000)
