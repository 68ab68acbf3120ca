"""What the desk does with a real room on SoftHSM tokens, told as JSON.

Run as a program it plays each scene at one laptop whose binding lets some PINs be
typed. It is a process of its own because a PKCS#11 module is initialised once for a
process.
"""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ceremony.clock import SystemClock
from ceremony.conduct.actions import perform
from ceremony.conduct.demo import finish_demo, open_demo, set_up
from ceremony.conduct.desk import Desk, Draft, Mark
from ceremony.conduct.home_view import HomeView, view_home
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Course, Severity
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.errors import CeremonyError
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import Digest, OperationId, PersonId, Role
from ceremony.pack.answers import load_answers
from ceremony.secret import Secret

CLOCK = SystemClock()
READING = "09:41"


class Laptop:
    """A workspace with a site, and a desk over it."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(folder / "workspace")
        set_up(self.workspace, "demo", lambda _: None)
        self.site = self.workspace.folder / "site"
        self.pins = tomllib.loads((self.site / "pins.toml").read_text())
        self.desk = Desk(CLOCK)

    def let_type(self, *names: str) -> None:
        """Let these PINs be typed instead of taken from the file."""
        path = self.site / "binding.toml"
        blocks = path.read_text().split("\n\n")
        for at, block in enumerate(blocks):
            if any(f'"{name}"' in block for name in names) or (
                "evidence" in names and block.startswith("[evidence]")
            ):
                blocks[at] = block.replace('pin = "fixed"', 'pin = "typed"')
        path.write_text("\n\n".join(blocks))

    def pin(self, name: str) -> Secret:
        return secret(self.pins["user"][name])

    def play_to(self, step: str) -> None:
        """Carry the demo out up to, and without, one step."""
        room = self.desk.room
        answers = load_answers(self.site / "answers.yaml")
        while (now := room.conductor.state.step) is not None and now.id != step:
            told = answers.step(now.id)
            perform(room.conductor, gather(room.conductor, told, room.pins))


def secret(text: str) -> Secret:
    return Secret(bytearray(text.encode()))


def code_of(work: Callable[[], object]) -> str:
    try:
        work()
    except CeremonyError as error:
        return error.code
    return ""


def home_of(view: HomeView) -> dict[str, Any]:
    """Give what Home shows, in plain values."""
    return {
        "open": [card.status.ceremony for card in view.open],
        "cards": [
            {
                "step": card.step_number,
                "fresh": card.fresh,
                "same start": card.same_start,
                "pack": card.pack.name if card.pack is not None else "",
                "asks pin": card.asks_pin,
                "phase": card.status.phase,
            }
            for card in view.ceremonies
        ],
        "duties": [
            [duty.what, duty.who, (duty.due - view.today).days] for duty in view.duties
        ],
        "locked": [error.code for error in view.locked],
    }


def typed_pins(folder: Path) -> dict[str, Any]:
    """Open with a typed evidence PIN, then take the turn of the first witness."""
    laptop = Laptop(folder)
    laptop.let_type("w-01", "evidence")
    ceremony = open_demo(laptop.workspace, recorded=False)
    desk, told = laptop.desk, dict[str, Any]()
    told["home before"] = home_of(view_home([laptop.workspace], CLOCK))
    told["evidence untyped"] = code_of(lambda: desk.open(laptop.workspace, ceremony))
    told["open after a refusal"] = desk.is_open
    desk.open(laptop.workspace, ceremony, laptop.pin("evidence"))
    told["open"] = desk.is_open
    told["home locked"] = home_of(view_home([laptop.workspace], CLOCK))
    turn = desk.view().turn
    assert turn is not None
    told["turn"] = [turn.name, turn.title, turn.offered, turn.found, turn.number]
    told["words"] = [turn.words, turn.text]
    told["untyped"] = code_of(lambda: desk.sign_turn(turn.digest, READING, None))
    told["still its turn"] = desk.view().turn is not None
    wrong = secret("00000000")
    told["wrong"] = code_of(lambda: desk.sign_turn(turn.digest, READING, wrong))
    told["wrong is wiped"] = not any(wrong._buffer)

    told.update(_changed_and_right(laptop))
    desk.leave()
    told["left"] = [desk.is_open, code_of(lambda: desk.room)]
    return told


def _changed_and_right(laptop: Laptop) -> dict[str, Any]:
    """Sign what is no longer shown, then what is."""
    desk, told = laptop.desk, dict[str, Any]()
    desk.note("The radio was switched off.")
    count = desk.view().event_count
    stale = laptop.pin("w-01")
    forged = Digest("0" * 64)
    told["text changed"] = code_of(lambda: desk.sign_turn(forged, READING, stale))
    told["changed is wiped"] = not any(stale._buffer)
    told["nothing recorded"] = desk.view().event_count == count
    told["changed without a pin"] = code_of(
        lambda: desk.sign_turn(forged, READING, None)
    )

    now = desk.view().turn
    assert now is not None
    right = laptop.pin("w-01")
    told["right"] = code_of(lambda: desk.sign_turn(now.digest, READING, right))
    told["right is wiped"] = not any(right._buffer)
    view = desk.view()
    told["next turn"] = view.turn.title if view.turn is not None else ""
    told["present"] = [person.title for person in view.people if person.present]
    return told


def incidents(folder: Path) -> dict[str, Any]:
    """Everything that may happen at any moment, then tokens that differ."""
    laptop = Laptop(folder)
    ceremony = open_demo(laptop.workspace, recorded=False)
    desk, told = laptop.desk, dict[str, Any]()
    desk.open(laptop.workspace, ceremony)
    laptop.play_to("3.4")
    left_open = desk.deviate(Draft(Severity.NOTE, "Silence.", "A telephone rang."))
    told["open deviation"] = desk.view().deviations[-1].decided
    marks = ((Role("administrator"), "DO"), (Role("internal-witness"), "SL"))
    desk.decide_deviation(left_open, "It is switched off.", marks[:1])
    desk.deviate(Draft(Severity.MINOR, "Light.", "A lamp failed.", "Go on.", marks))
    told["deviations"] = [
        [each.number, each.severity, each.happened, each.decided]
        for each in desk.view().deviations
    ]
    told["rows"] = {
        row.id: row.deviations for row in desk.view().steps if row.deviations
    }
    desk.move(PersonId("x-01"), "out", "A call.")
    told["away"] = [each.id for each in desk.view().people if each.away]
    desk.move(PersonId("x-01"), "in")
    told["back"] = [each.id for each in desk.view().people if each.away]
    desk.begin_break("Lunch.", 30, (PersonId("s-01"), PersonId("w-01")))
    pause = desk.view().pause
    assert pause is not None
    told["pause"] = [pause.minutes, pause.reason, list(pause.staying)]
    desk.end_break()
    told["pause over"] = desk.view().pause is None
    told.update(_looked(laptop))
    told.update(_tokens(laptop))
    told.update(_give_up(laptop, marks))
    told["phase"] = desk.view().phase
    desk.leave()
    told["home"] = home_of(view_home([laptop.workspace], CLOCK))
    return told


def _give_up(laptop: Laptop, marks: Sequence[Mark]) -> dict[str, Any]:
    """Let two people abandon a ceremony whose key is gone; one alone does not."""
    desk = laptop.desk
    change = desk.interruption().change
    assert change is not None
    told: dict[str, Any] = {"change": [list(change.told), list(change.courses)]}
    told["alone"] = code_of(lambda: desk.abandon("It was only a test."))
    desk.decide_change(Course.ABANDON, "It was only a test.", marks)
    return told


def _looked(laptop: Laptop) -> dict[str, Any]:
    """Look at a step that is closed and at one that is still to come."""
    past, to_come = laptop.desk.past(24), laptop.desk.past(54)
    return {
        "past": [past.id, past.title, list(past.initials), bool(past.entries)],
        "to come": list(to_come.initials),
    }


def _tokens(laptop: Laptop) -> dict[str, Any]:
    desk, told = laptop.desk, dict[str, Any]()
    conductor = desk.conductor
    told["tokens"] = [[each.title, each.problem] for each in desk.tokens()]
    found = desk.inspect().findings or ()
    told["agrees"] = [[each.title, each.agrees, list(each.found)] for each in found]
    serials = [bound.serial for bound in conductor.devices.binding.tokens]
    wrong = {serials[0]: secret("00000000")}
    refused = (desk.inspect(wrong).findings or ())[0]
    told["wrong pin"] = [refused.agrees, refused.problem != "", list(refused.found)]
    need = Need("pin", NeedKind.PIN, "", Role(""), (), serials[0])
    pin = desk.room.pins.pin(need)
    with conductor.devices.session("root-hsm", pin) as session:
        order = KeyOrder("stray", OperationId("ab" * 16), KeyAlgorithm.EC_P256)
        session.generate_key_pair(order)
    strange = (desk.inspect().findings or ())[0]
    told["strange"] = [strange.agrees, sorted(strange.foreign), list(strange.missing)]
    with conductor.devices.session("root-hsm", desk.room.pins.pin(need)) as session:
        for entry in session.inventory().entries:
            session.destroy(entry)
    missing = (desk.inspect().findings or ())[0]
    told["missing"] = [missing.agrees, list(missing.foreign), sorted(missing.missing)]
    binding = conductor.devices.binding
    gone = replace(binding.tokens[0], serial="00000000deadbeef")
    conductor.devices.binding = replace(binding, tokens=(gone, *binding.tokens[1:]))
    told["gone"] = [
        [each.title, each.label, each.device, each.problem] for each in desk.tokens()
    ]
    conductor.devices.binding = binding
    return told


def finished(folder: Path) -> dict[str, Any]:
    """Home after a ceremony that was held to its end, and one that is new."""
    laptop = Laptop(folder)
    ceremony = open_demo(laptop.workspace)
    pack = laptop.workspace.folder / "packs" / f"{ceremony}.pdf"
    pack.parent.mkdir()
    with enter(laptop.workspace, ceremony, CLOCK) as room:
        finish_demo(room, pack, lambda _: None)
    second = open_demo(laptop.workspace)
    told = {"home": home_of(view_home([laptop.workspace], CLOCK)), "second": second}
    pack.unlink()
    told["without pack"] = home_of(view_home([laptop.workspace], CLOCK))
    return told


def undecided(folder: Path) -> dict[str, Any]:
    """Come back to a ceremony that was left, and pass the two deciders by."""
    laptop = Laptop(folder)
    ceremony = open_demo(laptop.workspace, recorded=False)
    desk, marks = laptop.desk, ((Role("administrator"), "DO"),)
    desk.open(laptop.workspace, ceremony)
    laptop.play_to("1.4")
    desk.open(laptop.workspace, ceremony)
    turn, count = desk.view().turn, desk.view().event_count
    assert turn is not None
    sheet = folder / "sheet.pdf"
    acts: dict[str, Callable[[], object]] = {
        "carry out": lambda: desk.carry_out({}),
        "sign": lambda: desk.sign_turn(turn.digest, READING, laptop.pin("c-01")),
        "dissent": lambda: desk.dissent(turn.digest, "No."),
        "settle": lambda: desk.settle_dissent("Go on.", marks),
        "write a sheet": lambda: desk.write_sheet(sheet),
        "sign on paper": lambda: desk.sign_on_paper("No token.", READING, marks),
        "close": lambda: desk.close_step({}),
        "begin a break": lambda: desk.begin_break("Lunch.", 30, ()),
        "end a break": desk.end_break,
        "close the ceremony": desk.close_ceremony,
    }
    told: dict[str, Any] = {name: code_of(act) for name, act in acts.items()}
    told["abandon"] = code_of(lambda: desk.abandon("Nobody looked."))
    return told | {"untouched": desk.view().event_count == count and not sheet.exists()}


def farewell(folder: Path) -> dict[str, Any]:
    """Sign out with something open, then say something when one has signed out."""
    laptop = Laptop(folder)
    ceremony = open_demo(laptop.workspace, recorded=False)
    desk, told = laptop.desk, dict[str, Any]()
    desk.open(laptop.workspace, ceremony)
    script = desk.conductor.script
    laptop.play_to(next(s.id for s in script.steps if s.verb == "sign-out"))
    number = desk.deviate(Draft(Severity.NOTE, "Silence.", "A telephone rang."))
    leaver = desk.view().turn
    assert leaver is not None
    head = desk.conductor.log.journal.size
    told["open"] = code_of(lambda: desk.sign_turn(leaver.digest, READING, None))
    told["open sheet"] = code_of(lambda: desk.write_sheet(folder / "sheet.pdf"))
    notes = desk.conductor.log.journal.notes()
    told["no checkpoint"] = all(note.size <= head for note in notes)
    told["nothing grew"] = desk.conductor.log.journal.size == head
    desk.decide_deviation(number, "It is off.", ((Role("administrator"), "DO"),))
    leaver = desk.view().turn
    assert leaver is not None
    desk.sign_turn(leaver.digest, READING, None)
    count = desk.view().event_count
    told["note"] = code_of(lambda: desk.note("One more thing."))
    told["deviate"] = code_of(
        lambda: desk.deviate(Draft(Severity.NOTE, "Silence.", "It rang again."))
    )
    told["move"] = code_of(lambda: desk.move(PersonId("x-01"), "out", "A call."))
    told["untouched"] = desk.view().event_count == count
    return told


def on_paper(folder: Path) -> dict[str, Any]:
    """Note something before anything is carried out, then sign in ink and give up."""
    laptop = Laptop(folder)
    ceremony = open_demo(laptop.workspace, recorded=False)
    desk, told = laptop.desk, dict[str, Any]()
    marks = ((Role("administrator"), "DO"), (Role("security-officer"), "MT"))
    desk.open(laptop.workspace, ceremony)
    desk.note("We begin later.")
    desk.leave()
    told["noted"] = home_of(view_home([laptop.workspace], CLOCK))
    desk.open(laptop.workspace, ceremony)
    laptop.play_to("1.4")
    turn = desk.view().turn
    assert turn is not None
    told["title"] = turn.title
    desk.write_sheet(folder / "sheet.pdf")
    desk.sign_on_paper("The PIN is blocked.", READING, marks)
    desk.abandon("It was only a test.")
    desk.leave()
    told["given up"] = home_of(view_home([laptop.workspace], CLOCK))
    return told


SCENES = {
    "on paper": on_paper,
    "typed": typed_pins,
    "incidents": incidents,
    "finished": finished,
    "undecided": undecided,
    "farewell": farewell,
}


def play_scenes(scenes: Mapping[str, Callable[[Path], object]]) -> int:
    """Play scenes, each in a folder of its own, and tell of all of them as JSON."""
    memory = Path("/dev/shm")  # noqa: S108  only the folders made in it are used
    told = {}
    for name, scene in scenes.items():
        shared = memory if memory.is_dir() else None
        with tempfile.TemporaryDirectory(dir=shared) as folder:
            told[name] = scene(Path(folder))
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(play_scenes(SCENES))
