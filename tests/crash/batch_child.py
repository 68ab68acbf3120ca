"""Answer a set of requests, be killed in it and resume, and so on to its end.

Each life runs in a process of its own, forked by this program: it goes on from wherever
the one before was killed, by recovery with two people's decision.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ceremony.clock import SystemClock
from ceremony.conduct.actions import act, perform
from ceremony.conduct.actions.order import order_for
from ceremony.conduct.demo import finish_demo, open_demo
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.pace import Pace, Reached
from ceremony.conduct.recovery import Choice, Decision, needs_decision, recover
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.room import Room, enter
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Fact, Intent, Outcome
from ceremony.errors import CeremonyError
from ceremony.identifiers import Role
from ceremony.pack.answers import load_answers
from ceremony.verify.pack import verify_pack
from tests.crash.key_acts_child import die, in_child
from tests.fakes.batch_site import pem

BY = (Role("security-officer"), Role("internal-witness"))
SINGLE, IMPORT, ISSUE = "2.16", "2.18", "2.19"


def go_in(workspace: Workspace, life: Callable[[Room], None]) -> None:
    """Enter, let two people decide about what was interrupted, and live on."""
    ceremony = workspace.plans()[0].ceremony
    with enter(workspace, ceremony, SystemClock()) as at:
        if needs_decision(at.conductor):
            told = workspace.folder / "told"
            recover(at.conductor, at.pins, Decision(Choice.ADOPT, BY), told.write_text)
        life(at)


def gathered(at: Room) -> Inputs:
    answers = load_answers(at.site.folder / "answers.yaml")
    step = at.conductor.current()
    return gather(at.conductor, answers.step(step.id), at.pins)


def play_to(at: Room, last: str) -> None:
    """Carry out every step before one."""
    while at.conductor.current().id != last:
        perform(at.conductor, gathered(at))


def dying_at(at: Room, kind: type[Fact], number: int, *, before: bool) -> None:
    """Die at the intent or the outcome of a part, before or after it stands."""
    honest = at.conductor.record_all

    def record_all(wishes: Any, *, in_step: bool) -> Any:
        mine = any(
            isinstance(wish[0], kind)
            and getattr(wish[0], "part", None) is not None
            and wish[0].part.number == number
            for wish in wishes
        )
        if mine and before:
            die()
        events = honest(wishes, in_step=in_step)
        if mine:
            die()
        return events

    at.conductor.record_all = record_all


def refusal_of(work: Callable[[], object]) -> str:
    """Give the id of the rule that ends some work."""
    try:
        work()
    except CeremonyError as error:
        return error.code
    return ""


def words_of(work: Callable[[], object]) -> str:
    """Give what is told where some work is refused."""
    try:
        work()
    except CeremonyError as error:
        return str(error)
    return ""


def give(at: Room, path: Path | str) -> str:
    """Give other files than the answers do; tell which rule refuses them."""
    inputs = replace(gathered(at), values={"files": str(path)})
    return refusal_of(lambda: act(at.conductor, inputs))


def twice(random: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Give every number twice, as a bad generator does."""
    given: list[bytes] = []

    def draw(count: int) -> bytes:
        if given and len(given[-1]) == count:
            return given.pop()
        given.append(random(count))
        return given[-1]

    return draw


