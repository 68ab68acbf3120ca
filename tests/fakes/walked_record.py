"""The honest made-up ceremony, fact by fact: each command with the state before it.

The tests of the rules take the moment that a rule is about, change one thing in it
and ask the engine. Everything here comes from :mod:`tests.fakes.record_builder`; the
facts themselves are made by the fake, not by the code under test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from ceremony.engine.command import Command
from ceremony.engine.decide import verify_command
from ceremony.engine.facts import Fact
from ceremony.engine.fold import fold
from ceremony.engine.state import Recorded, State
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, OperationId, PersonId, StepId
from ceremony.journal.event import Event
from tests.fakes.key_acts import build_key_acts
from tests.fakes.logins import build_logins
from tests.fakes.manual_acts import build_manual_acts
from tests.fakes.record_backup import build_backup
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import RecordBuilder, build_record
from tests.fakes.record_contingency import build_contingency
from tests.fakes.record_crl import build_crls
from tests.fakes.record_earlier import build_earlier
from tests.fakes.record_renewal import build_renewal
from tests.fakes.record_request import build_requests
from tests.fakes.zeroise import build_zeroise


@dataclass(frozen=True)
class Moment:
    """One fact of the honest ceremony.

    Attributes:
        before: Where the ceremony stood.
        command: What was asked for.
        event: The leaf that came of it.
        after: Where the ceremony stood then.
    """

    before: State
    command: Command
    event: Event
    after: State


def command_of(recorded: Recorded) -> Command:
    """Give the command that asks for a recorded fact again."""
    event = recorded.event
    return Command(
        fact=recorded.fact,
        actor=PersonId(event.actor.person) if event.actor else None,
        step=StepId(event.step.id) if event.step else None,
        presented=Digest(event.step.presented) if event.step else None,
        op=OperationId(event.op) if event.op else None,
        blobs=event.blobs,
    )


@cache
def walked() -> tuple[Moment, ...]:
    """Walk the honest ceremony from its opening to its close."""
    return walk(build_record().builder)


@cache
def walked_backup() -> tuple[Moment, ...]:
    """Walk the honest ceremony that has a backup in it."""
    return walk(build_backup().builder)


@cache
def walked_batch() -> tuple[Moment, ...]:
    """Give every fact of the ceremony that answers a set of requests, in order."""
    return walk(build_batch().builder)


@cache
def walked_crls() -> tuple[Moment, ...]:
    """Give every fact of the ceremony that signs revocation lists, in order."""
    return walk(build_crls().builder)


@cache
def walked_earlier() -> tuple[Moment, ...]:
    """Give every fact of the ceremony that works with an earlier one's keys."""
    return walk(build_earlier().builder)


@cache
def walked_contingency() -> tuple[Moment, ...]:
    """Walk the honest ceremony that wraps a contingency key."""
    return walk(build_contingency().builder)


@cache
def walked_key_acts() -> tuple[Moment, ...]:
    """Walk the honest ceremony that uses its key after it was made."""
    return walk(build_key_acts().builder)


@cache
def walked_logins() -> tuple[Moment, ...]:
    """Walk the honest ceremony in which one login serves several steps."""
    return walk(build_logins().builder)


@cache
def walked_manual_acts() -> tuple[Moment, ...]:
    """Walk the honest ceremony in which people act at devices by hand."""
    return walk(build_manual_acts().builder)


@cache
def walked_renewal() -> tuple[Moment, ...]:
    """Walk the honest ceremony in which devices have their certificates renewed."""
    return walk(build_renewal().builder)


@cache
def walked_requests() -> tuple[Moment, ...]:
    """Walk the honest ceremony whose key asks after a lint, and is answered."""
    return walk(build_requests().builder)


@cache
def walked_zeroise() -> tuple[Moment, ...]:
    """Walk the honest ceremony in which a token is zeroised by hand, twice."""
    return walk(build_zeroise().builder)


def walk(builder: RecordBuilder) -> tuple[Moment, ...]:
    """Give every fact of a record with the state before and after it."""
    state = State(builder.script)
    moments: list[Moment] = []
    for recorded in builder.facts:
        after = fold(state, recorded.event, recorded.fact)
        moments.append(Moment(state, command_of(recorded), recorded.event, after))
        state = after
    return tuple(moments)


def at(
    step: str, kind: type[Fact], moments: tuple[Moment, ...] | None = None
) -> Moment:
    """Find the first fact of a kind in a step; step ``""`` stands for none."""
    for moment in walked() if moments is None else moments:
        if (moment.command.step or "") == step and isinstance(
            moment.command.fact, kind
        ):
            return moment
    raise LookupError(f"{step} {kind.__name__}")


def after(step: str) -> State:
    """Give the state in which a step has just been closed."""
    return [m.after for m in walked() if m.command.step == step][-1]


def changed(command: Command, **fact: Any) -> Command:
    """Ask for the same with other values in the fact."""
    return replace(command, fact=replace(command.fact, **fact))


def going_on(state: State, moment: Moment, command: Command | None = None) -> State:
    """Fold a command's fact onto a state, in the leaf of a moment."""
    fact = (command or moment.command).fact
    return fold(state, replace(moment.event, type=fact.type), fact)


def refusal(state: State, command: Command) -> str:
    """Give the id of the rule that refuses a command; it must be refused."""
    with pytest.raises(RefusedError) as caught:
        verify_command(state, command)
    assert caught.value.remedy.strip()
    assert str(caught.value).strip()
    return caught.value.code


def allowed(state: State, command: Command) -> None:
    """Insist that a command is allowed."""
    verify_command(state, command)
