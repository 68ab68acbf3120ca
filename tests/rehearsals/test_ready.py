"""A command that is forked ends, speaks and sees as one that is started."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.rehearsals.stage import Told, run_ceremony, run_python, start_python

SEEN = """
import os, sys

print(sys.argv, __name__, sys.stdin.read(), os.getcwd(), sorted(os.environ))
print(len(os.listdir("/proc/self/fd")))
sys.stderr.write("ö" + chr(10))
"""
THREAD = """
import threading, time

threading.Thread(target=lambda: (time.sleep(0.1), print("done"))).start()
"""
ENDS = {
    "by itself": ("pass", 0),
    "with a number": ("raise SystemExit(3)", 3),
    "with a word": ("raise SystemExit('so')", 1),
    "by an error": ("def fail():\n    1 / 0\nfail()", 1),
    "at once": ("import os; os._exit(7)", 7),
    "by Ctrl-C": ("def stop():\n    raise KeyboardInterrupt\nstop()", -signal.SIGINT),
    "killed": ("import os; os.kill(os.getpid(), 9)", -signal.SIGKILL),
    "with a last act": ("import atexit; atexit.register(print, 'last')", 0),
    "with a thread": (THREAD, 0),
}


def both(*arguments: str, **env: str) -> tuple[Told, Told]:
    """Run it as a fork and as a start."""
    return run_python(arguments, env=env), start_python(arguments, env=env)


def test_it_sees_its_own_arguments_and_surroundings_and_nothing_else() -> None:
    forked, started = both("-c", SEEN, "one", "two words", MADE_UP="x")
    assert forked == started
    assert "['-c', 'one', 'two words'] __main__" in forked.out
    assert "MADE_UP" not in run_python(["-c", SEEN]).out


@pytest.mark.parametrize("how", ENDS)
def test_it_ends_as_a_started_one_does(how: str) -> None:
    code, status = ENDS[how]
    forked, started = both("-c", code)
    assert forked.status == started.status == status
    assert forked.out == started.out
    # Where the error was, a fork tells after what it is itself.
    assert forked.err.splitlines()[-3:] == started.err.splitlines()[-3:]


def test_a_command_is_a_process_of_its_own() -> None:
    code = "import os; print(os.getpid())"
    told = {run_python(["-c", code]).out for _ in range(3)}
    assert len(told) == 3
    assert f"{os.getpid()}\n" not in told


def test_what_one_command_changes_no_other_one_sees() -> None:
    run_python(["-c", "import os, ceremony; ceremony.x = 1; os.environ['SEEN'] = 'x'"])
    told = run_python(
        ["-c", "import os, ceremony; print(hasattr(ceremony, 'x'), *os.environ)"]
    )
    assert told.out.startswith("False ")
    assert "SEEN" not in told.out


def test_what_takes_too_long_is_killed(tmp_path: Path) -> None:
    late = tmp_path / "late"
    code = f"import time; time.sleep(1.5); open({str(late)!r}, 'w')"
    for run in (run_python, start_python):
        with pytest.raises(subprocess.TimeoutExpired):
            run(["-c", code], patience_s=0.3)
    assert run_python(["-c", "print('next')"]).out == "next\n"
    assert not late.exists()


def test_the_program_says_the_same(tmp_path: Path) -> None:
    for words in (["--version"], ["verify", str(tmp_path)], ["script", "check", "no"]):
        forked = run_ceremony(words)
        assert forked == start_python(["-m", "ceremony", *words])
    assert run_python(["-m", "no_such_module"]).status == 1
