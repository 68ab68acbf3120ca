"""Acting in a ceremony's room in a process of its own, which may be killed in it."""

from __future__ import annotations

import os
from collections.abc import Callable

from ceremony.clock import SystemClock
from ceremony.conduct.demo import open_demo
from ceremony.conduct.room import Room, enter
from ceremony.conduct.workspace import Workspace
from tests.crash.harness import in_child


def inside(workspace: Workspace, act: Callable[[Room], None], *, dies: bool) -> None:
    """Act in the room, in a process of its own that may die in it."""

    def work() -> None:
        plans = workspace.plans()
        ceremony = plans[0].ceremony if plans else open_demo(workspace)
        with enter(workspace, ceremony, SystemClock()) as room:
            act(room)

    assert os.WIFSIGNALED(status := in_child(work)) is dies, status
    assert dies or status == 0
