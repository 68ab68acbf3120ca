"""What two people decide at a resume: asked at the terminal, or recorded."""

from __future__ import annotations

from ceremony.cli.console import render_error, tell
from ceremony.cli.prompt import ask_choice, ask_people
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.key_view import MAKES_KEY
from ceremony.conduct.recovery import Choice, Decision, verify_deciders
from ceremony.conduct.resume_view import view_resume
from ceremony.engine.facts import Initial
from ceremony.errors import RefusedError
from ceremony.pack.answers import RecoveryAnswers


def recorded_decision(answers: RecoveryAnswers) -> Decision:
    """Take the decision from recorded answers."""
    return Decision(Choice(answers.complete.value), answers.by)


def ask_decision(conductor: Conductor) -> Decision:
    """Say what the interruption left and ask two people what to do."""
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
    choice = Choice.ADOPT
    if pending is not None:
        tell(f"{pending.intent.verb} in step {pending.step} is in doubt.")
    if pending is not None and pending.intent.verb in MAKES_KEY:
        choice = Choice(ask_choice("A key that is there completely", tuple(Choice)))
    return Decision(choice, _ask_two(conductor))


def _ask_two(conductor: Conductor) -> tuple[Initial, Initial]:
    """Ask for two people's marks until the rules accept them."""
    while True:
        first, second = ask_people(conductor, 2)
        try:
            verify_deciders(conductor, (first, second))
        except RefusedError as error:
            tell(render_error(error))
        else:
            return first, second
