"""Ceremonies that are moved to paper, at a real room on SoftHSM tokens, told as JSON.

Run as a program it plays every scene in one new folder, which it is given, and leaves
the printed files there to be looked at. It is a process of its own because a PKCS#11
module is initialised once for a process.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

from ceremony.cli.decide import _ask_course
from ceremony.conduct.actions import perform
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.demo import open_demo
from ceremony.conduct.desk import Draft
from ceremony.conduct.incident import begin_break, end_break
from ceremony.conduct.inspection import inspect_tokens
from ceremony.conduct.pins import FixedPinSource
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.resume_view import view_change
from ceremony.conduct.unseen import decide_found
from ceremony.digest_words import words
from ceremony.engine.facts import Course, Severity
from ceremony.engine.unseen import found_courses, open_unseen
from ceremony.identifiers import PersonId, Role
from ceremony.pack.answers import load_answers
from ceremony.pack.pins import FixedPins
from ceremony.secret import Secret
from tests.unit.conduct.desk_scenes import READING, Laptop, code_of


def at_3_4(folder: Path, laptop: Laptop) -> dict[str, Any]:
    """Leave the demo at step 3.4, come back, and move it to paper undecided."""
    ceremony = open_demo(laptop.workspace, recorded=False)
    desk = laptop.desk
    desk.open(laptop.workspace, ceremony)
    laptop.play_to("3.4")
    desk.deviate(Draft(Severity.MINOR, "Silence.", "A telephone rang."))
    desk.open(laptop.workspace, ceremony)
    conductor = desk.conductor
    key = conductor.state.keys["root-oca"]
    told: dict[str, Any] = {
        "ceremony": ceremony,
        "undecided": code_of(lambda: desk.carry_out({})) == "CONDUCT-DESK-02",
        "size": conductor.log.journal.size,
        "root": conductor.log.journal.root(),
        "unread": [key.public_key, key.cka_id, *words(bytes.fromhex(key.public_key))],
        "seats": [[s.person, s.role, s.initials] for s in conductor.state.seats],
    }
    made = desk.move_to_paper(folder / "left.pdf")
    told["made"] = [made.step, made.digest, made.page_count]
    told["unseen"] = made.unseen
    told["grew"] = conductor.log.journal.size - told["size"]
    told["checkpoint"] = any(
        note.size == told["size"] for note in conductor.log.journal.notes()
    )
    told["again"] = code_of(lambda: desk.move_to_paper(folder / "left.pdf"))
    told["unprintable"] = code_of(
        lambda: desk.move_to_paper(folder / "left\U0001f600.pdf")
    )
    told["grew no more"] = conductor.log.journal.size - told["size"]
    told["others"] = _after_a_look(folder, laptop)
    return told


def _after_a_look(folder: Path, laptop: Laptop) -> list[str]:
    """Move to paper again, before and after a look into one token, and into all."""
    desk = laptop.desk
    # Another program finds it left, with the first one's note.
    desk.open(laptop.workspace, desk.conductor.ceremony)
    told = [desk.move_to_paper(folder / "unseen.pdf").unseen]
    one = FixedPins({"root-hsm": laptop.pin("root-hsm")}, {})
    binding = desk.conductor.devices.binding
    inspect_tokens(desk.conductor, FixedPinSource(binding, one))
    told.append(desk.move_to_paper(folder / "half-seen.pdf").unseen)
    desk.inspect()
    return [*told, laptop.desk.move_to_paper(folder / "seen.pdf").unseen]


def in_doubt(folder: Path, laptop: Laptop) -> dict[str, Any]:
    """Stop between a key's intent and its outcome, and move to paper."""
    ceremony = open_demo(laptop.workspace, recorded=False)
    laptop.desk.open(laptop.workspace, ceremony)
    laptop.play_to("3.3")
    _begin_key(laptop.desk.conductor, laptop)
    laptop.desk.open(laptop.workspace, ceremony)
    made = laptop.desk.move_to_paper(folder / "doubt.pdf")
    return {"step": made.step, "ceremony": ceremony} | _never_back(laptop)


def _never_back(laptop: Laptop) -> dict[str, Any]:
    """Have the token in doubt never seen again, the other one at first not tried."""
    conductor = laptop.desk.conductor
    binding = conductor.devices.binding
    by = (Role("security-officer"), Role("internal-witness"))

    def leave() -> None:
        decide_found(conductor, Course.UNRESOLVED, "It fell.", by)

    pins = {"root-hsm": Secret(bytearray(b"27182818284590"))}
    one = FixedPinSource(binding, FixedPins(dict(pins), {}))
    inspect_tokens(conductor, one)
    told: dict[str, Any] = {"courses": found_courses(conductor.state)}
    told["not tried"] = code_of(leave)
    change = view_change(conductor)
    assert change is not None
    typed = "unresolved\nIt fell.\nsecurity-officer\nMT\ninternal-witness\nSL\n"
    # What is typed at a terminal: asked once, and not for ever.
    sys.stdin = io.StringIO(typed)
    _ask_course(conductor, one, change)
    told["typed"] = (sys.stdin.read(), len(open_unseen(conductor.state)))
    pins["issuing-hsm"] = laptop.pin("issuing-hsm")
    source = FixedPinSource(binding, FixedPins(pins, {}))
    decision = Decision(Choice.ADOPT, by)
    told["resumed"] = code_of(lambda: recover(conductor, source, decision, str))
    look = conductor.facts[-1].fact
    told["looked"] = getattr(look, "type", "")
    told["seen"] = [each.token for each in getattr(look, "tokens", ())]
    return told | {"left": code_of(leave), "phase": conductor.state.phase.value}


