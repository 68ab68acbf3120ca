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

from ceremony import canonical
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.pins import PinSource
from ceremony.conduct.sealed import (
    last_revision,
    read_pack,
    verify_own_pack,
    verify_presented,
)
from ceremony.engine.facts import (
    CeremonyClosed,
    CheckResult,
    PackSealed,
    RecordVerified,
    ReportSigned,
)
from ceremony.engine.state import Phase
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.errors import RefusedError
from ceremony.evidence.checkpoints import write_proof
from ceremony.evidence.records import collect_files
from ceremony.evidence.saving import save_extended, save_new
from ceremony.evidence.seal import EvidenceWriter
from ceremony.hsm.hosted_session import HostedSession
from ceremony.identifiers import Digest, OperationId, PersonId
from ceremony.pack.binding import PersonBinding
from ceremony.pack.policy import TrustPolicy
from ceremony.people.attestation import Meaning
from ceremony.people.roster import Seat
from ceremony.report.edition import EDITION, LAYOUT
from ceremony.verify.check import Status
from ceremony.verify.pack import verify_pack
from ceremony.verify.verdict import judge_files


@dataclass(frozen=True, slots=True)
class Paper:
    """What the pages are laid out on: ``A4`` or ``Letter``."""

    name: str = "A4"


@dataclass(frozen=True, slots=True)
class PackFile:
    """Where a pack is, and what a file that is there already is held against.

    Attributes:
        path: The pack.
        policy: The trust policy.
        presented: SHA-256 of the file's bytes as its signatory was shown them; None
            where nothing was shown.
    """

    path: Path
    policy: Path
    presented: Digest | None = None


def close_ceremony(
    conductor: Conductor, policy: TrustPolicy, paper: Paper | None = None
) -> None:
    """Verify the record, close the ceremony and sign the final checkpoint.

    Raises:
        RefusedError: Something is still open.
    """
    head = conductor.head()
    files = _files(conductor)
    verdict = judge_files(files, policy)
    verified = RecordVerified(
        record=verdict.record.value,
        checks=tuple(
            CheckResult(check.number, check.status.value) for check in verdict.checks
        ),
        remarks=verdict.remarks,
        head=head,
    )
    closed = CeremonyClosed(LAYOUT, EDITION, (paper or Paper()).name)
    conductor.record_all(
        [(verified, None, None, {}), (closed, None, None, {})], in_step=False
    )
    conductor.head()


def _files(conductor: Conductor) -> dict[str, bytes]:
    """Collect what a pack embeds, from the checkpoint before this ceremony on."""
    opened = conductor.state.opened
    previous = opened.previous if opened is not None else None
    return collect_files(
        conductor.log.journal,
        conductor.private,
        conductor.ceremony,
        previous.size if previous is not None else 0,
    )


def seal_pack(conductor: Conductor, writer: EvidenceWriter, pack: PackFile) -> None:
    """Lay the pack out, seal it with the evidence token and journal its digest.

    A file that an interruption left between its writing and the journal's leaf is
    taken for the pack if it verifies as one of this ceremony.

    Args:
        conductor: The closed ceremony.
        writer: The child that lays out and seals.
        pack: The pack to write.

    Raises:
        RefusedError: The ceremony is not closed.
        EvidenceError: The file exists and is not the pack.
        StorageError: It cannot be written.
    """
    binding = conductor.devices.binding
    if conductor.state.phase not in (Phase.CLOSED, Phase.ABANDONED):
        raise RefusedError(
            "CONDUCT-SEAL-01",
            f"The ceremony is {conductor.state.phase.value}; only a closed one that "
            "was not sealed yet can be sealed.",
            remedy="See where it stands with: ceremony status.",
        )
    # An interruption may have come between the closing and its checkpoint.
    conductor.head()
    if not _is_left_behind(conductor, pack):
        files = _files(conductor)
        pdf = writer.seal_pack(
            files,
            certificate=binding.evidence.seal_certificate,
            ca=binding.evidence_ca,
            sign=_raw_signer(conductor.devices.evidence, binding.evidence.seal_key_id),
            signed_at=conductor.facts[-1].event.t.wall,
        )
        save_new(pack.path, pdf)
    pdf = pack.path.read_bytes()
    conductor.record(
        PackSealed(
            revision=canonical.digest(pdf),
            size=len(pdf),
            certificate=canonical.digest(binding.evidence.seal_certificate),
        ),
        in_step=False,
    )
    conductor.head()


