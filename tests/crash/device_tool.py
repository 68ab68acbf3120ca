"""A ceremony whose device acts are cut off, and which its people take up again.

It is the product that acts and that comes back: the conductor's steps, its resumption
and its recovery with two people's decision. Here is only what kills it, and what looks
on: a file of what was acknowledged, and a reader of the token that is not the
product's.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from ceremony.clock import SystemClock
from ceremony.conduct.recovery import Choice, Decision, needs_decision, recover
from ceremony.conduct.room import Room, enter
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import FoundObject, Intent, Outcome, Result, Resumed
from ceremony.errors import DeviceError, RefusedError
from ceremony.hsm.hosted import HostedModule
from ceremony.hsm.hosted_session import HostedSession
from ceremony.pack.inventory_file import decode_listing
from tests.crash.acknowledged import Acknowledged
from tests.crash.device_script import DEVICE
from tests.crash.key_acts_child import BY, carry_out
from tests.crash.reader import Seen, read_objects
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
FUNCTIONS: Final = {
    "generate_key_pair": "C_GenerateKeyPair",
    "prove": "C_Sign",
    "destroy": "C_DestroyObject",
}
"""What the module is asked where a session is."""

NAMED: Final = ("before intent", "before call", "after call", "after outcome")
"""Where it ends at once."""

_DOES_NOT_SIGN: Final = "CONDUCT-RESUME-03"


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


@dataclass
class Found:
    """What the product's resumption found and recorded after one kill.

    Attributes:
        verb: The operation in doubt; empty where none is.
        strange: Objects that the journal did not expect; likewise ``half_pairs`` and
            ``nameless`` among them.
        missing: Objects that the journal expected and that are gone.
        unreported: Objects in the token that the resumption did not record.
        lost: What was acknowledged and is not in the journal.
    """

    kill: str
    verb: str = ""
    strange: int = 0
    half_pairs: int = 0
    nameless: int = 0
    missing: int = 0
    unreported: int = 0
    lost: int = 0


@dataclass(frozen=True)
class Usable:
    """How soon after a kill the outcome of the next act was durable, seconds."""

    kill: str
    usable_s: float


@dataclass(frozen=True)
class Broken:
    """A pair that looked whole and did not sign; two people have it destroyed."""

    broken: str


Told = Found | Usable | Broken


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
        self._told = told
        self._acknowledged = Acknowledged(workspace.folder / "acknowledged")
        self._host: HostedModule | None = None
        self._doomed: HostedModule | None = None
        self._acts = 0
        self._deciding = False
        self._killed = ""
        self._killed_at = 0.0
        for method, function in FUNCTIONS.items():
            setattr(HostedSession, method, self._ending(method, function))

    def live(self, killed: str, killed_at: float) -> None:
        """Come back after one kill, go on until the next, and so on to the last.

        Args:
            killed: By what the tool before was killed; empty for the first.
            killed_at: When, by the monotonic clock, seconds.
        """
        self._killed, self._killed_at = killed, killed_at
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
                if not error.code.startswith("HSM-HOST"):
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
        found = Found(self._killed, pending.intent.verb if pending is not None else "")
        found.lost = self._acknowledged.lost(at.conductor.facts)
        before, seen = len(at.conductor.facts), see(at)
        self._arm("deciding")
        self._deciding = True
        try:
            self._decide(at)
        finally:
            self._deciding = False
            for known in at.conductor.facts[before:]:
                if isinstance(known.fact, Resumed):
                    self._told(compare(at, known.fact, seen, found))
                    break

    def _decide(self, at: Room) -> None:
        """Keep a whole key that an operation in doubt has left; destroy all else."""
        try:
            recover(at.conductor, at.pins, Decision(Choice.ADOPT, BY), lambda _: None)
        except RefusedError as error:
            if error.code != _DOES_NOT_SIGN:
                raise
            self._told(Broken(str(error)))
            recover(at.conductor, at.pins, Decision(Choice.DESTROY, BY), lambda _: None)

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
            if Outcome in kinds:
                if any(getattr(w[0], "result", None) is Result.DONE for w in wishes):
                    self._tell_usable()
                self._reach("after outcome")
            return events

        def loading(name: str) -> HostedModule:
            module = load(name)
            if name == at.conductor.devices.bound(DEVICE).module:
                self._host = module
            return module

        at.conductor.record_all = record_all  # type: ignore[method-assign]  # watched
        at.conductor.devices._load = loading  # type: ignore[method-assign]  # watched

    def _ending(self, method: str, function: str) -> Callable[..., Any]:
        honest = getattr(HostedSession, method)

        def ending(session: HostedSession, *told: Any) -> Any:
            if self._deciding:
                return honest(session, *told)
            self._reach("before call")
            self._reach("inside call", function)
            answer = honest(session, *told)
            # It may have been told to die a little later, and the next one is not.
            self._faulty.plan()
            self._reach("after call")
            return answer

        return ending

    def _tell_usable(self) -> None:
        """Tell of an act that was done by another process than the one killed."""
        if self._killed and self._host is not self._doomed:
            self._told(Usable(self._killed, time.monotonic() - self._killed_at))
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


def see(at: Room) -> Seen:
    """Read all objects of the token that is killed, past the product."""
    pins = at.site.pins
    assert pins is not None
    return read_objects(
        at.site.folder / "tokens" / "hsm" / "softhsm2.conf",
        at.conductor.devices.bound(DEVICE).label,
        bytes(pins.user[DEVICE].expose()),
    )


def find_stray(at: Room) -> int:
    """Count objects of no key that the journal has, and what its keys lack."""
    state = at.conductor.state
    live = [key for name, key in state.made.items() if name not in state.destroyed]
    known = Counter((o.kind, o.cka_id, o.label) for key in live for o in key.objects)
    seen = see(at)
    return (seen - known).total() + (known - seen).total()


def compare(at: Room, resumed: Resumed, seen: Seen, found: Found) -> Found:
    """Add what a resumption recorded of the token, and what it did not."""
    (inventory,) = [each.inventory for each in resumed.tokens if each.token == DEVICE]
    blob = at.conductor.log.journal.blob(inventory.digest)
    listing = decode_listing(blob, "what the resumption found")
    found.unreported = count_unreported(seen, [each.brief for each in listing])
    found.missing, found.strange = len(inventory.removed), len(inventory.added)
    named = [each for each in inventory.added if each.cka_id or each.label]
    found.nameless = found.strange - len(named)
    ids = Counter(each.cka_id for each in named)
    found.half_pairs = sum(count == 1 for count in ids.values())
    return found


def count_unreported(seen: Seen, recorded: Iterable[FoundObject]) -> int:
    """Count the objects of a token that were not recorded."""
    return (seen - Counter((o.kind, o.cka_id, o.label) for o in recorded)).total()


def encode(found: Told) -> str:
    """Write what was found as one line of JSON."""
    return json.dumps(asdict(found)) + "\n"
