"""Check 10: the script is the approved one, and it was followed."""

from __future__ import annotations

from ceremony import canonical
from ceremony.engine.facts import Opened
from ceremony.engine.state import Recorded
from ceremony.identifiers import StepId
from ceremony.pack.policy import TrustPolicy
from ceremony.pack.record import SCRIPT, Record
from ceremony.script.presented import presented_step
from ceremony.verify.check import (
    Check,
    FailedError,
    UncheckedError,
    check_passed,
    make_check,
)
from ceremony.verify.sealing import verify_told_verdicts
from ceremony.verify.trace import Trace, place

COMMAND = f"sha256sum {SCRIPT}"


def check_run(record: Record, policy: TrustPolicy | None, trace: Trace) -> Check:
    """Compare script, steps, actors and initials with the rules and the policy.

    A ceremony that is not closed yet is no failure: the verdict's second line says
    so.
    """
    return make_check("10", lambda: _check(record, policy, trace), command=COMMAND)


def _check(record: Record, policy: TrustPolicy | None, trace: Trace) -> Check:
    _verify_script(record)
    _verify_opened(record)
    for recorded in record.facts:
        _verify_shown(record, recorded)
        _verify_actor(record, recorded)
    trace.verify("10")
    remarks = verify_told_verdicts(record)
    if policy is None:
        raise UncheckedError(
            "The steps follow the script; no trust policy says who approved it."
        )
    if policy.scripts:
        _verify_approved(record, policy)
    trace.verify_whole("11")
    closed, total = len(record.state.closed_steps), len(record.state.script.steps)
    if not policy.scripts:
        remarks += ("The trust policy names no script; any script would be accepted.",)
    return check_passed(
        "10",
        f"{closed} of {total} steps are closed, in the script's order.",
        compared=(
            f"SHA-256 of {SCRIPT} {record.script_digest}",
            "every fact with the rules of its step",
            "the verdict at sealing with its own checks",
        ),
        command=COMMAND,
        remarks=remarks,
    )


def _verify_script(record: Record) -> None:
    found = canonical.digest(record.files[SCRIPT])
    for recorded in record.facts:
        if recorded.event.script != found:
            raise FailedError(
                "VERIFY-SCRIPT-01",
                f"{place(recorded)}: the leaf was written under the script "
                f"{recorded.event.script}; {SCRIPT} is {found}",
            )


def _verify_approved(record: Record, policy: TrustPolicy) -> None:
    if record.script_digest not in policy.scripts:
        raise FailedError(
            "VERIFY-SCRIPT-02",
            f"{SCRIPT}: the trust policy approves no script {record.script_digest}",
        )


def _verify_opened(record: Record) -> None:
    opened, script = record.opened, record.state.script
    told = (opened.script_id, opened.script_version, opened.title, opened.purpose)
    planned = (script.id, script.version, script.title, script.purpose)
    if (*told, opened.place) != (*planned, script.place):
        raise FailedError(
            "VERIFY-SCRIPT-03",
            f"{place(record.facts[0])}: the ceremony was opened as {opened.title!r} "
            f"at {opened.place!r}, and the script is {script.title!r} at "
            f"{script.place!r}",
        )
    for recorded in record.facts[1:]:
        if isinstance(recorded.fact, Opened):
            raise FailedError(
                "VERIFY-SCRIPT-03",
                f"{place(recorded)}: the ceremony is opened a second time",
            )


def _verify_shown(record: Record, recorded: Recorded) -> None:
    """Insist that what was shown is the text that the script has for the step."""
    shown = recorded.event.step
    if shown is None:
        return
    for step in record.state.script.steps:
        if StepId(shown.id) == step.id:
            if shown.presented != presented_step(step):
                raise FailedError(
                    "VERIFY-SHOWN-01",
                    f"{place(recorded)}: the text that was shown is not the script's",
                )
            return
    raise FailedError(
        "VERIFY-SHOWN-01", f"{place(recorded)}: the script has no such step"
    )


def _verify_actor(record: Record, recorded: Recorded) -> None:
    actor = recorded.event.actor
    if actor is None:
        return
    roles = {seat.person: seat.role for seat in record.opened.seats}
    if roles.get(actor.person) != actor.role:
        raise FailedError(
            "VERIFY-ACTOR-01",
            f"{place(recorded)}: {actor.person} acts as {actor.role}, which is not "
            "the seat that the ceremony was opened with",
        )
