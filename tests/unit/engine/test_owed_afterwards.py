"""What is still to come after a ceremony: sheets in ink, and the script's items."""

from __future__ import annotations

from dataclasses import replace

from ceremony.engine.expected import owed
from ceremony.engine.facts import Attested, Head, SignedOnPaper
from ceremony.engine.state import Recorded
from ceremony.identifiers import Digest, Role
from ceremony.people.attestation import Level, Meaning
from ceremony.script.model import ExpectedItem
from tests.fakes.walked_record import at

OUT = at("3.4", Attested)
"""Custodian 2 signs out, in step 3.4."""

ITEMS = (
    ExpectedItem("Digest of the recording", Role("security-officer"), 10),
    ExpectedItem("A report of nobody", Role("observer"), 30),
)

SHEET = SignedOnPaper(
    turn="sign-out",
    meaning=Meaning.PERFORMED,
    level=Level.A0,
    statement=Digest("ab" * 32),
    head=Head(9, Digest("cd" * 32)),
    sheet="P-07",
    reason="The PIN is blocked.",
    clock_reading="09:58",
    by=(),
)

STATE = replace(OUT.before, script=replace(OUT.before.script, expected_items=ITEMS))


def told(*facts: Recorded) -> list[tuple[str, str, int, tuple[str, ...]]]:
    return [
        (each.item.what, each.item.role, each.item.within_days, each.owners)
        for each in owed(STATE, facts)
    ]


SCRIPTED = [
    ("Digest of the recording", "security-officer", 10, ("s-01",)),
    ("A report of nobody", "observer", 30, ()),
]


def test_the_items_of_the_script_are_owed_by_who_holds_the_role() -> None:
    assert told() == SCRIPTED


def test_a_sheet_in_ink_is_owed_first_by_who_signed_it() -> None:
    ink = Recorded(OUT.event, SHEET)
    original = ("Wet-ink original of sheet P-07", "custodian", 14, ("c-02",))
    assert told(ink) == [original, *SCRIPTED]


def test_what_was_signed_with_a_token_is_not_owed_in_ink() -> None:
    signed = OUT.command.fact
    assert told(Recorded(OUT.event, signed)) == SCRIPTED
