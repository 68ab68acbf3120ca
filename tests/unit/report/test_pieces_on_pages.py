"""Pieces onto pages: in order, whole, and together where they belong together."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.engine.facts import Severity
from ceremony.engine.transcript import Line as Told
from ceremony.engine.transcript import Mark as Sign
from ceremony.engine.transcript import Table, Words
from ceremony.hexadecimal import grouped
from ceremony.report.block import named_on_each_page
from ceremony.report.compose import compose
from ceremony.report.drawing import Disc, Glyphs, Line, Shape
from ceremony.report.face import Face, UnprintableError, text_width, verify_printable
from ceremony.report.pages.entries import entry_lines
from ceremony.report.piece import NEW_PAGE, Piece, split
from ceremony.report.scale import END, START, Scale
from ceremony.report.sign import diamond, flag, outcome
from ceremony.report.style import BODY, SMALL, VALUE
from ceremony.report.text import Run, one_line, paragraph, wrapped
from tests.fakes.paper_record import START as BEGAN

ROOM: Final = 100.0
PRINTABLE = st.text(
    st.sampled_from("abc defghij klmnop-qrs tuvwxyz.,/ÄßЖΩ0123456789"), max_size=300
)


def line(name: str, height: float = 10) -> Line:
    return one_line(name, BODY) if height == BODY.leading else _tall(name, height)


def _tall(name: str, height: float) -> Line:
    return Line(height, one_line(name, BODY).marks)


def names_on(pages: object) -> list[list[str]]:
    return [
        [
            mark.text
            for _, placed in page.placed
            for mark in placed.marks
            if isinstance(mark, Glyphs)
        ]
        for page in pages  # type: ignore[attr-defined]  # a tuple of pages
    ]


def test_pieces_follow_one_another_and_turn_the_page() -> None:
    pieces = [Piece(((line(str(n), 40),),)) for n in range(5)]
    assert names_on(compose(pieces, ROOM).pages) == [["0", "1"], ["2", "3"], ["4"]]


def test_space_above_is_left_out_at_the_top_of_a_page() -> None:
    pieces = [Piece(((line(str(n), 50),),), before=20) for n in range(3)]
    composed = compose(pieces, ROOM)
    assert [page.placed[0][0] for page in composed.pages] == [0, 0, 0]


def test_a_heading_goes_with_what_it_heads() -> None:
    pieces = [
        Piece(((line("filler", 80),),)),
        Piece(((line("heading", 10),),), joined=True),
        Piece(((line("body", 30),),)),
    ]
    assert names_on(compose(pieces, ROOM).pages) == [["filler"], ["heading", "body"]]


def test_each_further_page_names_what_a_section_is_about() -> None:
    under = [
        *(Piece(((line(str(n), 30),),)) for n in range(3)),
        Piece(((line("row", 30),),), head=(line("head", 10),)),
    ]
    head, *told = Piece(((line("Root", 20),),)), *named_on_each_page("Root", under)
    pages = names_on(compose([head, *told], ROOM).pages)
    again = "Root, continued"
    assert pages == [["Root", "0", "1"], [again, "2", "row"]]
    pages = names_on(compose([head, *told], 60).pages)
    assert pages == [["Root", "0"], [again, "1"], [again, "2"], [again, "head", "row"]]


def test_a_tall_row_is_torn_between_lines_and_its_head_repeated() -> None:
    column = tuple(line(str(n), 30) for n in range(6))
    piece = Piece((column,), head=(line("head", 10),))
    pages = names_on(compose([piece], ROOM).pages)
    assert pages == [["head", "0", "1", "2"], ["head", "3", "4", "5"]]


def test_columns_are_torn_at_the_same_height() -> None:
    first = tuple(line(f"a{n}", 30) for n in range(4))
    second = tuple(line(f"b{n}", 50) for n in range(2))
    pages = names_on(compose([Piece((first, second))], ROOM).pages)
    assert pages == [["a0", "a1", "a2", "b0", "b1"], ["a3"]]


def test_a_flag_is_drawn_once_for_a_torn_row() -> None:
    column = tuple(line(str(n), 30) for n in range(6))
    piece = Piece((column,), margin=(Disc(-10, 5, 2),))
    pages = compose([piece], ROOM).pages
    discs = [
        mark
        for page in pages
        for _, placed in page.placed
        for mark in placed.marks
        if isinstance(mark, Disc)
    ]
    assert len(discs) == 1


def test_a_piece_that_needs_a_page_gets_one() -> None:
    pieces = [
        Piece(((line("one", 10),),)),
        Piece(((line("two", 10),),), need=NEW_PAGE, anchor="two", running="Two"),
        Piece(((line("three", 10),),), need=85, anchor="three"),
        Piece(((line("four", 10),),), need=85, anchor="four"),
    ]
    composed = compose(pieces, ROOM)
    assert composed.anchors == {"two": 1, "three": 1, "four": 2}
    assert [page.running for page in composed.pages] == ["", "Two", "Two"]


def test_a_line_taller_than_a_page_is_a_defect() -> None:
    with pytest.raises(AssertionError):
        compose([Piece(((line("tall", 300),),))], ROOM)


@given(
    st.lists(
        st.tuples(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.booleans()),
        max_size=12,
    )
)
def test_no_line_is_lost_or_put_out_of_order(
    shape: list[tuple[list[int], bool]],
) -> None:
    count = 0
    pieces = []
    for heights, joined in shape:
        column = []
        for height in heights:
            column.append(line(str(count), height))
            count += 1
        pieces.append(Piece((tuple(column),), joined=joined))
    composed = compose(pieces, ROOM)
    found = [name for page in names_on(composed.pages) for name in page]
    assert found == [str(number) for number in range(count)]
    for page in composed.pages:
        for at, placed in page.placed:
            assert at + placed.height <= ROOM + 1e-6


def test_what_fits_is_not_split() -> None:
    piece = Piece(((line("one", 10),),), after=50)
    assert split(piece, 10) == (piece, None)
    assert split(piece, 5) == (None, piece)


@given(PRINTABLE, st.floats(20, 300))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: float) -> None:
    lines = paragraph(text, BODY, width)
    drawn = [mark for one in lines for mark in one.marks if isinstance(mark, Glyphs)]
    shown = "".join(re.sub(r"\s", "", mark.text) for mark in drawn)
    assert shown == re.sub(r"\s", "", text)
    for mark in drawn:
        if mark.text.strip() == mark.text:
            assert mark.style.width(mark.text) <= width + 0.1


def test_a_value_is_never_broken_inside_a_group() -> None:
    digits = "0123456789abcdef" * 4
    lines = paragraph(grouped(digits), VALUE, 150)
    for one in lines:
        for mark in one.marks:
            assert isinstance(mark, Glyphs)
            assert all(len(group) == 4 for group in mark.text.split(" "))


def test_only_hexadecimal_is_grouped() -> None:
    assert grouped("CAFE1234") == "cafe 1234"
    assert grouped("S-root-hsm") == "S-root-hsm"
    assert grouped("abc") == "abc"


def test_a_long_word_is_broken_after_its_hyphen() -> None:
    lines = paragraph("Konstantopoulou-Featherstonehaugh", SMALL, 80)
    first = lines[0].marks[0]
    assert isinstance(first, Glyphs)
    assert first.text == "Konstantopoulou-"


@pytest.mark.parametrize("sign", ["_", ".", "/"])
def test_a_long_id_is_broken_between_its_words(sign: str) -> None:
    words = ("cabf", "serverauth", "certificate", "policies", "absent")
    lines = paragraph(sign.join(words), SMALL, 80)
    told = [mark.text for line in lines for mark in line.marks]  # type: ignore[union-attr]  # text alone
    assert "".join(told) == sign.join(words)
    assert len(told) > 1
    assert all(each.endswith(sign) for each in told[:-1])


def test_styles_change_within_a_line() -> None:
    (one,) = wrapped((Run("label ", SMALL), Run("value", VALUE)), 200)
    assert [mark.text for mark in one.marks if isinstance(mark, Glyphs)] == [
        "label ",
        "value",
    ]


def test_mono_falls_back_where_it_lacks_a_letter() -> None:
    fitted = VALUE.fitted("plain")
    assert fitted.face is Face.MONO
    with pytest.raises(UnprintableError):
        VALUE.fitted("鍵")


def test_widths_are_those_of_the_fonts() -> None:
    # IBM Plex Mono is 600 units wide in every glyph; Plex Sans figures are 600 too.
    assert text_width("0123", Face.MONO, 10) == pytest.approx(24)
    assert text_width("1111", Face.REGULAR, 10) == text_width("0000", Face.LIGHT, 10)
    assert text_width("ab", Face.MONO, 10, tracking=2) == pytest.approx(14)


def test_a_composed_text_is_demanded() -> None:
    verify_printable("Novák", Face.REGULAR)
    with pytest.raises(UnprintableError):
        verify_printable("Nova\u0301k", Face.REGULAR)
    # U+0387 is in the fonts, and its composed form is U+00B7 (UnicodeData.txt).
    with pytest.raises(UnprintableError) as caught:
        verify_printable("é a\u0387", Face.REGULAR)
    assert caught.value.character == "\u0387"


def test_each_sign_and_severity_has_its_own_shape() -> None:
    assert (
        len({outcome(sign, 0, 0) for sign in (Sign.PASS, Sign.FAIL, Sign.WAIVED)}) == 3
    )
    assert len({diamond(severity, 0, 0) for severity in Severity}) == 3
    weights = {
        (mark.weight, mark.fill)
        for severity in Severity
        for mark in flag("D-01", severity, SMALL)
        if isinstance(mark, Shape)
    }
    assert len(weights) == 3


def test_every_kind_of_entry_becomes_lines_of_its_width() -> None:
    entries = (
        Told("", "plain"),
        Told("label", "value", strong=True),
        Told("a rather long label", "value"),
        Told("incomprehensibilities", "value"),
        Told("SHA-256", "ab" * 32, mono=True),
        Told("lint", "nothing found", mark=Sign.PASS),
        Told("", "fail", mark=Sign.FAIL),
        Table(("Attribute", "asked", "found", ""), (("CKA", "true", "no", "waived"),)),
        Table(("A very long head of a table", "B"), (("x " * 60, "y " * 60),)),
        Words(("ringbolt", "revolver"), ("ringbolt", "savagery")),
    )
    for entry in entries:
        lines = entry_lines(entry, 229)
        assert lines
        for one in lines:
            for mark in one.marks:
                if isinstance(mark, Glyphs):
                    assert mark.x + mark.style.width(mark.text) <= 229 + 0.5, entry


@pytest.mark.parametrize("seconds", [1, 7, 60, 3600, 10_800, 86_400, 1_000_000])
def test_the_axis_has_few_labels_at_round_times(seconds: int) -> None:
    scale = Scale(BEGAN, BEGAN + timedelta(seconds=seconds))
    labels = scale.ticks(scale.step)
    assert len(labels) <= 7
    assert all(moment.timestamp() % scale.step == 0 for moment in labels)
    assert len(scale.ticks(scale.tick)) >= len(labels)
    assert scale.x(scale.first) == START
    assert scale.x(scale.last) == pytest.approx(END)
