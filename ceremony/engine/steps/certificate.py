"""Certificates: linted first, then exactly those bytes are signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ceremony.engine.answered import verify_answered_once
from ceremony.engine.batch import is_set
from ceremony.engine.contingency import carried_by, verify_carried
from ceremony.engine.cross import verify_crossed, verify_other_ca
from ceremony.engine.facts import CertificateMade, Fact, Intent, Linted, Outcome
from ceremony.engine.renewal import (
    renewal_lines,
    renewed_by,
    request_answered,
    verify_renewable,
)
from ceremony.engine.revocation import CROSS_SIGN
from ceremony.engine.state import State
from ceremony.engine.steps.batch import (
    batch_lines,
    complete_batch,
    verify_part_asked,
    verify_part_made,
)
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
from ceremony.engine.steps.path import path_lines, verify_path
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.engine.valid_issuer import verify_issuer_valid
from ceremony.errors import RefusedError
from ceremony.hexadecimal import serial_text
from ceremony.script.model import Step


@dataclass(frozen=True, slots=True)
class SelfSignParameters:
    """Which key signs a certificate for itself."""

    key: str = parameter("The key that signs and is certified.", refers="key")
    certificate: str = parameter("The certificate.", refers="certificate")


@dataclass(frozen=True, slots=True)
class IssueParameters:
    """Which key signs which request into which certificate."""

    key: str = parameter("The key that signs.", refers="key")
    request: str = parameter(
        "The request, or the set of requests, that is answered.",
        refers="request or requests",
    )
    certificate: str = parameter(
        "The certificate; for a set, the certificates.",
        refers="certificate or certificates",
    )


@dataclass(frozen=True, slots=True)
class CrossSignParameters:
    """Which key signs a certificate for another CA's key, which has one already."""

    key: str = parameter("The key that signs.", refers="key")
    of: str = parameter(
        "The certificate that the other CA has; its name and key are certified.",
        refers="certificate",
    )
    certificate: str = parameter("The new certificate.", refers="certificate")


SELF_SIGN: Final = "certificate.self-sign"

Parameters = SelfSignParameters | IssueParameters | CrossSignParameters


def _wanted(step: Step) -> Parameters:
    if step.verb == "certificate.issue":
        return read_parameters(IssueParameters, step.parameters)
    if step.verb == CROSS_SIGN:
        return read_parameters(CrossSignParameters, step.parameters)
    return read_parameters(SelfSignParameters, step.parameters)


def _batch_of(step: Step, state: State) -> str:
    """Name the set of requests that a step answers; empty where it is one request."""
    wanted = _wanted(step)
    request = wanted.request if isinstance(wanted, IssueParameters) else ""
    return request if request and is_set(state.script, request) else ""


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    return user_needs(step, state, state.script.thing(_wanted(step).key).token)


def _verify(step: Step, state: State, fact: Fact) -> None:
    wanted = _wanted(step)
    verify_intent(step, fact, state.script.thing(wanted.key).token, wanted.certificate)
    profile = state.script.thing(wanted.certificate).profile
    verify_lint_told(step, fact, BEFORE_SIGNING, {wanted.certificate: profile})
    request = _batch_of(step, state)
    if isinstance(fact, Intent):
        verify_answered_once(step, state)
        _verify_still_renewable(step, state)
        if not isinstance(wanted, SelfSignParameters):
            verify_issuer_valid(step, state, wanted.key)
        if request:
            batch = wanted.certificate
            verify_part_asked(step, state, fact, request=request, batch=batch)
        else:
            _verify_intent(step, state, fact)
    if isinstance(fact, Outcome):
        _verify_outcome(step, state, fact, request)


def _verify_still_renewable(step: Step, state: State) -> None:
    """Insist that no list revokes what is renewed since its request was taken in."""
    answered = str(step.parameters.get("request", ""))
    verify_renewable(step, state, answered, renewed_by(state.script, answered))


def _verify_outcome(step: Step, state: State, fact: Outcome, request: str) -> None:
    if request:
        verify_part_made(step, state, fact, key=_wanted(step).key)
    if fact.certificate is not None or (fact.part is not None and not request):
        _verify_issued(step, state, fact)


def _verify_intent(step: Step, state: State, fact: Intent) -> None:
    wanted = _wanted(step)
    answers = isinstance(wanted, IssueParameters)
    if (
        wanted.key not in state.keys
        or (answers and step.parameters["request"] not in state.requests)
        or fact.part is not None
    ):
        raise RefusedError(
            "ENGINE-ISSUE-01",
            f"Step {step.id} signs with {wanted.key}, which does not exist yet, or "
            "answers a request that was not made.",
            meaning="Nothing was signed.",
            remedy="Carry out the steps that make them first.",
        )
    if wanted.certificate in state.certificates:
        raise RefusedError(
            "ENGINE-ISSUE-02",
            f"The certificate {wanted.certificate} exists already.",
            meaning="Nothing was signed a second time.",
            remedy="Close the step; a second certificate needs a step of its own.",
        )
    if isinstance(wanted, CrossSignParameters):
        verify_other_ca(step, state, wanted.key, wanted.of)
    verify_carried(step, state, wanted.certificate)
    verify_linted(state, BEFORE_SIGNING, fact.tbs, (wanted.certificate,))


