"""The paper script: whole, usable with a pen, and nothing on it that is known later."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from ceremony.cli.context import script_at
from ceremony.digest_words import words
from ceremony.engine.steps import KINDS
from ceremony.errors import InputError
from ceremony.identifiers import Mode, Role, RoleKind
from ceremony.report.paper.render import render_paper
from ceremony.report.paper.source import blank, role_codes
from ceremony.report.paper.value import FIELDS
from ceremony.script.model import RoleDemand, Script
from tests.fakes.paper_script import Paper, paper_script
from tests.fakes.pdf_marks import Box, Drawn, drawn_pages
from tests.fakes.pdf_text import page_texts, text_of
from tests.fakes.qr_reader import read_qr

pytestmark = pytest.mark.no_cover  # others run the same lines; measuring is slow
LEFT, RIGHT, PAGE_HIGH = 20.0, 196.0, 297.0
"""The type area's edges and the page's height, millimetres."""


def pdf_of(script: Script) -> bytes:
    return render_paper(blank(script)).pdf


def told(text: str) -> str:
    """Every run of white space as one space."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def demo() -> Script:
    return script_at("demo")


@pytest.fixture(scope="module")
def pdf(demo: Script) -> bytes:
    return pdf_of(demo)


@pytest.fixture(scope="module")
def pages(pdf: bytes) -> tuple[str, ...]:
    return page_texts(pdf)


@pytest.fixture(scope="module")
def drawn(pdf: bytes) -> list[Drawn]:
    return drawn_pages(pdf)


def steps_on(page: str) -> list[str]:
    return re.findall(r"dev\.\s+(\d+\.\d+)", page)


def with_steps(pages: tuple[str, ...]) -> list[int]:
    return [number for number, page in enumerate(pages) if steps_on(page)]


def test_every_step_stands_on_it_once_and_in_its_order(
    demo: Script, pages: tuple[str, ...]
) -> None:
    found = [step for page in pages for step in steps_on(page)]
    assert found == [step.id for step in demo.steps]


def test_every_text_stands_on_it_word_for_word_as_often_as_in_the_script(
    demo: Script, pdf: bytes
) -> None:
    text = told(text_of(pdf, "-raw"))
    for wanted in (
        Counter(step.text for step in demo.steps),
        Counter(f"Said: “{step.say}”" for step in demo.steps if step.say),
        Counter(f"Expected: {step.expect}" for step in demo.steps if step.expect),
    ):
        for words_of_it, times in wanted.items():
            assert text.count(told(words_of_it)) == times, words_of_it


def test_each_act_begins_a_page_and_the_table_s_head_is_on_each_page_of_steps(
    demo: Script, pages: tuple[str, ...]
) -> None:
    own = [pages[number] for number in with_steps(pages)]
    for act in demo.acts:
        first = next(page for page in own if act.steps[0].id in steps_on(page))
        assert f"Act {act.id} of {len(demo.acts)}" in first
        assert act.title in first
        assert steps_on(first)[0] == act.steps[0].id
    for page in own:
        assert re.search(r"Step +Activity +Value or result +Initial +Time, UTC", page)
        assert "Departures on this page" in page


def test_the_head_gives_the_digest_in_groups_and_in_words(
    demo: Script, pages: tuple[str, ...]
) -> None:
    first = told(pages[0])
    assert demo.title in first
    assert " ".join(demo.digest[at : at + 4] for at in range(0, 64, 4)) in first
    for word in words(bytes.fromhex(demo.digest)):
        assert word in first


def test_every_page_has_its_id_its_place_and_the_script_s_digest(
    demo: Script, pages: tuple[str, ...]
) -> None:
    grouped = " ".join(demo.digest[at : at + 4] for at in range(0, 64, 4))
    for number, page in enumerate(pages, start=1):
        text = told(page)
        name = f"demo-{demo.digest[:8]}-P{number:02d}"
        assert text.count(name) == 2
        assert f"Page {number} of {len(pages)}" in text
        assert grouped in text
        assert "page done, date AD IW" in text
        assert text.count("REHEARSAL") == 2


def code_on(page: Drawn) -> list[list[bool]]:
    """Give the modules of the code, by looking at the middle of each."""
    left, top, side = RIGHT - 13, 7.5, 13.0
    dark = []
    for corners in page.fills:
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        if (
            min(xs) > left - 0.01
            and min(ys) > top - 0.01
            and max(ys) < top + side + 0.01
        ):
            dark.append((min(xs), max(xs), min(ys), max(ys)))
    assert min(box[0] for box in dark) == pytest.approx(left, abs=0.02)
    assert max(box[1] for box in dark) == pytest.approx(left + side, abs=0.02)
    assert min(box[2] for box in dark) == pytest.approx(top, abs=0.02)
    # The finder at the upper left is seven modules wide.
    size = round(7 * side / (min(dark, key=lambda box: (box[2], box[0]))[1] - left))
    middle = [(at + 0.5) * side / size for at in range(size)]
    return [
        [
            any(x1 < left + x < x2 and y1 < top + y < y2 for x1, x2, y1, y2 in dark)
            for x in middle
        ]
        for y in middle
    ]


