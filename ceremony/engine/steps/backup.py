"""A key leaves its token wrapped, comes back in another, and is shown to be equal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ceremony.engine.backup import blob_for, has_equal_value
from ceremony.engine.earlier import earlier_check_value
from ceremony.engine.facts import (
    Fact,
    Intent,
    KeyRestored,
    KeyWrapped,
    Outcome,
    PublicKeyWrapped,
)
from ceremony.engine.state import State
from ceremony.engine.steps.device import (
    completed,
    not_done,
    outcome_lines,
    user_needs,
    verify_intent,
)
from ceremony.engine.steps.key import (
    key_lines,
    verify_attributes_met,
    verify_ordered,
)
from ceremony.engine.steps.kind import Kind, Need, parameter, read_parameters
from ceremony.engine.steps.token import inventory_lines
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.script.key_kind import CheckMethod, KeyCopies, WrapBy
from ceremony.script.model import Step

METHODS: Final = tuple(method.value for method in WrapBy)
_VALUES: Final = {
    CheckMethod.ZEROS: re.compile("[0-9a-f]{6}"),
    CheckMethod.CMAC: re.compile("[0-9a-f]{10}"),
}
"""How each kind of check value is written: 3 and 5 bytes, hexadecimal."""


@dataclass(frozen=True, slots=True)
class WrapParameters:
    """Which key is wrapped, under which one, and how."""

    key: str = parameter("The key that is wrapped.", refers="key")
    under: str = parameter(
        "The wrapping key: a secret key of the same token, or the pair of any.",
        refers="key",
    )
    method: str = parameter("What the wrapped key is.", choices=METHODS)


@dataclass(frozen=True, slots=True)
class UnwrapParameters:
    """Which copy is restored, and by which key."""

    key: str = parameter("The copy; it names its token and original.", refers="key")
    under: str = parameter(
        "The key that unwraps: the one it was wrapped under, or its copy.",
        refers="key",
    )


@dataclass(frozen=True, slots=True)
class CheckValueParameters:
    """Which secret key's check value is found."""

    key: str = parameter("The secret key, or a copy of it.", refers="key")


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    token = state.script.thing(str(step.parameters["key"])).token
    return user_needs(step, state, token)


def _wrap_verify(step: Step, state: State, fact: Fact) -> None:
    told = read_parameters(WrapParameters, step.parameters)
    verify_intent(step, fact, state.script.thing(told.key).token, told.key)
    _verify_trusted(step, state, told)
    wanted = (told.under, told.method)
    sound = told.key in state.made and told.under in state.made
    if isinstance(fact, Intent):
        sound = sound and (fact.under, fact.algorithm) == wanted
    if isinstance(fact, Outcome) and fact.wrapped is not None:
        proven = fact.proof.public_key if fact.proof is not None else None
        pair = state.keys.get(told.key)
        sound = (
            sound
            and (fact.wrapped.under, fact.wrapped.method) == wanted
            and proven == (pair.public_key if pair is not None else None)
        )
    if not sound:
        raise RefusedError(
            "ENGINE-BACKUP-03",
            f"Step {step.id} wraps {told.key} under {told.under} by {told.method}, and "
            "one of the keys does not exist, or something else was done.",
            meaning="What was wrapped is no backup of the key.",
            remedy="Make both keys first, and wrap as the script has it.",
        )


def _verify_trusted(step: Step, state: State, told: WrapParameters) -> None:
    """Insist on a trusted wrapping key of the token for a key that wants one."""
    script = state.script
    key, under = script.key_kind(told.key), script.key_kind(told.under)
    same_token = script.thing(told.key).token == script.thing(told.under).token
    by_trusted = key.copies is KeyCopies.WRAPPED_BY_TRUSTED
    if by_trusted and not (under.trusted and same_token):
        raise RefusedError(
            "ENGINE-BACKUP-08",
            f"Step {step.id} wraps {told.key} under {told.under}, which is no trusted "
            "key of its token.",
            meaning="The key was not wrapped.",
            remedy="Wrap it under a key of its token that is made trusted.",
        )