def _verify_issued(step: Step, state: State, fact: Outcome) -> None:
    intent = state.pending.intent if state.pending else None
    if (
        fact.certificate is None
        or intent is None
        or fact.certificate.tbs != intent.tbs
        or fact.certificate.issuer_thing != _wanted(step).key
    ):
        raise RefusedError(
            "ENGINE-ISSUE-03",
            f"What was signed in step {step.id} is not what was linted.",
            meaning="The certificate must not be used.",
            remedy="Record the deviation and preserve the certificate.",
        )
    wanted = _wanted(step)
    if isinstance(wanted, CrossSignParameters):
        verify_crossed(step, state, wanted.of, fact.certificate)


def _complete(step: Step, state: State) -> None:
    request = _batch_of(step, state)
    if request:
        batch = _wanted(step).certificate
        complete_batch(step, state, request=request, batch=batch)
        return
    outcome = completed(step, state)
    if outcome.certificate is None:
        raise not_done(step)
    verify_path(step, state, outcome.thing)


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    batch = batch_lines(facts)
    if batch:
        return (*outcome_lines(facts), *batch)
    entries: list[Entry] = [*lint_lines(facts), *outcome_lines(facts)]
    for fact in facts:
        if isinstance(fact, Outcome) and fact.certificate is not None:
            made = fact.certificate
            # A step that failed at its token is carried out anew, and linted anew.
            lints = [
                each.tbs
                for each in facts
                if isinstance(each, Linted) and each.stage == BEFORE_SIGNING
            ]
            linted = lints[-1] if lints else None
            entries += [
                Line("linted", (linted or "")[:32], mono=True),
                Line("signed", made.tbs[:32], mono=True),
                Line(
                    "",
                    "what was linted is what is signed",
                    mark=Mark.SAME_BYTES if linted == made.tbs else Mark.FAIL,
                ),
                Line("subject", made.subject),
                *_renewed(state, fact, made),
                *_renewed_for_others(state, fact),
                Line("valid", f"{made.not_before[:10]} to {made.not_after[:10]}"),
                Line("serial", serial_text(made.serial), mono=True),
                Line("SHA-256", made.digest, mono=True),
                *_carried(state, fact),
                *path_lines(fact.path),
            ]
    return tuple(entries)


def _carried(state: State, fact: Outcome) -> Iterator[Line]:
    """Name the wrapped public key that the certificate carries, by its SHA-256."""
    wrapped = carried_by(state, fact.thing)
    if wrapped is not None:
        yield Line("carries", wrapped.blob, mono=True)


def _renewed(state: State, fact: Outcome, made: CertificateMade) -> Iterator[Line]:
    """Name the earlier certificates of the same key and name that there were before."""
    label = "cross-signs" if fact.verb == CROSS_SIGN else "renews"
    for told in state.earlier:
        old = told.outcome.certificate
        if (
            old is not None
            and told.thing != fact.thing
            and (old.public_key, old.subject) == (made.public_key, made.subject)
        ):
            title = state.script.thing(told.thing).title
            yield Line(label, f"{title}, serial {serial_text(old.serial)}")


def _renewed_for_others(state: State, fact: Outcome) -> Iterator[Line]:
    """Name what of earlier ceremonies a certificate for another's key renews."""
    request = request_answered(state.script, fact.thing)
    yield from renewal_lines(state, request, renewed_by(state.script, request))


def _kind(verb: str, title: str, summary: str, parameters: type[object]) -> Kind:
    return Kind(
        verb=verb,
        title=title,
        summary=summary,
        parameters=parameters,
        records=(Linted, Intent, Outcome),
        needs=_needs,
        verify=_verify,
        complete=_complete,
        entries=_entries,
        device=True,
    )


KINDS: Final = (
    _kind(
        SELF_SIGN,
        "Self-sign certificate",
        "A key signs the certificate for itself, after lint.",
        SelfSignParameters,
    ),
    _kind(
        "certificate.issue",
        "Issue certificate",
        "A key answers a request with a certificate, after lint.",
        IssueParameters,
    ),
    _kind(
        CROSS_SIGN,
        "Cross-sign certificate",
        "A key certifies the key and name of a CA that has a certificate already.",
        CrossSignParameters,
    ),
)
