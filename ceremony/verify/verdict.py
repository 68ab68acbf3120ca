"""The verifier: every check in its order, and the verdict over them.

The numbers are those of docs/spec/verification-v1.md. A check that rests on an
earlier one which could not be read is not checked; it does not fail with it, so that
the table shows where a record is broken and not only that it is.

Invariants:
    * Any failed check gives NOT VERIFIED.
    * Without a trust policy nothing is ever VERIFIED.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceremony.engine.facts import Attested, Severity, SignedOnPaper
from ceremony.engine.state import Phase
from ceremony.errors import CeremonyError
from ceremony.identifiers import Mode
from ceremony.journal.checkpoint import read_checkpoint
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.record import CHECKPOINT, Record
from ceremony.people.attestation import Meaning
from ceremony.verify.attest import check_attestations
from ceremony.verify.check import (
    ADVISORY,
    ESSENTIAL,
    ON_FILES,
    Check,
    FailedError,
    Status,
    check_failed,
    check_skipped,
)
from ceremony.verify.checkpoint import check_checkpoints
from ceremony.verify.cosign import check_quorum
from ceremony.verify.device import check_devices
from ceremony.verify.form import (
    Leaves,
    form_failed,
    form_passed,
    read_strictly,
)
from ceremony.verify.journal import check_chain, check_roots
from ceremony.verify.manifest import check_manifest
from ceremony.verify.mode import check_mode, hardware_of
from ceremony.verify.outcome import (
    Completion,
    DeviationCounts,
    DeviationTold,
    Story,
    Verdict,
    exit_status,
)
from ceremony.verify.pki import check_certificates
from ceremony.verify.run import check_run
from ceremony.verify.trace import decide_again
from ceremony.verify.tree import read_tree
from ceremony.verify.verdict_codec import encode_verdict
from ceremony.verify.word import decide_word

__all__ = [
    "Verdict",
    "decide_verdict",
    "encode_verdict",
    "examine",
    "exit_status",
    "judge_files",
    "tell_story",
]

_DISSENT = (Meaning.DID_NOT_AGREE, Meaning.ABSTAINED)


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of the checks on the embedded files.

    Attributes:
        checks: Checks 2 to 12 and 16, in the order of their numbers.
        record: The record; None where it could not be read.
    """

    checks: tuple[Check, ...]
    record: Record | None


def judge_files(files: Mapping[str, bytes], policy: TrustPolicy | None) -> Verdict:
    """Check the embedded files alone, 2 to 12 and 16, and give the verdict over them.

    Whatever needs the sealed document is left out of it.

    Args:
        files: The embedded files' bytes by flat name.
        policy: What is trusted, from outside the pack; None where nobody gave one.
    """
    examined = examine(files, policy)
    return decide_verdict(examined.checks, examined.record, essential=ON_FILES)


def examine(files: Mapping[str, bytes], policy: TrustPolicy | None) -> Examined:
    """Check the embedded files, and keep what was read for further checks."""
    checks = [check_manifest(files)]
    try:
        record, leaves = read_strictly(files)
    except FailedError as failure:
        checks.append(form_failed(failure))
        return Examined(_skip_rest(checks, "The record cannot be read."), None)
    checks += [form_passed(leaves), check_chain(leaves)]
    checks += _check_log(record, leaves, policy)
    checks.append(
        check_skipped("8", "This version cannot be given a remembered checkpoint.")
    )
    trace = decide_again(record)
    checks += [
        check_attestations(record, policy, trace),
        check_run(record, policy, trace),
        check_devices(record, policy, trace),
        check_certificates(record, policy, trace),
        check_mode(record, policy, trace),
    ]
    return Examined(tuple(checks), record)


def _check_log(
    record: Record, leaves: Leaves, policy: TrustPolicy | None
) -> list[Check]:
    """Make checks 5 to 7; a root that is wrong says nothing about who cosigned it."""
    try:
        tree = read_tree(record)
    except FailedError as failure:
        why = "The leaf hashes or checkpoints cannot be read."
        return [
            check_failed("5", failure.rule, failure.reason),
            check_skipped("6", why),
            check_skipped("7", why),
        ]
    roots = check_roots(record, leaves, tree)
    quorum = check_quorum(record, policy, tree)
    if roots.rule.startswith("VERIFY-ROOT-"):
        quorum = check_skipped("7", "The roots do not hold: see check 5.")
    return [roots, check_checkpoints(record, policy, tree), quorum]


def _skip_rest(checks: list[Check], why: str) -> tuple[Check, ...]:
    done = {check.number for check in checks}
    rest = [check_skipped(number, why) for number in ON_FILES if number not in done]
    return (*checks, *rest)


def decide_verdict(
    checks: tuple[Check, ...],
    record: Record | None,
    *,
    essential: tuple[str, ...] = ESSENTIAL,
) -> Verdict:
    """Put the first line's word and the second line's story together.

    Args:
        checks: The checks, in the order of their numbers.
        record: The record; None where it could not be read.
        essential: The checks without which nobody can tell; 8 is never among them.
    """
    story = tell_story(record) if record is not None else Story()
    remarks = [remark for check in checks for remark in check.remarks]
    remarks += [
        f"Check {check.number} ({check.title.lower()}) was not made: {check.reason}"
        for check in checks
        if check.number in ADVISORY
        and check.status not in (Status.PASSED, Status.FAILED)
    ]
    status = {check.number: check.status for check in checks}
    word = decide_word(status, remarks, essential)
    return Verdict(word, story, checks, tuple(remarks))


def tell_story(record: Record) -> Story:
    """Tell of the ceremony: how it ended, in which mode, what went otherwise."""
    state = record.state
    counts = _counts(record)
    if state.abandoned is not None:
        completion = Completion.ABANDONED
    elif state.closed is None or state.phase not in (Phase.CLOSED, Phase.SEALED):
        completion = Completion.NOT_COMPLETED
    elif counts.total or counts.dissent:
        completion = Completion.WITH_DEVIATIONS
    else:
        completion = Completion.AS_APPROVED
    rehearsal = record.opened.mode is Mode.REHEARSAL
    return Story(
        ceremony=record.ceremony,
        title=state.script.title,
        mode="REHEARSAL" if rehearsal else "LIVE",
        completion=completion,
        hardware=hardware_of(record),
        counts=counts,
        deviations=tuple(
            DeviationTold(
                number=known.recorded.deviation,
                severity=known.recorded.severity.value,
                step=known.step or "",
                happened=known.recorded.happened,
                decided=known.closed.decided if known.closed is not None else "",
            )
            for known in state.deviations
        ),
        digest=_digest(record),
    )


def _counts(record: Record) -> DeviationCounts:
    told = [known.recorded.severity for known in record.state.deviations]
    dissent = sum(
        isinstance(known.fact, Attested | SignedOnPaper)
        and known.fact.meaning in _DISSENT
        for known in record.facts
    )
    return DeviationCounts(
        note=told.count(Severity.NOTE),
        minor=told.count(Severity.MINOR),
        major=told.count(Severity.MAJOR),
        dissent=dissent,
    )


def _digest(record: Record) -> str:
    try:
        return read_checkpoint(record.files.get(CHECKPOINT, b"")).root
    except CeremonyError:
        return ""
