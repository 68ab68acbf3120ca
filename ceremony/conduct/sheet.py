"""Write the sheet that a person signs in ink; what is signed is recorded later."""

from __future__ import annotations

from pathlib import Path

from ceremony.conduct.conductor import Conductor, Sheet
from ceremony.conduct.lasting import verify_evidence_lasts
from ceremony.conduct.names import open_names
from ceremony.conduct.turn import is_waived, sheet_now
from ceremony.engine.incident import verify_not_held
from ceremony.engine.steps.sign import seat_of
from ceremony.engine.turn import verify_signed_once
from ceremony.evidence.saving import save_new
from ceremony.identifiers import Mode
from ceremony.people.attestation import Level
from ceremony.people.roster import Seat
from ceremony.report.book import day
from ceremony.report.sheet import SheetPage, render_sheet


def write_sheet(conductor: Conductor, path: Path) -> Sheet:
    """Write the sheet of the current turn, to be printed and signed.

    A sheet may be written again, to another file, as long as the turn is not recorded:
    it keeps its number, and the last one that was written is the one that counts.

    Args:
        conductor: The ceremony, at a person's turn.
        path: The PDF to write; its folder exists, and nothing of its name.

    Returns:
        What the sheet says; ``sign_on_paper`` records it once the ink is dry.

    Raises:
        RefusedError: The step is no turn, is signed or held by a dissent, or
            ``CONDUCT-LEVEL-01``: ink is too weak for the role, or
            ``BINDING-TERM-01``: the ceremony is not carried on.
        EvidenceError: ``EVIDENCE-EXISTS-01``: there is a file of this name.
        StorageError: ``EVIDENCE-DISK-01``: the disk refused.
    """
    step = conductor.turn()
    seat = seat_of(step, conductor.state)
    verify_not_held(conductor.state)
    verify_evidence_lasts(conductor.state, conductor.devices.binding, conductor.clock)
    verify_signed_once(step, conductor.state)
    is_waived(conductor, seat.role, Level.A0)
    sheet = sheet_now(conductor)
    save_new(path, render_sheet(_page(conductor, seat, sheet)))
    conductor.sheet = sheet
    return sheet


def _page(conductor: Conductor, seat: Seat, sheet: Sheet) -> SheetPage:
    state = conductor.state
    live = state.opened is not None and state.opened.mode is Mode.LIVE
    return SheetPage(
        ceremony=conductor.ceremony,
        log=conductor.log.journal.origin,
        mode=Mode.LIVE if live else Mode.REHEARSAL,
        title=conductor.script.title,
        day=day(conductor.clock.now().wall),
        number=sheet.number,
        turn=conductor.turn().verb,
        step=sheet.step,
        name=open_names(conductor).get(seat.person, seat.person),
        role=state.title(seat.person),
        meaning=conductor.meaning().value,
        text=sheet.text,
        size=sheet.head.size,
        root=sheet.head.root,
    )
