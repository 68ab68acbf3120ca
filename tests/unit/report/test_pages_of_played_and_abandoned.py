"""What the pages own up to: answers that were played, ceremonies given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony.engine import facts
from ceremony.engine.fold import fold
from ceremony.engine.state import State
from ceremony.identifiers import PersonId
from ceremony.pack.record import Record
from ceremony.report.layout import lay_out
from ceremony.script.model import Script
from tests.fakes.paper_record import paper_record
from tests.fakes.paper_script import Paper
from tests.fakes.pdf_text import page_texts, text_of

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

ABANDONED = facts.CeremonyAbandoned("Fire alarm.")
CLOCK = facts.ClockRead(
    tuple(
        facts.ClockReference(
            name=f"Watch of {person}",
            person=PersonId(person),
            reading="2026-11-19T10:01:00Z",
            offset_ms=0,
        )
        for person in ("p-01", "p-02")
    ),
    tolerance_ms=1000,
)


def played(number: int) -> Callable[[facts.Fact], facts.Fact]:
    """Let the last steps from the ``number``-th on be played, the first typed."""
    seen = [0]

    def change(fact: facts.Fact) -> facts.Fact:
        if not isinstance(fact, facts.StepClosed):
            return fact
        seen[0] += 1
        return replace(fact, input=facts.Input.RECORDED) if seen[0] > number else fact

    return change


def plain(text: str) -> str:
    """Make every run of white space one space."""
    return " ".join(text.split())


def last_question(pdf: bytes) -> str:
    """Give the text of the lower right of page 1, where question 9 is answered."""
    corner = ("-x", "306", "-y", "480", "-W", "289", "-H", "320")
    return plain(text_of(pdf, "-l", "1", *corner))


def given_up(paper: Paper, *, begun: bool) -> Record:
    """Cut a record at its abandonment: after the steps, or before the first."""
    record = paper_record(replace(paper, closed=False, extra=(ABANDONED,)))
    at = next(
        number
        for number, one in enumerate(record.facts)
        if isinstance(one.fact, facts.CeremonyAbandoned)
    )
    end = record.facts[at]
    if not begun:
        end = replace(end, event=replace(end.event, step=None))
    kept = (*record.facts[: at if begun else 1], end)
    state = State(record.state.script)
    for one in kept:
        state = fold(state, one.event, one.fact)
    return replace(record, facts=kept, state=state)


def test_played_answers_are_counted_where_the_pages_would_claim_people() -> None:
    paper = Paper(people=5, keys=0, steps=2, change=played(0), extra=(CLOCK,))
    pdf = lay_out(paper_record(paper)).pdf
    pages = page_texts(pdf)
    front = last_question(pdf)
    # Five sign in, two confirm, five sign out.
    assert "That anybody acted: recorded answers were played in 12 of 12 steps." in (
        front
    )
    assert "compared with recorded answers only" in front
    assert "2 references by 2 people" not in front
    assert "rests on the 5 people" not in front
    text = plain("".join(pages))
    assert "recorded answers 12 of 12 steps" in text
    assert "answers file none is part of this record" in text
    assert "played in 12 of 12 steps: nobody said or typed what stands there" in text
    assert "where recorded answers were played, nobody read it" in text


def test_answers_played_in_some_steps_leave_the_rest_to_people() -> None:
    paper = Paper(people=5, keys=0, steps=2, change=played(7))
    front = last_question(lay_out(paper_record(paper)).pdf)
    assert "recorded answers were played in 5 of 12 steps" in front
    assert "rests on the 5 people in section 3" in front


def test_nothing_is_said_of_played_answers_where_people_typed() -> None:
    paper = Paper(people=5, keys=0, steps=2, extra=(CLOCK,))
    pdf = lay_out(paper_record(paper)).pdf
    text = plain(text_of(pdf))
    assert "read against 2 references by 2 people" in last_question(pdf)
    assert "recorded answers no step: people typed" in text
    assert "were played" not in text


def test_an_abandoned_ceremony_says_what_a_verifier_will_answer() -> None:
    paper = Paper(people=5, keys=0, steps=2)
    pages = page_texts(lay_out(given_up(paper, begun=True)).pdf)
    front = plain(pages[0])
    assert "Abandoned: Fire alarm. 7 of 12 steps closed" in front
    assert "Not checked before sealing, REHEARSAL" in front
    told = f"a verifier answers CANNOT TELL, page {len(pages)}"
    assert told in front
    assert "Without one a verifier answers CANNOT TELL" in plain(pages[-1])


def test_a_ceremony_abandoned_before_its_first_step_refers_to_pages_that_are() -> None:
    record = given_up(Paper(people=5, keys=0, steps=2), begun=False)
    pages = page_texts(lay_out(record).pdf)
    text = plain("".join(pages))
    assert "0 of 12 steps closed" in text
    assert "own key. Statements in full" in text
    assert "page 88" not in text


def test_a_place_that_the_pages_lack_is_not_given_a_number() -> None:
    def unsigned(script: Script) -> Script:
        return replace(script, report_signers=())

    text = plain(text_of(lay_out(paper_record(Paper(people=5, script=unsigned))).pdf))
    assert "by an independent person not in this record" in text
    assert "page 88" not in text


@pytest.mark.parametrize(
    ("reason", "quoted"),
    [
        ("word " * 60, "word word …"),
        ("unbroken" * 40, "unbrokenunbroken"),
    ],
)
def test_a_long_reason_is_shortened_on_page_1_and_told_in_full_later(
    reason: str, quoted: str
) -> None:
    record = given_up(Paper(people=5, keys=0, steps=2), begun=True)
    ended = record.facts[-1]
    told = replace(ended, fact=facts.CeremonyAbandoned(reason.strip()))
    state = replace(record.state, abandoned=facts.CeremonyAbandoned(reason.strip()))
    changed = replace(record, facts=(*record.facts[:-1], told), state=state)
    pages = page_texts(lay_out(changed).pdf)
    assert quoted in plain(pages[0])
    assert reason.replace(" ", "") not in "".join(pages[0].split())
    later = "".join("".join(pages[1:]).split())
    assert reason.replace(" ", "") in later


@pytest.mark.parametrize(
    ("count", "said"), [(0, "no object"), (1, "1 object"), (3, "3 objects")]
)
def test_an_inventory_says_how_many_objects_were_expected(
    count: int, said: str
) -> None:
    assert f"expected {said}" in inventory({"token": "t", "expect-objects": count})


def test_an_inventory_without_an_expectation_names_none() -> None:
    assert "expected" not in inventory({"token": "t"})
    assert "expected" not in inventory({"token": "t", "expect-objects": -1})


def inventory(parameters: dict[str, str | int]) -> str:
    """Give the text of the executed script where plain steps are inventories."""

    def listing(script: Script) -> Script:
        acts = tuple(
            replace(
                act,
                steps=tuple(
                    replace(step, verb="token.inventory", parameters=parameters)
                    if step.verb == "confirm"
                    else step
                    for step in act.steps
                ),
            )
            for act in script.acts
        )
        return replace(script, acts=acts)

    paper = Paper(people=5, keys=0, steps=2, script=listing)
    pages = page_texts(lay_out(paper_record(paper)).pdf)
    return plain("".join(page for page in pages if "Value or result" in page))
