"""Page 1 leaves out no waiver and no fact that it has room for, and counts the rest."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from ceremony.report.layout import lay_out
from ceremony.script.model import Reliance, Script
from ceremony.script.waiver import Waiver
from tests.fakes.paper_record import paper_record
from tests.fakes.paper_script import Paper
from tests.fakes.pdf_text import text_of

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

DAY = date(2027, 1, 2)


def first_page(unverified: tuple[Reliance, ...], waived: tuple[Waiver, ...]) -> str:
    def change(script: Script) -> Script:
        return replace(script, unverified=unverified, waivers=waived)

    text = text_of(lay_out(paper_record(Paper(script=change))).pdf, "-raw")
    return " ".join(text.split("\f")[0].split())


def waivers(count: int) -> tuple[Waiver, ...]:
    return tuple(
        Waiver(f"x.id-{at:02}", "c", "A. Roe", "Why. " * 60, "CP", DAY, about="o.test")
        for at in range(count)
    )


def test_of_many_waivers_as_many_are_shown_as_can_be_shown_without_a_rest() -> None:
    many = first_page((), waivers(60))
    (rest,) = re.findall(r"and (\d+) waivers more, page \d+", many)
    shown = re.findall(r"x\.id-(\d\d) in c is waived by A\. Roe until 2027-01-02", many)
    assert [int(each) for each in shown] == list(range(60 - int(rest)))
    assert len(shown) > 8
    assert many.count("2027-01-02, for o.test alone") == len(shown)
    # The line that tells of a rest takes the place of one waiver.
    one_more = first_page((), waivers(len(shown) + 2))
    assert "waivers more, page" in one_more


def test_the_facts_that_have_no_room_are_counted_and_not_the_grounds() -> None:
    unverified = tuple(
        Reliance(f"p-{at}", fact, "A. Roe", reason="Why. " * 60)
        for at in range(60)
        for fact in ("a", "b", "c")
    )
    page = first_page(unverified, ())
    (rest,) = re.findall(r"and (\d+) unverified facts more, page \d+", page)
    shown = re.findall(r"Unverified: p-\d+, a, b and c: not confirmed", page)
    assert len(shown) * 3 + int(rest) == 180
