"""What two people decide at a resume: asked at the terminal, or recorded."""

from __future__ import annotations

from typing import Final

from ceremony.cli.console import render_error, tell
from ceremony.cli.prompt import ask, ask_choice, ask_people
from ceremony.conduct.changed import NOT_AS_LEFT
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inspection import TokenFinding, inspect_tokens
from ceremony.conduct.lasting import evidence_ended, is_to_settle
from ceremony.conduct.left import NOT_LOOKED
from ceremony.conduct.pins import PinSource
from ceremony.conduct.recovery import Choice, Decision, recover, verify_deciders
from ceremony.conduct.resume_view import ChangeView, view_change, view_resume
from ceremony.conduct.unseen import decide_found, waits_for_people
from ceremony.engine.change import MAKES_KEY
from ceremony.engine.facts import Course, Initial
from ceremony.engine.state import Phase
from ceremony.engine.unseen import found_courses
from ceremony.errors import CeremonyError, RefusedError
from ceremony.pack.answers import RecoveryAnswers

COURSES: Final = {
    Course.LOOK_AGAIN: "it is put right or explained: look into the tokens again",
    Course.GO_ON: "go on beside it; it is named in the record and never touched",
    Course.ABANDON: "abandon the ceremony",
    Course.UNRESOLVED: "abandon it; whether what is in doubt has acted is never known",
}
"""What two people may decide about a changed token, in words."""


def take_up(
    conductor: Conductor, pins: PinSource, answers: RecoveryAnswers | None
) -> None:
    """Look into the tokens, let two people decide, and resolve what was left.

    Recorded answers say what becomes of a key, and nothing of a token that somebody
    changed: people are asked about that, whatever is recorded.

    Raises:
        CeremonyError: It could not be resolved; what is recorded stands.
    """
    _tell_ended(conductor)
    if answers is None:
        tell_interruption(conductor)
    while conductor.state.phase is Phase.RUNNING:
        if answers is None:
            look(conductor, pins)
        change = view_change(conductor)
        if change is not None and change.courses:
            _ask_course(conductor, pins, change)
        elif _is_resolved(conductor, pins, answers):
            return


def _tell_ended(conductor: Conductor) -> None:
    """Say that the ceremony is not carried on, before anybody does anything for it.

    Raises:
        RefusedError: ``BINDING-TERM-01``: nothing has to be settled before people
            abandon it either.
    """
    state, binding = conductor.state, conductor.devices.binding
    ended = evidence_ended(state, binding, conductor.clock)
    if ended is None:
        return
    if not is_to_settle(state):
        raise ended
    tell(render_error(ended))
    tell("What is in doubt or found changed is settled first, then it is abandoned.")


def look(conductor: Conductor, pins: PinSource) -> tuple[TokenFinding, ...]:
    """Look into the tokens, and say of each what is in it."""
    tell("In the tokens:")
    findings = inspect_tokens(conductor, pins)
    for finding in findings:
        tell_finding(finding)
    return findings


def _is_resolved(
    conductor: Conductor, pins: PinSource, answers: RecoveryAnswers | None
) -> bool:
    """Resolve what was left; False where people decide about a token first."""
    decision = recorded(answers) if answers else ask_decision(conductor)
    try:
        recover(conductor, pins, decision, tell)
    except CeremonyError as error:
        unseen = answers is None and waits_for_people(conductor)
        told = error.code == NOT_AS_LEFT or unseen
        if not told or not found_courses(conductor.state):
            raise
        tell(render_error(error))
        return False
    return True


def recorded(answers: RecoveryAnswers) -> Decision:
    """Take the decision from recorded answers."""
    return Decision(Choice(answers.complete.value), answers.by)


def tell_interruption(conductor: Conductor) -> None:
    """Say what the journal knows of the interruption."""
    left = view_resume(conductor, None)
    where = f"with step {left.step} open" if left.step else "after the last step"
    since = "not started anew" if left.same_start else "started anew since"
    clock = "before it: set it" if left.clock_went_back else "after it"
    tell(f"{conductor.ceremony} was interrupted at {left.last_at} UTC, {where}.")
    tell(f"The last event is {left.last_seq}, in words: {' '.join(left.last_words)}.")
    tell(f"The gap is {left.gap_minutes} min. This computer: {since}; clock: {clock}.")
    closed = conductor.state.closed_steps
    tell(f"The last closed step is {closed[-1] if closed else 'none'}.")
    pending = conductor.state.pending
    if pending is not None:
        tell(f"{pending.intent.verb} in step {pending.step} is in doubt.")


def tell_finding(finding: TokenFinding) -> None:
    """Say what is in a token beside what the journal expects."""
    head = f"  {finding.title}, {finding.serial}:"
    if finding.problem:
        tell(f"{head} not looked into. {finding.problem}")
        return
    count = len(finding.found)
    objects = "1 object" if count == 1 else f"{count} objects"
    tell(f"{head} {objects}, {len(finding.expected)} expected.")
    whole = "a whole key" if finding.whole else "no whole key"
    for told, lines in (
        (f"left by what is in doubt, {whole}", finding.left),
        ("not the ceremony's", finding.foreign),
        ("missing", finding.missing),
    ):
        if lines:
            tell(f"    {told}: {'; '.join(lines)}")


def ask_decision(conductor: Conductor) -> Decision:
    """Ask two people what becomes of what the interruption left."""
    pending = conductor.state.pending
    choice = Choice.ADOPT
    if conductor.state.given_up:
        tell("It was decided to abandon the ceremony: what is in doubt comes first.")
    if pending is not None and pending.intent.verb in MAKES_KEY:
        choice = Choice(ask_choice("A key that is there completely", tuple(Choice)))
    while True:
        first, second = ask_people(conductor, 2)
        try:
            verify_deciders(conductor, (first, second))
        except RefusedError as error:
            tell(render_error(error))
        else:
            return Decision(choice, (first, second))


def _tell_change(change: ChangeView) -> None:
    """Say what was changed in the tokens, and which could not be looked into."""
    if change.told:
        tell("Somebody changed a token meanwhile. Nothing of it was touched.")
    for line in change.told:
        tell(f"  {line}.")
    if change.unseen:
        tell("What is in a token is not known: nobody goes on over that.")
    elif Course.GO_ON not in change.courses:
        tell("A key is gone or differs, or may be mistaken: nobody goes on over that.")
    for line in change.unseen:
        tell(f"  {line}")
    if change.doubt:
        tell(f"If the token never comes back: {change.doubt}")


def _ask_course(conductor: Conductor, pins: PinSource, change: ChangeView) -> None:
    """Ask two people what is done about the tokens, until the rules accept it.

    Where a token was not tried yet it is looked into, and they decide anew.
    """
    _tell_change(change)
    for course in change.courses:
        tell(f"  {course.value:<11} {COURSES[course]}")
    course = Course(ask_choice("What is done", change.courses))
    reason = ask("Why, for the record")
    while waits_for_people(conductor):
        by: tuple[Initial, ...] = ask_people(conductor, 2)
        try:
            decide_found(conductor, course, reason, by)
        except RefusedError as error:
            tell(render_error(error))
            if error.code == NOT_LOOKED:
                look(conductor, pins)
                return
