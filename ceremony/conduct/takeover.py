"""Paper takes over: what is left of an open ceremony, printed for a pen.

Invariants:
    * What would be refused as a note is refused before any file is written.
    * The file is whole on disk before the note that names it is recorded.
    * Nothing is printed that somebody has still to read back unseen.
    * A room whose computer or HSM is gone cannot look into its tokens: paper takes over
      without a look, and the pages and the journal say so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.incident import note
from ceremony.conduct.left import last_before_left, tried_tokens
from ceremony.conduct.names import open_names
from ceremony.conduct.views import break_line
from ceremony.engine.facts import Head, Noted
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.errors import Place
from ceremony.evidence.saving import save_new
from ceremony.identifiers import Digest, Mode, StepId
from ceremony.people.roster import Seat
from ceremony.report.book import clock, day
from ceremony.report.paper.render import render_paper
from ceremony.report.paper.source import PaperScript, PaperSeat, Takeover
from ceremony.script.printable import verify_printable


@dataclass(frozen=True, slots=True)
class PaperSet:
    """What was printed and noted.

    Attributes:
        step: The first step on paper.
        digest: SHA-256 of the file.
        page_count: How many pages it has.
        unseen: Into which tokens nobody has looked since the ceremony was left; empty
            where somebody has, it was not left, or there is none to look into.
    """

    step: StepId
    digest: Digest
    page_count: int
    unseen: str = ""


def move_to_paper(conductor: Conductor, path: Path, *, left: bool) -> PaperSet:
    """Print the steps that are left, from the current one on, note that, and log out.

    Args:
        conductor: The ceremony, running; it may be in doubt or held.
        path: The PDF to write; its folder exists, and nothing of its name.
        left: True where the ceremony was left, and two people have not decided yet.

    Returns:
        What was printed.

    Raises:
        RefusedError: It is not running, or somebody has signed out; or
            ``CONDUCT-STEP-01``: every step is closed.
        InputError: ``FILE-TEXT-03``: the file's name cannot be printed, or
            ``REPORT-GLYPH-02``: something else cannot.
        EvidenceError: ``EVIDENCE-EXISTS-01``: there is a file of this name.
        StorageError: The disk refused; where the file was made and not the note, it
            counts for nothing.
        DeviceError: ``HSM-HOST-04``: all is printed, and a login does not end.
    """
    conductor.verify(Noted(""))
    step = conductor.current()
    verify_printable(path.name, Place("the file's name"))
    unseen = _unseen(conductor) if left else ""
    pages = render_paper(_paper(conductor, conductor.head(), unseen))
    save_new(path, pages.pdf)
    digest = Digest(hashlib.sha256(pages.pdf).hexdigest())
    told = f"Moved to paper before step {step.id}: {path.name}, SHA-256 {digest}."
    note(conductor, f"{told} {unseen}".rstrip())
    # Nobody at a pen is to find a token open at the laptop.
    conductor.devices.log_out_all()
    return PaperSet(step.id, digest, pages.page_count, unseen)


def _unseen(conductor: Conductor) -> str:
    """Say into which tokens nobody has looked since a ceremony was left; else none.

    One that could not be looked into is a deviation, and told as one.
    """
    seen, names = tried_tokens(conductor)
    left = [conductor.script.thing(name).title for name in names]
    if not left:
        return ""
    last = last_before_left(conductor.facts, conductor.found_count)
    return (
        f"The ceremony was left after event {last.seq}, and nobody has looked into "
        f"{', '.join(left) if seen else 'its tokens'} since: what is in "
        f"{'it' if seen and len(left) == 1 else 'them'} is not known."
    )


def _paper(conductor: Conductor, head: Head, unseen: str) -> PaperScript:
    state, script = conductor.state, conductor.script
    now = conductor.clock.now().wall
    closed = script.steps[state.position - 1] if state.position else None
    live = state.opened is not None and state.opened.mode is Mode.LIVE
    return PaperScript(
        script=script,
        set_id=f"{conductor.ceremony}-L{head.size}",
        mode=Mode.LIVE if live else Mode.REHEARSAL,
        seats=_seats(conductor),
        start=state.position,
        attributes=tuple(
            (demand.name, demand.expected) for demand in conductor.policy.attributes
        ),
        takeover=Takeover(
            ceremony=conductor.ceremony,
            log=conductor.log.journal.origin,
            at=f"{day(now)}, {clock(now)} UTC",
            closed=f"{closed.id} {closed.text}" if closed is not None else "",
            size=head.size,
            root=head.root,
            doubts=(*_doubts(conductor), *filter(None, (unseen,))),
        ),
    )


def _seats(conductor: Conductor) -> tuple[PaperSeat, ...]:
    """Give everybody in the script's order, with the names that this laptop keeps."""
    state, names = conductor.state, open_names(conductor)
    return tuple(
        PaperSeat(
            seat.role,
            number,
            state.title(seat.person),
            names.get(seat.person, ""),
            seat.initials,
            _whereabouts(state, seat),
        )
        for demand in state.script.roles
        for number, seat in enumerate(state.holders(demand.role), start=1)
    )


def _whereabouts(state: State, seat: Seat) -> str:
    if seat.person in state.in_room:
        return "in the room"
    return "out of the room" if seat.person in state.signed_in else "not signed in"


def _is_half_done(conductor: Conductor) -> bool:
    """Tell whether the current step has its facts and lacks its initials."""
    records = KINDS[conductor.current().verb].records
    found = any(isinstance(each.fact, records) for each in conductor.state.current)
    return found and conductor.is_carried_out()


def _doubts(conductor: Conductor) -> Iterator[str]:
    """Say what is open, one sentence each: it is settled before anything goes on."""
    state = conductor.state
    if state.pending is not None:
        yield (
            f"Whether {state.pending.intent.verb} in step {state.pending.step} has "
            "acted is not known. Nothing of it is done again before the tokens have "
            "been inspected."
        )
    elif _is_half_done(conductor):
        yield (
            f"Step {conductor.current().id} was carried out and lacks its initials. "
            "It is not done again: only its boxes are filled in."
        )
    dissent = state.open_dissent
    if dissent is not None:
        who = state.title(dissent.recorded.person)
        yield f"{who} does not agree in step {dissent.step}: {dissent.recorded.reason}"
    if state.on_break is not None:
        yield f"A break is on. {break_line(state)}"
    for known in state.deviations:
        if known.closed is None:
            told = known.recorded
            yield f"{told.deviation}, {told.severity.value}: {told.happened}"
