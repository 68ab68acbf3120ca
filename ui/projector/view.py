"""What the projector shows, worked out from the room's view: public values only.

Never a PIN, a share, a note, a deviation's text or the name of somebody absent: this
file takes nothing from the view that holds one.
"""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.conduct.room_view import RoomView, ValueRow
from ui.messages import conductor
from ui.messages import projector as words
from ui.messages.speech import say
from ui.widgets.glyph import Sign
from ui.widgets.rail import Segment

WORDS_IN_A_ROW = 4


@dataclass(frozen=True, slots=True)
class Slide:
    """One picture of the projector.

    Attributes:
        lines: Below the instruction: what is said and what is expected.
        words_of: What the words are of; empty where the instruction says it.
        words: To be read aloud, four to a row; empty outside a read-out.
        digest: The same value in hex, in groups; empty where only words are read.
        irreversible: The warning; empty where there is none.
    """

    ceremony: str
    title: str
    mode: str
    acts: tuple[Segment, ...]
    acts_told: str
    where: str
    instruction: str
    lines: tuple[str, ...]
    words_of: str
    words: tuple[str, ...]
    digest: str
    waiting: str
    quorum: str


def make_slide(
    view: RoomView, *, chosen: ValueRow | None = None, waiting: str = ""
) -> Slide:
    """Make the picture for a view.

    Args:
        view: The room as it is.
        chosen: A public value that is read out instead of the step.
        waiting: For whom the room waits, or that somebody signs.
    """
    step = view.step
    signs = {"done": Sign.DONE, "current": Sign.CURRENT}
    where = (
        say(
            words.WHERE,
            number=step.number,
            count=step.count,
            act=step.act_number,
            title=step.act,
        )
        if step is not None
        else ""
    )
    return Slide(
        ceremony=view.ceremony,
        title=view.title,
        mode=say(
            conductor.REHEARSAL if view.mode.value == "rehearsal" else conductor.LIVE
        ),
        acts=tuple(
            Segment(
                act.title,
                signs.get(act.progress.value, Sign.NOT_YET),
                act.closed / act.count,
            )
            for act in view.acts
        ),
        acts_told=", ".join(act.title for act in view.acts),
        where=where,
        instruction=chosen.title if chosen is not None else _instruction(view),
        lines=() if chosen is not None else _lines(view),
        words_of=_words_of(view, chosen),
        words=_words(view, chosen),
        digest=chosen.digest if chosen is not None else "",
        waiting=waiting,
        quorum=say(words.QUORUM, present=view.quorum.present, need=view.quorum.need),
    )


def _instruction(view: RoomView) -> str:
    return view.step.text if view.step is not None else say(words.CLOSED)


def _lines(view: RoomView) -> tuple[str, ...]:
    step = view.step
    if step is None or step.rows:
        return ()
    told = []
    if step.say:
        told.append(say(words.SAY, text=step.say))
    if step.expect:
        told.append(say(words.EXPECTED, text=step.expect))
    if step.irreversible:
        told.append(say(words.UNDONE))
    return tuple(told)


def _words_of(view: RoomView, chosen: ValueRow | None) -> str:
    """Name the words of a turn: its instruction says only that somebody signs."""
    is_statement = chosen is None and view.turn is not None
    return say(words.STATEMENT_WORDS) if is_statement else ""


def _words(view: RoomView, chosen: ValueRow | None) -> tuple[str, ...]:
    if chosen is not None:
        return chosen.words
    step = view.step
    if step is not None and step.rows:
        return tuple(word for row in step.rows for word in row)
    return view.turn.words if view.turn is not None else ()
