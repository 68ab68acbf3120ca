"""Kill a rehearsal at one append after another, resume it, and tell what happened.

Run as a program, it prints one JSON line for each case. Each case runs in processes
of its own, forked from one that has everything loaded: the first plays the rehearsal
until it kills itself, the second resumes it to the end, the third looks at what is
left. A kill is ``SIGKILL`` from inside the store's ``append``: ``after`` it has
committed and before anybody is told, or ``before`` it writes, which is after a device
has acted and before its outcome is durable.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ceremony.check import check_script
from ceremony.clock import Instant, SystemClock
from ceremony.conduct.closing import (
    PackFile,
    close_ceremony,
    seal_pack,
    sign_report,
)
from ceremony.conduct.demo import open_demo, set_up, signatories
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.rehearsal import play
from ceremony.conduct.room import Room, enter
from ceremony.conduct.site import TRUST_POLICY
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import DeviationRecorded, Outcome, Resumed
from ceremony.engine.state import Phase
from ceremony.evidence.seal import EvidenceWriter
from ceremony.identifiers import CeremonyId, Digest, Mode, Role
from ceremony.journal.event import Draft, Event
from ceremony.journal.store import JournalStore
from ceremony.pack.answers import load_answers
from ceremony.script.decode import load_script
from ceremony.verify.pack import verify_pack
from tests.rehearsals.stage import copy_site

CLOSED = 122
"""How many appends lead to the closed ceremony; the seal and signatures follow."""

BY = (Role("security-officer"), Role("internal-witness"))


class DyingStore(JournalStore):
    """A journal whose process dies at one append.

    ``acknowledged`` is a pipe: the leaf's number is written to it only after
    ``append`` has returned to its caller.
    """

    die_at = 0
    when = "after"
    acknowledged = -1
    _count = 0

    def append(
        self,
        ceremony: CeremonyId,
        script: Digest,
        drafts: Sequence[Draft],
        contents: Mapping[Digest, bytes],
        at: Instant,
    ) -> tuple[Event, ...]:
        cls = type(self)
        cls._count += 1
        if cls.when == "before" and cls._count == cls.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        events = super().append(ceremony, script, drafts, contents, at)
        if cls.when == "after" and cls._count == cls.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        for event in events:
            os.write(cls.acknowledged, f"{event.seq}\n".encode())
        return events


@dataclass
class Case:
    """What one kill led to."""

    die_at: int
    when: str
    killed: bool = False
    acknowledged: int = 0
    size_before: int = 0
    phase: str = ""
    size_after: int = 0
    lost: int = 0
    interruptions: int = 0
    results: list[str] = field(default_factory=list)
    unexplained: int = 0
    verdict: str = ""
    error: str = ""


def run_case(  # noqa: PLR0913  what tells one case from another
    base: Path,
    folder: Path,
    die_at: int,
    when: str,
    *,
    sealed: bool,
    choice: Choice = Choice.ADOPT,
) -> Case:
    """Kill one rehearsal at a copy of a site, resume it, look at it."""
    case = Case(die_at, when)
    reading, writing = os.pipe()

    def first() -> None:
        os.close(reading)
        copy_site(base, folder)
        dying = Workspace(folder, DyingStore.open)
        DyingStore.acknowledged, DyingStore.when = writing, when
        DyingStore.die_at = die_at
        ceremony = open_demo(dying)
        with enter(dying, ceremony, SystemClock()) as room:
            finish(room)
            if die_at > CLOSED:
                seal(room, folder)

    status = in_child(first)
    os.close(writing)
    case.killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    with os.fdopen(reading) as stream:
        case.acknowledged = len(stream.read().split())
    told = folder / "case.json"

    def second() -> None:
        resume(folder, case, sealed=sealed or die_at > CLOSED, choice=choice)
        told.write_text(json.dumps(asdict(case)))

    if case.killed and (folder / "ceremonies").is_dir():
        status = in_child(second)
        if told.exists():
            return Case(**json.loads(told.read_text()))
        case.error = f"resume ended with status {status}"
    return case


def in_child(work: Callable[[], None]) -> int:
    """Do the work in a forked process; give its wait status."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001  the parent must see it as a status
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def finish(room: Room) -> None:
    """Play what is left and close."""
    answers = load_answers(room.site.folder / "answers.yaml")
    play(room.conductor, answers, room.pins, lambda _: None)
    if room.conductor.state.phase is Phase.RUNNING:
        close_ceremony(room.conductor, room.site.trust_policy)


