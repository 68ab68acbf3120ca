"""A module that ends at any moment after its device has acted: never told as not done.

What a token is asked once it has made, wrapped, restored or used a key differs from
verb to verb; here its process ends before the first such question, then the second, and
so on until the outcome is recorded.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from ceremony.clock import SystemClock
from ceremony.conduct.demo import open_demo, set_up
from ceremony.conduct.devices import Devices
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.room import Room, enter
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Outcome, Result
from ceremony.errors import DeviceError
from ceremony.hsm.host_process import HostProcess
from tests.crash.key_acts_child import BY, carry_out
from tests.fakes.key_acts import put_at_site

pytestmark = [
    pytest.mark.hsm,
    pytest.mark.slow,
    pytest.mark.crash,
    pytest.mark.no_cover,
]

ACTING: Final = {
    "token.initialise": "initialise",
    "token.change-pin": "change",
    "key.generate": "generate",
    "key.wrap": "wrap",
    "key.unwrap": "unwrap",
    "key.prove": "prove",
    "key.destroy": "destroy",
    "certificate.self-sign": "sign",
    "certificate.issue": "sign",
    "csr.create": "sign",
    "crl.issue": "sign",
}
"""How the names of what a module is asked begin where a step's device acts."""


class Ending:
    """Ends a module's process before one of the questions that follow an act.

    Attributes:
        acting: How the name of what acts begins; empty where nothing is to end.
        before: How many questions are left to it, that one included.
    """

    def __init__(self) -> None:
        self.acting, self.before = "", 0
        self._acted: HostProcess | None = None
        self._modules: Mapping[str, HostProcess] = {}

    def arm(self, devices: Devices, verb: str, before: int) -> None:
        self._modules, self.acting = devices._modules, ACTING[verb]
        self.before, self._acted = before, None

    def ask(self, honest: Callable[..., Any], host: HostProcess, *told: Any) -> Any:
        if self.acting and host is self._acted:
            self.before -= 1
            if self.before == 0:
                os.kill(host.pid, signal.SIGKILL)
        answer = honest(host, *told)
        # The evidence token signs too, in a process of its own.
        acts = self.acting and told[0].name.startswith(self.acting)
        if acts and self._modules.get("hsm") is host:
            self._acted = host
        return answer


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> Ending:
    ending, honest = Ending(), HostProcess.ask

    def ask(host: HostProcess, *told: Any) -> Any:
        return ending.ask(honest, host, *told)

    monkeypatch.setattr(HostProcess, "ask", ask)
    return ending


def outcomes(at: Room) -> list[Result]:
    facts = [known.fact for known in at.conductor.state.current]
    return [fact.result for fact in facts if isinstance(fact, Outcome)]


def end_after_each_question(at: Room, ending: Ending, verb: str) -> int:
    """Carry a step out until it is done; give how often it was left in doubt."""
    step = at.conductor.current().id
    doubts = 0
    while at.conductor.state.step is not None and at.conductor.current().id == step:
        before = outcomes(at)
        ending.arm(at.conductor.devices, verb, doubts + 1)
        try:
            carry_out(at)
        except DeviceError:
            ending.acting = ""
            if outcomes(at) == [*before, Result.DONE]:
                # Only the logout was left, and people go on.
                carry_out(at)
                break
            assert outcomes(at) == before, "what has acted is told as not done"
            assert at.conductor.state.pending is not None
            doubts += 1
            recover(at.conductor, at.pins, Decision(Choice.DESTROY, BY), lambda _: None)
        ending.acting = ""
    return doubts


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ("backup", "key.generate key.wrap key.unwrap"),
        (
            "key-acts",
            "token.change-pin token.initialise key.generate key.prove key.destroy",
        ),
    ],
)
def test_whatever_fails_after_the_device_has_acted_leaves_the_act_in_doubt(
    tmp_path: Path, ending: Ending, script: str, wanted: str
) -> None:
    workspace = Workspace(tmp_path / "workspace")
    set_up(workspace, "demo" if script == "key-acts" else script, lambda _: None)
    if script == "key-acts":
        put_at_site(workspace.folder / "site")
    doubts = Counter[str]()
    with enter(workspace, open_demo(workspace), SystemClock()) as at:
        while (step := at.conductor.state.step) is not None:
            if step.verb in ACTING:
                doubts[step.verb] += end_after_each_question(at, ending, step.verb)
            else:
                carry_out(at)
    assert set(wanted.split()) <= set(+doubts)
