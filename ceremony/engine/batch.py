"""Requests that came from elsewhere, and how far they are answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ceremony.engine.facts import PartMade, PathChecked, RequestsJudged
from ceremony.engine.state import State
from ceremony.script.model import Script, Step, ThingKind

ISSUE: Final = "certificate.issue"

PART_SIZE: Final = 100
"""Certificates in a part of a batch, the last part aside."""


def take_judged(state: State, fact: RequestsJudged) -> State:
    """Take over what was judged: the one request, or the set, if any of it is good."""
    if is_set(state.script, fact.request):
        if not fact.good:
            return state
        return replace(state, sets={**state.sets, fact.request: fact})
    if fact.single is None:
        return state
    return replace(state, requests={**state.requests, fact.request: fact.single})


def take_part(
    state: State, batch: str, part: PartMade, path: PathChecked | None
) -> State:
    """Take over one more part of a batch; a path that is not valid marks all of it."""
    parts = (*state.parts.get(batch, ()), part)
    paths = state.paths
    if path is not None and not is_marked(state, batch):
        paths = {**paths, batch: path}
    return replace(state, parts={**state.parts, batch: parts}, paths=paths)


def is_marked(state: State, made: str) -> bool:
    """Tell whether a certificate, or one of a batch, is marked as not to be used."""
    path = state.paths.get(made)
    return path is not None and bool(path.rule)


def is_set(script: Script, request: str) -> bool:
    """Tell whether a thing of the script is a set of requests, and no single one."""
    return any(
        thing.name == request and thing.kind is ThingKind.REQUESTS
        for thing in script.things
    )


def is_batch(script: Script, certificate: str) -> bool:
    """Tell whether a thing of the script is a batch of certificates, and no single one.

    It may be one that an earlier ceremony has issued.
    """
    return script.thing(certificate).kind is ThingKind.CERTIFICATES


def answering_step(script: Script, request: str) -> Step | None:
    """Find the step by which a script has a request answered; None if it has none."""
    return next(
        (
            step
            for step in script.steps
            if step.verb == ISSUE and step.parameters.get("request") == request
        ),
        None,
    )


def issued_count(state: State, batch: str) -> int:
    """Tell how many certificates of a batch are issued."""
    return sum(part.count for part in state.parts.get(batch, ()))


def next_part(state: State, request: str, batch: str) -> tuple[int, int, int]:
    """Give number, first position and count of the part that is issued next.

    Returns:
        Each from 1; the count is 0 where every good request is answered.
    """
    done = issued_count(state, batch)
    left = state.sets[request].good - done
    return len(state.parts.get(batch, ())) + 1, done + 1, min(PART_SIZE, left)
