"""Key generation: checked before the key exists, read back after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import (
    AttributeFound,
    Fact,
    Intent,
    KeyMade,
    Linted,
    Outcome,
    SecretKeyMade,
)
from ceremony.engine.made_for import certificates_for, requests_for
from ceremony.engine.state import State
from ceremony.engine.steps.device import (
    completed,
    officer_need,
    outcome_lines,
    pin_need,
    user_needs,
    verify_intent,
)
from ceremony.engine.steps.kind import Kind, Need, parameter, read_parameters
from ceremony.engine.steps.lint import (
    BEFORE_KEY,
    lint_lines,
    verify_lint_told,
    verify_linted,
)
from ceremony.engine.transcript import Entry, Line, Mark, Table
from ceremony.errors import RefusedError
from ceremony.identifiers import Stance
from ceremony.script.model import Step


@dataclass(frozen=True, slots=True)
class GenerateParameters:
    """Which key is made."""

    key: str = parameter("The key; it names its token and profile.", refers="key")


def _token_of(step: Step, state: State) -> tuple[str, str]:
    wanted = read_parameters(GenerateParameters, step.parameters)
    return state.script.thing(wanted.key).token, wanted.key


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    token, key = _token_of(step, state)
    if state.script.key_kind(key).trusted:
        return (officer_need(step, state, token), pin_need(step, state, token))
    return user_needs(step, state, token)


def _verify(step: Step, state: State, fact: Fact) -> None:
    token, key = _token_of(step, state)
    verify_intent(step, fact, token, key, label=key)
    thing = state.script.thing(key)
    own = tuple(each.name for each in certificates_for(state.script, thing))
    asked = requests_for(state.script, key)
    due = dict.fromkeys((*asked, *own), thing.profile)
    verify_lint_told(step, fact, BEFORE_KEY, due)
    if isinstance(fact, Outcome):
        verify_ordered(step, state, fact)
    if not isinstance(fact, Intent):
        return
    if key in state.made:
        raise RefusedError(
            "ENGINE-KEY-01",
            f"The key {key} exists already.",
            meaning="The key that exists is not touched.",
            remedy="Close the step; a second key needs a step of its own.",
        )
    if thing.profile:
        # Where there is a certificate, requests were once not linted; of several
        # certificates of one name the first one is.
        verify_linted(state, BEFORE_KEY, None, own or asked)


def verify_ordered(step: Step, state: State, fact: Outcome) -> None:
    """Insist that a key that was made or restored is of the kind that was ordered.

    Raises:
        RefusedError: ``ENGINE-KEY-04``: it is of another kind.
    """
    kind = state.script.key_kind(fact.thing)
    made = fact.key or fact.secret_key
    if made is None:
        return
    told = (made.algorithm, made.size, fact.secret_key is not None)
    both = fact.key is not None and fact.secret_key is not None
    if both or told != (kind.algorithm, kind.algorithm.bits, kind.algorithm.is_secret):
        raise RefusedError(
            "ENGINE-KEY-04",
            f"Step {step.id} orders {kind.algorithm}, and {made.algorithm} was made.",
            meaning="The key exists and must not be used.",
            remedy="Record the deviation, then destroy the key or abandon.",
        )


def _complete(step: Step, state: State) -> None:
    verify_attributes_met(step, completed(step, state))


def verify_attributes_met(step: Step, outcome: Outcome) -> None:
    """Insist that a key that was made or restored meets the attribute policy.

    Raises:
        RefusedError: ``ENGINE-KEY-02``: it does not, or there is none.
    """
    key = outcome.key or outcome.secret_key
    if key is None or not all(found.holds for found in key.attributes):
        raise RefusedError(
            "ENGINE-KEY-02",
            f"The key of step {step.id} does not meet the attribute policy.",
            meaning="The key exists and must not be used.",
            remedy="Record the deviation, then destroy the key or abandon.",
        )


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    entries: list[Entry] = [*lint_lines(facts), *outcome_lines(facts)]
    for fact in facts:
        if isinstance(fact, Outcome):
            entries += key_lines(fact, "made in the token")
    return tuple(entries)


def key_lines(outcome: Outcome, how: str) -> tuple[Entry, ...]:
    """Tell of the key that an outcome tells of, as it was read back.

    Args:
        outcome: Any outcome.
        how: How the key came into the token, in a few words.
    """
    key = outcome.key or outcome.secret_key
    if key is None:
        return ()
    entries: list[Entry] = [
        Line("label", key.label, mono=True),
        Line("CKA_ID", key.cka_id, mono=True),
    ]
    if outcome.key is not None:
        entries.append(Line("short id", outcome.key.key_identifier, mono=True))
    rows = tuple(
        (found.name, found.expected, found.found, _mark(found))
        for found in key.attributes
    )
    entries += [
        Line("algorithm", f"{key.algorithm}, {how}"),
        Line("mechanism", key.mechanism, mono=True),
        Table(("Attribute", "asked", "found", ""), rows, mono=True),
    ]
    entries += _let_be(key)
    entries += [
        Line("remark", f"{told.subject} is {told.told}: {told.text}")
        for told in key.remarks
    ]
    return tuple(entries)


def _mark(found: AttributeFound) -> Mark:
    if found.passed:
        return Mark.PASS
    if found.waived:
        return Mark.WAIVED
    return {
        Stance.FAIL: Mark.FAIL,
        Stance.REMARK: Mark.REMARK,
        Stance.ACCEPT: Mark.ACCEPTED,
    }[found.stance]


def _let_be(key: KeyMade | SecretKeyMade) -> Iterator[Line]:
    """Say how many attributes are not as asked and are let be, by what."""
    waived = sum(found.waived for found in key.attributes)
    if waived:
        yield Line("", f"{waived} waived by the site policy for a rehearsal")
    remarked = sum(found.stance is Stance.REMARK for found in key.attributes)
    if remarked:
        yield Line("", f"{remarked} let be by the site policy, with a remark")


KIND: Final = Kind(
    verb="key.generate",
    title="Generate key",
    summary="A key is made in its token and its attributes are read back.",
    parameters=GenerateParameters,
    records=(Linted, Intent, Outcome),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
    device=True,
)
