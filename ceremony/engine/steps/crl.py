"""Revocation lists: linted first, then exactly those bytes are signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from ceremony.engine.facts import CrlMade, Fact, Intent, Linted, Outcome
from ceremony.engine.kept import (
    corrections,
    keys_of_issuer,
    last_lists,
    verify_kept,
    verify_numbered,
)
from ceremony.engine.listed import before_lines, verify_listed
from ceremony.engine.revocation import as_told, revocations
from ceremony.engine.state import State
from ceremony.engine.steps.device import (
    completed,
    not_done,
    outcome_lines,
    user_needs,
    verify_intent,
)
from ceremony.engine.steps.kind import Kind, Need, parameter, read_parameters
from ceremony.engine.steps.lint import (
    BEFORE_SIGNING,
    lint_lines,
    verify_lint_told,
    verify_linted,
)
from ceremony.engine.transcript import Entry, Line, Mark, Table
from ceremony.errors import RefusedError
from ceremony.hexadecimal import serial_text
from ceremony.script.model import Step

_DAY: Final = 10
"""The characters of a day at the beginning of a time."""


@dataclass(frozen=True, slots=True)
class CrlParameters:
    """Which key signs which list, its number, and what is revoked."""

    key: str = parameter("The key of the CA that signs.", refers="key")
    crl: str = parameter("The revocation list.", refers="crl")
    number: int = parameter("The list's number, above every one before it.")
    revoked: tuple[str, ...] = parameter(
        "What is revoked, one line each: a certificate's name or serial:HEX in lower "
        "case, a day or today, and the reason; left out where nothing is.",
        default=(),
    )


def _wanted(step: Step) -> CrlParameters:
    return read_parameters(CrlParameters, step.parameters)


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    return user_needs(step, state, state.script.thing(_wanted(step).key).token)


def _verify(step: Step, state: State, fact: Fact) -> None:
    wanted = _wanted(step)
    verify_intent(step, fact, state.script.thing(wanted.key).token, wanted.crl)
    profile = state.script.thing(wanted.crl).profile
    verify_lint_told(step, fact, BEFORE_SIGNING, {wanted.crl: profile})
    if isinstance(fact, Intent):
        _verify_asked(step, state, wanted)
        verify_linted(state, BEFORE_SIGNING, fact.tbs, (wanted.crl,))
    if isinstance(fact, Outcome) and fact.crl is not None:
        _verify_made(step, state, wanted, fact.crl)


def _verify_asked(step: Step, state: State, wanted: CrlParameters) -> None:
    verify_listed(step, state, wanted.key, wanted.revoked)
    if wanted.crl in state.crls:
        raise RefusedError(
            "ENGINE-CRL-02",
            f"The revocation list {wanted.crl} exists already.",
            meaning="Nothing was signed a second time.",
            remedy="Close the step; a second list needs a step of its own.",
        )
    key, before = wanted.key, last_lists(state, keys_of_issuer(state, wanted.key))
    verify_numbered(state, step, key, wanted.number, before=before)
    verify_kept(state, step, key, wanted.revoked, before=before)


def _verify_made(
    step: Step, state: State, wanted: CrlParameters, made: CrlMade
) -> None:
    intent = state.pending.intent if state.pending else None
    key = state.keys.get(wanted.key)
    day = date.fromisoformat(made.this_update[:_DAY])
    due = tuple(map(as_told, revocations(wanted.revoked, state, day)))
    told = (made.issuer_thing, made.issuer_key, made.number, made.revoked)
    if (
        intent is None
        or key is None
        or made.tbs != intent.tbs
        or told != (wanted.key, key.public_key, wanted.number, due)
    ):
        raise RefusedError(
            "ENGINE-CRL-04",
            f"What was signed in step {step.id} is not what was linted, or not what "
            "the script revokes.",
            meaning="The revocation list must not be used.",
            remedy="Record the deviation and preserve the list.",
        )


def _complete(step: Step, state: State) -> None:
    if completed(step, state).crl is None:
        raise not_done(step)


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    entries: list[Entry] = [*lint_lines(facts), *outcome_lines(facts)]
    linted = [fact.tbs for fact in facts if isinstance(fact, Linted)]
    for fact in facts:
        if isinstance(fact, Outcome) and fact.crl is not None:
            entries += _made_lines(fact.crl, same=fact.crl.tbs in linted)
            items = _revoked_by(state, fact.thing)
            entries += before_lines(state, fact.crl.issuer_thing, items)
            entries += _corrected_lines(state, fact.crl, items)
    return tuple(entries)


def _revoked_by(state: State, crl: str) -> tuple[str, ...]:
    """Give what a list revokes, as the script has it."""
    for step in state.script.steps:
        if step.verb == KIND.verb and step.parameters.get("crl") == crl:
            return _wanted(step).revoked
    return ()


def _made_lines(made: CrlMade, *, same: bool) -> list[Entry]:
    mark = Mark.SAME_BYTES if same else Mark.FAIL
    lines: list[Entry] = [
        Line("signed", made.tbs[:32], mono=True),
        Line("", "what was linted is what is signed", mark=mark),
        Line("issuer", made.issuer),
        Line("number", f"{made.number}"),
        Line("this update", made.this_update[:_DAY]),
        Line("next update", made.next_update[:_DAY]),
        Line("revoked", f"{len(made.revoked) or 'nothing'}"),
        Line("SHA-256", made.digest, mono=True),
    ]
    if made.revoked:
        rows = tuple((each.serial, each.day, each.reason) for each in made.revoked)
        lines.append(Table(("Serial number", "from", "reason"), rows, mono=True))
    return lines


def _corrected_lines(
    state: State, made: CrlMade, items: tuple[str, ...]
) -> list[Entry]:
    """Tell which entries say something else than the lists before, and what."""
    keys = keys_of_issuer(state, made.issuer_thing)
    before = last_lists(state, keys, before=made.number)
    return [
        Line(
            "corrects",
            f"serial {serial_text(each.before.serial)}: {each.told}",
            mark=Mark.REMARK,
        )
        for each in corrections(state, items, before=before)
    ]


KIND: Final = Kind(
    verb="crl.issue",
    title="Issue revocation list",
    summary="A CA's key signs the list of what it has revoked, after lint.",
    parameters=CrlParameters,
    records=(Linted, Intent, Outcome),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
    device=True,
)
