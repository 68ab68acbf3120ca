"""Paper says at the front what nobody could confirm, and what is let be until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ceremony.cli.context import script_at
from ceremony.engine.reliance import unfounded
from ceremony.identifiers import Digest, Mode
from ceremony.report.paper.render import render_paper
from ceremony.report.paper.source import PaperScript, Takeover, blank
from ceremony.script.decode import load_script
from ceremony.script.model import PolicyReference, Script
from ceremony.script.reliance import by_ground
from tests.fakes.pdf_marks import drawn_pages
from tests.fakes.pdf_text import page_texts

VECTORS = Path(__file__).parents[2] / "vectors" / "scripts"
SOUND, LISTS, BATCH, WAIVED = (
    load_script(VECTORS / f"{name}.yaml")
    for name in ("sound", "sound-with-crl", "sound-with-batch", "sound-with-waiver")
)
LEFT, RIGHT = 20.0, 196.0
SIGNED = "name, printed position signature date"


def told(text: str) -> str:
    return " ".join(text.split())


def front_of(paper: PaperScript | Script) -> str:
    """Give what stands before the participants, as one line."""
    paper = blank(paper) if isinstance(paper, Script) else paper
    pages = map(told, page_texts(render_paper(paper).pdf))
    front: list[str] = []
    for page in pages:
        if "sign here before anything else is done" in page:
            return " ".join(front)
        front.append(page)
    raise AssertionError


def unanswered(*profiles: str) -> Script:
    """Take from a script for both modes who answers for the facts of profiles."""
    left = tuple(it for it in BATCH.unverified if it.profile not in profiles)
    return replace(BATCH, unverified=left)


def test_a_waiver_is_told_on_the_first_page_with_all_that_it_has() -> None:
    (waiver,) = WAIVED.waivers
    first = told(page_texts(render_paper(blank(WAIVED)).pdf)[0])
    assert f"finding {waiver.finding} in {waiver.certificate} owner" in first
    assert f"owner {waiver.owner} reason {waiver.reason}" in first
    assert f"clause {waiver.clause} expires" in first
    assert f"{waiver.expires.isoformat()}; today is no later day" in first
    alone = replace(waiver, about="http://crl", expires=date(2027, 1, 31))
    text = front_of(replace(WAIVED, waivers=(alone,)))
    assert f"in {waiver.certificate}, for http://crl alone" in text
    assert "2027-01-31; today" in text


def test_each_ground_is_told_with_its_facts_who_answers_and_from_where() -> None:
    text = front_of(LISTS)
    for ground in by_ground(LISTS.unverified):
        assert f"{ground.profile} {ground.fact}: " in text
    source = "confirmed by J. Doe of the PA, from Annex B 2.3."
    assert f"validity and path-length: {source}" in text
    assert (
        "issuer-certificates, serial-octets and key-usage: not confirmed, accepted by "
        "J. Doe of the PA: A test PKI." in text
    )
    assert SIGNED not in text


def test_what_nobody_answers_for_has_a_line_to_sign_on() -> None:
    script = unanswered("smki-issuing-dca")
    text = front_of(script)
    facts = unfounded(script)
    assert len(facts) == 10
    for profile, fact in facts:
        assert f"{profile} {fact}: nobody confirms or accepts it. confirmed" in text
    assert text.count(SIGNED) == len(facts)
    assert text.count("source, with version and clause, or reason") == len(facts)
    assert "Before the first step somebody" in text


def test_a_rehearsal_asks_nobody_to_answer() -> None:
    for paper in (
        blank(replace(unanswered("smki-issuing-dca"), modes=(Mode.REHEARSAL,))),
        replace(blank(unanswered("smki-issuing-dca")), mode=Mode.REHEARSAL),
    ):
        text = front_of(paper)
        assert "path-length, extended-key-usage, subject-alternative-name" in text
        assert "which no rehearsal asks for" in text
        assert SIGNED not in text
        assert "Before the first step somebody" not in text


def test_a_policy_that_was_not_seen_is_told_and_another_is_not() -> None:
    policies = tuple(
        PolicyReference(f"Policy {n}", "1", "minute 7", status)
        for n, status in enumerate(("confirmed", "unverified"))
    )
    text = front_of(replace(SOUND, policies=policies))
    assert "policy, not seen Policy 1, 1: minute 7" in text
    assert "Policy 0" not in text


def test_where_there_is_nothing_of_it_nothing_is_told() -> None:
    text = front_of(replace(WAIVED, waivers=()))
    assert "what nobody could confirm" not in text
    assert "findings that are let be" not in text
    assert "policy, not seen" in front_of(script_at("demo"))


def test_what_is_left_of_an_open_ceremony_tells_it_too() -> None:
    at = Takeover("KC-1", "log", "2026-11-27", "", 9, Digest("ab" * 32), ())
    (waiver,) = WAIVED.waivers
    paper = replace(blank(WAIVED), takeover=at, start=4, mode=Mode.LIVE)
    assert waiver.reason in front_of(paper)


@pytest.mark.parametrize("number", [1, 40])
def test_nothing_is_lost_or_leaves_its_place_however_much_there_is(number: int) -> None:
    (waiver,) = WAIVED.waivers
    waivers = tuple(
        replace(waiver, owner=f"Owner {at}.", reason=f"{'because ' * 40}of {at}")
        for at in range(number)
    )
    profiles = ("smki-issuing-dca", "smki-root-dca")
    script = replace(unanswered(*profiles), waivers=waivers)
    pdf = render_paper(blank(script)).pdf
    text = front_of(script)
    assert text.count(SIGNED) == len(unfounded(script))
    assert all(f"Owner {at}." in text for at in range(number))
    for page in drawn_pages(pdf)[:3]:
        assert all(rule.start[0] >= LEFT - 0.01 for rule in page.rules)
        assert all(rule.end[0] <= RIGHT + 0.01 for rule in page.rules)
