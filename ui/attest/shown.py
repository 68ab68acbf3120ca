"""What a turn shows: of a statement in the room, or of the report afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ceremony.conduct.report_view import ReportTurn
from ceremony.conduct.turn_view import TurnView
from ui.messages import attest as words
from ui.messages.speech import say


@dataclass(frozen=True, slots=True)
class Shown:
    """One turn as a page shows it.

    Attributes:
        note: In the title bar: which turn it is.
        facts: Label and value, to be read at a glance.
        words_of: What the words are the digest of.
        read_first: The button that shows what is to be read; empty where nothing is.
        sign: What the button says; ``signed``: what is said of the person afterwards.
        may_refuse: True where disagreement and paper are ways out.
        at_reader: True where the PIN is entered at the token's own reader.
        found: True where the token is in its reader.
    """

    name: str
    title: str
    note: str
    text: str
    facts: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    words_of: str
    serial: str
    label: str
    offered: bool
    at_reader: bool
    asks_watch: bool
    read_first: str
    sign: str
    signed: str
    may_refuse: bool
    found: bool


def show_turn(ceremony: str, turn: TurnView) -> Shown:
    """Show a sign-in or a sign-out."""
    is_in = turn.verb == "sign-in"
    note = words.SIGN_IN if is_in else words.SIGN_OUT
    numbers = ", ".join(turn.deviations)
    facts: list[tuple[str, str]] = [
        (words.CEREMONY, ceremony),
        (words.MEANING, turn.meaning),
    ]
    if turn.steps:
        spans = [say(words.SPAN, first=a, last=b) for a, b in turn.steps]
        facts.append((words.PRESENT, ", ".join(spans)))
    facts += [
        (words.DEVIATIONS, numbers or say(words.NONE)),
        (words.CHECKPOINT, say(words.EVENTS, count=turn.checkpoint_size)),
    ]
    return Shown(
        name=turn.name,
        title=turn.title,
        note=say(note, number=turn.number, count=turn.count),
        text=turn.text,
        facts=tuple(facts),
        words=turn.words,
        words_of=words.WORDS,
        serial=turn.serial,
        label=turn.label,
        offered=turn.offered,
        at_reader=turn.at_reader,
        asks_watch=True,
        read_first=say(words.READ_THEM, numbers=numbers) if numbers else "",
        sign=words.SIGN,
        signed=words.SIGNED,
        may_refuse=True,
        found=turn.found,
    )


def show_report(ceremony: str, turn: ReportTurn) -> Shown:
    """Show the signature under the report."""
    name = Path(turn.path).name
    return Shown(
        name=turn.name,
        title=turn.title,
        note=say(words.REPORT),
        text=say(words.REPORT_TEXT, name=name, meaning=turn.meaning),
        facts=((words.CEREMONY, ceremony), (words.MEANING, turn.meaning)),
        words=turn.words,
        words_of=words.WORDS_REPORT,
        serial=turn.serial,
        label=turn.label,
        offered=turn.offered,
        at_reader=turn.at_reader,
        asks_watch=False,
        read_first=say(words.READ_PACK),
        sign=words.SIGN_REPORT,
        signed=words.SIGNED_REPORT,
        may_refuse=False,
        found=turn.found,
    )
