"""Play the built-in backup until it is killed, resume it, and so on to its end.

Each part runs in a process of its own, as those of ``tests.crash.key_acts_child``, and
goes on from wherever the part before it was killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from ceremony.clock import SystemClock
from ceremony.conduct.demo import finish_demo, open_demo, set_up
from ceremony.conduct.recovery import Choice, Decision, needs_decision, recover
from ceremony.conduct.room import Room, enter
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Outcome
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.result import GeneratedKey, WrappedKey
from ceremony.verify.pack import verify_pack
from tests.crash.key_acts_child import (
    BY,
    carry_out,
    die,
    dying_at,
    in_child,
    play_to,
    refusal_of,
)


def resumed(workspace: Workspace, choice: Choice, work: Any) -> None:
    """Enter, let two people decide about whatever was interrupted, and go on."""
    ceremony = workspace.plans()[0].ceremony
    with enter(workspace, ceremony, SystemClock()) as at:
        if needs_decision(at.conductor):
            recover(at.conductor, at.pins, Decision(choice, BY), lambda _: None)
        work(at, workspace)


def make_then_die(at: Room, workspace: Workspace) -> None:
    """Refuse a copy that the site does not allow; then die when a key is made."""
    play_to(at, "key.generate", "3.2")
    policy = at.conductor.policy
    at.conductor.policy = replace(policy, wrapped_copies=False)
    (workspace.folder / "refused").write_text(refusal_of(at))
    at.conductor.policy = policy
    dying_at(at, Outcome, before=True)
    carry_out(at)


def restore_then_die(at: Room, _: Workspace) -> None:
    """Die when a key is restored and nothing is recorded."""
    play_to(at, "key.unwrap", "3.9" if is_closed(at, "3.9") else "")
    dying_at(at, Outcome, before=True)
    carry_out(at)


def check_then_die(at: Room, _: Workspace) -> None:
    """Die when a check value is found and nothing is recorded."""
    play_to(at, "key.check-value", "3.6")
    dying_at(at, Outcome, before=True)
    carry_out(at)


def restore_half_then_die(at: Room, _: Workspace) -> None:
    """Die when the private key is there and its public key is not."""
    play_to(at, "key.unwrap", "")
    honest = HostedSession.unwrap_key_pair

    def half(self: HostedSession, *told: Any) -> GeneratedKey:
        made = honest(self, *told)
        for entry in self.inventory().entries:
            is_public = entry.object_class == "CKO_PUBLIC_KEY"
            if is_public and entry.cka_id == made.cka_id:
                self.destroy(entry)
        die()
        return made

    HostedSession.unwrap_key_pair = half  # type: ignore[method-assign]  # it dies in it
    carry_out(at)


def restore_then_lose_the_module(at: Room, workspace: Workspace) -> None:
    """Let the module's process end when a key is restored and nothing was read."""
    play_to(at, "key.unwrap", "")
    honest = HostedSession.unwrap_key_pair

    def lost(self: HostedSession, *told: Any) -> GeneratedKey:
        made = honest(self, *told)
        os.kill(self._host.pid, signal.SIGKILL)
        while self._host.is_running:
            time.sleep(0.01)
        return made

    HostedSession.unwrap_key_pair = lost  # type: ignore[method-assign]  # it ends there
    told = refusal_of(at)
    doubt = at.conductor.state.pending is not None
    (workspace.folder / "lost").write_text(f"{told} {doubt}")
    die()


def is_closed(at: Room, step: str) -> bool:
    return step in at.conductor.state.closed_steps


def finish(at: Room, workspace: Workspace) -> None:
    """Go on to the end, seal, verify, and tell what came of every operation."""
    out = workspace.folder / "evidence.pdf"
    finish_demo(at, out, lambda _: None)
    verdict = verify_pack(out, at.site.folder / "trust-policy.toml")
    state = at.conductor.state
    told = {
        "lines": [verdict.record_line, verdict.ceremony_line],
        "checks": [f"{each.rule} {each.reason}" for each in verdict.checks],
        "refused": (workspace.folder / "refused").read_text(),
        "lost": (workspace.folder / "lost").read_text(),
        "equal": sorted(state.shown_equal),
        "closed": [
            known.closed.decided if known.closed else "" for known in state.deviations
        ],
        "outcomes": outcomes_of(at),
    }
    sys.stdout.write(json.dumps(told))


def outcomes_of(at: Room) -> list[str]:
    return [
        f"{known.event.step.id} {known.fact.verb} {known.fact.result.value}"
        for known in at.conductor.facts
        if isinstance(known.fact, Outcome) and known.event.step is not None
    ]


PARTS = (
    (Choice.ADOPT, make_then_die),
    (Choice.ADOPT, restore_then_die),
    (Choice.ADOPT, check_then_die),
    (Choice.ADOPT, restore_half_then_die),
    (Choice.ADOPT, restore_then_lose_the_module),
    (Choice.DESTROY, restore_then_die),
    (Choice.DESTROY, restore_then_die),
)
"""What two people decide about the part before, and where this one dies."""


def tamper(workspace: Workspace) -> None:
    """Let a token give another blob than it made, and tell what restoring it gives."""
    honest = HostedSession.wrap

    def changed(self: HostedSession, *told: Any) -> WrappedKey:
        wrapped = honest(self, *told)
        blob = bytearray(wrapped.blob)
        blob[9] ^= 1
        return replace(wrapped, blob=bytes(blob))

    HostedSession.wrap = changed  # type: ignore[method-assign]  # a token that lies
    with enter(workspace, workspace.plans()[0].ceremony, SystemClock()) as at:
        play_to(at, "key.unwrap", "3.9")
        refused = [refusal_of(at), refusal_of(at)]
        failed = [
            known.fact
            for known in at.conductor.facts
            if isinstance(known.fact, Outcome) and known.fact.fault is not None
        ]
        pin = at.site.pins.user["second-hsm"] if at.site.pins else None
        with at.conductor.devices.session("second-hsm", pin) as session:  # type: ignore[arg-type]  # it is there
            left = sorted(entry.label for entry in session.inventory().entries)
        told = {
            "refused": refused,
            "faults": [fact.fault.code for fact in failed if fact.fault],
            "pending": at.conductor.state.pending is not None,
            "left": left,
            "equal": sorted(at.conductor.state.shown_equal),
        }
    sys.stdout.write(json.dumps(told))


def main() -> int:
    """Play every part and finish; give 1 where one was not killed or failed."""
    workspace = Workspace(Path(sys.argv[1]))
    set_up(workspace, "backup", lambda _: None)
    open_demo(workspace)
    if sys.argv[2] == "tampered":
        tamper(workspace)
        return 0
    for choice, part in PARTS:
        status = in_child(
            lambda choice=choice, part=part: resumed(workspace, choice, part)  # type: ignore[misc]  # bound now
        )
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            sys.stderr.write(f"{part.__name__} was not killed: {status}\n")
            return 1
    resumed(workspace, Choice.ADOPT, finish)
    return 0


if __name__ == "__main__":
    sys.exit(main())
