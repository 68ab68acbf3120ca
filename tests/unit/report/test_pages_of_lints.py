"""The lint report on the pages: there where a leaf tells of it, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from ceremony.pack.record import read_record
from ceremony.report.layout import lay_out
from tests.fakes.forgery import Forgery
from tests.fakes.lint_lies import WAIVED, WARNING, with_second
from tests.fakes.path_lies import FAULT, told_paths
from tests.fakes.pdf_text import text_of
from tests.fakes.record_builder import build_record


def pages(forgery: Forgery) -> str:
    """Give the pages' text with single blanks, as another program reads it."""
    files = build_record(forgery).files
    return " ".join(text_of(lay_out(read_record(files)).pdf, "-raw").split())


def test_pages_of_a_record_without_a_second_lint_say_what_they_said() -> None:
    text = pages(Forgery())
    for new in ("second lint", "Held against", "trust anchor is valid", "Waiver"):
        assert new not in text


def test_rules_findings_and_their_grounds_stand_under_the_certificate() -> None:
    departs = "It is so on purpose. [GBCS, section 12]"
    expected = replace(WAIVED, rule="itu.x", waived="", departs=departs)
    found = (expected, WAIVED, WARNING)
    lint = with_second(lambda told: replace(told, rule_count=41, findings=found))
    text = pages(Forgery(lint=lint, command=told_paths()))
    assert "Held against Applied Without a finding" in text
    assert "Profile smki-root-oca 19 rules 19 pass" in text
    assert "41 questions 38 remark" in text
    assert departs in text
    assert "Waived by A. Able, security officer until 2026-11-25" in text
    assert "Of severity warning only" in text
    assert "What was linted is what was signed." in text
    for count in ("1 certificate", "2 certificates"):
        assert f"The path of {count} up to the trust anchor is valid by RFC" in text


def test_a_certificate_whose_path_is_not_valid_is_marked() -> None:
    command = told_paths(lambda path: replace(path, **FAULT))
    text = pages(Forgery(command=command))
    assert f"NOT TO BE USED. {FAULT['rule']}: {FAULT['text']}" in text
