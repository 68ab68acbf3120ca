"""Play recorded answers through the same conductor that people use.

A rehearsal differs from a live ceremony in its tokens, banner, watermark and mode;
the player types what the answers say, and reads what cannot be known beforehand
from the projector's view, never from the state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ceremony.conduct.actions import perform
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.incident import (
    Deviation,
    begin_break,
    change_attendance,
    close_deviation,
    deviate,
    end_break,
    note,
)
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.pins import PinSource
from ceremony.conduct.views import ProjectorView, project
from ceremony.engine.facts import AttendanceChanged, BreakBegun, Fact, Input, Noted
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.errors import InputError
from ceremony.identifiers import Role
from ceremony.pack.answers import (
    Answers,
    AnytimeAct,
    AttendanceAct,
    BreakAct,
    DeviationAct,
    NoteAct,
    Source,
    StepAnswers,
    Value,
    verify_answers,
)
from ceremony.script.model import Step

Progress = Callable[[Step], None]


def play(
    conductor: Conductor, answers: Answers, pins: PinSource, progress: Progress
) -> None:
    """Carry out every step that is left, as the answers have it.

    Args:
        conductor: The open ceremony.
        answers: What people would type.
        pins: Where the fixed PINs of software tokens come from.
        progress: Told of each step before it runs.

    Raises:
        InputError: ``ANSWERS-SCRIPT-01``: they belong to another script.
        CeremonyError: A step could not be carried out; what is recorded stands.
    """
    verify_answers(answers, conductor.script)
    if conductor.state.on_break is not None:
        # The player was stopped in it, and nobody else is there to end it.
        end_break(conductor)
    for closed in conductor.state.closed_steps:
        # What an interruption cut off between two steps is made up for first.
        for act in (*answers.step(closed).before, *answers.step(closed).after):
            _act(conductor, act)
    while (step := conductor.state.step) is not None:
        progress(step)
        told = answers.step(step.id)
        for act in told.before:
            _act(conductor, act)
        perform(conductor, gather(conductor, told, pins))
        for act in told.after:
            _act(conductor, act)


def gather(conductor: Conductor, told: StepAnswers, pins: PinSource) -> Inputs:
    """Answer everything that the current step asks for.

    Raises:
        InputError: ``CONDUCT-ANSWER-01``: the answers lack one.
    """
    step = conductor.current()
    view = project(conductor.ceremony, conductor.state, conductor.clock)
    values, secrets = {}, {}
    for need in conductor.needs():
        if need.kind is NeedKind.PIN:
            secrets[need.name] = pins.pin(need)
        else:
            values[need.name] = _answer(step, need, told.values, view)
    return Inputs(values, secrets, _initials(conductor, step, told), Input.RECORDED)


def _answer(
    step: Step,
    need: Need,
    values: Mapping[str, Value],
    view: ProjectorView,
) -> str:
    answer = values.get(need.name)
    if answer is None:
        raise InputError(
            "CONDUCT-ANSWER-01",
            f"The recorded answers say nothing for {need.name} of step {step.id}.",
            remedy="Add it under that step in the answers file.",
        )
    if not isinstance(answer, Source):
        return answer
    if need.kind is NeedKind.WORDS:
        return " ".join(word for row in view.rows for word in row)
    if need.kind is NeedKind.READING:
        return view.clock
    return view.clock[11:16]


def _initials(
    conductor: Conductor, step: Step, told: StepAnswers
) -> Mapping[Role, str]:
    """Take the marks from the answers, else those of each role's first holder."""
    marks = {role: conductor.state.holders(role)[0].initials for role in step.initials}
    return {**marks, **told.initials}


def _act(conductor: Conductor, act: AnytimeAct) -> None:
    """Carry out what may happen at any time, unless the record holds it already."""
    match act:
        case DeviationAct():
            _deviate(conductor, act)
        case AttendanceAct():
            wanted = AttendanceChanged(act.person, act.direction.value, act.reason)
            if not _stands(conductor, wanted):
                change_attendance(conductor, act.person, act.direction, act.reason)
        case NoteAct():
            if not _stands(conductor, Noted(act.text)):
                note(conductor, act.text)
        case BreakAct(reason, minutes, staying):
            if not _stands(conductor, BreakBegun(reason, minutes, staying)):
                begin_break(conductor, reason, minutes, staying)
                end_break(conductor)


def _deviate(conductor: Conductor, act: DeviationAct) -> None:
    known = next(
        (
            deviation
            for deviation in conductor.state.deviations
            if deviation.recorded.happened == act.happened
        ),
        None,
    )
    if known is None:
        deviate(
            conductor,
            Deviation(act.severity, act.expected, act.happened, act.decided, act.by),
        )
    elif known.closed is None:
        close_deviation(conductor, known.recorded.deviation, act.decided, act.by)


def _stands(conductor: Conductor, fact: Fact) -> bool:
    return any(recorded.fact == fact for recorded in conductor.facts)
