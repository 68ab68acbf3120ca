"""A ceremony whose device acts are cut off, and which its people take up again.

It is the product that acts and that comes back: the conductor's steps, its resumption
and its recovery with two people's decision. Here is only what kills it, and what looks
on: a file of what was acknowledged, and a reader of the token that is not the
product's.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ceremony.clock import SystemClock
from ceremony.conduct.recovery import Choice, Decision, needs_decision, recover
from ceremony.conduct.room import Room, enter
from ceremony.conduct.unseen import decide_found
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import (
    Course,
    DeviationRecorded,
    Intent,
    Outcome,
    Result,
    Resumed,
)
from ceremony.engine.unseen import open_unseen
from ceremony.errors import DeviceError, RefusedError
from ceremony.hsm.hosted import HostedModule, HostedToken
from ceremony.hsm.hosted_session import HostedSession
from tests.crash.acknowledged import Acknowledged
from tests.crash.device_found import (
    Broken,
    Found,
    Gone,
    Told,
    Usable,
    WentOn,
    compare,
    find_stray,
    see,
)
from tests.crash.device_kept import keep, put_back
from tests.crash.device_script import DEVICE
from tests.crash.device_trace import TRACE, Marks
from tests.crash.key_acts_child import BY, carry_out
from tests.crash.reader import Seen
from tests.crash.timer import die_in
from tests.faulty.module import FaultyModule

POINTS: Final = (
    "before intent",
    "recording intent",
    "before call",
    "inside call",
    "after call",
    "recording outcome",
    "after outcome",
    "deciding",
    "any time",
)
FUNCTIONS: Final[tuple[tuple[type, str, str], ...]] = (
    (HostedToken, "initialise", "C_InitToken"),
    (HostedSession, "generate_key_pair", "C_GenerateKeyPair"),
    (HostedSession, "prove", "C_Sign"),
    (HostedSession, "destroy", "C_DestroyObject"),
)
"""What a token or a session is asked, and what its module is asked then."""

NAMED: Final = ("before intent", "before call", "after call", "after outcome")
"""Where it ends at once."""

_DOES_NOT_SIGN: Final = "CONDUCT-RESUME-03"
_GONE: Final = "HSM-TOKEN-01"
_BROKEN: Final = ("token.initialise", "CKR_DEVICE_ERROR")


@dataclass(frozen=True)
class Kill:
    """One kill.

    Attributes:
        who: ``tool``, or ``host``: the process of the token's module.
        point: One of ``POINTS``.
        count: In which act after the last kill at the earliest, from 1.
        delay_us: From the beginning of the call, of the writing, of the resumption's
            recovery for ``deciding``, or from the start of a life or the end of the
            last kill for ``any time``, microseconds.
    """

    who: str
    point: str
    count: int
    delay_us: int


class Tool:
    """One life of the tool.

    Args:
        workspace: Where the ceremony is.
        faulty: What stands before the token's module.
        kills: What happens to it and to its hosts, in this order; of the tool's own
            deaths the first is the last.
        told: Is told of what was found after each kill.
    """

    def __init__(
        self,
        workspace: Workspace,
        faulty: FaultyModule,
        kills: list[Kill],
        told: Callable[[Told], None],
    ) -> None:
        self._workspace = workspace
        self._faulty = faulty
        self._kills = kills
        self._done = 0
        self._seen = 0
        self._marks = Marks(faulty.folder / TRACE)
        self._told = told
        self._acknowledged = Acknowledged(workspace.folder / "acknowledged")
        self._host: HostedModule | None = None
        self._doomed: HostedModule | None = None
        self._acts = 0
        self._deciding = False
        self._killed = ""
        self._killed_at = 0.0
        for owner, method, function in FUNCTIONS:
            setattr(owner, method, self._ending(owner, method, function))

    def live(self, done: int, killed: str, killed_at: float) -> None:
        """Come back after one kill, go on until the next, and so on to the last.

        Args:
            done: How many kills happened before its life.
            killed: By what the tool before was killed; empty for the first.
            killed_at: When, by the monotonic clock, seconds.
        """
        self._done, self._killed, self._killed_at = done, killed, killed_at
        self._faulty.plan()
        self._arm("any time")
        ceremony = self._workspace.plans()[0].ceremony
        while self._kills or self._killed:
            with enter(self._workspace, ceremony, SystemClock()) as at:
                self._watch(at)
                self._go_on(at, self._come_back)
                while (self._kills or self._killed) and not self._is_to_decide():
                    self._go_on(at, carry_out)

    def _is_to_decide(self) -> bool:
        """Tell whether the room is left so that people are killed as they decide."""
        return not self._killed and self._kills[0].point == "deciding"

    def _go_on(self, at: Room, work: Callable[[Room], None]) -> None:
        """Do something; where the module's process was killed in it, come back."""
        while True:
            try:
                work(at)
            except DeviceError as error:
                verb = at.conductor.current().verb
                if (verb, getattr(error, "ckr", "")) == _BROKEN:
                    self._bring_back(error)
                elif not error.code.startswith("HSM-HOST"):
                    raise
                work = self._come_back
            else:
                return

    def _come_back(self, at: Room) -> None:
        """Have two people inspect and decide, and tell what was found and recorded."""
        if not needs_decision(at.conductor):
            return
        self._faulty.plan()
        pending = at.conductor.state.pending
        verb = pending.intent.verb if pending is not None else ""
        # A room may be left in order too, so that people are killed as they decide.
        found = Found(self._killed, self._done if self._killed else 0, verb)
        found.lost = self._acknowledged.lost(at.conductor.facts)
        before, seen = len(at.conductor.facts), self._look(at)
        self._arm("deciding")
        self._deciding = True
        try:
            self._decide(at, seen)
        finally:
            self._deciding = False
            self._marks.resumed()
            for known in at.conductor.facts[before:]:
                if isinstance(known.fact, Resumed):
                    self._told(compare(at, known.fact, seen, found))
                    self._seen = found.after
                    break

    def _look(self, at: Room) -> Seen:
        """Read the token; where the kill has ended it, bring it back first."""
        try:
            return see(at)
        except LookupError:
            self._verify_gone(at)
        return see(at)

    def _verify_gone(self, at: Room) -> None:
        """Insist that the product tells and records that the token is gone, no more."""
        self._deciding = True
        try:
            self._decide(at, Counter())
        except DeviceError as error:
            told = at.conductor.facts[-1].fact
            is_told = isinstance(told, DeviationRecorded) and told.token == DEVICE
            if error.code != _GONE or not is_told:
                raise
            self._bring_back(error)
        else:
            raise AssertionError("a token that is gone was inspected")
        finally:
            self._deciding = False
            self._marks.resumed()

    def _bring_back(self, error: DeviceError) -> None:
        """Put a token that a kill has broken in its initialisation back, and say so."""
        self._told(Gone(str(error)))
        put_back(self._workspace)
        # A module that has seen it gone does not look again.
        if self._host is not None and self._host.is_running:
            os.kill(self._host.pid, signal.SIGKILL)

    def _decide(self, at: Room, seen: Seen) -> None:
        """Keep a whole key that an operation in doubt has left; destroy all else."""

        if open_unseen(at.conductor.state):
            decide_found(at.conductor, Course.LOOK_AGAIN, "It is put back.", BY)

        def decide(choice: Choice) -> None:
            self._marks.resume(at.conductor, choice, seen)
            recover(at.conductor, at.pins, Decision(choice, BY), lambda _: None)

        try:
            decide(Choice.ADOPT)
        except RefusedError as error:
            if error.code != _DOES_NOT_SIGN:
                raise
            self._told(Broken(str(error)))
            decide(Choice.DESTROY)

    def _watch(self, at: Room) -> None:
        """Stand between the conductor and its journal, and see the hosts it starts."""
        honest, load = at.conductor.record_all, at.conductor.devices._load

        def record_all(wishes: Sequence[Any], **how: Any) -> Any:
            kinds = set() if self._deciding else {type(wish[0]) for wish in wishes}
            if Intent in kinds:
                self._acts += 1
                self._reach("before intent")
                self._reach("recording intent")
            if Outcome in kinds:
                self._reach("recording outcome")
            events = honest(wishes, **how)
            self._acknowledged.add(events)
            self._marks.record(at.conductor, [wish[0] for wish in wishes], events)
            if Outcome in kinds:
                if any(getattr(w[0], "result", None) is Result.DONE for w in wishes):
                    self._tell_usable(at)
                self._reach("after outcome")
            return events

        def loading(name: str) -> HostedModule:
            module = load(name)
            if name == at.conductor.devices.bound(DEVICE).module:
                self._host = module
            return module

        at.conductor.record_all = record_all  # type: ignore[method-assign]  # watched
        at.conductor.devices._load = loading  # type: ignore[method-assign]  # watched

    def _ending(self, owner: type, method: str, function: str) -> Callable[..., Any]:
        honest = getattr(owner, method)

        def ending(asked: HostedToken | HostedSession, *told: Any) -> Any:
            if self._deciding:
                return honest(asked, *told)
            self._reach("before call")
            self._reach("inside call", function)
            answer = honest(asked, *told)
            if owner is HostedToken:
                keep(self._workspace)
            # It may have been told to die a little later, and the next one is not.
            self._faulty.plan()
            self._reach("after call")
            return answer

        return ending

    def _tell_usable(self, at: Room) -> None:
        """Tell of an act that was done by another process than the one killed."""
        if self._killed and self._host is not self._doomed:
            usable_s = time.monotonic() - self._killed_at
            if self._seen < self._done:
                self._told(WentOn(self._killed, self._done, find_stray(at)))
                self._seen = self._done
            self._told(Usable(self._killed, self._done, usable_s))
            self._killed, self._doomed = "", None
            self._arm("any time")

    def _arm(self, point: str) -> None:
        if self._kills and self._kills[0].point == point:
            self._end(self._kills[0])

    def _reach(self, point: str, function: str = "") -> None:
        """Die, or have the host die, where this is the point and the act."""
        if not self._kills:
            return
        kill = self._kills[0]
        # An act that was cut off before this point is passed over.
        if kill.point == point and self._acts >= kill.count:
            self._end(kill, function)

    def _end(self, kill: Kill, function: str = "") -> None:
        now = kill.point in NAMED
        if kill.who == "tool" and now:
            os.kill(os.getpid(), signal.SIGKILL)
        if kill.who == "tool":
            die_in(kill.delay_us)
            return
        self._kills.pop(0)
        self._done += 1
        self._killed, self._killed_at = str(kill), time.monotonic()
        self._acts, self._doomed = 0, self._host
        if function:
            self._faulty.plan(f"{function} * before kill {kill.delay_us}")
            return
        if now:
            self._kill_host()
            return
        timer = threading.Timer(kill.delay_us / 1e6, self._kill_host)
        timer.daemon = True
        timer.start()

    def _kill_host(self) -> None:
        """End the process of the token's module; it is waited for where none runs."""
        while self._host is None or not self._host.is_running:
            time.sleep(0.001)
        self._killed_at, self._doomed = time.monotonic(), self._host
        os.kill(self._host.pid, signal.SIGKILL)
