"""A manual act: done at a device's own console or with the vendor's tool, by people.

Card sets, keyed prompts, security worlds and firmware are no PKCS#11. Here the script
says beforehand what is to be read at the device afterwards; one person acts and another
checks. The tool neither acts nor looks: it compares what it was told.

Invariants:
    * Whoever checks is not whoever performs.
    * Where the device is a token of the binding, it was listed before; that nothing in
      it has changed is for the inventory after it, and for the verifier.
    * What zeroises a token counts only where everything was read as expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import DeviceHandled, Fact
from ceremony.engine.state import State
from ceremony.engine.steps.device_quorum import (
    WantedQuorum,
    quorum_lines,
    quorum_needs,
    verify_quorum_met,
    verify_quorum_told,
)
from ceremony.engine.steps.kind import Kind, Need, NeedKind, parameter, read_parameters
from ceremony.engine.steps.rule import demand, holds
from ceremony.engine.steps.zeroise import verify_zeroised, zeroised_lines
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.identifiers import DIGEST, Digest, PersonId, Role
from ceremony.script.model import Step, ThingKind

DEVICES: Final = (ThingKind.TOKEN, ThingKind.EQUIPMENT)
"""What somebody can act on by hand."""

READING_DIFFERS: Final = "ENGINE-MANUAL-05"
"""The rule by which a step stays open; a deviation is drafted after it."""

NOT_SEEN: Final = "Done and checked by people: the tool did not act and did not see it."
NO_MODULE: Final = "No module reaches the device: nothing was listed before or after."


@dataclass(frozen=True, slots=True)
class ManualParameters:
    """What is acted on, what is read there afterwards, who checks, what is kept."""

    device: str = parameter("The token or equipment that is acted on.", refers="thing")
    readings: tuple[str, ...] = parameter("What is read at the device afterwards.")
    expected: tuple[str, ...] = parameter(
        "The value that each reading is to have, in the same order."
    )
    checker: str = parameter("Who checks what another performs.", refers="role")
    exhibit: str = parameter("What is kept of it: an output, a log or a photograph.")
    credentials: tuple[str, ...] = parameter(
        "The credentials that the device knows: its cards, sticks or keys.",
        refers="media or equipment",
        default=(),
    )
    need: int = parameter("How many of them the device asks for.", default=0)
    holders: str = parameter("Who holds them.", refers="role", default="")
    zeroises: bool = parameter(
        "Whether nothing is left in the token afterwards: its keys are destroyed.",
        default=False,
    )
    last: bool = parameter(
        "Whether a key in it may be the last that is left of one with a backup.",
        default=False,
    )


def compare(wanted: ManualParameters, found: tuple[str, ...]) -> tuple[bool, ...]:
    """Tell of each reading whether it is the expected text, letter for letter."""
    return tuple(
        expected == told for expected, told in zip(wanted.expected, found, strict=True)
    )


def wanted_quorum(step: Step) -> WantedQuorum | None:
    """Give what a script says of the device's quorum; None where it names none."""
    wanted = read_parameters(ManualParameters, step.parameters)
    if not wanted.credentials:
        return None
    return WantedQuorum(
        step.id,
        wanted.credentials,
        wanted.need,
        Role(wanted.holders),
        Role(wanted.checker),
    )


def is_as_expected(step: Step, fact: DeviceHandled) -> bool:
    """Tell whether everything was read, and presented, as the script expects it."""
    quorum = wanted_quorum(step)
    count = len(fact.quorum.presented) if fact.quorum else 0
    met = quorum is None or count >= quorum.need
    return met and all(reading.agrees for reading in fact.readings)


def listed_before(step: Step, state: State) -> Digest | None:
    """Give the digest of the device's last inventory; None where no module reaches it.

    Raises:
        RefusedError: ``ENGINE-MANUAL-04``: it is a token, and nobody has listed it.
    """
    wanted = read_parameters(ManualParameters, step.parameters)
    if state.script.thing(wanted.device).kind is not ThingKind.TOKEN:
        return None
    taken = state.token(wanted.device).inventory
    if taken is None:
        raise _unlisted(
            f"Nobody has listed what is in {wanted.device} before step {step.id}."
        )
    return taken.digest


def _unlisted(what: str) -> RefusedError:
    return RefusedError(
        "ENGINE-MANUAL-04",
        what,
        meaning="Whether the act changes the token's objects could not be told.",
        remedy="List the token first.",
    )


