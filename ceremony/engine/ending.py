"""The rules by which a ceremony ends: verified, closed, sealed, signed, given up."""

from __future__ import annotations

from ceremony.engine.facts import (
    CeremonyAbandoned,
    CeremonyClosed,
    PackSealed,
    RecordVerified,
    ReportSigned,
)
from ceremony.engine.login import verify_none_left
from ceremony.engine.state import Phase, State
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId
from ceremony.people.attestation import Meaning

Ending = RecordVerified | CeremonyClosed | CeremonyAbandoned | PackSealed | ReportSigned


def verify_ending(state: State, fact: Ending, actor: PersonId | None) -> None:
    """Insist that the ceremony may end in this way now.

    Args:
        state: Where the ceremony stands.
        fact: How it is to end.
        actor: Who acts; None where the tool does.

    Raises:
        RefusedError: ``ENGINE-END-01`` to ``-08``, ``ENGINE-LOGIN-06``.
    """
    if isinstance(fact, RecordVerified | CeremonyClosed):
        _verify_finished(state)
        verify_none_left(state)
        if isinstance(fact, CeremonyClosed) and state.verified is None:
            raise _refused("ENGINE-END-03", "Its record has not been verified yet.")
    elif isinstance(fact, CeremonyAbandoned):
        _verify_abandoned(state, fact)
    elif isinstance(fact, PackSealed):
        if state.phase not in (Phase.CLOSED, Phase.ABANDONED):
            raise _refused(
                "ENGINE-END-05", "Only a closed ceremony's pack can be sealed."
            )
    else:
        _verify_report(state, fact, actor)


def _verify_finished(state: State) -> None:
    if state.phase is not Phase.RUNNING or state.step is not None:
        raise _refused("ENGINE-END-01", "Not every step of the script is closed.")
    open_ones = [
        known.recorded.deviation for known in state.deviations if known.closed is None
    ]
    if open_ones or state.pending is not None:
        raise _refused(
            "ENGINE-END-02",
            "Something is still open: "
            + (", ".join(open_ones) or "a device operation in doubt")
            + ".",
        )


def _verify_abandoned(state: State, fact: CeremonyAbandoned) -> None:
    if state.pending is not None:
        raise RefusedError(
            "ENGINE-END-07",
            f"The operation of step {state.pending.step} is in doubt, and a ceremony "
            "is not given up over a key that may exist.",
            meaning="Whether the device acted is not known until it is inspected.",
            remedy="Resolve it with: ceremony resume. Then abandon.",
        )
    if state.phase is not Phase.RUNNING or not fact.reason.strip():
        raise _refused(
            "ENGINE-END-04",
            "Only a running ceremony can be abandoned, and only with a reason.",
        )


def _verify_report(state: State, fact: ReportSigned, actor: PersonId | None) -> None:
    taken = {signed.field for signed in state.signed}
    plan = [f"report-{n + 1}" for n in range(len(state.script.report_signers))]
    if state.phase is not Phase.SEALED or fact.field in taken or fact.field not in plan:
        raise _refused(
            "ENGINE-END-06",
            f"The field {fact.field} is not waiting for a report signature.",
        )
    role = state.script.report_signers[plan.index(fact.field)]
    enrolled = [
        seat.certificate
        for seat in state.seats
        if (seat.person, seat.role) == (actor, role)
    ]
    told = (fact.meaning, [fact.certificate])
    if told != (Meaning.REPORTS_CORRECTLY, enrolled):
        raise _refused(
            "ENGINE-END-08",
            f"The field {fact.field} is signed by the {role} with the enrolled "
            f"certificate, and with the meaning {Meaning.REPORTS_CORRECTLY}.",
        )


def _refused(code: str, message: str) -> RefusedError:
    return RefusedError(
        code, message, remedy="See where the ceremony stands with: ceremony status."
    )
