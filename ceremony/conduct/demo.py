"""The built-in rehearsal from fresh tokens to a sealed and signed pack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ceremony.clock import SystemClock
from ceremony.conduct.closing import (
    PackFile,
    close_ceremony,
    proof_of_seal,
    seal_pack,
    sign_report,
)
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.demo_site import make_demo_site
from ceremony.conduct.opening import Wish, open_ceremony
from ceremony.conduct.rehearsal import play
from ceremony.conduct.room import Room, enter
from ceremony.conduct.site import TRUST_POLICY, load_site
from ceremony.conduct.softhsm import find_softhsm
from ceremony.conduct.views import progress_line
from ceremony.conduct.workspace import Workspace
from ceremony.engine.state import Phase
from ceremony.errors import InputError
from ceremony.evidence.saving import save_new
from ceremony.evidence.seal import EvidenceWriter
from ceremony.identifiers import CeremonyId, Mode
from ceremony.pack.answers import load_answers
from ceremony.pack.roster_file import load_roster
from ceremony.people.roster import Seat
from ceremony.script.decode import load_script

Told = Callable[[str], None]

SITE: Final = "site"
"""The folder of a demo's workspace that holds its site."""


def run_demo(folder: Path, out: Path, *, script: str, told: Told) -> CeremonyId:
    """Set up, open, play, close, seal and sign; leave pack and proof.

    Args:
        folder: A new workspace.
        out: The pack to write; the proof goes beside it.
        script: A built-in script's name.
        told: Told how it goes.

    Raises:
        InputError: ``CONDUCT-DEMO-01``: the folder or the pack exists.
        CeremonyError: What went wrong.
    """
    for path in (folder, out):
        if path.exists():
            raise InputError(
                "CONDUCT-DEMO-01",
                f"{path} exists, and the demo writes over nothing.",
                remedy="Name a new one, or remove it first.",
            )
    workspace = Workspace(folder)
    told("Setting up fresh software tokens for everybody.")
    set_up(workspace, script, told)
    ceremony = open_demo(workspace)
    told(f"Ceremony {ceremony}, a rehearsal.")
    with enter(workspace, ceremony, SystemClock()) as room:
        finish_demo(room, out, told)
    return ceremony


def set_up(workspace: Workspace, script: str, told: Told) -> None:
    """Make the demo's site in a new workspace."""
    workspace.folder.mkdir(parents=True, mode=0o700)
    make_demo_site(
        workspace.folder / SITE,
        SystemClock(),
        lambda what: told(f"  {what}"),
        module_path=find_softhsm(),
        script=script,
    )


def prepare_demo(workspace: Workspace, told: Told) -> CeremonyId:
    """Open a rehearsal for people to type, at a site that is made where none is yet."""
    if not (workspace.folder / SITE).is_dir():
        set_up(workspace, "demo", told)
    return open_demo(workspace, recorded=False)


def open_demo(workspace: Workspace, *, recorded: bool = True) -> CeremonyId:
    """Open the demo's rehearsal at its site.

    Args:
        workspace: Where its site stands.
        recorded: True where recorded answers play it, false where people type.
    """
    site = workspace.folder / SITE
    wish = Wish(
        script=load_script(site / "script.yaml"),
        people=load_roster(site / "roster.toml"),
        site=load_site(site),
        mode=Mode.REHEARSAL,
        answers=site / "answers.yaml" if recorded else None,
    )
    return open_ceremony(workspace, wish, SystemClock())


def finish_demo(room: Room, out: Path, told: Told) -> None:
    """Play what is left, close, seal and let the signatories sign."""
    conductor = room.conductor
    pack = PackFile(out, room.site.folder / TRUST_POLICY)
    # The writer loads its libraries while the ceremony is played.
    with EvidenceWriter() as writer:
        if room.plan.answers is not None and conductor.state.step is not None:
            answers = load_answers(room.plan.answers)
            play(
                conductor,
                answers,
                room.pins,
                lambda step: told(progress_line(conductor.script, step)),
            )
        if conductor.state.phase is Phase.RUNNING:
            told("Closing: the record is verified and its final checkpoint signed.")
            close_ceremony(conductor, room.site.trust_policy)
        told("Laying out and sealing the pack.")
        seal_pack(conductor, writer, pack)
        save_new(out.with_suffix(".proof"), proof_of_seal(conductor))
        for seat in signatories(conductor):
            told(f"Report signature: {conductor.state.title(seat.person)}.")
            sign_report(conductor, writer, pack, seat.person, room.pins)


def signatories(conductor: Conductor) -> tuple[Seat, ...]:
    """Give the report signatories of the plan, in its order."""
    state = conductor.state
    return tuple(state.holders(role)[0] for role in state.script.report_signers)
