"""Play the ceremony of key acts until it is killed, resume it, and so on to its end.

Each ``part`` runs in a process of its own, forked by the test's own program: it goes
on from wherever the part before it was killed, by recovery with two people's decision.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ceremony.clock import SystemClock
from ceremony.conduct.actions import last_list, perform
from ceremony.conduct.demo import finish_demo, open_demo
from ceremony.conduct.desk import Desk
from ceremony.conduct.pins import TypedPinSource
from ceremony.conduct.recovery import Choice, Decision, needs_decision, recover
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.resume_view import view_resume
from ceremony.conduct.room import Room, enter
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Fact, Intent, Outcome
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.errors import CeremonyError
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.inventory import InventoryEntry
from ceremony.identifiers import Digest, Role
from ceremony.pack.answers import load_answers
from ceremony.pack.binding import PinSource
from ceremony.register.table import Row
from ceremony.secret import Secret
from ceremony.verify.pack import verify_pack

BY = (Role("security-officer"), Role("internal-witness"))


def die() -> None:
    """End this process as a power cut does."""
    os.kill(os.getpid(), signal.SIGKILL)


def play_to(at: Room, verb: str, last: str) -> None:
    """Carry out every step before the next one of ``verb`` after the step ``last``."""
    conductor = at.conductor
    answers = load_answers(at.site.folder / "answers.yaml")
    while (step := conductor.state.step) is not None:
        if step.verb == verb and step.id not in last.split():
            return
        perform(conductor, gather(conductor, answers.step(step.id), at.pins))


def carry_out(at: Room) -> None:
    """Carry out the current step."""
    answers = load_answers(at.site.folder / "answers.yaml")
    step = at.conductor.current()
    perform(at.conductor, gather(at.conductor, answers.step(step.id), at.pins))


def dying_at(at: Room, kind: type[Fact], *, before: bool) -> None:
    """Have the process die at the next fact of a kind, before or after it stands."""
    honest = at.conductor.record_all

    def record_all(wishes: Any, *, in_step: bool) -> Any:
        mine = any(isinstance(wish[0], kind) for wish in wishes)
        if mine and before:
            die()
        events = honest(wishes, in_step=in_step)
        if mine:
            die()
        return events

    at.conductor.record_all = record_all


@contextmanager
def room(workspace: Workspace, *, typed: bool = False) -> Iterator[Room]:
    """Enter and let two people decide about whatever was interrupted.

    Args:
        workspace: Where the ceremony is.
        typed: True where the PINs are typed, as the view of the resumption asks.
    """
    ceremony = workspace.plans()[0].ceremony
    with enter(workspace, ceremony, SystemClock()) as at:
        if needs_decision(at.conductor):
            decision = Decision(Choice.ADOPT, BY)
            source, pins = TypedPinSource(), at.site.pins
            assert pins is not None
            told = {
                at.conductor.devices.bound("root-hsm").serial: pins.user["root-hsm"],
                "new_pin": pins.new_user["root-hsm"],
            }
            given = {name: copied(pin) for name, pin in told.items()}
            with source.given(given):
                way = source if typed else at.pins
                if typed:
                    (workspace.folder / "asked").write_text(" | ".join(asked_pins(at)))
                recover(at.conductor, way, decision, lambda _: None)
        yield at


def asked_pins(at: Room) -> list[str]:
    """Tell what the page of the resumption asks for where people type every PIN."""
    devices = at.conductor.devices
    honest = devices.binding
    tokens = tuple(replace(each, pin=PinSource.TYPED) for each in honest.tokens)
    devices.binding = replace(honest, tokens=tokens)
    pins = view_resume(at.conductor, None).pins
    devices.binding = honest
    return [each.title for each in pins]


def copied(pin: Secret) -> Secret:
    """Give another secret with the same PIN."""
    return Secret(bytearray(pin.expose()))


def begin_changing_then_die(workspace: Workspace) -> None:
    """Die before the token is asked to change the security officer's PIN."""
    with room(workspace) as at:
        play_to(at, "token.change-pin", "2.10")
        dying_at(at, Intent, before=False)
        carry_out(at)