def resume(
    folder: Path, case: Case, *, sealed: bool, choice: Choice = Choice.ADOPT
) -> None:
    """Resume to the end and compare journal and tokens."""
    workspace = Workspace(folder)
    plan = workspace.plans()[0]
    with workspace.journal(Mode.REHEARSAL) as journal:
        case.size_before = journal.size
        before = tuple(journal.leaves())
    with enter(workspace, plan.ceremony, SystemClock()) as room:
        recover(room.conductor, room.pins, Decision(choice, BY), lambda _: None)
        finish(room)
        look(room, case, before)
        if sealed:
            case.verdict = seal(room, folder)


def look(room: Room, case: Case, before: tuple[bytes, ...]) -> None:
    """Count what was lost and what no fact explains."""
    conductor = room.conductor
    case.phase = conductor.state.phase.value
    after = tuple(conductor.log.journal.leaves())
    case.size_after = len(after)
    case.lost = sum(one != other for one, other in zip(before, after, strict=False))
    case.lost += max(0, case.acknowledged - len(before))
    for recorded in conductor.facts:
        if isinstance(recorded.fact, Resumed):
            case.interruptions += 1
        if isinstance(recorded.fact, Outcome):
            case.results.append(f"{recorded.fact.verb} {recorded.fact.result.value}")
    told = [
        known.recorded
        for known in conductor.state.deviations
        if known.recorded.cause == "interruption" and known.closed is not None
    ]
    if len(told) != case.interruptions or not all(
        isinstance(fact, DeviationRecorded) for fact in told
    ):
        case.error = "an interruption is not a closed deviation"
    keys = {key.cka_id for key in conductor.state.keys.values()}
    for bound in conductor.devices.binding.tokens:
        pin = room.site.pins.user[bound.name] if room.site.pins else None
        if pin is None:
            continue
        with conductor.devices.session(bound.name, pin) as session:
            found = session.inventory().entries
        case.unexplained += sum(entry.cka_id not in keys for entry in found)


def seal(room: Room, folder: Path) -> str:
    """Seal, sign and verify; give the verdict's two lines."""
    out = folder / "pack.pdf"
    pack = PackFile(out, room.site.folder / TRUST_POLICY)
    state = room.conductor.state
    with EvidenceWriter() as writer:
        if state.sealed is None:
            seal_pack(room.conductor, writer, pack)
        for seat in signatories(room.conductor)[len(state.signed) :]:
            sign_report(room.conductor, writer, pack, seat.person, room.pins)
    verdict = verify_pack(out, room.site.folder / "trust-policy.toml")
    return f"{verdict.record_line}\n{verdict.ceremony_line}"


def main() -> int:
    """Run the cases that the arguments name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--when", choices=("before", "after"), default="after")
    parser.add_argument("--cases", type=int, nargs="+", required=True)
    parser.add_argument("--sealed", type=int, nargs="*", default=[])
    parser.add_argument("--choice", choices=tuple(Choice), default=Choice.ADOPT)
    told = parser.parse_args()
    memory = Path("/dev/shm")  # noqa: S108  only the folders made in it are used
    shared = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(dir=shared) as base:
        set_up(Workspace(Path(base) / "workspace"), "demo", lambda _: None)
        # The linters are loaded once, here, and not in each forked process.
        script = load_script(Path(base) / "workspace/site/script.yaml")
        check_script(script, SystemClock().now().wall.date())
        for number in told.cases:
            with tempfile.TemporaryDirectory(dir=shared) as name:
                case = run_case(
                    Path(base),
                    Path(name) / "workspace",
                    number,
                    told.when,
                    sealed=number in set(told.sealed),
                    choice=Choice(told.choice),
                )
            sys.stdout.write(json.dumps(asdict(case)) + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