class PowerFailedError(Exception):
    """Stands for the end of the program."""


def _begin_key(conductor: Conductor, laptop: Laptop) -> None:
    """Carry the step out, the program ending right after its intent."""

    def stop(*_: object, **__: object) -> None:
        raise PowerFailedError

    told = load_answers(laptop.site / "answers.yaml").step(conductor.current().id)
    inputs = gather(conductor, told, laptop.desk.room.pins)
    conductor.finish = stop  # type: ignore[method-assign]  # the power fails in it
    try:
        perform(conductor, inputs)
    except PowerFailedError:
        return
    raise AssertionError("the step came to its end")


def at_a_break(folder: Path, laptop: Laptop) -> dict[str, Any]:
    """Move to paper in a break, then abandon, and try again."""
    ceremony = open_demo(laptop.workspace, recorded=False)
    desk = laptop.desk
    desk.open(laptop.workspace, ceremony)
    laptop.play_to("1.9")
    staying = [PersonId("w-01"), PersonId("a-01")]
    begin_break(desk.conductor, "Lunch.", 30, staying)
    made = desk.move_to_paper(folder / "break.pdf")
    end_break(desk.conductor)
    desk.abandon("It went on on paper, and ended there.")
    size = desk.conductor.log.journal.size
    told = {
        "step": made.step,
        "abandoned": code_of(lambda: desk.move_to_paper(folder / "none.pdf")),
    }
    grew = desk.conductor.log.journal.size - size
    return told | {"grew": grew, "file": (folder / "none.pdf").exists()}


def in_the_farewell(folder: Path, laptop: Laptop) -> dict[str, Any]:
    """Move to paper before the first sign-out, and after it."""
    ceremony = open_demo(laptop.workspace, recorded=False)
    desk = laptop.desk
    desk.open(laptop.workspace, ceremony)
    script = desk.conductor.script
    first = next(step.id for step in script.steps if step.verb == "sign-out")
    laptop.play_to(first)
    made = desk.move_to_paper(folder / "farewell.pdf")
    leaver = desk.view().turn
    assert leaver is not None
    desk.sign_turn(leaver.digest, READING, None)
    size = desk.conductor.log.journal.size
    notes = len(desk.conductor.log.journal.notes())
    told = {
        "step": [made.step, first],
        "refused": code_of(lambda: desk.move_to_paper(folder / "late.pdf")),
    }
    return told | {
        "grew": desk.conductor.log.journal.size - size,
        "checkpoints": len(desk.conductor.log.journal.notes()) - notes,
        "file": (folder / "late.pdf").exists(),
    }


def half_done(folder: Path, laptop: Laptop) -> dict[str, Any]:
    """Carry a step out, leave it without its initials, and move to paper."""
    ceremony = open_demo(laptop.workspace, recorded=False)
    desk = laptop.desk
    desk.open(laptop.workspace, ceremony)
    laptop.play_to("3.2")
    desk.carry_out({})
    return {"step": desk.move_to_paper(folder / "half.pdf").step}


def closed(folder: Path, laptop: Laptop) -> dict[str, Any]:
    """Hold the ceremony to its close, and move to paper too late."""
    ceremony = open_demo(laptop.workspace, recorded=False)
    desk = laptop.desk
    desk.open(laptop.workspace, ceremony)
    laptop.play_to("")
    desk.close_ceremony()
    size = desk.conductor.log.journal.size
    refused = code_of(lambda: desk.move_to_paper(folder / "closed.pdf"))
    return {
        "refused": refused,
        "grew": desk.conductor.log.journal.size - size,
        "file": (folder / "closed.pdf").exists(),
    }


SCENES = {
    "at 3.4": at_3_4,
    "in doubt": in_doubt,
    "at a break": at_a_break,
    "farewell": in_the_farewell,
    "half done": half_done,
    "closed": closed,
}


def main() -> int:
    """Play every scene, each at a site of its own."""
    told = {}
    for number, (name, scene) in enumerate(SCENES.items()):
        at = Path(sys.argv[1]) / str(number)
        at.mkdir()
        told[name] = scene(Path(sys.argv[1]), Laptop(at))
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