def lost_first(at: Room, random: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Give a number of the part that was lost first, as a generator set back does."""
    events = at.conductor.log.journal.events(at.conductor.ceremony)
    (lost,) = (
        blob.sha256
        for event in events
        for blob in event.blobs
        if blob.name.startswith("serials-device-certificates-0001")
    )
    raw = at.conductor.log.journal.blob(lost).decode()
    given = [bytes.fromhex(raw.splitlines()[0])]

    def draw(count: int) -> bytes:
        if given and len(given[-1]) == count:
            return given.pop()
        return random(count)

    return draw


def issue_without_a_root(at: Room) -> str:
    """Issue where the record lacks the issuer's issuer; give the rule that refuses."""
    conductor, honest = at.conductor, at.conductor.state.certificates
    issuing = "issuing-dca-certificate"
    alone = {issuing: honest[issuing]}
    conductor.state = replace(conductor.state, certificates=alone)
    told = refusal_of(lambda: act(conductor, gathered(at)))
    conductor.state = replace(conductor.state, certificates=honest)
    return told


def take_used_number(at: Room) -> bool:
    """Draw a number that a certificate has; tell whether an order took another."""
    conductor, step = at.conductor, at.conductor.current()
    used = conductor.state.certificates["issuing-dca-certificate"].serial
    honest, drawn = conductor.random, [bytes.fromhex(used)]
    conductor.random = lambda count: drawn.pop() if drawn else honest(count)
    thing = conductor.script.thing(str(step.parameters["certificate"]))
    order = order_for(conductor, thing)
    conductor.random = honest
    return not drawn and f"{order.serial:032x}" != used


def judge_twice(at: Room) -> dict[str, Any]:
    """Stop the judgement of the set, then let it come to its end, and tell of both."""
    conductor, told = at.conductor, {}
    reached: list[Reached] = []
    conductor.pace = Pace(reached.append, lambda: True)
    told["judging stopped"] = refusal_of(lambda: act(conductor, gathered(at)))
    told["taken in"] = list(conductor.state.sets)
    ended: list[str] = []

    def tell(now: Reached) -> None:
        reached.append(now)
        if now.done == now.total:
            # A receipt tells whole seconds: the next one, for what is judged by now.
            time.sleep(1)
            ended.append(f"{conductor.clock.now().wall:%Y-%m-%dT%H:%M:%SZ}")

    conductor.pace = Pace(tell)
    act(conductor, gathered(at))
    conductor.pace = Pace()
    told["judging"] = [[each.done, each.total, each.work.name] for each in reached]
    told["judged at"] = ended
    return told


def be_refused_then_die_in_part_one(at: Room) -> None:
    """Be refused at the import; be killed when the first part has its intent."""
    folder, told = at.workspace.folder, {}
    play_to(at, "2.15")
    told["no file"] = give(at, folder / "nothing.csr")
    told["two files"] = give(at, at.site.folder / "devices")
    told["another meter"] = give(at, at.site.folder / "devices/device-00001.csr")
    told["not taken"] = refusal_of(lambda: at.conductor.close_step(gathered(at)))
    told["why"] = words_of(lambda: at.conductor.close_step(gathered(at)))
    play_to(at, SINGLE)
    told["no root"] = issue_without_a_root(at)
    told["another number"] = take_used_number(at)
    play_to(at, IMPORT)
    told["no folder"] = give(at, "")
    bad = folder / "bad.pem"
    bad.write_text(pem(b"nothing"))
    told["all refused"] = give(at, bad)
    told["open"] = refusal_of(lambda: at.conductor.close_step(gathered(at)))
    told["half there"] = give(at, f"{at.site.folder / 'devices'}\n{folder / 'gone'}")
    told |= judge_twice(at)
    play_to(at, ISSUE)
    told["no root of a set"] = issue_without_a_root(at)
    (folder / "refused.json").write_text(json.dumps(told))
    dying_at(at, Intent, 1, before=False)
    perform(at.conductor, gathered(at))


def lie_stop_then_die_in_part_two(at: Room) -> None:
    """Stop after the first part; be killed when the second is signed, unrecorded."""
    conductor, told = at.conductor, {}
    honest = conductor.state
    meter = conductor.log.journal.events(conductor.ceremony)
    other = next(
        blob.sha256
        for event in meter
        for blob in event.blobs
        if blob.name == "requests-meter-request.pem"
    )
    sets = {name: replace(known, accepted=other) for name, known in honest.sets.items()}
    conductor.state = replace(honest, sets=sets)
    told["other requests"] = refusal_of(lambda: act(conductor, gathered(at)))
    conductor.state = honest
    conductor.random = lost_first(at, twice(conductor.random))
    reached: list[Reached] = []
    conductor.pace = Pace(reached.append, lambda: True)
    told["stopped"] = refusal_of(lambda: act(conductor, gathered(at)))
    told["reached"] = [[each.done, each.total] for each in reached]
    (at.workspace.folder / "stopped.json").write_text(json.dumps(told))
    conductor.pace = Pace()
    dying_at(at, Outcome, 2, before=True)
    perform(conductor, gathered(at))


def end(at: Room) -> None:
    """Finish the ceremony, and verify its pack."""
    out = at.workspace.folder / "evidence.pdf"
    finish_demo(at, out, lambda _: None)
    verdict = verify_pack(out, at.site.folder / "trust-policy.toml")
    lines = [verdict.record_line, verdict.ceremony_line]
    (at.workspace.folder / "lines.json").write_text(json.dumps(lines))


LIVES = (be_refused_then_die_in_part_one, lie_stop_then_die_in_part_two, end)


def main(workspace: Workspace) -> None:
    """Live every life, and tell how each ended."""
    open_demo(workspace)
    ends = []
    for life in LIVES:
        status = in_child(lambda life=life: go_in(workspace, life))
        ends.append(os.waitstatus_to_exitcode(status))
    sys.stdout.write(json.dumps(ends))


if __name__ == "__main__":
    main(Workspace(Path(sys.argv[1])))
