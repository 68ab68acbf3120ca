"""What a module finds in its process, and what becomes of what it starts there."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from ceremony.errors import DeviceError
from ceremony.hsm.errors import Act
from ceremony.hsm.hosted import HostedModule
from tests.faulty.module import FaultyModule

pytestmark = [pytest.mark.hsm, pytest.mark.crash]


def start(faulty: FaultyModule) -> tuple[HostedModule, int, int]:
    """Start the module; give it, whether it may be dumped, and its helper's number."""
    told = faulty.folder / "inside"
    module = faulty.open(FAULTY_INSIDE=str(told))
    dumpable, helper = told.read_text().split()
    return module, int(dumpable), int(helper)


def is_alive(pid: int) -> bool:
    """Tell whether a process that is no child of ours is there, and no zombie."""
    with suppress(FileNotFoundError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return not any(line.startswith("State:\tZ") for line in lines)
    return False


def is_gone(pid: int) -> bool:
    """Wait until a process is gone, 5 s at most."""
    ends = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < ends:
        time.sleep(0.01)
    return not is_alive(pid)


def leave(module: HostedModule) -> None:
    """End it as it should end."""
    assert module.tokens()


def crash(module: HostedModule) -> None:
    """Let it die, and find that out by looking."""
    os.kill(module.pid, signal.SIGKILL)
    while module.is_running:
        time.sleep(0.01)


def crash_in_a_call(module: HostedModule) -> None:
    """Let it die, and find that out by asking it."""
    os.kill(module.pid, signal.SIGSTOP)
    os.kill(module.pid, signal.SIGKILL)
    with pytest.raises(DeviceError):
        module.tokens()


def hang(module: HostedModule) -> None:
    """Let it not answer."""
    os.kill(module.pid, signal.SIGSTOP)
    with pytest.raises(DeviceError) as caught:
        module.tokens()
    assert caught.value.code == "HSM-HOST-02"


@pytest.mark.parametrize("end", [leave, crash, crash_in_a_call, hang])
def test_what_a_module_started_goes_with_its_process(
    faulty: FaultyModule,
    monkeypatch: pytest.MonkeyPatch,
    end: Callable[[HostedModule], None],
) -> None:
    module, _, helper = start(faulty)
    monkeypatch.setattr(Act.LOOK, "deadline_s", 0.5)
    with closing(module):
        assert is_alive(helper)
        end(module)
    assert is_gone(helper)


def test_the_process_may_not_be_dumped(faulty: FaultyModule) -> None:
    module, dumpable, _ = start(faulty)
    module.close()
    assert dumpable == 0
