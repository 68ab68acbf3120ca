"""What a fact changes: from one state to the next, and nothing else.

``fold`` trusts its input: whether a fact was allowed is for ``engine.decide``, and
for the verifier, which decides every fact of a record again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from ceremony.engine.backup import take_backup
from ceremony.engine.batch import take_judged, take_part
from ceremony.engine.change import take_course, take_left, take_let_be, take_wiped
from ceremony.engine.contingency import take_public_wrapped
from ceremony.engine.earlier import take_brought, take_earlier, take_shown
from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    BreakBegun,
    BreakEnded,
    CeremonyAbandoned,
    CeremonyClosed,
    CertificateBrought,
    ClockRead,
    CommandRefused,
    CustodyRecorded,
    DeviationClosed,
    DeviationRecorded,
    DeviceHandled,
    DissentRecorded,
    DissentSettled,
    EarlierFound,
    Fact,
    HoldAnswered,
    Intent,
    Linted,
    Noted,
    Opened,
    Outcome,
    PackSealed,
    RecordVerified,
    ReportSigned,
    RequestsGiven,
    RequestsJudged,
    Result,
    Resumed,
    SignedOnPaper,
    StepClosed,
    TokensChanged,
    TokensInspected,
    ValueChecked,
    ValueRecorded,
)
from ceremony.engine.login import (
    BREAK,
    INTERRUPTION,
    end_logins,
    take_login,
    take_logout_closed,
)
from ceremony.engine.missed import take_missed
from ceremony.engine.state import (
    BreakState,
    ChangeState,
    DeviationState,
    DissentState,
    Pending,
    Phase,
    Recorded,
    State,
    TokenState,
)
from ceremony.engine.zeroise import take_shown_again, take_zeroised
from ceremony.identifiers import OperationId, PersonId, StepId
from ceremony.journal.event import Event


def fold(state: State, event: Event, fact: Fact) -> State:  # noqa: PLR0911  one return for each kind of fact
    """Give the state after ``fact``, which ``event`` holds."""
    match fact:
        case Opened() | EarlierFound() | CertificateBrought():
            return _opened(state, fact)
        case AttendanceChanged():
            return _attendance(take_missed(state, event, fact), fact)
        case DeviationRecorded() | DeviationClosed() | TokensChanged():
            return _deviation(state, event, fact)
        case TokensInspected() | Resumed() | BreakBegun() | BreakEnded():
            return _pause(state, event, fact)
        case Noted() | CommandRefused():
            return state
        case (
            RecordVerified()
            | CeremonyClosed()
            | CeremonyAbandoned()
            | PackSealed()
            | ReportSigned()
        ):
            return _ending(state, fact)
        case StepClosed():
            return _step_closed(state)
        case _:
            recorded = replace(state, current=(*state.current, Recorded(event, fact)))
            return _in_step(recorded, event, fact)


def _opened(state: State, fact: Opened | EarlierFound | CertificateBrought) -> State:
    if isinstance(fact, EarlierFound):
        return take_earlier(state, fact)
    if isinstance(fact, CertificateBrought):
        return take_brought(state, fact)
    return replace(state, opened=fact, phase=Phase.RUNNING)


def _in_step(  # noqa: PLR0911  one return for each kind of fact
    state: State,
    event: Event,
    fact: Attested
    | SignedOnPaper
    | DissentRecorded
    | DissentSettled
    | Intent
    | Outcome
    | HoldAnswered
    | ClockRead
    | ValueChecked
    | ValueRecorded
    | CustodyRecorded
    | DeviceHandled
    | RequestsGiven
    | RequestsJudged
    | Linted,
) -> State:
    match fact:
        case Attested() | SignedOnPaper():
            return _signed(state, event, fact)
        case DissentRecorded() | DissentSettled():
            return _dissent(state, event, fact)
        case Intent():
            op, step = event.op, event.step
            if op is None or step is None:
                return state
            return replace(
                take_missed(state, event, fact),
                pending=Pending(OperationId(op), StepId(step.id), fact, event.seq),
            )
        case Outcome():
            return _outcome(state, event, fact)
        case RequestsJudged() | DeviceHandled():
            return _told(state, event, fact)
        case (
            HoldAnswered()
            | ClockRead()
            | ValueChecked()
            | ValueRecorded()
            | CustodyRecorded()
            | RequestsGiven()
            | Linted()
        ):
            return state
        case _ as never:
            assert_never(never)


def _told(state: State, event: Event, fact: RequestsJudged | DeviceHandled) -> State:
    """Take over what came from outside: judged requests, a token without its keys."""
    if isinstance(fact, RequestsJudged):
        return take_judged(state, fact)
    state = take_missed(state, event, fact)
    if fact.zeroised is None or event.step is None:
        return state
    return take_zeroised(state, fact.device, fact.zeroised, StepId(event.step.id))


def _signed(state: State, event: Event, fact: Attested | SignedOnPaper) -> State:
    """Take a person in or let them go, by whichever way they signed."""
    if isinstance(fact, Attested):
        state = replace(state, nonces=state.nonces | {fact.nonce})
    else:
        state = replace(state, sheets=(*state.sheets, fact.sheet))
    if event.actor is None:
        return state
    person = PersonId(event.actor.person)
    if fact.turn == "sign-in":
        return replace(
            state,
            in_room=state.in_room | {person},
            signed_in=(*state.signed_in, person),
            opening=state.opening or fact.head,
        )
    return replace(
        state,
        in_room=state.in_room - {person},
        signed_out=(*state.signed_out, person),
        closing=state.closing or fact.head,
    )


def _dissent(
    state: State, event: Event, fact: DissentRecorded | DissentSettled
) -> State:
    if isinstance(fact, DissentRecorded):
        step = StepId(event.step.id) if event.step is not None else StepId("")
        made = DissentState(fact, step, event.seq)
        return replace(state, dissents=(*state.dissents, made))
    return replace(
        state,
        dissents=tuple(
            replace(known, settled=fact)
            if known.settled is None and known.recorded.person == fact.person
            else known
            for known in state.dissents
        ),
    )


def _outcome(state: State, event: Event, fact: Outcome) -> State:  # noqa: PLR0911  one for each thing made or destroyed
    done = fact.result in (Result.DONE, Result.ADOPTED)
    step = StepId(event.step.id) if event.step is not None else None
    left = state.pending if fact.result is Result.UNRESOLVED else None
    token = take_login(_token(state, fact, done=done), fact, step)
    tokens = {**state.tokens, fact.token: token}
    state = replace(state, pending=None, unresolved=left, tokens=tokens)
    state = take_wiped(take_shown_again(state, fact.inventory), fact)
    if not done:
        return state
    state = take_backup(take_shown(state, fact), fact)
    state = take_public_wrapped(state, fact)
    if fact.verb == "key.destroy" and step is not None:
        return replace(state, destroyed={**state.destroyed, fact.thing: step})
    if fact.key is not None:
        return replace(state, keys={**state.keys, fact.thing: fact.key})
    if fact.request is not None:
        return replace(state, requests={**state.requests, fact.thing: fact.request})
    if fact.certificate is not None:
        return replace(
            state,
            certificates={**state.certificates, fact.thing: fact.certificate},
            paths={**state.paths, **({fact.thing: fact.path} if fact.path else {})},
        )
    if fact.part is not None:
        return take_part(state, fact.thing, fact.part, fact.path)
    if fact.crl is not None:
        return replace(state, crls={**state.crls, fact.thing: fact.crl})
    return state


def _token(state: State, fact: Outcome, *, done: bool) -> TokenState:
    """Give what is known of a token after an outcome on it."""
    token = state.token(fact.token)
    if fact.inventory is not None:
        foreign = len(state.foreign.get(fact.token, ()))
        token = replace(token, inventory=fact.inventory, foreign=foreign)
    if done and fact.verb == "token.initialise":
        # The user PIN is set anew, the security officer's stays as it was changed.
        return TokenState(
            initialised=True,
            inventory=fact.inventory,
            renewed=token.renewed - {"user"},
        )
    if fact.verb == "token.initialise" and fact.decided_by and fact.inventory is None:
        # Two people found it half initialised: nobody can look into it before it is
        # initialised anew, whatever it held.
        return replace(token, initialised=False, inventory=None, foreign=0)
    if done and fact.verb == "token.change-pin":
        return replace(token, renewed=token.renewed | {fact.user})
    return token


def _step_closed(state: State) -> State:
    step = state.step
    if step is None:
        return state
    return replace(
        state,
        position=state.position + 1,
        closed_steps=(*state.closed_steps, step.id),
        tokens=take_logout_closed(state.tokens, step),
        current=(),
    )


def _attendance(state: State, fact: AttendanceChanged) -> State:
    if fact.direction == "in":
        return replace(state, in_room=state.in_room | {fact.person})
    return replace(state, in_room=state.in_room - {fact.person})


def _deviation(
    state: State,
    event: Event,
    fact: DeviationRecorded | DeviationClosed | TokensChanged,
) -> State:
    if isinstance(fact, TokensChanged):
        return replace(state, change=ChangeState(fact))
    if isinstance(fact, DeviationRecorded):
        step = StepId(event.step.id) if event.step is not None else None
        opened = DeviationState(fact, step, event.seq)
        looked = state.looked - {fact.token}
        return replace(state, deviations=(*state.deviations, opened), looked=looked)
    if fact.course is not None and fact.course.is_end:
        state = replace(state, given_up=True)
    return replace(
        take_course(state, fact),
        deviations=tuple(
            replace(known, closed=fact)
            if known.recorded.deviation == fact.deviation
            else known
            for known in state.deviations
        ),
    )


def _pause(
    state: State,
    event: Event,
    fact: TokensInspected | Resumed | BreakBegun | BreakEnded,
) -> State:
    if isinstance(fact, TokensInspected | Resumed):
        shown = frozenset(each.token for each in fact.tokens)
        state = replace(state, looked=state.looked | shown)
        return _resumed(state, fact) if isinstance(fact, Resumed) else state
    if isinstance(fact, BreakBegun):
        step = StepId(event.step.id) if event.step is not None else None
        begun = BreakState(fact, step, event.seq, event.t.wall)
        tokens = end_logins(state.tokens, BREAK)
        return replace(state, breaks=(*state.breaks, begun), tokens=tokens)
    on = state.on_break
    if on is None:
        return state
    ended = replace(on, ended_at=event.t.wall)
    return replace(state, breaks=(*state.breaks[:-1], ended))


def _resumed(state: State, fact: Resumed) -> State:
    state = take_left(take_let_be(state, fact), fact)
    tokens = dict(end_logins(state.tokens, INTERRUPTION))
    for found in fact.tokens:
        known = tokens.get(found.token, TokenState())
        tokens[found.token] = replace(known, inventory=found.inventory)
        state = take_shown_again(state, found.inventory)
    return replace(state, tokens=tokens, resumptions=(*state.resumptions, fact))


def _ending(  # noqa: PLR0911  one return for each kind of fact
    state: State,
    fact: RecordVerified
    | CeremonyClosed
    | CeremonyAbandoned
    | PackSealed
    | ReportSigned,
) -> State:
    match fact:
        case RecordVerified():
            return replace(state, verified=fact)
        case CeremonyClosed():
            return replace(state, closed=fact, phase=Phase.CLOSED)
        case CeremonyAbandoned():
            tokens = end_logins(state.tokens, "")
            return replace(state, abandoned=fact, phase=Phase.ABANDONED, tokens=tokens)
        case PackSealed():
            return replace(state, sealed=fact, phase=Phase.SEALED)
        case ReportSigned():
            return replace(state, signed=(*state.signed, fact))
        case _ as never:
            assert_never(never)
