"""Requests that came from elsewhere: each is judged, and every refusal is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from ceremony.engine.batch import answering_step, is_set
from ceremony.engine.facts import Fact, RequestsGiven, RequestsJudged
from ceremony.engine.refusal import FIRST, reason_words
from ceremony.engine.renewal import (
    renewal_lines,
    titles_renewed,
    verify_renewable,
    verify_renewed,
)
from ceremony.engine.revocation import certificate_of_key
from ceremony.engine.state import State
from ceremony.engine.steps.kind import (
    Kind,
    Need,
    NeedKind,
    parameter,
    read_parameters,
)
from ceremony.engine.steps.rule import found
from ceremony.engine.transcript import Entry, Line, Mark, Table
from ceremony.errors import RefusedError
from ceremony.pki.remedy import remedy_for
from ceremony.script.model import Step

FILES: Final = "files"
"""The need by which the place of the files is given."""

_TOLD: Final = 3
"""How many reasons the refusal of a step tells; the step itself tells more."""


@dataclass(frozen=True, slots=True)
class ImportParameters:
    """Which request, or set of requests, is taken from files."""

    request: str = parameter(
        "The request that one file holds, or the set of requests of several.",
        refers="request or requests",
    )
    renews: tuple[str, ...] = parameter(
        "The certificates of earlier ceremonies of which each request renews one; left "
        "out where nothing is renewed.",
        refers="certificate or certificates",
        default=(),
    )


def _wanted(step: Step) -> ImportParameters:
    return read_parameters(ImportParameters, step.parameters)


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    thing = state.script.thing(_wanted(step).request)
    what = "The file with the request"
    if is_set(state.script, thing.name):
        what = "The file or the folder with the requests"
    prompt = f"{what}: {thing.title}"
    if renewed := titles_renewed(state, _wanted(step).renews):
        prompt += f", which renews {renewed}"
    return (Need(FILES, NeedKind.FILES, prompt, step.by),)


def _verify(step: Step, state: State, fact: Fact) -> None:
    thing = state.script.thing(_wanted(step).request)
    told = cast("RequestsGiven | RequestsJudged", fact)
    if (told.request, told.profile) != (thing.name, thing.profile):
        raise RefusedError(
            "ENGINE-IMPORT-01",
            f"Step {step.id} takes {thing.name} of the profile {thing.profile}, and "
            "something else was taken.",
            meaning="Nothing was issued from it.",
            remedy="Carry out the step as the script has it.",
        )
    if thing.name in state.sets or thing.name in state.requests:
        raise RefusedError(
            "ENGINE-IMPORT-02",
            f"{thing.title} was taken in already.",
            meaning="What was taken first stands.",
            remedy="Close the step; other requests need a step of their own.",
        )
    if isinstance(fact, RequestsGiven):
        _verify_answerable(step, state, thing.name)
        verify_renewable(step, state, thing.name, _wanted(step).renews)
    if isinstance(fact, RequestsJudged):
        _verify_judged(step, state, fact)
        verify_renewed(step, state, fact, _wanted(step).renews)


def _verify_answerable(step: Step, state: State, request: str) -> None:
    """Insist that the certificate of each request of a set can be asked about."""
    answer = answering_step(state.script, request)
    if answer is None or not is_set(state.script, request):
        return
    key = str(answer.parameters["key"])
    if not certificate_of_key(state, key):
        raise RefusedError(
            "ENGINE-IMPORT-25",
            f"Step {step.id} judges a set before {key}, which answers it, has a "
            "certificate.",
            meaning="No file was read; nothing was issued.",
            remedy="Abandon the ceremony, and put the step that certifies that key "
            "first in the script.",
        )


def _verify_judged(step: Step, state: State, fact: RequestsJudged) -> None:
    """Insist that the counts of an outcome agree with one another."""
    given = found(state, RequestsGiven)
    several = is_set(state.script, fact.request)
    single_stands = fact.single is not None
    if (
        given is None
        or fact.good + fact.refused < 1
        or (fact.accepted is None) != (fact.good == 0)
        or bool(fact.failures) != bool(fact.refused)
        or (fact.refused_requests is not None and not fact.refused)
        or len(fact.first) != min(FIRST, fact.refused)
        or single_stands != (fact.good == 1 and not several)
        or (not several and fact.good + fact.refused != 1)
    ):
        raise RefusedError(
            "ENGINE-IMPORT-03",
            f"What step {step.id} tells of its requests does not add up.",
            meaning="Nothing was issued from them.",
            remedy="Preserve the record and report it as a defect.",
        )


def _complete(step: Step, state: State) -> None:
    name = _wanted(step).request
    if name in state.sets or name in state.requests:
        return
    judged = found(state, RequestsJudged)
    what = "no file has been given yet."
    if judged is not None:
        what = f"no request was good. {_why(state, judged)}"
    raise RefusedError(
        "ENGINE-IMPORT-04",
        f"Step {step.id} cannot close: {what}",
        meaning="Nothing is issued from a refused request.",
        remedy=remedy_for(
            [each.rule for each in judged.failures] if judged is not None else (),
            "Give the right file, or have the request made again by its owner.",
        ),
    )


def _why(state: State, judged: RequestsJudged) -> str:
    """Tell the first reasons in words; by their rules where no words are recorded."""
    reasons = [
        f"{each.file}: {reason_words(reason)}"
        for each in judged.first
        for reason in each.reasons
    ]
    if not reasons:
        broken = ", ".join(each.rule for each in judged.failures)
        return f"Refused by {broken}."
    told = reasons[:_TOLD]
    if judged.refused > 1 or len(reasons) > _TOLD:
        count = judged.good + judged.refused
        told.append(
            f"{judged.refused} of {count} requests were refused; the results file has "
            "every reason."
        )
    return " ".join([*told, *_lapsed(state, judged)])


def _lapsed(state: State, judged: RequestsJudged) -> Iterator[str]:
    """Tell of the waivers by which the lint would have let a certificate be before."""
    answer = answering_step(state.script, judged.request)
    subject = "" if answer is None else str(answer.parameters["certificate"])
    texts = [reason.text for each in judged.first for reason in each.reasons]
    for waiver in state.script.waivers:
        has_lapsed = waiver.expires.isoformat() < judged.received_at[:10]
        if has_lapsed and waiver.subject == subject:
            _, _, behind = " ".join(texts).partition(f" finds {waiver.finding} [")
            if waiver.covers(waiver.finding, behind.partition("]: ")[2]) and behind:
                yield waiver.lapsed


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for fact in facts:
        if isinstance(fact, RequestsJudged):
            entries += judged_lines(fact)
            entries += renewal_lines(state, fact.request, fact.renews)
    return tuple(entries)


def judged_lines(judged: RequestsJudged) -> tuple[Entry, ...]:
    """Tell what became of files with requests: counts, rules, names, digests."""
    count = judged.good + judged.refused
    told: list[Entry] = [
        Line("requests", f"{count}", strong=True),
        Line("good", f"{judged.good}", mark=Mark.PASS if judged.good else None),
        Line(
            "refused", f"{judged.refused}", mark=Mark.FAIL if judged.refused else None
        ),
        Line("profile", judged.profile, mono=True),
        Line("received", judged.received_at, mono=True),
        Line("results", judged.results, mono=True),
    ]
    if judged.accepted is not None:
        told.append(Line("accepted", judged.accepted, mono=True))
    if judged.refused_requests is not None:
        told.append(Line("kept of the refused", judged.refused_requests, mono=True))
    if judged.single is not None:
        told.append(Line("request", judged.single.digest, mono=True))
    if judged.refused:
        rows = tuple((each.rule, f"{each.count}") for each in judged.failures)
        told.append(Table(("Broken rule", "requests"), rows, mono=True))
        refused = tuple(
            (f"{each.position}", each.file, ", ".join(each.rules))
            for each in judged.first
        )
        told.append(Table(("Request", "file", "breaks"), refused))
        told += _reasons(judged)
    more = judged.refused - len(judged.first)
    if more > 0:
        told.append(Line("", f"and {more} more, in the results file"))
    return tuple(told)


def _reasons(judged: RequestsJudged) -> Iterator[Line]:
    """Tell why each is refused, in words, with the clause that wants it otherwise."""
    for each in judged.first:
        for reason in each.reasons:
            yield Line(f"request {each.position}", f"{reason.rule}: {reason.text}")
            yield Line("source", reason.source)
        if len(each.rules) > len({reason.rule for reason in each.reasons}) > 0:
            yield Line("", "and more, in the results file")


KIND: Final = Kind(
    verb="csr.import",
    title="Import requests",
    summary="Requests are taken from files, and each is judged by its profile.",
    parameters=ImportParameters,
    records=(RequestsGiven, RequestsJudged),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
)
