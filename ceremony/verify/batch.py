"""Requests that were imported, and the batches that answer them, made again.

Part of check 12. What a pack embeds of a batch is verified certificate by certificate;
of a larger one the results files alone are in the pack (``pack.batch_files``), and a
remark says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from itertools import takewhile
from typing import Final

from ceremony.engine.facts import (
    Outcome,
    RequestMade,
    RequestRefused,
    RequestsJudged,
    RuleCount,
)
from ceremony.engine.issuer import issuer_keys
from ceremony.engine.refusal import FIRST, Found, brief_refusals
from ceremony.engine.revoked import lists_in, revoked_in
from ceremony.engine.state import Recorded
from ceremony.engine.succession import keys_before
from ceremony.engine.withdrawn import withdrawn_in
from ceremony.errors import CeremonyError
from ceremony.identifiers import Digest
from ceremony.pack.record import Record
from ceremony.pki.certificate import name_text
from ceremony.pki.path import PATH_RULES
from ceremony.pki.request_file import Imported, encode_accepted, read_accepted
from ceremony.pki.request_judgement import RequestJudgement
from ceremony.pki.request_path import LINT_RULE, VALUE_RULE, linter_named
from ceremony.pki.request_results import (
    Tally,
    judgement_record,
    read_issued,
    read_results,
)
from ceremony.pki.request_set import Issued, issued_in, judge_requests
from ceremony.pki.script_profile import certificate_profile
from ceremony.verify.answer import answer_to, subjects_above
from ceremony.verify.batch_file import ACCEPTED, REFUSED, RESULTS, file_of
from ceremony.verify.check import FailedError, failed_from
from ceremony.verify.issued import certificate_of
from ceremony.verify.refused import (
    NAMED,
    Results,
    found_of,
    held_elsewhere,
    in_order,
    refused_again,
    refused_remarks,
    rules_of,
    verify_refused,
)
from ceremony.verify.renewal import earlier_issued, results_of
from ceremony.verify.trace import place

LATEST: Final = timedelta(hours=1)
"""How far the time of receipt or answer may be from its leaf's."""

ASKED_RULES: Final = PATH_RULES | {LINT_RULE, VALUE_RULE}
"""What only how a set is answered can show: its script, or a certificate from it."""

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


