"""Requests from elsewhere: read from files, judged one by one, and kept by digest."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import chain
from typing import Final

from ceremony import canonical
from ceremony.conduct.actions.answer import answer_to, subjects_above
from ceremony.conduct.actions.given_file import contents_of, files_at, verify_same
from ceremony.conduct.actions.issued_before import issued_before
from ceremony.conduct.actions.renewed import renewed_subjects, verify_not_replaced
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.pace import Reached, Work
from ceremony.engine.batch import PART_SIZE, is_set
from ceremony.engine.facts import (
    RequestMade,
    RequestsGiven,
    RequestsJudged,
    RuleCount,
)
from ceremony.engine.refusal import FIRST, Found, brief_refusals
from ceremony.engine.steps.imported import FILES, ImportParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.errors import InputError, RefusedError
from ceremony.pki.certificate import name_text
from ceremony.pki.request_file import Imported, encode_accepted, read_requests
from ceremony.pki.request_judgement import RequestJudgement
from ceremony.pki.request_results import Tally, encode_results
from ceremony.pki.request_set import judge_requests
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Step, Thing

MOST_REQUESTS: Final = 50_000
"""Requests of one set."""


def import_requests(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Judge every request of the files that a person names, and record what became.

    Raises:
        InputError: ``CONDUCT-IMPORT-01``: there is no such file; ``-02``: too many.
        RefusedError: ``CONDUCT-IMPORT-04``: people stopped it; ``-05``: a file was
            changed meanwhile; ``CONDUCT-RENEW-02``: another ceremony has renewed it
            since.
    """
    wanted = read_parameters(ImportParameters, step.parameters)
    thing = conductor.script.thing(wanted.request)
    profile = certificate_profile(conductor.script, thing.profile)
    several = is_set(conductor.script, thing.name)
    files = files_at(inputs.values.get(FILES, ""), several=several)
    actor = conductor.performer(step)
    found = contents_of(files)
    given = RequestsGiven(
        thing.name, thing.profile, len(files), found.size, found.digest
    )
    old = renewed_subjects(conductor, wanted.renews, profile)
    verify_not_replaced(conductor, step, wanted.renews, old)
    conductor.record(given, actor=actor)
    judging = _Judging()
    requests = judging.hold(
        chain.from_iterable(read_requests(file, several=several) for file in files)
    )
    before = issued_before(conductor, profile, renews=bool(wanted.renews))
    if wanted.renews:
        before = replace(
            old,
            keys=before.keys,
            subjects=before.subjects,
            issuer_keys=before.issuer_keys,
        )
    before = replace(before, issuer_subjects=subjects_above(conductor, thing.name))
    answer = answer_to(conductor, step, thing.name, profile)
    if several:
        conductor.linter.expect(found.about)
    judged = judge_requests(requests, profile, before, answer, conductor.linter)
    if several:
        judged = _paced(conductor, thing, judged, found.about)
    for line in encode_results(judging.sort(judged), profile, judging.tally):
        judging.results.write(line)
    verify_same(files, found)
    fact, contents = _outcome(conductor, given, judging)
    fact = replace(fact, renews=wanted.renews)
    conductor.record(fact, actor=actor, contents=contents)


def _paced(
    conductor: Conductor, thing: Thing, judged: Iterable[RequestJudgement], about: int
) -> Iterator[RequestJudgement]:
    """Hand judgements on, tell how many there are, and stop where people want it.

    Args:
        conductor: Its pace is told and asked.
        thing: The set.
        judged: One judgement for each request.
        about: How many requests there seem to be.

    Raises:
        RefusedError: ``CONDUCT-IMPORT-04``.
    """
    pace, done = conductor.pace, 0
    pace.tell(Reached(0, about, Work.JUDGE))
    for done, each in enumerate(judged, 1):
        if pace.is_stopped():
            raise _stopped(thing, done)
        yield each
        if done % PART_SIZE == 0:
            # What only seems to hold no more may hold one.
            pace.tell(Reached(done, max(about, done + 1), Work.JUDGE))
    pace.tell(Reached(done, done, Work.JUDGE))


def _stopped(thing: Thing, done: int) -> RefusedError:
    return RefusedError(
        "CONDUCT-IMPORT-04",
        f"{thing.title} was stopped after {done} requests had been judged.",
        meaning="None of them was taken in; the record tells that the files were "
        "given.",
        remedy="Carry the step out again: every request is judged anew.",
    )


