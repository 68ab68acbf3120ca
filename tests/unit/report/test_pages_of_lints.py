"""The lint report on the pages: there where a leaf tells of it, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.identifiers import Digest
from ceremony.pack.record import read_record
from ceremony.pki.finding import Finding, LintReport, Severity
from ceremony.report.block import HAIR
from ceremony.report.book import Book
from ceremony.report.compose import compose
from ceremony.report.drawing import Line, rule
from ceremony.report.layout import lay_out
from ceremony.report.pages.linted import linted
from ceremony.report.piece import rows
from ceremony.report.style import WIDTH
from tests.fakes.forgery import Forgery
from tests.fakes.lint_lies import LIST, SIGNED, WAIVED, WARNING, with_second
from tests.fakes.path_lies import FAULT, told_paths
from tests.fakes.pdf_text import text_of
from tests.fakes.record_builder import build_record
from tests.fakes.record_crl import build_crls

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""


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
    assert "Profile smki-root-oca 26 rules 26 pass" in text
    assert "41 questions 38 remark" in text
    assert departs in text
    assert "Waived by A. Able, security officer until 2026-11-25" in text
    assert "Of severity warning only" in text
    assert "What was linted is what was signed." in text
    for count in ("1 certificate", "2 certificates"):
        assert f"The path of {count} up to the trust anchor is valid by RFC" in text


def test_what_our_own_rules_warn_of_stands_under_the_certificate_too() -> None:
    own = Finding("PKI-URL-01", Severity.WARNING, "One begins so.", "RFC 5280")

    def warn(subject: str, report: LintReport) -> LintReport:
        return replace(report, findings=(own,)) if subject == SIGNED else report

    text = pages(Forgery(lint=warn))
    assert "Profile smki-root-oca 26 rules 25 remark" in text
    told = "PKI-URL-01 One begins so. [RFC 5280] Of severity warning only"
    assert text.count(told) == 1


def test_what_a_revocation_list_was_held_against_stands_under_it() -> None:
    plain = read_record(build_crls().files)
    assert "Held against" not in text_of(lay_out(plain).pdf, "-raw")
    lint = with_second(lambda told: replace(told, findings=(WARNING,)), LIST)
    files = build_crls(Forgery(lint=lint)).files
    text = " ".join(text_of(lay_out(read_record(files)).pdf, "-raw").split())
    under = text.split("crl-second-arl.crl Held against", maxsplit=1)[1]
    assert "Profile smki-oca-arl 14 rules 14 pass" in under
    assert "Of severity warning only" in under


def test_the_two_rows_of_a_lint_stand_on_one_page_wherever_it_ends() -> None:
    record = read_record(build_record(Forgery(lint=lambda _, report: report)).files)
    book = Book(record, Digest(""), len(record.facts), {})
    table = linted(book, "root-oca-certificate")[:3]
    whole = len(compose(table, 400.0).pages[0].placed)
    turned = set()
    for count in range(1, 50):
        above = rows([Line(8.0, (rule(0, WIDTH, 0, HAIR),))] * count)
        pages = compose([above, *table], 400.0).pages
        below = [len(page.placed) for page in pages]
        below[0] -= count
        # All of it, with the rule between the rows, and on one page.
        assert [each for each in below if each] == [whole]
        turned.add(len(pages))
    assert turned == {1, 2}


def test_a_certificate_whose_path_is_not_valid_is_marked() -> None:
    command = told_paths(lambda path: replace(path, **FAULT))
    text = pages(Forgery(command=command))
    assert f"NOT TO BE USED. {FAULT['rule']}: {FAULT['text']}" in text