def change_officers_then_die(workspace: Workspace) -> None:
    """Die when the security officer's PIN is changed and nothing is recorded."""
    with room(workspace) as at:
        play_to(at, "token.change-pin", "2.10")
        dying_at(at, Outcome, before=True)
        carry_out(at)


def change_users_then_die(workspace: Workspace) -> None:
    """Type the new PIN wrongly; then die when the user PIN is changed."""
    with room(workspace) as at:
        play_to(at, "token.change-pin", "2.2")
        mistyped = refusal_of(at, new_pin_again=b"735190284467")
        old = at.site.pins.user["root-hsm"] if at.site.pins else Secret(bytearray())
        same = bytes(old.expose())
        unchanged = refusal_of(at, new_pin=same, new_pin_again=same)
        (workspace.folder / "typed").write_text(f"{mistyped} {unchanged}")
        dying_at(at, Outcome, before=True)
        carry_out(at)


def begin_users_then_die(workspace: Workspace) -> None:
    """Die before the token is asked to change the user PIN."""
    with room(workspace) as at:
        play_to(at, "token.change-pin", "2.2")
        dying_at(at, Intent, before=False)
        carry_out(at)


def change_users_at_the_desk(workspace: Workspace) -> None:
    """Resume at the laptop's desk and type every PIN there, as the window does."""
    desk = Desk(SystemClock())
    desk.open(workspace, workspace.plans()[0].ceremony)
    officer, witness = (BY[0], "MT"), (BY[1], "SL")
    desk.recover(Choice.ADOPT, (officer, witness), {}, lambda _: None)
    step = desk.view().step
    assert step is not None
    pins = desk.room.site.pins
    assert pins is not None
    old, new = pins.user["root-hsm"], pins.new_user["root-hsm"]
    told = " | ".join(f"{need.prompt}, {need.who.name}" for need in step.needs)
    (workspace.folder / "needs").write_text(told)
    # The site binds one more token than this script names.
    assert [row.name for row in desk.view().tokens] == ["root-hsm"]
    assert [token.label for token in desk.tokens()] == [
        desk.conductor.devices.bound("root-hsm").label
    ]
    typed = {"pin": old, "new_pin": new, "new_pin_again": new}
    desk.carry_out({}, {name: copied(pin) for name, pin in typed.items()})
    desk.close_step({BY[1]: "SL"})
    desk.leave()
    die()


def prove_then_die(workspace: Workspace) -> None:
    """Refuse a proof of another key first; then die before the proof is recorded."""
    with room(workspace, typed=True) as at:
        play_to(at, "key.prove", "")
        state = at.conductor.state
        other = replace(state.keys["root-oca"], public_key=Digest("0" * 64))
        at.conductor.state = replace(state, keys={"root-oca": other})
        (workspace.folder / "refused").write_text(refusal_of(at))
        at.conductor.state = replace(at.conductor.state, keys=state.keys)
        dying_at(at, Outcome, before=True)
        carry_out(at)


def begin_destroying_then_die(workspace: Workspace) -> None:
    """Refuse to destroy beside a stray object; then die before the device is asked."""
    with room(workspace) as at:
        play_to(at, "key.destroy", "")
        with session_of(at) as session:
            session.write_anchor(b"a stray object")
        (workspace.folder / "stray").write_text(refusal_of(at))
        with session_of(at) as session:
            for entry in session.inventory().entries:
                if entry.object_class == "CKO_DATA":
                    session.destroy(entry)
        dying_at(at, Intent, before=False)
        carry_out(at)


def destroy_half_then_die(workspace: Workspace) -> None:
    """Die between the two halves of the key."""
    with room(workspace) as at:
        play_to(at, "key.destroy", "")
        honest = HostedSession.destroy

        def once(self: HostedSession, entry: InventoryEntry) -> None:
            honest(self, entry)
            die()

        HostedSession.destroy = once
        carry_out(at)


def list_then_die(workspace: Workspace) -> None:
    """Refuse two lists before the device is asked; then die before one is recorded."""
    with room(workspace) as at:
        play_to(at, "crl.issue", "")
        state = at.conductor.state
        key = state.keys["root-oca"].public_key
        row: Row = {"ceremony": "KC-2025-001", "issuer_key": key, "number": 1}
        honest = last_list.project
        last_list.project = lambda events: {**honest(events), "crls": [row]}
        used = refusal_of(at)
        last_list.project = honest
        at.conductor.state = replace(state, certificates={})
        uncertified = refusal_of(at)
        at.conductor.state = state
        asked = any(isinstance(known.fact, Intent) for known in state.current)
        (workspace.folder / "lists").write_text(f"{used} {uncertified} {asked}")
        dying_at(at, Outcome, before=True)
        carry_out(at)


