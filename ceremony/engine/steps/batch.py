"""A set of requests answered in parts: one intent, outcome and checkpoint for each.

The rules of one part, used by ``steps.certificate`` where a step answers a set.
"""

from __future__ import annotations

from ceremony.engine.batch import issued_count, next_part
from ceremony.engine.facts import Fact, Intent, Linted, Outcome, PartMade, Result
from ceremony.engine.state import State
from ceremony.engine.steps.device import DONE, not_done
from ceremony.engine.steps.lint import (
    BEFORE_SIGNING,
    finding_lines,
    second_lint_lines,
    verify_linted,
)
from ceremony.engine.steps.path import part_path_lines, verify_path
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.pki.response import Response
from ceremony.script.model import Step


def verify_part_asked(
    step: Step, state: State, fact: Intent, *, request: str, batch: str
) -> None:
    """Insist that the device is asked for the next part, after its lint.

    Raises:
        RefusedError: ``ENGINE-BATCH-01``: the key or the set is not there, or it is
            not the turn of this part; ``ENGINE-LINT-01``; ``ENGINE-PATH-01``: a path
            of a part before is not valid.
    """
    verify_path(step, state, batch)
    part = fact.part
    if (
        step.parameters["key"] not in state.keys
        or request not in state.sets
        or part is None
        or part.count < 1
        or (part.number, part.first, part.count) != next_part(state, request, batch)
    ):
        raise RefusedError(
            "ENGINE-BATCH-01",
            f"Step {step.id} answers {request} in parts, in order, and this is not the "
            "next one, or key and requests are not there yet.",
            meaning="Nothing was signed a second time.",
            remedy="Go on with the first part that has no outcome.",
        )
    verify_linted(state, BEFORE_SIGNING, fact.tbs, (batch,))


def verify_part_made(step: Step, state: State, fact: Outcome, *, key: str) -> None:
    """Insist that a part came out as it was asked for.

    Raises:
        RefusedError: ``ENGINE-BATCH-02``.
    """
    intent = state.pending.intent if state.pending else None
    asked, made = intent.part if intent else None, fact.part
    if fact.result not in DONE and made is None:
        return
    if (
        intent is None
        or asked is None
        or made is None
        or fact.result is not Result.DONE
        or (made.number, made.first, made.count)
        != (asked.number, asked.first, asked.count)
        or (made.tbs, made.issuer_thing) != (intent.tbs, key)
    ):
        raise RefusedError(
            "ENGINE-BATCH-02",
            f"What was signed in step {step.id} is not the part that was linted.",
            meaning="Its certificates must not be used.",
            remedy="Record the deviation and preserve the certificates.",
        )
    _verify_end(step, state, made)


def _verify_end(step: Step, state: State, made: PartMade) -> None:
    """Insist that the last part, and no other, ends the batch."""
    judged = state.sets[str(step.parameters["request"])]
    is_last = made.first + made.count - 1 == judged.good
    receipts = ("", judged.received_at) if is_last else ("",)
    if (
        is_last != (made.issued is not None)
        or is_last != bool(made.answered_at)
        or made.received_at not in receipts
    ):
        raise RefusedError(
            "ENGINE-BATCH-03",
            f"A part of step {step.id} ends the batch, and is not its last one, or "
            "does not end it and is, or tells of another receipt of the requests.",
            meaning="The results of the batch are not whole.",
            remedy="Preserve the record and report it as a defect.",
        )


def complete_batch(step: Step, state: State, *, request: str, batch: str) -> None:
    """Insist that every good request is answered before the step closes.

    Raises:
        RefusedError: ``ENGINE-DEVICE-02``, or ``ENGINE-PATH-01``.
    """
    verify_path(step, state, batch)
    known = state.sets.get(request)
    if known is None or issued_count(state, batch) != known.good:
        raise not_done(step)


def batch_lines(facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    """Tell of a batch in a few lines, however many parts it has."""
    made = [
        fact.part
        for fact in facts
        if isinstance(fact, Outcome) and fact.part is not None
    ]
    linted = {fact.tbs: fact for fact in facts if isinstance(fact, Linted)}
    if not made:
        return ()
    same = all(part.tbs in linted for part in made)
    found = dict.fromkeys(each for fact in linted.values() for each in fact.findings)
    lines: list[Entry] = [
        Line("certificates", f"{sum(part.count for part in made)}", strong=True),
        Line("in parts", f"{len(made)}"),
        Line("lint", _lint_words(list(linted.values()), len(found)), mark=Mark.PASS),
        *finding_lines(found),
        *second_lint_lines([each.second for each in linted.values() if each.second]),
        Line(
            "",
            "what was linted is what is signed",
            mark=Mark.SAME_BYTES if same else Mark.FAIL,
        ),
        Line("issuer", made[-1].issuer),
        *part_path_lines(facts),
    ]
    lost = [
        fact.part
        for fact in facts
        if isinstance(fact, Intent) and fact.part is not None
    ]
    if len(lost) > len(made):
        count = sum(part.count for part in lost) - sum(part.count for part in made)
        told = f"{count} of parts that were not finished are never used again"
        lines.append(Line("serial numbers", told, mark=Mark.REMARK))
    if made[-1].issued is not None:
        lines += [
            Line("answered", made[-1].answered_at, mono=True),
            *_response_lines(made[-1]),
            Line("results", made[-1].issued, mono=True),
        ]
    return tuple(lines)


def _response_lines(last: PartMade) -> tuple[Entry, ...]:
    """Tell the response time; nothing of a record from before it was told."""
    if not last.received_at:
        return ()
    response = Response(last.received_at, last.answered_at)
    return (
        Line("received", last.received_at, mono=True),
        Line("response time", response.words),
    )


def _lint_words(linted: list[Linted], findings: int) -> str:
    rules = linted[0].rule_count if linted else 0
    told = f"{findings} finding{'' if findings == 1 else 's'}"
    return f"{rules} rules on each before and after signing, {told}"
