"""Play the ceremony of logins: killed and resumed, or with all that ends a login.

Each part runs in a process of its own, forked by this program. Whether somebody is
logged in is asked of the token itself: without a login it shows no private key.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from ceremony.conduct.actions import act, login
from ceremony.conduct.demo import finish_demo, open_demo
from ceremony.conduct.incident import abandon, begin_break, end_break
from ceremony.conduct.inspection import inspect_tokens
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.room import Room
from ceremony.conduct.step_view import review_of
from ceremony.conduct.takeover import move_to_paper
from ceremony.conduct.views import status
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Intent, Outcome
from ceremony.errors import CeremonyError
from ceremony.hsm.errors import Act
from ceremony.identifiers import PersonId
from ceremony.pack.answers import load_answers
from ceremony.verify.pack import verify_pack
from tests.crash.key_acts_child import BY, carry_out, die, dying_at, in_child, play_to
from tests.crash.manual_acts_child import room

TOKEN = "root-hsm"  # noqa: S105  a token's name in the script, no password
STAYING = (PersonId("s-01"), PersonId("w-01"))


def seen(at: Room) -> list[str]:
    """Look into the token without a PIN: what it shows to whoever is logged in.

    While a login is kept the token is in use, and that is what is told.
    """
    try:
        with at.conductor.devices.token(TOKEN).session(None) as session:
            return sorted(each.object_class for each in session.inventory().entries)
    except CeremonyError as error:
        return [error.code]


def asked(at: Room) -> list[str]:
    """Tell what the current step asks for."""
    return [need.name for need in at.conductor.needs()]


def told_login(at: Room) -> list[str]:
    """Tell what the review card says of the login."""
    review = review_of(at.conductor, at.conductor.current())
    return [row.value for row in review.told if row.label == "Login"]


def keep(workspace: Workspace, name: str, told: object) -> None:
    """Keep what a part has seen for whoever reads the end."""
    (workspace.folder / f"{name}.json").write_text(json.dumps(told))


def begin_then_die(workspace: Workspace) -> None:
    """Die before the token is asked to log in."""
    with room(workspace) as at:
        play_to(at, "token.login", "")
        dying_at(at, Intent, before=False)
        carry_out(at)


def log_in_then_die(workspace: Workspace) -> None:
    """Die when somebody is logged in and nothing is recorded."""
    with room(workspace) as at:
        dying_at(at, Outcome, before=True)
        carry_out(at)


def break_then_die(workspace: Workspace) -> None:
    """Use the login, have a break end it, log in anew, and die while logged in."""
    with room(workspace) as at:
        play_to(at, "token.inventory", "2.4")
        here = {
            "asked": asked(at),
            "told": told_login(at),
            "status": status(at.conductor.ceremony, at.conductor.state).logins,
            "kept": seen(at),
        }
        try:
            begin_break(at.conductor, "Lunch.", 30, STAYING[:1])
        except CeremonyError as error:
            here["refused"] = [error.code, *seen(at)]
        begin_break(at.conductor, "Lunch.", 30, STAYING)
        here["in the break"] = seen(at)
        end_break(at.conductor)
        here |= {"afterwards": asked(at), "told afterwards": told_login(at)}
        answers = load_answers(at.site.folder / "answers.yaml")
        act(at.conductor, gather(at.conductor, answers.step("2.6"), at.pins))
        here["anew"] = seen(at)
        keep(workspace, "break", here)
        die()


def begin_anew_then_die(workspace: Workspace) -> None:
    """Die between intent and outcome of the login that is made anew."""
    with room(workspace) as at:
        play_to(at, "key.prove", "")
        keep(
            workspace, "killed", {"told": told_login(at), "asked": asked(at)} | _see(at)
        )
        dying_at(at, Intent, before=False)
        carry_out(at)


def log_out_then_die(workspace: Workspace) -> None:
    """Prove the key after a login made anew; die as the logout is not recorded yet."""
    with room(workspace) as at:
        play_to(at, "token.logout", "")

        def finish_and_die(*_: object) -> None:
            keep(workspace, "logged out", seen(at))
            die()

        at.conductor.finish = finish_and_die  # type: ignore[method-assign]  # it dies
        carry_out(at)


def _see(at: Room) -> dict[str, Any]:
    return {"seen": seen(at)}


def finish(workspace: Workspace) -> dict[str, Any]:
    """Go on to the end, seal and verify."""
    out = workspace.folder / "evidence.pdf"
    with room(workspace) as at:
        play_to(at, "token.inventory", "2.4 2.6")
        last = asked(at)
        finish_demo(at, out, lambda _: None)
        verdict = verify_pack(out, at.site.folder / "trust-policy.toml")
    return {
        "last": last,
        "lines": [verdict.record_line, verdict.ceremony_line],
        "failed": [f"{each.rule} {each.reason}" for each in verdict.checks],
        "seen": {
            name: json.loads((workspace.folder / f"{name}.json").read_text())
            for name in ("break", "killed", "logged out")
        },
    }


def end_in_every_way(workspace: Workspace) -> dict[str, Any]:
    """End the login by its process, a hang, leaving, a failure and abandoning."""
    told: dict[str, Any] = {}
    with room(workspace) as at:
        play_to(at, "token.inventory", "")
        devices = at.conductor.devices
        pid = devices.module(devices.bound(TOKEN).module).pid
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        told["process ended"] = [_code(at), *asked(at)]
        play_to(at, "token.inventory", "2.4")
        told["anew"] = seen(at)
        told["looked into"] = _leave_in_doubt(at)
        told["decided in the room"] = [*seen(at), *told_login(at)]
        _log_in_anew(at)
        os.kill(devices.module(devices.bound(TOKEN).module).pid, signal.SIGSTOP)
        told["hung"] = [_soon(at), *asked(at)]
        play_to(at, "check", "")
    with room(workspace) as at:
        play_to(at, "key.prove", "")
        told["left"] = [*seen(at), *told_login(at)]
        _log_in_anew(at)
        told["failed"] = [_failure(at), *asked(at), *seen(at)]
        _log_in_anew(at)
        told["anew again"] = seen(at)
        move_to_paper(at.conductor, workspace.folder / "paper.pdf", left=False)
        told["on paper"] = [*seen(at), _code(at), *asked(at)]
        _log_in_anew(at)
        abandon(at.conductor, "Enough was seen.")
        told["abandoned"] = seen(at)
    return told


def _leave_in_doubt(at: Room) -> list[str]:
    """Leave an operation in doubt while the program runs on, and have two decide.

    They look into the tokens first, as the page on which they decide has it; what the
    token shows then without a PIN is given.
    """
    step, serial = at.conductor.current(), at.conductor.devices.bound(TOKEN).serial
    at.conductor.begin(Intent(step.verb, TOKEN, serial), at.conductor.performer(step))
    inspect_tokens(at.conductor, at.pins)
    shown = seen(at)
    recover(at.conductor, at.pins, Decision(Choice.ADOPT, BY), lambda _: None)
    return shown


def _soon(at: Room) -> str:
    """Carry the current step out, with little patience for the module; as _code."""
    patience, Act.LOOK.deadline_s = Act.LOOK.deadline_s, 0.5
    told = _code(at)
    Act.LOOK.deadline_s = patience
    return told


def _log_in_anew(at: Room) -> None:
    """Make the login anew and do nothing with it yet."""
    answers = load_answers(at.site.folder / "answers.yaml")
    step = at.conductor.current()
    with ExitStack() as held:
        told = gather(at.conductor, answers.step(step.id), at.pins)
        held.callback(told.wipe)
        login.log_in_anew(at.conductor, step, told)


def _code(at: Room) -> str:
    try:
        carry_out(at)
    except CeremonyError as error:
        return error.code
    return ""


def _failure(at: Room) -> str:
    """Have the token asked for a key that it does not hold; give the failure."""
    state = at.conductor.state
    other = replace(state.keys["root-oca"], cka_id="00" * 16)
    at.conductor.state = replace(state, keys={"root-oca": other})
    told = _code(at)
    at.conductor.state = replace(at.conductor.state, keys=state.keys)
    return told


PARTS: tuple[Callable[[Workspace], None], ...] = (
    begin_then_die,
    log_in_then_die,
    break_then_die,
    begin_anew_then_die,
    log_out_then_die,
)


def main() -> int:
    """Play what is asked for; give 1 where a part was not killed."""
    workspace = Workspace(Path(sys.argv[1]))
    open_demo(workspace)
    told: dict[str, Any]
    if sys.argv[2] == "ends":
        told = end_in_every_way(workspace)
    else:
        for part in PARTS:
            status = in_child(lambda part=part: part(workspace))  # type: ignore[misc]  # the part is bound now
            if status != signal.SIGKILL:
                sys.stderr.write(f"{part.__name__} was not killed: {status}\n")
                return 1
        told = finish(workspace)
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
