"""Scenes in a real room, each of which must end in one refusal.

Run as a program it plays every scene on fresh SoftHSM tokens and prints, as JSON, the
rule id with which each ended. It is a process of its own because a PKCS#11 module is
initialised once for a process.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ceremony.clock import SystemClock
from ceremony.conduct.actions import lint, order, perform, room, sign
from ceremony.conduct.closing import PackFile, seal_pack
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.demo import open_demo, set_up
from ceremony.conduct.devices import Devices
from ceremony.conduct.incident import note
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.pins import FixedPinSource
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.room import Room, enter
from ceremony.conduct.sheet import write_sheet
from ceremony.conduct.softhsm import find_softhsm
from ceremony.conduct.turn import (
    dissent,
    is_waived,
    settle_dissent,
    sign_on_paper,
)
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import (
    DissentRecorded,
    DissentSettled,
    Input,
    Outcome,
    SignedOnPaper,
)
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.errors import CeremonyError
from ceremony.evidence.seal import EvidenceWriter
from ceremony.identifiers import CeremonyId, Digest, Mode, PersonId, Role, StepId
from ceremony.pack.answers import load_answers
from ceremony.pack.pins import FixedPins
from ceremony.people.attestation import (
    Level,
    Meaning,
    Statement,
    encode_statement,
)
from ceremony.pki.finding import Finding, LintReport, Severity
from ceremony.pki.profile import ProfileName
from ceremony.secret import Secret
from tests.unit.conduct.opening_scenes import (
    a_certificate_that_is_revoked,
    a_live_key_that_a_rehearsal_would_wipe,
    a_person_without_a_token,
    a_room_policy_of_another_kind,
    certificates_shown,
    list_hardware,
)

Scene = Callable[[Room], None]


def play_to(at: Room, step: str) -> None:
    """Carry out the demo up to, and without, one step."""
    answers = load_answers(at.site.folder / "answers.yaml")
    while (now := at.conductor.state.step) is not None and now.id != step:
        told = answers.step(now.id)
        perform(at.conductor, gather(at.conductor, told, at.pins))


def nothing_signed_yet(at: Room) -> None:
    at.conductor.performer(at.conductor.script.steps[8])


def ink_without_a_sheet(at: Room) -> None:
    by = (Role("security-officer"), Role("administrator"))
    sign_on_paper(at.conductor, reason="No PIN.", clock_reading="10:00", by=by)


def ink_on_a_sheet_of_before(at: Room) -> None:
    write_sheet(at.conductor, at.workspace.folder / "sheet.pdf")
    note(at.conductor, "The sheet was signed, and then somebody wrote this.")
    ink_without_a_sheet(at)


def ink_where_it_counts(at: Room) -> None:
    before = at.conductor.state
    assert before.opened is not None
    live = replace(before.opened, mode=Mode.LIVE)
    try:
        at.conductor.state = replace(before, opened=live)
        is_waived(at.conductor, Role("security-officer"), Level.A0)
    finally:
        at.conductor.state = before


def a_reason_that_cannot_be_printed(at: Room) -> None:
    dissent(at.conductor, "I am not amused \U0001f620")


def nobody_of_a_role(at: Room) -> None:
    room._someone(at.conductor, Role("custodian"))


def a_key_before_it_exists(at: Room) -> None:
    order.key_named(at.conductor, "root-oca")


def an_issuer_without_certificate(at: Room) -> None:
    order.certificate_of_issuer(at.conductor, "root-oca")


def an_answer_that_is_missing(at: Room) -> None:
    empty = load_answers(at.site.folder / "answers.yaml").step(StepId("9.9"))
    gather(at.conductor, empty, at.pins)


def a_clock_that_says_nothing(at: Room) -> None:
    play_to(at, "1.11")
    told = {"reading_1": "ten o'clock", "reading_2": "2026-11-25T10:00:00Z"}
    perform(at.conductor, Inputs(told, {}, {}, Input.RECORDED))


def a_lint_with_an_error(at: Room) -> None:
    play_to(at, "3.3")
    finding = Finding("PKI-SKI-01", Severity.ERROR, "The key identifier is wrong.")
    report = LintReport(ProfileName("smki-root-oca"), 19, (finding,), None)
    lint.record_lint(
        at.conductor,
        report,
        stage="before-key",
        subject="root-oca-certificate",
        actor=at.conductor.performer(at.conductor.current()),
    )


def a_certificate_that_was_exchanged(at: Room) -> None:
    play_to(at, "3.7")
    state = at.conductor.state
    name, made = next(iter(state.certificates.items()))
    forged = replace(made, digest=Digest("0" * 64))
    at.conductor.state = replace(state, certificates={name: forged})
    order.certificate_named(at.conductor, name)


def a_signature_by_somebody_else(at: Room) -> None:
    seat = at.conductor.state.seats[0]
    other = at.conductor.devices.person(at.conductor.state.seats[1].person)
    own = at.conductor.devices.person(seat.person)
    bound = replace(own, key_id=other.key_id)
    need = Need("pin", NeedKind.PIN, "", Role(""), (), other.serial)
    payload = encode_statement(sign_in_statement(at))
    with at.conductor.devices.person_session(other.id, at.pins.pin(need)) as session:
        sign._sign(session, bound, seat, payload)


def sign_in_statement(at: Room) -> Statement:
    """Give any statement of the ceremony."""
    head = at.conductor.head()
    return Statement(
        log=at.conductor.log.journal.origin,
        ceremony=at.conductor.ceremony,
        step=StepId("1.1"),
        person=PersonId("a-01"),
        role=Role("administrator"),
        meaning=Meaning.OBSERVED,
        text="I was there.",
        size=head.size,
        root=head.root,
        nonce="00" * 16,
        clock_reading="10:00",
    )


def a_seal_before_the_end(at: Room) -> None:
    with EvidenceWriter() as writer:
        out = at.workspace.folder / "pack.pdf"
        seal_pack(
            at.conductor, writer, PackFile(out, at.site.folder / "trust-policy.toml")
        )


def a_step_after_the_last(at: Room) -> None:
    conductor: Conductor = at.conductor
    steps = len(conductor.script.steps)
    conductor.state = replace(conductor.state, position=steps)
    conductor.current()


def an_evidence_token_that_is_shut(at: Room) -> None:
    _ = Devices(at.conductor.devices.binding).evidence.read_anchors()


def an_evidence_token_whose_process_ended(at: Room) -> None:
    devices = at.conductor.devices
    module = devices.module(devices.binding.evidence.module)
    os.kill(module.pid, signal.SIGKILL)
    while module.is_running:
        time.sleep(0.01)
    _ = devices.evidence.read_anchors()


def a_token_with_another_label(at: Room) -> None:
    bound = at.conductor.devices.bound("root-hsm")
    need = Need("pin", NeedKind.PIN, "", Role(""), (), bound.serial)
    # Until the ceremony initialises it, the token bears its factory label.
    with at.conductor.devices.session("root-hsm", at.pins.pin(need)):
        pass


def a_pin_that_the_file_lacks(at: Room) -> None:
    FixedPinSource(at.site.binding, FixedPins({}, {})).evidence_pin()


def no_softhsm(_: Room) -> None:
    find_softhsm(())


def a_note_that_is_garbage(at: Room) -> None:
    (at.workspace.folder / "ceremonies" / "KC-1.json").write_text("[1]")
    at.workspace.plan("KC-1")


def a_statement_outside_a_turn(at: Room) -> None:
    play_to(at, "1.8")
    at.conductor.statement()


SCENES: dict[str, Scene] = {
    "CONDUCT-STEP-02": nothing_signed_yet,
    "CONDUCT-SHEET-01": ink_without_a_sheet,
    "CONDUCT-SHEET-02": ink_on_a_sheet_of_before,
    "CONDUCT-LEVEL-01": ink_where_it_counts,
    "FILE-TEXT-03": a_reason_that_cannot_be_printed,
    "CONDUCT-ROLE-01": nobody_of_a_role,
    "CONDUCT-KEY-01": a_key_before_it_exists,
    "CONDUCT-KEY-03": an_issuer_without_certificate,
    "CONDUCT-ANSWER-01": an_answer_that_is_missing,
    "CONDUCT-SIGN-01": a_signature_by_somebody_else,
    "CONDUCT-SEAL-01": a_seal_before_the_end,
    "CONDUCT-EVIDENCE-01": an_evidence_token_that_is_shut,
    "CONDUCT-LABEL-01": a_token_with_another_label,
    "CONDUCT-PIN-01": a_pin_that_the_file_lacks,
    "CONDUCT-SOFTHSM-01": no_softhsm,
    "CONDUCT-WORKSPACE-03": a_note_that_is_garbage,
    "CONDUCT-ROSTER-01": a_person_without_a_token,
    "CONDUCT-HARDWARE-01": a_certificate_that_is_revoked,
    "CONDUCT-WIPE-01": a_live_key_that_a_rehearsal_would_wipe,
    "CONDUCT-ROOM-01": a_room_policy_of_another_kind,
    "CONDUCT-STEP-03": a_statement_outside_a_turn,
    "CONDUCT-CLOCK-01": a_clock_that_says_nothing,
    "CONDUCT-LINT-01": a_lint_with_an_error,
    "CONDUCT-CERTIFICATE-01": a_certificate_that_was_exchanged,
    "CONDUCT-STEP-01": a_step_after_the_last,
    "CONDUCT-EVIDENCE-02": an_evidence_token_whose_process_ended,
}
"""In the order of one ceremony: the later ones go further into it."""


def rewound_journal(workspace: Workspace, ceremony: CeremonyId) -> None:
    """Put an older copy of the journal back, then enter."""
    journal = workspace.journal_path(Mode.REHEARSAL)
    kept = journal.with_suffix(".old")
    shutil.copy(journal, kept)
    with enter(workspace, ceremony, SystemClock()) as at:
        play_to(at, "1.3")
        at.conductor.head()
    shutil.copy(kept, journal)
    with enter(workspace, ceremony, SystemClock()):
        pass


def unopened(workspace: Workspace, ceremony: CeremonyId) -> None:
    """Enter the room of a ceremony that only a note knows."""
    plan = workspace.plan(ceremony)
    workspace.keep_plan(replace(plan, ceremony=CeremonyId("KC-2026-099-R1")))
    with enter(workspace, "KC-2026-099-R1", SystemClock()):
        pass


def changed_site(workspace: Workspace, ceremony: CeremonyId) -> None:
    """Change a policy after the opening, then enter; leave it as it was."""
    path = workspace.plan(ceremony).site / "room-policy.toml"
    before = path.read_bytes()
    path.write_bytes(before + b"\n# changed on the day\n")
    try:
        with enter(workspace, ceremony, SystemClock()):
            pass
    finally:
        path.write_bytes(before)


def wrong_pin(at: Room) -> list[str]:
    """Give a wrong PIN for a key, then the right one; tell what was recorded."""
    play_to(at, "3.3")
    told = load_answers(at.site.folder / "answers.yaml").step(StepId("3.3"))
    right = gather(at.conductor, told, at.pins)
    wrong = replace(right, pins={"pin": Secret(bytearray(b"00000000"))})
    raised = code_of(lambda: perform(at.conductor, wrong))
    perform(at.conductor, gather(at.conductor, told, at.pins))
    outcomes = [
        recorded.fact
        for recorded in at.conductor.facts
        if isinstance(recorded.fact, Outcome) and recorded.fact.verb == "key.generate"
    ]
    return [
        raised,
        *(f"{o.result} {o.fault.code if o.fault else ''}" for o in outcomes),
    ]


def a_turn_in_ink(at: Room) -> list[str]:
    """Let custodian 1 disagree and sign in ink; tell who decided and who saw it.

    Roles stand for their holders here, and the first custodian is the signer.
    """
    play_to(at, "1.4")
    conductor = at.conductor
    dissent(conductor, "  The notice was not read. ")
    officer, witness = Role("security-officer"), Role("internal-witness")
    settle_dissent(conductor, "It is read now.", (officer, witness))
    sheet = write_sheet(conductor, at.workspace.folder / "ink.pdf")
    by = (Role("custodian"), witness)
    sign_on_paper(conductor, reason="No PIN.", clock_reading=" 10:00 ", by=by)
    facts = [recorded.fact for recorded in conductor.state.current]
    conductor.close_step(Inputs(source=Input.TYPED))
    told = [sheet.number, sheet.text]
    for fact in facts:
        if isinstance(fact, DissentRecorded):
            told += [fact.person, fact.reason]
        elif isinstance(fact, DissentSettled | SignedOnPaper):
            told.append(" ".join(each.person for each in fact.by))
        if isinstance(fact, SignedOnPaper):
            told += [fact.meaning, fact.clock_reading, str(conductor.sheet)]
    return told


def code_of(work: Callable[[], None]) -> str:
    """Do it and give the rule id with which it ended."""
    try:
        work()
    except CeremonyError as error:
        return error.code
    return ""


def main() -> int:
    """Play every scene."""
    memory = Path("/dev/shm")  # noqa: S108  only the folders made in it are used
    shared = memory if memory.is_dir() else None
    told: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=shared) as name:
        workspace = Workspace(Path(name) / "workspace")
        set_up(workspace, "demo", lambda _: None)
        ceremony = open_demo(workspace)
        told["CONDUCT-SITE-02"] = code_of(lambda: changed_site(workspace, ceremony))
        told["CONDUCT-ANCHOR-01"] = code_of(
            lambda: rewound_journal(workspace, ceremony)
        )
        told["CONDUCT-SCRIPT-01"] = code_of(lambda: unopened(workspace, ceremony))
    with tempfile.TemporaryDirectory(dir=shared) as name:
        workspace = Workspace(Path(name) / "workspace")
        set_up(workspace, "demo", lambda _: None)
        with enter(workspace, open_demo(workspace), SystemClock()) as at:
            for rule, scene in SCENES.items():
                told[rule] = code_of(lambda scene=scene: scene(at))
    with tempfile.TemporaryDirectory(dir=shared) as name:
        workspace = Workspace(Path(name) / "workspace")
        set_up(workspace, "demo", lambda _: None)
        list_hardware(workspace)
        with enter(workspace, open_demo(workspace), SystemClock()) as at:
            told["certified"] = json.dumps(certificates_shown(at))
            told["ink"] = " | ".join(a_turn_in_ink(at))
            told["wrong PIN"] = " | ".join(wrong_pin(at))
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