def test_the_code_at_the_same_place_of_each_page_says_its_id(
    demo: Script, drawn: list[Drawn]
) -> None:
    for number, page in enumerate(drawn, start=1):
        assert read_qr(code_on(page)) == f"demo-{demo.digest[:8]}-P{number:02d}"


def test_the_boxes_are_as_large_as_a_hand_needs(
    demo: Script, drawn: list[Drawn], pages: tuple[str, ...]
) -> None:
    initials = sum(len(step.initials or (step.by,)) for step in demo.steps)
    own = [drawn[number] for number in with_steps(pages)]
    boxes = [box for page in own for box in page.boxes if box.top < 270]
    high = [box for box in boxes if box.height == pytest.approx(8, abs=0.01)]
    assert sum(box.width == pytest.approx(13, abs=0.01) for box in high) == initials
    times = [box for box in high if box.width == pytest.approx(17.5, abs=0.01)]
    assert len(times) == len(demo.steps)
    assert all(box.left + box.width == pytest.approx(RIGHT, abs=0.01) for box in times)
    margin = [box for box in boxes if box.left < LEFT]
    assert len(margin) == len(demo.steps)
    assert all(box.width == pytest.approx(box.height) for box in margin)
    assert all(box.left + box.width < LEFT for box in margin)


def cells_of(page: Drawn, group: Box) -> list[float]:
    """Give the widths of a group's cells, from the lines that divide it."""
    inside = sorted(
        rule.start[0]
        for rule in page.rules
        if abs(rule.start[0] - rule.end[0]) < 0.01
        and group.left < rule.start[0] < group.left + group.width
        and abs(min(rule.start[1], rule.end[1]) - group.top) < 0.05
    )
    edges = [group.left, *inside, group.left + group.width]
    return [second - first for first, second in pairwise(edges)]


def test_a_cell_takes_one_character_and_groups_are_of_four_at_most(
    drawn: list[Drawn],
) -> None:
    groups = [
        (page, box)
        for page in drawn
        for box in page.boxes
        if box.height == pytest.approx(6.4, abs=0.01)
    ]
    assert len(groups) > 100
    for page, group in groups:
        widths = cells_of(page, group)
        assert len(widths) <= 4
        assert all(4.4 <= width <= 5 for width in widths), widths


def test_a_digest_has_64_cells_in_two_rows_that_fill_the_line(
    drawn: list[Drawn], pages: tuple[str, ...]
) -> None:
    at = next(n for n, page in enumerate(pages) if "3.3" in steps_on(page))
    wide = [
        box
        for box in drawn[at].boxes
        if box.height == pytest.approx(6.4, abs=0.01) and box.width > 19
    ]
    assert sum(len(cells_of(drawn[at], box)) for box in wide) == 64
    assert max(box.left + box.width for box in wide) == pytest.approx(RIGHT, abs=0.1)
    assert len({round(box.top, 1) for box in wide}) == 2


def row_heights(page: Drawn) -> list[float]:
    """Give the heights of a page's rows and of what follows the last of them."""
    levels = sorted(
        rule.start[1]
        for rule in page.rules
        if rule.is_level and rule.end[0] - rule.start[0] > 175
    )
    # The table's head has two rules; each row ends in one; the last is the foot's.
    head = next(at for at, level in enumerate(levels) if level > 20) + 1
    return [low - top for top, low in pairwise(levels[head:])]


def test_a_row_is_at_least_12_mm_high(
    drawn: list[Drawn], pages: tuple[str, ...]
) -> None:
    short = pdf_of(paper_script(Paper(people=5, keys=0, steps=40)))
    for texts, marks in ((pages, drawn), (page_texts(short), drawn_pages(short))):
        for number in with_steps(texts):
            heights = row_heights(marks[number])
            assert len(heights) == len(steps_on(texts[number])) + 1
            assert min(heights) >= 12


def test_nothing_but_deviation_boxes_stands_in_the_binding_margin(
    drawn: list[Drawn],
) -> None:
    for page in drawn:
        for box in page.boxes:
            assert box.left + box.width <= RIGHT + 0.01
            assert box.left >= LEFT - 0.01 or box.height == pytest.approx(box.width), (
                box
            )
        for rule in page.rules:
            assert rule.start[0] >= LEFT - 0.01
            assert rule.end[0] <= RIGHT + 0.01
        assert not page.outlined_text, "nothing is lettered under a pen"


def test_a_blind_read_back_has_a_numbered_box_for_each_word_and_no_word(
    demo: Script, pages: tuple[str, ...]
) -> None:
    (page,) = [page for page in pages if "3.5" in steps_on(page)]
    text = told(page)
    assert "before anybody compares" in text
    assert "row 1 equal row 2 equal" in text
    for number in with_steps(pages):
        for pair in pairwise(words(bytes.fromhex(demo.digest))):
            assert " ".join(pair) not in told(pages[number])


