"""How a ceremony ends: its record verified, closed, sealed and signed.

Invariants:
    * The record is verified before the final checkpoint, and the pages quote it.
    * ``record.verified`` and ``ceremony.closed`` are one transaction.
    * A pack is written whole or not at all, and never over another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceremony import canonical
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.pins import PinSource
from ceremony.engine.facts import (
    CeremonyClosed,
    CheckResult,
    PackSealed,
    RecordVerified,
    ReportSigned,
)
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.errors import RefusedError
from ceremony.evidence.checkpoints import write_proof
from ceremony.evidence.records import collect_files
from ceremony.evidence.saving import save_extended, save_new
from ceremony.evidence.seal import EvidenceWriter
from ceremony.hsm.session import Session
from ceremony.identifiers import OperationId, PersonId
from ceremony.pack.policy import TrustPolicy
from ceremony.people.attestation import Meaning
from ceremony.report.layout import LAYOUT
from ceremony.verify.verdict import check_files, judge

EDITION: Final = "full"


@dataclass(frozen=True, slots=True)
class Paper:
    """What the pages are laid out on: ``A4`` or ``Letter``."""

    name: str = "A4"


def close_ceremony(
    conductor: Conductor, policy: TrustPolicy, paper: Paper | None = None
) -> None:
    """Verify the record, close the ceremony and sign the final checkpoint.

    Raises:
        RefusedError: Something is still open.
    """
    head = conductor.head()
    files = collect_files(conductor.log.journal, conductor.private, conductor.ceremony)
    checks = check_files(files, policy)
    verdict = judge(checks, files)
    verified = RecordVerified(
        record=verdict.record.value,
        checks=tuple(CheckResult(check.number, check.status.value) for check in checks),
        remarks=verdict.remarks,
        head=head,
    )
    closed = CeremonyClosed(LAYOUT, EDITION, (paper or Paper()).name)
    conductor.record_all(
        [(verified, None, None, {}), (closed, None, None, {})], in_step=False
    )
    conductor.head()


def seal_pack(conductor: Conductor, writer: EvidenceWriter, out: Path) -> None:
    """Lay the pack out, seal it with the evidence token and journal its digest.

    Raises:
        RefusedError: The ceremony is not closed.
        StorageError: The file exists, or cannot be written.
    """
    binding = conductor.devices.binding
    session = conductor.devices.evidence
    files = collect_files(conductor.log.journal, conductor.private, conductor.ceremony)
    pdf = writer.seal_pack(
        files,
        certificate=binding.evidence.seal_certificate,
        ca=binding.evidence_ca,
        sign=_raw_signer(session, binding.evidence.seal_key_id),
        signed_at=conductor.facts[-1].event.t.wall,
    )
    save_new(out, pdf)
    conductor.record(
        PackSealed(
            revision=canonical.digest(pdf),
            size=len(pdf),
            certificate=canonical.digest(binding.evidence.seal_certificate),
        ),
        in_step=False,
    )
    conductor.head()


def proof_of_seal(conductor: Conductor) -> bytes:
    """Give the companion file that shows the seal's digest in the journal."""
    return write_proof(conductor.log.journal, conductor.ceremony)


def sign_report(
    conductor: Conductor,
    writer: EvidenceWriter,
    pack: Path,
    person: PersonId,
    pins: PinSource,
) -> str:
    """Let a report signatory sign the pack with their own token.

    Returns:
        The signature field that was filled.

    Raises:
        RefusedError: ``CONDUCT-REPORT-01``: the person is no signatory of the plan.
    """
    state = conductor.state
    plan = state.script.report_signers
    seat = next((seat for seat in state.seats if seat.person == person), None)
    if seat is None or seat.role not in plan:
        raise RefusedError(
            "CONDUCT-REPORT-01",
            f"{person} is not among the signatories of the report.",
            remedy=f"The plan names: {', '.join(plan)}.",
        )
    field = f"report-{plan.index(seat.role) + 1}"
    bound = conductor.devices.person(person)
    need = Need("pin", NeedKind.PIN, "The PIN of your token", seat.role, (), seat.token)
    with conductor.devices.person_session(person, pins.pin(need)) as session:
        pdf = writer.sign_report(
            pack.read_bytes(),
            field=field,
            certificate=bound.certificate,
            ca=conductor.devices.binding.evidence_ca,
            sign=_raw_signer(session, bound.key_id),
            signed_at=conductor.clock.now().wall,
            reason=Meaning.REPORTS_CORRECTLY.value,
        )
    save_extended(pack, pdf)
    conductor.record(
        ReportSigned(
            field=field,
            meaning=Meaning.REPORTS_CORRECTLY,
            revision=canonical.digest(pdf),
            certificate=canonical.digest(bound.certificate),
        ),
        actor=person,
        in_step=False,
    )
    conductor.head()
    return field


def _raw_signer(session: Session, key_id: str) -> Callable[[bytes], bytes]:
    return lambda message: session.sign(OperationId(key_id), message)
