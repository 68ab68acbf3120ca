"""Before tokens are looked at, what a killed program has under way has ended.

A process that a kill does not end at once is one whose system call does not end; here
another one stands for it, which is called as such a process is and sleeps.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ceremony.conduct.devices import Devices
from ceremony.errors import DeviceError
from ceremony.hsm.hosted import BOOT
from ceremony.hsm.orphan import await_orphans
from tests.faulty.site import Site, told
from tests.unit.pack.test_site_binding import sound

pytestmark = [pytest.mark.hsm, pytest.mark.crash]

Start = Callable[[int], subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a process that is called as a module's is, with any starter's number."""
    started: list[subprocess.Popen[bytes]] = []

    def one(starter: int) -> subprocess.Popen[bytes]:
        sleeping = "import time; time.sleep(60)"
        words = (sys.executable, "-I", "-c", sleeping, BOOT, "5", "6", str(starter))
        process = subprocess.Popen(words)  # noqa: S603  our own interpreter
        started.append(process)
        while not Path(f"/proc/{process.pid}/cmdline").read_bytes():
            time.sleep(0.001)
        return process

    yield one
    for process in started:
        process.kill()
        process.wait()


def test_a_module_whose_starter_is_gone_is_waited_for(start: Start) -> None:
    orphan = start(1)
    threading.Timer(0.4, orphan.kill).start()
    began = time.monotonic()

    with Devices(sound()):
        assert time.monotonic() - began > 0.3


def test_one_that_does_not_end_is_told_of(start: Start) -> None:
    start(1)

    with pytest.raises(DeviceError) as caught:
        await_orphans(0.2)

    assert told(caught.value) == ("HSM-HOST-04", False)
    assert "may still hold the device" in caught.value.meaning


def test_a_module_whose_starter_lives_is_not_waited_for(
    start: Start, site: Site
) -> None:
    start(os.getpid())

    await_orphans(0)

    assert site.module.is_running
