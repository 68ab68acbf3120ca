"""A person's turn, where it is not simply signed: dissent, decision, ink on paper.

What is said of a turn is recorded here and leaves the step open; whoever calls closes
it, as after a signature by token.

Invariants:
    * A turn on paper is recorded only for a sheet that was written in this run and
      says what would be signed now.
    * What the rules refuse of a sheet is not journalled: the journal may not grow
      under a sheet that names its checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence

from ceremony.conduct.conductor import Conductor, Sheet
from ceremony.conduct.farewell import verify_may_begin
from ceremony.conduct.incident import initial_of
from ceremony.engine.facts import (
    DissentRecorded,
    DissentSettled,
    Head,
    Initial,
    SignedOnPaper,
)
from ceremony.engine.steps.sign import SIGN_IN, seat_of
from ceremony.engine.turn import next_sheet
from ceremony.errors import Place, RefusedError
from ceremony.identifiers import Digest, Mode, PersonId, Role
from ceremony.people.attestation import Level, presented_digest
from ceremony.script.printable import verify_printable


def verify_shown(conductor: Conductor, presented: Digest) -> None:
    """Insist that the current turn's text is the one that the person was shown.

    Args:
        conductor: The ceremony, at a person's turn.
        presented: SHA-256 of the text that was shown.

    Raises:
        RefusedError: ``CONDUCT-TURN-01``: it is no longer; ``CONDUCT-STEP-03``: the
            step is no turn.
    """
    if presented_digest(conductor.statement()) != presented:
        raise RefusedError(
            "CONDUCT-TURN-01",
            "The statement has changed since it was shown.",
            meaning="Nothing was signed.",
            remedy="Read the statement as it is shown now, then sign.",
        )


def dissent(conductor: Conductor, reason: str) -> None:
    """Record that the person of the current turn does not agree; the ceremony holds.

    Args:
        conductor: The ceremony, at a person's turn.
        reason: Why, word for word; 1 to 400 characters that can be printed.

    Raises:
        InputError: ``FILE-TEXT-03``: the reason cannot be printed as it is.
        RefusedError: The step is no turn, or the rules forbid it.
    """
    step = conductor.turn()
    person = seat_of(step, conductor.state).person
    offered = presented_digest(conductor.statement())
    told = _printable(reason, "the reason")
    conductor.record(DissentRecorded(step.verb, person, offered, told), actor=person)


def settle_dissent(
    conductor: Conductor, decided: str, by: Sequence[Role | Initial]
) -> None:
    """Record what two people decided about the open dissent; the turn goes on.

    Args:
        conductor: The ceremony, held by a dissent.
        decided: What is decided; 1 to 400 characters that can be printed.
        by: The two who decide: marks as typed, or roles whose holders' marks are
            taken.

    Raises:
        InputError: ``FILE-TEXT-03``: the decision cannot be printed as it is.
        RefusedError: No dissent is open, or these two may not decide.
    """
    known = conductor.state.open_dissent
    person = known.recorded.person if known is not None else PersonId("")
    told = _printable(decided, "the decision")
    initials = _initials(conductor, by, person)
    conductor.record(DissentSettled(person, told, initials))


def sign_on_paper(
    conductor: Conductor,
    *,
    reason: str,
    clock_reading: str,
    by: Sequence[Role | Initial],
) -> None:
    """Record that the person of the current turn signed the written sheet in ink.

    Args:
        conductor: The ceremony, at a person's turn whose sheet was written.
        reason: Why the person's own token was not used; 1 to 400 characters.
        clock_reading: What the person's own watch says, ``HH:MM``.
        by: The two who saw the signature: marks as typed, or roles whose holders'
            marks are taken.

    Raises:
        InputError: ``FILE-TEXT-03``: the reason cannot be printed as it is.
        RefusedError: ``CONDUCT-SHEET-01``: no sheet was written for this turn;
            ``CONDUCT-SHEET-02``: the sheet says what is no longer so;
            ``CONDUCT-LEVEL-01``: ink is too weak for the role; or a rule of the
            engine. The sheet keeps its worth where only what was typed is wrong.
    """
    step = conductor.turn()
    seat = seat_of(step, conductor.state)
    sheet = _written(conductor)
    fact = SignedOnPaper(
        turn=step.verb,
        meaning=conductor.meaning(),
        level=Level.A0,
        statement=presented_digest(sheet.text),
        head=sheet.head,
        sheet=sheet.number,
        reason=_printable(reason, "the reason"),
        clock_reading=clock_reading.strip(),
        by=_initials(conductor, by, seat.person),
        waived=is_waived(conductor, seat.role, Level.A0),
    )
    # A refusal that were journalled would put a leaf after the sheet's checkpoint.
    conductor.verify(fact, actor=seat.person)
    conductor.record(fact, actor=seat.person)
    conductor.sheet = None


def is_waived(conductor: Conductor, role: Role, level: Level) -> bool:
    """Tell whether a level is below the site's minimum and waived in a rehearsal.

    Raises:
        RefusedError: ``CONDUCT-LEVEL-01``: it is below, and this is no rehearsal.
    """
    minimum = conductor.policy.minimum_level(role)
    if level >= minimum:
        return False
    opened = conductor.state.opened
    if opened is None or opened.mode is not Mode.REHEARSAL:
        raise RefusedError(
            "CONDUCT-LEVEL-01",
            f"The {role} signs at level {minimum} or above, and this is {level}.",
            meaning="Nothing was signed for this person.",
            remedy="Use a stronger token, or let a deputy take the role.",
        )
    return True


def turn_head(conductor: Conductor) -> Head:
    """Give the checkpoint that the current turn signs; sign one where none is yet.

    Raises:
        RefusedError: ``CONDUCT-STEP-03``: the current step is no person's turn;
            ``CONDUCT-FAREWELL-02``: it would be the closing one, and something is open.
    """
    state = conductor.state
    if conductor.turn().verb == SIGN_IN:
        return state.opening or conductor.head()
    if state.closing is None:
        verify_may_begin(state)
    return state.closing or conductor.head()


def sheet_now(conductor: Conductor) -> Sheet:
    """Give the sheet as it would be written for the current turn now.

    Raises:
        RefusedError: ``CONDUCT-STEP-03``: the current step is no person's turn.
    """
    return Sheet(
        step=conductor.turn().id,
        number=next_sheet(conductor.state),
        text=conductor.statement(on_paper=True),
        head=turn_head(conductor),
    )


def standing_sheet(conductor: Conductor) -> Sheet | None:
    """Give the written sheet of the current turn where it still holds, else None.

    Raises:
        RefusedError: ``CONDUCT-STEP-03``: the current step is no person's turn.
    """
    sheet = conductor.sheet
    return sheet if sheet is not None and sheet == sheet_now(conductor) else None


def _written(conductor: Conductor) -> Sheet:
    """Give the sheet that was written, which has to say what holds now."""
    sheet = conductor.sheet
    if sheet is None or sheet.step != conductor.turn().id:
        raise RefusedError(
            "CONDUCT-SHEET-01",
            f"No sheet was written for step {conductor.turn().id} since the program "
            "was started.",
            meaning="Nothing was recorded.",
            remedy="Write the sheet, and let the person sign that one.",
        )
    if standing_sheet(conductor) is None:
        raise RefusedError(
            "CONDUCT-SHEET-02",
            f"Since sheet {sheet.number} was written, something was recorded that it "
            "does not tell of.",
            meaning="Nothing was recorded, and the sheet is worth nothing.",
            remedy="Strike the sheet through, write it anew and let the person sign "
            "that one.",
        )
    return sheet


def _initials(
    conductor: Conductor, by: Sequence[Role | Initial], person: PersonId
) -> tuple[Initial, ...]:
    """Give the marks; a role stands for a holder who is not the person themselves."""
    return tuple(
        each
        if isinstance(each, Initial)
        else initial_of(conductor, each, besides=person)
        for each in by
    )


def _printable(text: str, what: str) -> str:
    """Take a text as it was typed, if page 1 can print it word for word."""
    told = text.strip()
    verify_printable(told, Place(what))
    return told