class Sets:
    """The sets of one record: each read and judged once, then asked for by name."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.results: dict[str, Results] = {}
        self.judged: dict[str, tuple[RequestJudgement, ...]] = {}
        self.remarks: list[str] = []
        self._taken: list[bytes] = []

    def take(self, recorded: Recorded) -> None:
        """Verify what a leaf tells of imported requests; remember what was issued.

        Raises:
            FailedError: ``VERIFY-BATCH-01``, ``-02`` or ``-09``, or the rule that an
                accepted request breaks.
        """
        fact = recorded.fact
        if isinstance(fact, RequestsJudged):
            verify_moment(recorded, fact.received_at)
            try:
                self._take_judged(recorded, fact)
            except CeremonyError as error:
                raise failed_from(error, place(recorded)) from error

    def _take_judged(self, recorded: Recorded, fact: RequestsJudged) -> None:
        raw = file_of(self.record, recorded, fact.results, RESULTS)
        if raw is None:
            raise _other(recorded, "its results file is missing")
        results = tuple(read_results(BytesIO(raw), f"results-{fact.request}.jsonl"))
        reasons = any(each.reasons for each in fact.first)
        if _told(results, reasons=reasons) != _told_by(fact):
            raise _other(recorded, "its results file tells of other requests")
        self.results[fact.request] = _good(results)
        self._judge(recorded, fact, results)
        self._taken.append(raw)

    def _judge(
        self, recorded: Recorded, fact: RequestsJudged, results: Results
    ) -> None:
        """Judge again what was accepted and refused, where the pack embeds it."""
        raw = file_of(self.record, recorded, fact.accepted, ACCEPTED)
        refused = file_of(self.record, recorded, fact.refused_requests, REFUSED)
        issuers = subjects_above(self.record, recorded, fact.request)
        before = replace(self._before(recorded, fact), issuer_subjects=issuers)
        profile = certificate_profile(self.record.state.script, fact.profile)
        linter = linter_named(profile)
        here = linter if refused is not None else None
        self.remarks += refused_remarks(fact, results, before, here)
        if (raw is None) is not (fact.accepted is None) or (raw or refused) is None:
            return
        kept = tuple(_read(raw, f"requests-{fact.request}.pem"))
        bad = tuple(_read(refused, f"refused-{fact.request}.pem"))
        whole = results if refused is not None else _good(results)
        # Of a good request the certificate itself is linted and its path validated.
        asks = any(rule in ASKED_RULES for told in whole for rule in rules_of(told))
        good = {str(told["request"]) for told in _good(results)}
        answer = answer_to(self.record, recorded, fact, good, asks=asks)
        judged = tuple(
            judge_requests(
                in_order(whole, kept, bad, linter),
                profile,
                held_elsewhere(whole, before),
                answer,
            )
        )
        told = tuple(zip(whole, judged, strict=True))
        fit = tuple(each for it, each in told if it.get("verdict") == "good")
        self._verify_good(recorded, fact, fit, kept, raw or b"")
        if refused is not None:
            again = refused_again(whole, judged, linter)
            verify_refused(recorded, whole, again, refused, bad)
        if raw is not None:
            self.judged[fact.request] = fit

    def _verify_good(
        self,
        recorded: Recorded,
        fact: RequestsJudged,
        judged: tuple[RequestJudgement, ...],
        kept: tuple[Imported, ...],
        raw: bytes,
    ) -> None:
        """Insist that what was accepted is what the results call good, and is."""
        again = b"".join(encode_accepted(each.der) for each in kept)
        told = [[each.get(name) for name in NAMED] for each in _good_of(self, fact)]
        if again == raw and len(kept) == len(told):
            for each in judged:
                if each.findings:
                    found = each.findings[0]
                    raise FailedError(found.rule, f"{place(recorded)}: {found.message}")
        found_again = [
            [judgement_record(each, 1)[name] for name in NAMED] for each in judged
        ]
        if (
            again != raw
            or len(kept) != len(told)
            or told != found_again
            or not _is_single(fact, judged)
        ):
            raise FailedError(
                "VERIFY-BATCH-02",
                f"{place(recorded)}: the accepted requests are not the good ones of "
                "the results file",
            )

    def _before(self, recorded: Recorded, fact: RequestsJudged) -> Issued:
        """Give what the record shows to be issued before a leaf, for one profile."""
        record, script = self.record, self.record.state.script
        profile = certificate_profile(script, fact.profile)
        seq = recorded.event.seq
        before = takewhile(lambda each: each.event.seq < seq, record.facts)
        facts = tuple(known.fact for known in before)
        revoked = revoked_in(lists_in(facts), partial(keys_before, record.state))
        gone = withdrawn_in(script, facts, revoked, partial(results_of, record))
        keys: set[bytes] = set()
        subjects: set[bytes] = set()
        for raw in self._taken:
            told = read_issued(BytesIO(raw), "results", profile, gone.requests)
            keys |= told.keys
            subjects |= told.subjects
        for each in facts:
            if isinstance(each, Outcome) and each.certificate is not None:
                digest = each.certificate.digest
                made = issued_in(certificate_of(record, each.thing, digest), profile)
                keys |= made.keys
                subjects |= made.subjects if digest not in gone.certificates else set()
        issuers = issuer_keys(script, facts)
        old = earlier_issued(record, profile, revoked, fact.renews or None)
        if fact.renews:
            return Issued(
                *(frozenset(keys - issuers), frozenset(subjects), issuers),
                *(old.subjects, old.revoked, old.replaced),
            )
        return Issued(
            frozenset(keys - issuers), frozenset(subjects | old.subjects), issuers
        )


def _read(raw: bytes | None, name: str) -> Iterator[Imported]:
    return read_accepted(BytesIO(raw or b""), name) if raw else iter(())


def _good_of(sets: Sets, fact: RequestsJudged) -> Results:
    return sets.results[fact.request]


def _good(results: Results) -> Results:
    return tuple(each for each in results if each.get("verdict") == "good")


def _is_single(fact: RequestsJudged, judged: Sequence[RequestJudgement]) -> bool:
    """Tell whether the one request that a leaf tells of is the accepted one."""
    if fact.single is None:
        return True
    (only,) = judged
    told = RequestMade(
        Digest(only.request_digest),
        name_text(only.request.subject) if only.request is not None else "",
        Digest(only.key_digest),
    )
    return fact.single == told


Told = tuple[int, int, tuple[RuleCount, ...], tuple[RequestRefused, ...]]


def _told(results: Results, *, reasons: bool) -> Told:
    """Give counts, broken rules and the first refused requests of results.

    Args:
        results: Of each request its record.
        reasons: True where they are told with the reasons in words.
    """
    tally, failures = Tally(), dict[str, int]()
    refused: list[tuple[int, str, tuple[Found, ...]]] = []
    for position, each in enumerate(results, 1):
        if each.get("verdict") == "good":
            tally.good += 1
            continue
        tally.refused += 1
        rules = tuple(dict.fromkeys(rules_of(each)))
        for rule in rules:
            failures[rule] = failures.get(rule, 0) + 1
        if len(refused) < FIRST:
            refused.append((position, str(each.get("file")), tuple(found_of(each))))
    counts = tuple(RuleCount(*each) for each in sorted(failures.items()))
    first = brief_refusals(refused)
    if not reasons:
        first = tuple(replace(each, reasons=()) for each in first)
    return tally.good, tally.refused, counts, first


def _told_by(fact: RequestsJudged) -> Told:
    return fact.good, fact.refused, fact.failures, fact.first


def verify_moment(recorded: Recorded, told: str) -> None:
    """Insist that a time of receipt or answer is that of its leaf.

    Raises:
        FailedError: ``VERIFY-BATCH-09``.
    """
    try:
        moment = datetime.strptime(told, _TIME).replace(tzinfo=UTC)
    except ValueError:
        moment = datetime.min.replace(tzinfo=UTC)
    if abs(recorded.event.t.wall - moment) > LATEST:
        raise FailedError(
            "VERIFY-BATCH-09",
            f"{place(recorded)}: it tells of {told}, and was recorded at "
            f"{recorded.event.t.wall:{_TIME}}",
        )


def _other(recorded: Recorded, why: str) -> FailedError:
    return FailedError("VERIFY-BATCH-01", f"{place(recorded)}: {why}")
