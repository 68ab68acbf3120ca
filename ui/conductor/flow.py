"""Whom the room waits for now, and for what: worked out from the view alone.

It holds what was typed for the step that is open, and forgets it with the step. It
decides nothing: the core accepts or refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from ceremony.conduct.room_view import RoomView
from ceremony.conduct.step_view import Asked, StepView
from ceremony.engine.steps.kind import NeedKind
from ceremony.identifiers import Role, StepId


class Gesture(Enum):
    """What moves the ceremony on."""

    INITIALS = auto()
    READY = auto()
    GO = auto()
    FILL = auto()
    ROLL_CALL = auto()
    WORDS = auto()
    CLOSE_STEP = auto()
    TURN = auto()
    CLOSE_CEREMONY = auto()
    SEAL = auto()
    SIGN_REPORT = auto()
    EVIDENCE = auto()
    RESUME = auto()
    BREAK = auto()
    DISSENT = auto()
    REOPEN = auto()
    HOME = auto()


@dataclass(frozen=True, slots=True)
class Ask:
    """What is waited for: a gesture, and of whom; nobody at the ends."""

    gesture: Gesture
    who: Asked | None = None


@dataclass(slots=True)
class Flow:
    """What was typed for the open step.

    Attributes:
        marks: Initials that close it, by role.
        ready: Roles that have read the review of an irreversible step.
        left: All that is left where the journal takes nothing: to open it again, or
            Home where that failed; else None.
    """

    step: StepId | None = None
    marks: dict[Role, str] = field(default_factory=dict)
    ready: dict[Role, str] = field(default_factory=dict)
    left: Gesture | None = None

    def follow(self, view: RoomView) -> None:
        """Forget what was typed where another step is open now."""
        now = view.step.id if view.step is not None else None
        if now != self.step:
            self.step = now
            self.forget()

    def forget(self) -> None:
        """Forget what was typed: it is asked for again."""
        self.marks.clear()
        self.ready.clear()

    def ask(self, view: RoomView) -> Ask:
        """Say what is waited for."""
        if self.left is not None:
            return Ask(self.left)
        if view.phase != "running":
            return _ask_after(view)
        if view.undecided or view.in_doubt:
            return Ask(Gesture.RESUME)
        return self._ask_running(view)

    def _ask_running(self, view: RoomView) -> Ask:
        if view.pause is not None or view.dissent is not None:
            return Ask(Gesture.DISSENT if view.dissent is not None else Gesture.BREAK)
        if view.turn is not None:
            return Ask(Gesture.TURN)
        step = view.step
        return Ask(Gesture.CLOSE_CEREMONY) if step is None else self._ask_step(step)

    def _ask_step(self, step: StepView) -> Ask:
        if not step.carried_out:
            if step.review is not None:
                return self._ask_device(step)
            if step.needs:
                return _ask_needs(step)
        left = [who for who in step.initials if who.role not in self.marks]
        return Ask(Gesture.INITIALS, left[0]) if left else _close(step)

    def _ask_device(self, step: StepView) -> Ask:
        """Ask first, of a step that cannot be undone, who has read its review."""
        if step.irreversible:
            for who in step.initials:
                if who.role not in self.ready:
                    return Ask(Gesture.READY, who)
        return Ask(Gesture.GO, step.by)


def _ask_needs(step: StepView) -> Ask:
    who = step.needs[0].who
    if step.needs[0].kind is NeedKind.WORDS:
        return Ask(Gesture.WORDS, who)
    if step.verb == "hold":
        return Ask(Gesture.ROLL_CALL, step.initials[0])
    return Ask(Gesture.FILL, who)


def _close(step: StepView) -> Ask:
    return Ask(Gesture.CLOSE_STEP, step.by)


def _ask_after(view: RoomView) -> Ask:
    if view.phase in ("closed", "abandoned"):
        return Ask(Gesture.SEAL)
    if view.waiting_signers and view.phase == "sealed":
        return Ask(Gesture.SIGN_REPORT)
    return Ask(Gesture.EVIDENCE)
