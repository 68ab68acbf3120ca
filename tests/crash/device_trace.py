"""What the module was really asked, held against what the tool was to ask for.

The proxy writes a line for each act before it is carried out; ``mark`` writes between
them which intent is durable and when people's decision begins and ends. So an act is
told from one that a resumption carried out by itself.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.doubt import challenge
from ceremony.conduct.recovery import Choice
from ceremony.engine.facts import Fact, Intent
from ceremony.identifiers import OperationId
from ceremony.journal.event import Event
from tests.crash.reader import Seen

TRACE: Final = "trace"
"""The proxy's file, beside its plan."""

PAIR: Final = ("public-key", "private-key")
DESTROYS: Final = "C_DestroyObject"
INITIALISES: Final = "C_InitToken"
ACTS: Final = {
    "token.initialise": INITIALISES,
    "key.generate": "C_GenerateKeyPair",
    "key.prove": "C_Sign",
    "key.destroy": DESTROYS,
}
"""What the module may be asked once an intent is durable."""

_INTENT: Final = "intent"
_RESUMES: Final = "resumes"
_RESUMED: Final = "resumed"


@dataclass
class Span:
    """What was asked for one reason.

    Attributes:
        why: ``intent`` or ``resumes``; ``resumed`` where there was none.
        op: The operation, or the one in doubt; ``verb`` is its own.
        key: The id of the key that it destroys; hexadecimal.
        choice: What people decided about a whole key; empty for an intent.
        whole: The ids of the pairs that were whole when they decided.
        acts: The proxy's lines.
    """

    why: str
    verb: str = ""
    op: str = ""
    key: str = ""
    choice: str = ""
    whole: tuple[str, ...] = ()
    acts: list[str] = field(default_factory=list)


class Marks:
    """What the tool writes between the proxy's lines.

    Args:
        trace: The proxy's file.
    """

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def record(
        self, conductor: Conductor, facts: Sequence[Fact], events: Sequence[Event]
    ) -> None:
        """Say which intents are durable."""
        for fact, event in zip(facts, events, strict=True):
            if isinstance(fact, Intent):
                key = _key_of(conductor, fact)
                self._write(_INTENT, fact.verb, event.op or "-", key)

    def resume(self, conductor: Conductor, choice: Choice, seen: Seen) -> None:
        """Say that people's decision is about to be carried out.

        Args:
            conductor: The ceremony's, before anything is recorded.
            choice: What they decide about a whole key.
            seen: What is in the token, read past the product.
        """
        pending, told = conductor.state.pending, ("-", "-", "-")
        if pending is not None:
            key = _key_of(conductor, pending.intent)
            told = pending.intent.verb, pending.op, key
        self._write(_RESUMES, *told, choice.value, *sorted(whole_pairs(seen)))

    def resumed(self) -> None:
        """Say that it was, or has failed."""
        self._write(_RESUMED)

    def _write(self, *words: str) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        file = os.open(self._trace, flags, 0o600)
        os.write(file, f"{' '.join(words)}\n".encode())
        os.close(file)


def _key_of(conductor: Conductor, intent: Intent) -> str:
    """Give the id of the key that an intent destroys; ``-`` where it destroys none."""
    if intent.verb != "key.destroy":
        return "-"
    return conductor.state.made[intent.thing].objects[0].cka_id


def whole_pairs(seen: Seen) -> set[str]:
    """Give the ids of which a token has both objects."""
    ids = [{key_id for kind, key_id, _ in seen if kind == each} for each in PAIR]
    return {key_id for key_id in set.intersection(*ids) if key_id}


def read_spans(lines: Iterable[str]) -> Iterator[Span]:
    """Part a trace by its marks."""
    span = Span(_RESUMED)
    for line in lines:
        why, *told = line.split(" ")
        if why not in (_INTENT, _RESUMES, _RESUMED):
            span.acts.append(line)
            continue
        yield span
        span = Span(why)
        if told:
            span.verb, span.op, span.key, *rest = told
            span.choice, span.whole = "".join(rest[:1]), tuple(rest[1:])
    yield span


def judge_trace(lines: Iterable[str]) -> dict[str, int]:
    """Count acts, and those that nobody had ordered or that were repeated.

    ``whole destroyed`` are objects of pairs that were whole when people decided to
    keep what is whole, or that were none of the operation in doubt.
    """
    told = Counter[str]()
    done = Counter[str]()
    for span in read_spans(lines):
        told["acts"] += len(span.acts)
        told["acts twice"] += sum(n > 1 for n in Counter(span.acts).values())
        for act in span.acts:
            function, *what = act.split(" ")
            told["initialised"] += function == INITIALISES
            told["destroyed"] += function == DESTROYS
            if span.why == _RESUMES:
                told["acts by itself"] += not _may_resume(span, function, what)
                told["whole destroyed"] += _is_whole_destroyed(span, function, what)
                continue
            told["acts without intent"] += not _is_ordered(span, function, what)
            if function not in (DESTROYS, INITIALISES):
                done[act] += 1
    told["acts twice"] += sum(count > 1 for count in done.values())
    return {name: told[name] for name in JUDGED}


JUDGED: Final = (
    *("acts", "initialised", "destroyed"),
    *("acts twice", "acts without intent", "acts by itself", "whole destroyed"),
)
"""What ``judge_trace`` counts."""


def _is_ordered(span: Span, function: str, what: list[str]) -> bool:
    """Tell whether an intent that is durable asks for an act."""
    if span.why != _INTENT or ACTS.get(span.verb) != function:
        return False
    ids = {"key.generate": span.op, "key.destroy": span.key}
    return span.verb not in ids or what[0] == ids[span.verb]


def _may_resume(span: Span, function: str, what: list[str]) -> bool:
    """Tell whether a resumption may ask for an act: a trial signature, or an end.

    Only what the operation in doubt has left goes, or what a key that was being
    destroyed has left; what has no id came of a key that was being made.
    """
    if function == DESTROYS:
        left = {"key.generate": (span.op, ""), "key.destroy": (span.key,)}
        return what[0] in left.get(span.verb, ())
    asked = hashlib.sha256(challenge(OperationId(span.op))).hexdigest()
    return (span.verb, function, *what) == ("key.generate", "C_Sign", asked)


def _is_whole_destroyed(span: Span, function: str, what: list[str]) -> bool:
    """Tell whether a whole pair went that nobody had decided to destroy."""
    if function != DESTROYS or what[0] not in span.whole:
        return False
    decided = span.choice == Choice.DESTROY.value and span.verb == "key.generate"
    return not (decided and what[0] == span.op)
