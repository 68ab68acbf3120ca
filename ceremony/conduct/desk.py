"""The operator laptop: one ceremony at a time, and everything people do to it there.

The window sends the same commands as the terminal and gets a frozen view back. The
desk keeps no state of its own but which ceremony is open and what people saw in it.

Invariants:
    * Every command is durable before its view is drawn up.
    * What a person signs is, byte for byte, what they were shown.
    * Every PIN handed in is wiped, whether it served or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ceremony.clock import Clock
from ceremony.conduct import closing, incident, recovery, turn
from ceremony.conduct.actions import act
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.inspection import TokenFinding, inspect_tokens, verify_looked
from ceremony.conduct.names import open_names
from ceremony.conduct.pace import Pace
from ceremony.conduct.past_view import PastView, view_past
from ceremony.conduct.pins import OfferedPinSource, PinSource, TypedPinSource
from ceremony.conduct.report_view import ReportTurn, view_report_turn
from ceremony.conduct.resume_view import ResumeView, view_resume
from ceremony.conduct.room import Room, enter
from ceremony.conduct.room_view import RoomView, view_room
from ceremony.conduct.sealed import is_sealed_as
from ceremony.conduct.sheet import write_sheet
from ceremony.conduct.site import TRUST_POLICY
from ceremony.conduct.takeover import PaperSet, move_to_paper
from ceremony.conduct.token_view import TokenState, view_tokens
from ceremony.conduct.unseen import decide_found
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Course, Initial, Input, Severity
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.kind import NeedKind
from ceremony.errors import RefusedError
from ceremony.evidence.saving import save_new
from ceremony.evidence.seal import EvidenceWriter
from ceremony.identifiers import Digest, PersonId, Role
from ceremony.pack.pins import EVIDENCE
from ceremony.secret import Secret

Told = Callable[[str], None]
Mark = tuple[Role, str]
"""A role and the initials that were typed for it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A deviation as it is typed; ``decided`` may be left for later."""

    severity: Severity
    expected: str
    happened: str
    decided: str = ""
    marks: tuple[Mark, ...] = ()
    cause: str = "reported"


class Desk:
    """One laptop with one ceremony open, or none.

    Args:
        clock: What time it is.
        pace: Who is told how far a step that takes long is, and may stop it.
    """

    def __init__(self, clock: Clock, pace: Pace | None = None) -> None:
        self._clock = clock
        self._pace = pace or Pace()
        self._stack = ExitStack()
        self._room: Room | None = None
        self._typed = TypedPinSource()
        self._names: dict[PersonId, str] = {}
        self._undecided = False
        self._found: tuple[TokenFinding, ...] | None = None

    def open(
        self, workspace: Workspace, ceremony: str, evidence_pin: Secret | None = None
    ) -> None:
        """Open a ceremony; whichever was open is left.

        Raises:
            CeremonyError: Something of it is missing, locked or does not follow.
        """
        with self._typed.given({EVIDENCE: evidence_pin}):
            self.leave()
            room = self._stack.enter_context(
                enter(workspace, ceremony, self._clock, self._typed)
            )
        room.conductor.pace = self._pace
        self._room = room
        self._names = open_names(room.conductor)
        self._undecided = recovery.needs_decision(room.conductor)

    def reopen(self, evidence_pin: Secret | None = None) -> None:
        """Open the same ceremony again, after its journal could not be written.

        Raises:
            CeremonyError: It still cannot be opened; then none is open.
        """
        self.open(self.room.workspace, self.conductor.ceremony, evidence_pin)

    def leave(self) -> None:
        """Close the journal and log out of every token."""
        self._room = self._found = None
        self._undecided = False
        stack, self._stack = self._stack, ExitStack()
        stack.close()

    @property
    def is_open(self) -> bool:
        """Tell whether a ceremony is open."""
        return self._room is not None

    @property
    def room(self) -> Room:
        """Give the room that is open.

        Raises:
            RefusedError: ``CONDUCT-DESK-01``: none is.
        """
        if self._room is None:
            raise RefusedError(
                "CONDUCT-DESK-01",
                "No ceremony is open at this laptop.",
                remedy="Open or resume one from Home.",
            )
        return self._room

    @property
    def _pins(self) -> PinSource:
        return OfferedPinSource(self._typed, self.room.pins)

    @property
    def conductor(self) -> Conductor:
        """Give the ceremony that is open."""
        return self.room.conductor

    def view(self) -> RoomView:
        """Draw up what the window shows now."""
        return view_room(self.conductor, self._names, undecided=self._undecided)

    def carry_out(
        self, values: Mapping[str, str], pins: Mapping[str, Secret] | None = None
    ) -> None:
        """Carry the current step out and leave it open for its initials.

        Raises:
            CeremonyError: It could not be done; what is recorded stands.
        """
        with self._typed.given(pins or {}):
            self._carry_out(values)

    def _verify_decided(self) -> None:
        """Insist that an interruption was decided before anything goes on.

        Raises:
            RefusedError: ``CONDUCT-DESK-02``.
        """
        if self._undecided:
            raise RefusedError(
                "CONDUCT-DESK-02",
                "The ceremony was left, and two people have not decided yet.",
                remedy="Resume it: compare what is in the tokens and give initials.",
            )

    def _carry_out(self, values: Mapping[str, str]) -> None:
        """Carry the current step out with the PINs that are held."""
        self._verify_decided()
        # Of two PINs the second may be lacking: the first is wiped all the same.
        with ExitStack() as held:
            taken = {
                need.name: held.enter_context(self._pins.pin(need))
                for need in self.conductor.needs()
                if need.kind is NeedKind.PIN
            }
            act(self.conductor, Inputs(values, taken, {}, Input.TYPED))
        step = self.conductor.current()
        KINDS[step.verb].complete(step, self.conductor.state)

    def sign_turn(
        self, presented: Digest, clock_reading: str, pin: Secret | None
    ) -> None:
        """Sign the statement that was shown, and close the turn.

        Raises:
            RefusedError: ``CONDUCT-TURN-01``: it is no longer the text shown.
            CeremonyError: It could not be signed; what is recorded stands.
        """
        with self._typed.given({"pin": pin}):
            turn.verify_shown(self.conductor, presented)
            self._carry_out({"clock_reading": clock_reading})
        self.close_step({})

    def dissent(self, presented: Digest, reason: str) -> None:
        """Record that the person does not agree to the text that they were shown.

        Raises:
            RefusedError: ``CONDUCT-TURN-01``: it is no longer the text shown.
        """
        self._verify_decided()
        turn.verify_shown(self.conductor, presented)
        turn.dissent(self.conductor, reason)

    def settle_dissent(self, decided: str, marks: Sequence[Mark]) -> None:
        """Record what two people decided about the open dissent."""
        self._verify_decided()
        turn.settle_dissent(self.conductor, decided, self._initials(marks))

    def write_sheet(self, path: Path) -> str:
        """Write the sheet of the current turn, to be signed in ink; give its number."""
        self._verify_decided()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return write_sheet(self.conductor, path).number

    def sign_on_paper(
        self, reason: str, clock_reading: str, marks: Sequence[Mark]
    ) -> None:
        """Record that the written sheet was signed in ink, and close the turn."""
        self._verify_decided()
        turn.sign_on_paper(
            self.conductor,
            reason=reason,
            clock_reading=clock_reading,
            by=self._initials(marks),
        )
        self.close_step({})

    def close_step(self, marks: Mapping[Role, str]) -> None:
        """Close the current step with the initials as typed.

        Raises:
            RefusedError: It is not done, or an initial is missing or wrong.
        """
        self._verify_decided()
        self.conductor.close_step(Inputs(initials=marks, source=Input.TYPED))

    def note(self, text: str) -> None:
        """Keep a remark for the record."""
        incident.note(self.conductor, text)

    def deviate(self, draft: Draft) -> str:
        """Record a deviation, decided at once or left open; give its number.

        Raises:
            RefusedError: An answer is empty, or too few people decided.
        """
        if not draft.decided:
            return incident.record_deviation(
                self.conductor,
                draft.severity,
                expected=draft.expected,
                happened=draft.happened,
                cause=draft.cause,
            )
        told = incident.Deviation(
            draft.severity,
            draft.expected,
            draft.happened,
            draft.decided,
            self._initials(draft.marks),
            draft.cause,
        )
        return incident.deviate(self.conductor, told)

    def decide_deviation(
        self, number: str, decided: str, marks: Sequence[Mark]
    ) -> None:
        """Close an open deviation with what was decided and by whom."""
        incident.close_deviation(self.conductor, number, decided, self._initials(marks))

    def move(self, person: PersonId, direction: str, reason: str = "") -> None:
        """Record that somebody left the room or came back: ``out`` or ``in``."""
        incident.change_attendance(self.conductor, person, direction, reason)

    def abandon(self, reason: str) -> None:
        """Give the ceremony up; one that was left, once its tokens were looked into."""
        if self._undecided:
            verify_looked(self._found)
        incident.abandon(self.conductor, reason)

    def move_to_paper(self, path: Path) -> PaperSet:
        """Print what is left, to go on with a pen; decided or not, paper takes over."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return move_to_paper(self.conductor, path, left=self._undecided)

    def past(self, number: int) -> PastView:
        """Draw up a step that is only looked at, by its number from 1."""
        return view_past(self.conductor, number)

    def begin_break(
        self, reason: str, minutes: int, staying: Sequence[PersonId]
    ) -> None:
        """Begin a break; those who stay are in the room."""
        self._verify_decided()
        incident.begin_break(self.conductor, reason, minutes, staying)

    def end_break(self) -> None:
        """End the break that is on."""
        self._verify_decided()
        incident.end_break(self.conductor)

    def tokens(self) -> tuple[TokenState, ...]:
        """Ask every token for its public facts; nothing is recorded."""
        return view_tokens(self.conductor)

    def interruption(self) -> ResumeView:
        """Say what an interruption has left; the tokens are not looked into yet."""
        return view_resume(self.conductor, None)

    def inspect(self, pins: Mapping[str, Secret | None] | None = None) -> ResumeView:
        """Look into every token beside what is expected; record what is foreign."""
        with self._typed.given(pins or {}):
            self._found = inspect_tokens(self.conductor, self._pins)
        return view_resume(self.conductor, self._found)

    def decide_change(self, course: Course, reason: str, marks: Sequence[Mark]) -> None:
        """Record what two people decided about tokens, changed or not to be seen."""
        decide_found(self.conductor, course, reason, self._initials(marks))

    def recover(
        self,
        complete: recovery.Choice,
        marks: tuple[Mark, Mark],
        pins: Mapping[str, Secret | None],
        told: Told,
    ) -> None:
        """Inspect every token, record it and resolve what an interruption left.

        Args:
            complete: What becomes of a key pair that was made completely.
            marks: The two who inspected and decide.
            pins: By serial, where the site's file holds none.
            told: Told what was found.
        """
        with self._typed.given(pins):
            first, second = self._initials(marks)
            recovery.verify_deciders(self.conductor, (first, second))
            decision = recovery.Decision(complete, (first, second))
            recovery.recover(self.conductor, self._pins, decision, told)
        self._undecided = False

    def close_ceremony(self) -> None:
        """Verify the record, close the ceremony and sign the final checkpoint."""
        self._verify_decided()
        closing.close_ceremony(self.conductor, self.room.site.trust_policy)

    def seal(self) -> Path:
        """Lay the pack out and seal it, with its companion beside it; give its place.

        What an earlier, interrupted sealing has left is taken up.
        """
        path = self.pack_path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not is_sealed_as(self.conductor, path):
            with EvidenceWriter() as writer:
                pack = closing.PackFile(path, self.trust_policy)
                closing.seal_pack(self.conductor, writer, pack)
        proof = path.with_suffix(".proof")
        if not proof.exists():
            save_new(proof, closing.proof_of_seal(self.conductor))
        return path

    def report_turn(self, person: PersonId) -> ReportTurn:
        """Draw up the turn of a report signatory."""
        return view_report_turn(self.conductor, self._names, person, self.pack_path)

    def sign_report(
        self, person: PersonId, presented: Digest, pin: Secret | None
    ) -> None:
        """Let a report signatory sign the pack that was shown, with their own token.

        Raises:
            RefusedError: ``CONDUCT-TURN-01``: it is no longer the file shown.
            CeremonyError: It could not be signed; what is recorded stands.
        """
        pack = closing.PackFile(self.pack_path, self.trust_policy, presented)
        with self._typed.given({"pin": pin}), EvidenceWriter() as writer:
            closing.sign_report(self.conductor, writer, pack, person, self._pins)

    @property
    def pack_path(self) -> Path:
        """Give the place of this ceremony's pack."""
        return self.room.workspace.pack_path(self.conductor.ceremony)

    @property
    def trust_policy(self) -> Path:
        """Give the place of the site's own trust policy."""
        return self.room.site.folder / TRUST_POLICY

    def _initials(self, marks: Sequence[Mark]) -> tuple[Initial, ...]:
        return tuple(self.conductor.initial(role, mark) for role, mark in marks)