def _wrap_complete(step: Step, state: State) -> None:
    if completed(step, state).wrapped is None:
        raise not_done(step)


def _wrap_entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    entries: list[Entry] = list(outcome_lines(facts))
    for fact in facts:
        if not isinstance(fact, Outcome) or fact.wrapped is None:
            continue
        method = Line("method", fact.wrapped.method, mono=True)
        entries += wrapped_lines(state, fact.wrapped, method)
        if fact.proof is not None:
            entries.append(Line("", "the key signed as it was wrapped", mark=Mark.PASS))
    return (*entries, *inventory_lines(facts))


def wrapped_lines(
    state: State, wrapped: KeyWrapped | PublicKeyWrapped, method: Line
) -> tuple[Line, ...]:
    """Tell what was wrapped under which key, by which method and mechanism."""
    passed_over = ", ".join(wrapped.passed_over)
    return (
        Line("under", state.script.thing(wrapped.under).title),
        method,
        Line("mechanism", wrapped.mechanism, mono=True),
        Line("SHA-256", wrapped.blob, mono=True),
        Line("size", f"{wrapped.size} bytes of ciphertext"),
        *([Line("not offered", passed_over, mono=True)] if passed_over else ()),
    )


def _unwrap_verify(step: Step, state: State, fact: Fact) -> None:
    told = read_parameters(UnwrapParameters, step.parameters)
    copy = state.script.thing(told.key)
    verify_intent(step, fact, copy.token, told.key, label=told.key)
    wrapped = blob_for(state, told.key, told.under)
    exists = told.key in state.made
    sound = wrapped is not None and not exists
    if wrapped is not None and isinstance(fact, Intent):
        wanted = (told.under, wrapped.method, wrapped.blob)
        sound = sound and (fact.under, fact.algorithm, fact.blob) == wanted
    if wrapped is not None and isinstance(fact, Outcome) and fact.restored is not None:
        method, blob = wrapped.method, wrapped.blob
        restored = KeyRestored(copy.copy_of, told.under, method, blob)
        sound = sound and fact.restored == restored
    if not sound:
        raise RefusedError(
            "ENGINE-BACKUP-04",
            f"Step {step.id} restores {told.key} by {told.under}, and its original was "
            "not wrapped for that, or something else was restored.",
            meaning="Nothing was restored.",
            remedy="Wrap the original first, under that key or its original.",
        )
    if isinstance(fact, Outcome):
        verify_ordered(step, state, fact)
        _verify_same_pair(step, state, copy.copy_of, fact)


def _verify_same_pair(step: Step, state: State, original: str, fact: Outcome) -> None:
    """Insist that a restored pair has its original's public key, and proved it."""
    if fact.key is None:
        return
    wanted = state.keys[original].public_key
    proven = fact.proof.public_key if fact.proof is not None else None
    if (fact.key.public_key, proven) != (wanted, wanted):
        raise RefusedError(
            "ENGINE-BACKUP-05",
            f"What step {step.id} restored was not proven to be {original}.",
            meaning="It is another key, or nobody knows, and it must not be used.",
            remedy="Record the deviation, then destroy what was restored.",
        )


def _unwrap_complete(step: Step, state: State) -> None:
    outcome = completed(step, state)
    if outcome.restored is None:
        raise not_done(step)
    verify_attributes_met(step, outcome)


def _unwrap_entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    entries: list[Entry] = list(outcome_lines(facts))
    for fact in facts:
        if not isinstance(fact, Outcome) or fact.restored is None:
            continue
        restored = fact.restored
        entries += [
            Line("copy of", state.script.thing(restored.original).title),
            Line("under", state.script.thing(restored.under).title),
            Line("method", restored.method, mono=True),
            Line("SHA-256", restored.blob, mono=True),
            *key_lines(fact, "restored in the token"),
        ]
        if fact.proof is not None:
            told = "it signed, and verifies with the original's public key"
            entries.append(Line("", told, mark=Mark.PASS))
        else:
            told = "not relied on before its check value is shown to be equal"
            entries.append(Line("", told))
    return (*entries, *inventory_lines(facts))


