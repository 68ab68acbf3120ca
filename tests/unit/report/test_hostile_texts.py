"""Texts that try to be more than text: printed as they are, or refused."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from ceremony.engine import facts
from ceremony.errors import EvidenceError
from ceremony.report.layout import lay_out
from ceremony.script.model import Script
from tests.fakes.paper_record import paper_record
from tests.fakes.paper_script import Paper
from tests.fakes.pdf_text import text_of

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

MARKUP: Final = (
    '<img src="/etc/hostname"/>',
    '<img src="http://127.0.0.1:9/x.png"/>',
    '<a href="https://example.org/">click</a>',
    "<b>bold</b> <i>italic</i> <strike>struck</strike>",
    '<font size="1" color="white">hidden</font>',
    "</para><para>two",
    "&lt;b&gt; &amp; &#x41; %s {0} \\n $(id)",
    "(unbalanced \\( parenthesis) Tj ET Q",
    "[[[class for x in ()]]]",
)
REFUSED: Final = {
    "right-to-left override": "safe \u202e elif",
    "zero width space": "a\u200bb",
    "soft hyphen": "a\u00adb",
    "ideograph": "鍵 ceremony",
    "emoji": "done \U0001f511",
    "control": "a\x07b",
    "tab": "a\tb",
    "no-break isolate": "a\u2066b\u2069",
    "decomposed letter": "Nova\u0301k",
    "private use": "a\ue000b",
}


def noted(text: str) -> Paper:
    """Put a text where anybody may put one."""
    return Paper(people=5, keys=0, steps=1, extra=(facts.Noted(text),))


def squeezed(text: str) -> str:
    """Leave out white space, which wrapping changes."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("place", ["title", "name", "place", "deviation", "note"])
def test_markup_is_printed_as_it_was_typed(place: str) -> None:
    text = "  ".join(MARKUP)

    def entitled(script: Script) -> Script:
        if place == "title":
            return replace(script, title=text)
        return replace(script, place=text) if place == "place" else script

    def happened(fact: facts.Fact) -> facts.Fact:
        if place == "deviation" and isinstance(fact, facts.DeviationRecorded):
            return replace(fact, happened=text)
        return fact

    paper = Paper(
        people=5,
        keys=0,
        steps=1,
        deviations=1,
        script=entitled,
        change=happened,
        names=(text,) if place == "name" else (),
        extra=(facts.Noted(text),) if place == "note" else (),
    )
    printed = text_of(lay_out(paper_record(paper)).pdf, "-raw")
    for one in MARKUP:
        assert squeezed(one) in squeezed(printed), one


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_printed_is_refused_and_named(text: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        lay_out(paper_record(noted(text)))
    assert caught.value.code == "REPORT-GLYPH-01"
    assert re.search(r"U\+[0-9A-F]{4,5} ", str(caught.value))
    assert "the executed script" in str(caught.value)
    # The message itself must not hide or turn round anything.
    assert str(caught.value).isprintable()


def test_a_name_that_cannot_be_printed_is_refused_on_page_1() -> None:
    with pytest.raises(EvidenceError, match="page 1"):
        lay_out(paper_record(Paper(names=("Eve \u202e llaC",))))


def test_the_pdf_holds_no_link_action_picture_or_file() -> None:
    everywhere = " ".join(MARKUP)
    pdf = lay_out(paper_record(noted(everywhere))).pdf
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    outside = re.sub(rb"stream\r?\n.*?endstream", b"", pdf, flags=re.DOTALL)
    assert len(streams) > 10
    for key in (
        b"/URI",
        b"/JS",
        b"/JavaScript",
        b"/Launch",
        b"/EmbeddedFile",
        b"/Subtype /Image",
        b"/XObject <<",
        b"/OpenAction",
        b"/AA ",
    ):
        assert key not in outside, key


def test_laying_out_opens_nothing_but_the_bundled_fonts() -> None:
    program = """
import sys
from tests.fakes.paper_record import paper_record
from tests.fakes.paper_script import Paper
from ceremony.engine import facts
from ceremony.report.layout import lay_out
record = paper_record(Paper(people=5, extra=(facts.Noted(sys.argv[1]),)))
seen = []
def hook(event, args):
    if event in ("open", "socket.connect", "subprocess.Popen", "urllib.Request"):
        seen.append((event, str(args[0])))
sys.addaudithook(hook)
lay_out(record)
bad = [s for s in seen if not s[1].endswith((".ttf", ".py", ".pyc"))]
print(bad)
"""
    root = Path(__file__).parents[3]
    done = subprocess.run(  # noqa: S603  this very interpreter with a fixed program
        [sys.executable, "-B", "-c", program, " ".join(MARKUP)],
        check=True,
        capture_output=True,
        cwd=root,
        text=True,
    )
    assert done.stdout.strip() == "[]"


def test_a_line_feed_ends_a_line_and_nothing_else() -> None:
    printed = text_of(lay_out(paper_record(noted("first\nsecond"))).pdf, "-raw")
    assert re.search(r"first( .*)?\nsecond", printed)


def test_greek_cyrillic_and_accents_are_printed() -> None:
    text = "Ωmega Ўладзімір Tomáš Novák Łódź Çelik İstanbul ß ø Ǻ"
    printed = text_of(lay_out(paper_record(noted(text))).pdf, "-raw")
    assert text in printed.replace("\n", " ")
