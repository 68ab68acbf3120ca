"""A login that lasts: each of its rules, what ends it, and how the steps read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.decide import verify_command
from ceremony.engine.facts import (
    BreakBegun,
    CeremonyAbandoned,
    CeremonyClosed,
    DeviceFault,
    Fact,
    Intent,
    Outcome,
    RecordVerified,
    Result,
    Resumed,
    StepClosed,
)
from ceremony.engine.fold import fold
from ceremony.engine.login import verify_login
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line, Mark
from ceremony.errors import RefusedError
from tests.fakes.forgery import Forgery
from tests.fakes.login_lies import STAYING
from tests.fakes.trusted import build_trusted
from tests.fakes.walked_record import (
    Moment,
    allowed,
    at,
    changed,
    going_on,
    refusal,
    walked_logins,
)

TOKEN = "root-hsm"  # noqa: S105  a token's name in the script, no password
LISTED = "2.4"
PROVEN = "2.8"


def moment(step: str, kind: type[Fact]) -> Moment:
    return at(step, kind, walked_logins())


def logged_in(state: State, since: str = "2.3", ended: str = "") -> State:
    """Give a state in which somebody is logged in, or was until something ended it."""
    known = replace(
        state.token(TOKEN),
        login=None if ended else since,  # type: ignore[arg-type]  # a step's id
        login_ended=ended,
    )
    return replace(state, tokens={**state.tokens, TOKEN: known})


def ended(state: State) -> str:
    return state.token(TOKEN).login_ended


def asked(state: State) -> list[str]:
    assert state.step is not None
    return [need.name for need in KINDS[state.step.verb].needs(state.step, state)]


def test_the_honest_ceremony_is_allowed_and_logged_in_from_login_to_logout() -> None:
    for each in walked_logins():
        verify_command(each.before, each.command)
    since = {
        each.command.step: each.before.token(TOKEN).login
        for each in walked_logins()
        if isinstance(each.command.fact, Intent)
    }
    assert since == dict.fromkeys(["2.2", "2.3", "2.10"]) | dict.fromkeys(
        ["2.4", "2.5", "2.6", "2.8", "2.9"], "2.3"
    )


def test_while_logged_in_no_step_asks_for_a_pin_and_afterwards_each_does() -> None:
    told = {
        each.command.step: asked(each.before)
        for each in walked_logins()
        if isinstance(each.command.fact, Intent)
    }
    assert {step for step, names in told.items() if names == []} == {
        *("2.4", "2.5", "2.6", "2.8", "2.9"),
    }
    assert told["2.3"] == told["2.10"] == ["pin"]


def anew(within: Moment) -> Moment:
    """Give the login of step 2.3 as it is made anew within another step."""
    intent = moment("2.3", Intent).command.fact
    command = replace(within.command, fact=intent)
    return replace(within, command=command)


@pytest.mark.parametrize(
    ("rule", "step", "state"),
    [
        ("ENGINE-LOGIN-01", "2.3", {}),
        ("ENGINE-LOGIN-03", PROVEN, {"ended": "the break"}),
        ("ENGINE-LOGIN-04", "2.9", {"ended": "the break"}),
    ],
)
def test_an_intent_that_does_not_go_with_the_login_is_refused(
    rule: str, step: str, state: dict[str, str]
) -> None:
    told = moment(step, Intent)
    allowed(told.before, told.command)
    assert refusal(logged_in(told.before, **state), told.command) == rule


def test_what_needs_the_token_logged_out_is_refused_while_somebody_is_logged_in() -> (
    None
):
    told = moment("2.2", Intent)
    assert refusal(logged_in(told.before), told.command) == "ENGINE-LOGIN-02"


def test_a_key_that_the_officer_makes_trusted_needs_the_token_logged_out() -> None:
    built = build_trusted(Forgery(stop_after="2.4"))
    state = built.builder.state
    step = next(
        each
        for each in state.script.steps
        if each.verb == "key.generate"
        and state.script.key_kind(str(each.parameters["key"])).trusted
    )
    key = str(step.parameters["key"])
    token = state.script.thing(key).token
    known = replace(state.token(token), login=step.id)
    state = replace(state, tokens={**state.tokens, token: known})
    intent = Intent("key.generate", token, "S", thing=key)
    with pytest.raises(RefusedError) as caught:
        verify_login(step, state, intent)
    assert caught.value.code == "ENGINE-LOGIN-02"
    other = replace(intent, thing="signer")
    assert not state.script.key_kind("signer").trusted
    verify_login(step, state, other)


def test_a_login_is_made_anew_where_one_was_ended_and_nowhere_else() -> None:
    told = anew(moment(PROVEN, Intent))
    allowed(logged_in(told.before, ended="the break"), told.command)
    assert refusal(told.before, told.command) == "ENGINE-LOGIN-01"
    never = logged_in(told.before, ended="x")
    never = replace(never, tokens={TOKEN: replace(never.token(TOKEN), login_ended="")})
    assert refusal(never, told.command) == "ENGINE-LOGIN-04"


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("ENGINE-DEVICE-01", {"thing": "root-oca"}),
        ("ENGINE-DEVICE-01", {"user": "user"}),
        ("ENGINE-DEVICE-05", {"label": "root-hsm"}),
    ],
)
def test_a_login_made_anew_is_one_at_the_steps_own_token(
    rule: str, values: dict[str, Any]
) -> None:
    told = anew(moment(PROVEN, Intent))
    state = logged_in(told.before, ended="the break")
    assert refusal(state, changed(told.command, **values)) == rule


def test_after_a_login_made_anew_the_step_is_still_to_be_done() -> None:
    told = moment(PROVEN, Intent)
    begun = anew(told)
    state = going_on(logged_in(told.before, ended="the break"), begun)
    outcome = moment("2.3", Outcome).command.fact
    done = replace(
        told, command=replace(told.command, fact=outcome, op=state_op(state))
    )
    allowed(state, done.command)
    state = going_on(state, done)
    assert state.token(TOKEN).login == PROVEN
    assert ended(state) == ""
    assert asked(state) == []
    closing = moment(PROVEN, StepClosed)
    assert refusal(state, closing.command) == "ENGINE-DEVICE-02"
    allowed(state, told.command)


def state_op(state: State) -> Any:
    assert state.pending is not None
    return state.pending.op


def test_a_break_ends_every_login_and_tells_of_it() -> None:
    told = moment(LISTED, Intent)
    honest = BreakBegun("Lunch.", 30, STAYING, (TOKEN,))
    command = replace(told.command, fact=honest, actor=None, op=None)
    allowed(told.before, command)
    for lie in ((), ("spare",), (TOKEN, TOKEN)):
        assert refusal(told.before, changed(command, logged_out=lie)) == (
            "ENGINE-LOGIN-05"
        )
    state = fold(told.before, told.event, honest)
    assert (state.token(TOKEN).login, ended(state)) == (None, "the break")
    logged_out = moment("2.2", Intent).before
    assert refusal(logged_out, command) == "ENGINE-LOGIN-05"


def test_an_interruption_ends_every_login() -> None:
    told = moment(LISTED, Intent)
    state = fold(told.before, told.event, Resumed(9, rebooted=False, tokens=(), by=()))
    assert ended(state) == "the interruption"


def test_giving_up_ends_every_login() -> None:
    told = moment(LISTED, Intent)
    state = fold(told.before, told.event, CeremonyAbandoned("Enough."))
    assert (state.token(TOKEN).login, ended(state)) == (None, "")


def failed(told: Moment, fault: DeviceFault | None) -> State:
    outcome = told.command.fact
    assert isinstance(outcome, Outcome)
    bad = replace(outcome, result=Result.FAILED, fault=fault)
    return fold(told.before, told.event, bad)


def test_a_failure_of_the_token_ends_the_login_and_the_next_try_asks_again() -> None:
    told = moment(LISTED, Outcome)
    state = failed(told, DeviceFault("HSM-DEVICE-01", "It failed."))
    assert ended(state) == "the failure before"
    assert asked(state) == ["pin"]
    kept = failed(told, None)
    assert kept.token(TOKEN).login == "2.3"


def test_a_logout_whose_login_had_ended_closes_with_its_initials() -> None:
    told = moment("2.9", Intent)
    closing = moment("2.9", StepClosed)
    assert refusal(told.before, closing.command) == "ENGINE-DEVICE-02"
    state = logged_in(told.before, ended="the break")
    allowed(state, closing.command)
    closed = going_on(state, closing)
    assert ended(closed) == ""
    # From here on the next step asks for its own PIN, and logs nobody in for later.
    assert asked(closed) == ["pin"]
    never = replace(state, tokens={})
    assert going_on(never, closing).tokens == {}


@pytest.mark.parametrize("kind", [RecordVerified, CeremonyClosed])
def test_no_ceremony_closes_while_somebody_is_logged_in(kind: type[Fact]) -> None:
    told = at("", kind, walked_logins())
    allowed(told.before, told.command)
    assert refusal(logged_in(told.before), told.command) == "ENGINE-LOGIN-06"


def entries(step: str, facts: Iterable[Fact]) -> tuple[object, ...]:
    state = walked_logins()[-1].after
    verb = next(each.verb for each in state.script.steps if each.id == step)
    return KINDS[verb].entries(state, tuple(facts))


def test_the_steps_say_what_was_done() -> None:
    done = moment("2.3", Outcome).command.fact
    assert entries("2.3", [done]) == (
        Line("", "logged in; no PIN is kept", mark=Mark.PASS),
    )
    # A login that was made anew stands in the step in which it was made.
    assert entries(LISTED, [done]) == entries("2.3", [done])
    out = moment("2.9", Outcome).command.fact
    assert entries("2.9", [out]) == (Line("", "logged out", mark=Mark.PASS),)
    closed = moment("2.9", StepClosed).command.fact
    assert entries("2.9", [closed]) == (
        Line("", "the login had ended before; the token was logged out"),
    )
    assert entries("2.9", []) == ()
