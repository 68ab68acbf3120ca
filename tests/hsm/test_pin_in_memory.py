from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.other_memory import copies
from tests.hsm.fresh_token import write_softhsm_configuration

pytestmark = pytest.mark.hsm

ROOT = Path(__file__).parents[2]
CHILDREN = Path(__file__).parent


def _environment(folder: Path) -> dict[str, str]:
    configuration = write_softhsm_configuration(folder)
    return {
        **os.environ,
        "SOFTHSM2_CONF": str(configuration),
        "PYTHONPATH": str(ROOT),
    }


def test_no_copy_of_a_pin_stays_in_memory_beyond_its_secret(
    softhsm_path: Path, tmp_path: Path
) -> None:
    so_pin, user_pin = (secrets.token_hex(8).encode() for _ in range(2))
    found: dict[str, list[tuple[int, int]]] = {}
    with subprocess.Popen(  # noqa: S603  the interpreter that runs this
        [sys.executable, str(CHILDREN / "login_child.py"), str(softhsm_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        env=_environment(tmp_path),
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(so_pin)
        child.stdin.write(user_pin)
        for _ in range(3):
            state, host = child.stdout.readline().decode().split()
            found[state] = [
                (copies(pid, so_pin), copies(pid, user_pin))
                for pid in (child.pid, int(host))
            ]
            child.stdin.write(b".")

    assert child.returncode == 0
    # The one copy is the secret's own buffer: the search does find a PIN. The module's
    # process has none by then, whether the PIN served or not.
    assert found == {
        "refused": [(1, 1), (0, 0)],
        "held": [(1, 1), (0, 0)],
        "wiped": [(0, 0), (0, 0)],
    }


def test_several_threads_do_not_crash_the_module(
    softhsm_path: Path, tmp_path: Path
) -> None:
    done = subprocess.run(  # noqa: S603  the interpreter that runs this
        [sys.executable, str(CHILDREN / "threads_child.py"), str(softhsm_path)],
        env=_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stdout) == (0, "1200\n"), done.stderr