def _is_left_behind(conductor: Conductor, pack: PackFile) -> bool:
    """Tell whether the file is this ceremony's pack, sealed and not yet journalled."""
    if not pack.path.exists():
        return False
    verdict = verify_pack(pack.path, pack.policy)
    seal = next(check for check in verdict.checks if check.number == "13a")
    whole = all(check.status is not Status.FAILED for check in verdict.checks)
    return (
        whole
        and seal.status is Status.NOT_CHECKED
        and verdict.story.ceremony == conductor.ceremony
    )


def proof_of_seal(conductor: Conductor) -> bytes:
    """Give the companion file that shows the seal's digest in the journal."""
    return write_proof(conductor.log.journal, conductor.ceremony)


def sign_report(
    conductor: Conductor,
    writer: EvidenceWriter,
    pack: PackFile,
    person: PersonId,
    pins: PinSource,
) -> str:
    """Let a report signatory sign the pack with their own token.

    A signature that an interruption left in the file and not in the journal is taken
    for made if the file verifies; the person does not sign twice.

    Args:
        conductor: The sealed ceremony.
        writer: The child that writes the signature.
        pack: The pack, which is extended.
        person: Who signs.
        pins: Where the PIN comes from.

    Returns:
        The signature field that was filled.

    Raises:
        InputError: ``CONDUCT-REPORT-03``: the file cannot be read.
        RefusedError: ``CONDUCT-REPORT-01``: the person is no signatory of the plan;
            ``CONDUCT-REPORT-02``: the file is not this ceremony's pack;
            ``CONDUCT-TURN-01``: it is no longer the one that was shown.
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
    pdf = read_pack(pack.path)
    if pack.presented is not None:
        verify_presented(pdf, pack.presented)
    if not _is_signed_and_not_told(conductor, pack, field):
        verify_own_pack(conductor, pdf)
        conductor.verify(_signed(field, bound, pdf), actor=person, in_step=False)
        pdf = _sign(conductor, writer, pdf, seat, pins)
        save_extended(pack.path, pdf)
    conductor.record(_signed(field, bound, pdf), actor=person, in_step=False)
    conductor.head()
    return field


def _signed(field: str, bound: PersonBinding, pdf: bytes) -> ReportSigned:
    return ReportSigned(
        field=field,
        meaning=Meaning.REPORTS_CORRECTLY,
        revision=canonical.digest(pdf),
        certificate=canonical.digest(bound.certificate),
    )


def _sign(
    conductor: Conductor,
    writer: EvidenceWriter,
    pdf: bytes,
    seat: Seat,
    pins: PinSource,
) -> bytes:
    """Let the person's token sign; give the file with its new revision."""
    bound = conductor.devices.person(seat.person)
    plan = conductor.state.script.report_signers
    need = Need("pin", NeedKind.PIN, "The PIN of your token", seat.role, (), seat.token)
    with (
        pins.pin(need) as pin,
        conductor.devices.person_session(seat.person, pin) as session,
    ):
        return writer.sign_report(
            pdf,
            field=f"report-{plan.index(seat.role) + 1}",
            certificate=bound.certificate,
            ca=conductor.devices.binding.evidence_ca,
            sign=_raw_signer(session, bound.key_id),
            signed_at=conductor.clock.now().wall,
            reason=Meaning.REPORTS_CORRECTLY.value,
        )


def _is_signed_and_not_told(conductor: Conductor, pack: PackFile, field: str) -> bool:
    """Tell whether the file's last revision is a signature the journal lacks."""
    told = {signed.field for signed in conductor.state.signed}
    if field in told or canonical.digest(read_pack(pack.path)) == last_revision(
        conductor
    ):
        return False
    verdict = verify_pack(pack.path, pack.policy)
    whole = all(check.status is not Status.FAILED for check in verdict.checks)
    return whole and verdict.story.ceremony == conductor.ceremony


def _raw_signer(session: HostedSession, key_id: str) -> Callable[[bytes], bytes]:
    return lambda message: session.sign(OperationId(key_id), message)
