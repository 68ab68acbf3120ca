"""Everybody in the room of a whole ceremony: they answer what the terminal asks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from ceremony.clock import SystemClock
from tests.cli.terminal import Terminal
from tests.rehearsals.typed_pins import TypedPins

STEP = r"\d+ of \d+\n(?P<step>\d\.\d+) "
COMMAND = r"Enter carries out; [^\n]*s stop: "
QUESTIONS = (
    STEP,
    COMMAND,
    r"HH:MM, your own watch: ",
    r"(?P<pin>[^\n]*PIN[^\n]*?)(?:, | of the )(?P<token>[0-9a-f]{16}|evidence token): ",
    r"Initials of the (?P<title>[a-z ]+): ",
    r"Row (?P<row>\d): ",
    r"[A-Z][a-z0-9 ]+: ready\? \(ready / not-ready / absent\): ",
    r"as 2026-11-25T09:58:00Z: ",
    r"What is the reference of the recording\?: ",
    r"Read the number printed on the bag[^\n]*: ",
    r"is closed\.",
    r"\[[A-Z]+-[A-Z]+-\d\d\]",
)
MARKS = {
    "internal witness": "SL",
    "security officer": "MT",
    "administrator": "DO",
    "ceremony administrator": "DO",
}


@dataclass
class Room:
    """Everybody in the room: they answer what the terminal asks."""

    at: Terminal
    site: Path
    projector: Path
    step: str = ""
    seen: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def answer_all(self) -> None:
        pins = TypedPins(self.site)
        either = "|".join(f"(?P<q{n}>{q})" for n, q in enumerate(QUESTIONS))
        while True:
            asked = self.at.expect(either)
            found = re.fullmatch(either, asked)
            assert found
            told = found.groupdict()
            if told["step"]:
                self.step = told["step"]
                self.seen.append(told["step"])
            elif told["q1"]:
                self.at_any_time()
                self.at.type("")
            elif told["token"]:
                self.at.type(pins.answer(told["pin"] or "", told["token"]))
            elif told["q10"]:
                return
            elif told["q11"]:
                raise AssertionError(self.at.shown[-900:])
            else:
                self.at.type(self.answer(asked, told))

    def answer(self, asked: str, told: dict[str, str | None]) -> str:
        if told["title"]:
            return MARKS[told["title"]]
        if told["row"]:
            return self.read_row(int(told["row"]))
        now = SystemClock().now().wall
        answers = {
            "ready": "ready",
            "watch": now.strftime("%H:%M"),
            "as 2026": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "recording": "NTS-1",
            "bag": f"TE-{self.step[0]}",
        }
        return next(answers[word] for word in answers if word in asked)

    def read_row(self, number: int) -> str:
        """Read a row of words from the projector's file, as the reader does."""
        for line in self.projector.read_text().splitlines():
            if re.match(rf" *{number}  ", line):
                self.rows.append(line)
                return line.split(maxsplit=1)[1]
        raise AssertionError(self.projector.read_text())

    def at_any_time(self) -> None:
        """Do what is not in the script; the step is carried out after it."""
