"""What a token puts behind a public key is refused where it would be relied on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.conduct.actions.contingency import verify_nothing_filled
from ceremony.engine.facts import Outcome
from ceremony.engine.state import Recorded, State
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line
from ceremony.errors import DeviceError, RefusedError
from ceremony.hsm.mechanism import MechanismChoice, MechanismName
from ceremony.hsm.result import WrappedPublicKey
from ceremony.identifiers import Mode
from ceremony.script.model import Step
from ceremony.verify.verdict import judge_files
from tests.fakes.broken_rules import part_changed
from tests.fakes.record_contingency import build_contingency

CHOICE = MechanismChoice("AES_KWP", MechanismName.AES_KEY_WRAP_PAD)
REMARK = "Zeros are wrapped with a public key, against RFC 5649: contingency."


def test_a_live_ceremony_keeps_nothing_of_it() -> None:
    with pytest.raises(DeviceError, match="5 bytes of zeros") as caught:
        verify_nothing_filled("contingency", WrappedPublicKey(bytes(104), CHOICE, 5))
    assert (caught.value.code, caught.value.in_doubt) == ("HSM-WRAP-25", False)
    verify_nothing_filled("contingency", WrappedPublicKey(bytes(104), CHOICE))


def _wrapping(filled: int, mode: Mode) -> tuple[Step, State, Outcome]:
    """Give the step that wraps, what was known before, and what is told of it."""
    state = build_contingency().builder.state
    assert state.opened is not None
    (step,) = (each for each in state.script.steps if each.verb == "key.wrap-public")
    wrapped = replace(state.public_wrapped["contingency"], filled=filled)
    (told,) = (
        known.fact
        for known in build_contingency().builder.facts
        if isinstance(known.fact, Outcome) and known.fact.verb == step.verb
    )
    before = replace(state, public_wrapped={}, opened=replace(state.opened, mode=mode))
    return step, before, replace(told, public_wrapped=wrapped)


@pytest.mark.parametrize(
    ("filled", "mode", "rule"),
    [
        (5, Mode.LIVE, "ENGINE-CONTINGENCY-03"),
        (0, Mode.LIVE, ""),
        (5, Mode.REHEARSAL, ""),
    ],
)
def test_no_live_record_can_tell_of_it(filled: int, mode: Mode, rule: str) -> None:
    step, state, fact = _wrapping(filled, mode)
    found = ""
    try:
        KINDS[step.verb].verify(step, state, fact)
    except RefusedError as error:
        found = error.code
    assert found == rule


def test_a_step_says_what_the_token_did_and_what_it_lacks() -> None:
    step, state, fact = _wrapping(5, Mode.REHEARSAL)
    assert fact.public_wrapped is not None
    lacking = replace(fact.public_wrapped, passed_over=("CKM_AES_KEY_WRAP_KWP",))
    facts = (replace(fact, public_wrapped=lacking),)
    told = [
        each.value
        for each in KINDS[step.verb].entries(state, facts)
        if isinstance(each, Line)
    ]
    assert "CKM_AES_KEY_WRAP_KWP" in told
    assert any(value.startswith("with 5 bytes of zeros behind it") for value in told)


def test_a_step_does_not_close_on_an_outcome_without_what_was_wrapped() -> None:
    step, state, fact = _wrapping(0, Mode.REHEARSAL)
    event = build_contingency().builder.facts[-1].event
    bare = Recorded(event, replace(fact, public_wrapped=None))
    with pytest.raises(RefusedError) as caught:
        KINDS[step.verb].complete(step, replace(state, current=(bare,)))
    assert caught.value.code == "ENGINE-DEVICE-02"


@pytest.mark.parametrize("filled", [0, 5])
def test_the_verifier_remarks_on_it_in_a_rehearsal(filled: int) -> None:
    built = build_contingency(part_changed("public_wrapped", "2.9", filled=filled))
    (check,) = (
        each
        for each in judge_files(built.files, built.policy).checks
        if each.number == "11"
    )
    assert (REMARK in check.remarks) is bool(filled)