def _value_verify(step: Step, state: State, fact: Fact) -> None:
    name = read_parameters(CheckValueParameters, step.parameters).key
    verify_intent(step, fact, state.script.thing(name).token, name)
    method = state.script.key_kind(name).check_value
    told: str = method.value
    if isinstance(fact, Intent):
        told = fact.algorithm
    well_formed = True
    if isinstance(fact, Outcome) and fact.check_value is not None:
        told = fact.check_value.method
        well_formed = _VALUES[method].fullmatch(fact.check_value.value) is not None
    if name not in state.secret_keys or told != method or not well_formed:
        raise RefusedError(
            "ENGINE-BACKUP-06",
            f"Step {step.id} finds the check value of {name} by {method}, and there is "
            "no such secret key, or it was found in another way.",
            remedy="Make or restore the secret key first.",
        )


def _value_complete(step: Step, state: State) -> None:
    name = read_parameters(CheckValueParameters, step.parameters).key
    if completed(step, state).check_value is None:
        raise not_done(step)
    _verify_as_before(step, state, name)
    original = state.script.thing(name).copy_of
    if original and not has_equal_value(state, name):
        raise RefusedError(
            "ENGINE-BACKUP-07",
            f"The check value of {name} is not that of {original}.",
            meaning="The copy is another key, and must not be used.",
            remedy="Record the deviation, then destroy the copy; find the original's "
            "check value first where that is lacking.",
        )


def _verify_as_before(step: Step, state: State, name: str) -> None:
    """Insist that a key of an earlier ceremony has the check value that it had."""
    known = earlier_check_value(state, name)
    if known is not None and name not in state.shown:
        raise RefusedError(
            "ENGINE-EARLIER-05",
            f"Step {step.id} finds another check value of {name} than {known.value}, "
            "which the site's journal has.",
            meaning="The token holds another key under that id, and it must not be "
            "used.",
            remedy="Record the deviation, keep the token aside, and abandon.",
        )


def _value_entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    entries: list[Entry] = list(outcome_lines(facts))
    for fact in facts:
        if not isinstance(fact, Outcome) or fact.check_value is None:
            continue
        found = fact.check_value
        entries += [
            Line("check value", found.value, mono=True, strong=True),
            Line("told by", found.told_by, mono=True),
        ]
        original = state.script.thing(fact.thing).copy_of
        if original:
            told = f"equal to that of {state.script.thing(original).title}"
            equal = has_equal_value(state, fact.thing)
            mark = Mark.PASS if equal else Mark.FAIL
            entries.append(Line("", told if equal else f"not {told}", mark=mark))
    return (*entries, *inventory_lines(facts))


KINDS: Final = (
    Kind(
        verb="key.wrap",
        title="Wrap key",
        summary="A key leaves its token as ciphertext, under a wrapping key.",
        parameters=WrapParameters,
        records=(Intent, Outcome),
        needs=_needs,
        verify=_wrap_verify,
        complete=_wrap_complete,
        entries=_wrap_entries,
        device=True,
    ),
    Kind(
        verb="key.unwrap",
        title="Restore key",
        summary="A wrapped key is restored in another token, as a copy.",
        parameters=UnwrapParameters,
        records=(Intent, Outcome),
        needs=_needs,
        verify=_unwrap_verify,
        complete=_unwrap_complete,
        entries=_unwrap_entries,
        device=True,
    ),
    Kind(
        verb="key.check-value",
        title="Find check value",
        summary="A secret key's check value is found; a copy's is its original's.",
        parameters=CheckValueParameters,
        records=(Intent, Outcome),
        needs=_needs,
        verify=_value_verify,
        complete=_value_complete,
        entries=_value_entries,
        device=True,
    ),
)
