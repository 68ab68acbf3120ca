"""What an interruption has left, for the page on which two people decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ceremony.conduct.changed import object_lines
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inspection import TokenFinding
from ceremony.conduct.lasting import evidence_ended
from ceremony.conduct.left import last_before_left
from ceremony.conduct.step_view import is_at_reader, is_fixed
from ceremony.conduct.turn_view import SHOWN_WORDS
from ceremony.digest_words import words
from ceremony.engine.facts import Course
from ceremony.engine.steps.device import officer_prompt, pin_prompt
from ceremony.engine.steps.pin import NEW, OFFICER, OLD, new_prompt
from ceremony.engine.unresolved import may_exist
from ceremony.engine.unseen import found_courses, is_lost, open_unseen
from ceremony.engine.zeroise import is_inspected
from ceremony.errors import RefusedError


@dataclass(frozen=True, slots=True)
class TypedPin:
    """A PIN that has to be given before the tokens can be looked into.

    Attributes:
        title: Whose PIN it is, as people are asked for it.
        name: Under which it is handed in: the name of a need, else the serial.
        at_reader: True where it is entered at the token's own reader.
    """

    serial: str
    title: str
    name: str
    at_reader: bool


@dataclass(frozen=True, slots=True)
class ChangeView:
    """Tokens that were changed meanwhile, or that nobody could look into.

    Attributes:
        told: Each object that is there and not recorded, or recorded and not there.
        courses: What two people may decide; empty once they have.
        given_up: True where they decided that the ceremony is abandoned.
        unseen: Each token that could not be looked into, and why.
        doubt: What may exist in such a token because of the operation in doubt, where
            people may leave it unresolved; else empty.
    """

    told: tuple[str, ...]
    courses: tuple[Course, ...]
    given_up: bool
    unseen: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class ResumeView:
    """An interrupted ceremony.

    Attributes:
        last_at: When the last event was recorded, ``YYYY-MM-DD HH:MM:SS``, UTC.
        last_seq: Its number in the journal.
        last_words: The first eight words of its leaf hash, as people say them aloud.
        gap_minutes: How long ago that is; 0 where the clock has gone back.
        clock_went_back: True where this computer's clock is before the last event.
        same_start: True where this computer was not started anew since.
        in_doubt: The verb of the operation in doubt; empty where none is.
        step: The open step's id; empty where every step is closed.
        step_text: What the script asks for in it, word for word.
        pins: The PINs that the site's file does not hold.
        findings: What is in the tokens; None before they were looked into.
        change: What people decide about the tokens; None where there is nothing.
        ended: Why nothing of it is carried on any more; None where it may be.
    """

    last_at: str
    last_seq: int
    last_words: tuple[str, ...]
    gap_minutes: int
    clock_went_back: bool
    same_start: bool
    in_doubt: str
    step: str
    step_text: str
    pins: tuple[TypedPin, ...]
    findings: tuple[TokenFinding, ...] | None
    change: ChangeView | None
    ended: RefusedError | None = None


def view_resume(
    conductor: Conductor, findings: tuple[TokenFinding, ...] | None
) -> ResumeView:
    """Draw up what is known of an interruption."""
    state = conductor.state
    last = last_before_left(conductor.facts, conductor.found_count)
    now = conductor.clock.now()
    return ResumeView(
        last_at=f"{last.t.wall:%Y-%m-%d %H:%M:%S}",
        last_seq=last.seq,
        last_words=words(conductor.log.journal.leaf_hashes(last.seq, last.seq + 1)[0])[
            :SHOWN_WORDS
        ],
        gap_minutes=max(0, (now.wall - last.t.wall) // timedelta(minutes=1)),
        clock_went_back=now.wall < last.t.wall,
        same_start=last.t.boot == now.boot,
        in_doubt=state.pending.intent.verb if state.pending is not None else "",
        step=state.step.id if state.step is not None else "",
        step_text=state.step.text if state.step is not None else "",
        pins=_pins(conductor),
        findings=findings,
        change=view_change(conductor),
        ended=evidence_ended(state, conductor.devices.binding, conductor.clock),
    )


def view_change(conductor: Conductor) -> ChangeView | None:
    """Draw up what was changed in the tokens or not seen, as the record has it."""
    state = conductor.state
    change, unseen = state.change, open_unseen(state)
    if change is None and not unseen and not state.given_up:
        return None
    # What is decided already is not asked for again with what is not.
    waits = change is not None and (change.course is None or not unseen)
    return ChangeView(
        told=tuple(
            f"{conductor.script.thing(each.token).title}: {line}"
            for each in (change.found.tokens if change is not None and waits else ())
            for line in object_lines(each)
        ),
        courses=found_courses(state),
        given_up=state.given_up,
        unseen=tuple(known.recorded.happened for known in unseen),
        doubt=may_exist(state, state.pending)
        if state.pending is not None and is_lost(state)
        else "",
    )


def _pins(conductor: Conductor) -> tuple[TypedPin, ...]:
    """Give the PINs that people have to type: of a change in doubt, old and new."""
    state, script = conductor.state, conductor.script
    pins = [
        _typed(conductor, bound.serial, pin_prompt(script, bound.name), bound.serial)
        for bound in conductor.devices.binding.tokens
        if is_inspected(state, bound.name) and not is_fixed(conductor, bound.serial)
    ]
    intent = state.pending.intent if state.pending is not None else None
    if intent is not None and intent.user and not is_fixed(conductor, intent.serial):
        told, named = new_prompt(script, intent.token, intent.user), NEW[intent.user]
        pins.append(_typed(conductor, intent.serial, told, named))
        if intent.user == OFFICER:
            told, named = officer_prompt(script, intent.token), OLD[OFFICER]
            pins.append(_typed(conductor, intent.serial, told, named))
    return tuple(pins)


def _typed(conductor: Conductor, serial: str, title: str, name: str) -> TypedPin:
    return TypedPin(serial, title, name, is_at_reader(conductor, serial))