def checker_of(step: Step, state: State, performer: PersonId) -> PersonId:
    """Find who checks: the first holder of the role in the room but the performer.

    Raises:
        RefusedError: ``ENGINE-MANUAL-02``: there is nobody.
    """
    wanted = read_parameters(ManualParameters, step.parameters)
    for seat in state.holders(Role(wanted.checker)):
        if seat.person in state.in_room and seat.person != performer:
            return seat.person
    raise _one_pair_of_eyes(step, wanted)


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    wanted = read_parameters(ManualParameters, step.parameters)
    checker = Role(wanted.checker)
    pairs = zip(wanted.readings, wanted.expected, strict=True)
    quorum = wanted_quorum(step)
    return (
        *(quorum_needs(quorum, state) if quorum else ()),
        *(
            Need(
                f"reading_{number}",
                NeedKind.TEXT,
                f"Read at the device: {name} (expected: {expected})",
                checker,
            )
            for number, (name, expected) in enumerate(pairs, start=1)
        ),
        Need(
            "exhibit", NeedKind.TEXT, f"The name of the file: {wanted.exhibit}", step.by
        ),
        Need(
            "exhibit_digest",
            NeedKind.TEXT,
            "SHA-256 of that file, 64 hexadecimal digits",
            step.by,
        ),
    )


def _verify(step: Step, state: State, fact: Fact) -> None:
    if not isinstance(fact, DeviceHandled):
        return
    wanted = read_parameters(ManualParameters, step.parameters)
    told = tuple((each.name, each.expected) for each in fact.readings)
    found = tuple(each.found for each in fact.readings)
    same = fact.device == wanted.device and told == tuple(
        zip(wanted.readings, wanted.expected, strict=True)
    )
    if (
        not same
        or not all(found)
        or (tuple(each.agrees for each in fact.readings) != compare(wanted, found))
    ):
        raise RefusedError(
            "ENGINE-MANUAL-01",
            f"Step {step.id} reads {', '.join(wanted.readings)} at {wanted.device}, "
            "and something else was recorded.",
            remedy="Read at the device what the script names.",
        )
    if fact.performer == fact.checker or not (
        holds(state, fact.checker, wanted.checker)
        and holds(state, fact.performer, step.by)
    ):
        raise _one_pair_of_eyes(step, wanted)
    if not fact.exhibit or not DIGEST.fullmatch(fact.exhibit_digest):
        raise RefusedError(
            "ENGINE-MANUAL-03",
            f"Step {step.id} keeps {wanted.exhibit}, and no file with its SHA-256 was "
            "named.",
            remedy="Give the file's name, and the 64 digits that sha256sum prints.",
        )
    verify_quorum_told(wanted_quorum(step), state, fact.quorum)
    verify_zeroised(step, state, fact.zeroised, due=is_as_expected(step, fact))
    if fact.before != listed_before(step, state):
        raise _unlisted(
            f"Step {step.id} does not name the last inventory of {wanted.device}."
        )


def _one_pair_of_eyes(step: Step, wanted: ManualParameters) -> RefusedError:
    return RefusedError(
        "ENGINE-MANUAL-02",
        f"Step {step.id} is performed by the {step.by} and checked by the "
        f"{wanted.checker}, who are two people in the room.",
        remedy="Let one person act and another check.",
    )


def _complete(step: Step, state: State) -> None:
    handled = demand(state, DeviceHandled)
    quorum = wanted_quorum(step)
    if quorum is not None:
        verify_quorum_met(quorum, handled.quorum)
    differing = [reading for reading in handled.readings if not reading.agrees]
    if differing:
        raise RefusedError(
            READING_DIFFERS,
            f"In step {step.id} the device shows {differing[0].found!r} for "
            f"{differing[0].name}, and {differing[0].expected!r} was expected.",
            meaning="The device is not in the state that the script was approved for.",
            remedy="Record the deviation, find out why, and read the device again.",
        )


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    lines: list[Entry] = []
    for fact in facts:
        if not isinstance(fact, DeviceHandled):
            continue
        lines.append(Line("device", state.script.thing(fact.device).title))
        for reading in fact.readings:
            told = reading.found
            if not reading.agrees:
                told += f" (expected: {reading.expected})"
            mark = Mark.PASS if reading.agrees else Mark.FAIL
            lines.append(Line(reading.name, told, mark=mark))
        if fact.quorum is not None:
            lines += quorum_lines(state, fact.quorum)
        lines += [
            Line("performed by", state.title(fact.performer)),
            Line("checked by", state.title(fact.checker)),
            Line("exhibit", fact.exhibit),
            Line("SHA-256", fact.exhibit_digest, mono=True),
            Line("", NOT_SEEN),
        ]
        if fact.before is None:
            lines.append(Line("", NO_MODULE))
        else:
            lines.append(Line("listed before", fact.before, mono=True))
        if fact.zeroised is not None:
            lines += zeroised_lines(state, fact.zeroised)
    return tuple(lines)


KIND: Final = Kind(
    verb="device.manual",
    title="Act at a device",
    summary="One person acts at a device by hand, and another checks what it shows.",
    parameters=ManualParameters,
    records=(DeviceHandled,),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
)
