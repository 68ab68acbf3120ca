"""Breaks on the pages: between the steps, in the figure, among the departures."""

from __future__ import annotations

import re

import pytest

from ceremony.engine import facts
from ceremony.identifiers import PersonId, Role
from ceremony.report.book import Book
from ceremony.report.drawing import Glyphs, Line, Stroke
from ceremony.report.layout import lay_out
from ceremony.report.scale import END, START
from ceremony.report.timeline import timeline
from tests.fakes.paper_record import paper_record
from tests.fakes.paper_script import Paper, digest
from tests.fakes.pdf_text import text_of

STAYING = (PersonId("p-00"), PersonId("p-02"))
LUNCH = facts.BreakBegun("Soup at the canteen.", 45, STAYING)
REST = (LUNCH, facts.Noted("A remark."), facts.BreakEnded())
SMALL = Paper(people=5, keys=0, steps=2)


def paper(*extra: facts.Fact, closed: bool = True) -> Paper:
    return Paper(people=5, keys=0, steps=2, extra=extra, closed=closed)


def whole(told: Paper) -> str:
    """Give the text of all pages, white space squeezed."""
    return " ".join(text_of(lay_out(paper_record(told)).pdf).split())


def drawn(told: Paper) -> dict[str, Line]:
    """Give the figure's rows by their labels."""
    record = paper_record(told)
    book = Book(record, digest("the final root"), len(record.facts), {})
    return {
        mark.text: line
        for line in timeline(book)
        for mark in line.marks
        if isinstance(mark, Glyphs) and mark.x == 0
    }


def hatched(line: Line) -> list[Stroke]:
    """Give a row's slanted strokes."""
    return [
        mark
        for mark in line.marks
        if isinstance(mark, Stroke) and mark.points[0][0] < mark.points[-1][0]
    ]


def test_the_executed_script_tells_of_a_break_where_it_was() -> None:
    text = whole(paper(*REST))
    begun = text.index("Break 45 minutes planned. In the room stay Person 1 Example")
    reason = text.index("Reason: Soup at the canteen.", begun)
    remark = text.index("A remark.", reason)
    assert remark < text.index("Break It is over; the ceremony goes on.", remark)
    assert "Example, internal witness." in text[begun:reason]


def test_the_departures_list_each_break_with_both_times_and_who_was_to_stay() -> None:
    tea = facts.BreakBegun("Tea.", 1, STAYING)
    text = whole(paper(*REST, tea))
    # A leaf each 19 seconds from 09:58:00 on; 5 sign-ins and 2 steps make 13 leaves.
    assert "Breaks 2 breaks Began Ended Planned Why Who was to stay in the room" in text
    assert re.search(r"10:02:07 10:02:45 45 min Soup at the canteen\. Person 1", text)
    assert re.search(r"10:03:04 not ended 1 min Tea\. Person 1", text)
    assert "Break 1 minute planned." in text


def test_a_break_is_hatched_from_its_beginning_to_its_end() -> None:
    record = paper_record(paper(*REST))
    kinds = [type(recorded.fact) for recorded in record.facts]
    first, last = kinds.index(facts.BreakBegun), kinds.index(facts.BreakEnded)
    wide = (END - START) / (len(kinds) - 1)
    strokes = hatched(drawn(paper(*REST))["Break"])
    assert len(strokes) > 2
    assert strokes[0].points[0][0] == pytest.approx(START + first * wide)
    assert strokes[-1].points[-1][0] == pytest.approx(START + last * wide)


def test_a_break_that_was_not_ended_is_hatched_to_the_end_of_the_record() -> None:
    given_up = (LUNCH, facts.CeremonyAbandoned("A fire alarm."))
    strokes = hatched(drawn(paper(*given_up, closed=False))["Break"])
    assert strokes[-1].points[-1][0] == pytest.approx(END)


def test_breaks_and_interruptions_have_rows_of_their_own() -> None:
    by = (facts.Initial(PersonId("p-01"), Role("security-officer"), "P1"),)
    resumed = facts.Resumed(3, rebooted=False, tokens=(), by=by)
    rows = drawn(paper(LUNCH, resumed, facts.BreakEnded()))
    assert hatched(rows["Break"])
    assert hatched(rows["Interruption"])
    assert hatched(rows["Break"]) != hatched(rows["Interruption"])


def test_a_record_without_a_break_says_nothing_of_breaks() -> None:
    assert not re.search(r"\b[Bb]reaks?\b", whole(SMALL))
    assert "Break" not in drawn(SMALL)


def test_a_long_reason_is_printed_to_its_last_word() -> None:
    long = facts.BreakBegun(f"{'word ' * 3000}lastly.", 45, STAYING)
    assert whole(paper(long)).count("lastly.") == 2