@dataclass(slots=True)
class _Judging:
    """What is kept of requests while they pass: a few at a time, and the good ones.

    Attributes:
        waiting: Those that are being judged, in their order.
        tally: How many are good and refused.
        accepted: The good ones as PEM, in their order; likewise ``results``.
        turned_down: The refused ones that could be read as requests and hold no
            password; nothing else is kept, since it may be somebody's private key.
        failures: By rule, how many requests break it.
        first: Of the first refused ones position, file, and what was found.
        single: What the last good one asks for.
    """

    tally: Tally = field(default_factory=Tally)
    accepted: BytesIO = field(default_factory=BytesIO)
    turned_down: BytesIO = field(default_factory=BytesIO)
    results: BytesIO = field(default_factory=BytesIO)
    failures: dict[str, int] = field(default_factory=dict)
    first: list[tuple[int, str, tuple[Found, ...]]] = field(default_factory=list)
    single: RequestMade | None = None
    der: bytes = b""
    waiting: deque[bytes] = field(default_factory=deque)

    def hold(self, requests: Iterable[Imported]) -> Iterator[Imported]:
        """Hand requests on, and hold those that are judged now."""
        for each in limited(requests):
            self.waiting.append(each.der)
            yield each

    def sort(self, judged: Iterable[RequestJudgement]) -> Iterator[RequestJudgement]:
        """Hand judgements on; keep what is good and count what is broken."""
        for position, each in enumerate(judged, 1):
            self.der = self.waiting.popleft()
            if each.is_good and each.request is not None:
                self.accepted.write(encode_accepted(self.der))
                asked = each.request
                self.single = RequestMade(
                    canonical.digest(self.der),
                    name_text(asked.subject),
                    asked.key_digest,
                )
            else:
                self._refuse(each, position)
            yield each

    def _refuse(self, judged: RequestJudgement, position: int) -> None:
        if judged.key_digest:
            self.turned_down.write(encode_accepted(self.der))
        rules = tuple(dict.fromkeys(found.rule for found in judged.findings))
        for rule in rules:
            self.failures[rule] = self.failures.get(rule, 0) + 1
        if len(self.first) < FIRST:
            found = tuple((it.rule, it.message, it.source) for it in judged.findings)
            self.first.append((position, judged.file, found))


def _outcome(
    conductor: Conductor,
    given: RequestsGiven,
    judging: _Judging,
) -> tuple[RequestsJudged, dict[str, bytes]]:
    """Give what became of the files, with the blobs that it names."""
    name, tally = given.request, judging.tally
    accepted, results = judging.accepted.getvalue(), judging.results.getvalue()
    contents = {conductor.free_name(f"results-{name}", ".jsonl"): results}
    if accepted:
        contents[conductor.free_name(f"requests-{name}", ".pem")] = accepted
    refused = judging.turned_down.getvalue()
    if refused:
        contents[conductor.free_name(f"refused-{name}", ".pem")] = refused
    single = None if is_set(conductor.script, name) else judging.single
    if single is not None:
        contents[conductor.free_name(f"request-{name}", ".csr")] = judging.der
    fact = RequestsJudged(
        name,
        given.profile,
        tally.good,
        tally.refused,
        canonical.digest(results),
        f"{conductor.clock.now().wall:%Y-%m-%dT%H:%M:%SZ}",
        accepted=canonical.digest(accepted) if accepted else None,
        failures=tuple(RuleCount(*each) for each in sorted(judging.failures.items())),
        first=brief_refusals(judging.first),
        single=single,
        refused_requests=canonical.digest(refused) if refused else None,
    )
    return fact, contents


def limited(requests: Iterable[Imported]) -> Iterator[Imported]:
    """Hand on as many requests as a set may have.

    Raises:
        InputError: ``CONDUCT-IMPORT-02``: there are more.
    """
    for count, each in enumerate(requests, 1):
        if count > MOST_REQUESTS:
            raise InputError(
                "CONDUCT-IMPORT-02",
                f"The files hold more than {MOST_REQUESTS} requests.",
                remedy="Give them as several sets, each in a step of its own.",
            )
        yield each