def destroy_then_die(workspace: Workspace) -> None:
    """Die when the key is gone and nothing is recorded."""
    with room(workspace) as at:
        play_to(at, "key.destroy", "")
        dying_at(at, Outcome, before=True)
        carry_out(at)


@contextmanager
def session_of(at: Room) -> Iterator[HostedSession]:
    """Log in to the key's token beside the ceremony."""
    devices = at.conductor.devices
    serial = devices.bound("root-hsm").serial
    need = Need("pin", NeedKind.PIN, "", Role(""), (), serial, renewed=True)
    with at.pins.pin(need) as pin, devices.session("root-hsm", pin) as session:
        yield session


def refusal_of(at: Room, **pins: bytes) -> str:
    """Carry the current step out, which must be refused; give the rule.

    Args:
        at: The room.
        pins: What is typed otherwise than the answers have it, by need.
    """
    answers = load_answers(at.site.folder / "answers.yaml")
    told = gather(at.conductor, answers.step(at.conductor.current().id), at.pins)
    typed = {name: Secret(bytearray(pin)) for name, pin in pins.items()}
    try:
        perform(at.conductor, replace(told, pins={**told.pins, **typed}))
    except CeremonyError as error:
        return error.code
    return ""


def finish(workspace: Workspace) -> None:
    """Go on to the end, seal, verify, and tell what came of every operation."""
    out = workspace.folder / "evidence.pdf"
    told: dict[str, Any] = {}
    with room(workspace) as at:
        if sys.argv[2] == "half":
            finish_demo(at, out, lambda _: None)
            verdict = verify_pack(out, at.site.folder / "trust-policy.toml")
            told = {
                "lines": [verdict.record_line, verdict.ceremony_line],
                "failed": [f"{each.rule} {each.reason}" for each in verdict.checks],
                "refused": (workspace.folder / "refused").read_text(),
                "stray": (workspace.folder / "stray").read_text(),
                "asked": (workspace.folder / "asked").read_text(),
                "typed": (workspace.folder / "typed").read_text(),
            }
        else:
            told = {
                "needs": (workspace.folder / "needs").read_text(),
                "lists": (workspace.folder / "lists").read_text(),
            }
        told |= {
            "destroyed": sorted(at.conductor.state.destroyed),
            "closed": [
                known.closed.decided if known.closed else ""
                for known in at.conductor.state.deviations
            ],
            "outcomes": [
                f"{known.event.step.id} {known.fact.verb} {known.fact.result.value}"
                for known in at.conductor.facts
                if isinstance(known.fact, Outcome) and known.event.step is not None
            ],
        }
    sys.stdout.write(json.dumps(told))


PARTS: dict[str, tuple[Callable[[Workspace], None], ...]] = {
    "half": (
        begin_changing_then_die,
        change_users_then_die,
        prove_then_die,
        begin_destroying_then_die,
        destroy_half_then_die,
    ),
    "whole": (
        change_officers_then_die,
        begin_users_then_die,
        change_users_at_the_desk,
        list_then_die,
        destroy_then_die,
    ),
}
"""By what is left of the key: each part goes on where the one before it died."""


def in_child(work: Callable[[], None]) -> int:
    """Do the work in a forked process; give its wait status."""
    child = os.fork()
    if child == 0:
        try:
            work()
            sys.stdout.flush()
        except BaseException:  # noqa: BLE001  the parent must see it as a status
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def main() -> int:
    """Play every part and finish; give 1 where one was not killed or failed."""
    workspace = Workspace(Path(sys.argv[1]))
    open_demo(workspace)
    for part in PARTS[sys.argv[2]]:
        status = in_child(lambda part=part: part(workspace))
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            sys.stderr.write(f"{part.__name__} was not killed: {status}\n")
            return 1
    finish(workspace)
    return 0


if __name__ == "__main__":
    sys.exit(main())
