"""What happens in the room without a device: answers, readings, read-backs, bags."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ceremony.clock import decode_wall
from ceremony.conduct.actions.zeroise import look_at_zeroised
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.engine.facts import (
    ClockRead,
    ClockReference,
    CustodyRecorded,
    DeviceHandled,
    DeviceReading,
    HoldAnswer,
    HoldAnswered,
    ValueChecked,
    ValueRecorded,
)
from ceremony.engine.steps.check import CheckParameters, right_words, value_of
from ceremony.engine.steps.clock import ClockParameters
from ceremony.engine.steps.custody import CustodyParameters
from ceremony.engine.steps.device_quorum import quorum_told
from ceremony.engine.steps.hold import people_of
from ceremony.engine.steps.kind import read_parameters
from ceremony.engine.steps.manual import (
    ManualParameters,
    checker_of,
    compare,
    is_as_expected,
    listed_before,
    wanted_quorum,
)
from ceremony.engine.steps.record import RecordParameters
from ceremony.errors import InputError, RefusedError
from ceremony.identifiers import Digest, PersonId, Role
from ceremony.script.model import Step

ROW = 4
"""Words are typed and compared in rows of four."""


def nothing(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Do nothing: the initials that close the step are its record."""


def record_value(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Record a value as typed."""
    wanted = read_parameters(RecordParameters, step.parameters)
    conductor.record(
        ValueRecorded(wanted.name, inputs.values.get("value", "").strip()),
        actor=conductor.performer(step),
    )


def read_clock(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Compare the laptop's clock with each reading as it was given."""
    wanted = read_parameters(ClockParameters, step.parameters)
    now = conductor.clock.now().wall
    references = []
    for number, name in enumerate(wanted.references, start=1):
        reading = inputs.values.get(f"reading_{number}", "").strip()
        reading = f"{reading.removesuffix('Z')}Z"
        offset = now - _decode_reading(reading)
        reader = Role(wanted.readers[number - 1])
        references.append(
            ClockReference(
                name=name,
                person=_someone(conductor, reader),
                reading=reading,
                offset_ms=offset // timedelta(milliseconds=1),
            )
        )
    conductor.record(
        ClockRead(tuple(references), wanted.tolerance_seconds * 1000),
        actor=conductor.performer(step),
    )


def _decode_reading(text: str) -> datetime:
    try:
        return decode_wall(f"{text.removesuffix('Z')}.000000Z")
    except ValueError as error:
        raise InputError(
            "CONDUCT-CLOCK-01",
            f"{text!r} is not a reading of a clock.",
            remedy="Give it as 2026-11-25T09:58:00Z, to the second, in UTC.",
        ) from error


def hold(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Record the roll-call."""
    answers = tuple(
        HoldAnswer(
            person,
            conductor.state.seat(person).role,
            inputs.values.get(f"answer_{person}", "absent"),
        )
        for person in people_of(step, conductor.state)
    )
    conductor.record(HoldAnswered(answers), actor=conductor.performer(step))


def check_value(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Compare the words as typed with the value; record them either way."""
    wanted = read_parameters(CheckParameters, step.parameters)
    typed = tuple(inputs.values.get("words", "").split())
    right = right_words(step, conductor.state)
    equal = tuple(w.lower() for w in typed) == tuple(w.lower() for w in right)
    attempts = inputs.values.get("attempts", "")
    conductor.record(
        ValueChecked(
            subject=wanted.subject,
            what=wanted.what,
            source=wanted.source,
            value=value_of(step, conductor.state),
            typed=typed,
            reader=_someone(conductor, Role(wanted.reader)),
            typist=_someone(conductor, Role(wanted.typist)),
            attempts=tuple(int(n) for n in attempts.split())
            or (1,) * (len(right) // ROW),
            equal=equal,
        ),
        actor=conductor.performer(step),
    )


def record_custody(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Record a hand-over, or a bag sealed or opened."""
    wanted = read_parameters(CustodyParameters, step.parameters)
    conductor.record(
        CustodyRecorded(
            thing=wanted.thing,
            action=wanted.action,
            bag=inputs.values.get("bag", "").strip(),
            contents=wanted.contents,
            giver=_someone(conductor, Role(wanted.giver)),
            taker=_someone(conductor, Role(wanted.taker)),
            storage=wanted.storage,
        ),
        actor=conductor.performer(step),
    )


def record_manual(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Record what people did at a device by hand and read there, as they tell it."""
    wanted = read_parameters(ManualParameters, step.parameters)
    performer = conductor.performer(step)
    count = len(wanted.readings)
    found = tuple(
        inputs.values.get(f"reading_{number}", "").strip()
        for number in range(1, count + 1)
    )
    told = zip(
        wanted.readings, wanted.expected, found, compare(wanted, found), strict=True
    )
    digest = inputs.values.get("exhibit_digest", "").strip().lower()
    quorum = wanted_quorum(step)
    handled = DeviceHandled(
        device=wanted.device,
        performer=performer,
        checker=checker_of(step, conductor.state, performer),
        readings=tuple(DeviceReading(*each) for each in told),
        exhibit=inputs.values.get("exhibit", "").strip(),
        exhibit_digest=Digest(digest),
        before=listed_before(step, conductor.state),
        quorum=quorum_told(quorum, conductor.state, inputs.values) if quorum else None,
    )
    if wanted.zeroises and is_as_expected(step, handled):
        seen = look_at_zeroised(conductor, wanted.device)
        handled = replace(handled, zeroised=seen)
    conductor.record(handled, actor=performer)


def _someone(conductor: Conductor, role: Role) -> PersonId:
    """Find the first holder of a role who is in the room."""
    for seat in conductor.state.holders(role):
        if seat.person in conductor.state.in_room:
            return seat.person
    raise RefusedError(
        "CONDUCT-ROLE-01",
        f"Nobody who holds the role {role} is in the room.",
        remedy="Wait until somebody is, or record a deviation.",
    )
