"""Kill the tool or the module's process inside the device calls of a real ceremony.

Run as a program, ``verbs_harness SCRIPT KILLS SEED``, it holds one ceremony on
SoftHSMv2 behind the proxy, kills it so often in its steps that wrap, restore, prove and
destroy, and lets two people decide each time. It prints one JSON line for each kill and
one for the whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from ceremony.clock import SystemClock
from ceremony.conduct.demo import finish_demo, open_demo, set_up
from ceremony.conduct.recovery import Choice, Decision, needs_decision, recover
from ceremony.conduct.room import Room, enter
from ceremony.conduct.softhsm import find_softhsm
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Intent, Outcome, Resumed
from ceremony.errors import DeviceError
from ceremony.hsm.hosted_session import HostedSession
from ceremony.verify.pack import verify_pack
from tests.crash.acknowledged import Acknowledged
from tests.crash.key_acts_child import BY, carry_out, in_child
from tests.crash.timer import die_in
from tests.fakes.key_acts import put_at_site
from tests.faulty.bound import put_before
from tests.faulty.module import FaultyModule, compile_proxy

CALL_US: Final = 3_000
"""How long after its beginning a call is cut off at the most: longer than it takes."""

WRAPPED: Final = "C_WrapKey "
NO_OPERATION: Final = (WRAPPED, f"C_Sign {'00' * 16}")
"""What the trace has for a key that is wrapped, and for a check value: no ids."""

ERASES: Final = ("C_DestroyObject ", "C_InitToken ")
"""What the trace has for an end, which ``device_trace`` judges."""

MOMENTS: Final = ("before", "inside", "inside", "after")
"""When it ends: before the module has acted, at any time, or when it has."""


@dataclass(frozen=True)
class Place:
    """A device call of a step.

    Attributes:
        verb: What is in doubt where it is cut off.
        function: What the module is asked; ``method`` is what the tool calls.
        recovering: True where it is called while two people's decision is carried out,
            in the open room, about a key that the step has left in its token.
    """

    step: str
    verb: str
    function: str
    method: str
    recovering: bool = False


PLACES: Final = {
    "backup": (
        Place("3.7", "key.wrap", "C_WrapKey", "wrap_for"),
        Place("3.7", "key.wrap", "C_FindObjectsInit", "inventory"),
        Place("3.9", "key.unwrap", "C_UnwrapKey", "unwrap_secret_key"),
        Place("4.6", "key.wrap", "C_WrapKey", "wrap"),
        Place("4.6", "key.wrap", "C_Sign", "prove"),
        Place("4.8", "key.unwrap", "C_UnwrapKey", "unwrap_key_pair"),
        Place("4.8", "key.unwrap", "C_DestroyObject", "destroy", recovering=True),
        Place("4.8", "key.unwrap", "C_Sign", "prove"),
    ),
    "key-acts": (
        Place("2.11", "key.prove", "C_Sign", "prove"),
        Place("2.15", "key.destroy", "C_DestroyObject", "destroy"),
    ),
}
"""Where a ceremony is killed, in the order of its steps."""


@dataclass(frozen=True)
class Kill:
    """One kill.

    Attributes:
        who: ``tool``, or ``host``: the module's process.
        moment: One of ``MOMENTS``; ``delay_us`` counts from the call's beginning.
    """

    place: Place
    who: str
    moment: str
    delay_us: int

    @property
    def leaves(self) -> str:
        """The verb that must be in doubt afterwards; empty where it may have ended."""
        return "" if self.moment == "inside" else self.place.verb


@dataclass
class Found:
    """What one life of the tool has found and did.

    Attributes:
        leaves: The verb that must be in doubt after it; empty where none need be.
        doubt: The verb that was in doubt when it began; empty where none was.
        unreported: Objects on disk that the inventories of the resumption lack.
        reached: True where the call of the kill was begun.
    """

    leaves: str
    doubt: str = ""
    unreported: int = 0
    reached: bool = False


@dataclass
class Ceremony:
    """One ceremony that is killed."""

    workspace: Workspace
    faulty: FaultyModule
    told: list[dict[str, Any]] = field(default_factory=list)

    def live(self, kill: Kill) -> None:
        """Come back, let two people decide, go on to the kill's step, and be killed."""
        found = Found(kill.leaves)
        ceremony = self.workspace.plans()[0].ceremony
        self.faulty.plan()
        with enter(self.workspace, ceremony, SystemClock()) as at:
            self._acknowledge(at)
            pending = at.conductor.state.pending
            found.doubt = pending.intent.verb if pending is not None else ""
            self._recover(at, found)
            if go_to(at, kill.place.step):
                if kill.place.recovering:
                    self.faulty.plan("C_UnwrapKey * after crash")
                    self._carry_out(at)
                    self.faulty.plan()
                self._arm(kill, found)
                if kill.place.recovering:
                    self._recover(at, found)
                else:
                    self._carry_out(at)
        self._tell(found)

    def _recover(self, at: Room, found: Found) -> None:
        """Have what an operation left destroyed, and the step begun anew."""
        if not needs_decision(at.conductor):
            return
        on_disk, before = self._files(), len(at.conductor.facts)
        try:
            recover(at.conductor, at.pins, Decision(Choice.DESTROY, BY), lambda _: None)
        except DeviceError:
            # The module's process was killed in it: the next life decides anew.
            if not found.reached:
                raise
        for known in at.conductor.facts[before:]:
            if isinstance(known.fact, Resumed):
                listed = sum(each.inventory.count for each in known.fact.tokens)
                found.unreported = on_disk - listed

    def _carry_out(self, at: Room) -> None:
        try:
            carry_out(at)
        except DeviceError as error:
            if not error.in_doubt and at.conductor.state.pending is not None:
                raise

    def _arm(self, kill: Kill, found: Found) -> None:
        """Have it end in the next call of the method."""
        honest = getattr(HostedSession, kill.place.method)
        function, moment = kill.place.function, kill.moment

        def ending(session: HostedSession, *told: Any) -> Any:
            setattr(HostedSession, kill.place.method, honest)
            found.reached = True
            if kill.who == "tool" and moment == "before":
                self._die(found)
            if kill.who == "tool" and moment == "inside":
                self._tell(found)
                die_in(kill.delay_us)
            if kill.who == "host":
                when = "after" if moment == "after" else "before"
                how = f"kill {kill.delay_us}" if moment == "inside" else "crash"
                self.faulty.plan(f"{function} * {when} {how}")
            answer = honest(session, *told)
            if kill.who == "tool" and moment == "after":
                self._die(found)
            return answer

        setattr(HostedSession, kill.place.method, ending)

    def _die(self, found: Found) -> None:
        self._tell(found)
        os.kill(os.getpid(), signal.SIGKILL)

    def _tell(self, found: Found) -> None:
        os.write(sys.stdout.fileno(), (json.dumps(asdict(found)) + "\n").encode())

    def _acknowledge(self, at: Room) -> None:
        """Write down what the journal has taken."""
        honest, acknowledged = at.conductor.record_all, self._acknowledged()

        def record_all(*wishes: Any, **how: Any) -> Any:
            events = honest(*wishes, **how)
            acknowledged.add(events)
            return events

        at.conductor.record_all = record_all  # type: ignore[method-assign]  # watched

    def _acknowledged(self) -> Acknowledged:
        return Acknowledged(self.workspace.folder / "acknowledged")

    def _files(self) -> int:
        """Count the objects on disk, as SoftHSMv2 keeps them: one file for each."""
        store = self.workspace.folder / "site" / "tokens" / "hsm" / "store"
        found = [each for each in store.glob("*/*.object") if each.stat().st_size]
        return sum(each.name != "token.object" for each in found)

    def finish(self) -> None:
        """Go on to the end, seal and verify, and judge the whole."""
        self.faulty.plan()
        out = self.workspace.folder / "evidence.pdf"
        ceremony = self.workspace.plans()[0].ceremony
        with enter(self.workspace, ceremony, SystemClock()) as at:
            self._acknowledge(at)
            pending = at.conductor.state.pending
            doubt = pending.intent.verb if pending is not None else ""
            self._recover(at, Found(""))
            finish_demo(at, out, lambda _: None)
            verdict = verify_pack(out, at.site.folder / "trust-policy.toml")
            told = self._judge(at)
        told |= {"doubt": doubt, "record": verdict.record_line}
        os.write(sys.stdout.fileno(), (json.dumps(told) + "\n").encode())

    def _judge(self, at: Room) -> dict[str, Any]:
        facts = at.conductor.facts
        intents = {k.event.op: k.fact for k in facts if isinstance(k.fact, Intent)}
        ends = Counter(k.event.op for k in facts if isinstance(k.fact, Outcome))
        wraps = sum(fact.verb == "key.wrap" for fact in intents.values())
        traced = (self.faulty.folder / "trace").read_text().splitlines()
        lines = [line for line in traced if not line.startswith(ERASES)]
        done = Counter(line for line in lines if line not in NO_OPERATION)
        restored = {
            f"C_UnwrapKey {op}"
            for op, fact in intents.items()
            if fact.verb == "key.unwrap"
        }
        acts = {line for line in done if line.startswith("C_UnwrapKey")}
        return {
            "lost": self._acknowledged().lost(facts),
            "without outcome": sum(not ends[op] for op in intents),
            "outcomes twice": sum(count > 1 for count in ends.values()),
            "acts twice": sum(count > 1 for count in done.values()),
            "acts without intent": len(acts - restored)
            + max(0, lines.count(WRAPPED) - wraps),
        }