def test_there_are_sheets_for_everything_a_step_may_need(
    demo: Script, pages: tuple[str, ...]
) -> None:
    texts = [told(page) for page in pages]
    for number in range(1, 6):
        name = f"Deviation sheet {number} of 5"
        (sheet,) = [text for text in texts if name in text]
        asked = ("expected?", "happened?", "decided, and done?", "by whom?")
        places = [sheet.index(question) for question in asked]
        assert places == sorted(places)
    (custody,) = [text for text in texts if "Custody sheet" in text]
    assert "sealed" in custody
    assert "opened" in custody
    people = next(text for text in texts if "SAMPLE" in text)
    assert "Key custodian 3" in people
    seats = [seat.title for seat in blank(demo).seats]
    named = [text for text in texts if "Attestation: " in text]
    assert len(named) == len(seats)
    for title, text in zip(seats, named, strict=True):
        assert f"Attestation: {title}" in text
        assert text.count("first who saw it signed: name role signature") == 2
        assert text.count("second who saw it signed: name role signature") == 2
    assert "0 O 1 l I 7 2 Z 5 S 6 G 8 B" in texts[0]


def test_a_backup_has_cells_for_what_shows_it_equal() -> None:
    text = told(" ".join(page_texts(pdf_of(script_at("backup")))))
    assert text.count("SHA-256 of the wrapped key") == 4
    assert text.count("check value by cmac, hexadecimal") == 2
    assert text.count("equal to the original's") == 1
    assert text.count("not restored: stop") == 2
    assert text.count("SHA-256 of the public key") == 2


def test_every_verb_has_its_fields() -> None:
    assert set(FIELDS) == set(KINDS)


def test_the_same_script_gives_the_same_bytes(demo: Script, pdf: bytes) -> None:
    assert pdf_of(demo) == pdf


def test_a_script_for_both_modes_lets_one_be_ticked() -> None:
    both = replace(paper_script(Paper()), modes=(Mode.REHEARSAL, Mode.LIVE))
    first, second, *_ = page_texts(pdf_of(both))
    assert re.search(r"REHEARSAL\s+LIVE", first)
    assert "REHEARSAL" not in second
    assert "LIVE" not in second
    live = page_texts(pdf_of(replace(both, modes=(Mode.LIVE,))))
    assert all("LIVE" in page and "REHEARSAL" not in page for page in live)


def test_a_made_up_script_of_any_size_keeps_every_step() -> None:
    script = paper_script(Paper(people=54, keys=9, steps=120))
    pages = page_texts(pdf_of(script))
    found = [step for page in pages for step in steps_on(page)]
    assert found == [step.id for step in script.steps]


def longest(script: Script) -> Script:
    """Every text of a script at its longest, some of it without a space."""
    text, word = ("Wide words. " * 167)[:2000], "W" * 2000
    acts = tuple(
        replace(
            act,
            title=text,
            purpose=text,
            steps=tuple(
                replace(step, text=text, say=word, expect=text) for step in act.steps
            ),
        )
        for act in script.acts
    )
    roles = tuple(replace(role, title=word) for role in script.roles)
    things = tuple(replace(thing, title=text) for thing in script.things)
    return replace(
        script,
        id="i" * 64,
        version=text,
        title=word,
        purpose=text,
        place=text,
        roles=roles,
        things=things,
        acts=acts,
    )


def test_texts_at_their_longest_lose_no_step_and_leave_no_margin() -> None:
    script = longest(paper_script(Paper(people=6, keys=1, steps=2)))
    pdf = pdf_of(script)
    pages = page_texts(pdf)
    found = [step for page in pages for step in steps_on(page)]
    assert found == [step.id for step in script.steps]
    assert text_of(pdf, "-raw").count("W") >= 2000 * len(script.steps)
    for page in drawn_pages(pdf):
        for x, y in page.texts:
            assert 5 < x < RIGHT
            assert 5 < y < PAGE_HIGH - 5


def test_markup_and_instructions_in_a_text_are_drawn_as_they_are() -> None:
    script = paper_script(Paper(steps=1))
    act = script.acts[1]
    text = "<b>Stop</b> &amp; (S) Tj ET \\ %PDF"
    step = replace(act.steps[0], text=text)
    acts = (script.acts[0], replace(act, steps=(step,)), *script.acts[2:])
    assert text in told(text_of(pdf_of(replace(script, acts=acts)), "-raw"))


def test_what_cannot_be_printed_is_refused() -> None:
    script = replace(paper_script(Paper()), title="A key \U0001f511")
    with pytest.raises(InputError) as caught:
        pdf_of(script)
    assert caught.value.code == "REPORT-GLYPH-02"
    assert "U+1F511" in str(caught.value)


def test_no_two_roles_share_a_sign() -> None:
    names = (
        *("security-officer", "signing-operator", "safe-owner"),
        *("administrator", "adviser", "admiral", "ad"),
    )
    script = paper_script(Paper())
    roles = tuple(
        RoleDemand(Role(name), RoleKind.CONTROL, name, 1, (), "", "") for name in names
    )
    codes = role_codes(replace(script, roles=roles))
    assert len(set(codes.values())) == len(names)
    assert codes[Role("security-officer")] == "SO"
    assert all(2 <= len(code) <= 4 for code in codes.values())
