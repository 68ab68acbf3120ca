"""Read-back: one person reads a value's words, another types them unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.digest_words import words
from ceremony.engine.facts import Fact, ValueChecked
from ceremony.engine.state import State
from ceremony.engine.steps.kind import Kind, Need, NeedKind, parameter, read_parameters
from ceremony.engine.steps.rule import demand, holds
from ceremony.engine.transcript import Entry, Line, Mark, Words
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, Role
from ceremony.script.model import Step

FINGERPRINT: Final = "certificate fingerprint"
PUBLIC_KEY: Final = "public key"
SCRIPT_DIGEST: Final = "script digest"
REVOCATION_LIST: Final = "revocation list"
SOURCES: Final = ("projector", "printed", "published", "same-device")
ROW: Final = 4
"""How many words stand in one row, which is typed at once."""


@dataclass(frozen=True, slots=True)
class CheckParameters:
    """What is read back, from where, by whom."""

    what: str = parameter(
        "What is compared.",
        choices=(FINGERPRINT, PUBLIC_KEY, SCRIPT_DIGEST, REVOCATION_LIST),
    )
    words: int = parameter("How many words, 4 to 32, a multiple of four.")
    source: str = parameter("Where the reader reads it.", choices=SOURCES)
    reader: str = parameter("Who reads aloud.", refers="role")
    typist: str = parameter("Who types without seeing the value.", refers="role")
    subject: str = parameter(
        "The key, certificate or list; left out for the script.",
        refers="thing",
        default="",
    )


def value_of(step: Step, state: State) -> Digest:
    """Find the digest that the step reads back.

    Raises:
        RefusedError: ``ENGINE-CHECK-01``: the thing has not been made yet.
    """
    wanted = read_parameters(CheckParameters, step.parameters)
    if wanted.what == SCRIPT_DIGEST:
        return state.script.digest
    if wanted.what == FINGERPRINT and wanted.subject in state.certificates:
        return state.certificates[wanted.subject].digest
    if wanted.what == REVOCATION_LIST and wanted.subject in state.crls:
        return state.crls[wanted.subject].digest
    if wanted.what == PUBLIC_KEY and wanted.subject in state.keys:
        return state.keys[wanted.subject].public_key
    raise RefusedError(
        "ENGINE-CHECK-01",
        f"Step {step.id} reads back the {wanted.what} of {wanted.subject}, which does "
        "not exist yet.",
        remedy="Carry out the step that makes it first.",
    )


def right_words(step: Step, state: State) -> tuple[str, ...]:
    """Give the words that the reader sees: as many as the step asks for."""
    wanted = read_parameters(CheckParameters, step.parameters)
    return words(bytes.fromhex(value_of(step, state)))[: wanted.words]


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    wanted = read_parameters(CheckParameters, step.parameters)
    return (
        Need(
            "words",
            NeedKind.WORDS,
            f"Type the {wanted.words} words that {wanted.reader} reads from the "
            f"{wanted.source}",
            Role(wanted.typist),
        ),
    )


def _verify(step: Step, state: State, fact: Fact) -> None:
    if not isinstance(fact, ValueChecked):
        return
    wanted = read_parameters(CheckParameters, step.parameters)
    right = right_words(step, state)
    typed_right = tuple(word.lower() for word in fact.typed) == tuple(
        word.lower() for word in right
    )
    told = (fact.subject, fact.what, fact.source, fact.value, fact.equal)
    value = value_of(step, state)
    if told != (wanted.subject, wanted.what, wanted.source, value, typed_right):
        raise RefusedError(
            "ENGINE-CHECK-02",
            f"What was recorded for the read-back {step.id} is not what was typed.",
            remedy="Repeat the read-back from the projector.",
        )
    if (
        fact.reader == fact.typist
        or not holds(state, fact.reader, wanted.reader)
        or not holds(state, fact.typist, wanted.typist)
    ):
        raise RefusedError(
            "ENGINE-CHECK-03",
            f"The words of step {step.id} are read by the {wanted.reader} and typed by "
            f"the {wanted.typist}, who are two people.",
            remedy="Let one person read aloud and another type.",
        )

    _verify_attempts(step, fact, len(fact.typed))


def _verify_attempts(step: Step, fact: ValueChecked, count: int) -> None:
    """Insist on a number of entries for each row that was typed."""
    rows = -(-count // ROW)
    if len(fact.attempts) != rows or min(fact.attempts, default=0) < 1:
        raise RefusedError(
            "ENGINE-CHECK-05",
            f"The read-back {step.id} has {rows} rows, each typed at least once, and "
            f"the entries are told as {', '.join(map(str, fact.attempts)) or 'none'}.",
            remedy="Give the number of entries of each row of four words.",
        )


def _complete(step: Step, state: State) -> None:
    if not demand(state, ValueChecked).equal:
        raise RefusedError(
            "ENGINE-CHECK-04",
            f"The words typed in step {step.id} are not the words that were shown.",
            meaning="What was typed is recorded; the step stays open.",
            remedy="Record the deviation, find out why, and read the words again.",
        )


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for fact in facts:
        if isinstance(fact, ValueChecked):
            shown = words(bytes.fromhex(fact.value))[: len(fact.typed)]
            entries += [
                Line("value", f"{fact.what} {fact.subject}".strip()),
                Words(shown, fact.typed),
                Line(
                    "",
                    "every row at first entry"
                    if set(fact.attempts) == {1}
                    else "entries per row: " + ", ".join(map(str, fact.attempts)),
                    mark=Mark.EQUAL if fact.equal else Mark.FAIL,
                ),
            ]
    return tuple(entries)


KIND: Final = Kind(
    verb="check",
    title="Read back words",
    summary="A value is read aloud as words and typed by somebody who cannot see it.",
    parameters=CheckParameters,
    records=(ValueChecked,),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
)
