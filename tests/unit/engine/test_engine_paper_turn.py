"""A turn on paper: it does what a signature does, seen by two, on a numbered sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.command import Command
from ceremony.engine.facts import (
    Attested,
    DissentRecorded,
    DissentSettled,
    Head,
    Initial,
    SignedOnPaper,
    StepClosed,
    ValueChecked,
)
from ceremony.engine.state import Recorded, State
from ceremony.engine.statement import presence, sign_in_text, turn_text
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line
from ceremony.engine.turn import next_sheet
from ceremony.identifiers import CeremonyId, Digest, PersonId, Role
from ceremony.people.attestation import Level, Meaning
from tests.fakes.walked_record import Moment, allowed, at, changed, going_on, refusal

OFFICER = Initial(PersonId("s-01"), Role("security-officer"), "SE")
WITNESS = Initial(PersonId("w-01"), Role("internal-witness"), "WE")
SELF = Initial(PersonId("c-02"), Role("custodian"), "DD")
AUDITOR = Initial(PersonId("x-01"), Role("auditor"), "XE")

IN = at("1.5", Attested)
"""Custodian 2 signs in, in step 1.5."""

OUT = at("3.4", Attested)
"""Custodian 2 signs out, in step 3.4."""


def paper(moment: Moment = OUT, /, **values: Any) -> Command:
    """Ask that the same be recorded as signed in ink."""
    told = moment.command.fact
    assert isinstance(told, Attested)
    fact = SignedOnPaper(
        turn=told.turn,
        meaning=told.meaning,
        level=Level.A0,
        statement=told.statement,
        head=told.head,
        sheet="P-01",
        reason="The PIN is blocked.",
        clock_reading="09:58",
        by=(OFFICER, WITNESS),
    )
    return replace(moment.command, fact=replace(fact, **values), blobs=())


def on_paper(moment: Moment = OUT, state: State | None = None) -> State:
    return going_on(state or moment.before, moment, paper(moment))


@pytest.mark.parametrize("moment", [IN, OUT, at("1.2", Attested), at("3.2", Attested)])
def test_ink_does_what_a_signature_does(moment: Moment) -> None:
    allowed(moment.before, paper(moment))
    told, after = on_paper(moment), moment.after
    assert told.in_room == after.in_room
    assert (told.signed_in, told.signed_out) == (after.signed_in, after.signed_out)
    assert (told.opening, told.closing) == (after.opening, after.closing)
    assert told.nonces == moment.before.nonces
    assert told.sheets == ("P-01",)
    closing = at(str(moment.command.step), StepClosed).command
    assert refusal(moment.before, closing) == "ENGINE-CLOSE-01"
    allowed(told, closing)


def test_a_later_sheet_does_not_move_the_checkpoint_that_is_cosigned() -> None:
    state = going_on(OUT.before, OUT, paper(head=Head(999, Digest("cd" * 32))))
    assert state.closing == OUT.before.closing is not None


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("ENGINE-PAPER-01", {"turn": "sign-in"}),
        ("ENGINE-PAPER-01", {"level": Level.A1}),
        ("ENGINE-PAPER-01", {"level": Level.A3}),
        ("ENGINE-PAPER-01", {"reason": ""}),
        ("ENGINE-PAPER-01", {"reason": " \n"}),
        ("ENGINE-PAPER-01", {"reason": "x" * 401}),
        ("ENGINE-PAPER-02", {"sheet": "P-02"}),
        ("ENGINE-PAPER-02", {"sheet": "P-1"}),
        ("ENGINE-PAPER-02", {"sheet": ""}),
        ("ENGINE-PAPER-03", {"by": ()}),
        ("ENGINE-PAPER-03", {"by": (WITNESS,)}),
        ("ENGINE-PAPER-03", {"by": (WITNESS, WITNESS)}),
        ("ENGINE-PAPER-03", {"by": (WITNESS, SELF)}),
        ("ENGINE-PAPER-03", {"by": (SELF, OFFICER)}),
        ("ENGINE-INITIAL-04", {"by": (WITNESS, AUDITOR)}),
        ("ENGINE-INITIAL-02", {"by": (WITNESS, replace(OFFICER, mark="XX"))}),
        ("ENGINE-ATTEST-03", {"meaning": Meaning.APPROVED}),
        ("ENGINE-ATTEST-03", {"meaning": Meaning.DID_NOT_AGREE}),
        ("ENGINE-ATTEST-04", {"clock_reading": "9:58"}),
        ("ENGINE-ATTEST-04", {"clock_reading": ""}),
    ],
)
def test_ink_is_refused_where_one_thing_of_it_is_not_so(
    rule: str, values: dict[str, Any]
) -> None:
    allowed(OUT.before, paper())
    assert refusal(OUT.before, paper(**values)) == rule


def test_three_people_are_not_two() -> None:
    third = Initial(PersonId("a-01"), Role("administrator"), "AE")
    by = (OFFICER, WITNESS, third)
    assert refusal(OUT.before, paper(by=by)) == "ENGINE-PAPER-03"
    allowed(OUT.before, paper(by=(third, WITNESS), reason="x" * 400))


def test_who_has_left_the_room_has_seen_nothing() -> None:
    moment = at("3.3", Attested)
    allowed(moment.before, paper(moment))
    gone = replace(moment.before, in_room=moment.before.in_room - {PersonId("s-01")})
    assert refusal(gone, paper(moment)) == "ENGINE-INITIAL-01"


def test_at_the_first_sign_in_two_see_it_who_have_not_signed_in_yet() -> None:
    moment = at("1.1", Attested)
    assert moment.before.signed_in == ()
    administrator = Initial(PersonId("a-01"), Role("administrator"), "AE")
    allowed(moment.before, paper(moment, by=(OFFICER, administrator)))


@pytest.mark.parametrize("actor", ["c-01", "s-01", None])
def test_nobody_signs_in_ink_for_another(actor: str | None) -> None:
    told = replace(paper(), actor=PersonId(actor) if actor else None)
    assert refusal(OUT.before, told) == "ENGINE-STEP-04"


def test_who_is_out_of_the_room_does_not_sign_out_in_ink() -> None:
    gone = replace(OUT.before, in_room=OUT.before.in_room - {PersonId("c-02")})
    assert refusal(gone, paper()) == "ENGINE-STEP-04"


def test_only_a_turn_is_signed_in_ink() -> None:
    other = at("1.9", ValueChecked).command
    told = replace(paper(), step=other.step, presented=other.presented)
    assert refusal(at("1.9", ValueChecked).before, told) == "ENGINE-STEP-03"


def test_a_turn_is_signed_once_and_by_one_way() -> None:
    # After a sign-in, since who has signed out is not in the room any more.
    again = changed(IN.command, nonce="00" * 16)
    assert refusal(IN.after, again) == "ENGINE-ATTEST-05"
    assert refusal(IN.after, paper(IN)) == "ENGINE-ATTEST-05"
    assert refusal(on_paper(IN), again) == "ENGINE-ATTEST-05"
    assert refusal(on_paper(IN), paper(IN, sheet="P-02")) == "ENGINE-ATTEST-05"
    dissent = DissentRecorded("sign-in", PersonId("c-02"), Digest("ab" * 32), "No.")
    told = replace(IN.command, fact=dissent, blobs=())
    assert refusal(on_paper(IN), told) == "ENGINE-DISSENT-02"


def test_each_sheet_has_the_next_number() -> None:
    assert next_sheet(IN.before) == "P-01"
    state = replace(OUT.before, sheets=("P-01",))
    assert next_sheet(state) == "P-02"
    assert refusal(state, paper()) == "ENGINE-PAPER-02"
    allowed(state, paper(sheet="P-02"))
    assert next_sheet(replace(state, sheets=("P-01",) * 99)) == "P-100"


def test_whoever_does_not_agree_may_say_so_in_ink() -> None:
    told = OUT.command
    dissent = DissentRecorded("sign-out", PersonId("c-02"), Digest("ab" * 32), "No.")
    held = going_on(OUT.before, OUT, replace(told, fact=dissent))
    assert refusal(held, paper(meaning=Meaning.DID_NOT_AGREE)) == "ENGINE-DISSENT-05"
    decided = DissentSettled(PersonId("c-02"), "Go on.", (OFFICER, WITNESS))
    state = going_on(held, OUT, replace(told, fact=decided))
    allowed(state, paper(meaning=Meaning.DID_NOT_AGREE))
    assert refusal(state, paper()) == "ENGINE-ATTEST-03"


def test_ink_claims_no_token() -> None:
    state, ceremony = IN.before, CeremonyId("KC-2026-001-R1")
    text = sign_in_text(state, ceremony, PersonId("c-02"), on_paper=True)
    assert text == (
        "I take part in KC-2026-001-R1 as Key custodian 2. I have heard what is "
        "recorded, why, who keeps it and until when. I sign on paper, without my own "
        "token. I have seen the opening checkpoint of the journal."
    )
    seat = state.seat(PersonId("c-02"))
    asked = turn_text(state, (), ceremony, seat, turn="sign-in", on_paper=True)
    assert asked == text
    out = turn_text(state, (), ceremony, seat, turn="sign-out", on_paper=True)
    assert out == turn_text(state, (), ceremony, seat, turn="sign-out")


def test_a_witness_who_signs_out_speaks_of_what_was_seen_and_a_custodian_acted() -> (
    None
):
    state, ceremony = OUT.before, CeremonyId("KC-2026-001-R1")
    told = {
        person: turn_text(
            state, (), ceremony, state.seat(PersonId(person)), turn="sign-out"
        )
        for person in ("w-01", "x-01", "c-02")
    }
    assert "What I did is recorded as I did it." in told["c-02"]
    assert "what is recorded is what I saw." in told["w-01"]
    assert "what is recorded is what I saw." in told["x-01"]


def test_who_signed_in_and_out_in_ink_was_present_between() -> None:
    def recorded(moment: Moment) -> Recorded:
        return Recorded(moment.event, paper(moment).fact)

    step = Recorded(at("1.6", StepClosed).event, at("1.6", StepClosed).command.fact)
    later = Recorded(at("3.5", StepClosed).event, at("3.5", StepClosed).command.fact)
    facts = (step, recorded(IN), step, recorded(OUT), later)
    assert presence(IN.before, facts, PersonId("c-02")) == (("1.6", "1.6"),)


def test_the_transcript_says_ink_by_whom_it_was_seen_and_why() -> None:
    entries = KINDS["sign-out"].entries(OUT.after, (paper().fact,))
    lines = [(e.label, e.value) for e in entries if isinstance(e, Line)]
    assert ("statement", "signed on paper, sheet P-01") in lines
    assert ("why", "The PIN is blocked.") in lines
    assert ("seen by", "Security officer (SE), Internal witness (WE)") in lines
    assert ("level", "A0") in lines
    assert ("own watch", "09:58") in lines
    waived = KINDS["sign-out"].entries(OUT.after, (paper(waived=True).fact,))
    assert Line("level", "A0, waived") in waived


def test_the_transcript_tells_of_a_dissent_and_what_was_decided() -> None:
    person = PersonId("c-02")
    facts = (
        DissentRecorded("sign-out", person, Digest("ab" * 32), "A torn bag."),
        DissentSettled(person, "It is replaced.", (OFFICER, WITNESS)),
    )
    assert KINDS["sign-out"].entries(OUT.after, facts) == (
        Line("dissent", "A torn bag.", strong=True),
        Line("decided", "It is replaced."),
        Line("by", "Security officer (SE), Internal witness (WE)"),
    )