def go_to(at: Room, step: str) -> bool:
    """Carry out every step before one; tell whether that one is still to be done."""
    while step not in at.conductor.state.closed_steps:
        if at.conductor.current().id == step and not at.conductor.is_carried_out():
            return True
        carry_out(at)
    return False


def make_kills(script: str, count: int, seed: int) -> Iterator[Kill]:
    """Choose kills in the order of their steps, the same for the same numbers."""
    places = PLACES[script]
    for number in range(count):
        drawn = hashlib.sha256(f"{script} {seed} {number}".encode()).digest()
        yield Kill(
            places[number * len(places) // count],
            "host" if (number + drawn[0]) % 2 else "tool",
            MOMENTS[drawn[1] % len(MOMENTS)],
            int.from_bytes(drawn[2:6], "big") % CALL_US,
        )


def prepare(folder: Path, script: str) -> Ceremony:
    """Make the site behind the proxy, and open the ceremony."""
    workspace = Workspace(folder / "workspace")
    site = workspace.folder / "site"
    set_up(workspace, "demo" if script == "key-acts" else script, lambda _: None)
    if script == "key-acts":
        put_at_site(site)
    told = {"SOFTHSM2_CONF": str(site / "tokens" / "hsm" / "softhsm2.conf")}
    faulty = FaultyModule(compile_proxy(folder), find_softhsm(), folder, told)
    faulty.plan()
    trace = str(folder / "trace")
    put_before(site / "binding.toml", "hsm", faulty, FAULTY_TRACE=trace)
    open_demo(workspace)
    return Ceremony(workspace, faulty)


def end(work: Callable[[], None], *, may_die: bool) -> None:
    """Live one life; it ends well, or is killed where it may be."""
    status = in_child(work)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if status and not (may_die and killed):
        sys.exit(f"a life ended with status {status}")


def main() -> int:
    """Run the kills that the arguments name."""
    script, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    memory = Path("/dev/shm")  # noqa: S108  only the folder made in it is used
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        ceremony = prepare(Path(name), script)
        for kill in make_kills(script, count, seed):
            end(lambda kill=kill: ceremony.live(kill), may_die=True)  # type: ignore[misc]  # bound now
        end(ceremony.finish, may_die=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
