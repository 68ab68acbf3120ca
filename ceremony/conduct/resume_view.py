"""What an interruption has left, for the page on which two people decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inspection import TokenFinding
from ceremony.conduct.step_view import is_fixed


@dataclass(frozen=True, slots=True)
class TypedPin:
    """A PIN that has to be typed before the tokens can be looked into."""

    serial: str
    title: str


@dataclass(frozen=True, slots=True)
class ResumeView:
    """An interrupted ceremony.

    Attributes:
        last_at: When the last event was recorded, ``YYYY-MM-DD HH:MM:SS``, UTC.
        gap_minutes: How long ago that is.
        same_start: True where this computer was not started anew since.
        in_doubt: The verb of the operation in doubt; empty where none is.
        step: The open step's id; empty where every step is closed.
        step_text: What the script asks for in it, word for word.
        pins: The PINs that the site's file does not hold.
        findings: What is in the tokens; None before they were looked into.
    """

    last_at: str
    last_seq: int
    gap_minutes: int
    same_start: bool
    in_doubt: str
    step: str
    step_text: str
    pins: tuple[TypedPin, ...]
    findings: tuple[TokenFinding, ...] | None


def view_resume(
    conductor: Conductor, findings: tuple[TokenFinding, ...] | None
) -> ResumeView:
    """Draw up what is known of an interruption."""
    state = conductor.state
    last = conductor.facts[-1].event
    now = conductor.clock.now()
    return ResumeView(
        last_at=f"{last.t.wall:%Y-%m-%d %H:%M:%S}",
        last_seq=last.seq,
        gap_minutes=max(0, (now.wall - last.t.wall) // timedelta(minutes=1)),
        same_start=last.t.boot == now.boot,
        in_doubt=state.pending.intent.verb if state.pending is not None else "",
        step=state.step.id if state.step is not None else "",
        step_text=state.step.text if state.step is not None else "",
        pins=tuple(
            TypedPin(bound.serial, conductor.script.thing(bound.name).title)
            for bound in conductor.devices.binding.tokens
            if state.token(bound.name).initialised
            and not is_fixed(conductor, bound.serial)
        ),
        findings=findings,
    )
