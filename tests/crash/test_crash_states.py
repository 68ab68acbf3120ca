"""A power cut after any call of the journal's writer loses nothing acknowledged.

The writer's own calls are recorded, and states that a drive may hold after each are
opened by the product. Settings that are known to be too weak must be found out, and
so must a flush that is left out: else the explorer would prove nothing.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]
SCRIPTS: Final = ROOT / "scripts"

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed"
)


def explore(*arguments: str) -> tuple[int, int, str]:
    """Run the explorer; give its status, how many states differed, what was wrong."""
    clean = {name: v for name, v in os.environ.items() if "COV" not in name}
    done = subprocess.run(  # noqa: S603  our own explorer
        [sys.executable, str(SCRIPTS / "crash_explorer.py"), *arguments],
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    rows = [line.split(" | ") for line in done.stdout.splitlines()]
    assert len(rows) == 2, done.stderr
    return done.returncode, int(rows[1][3].replace(",", "")), rows[1][4].strip(" |")


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Import a module of the explorer by name."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if name.startswith("crash_"):
            del sys.modules[name]


@pytest.fixture
def recorded(scripts: Callable[[str], Any], tmp_path: Path) -> Any:
    """The calls of a writer that makes a journal and appends twice."""
    return scripts("crash_explorer").make_recording(tmp_path, "ours", "fresh", 2)


@needs_strace
@pytest.mark.crash
@pytest.mark.slow
def test_no_state_after_a_power_cut_lacks_what_was_acknowledged() -> None:
    status, distinct, found = explore("--count", "6", "--each", "90")

    assert (status, found) == (0, "none")
    assert distinct > 1000


@needs_strace
@pytest.mark.crash
@pytest.mark.slow
def test_a_second_power_cut_while_an_append_is_rolled_back_loses_nothing() -> None:
    status, distinct, found = explore(
        "--scenario", "resumed", "--count", "2", "--each", "60"
    )

    assert (status, found) == (0, "none")
    assert distinct > 100


@needs_strace
@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.parametrize("settings", ["delete-full", "wal-normal"])
def test_settings_that_are_usual_elsewhere_lose_what_was_acknowledged(
    settings: str,
) -> None:
    status, _, found = explore("--settings", settings, "--count", "4", "--each", "20")

    assert status == 1
    assert re.fullmatch(r"[1-9][\d,]* acknowledged lost", found)


@needs_strace
@pytest.mark.crash
@pytest.mark.slow
def test_a_writer_that_flushes_nothing_leaves_damaged_journals() -> None:
    status, _, found = explore(
        "--settings", "delete-off", "--count", "4", "--each", "20"
    )

    assert status == 1
    assert "refused, JOURNAL-FILE-02" in found


@needs_strace
@pytest.mark.crash
@pytest.mark.slow
def test_with_the_lock_held_a_folder_is_flushed_once_for_each_opening(
    recorded: Any, scripts: Callable[[str], Any]
) -> None:
    trace = scripts("crash_trace")
    told = [place for place, e in enumerate(recorded.events) if e == trace.Told(0, 0)]
    flushed = [
        place
        for place, event in enumerate(recorded.events)
        if isinstance(event, trace.SyncNames) and place > told[-1]
    ]

    # The first append makes the rollback journal's name; closing takes it away.
    assert len(flushed) == 2
    last = max(
        place for place, e in enumerate(recorded.events) if isinstance(e, trace.Told)
    )
    assert flushed[0] < last < flushed[1]


@needs_strace
@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.parametrize(
    ("left_out", "found"),
    [
        ("of the folder after the journal was renamed", "acknowledged lost"),
        ("of the folder after the rollback journal was made", "JOURNAL-FILE-02"),
        ("of the journal itself", "acknowledged lost"),
    ],
)
def test_a_flush_that_is_left_out_is_found_out(
    left_out: str, found: str, recorded: Any, scripts: Callable[[str], Any]
) -> None:
    explorer, trace = scripts("crash_explorer"), scripts("crash_trace")
    events = list(recorded.events)
    told = [place for place, one in enumerate(events) if isinstance(one, trace.Told)]
    folder = [place for place, e in enumerate(events) if isinstance(e, trace.SyncNames)]
    made = next(
        one.names[1][1]
        for one in events
        if isinstance(one, trace.Naming) and len(one.names) == 2
    )
    spots = {
        "of the folder after the journal was renamed": [
            max(place for place in folder if place < told[0])
        ],
        "of the folder after the rollback journal was made": [
            min(place for place in folder if place > told[0])
        ],
        "of the journal itself": [
            place
            for place, one in enumerate(events)
            if one == trace.Sync(made) and place > told[0]
        ],
    }[left_out]
    assert explorer.explore(recorded, 10).unsound == 0

    kept = tuple(one for place, one in enumerate(events) if place not in spots)
    result = explorer.explore(replace(recorded, events=kept), 40)

    assert result.unsound > 0
    assert any(found in name for name in result.found)


def test_a_file_that_was_flushed_has_no_name_until_its_folder_is(
    scripts: Callable[[str], Any],
) -> None:
    disk, trace = scripts("crash_disk"), scripts("crash_trace")
    drive = disk.Disk({}, {})
    for event in (trace.Naming((("a", 1),)), trace.Write(1, 0, b"x"), trace.Sync(1)):
        drive.apply(event)

    assert drive.state([disk.Fate.LOST]) == {}
    assert drive.state([disk.Fate.KEPT]) == {"a": b"x"}

    drive.apply(trace.SyncNames())
    drive.apply(trace.Naming((("a", None), ("b", 1))))
    assert drive.state([disk.Fate.LOST]) == {"a": b"x"}
    assert drive.state([disk.Fate.KEPT]) == {"b": b"x"}


def test_a_torn_write_arrives_by_whole_sectors_and_in_any_order(
    scripts: Callable[[str], Any],
) -> None:
    disk, trace = scripts("crash_disk"), scripts("crash_trace")
    drive = disk.Disk({"a": 0}, {0: b"o" * 1536})
    drive.apply(trace.Write(0, 0, b"n" * 1536))
    drive.apply(trace.Write(0, 1536, b"m"))
    torn, lost, kept = disk.Fate.TORN, disk.Fate.LOST, disk.Fate.KEPT

    old, new = b"o" * 512, b"n" * 512
    assert drive.state([torn, lost], b"\1\0\1\0")["a"] == new + old + new
    assert drive.state([torn, lost], b"\0\1\0\0")["a"] == old + new + old
    assert drive.state([lost, kept])["a"] == 3 * old + b"m"
    # Made longer, but the bytes did not arrive.
    assert drive.state([lost, torn], b"\0\x80\0\0")["a"] == 3 * old + b"\0"


@needs_strace
@pytest.mark.crash
@pytest.mark.parametrize(
    "statement",
    ["os.mkdir('more')", "os.symlink('a', 'b')", "os.posix_fallocate(file, 0, 9)"],
)
def test_a_call_that_the_model_does_not_know_is_refused(
    statement: str, tmp_path: Path, scripts: Callable[[str], Any]
) -> None:
    trace = scripts("crash_trace")
    (tmp_path / "place").mkdir()
    place = (tmp_path / "place").resolve()
    text = f"import os; file = os.open('{place}/a', os.O_CREAT | os.O_RDWR); "
    statement = re.sub(r"'(\w+)'", rf"'{place}/\1'", statement)

    with pytest.raises(trace.TraceError, match="not understood"):
        trace.record([sys.executable, "-c", text + statement], place, tmp_path / "log")


@needs_strace
@pytest.mark.crash
@pytest.mark.soak
@pytest.mark.parametrize(
    ("arguments", "least"),
    [
        (("--count", "40", "--each", "700"), 60_000),
        (("--scenario", "resumed", "--count", "12", "--each", "300"), 1_000),
        (("--scenario", "spilled", "--count", "2", "--each", "10"), 1_000),
    ],
)
def test_no_state_of_half_a_million_lacks_what_was_acknowledged(
    arguments: tuple[str, ...], least: int
) -> None:
    status, distinct, found = explore(*arguments)

    assert (status, found) == (0, "none")
    assert distinct >= least
