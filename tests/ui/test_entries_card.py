"""What came of a step: each line with its label, its sign and its word."""

from __future__ import annotations

from typing import cast

from PySide6.QtWidgets import QGridLayout
from pytestqt.qtbot import QtBot

from ceremony.engine.facts import Linted, LintFinding, SecondLint, SecondLintFinding
from ceremony.engine.steps.lint import lint_lines
from ceremony.engine.transcript import Line, Mark
from ui.conductor.entries import EntriesCard
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.text import Text

WAIVER = "by A. Able until 2030-01-01: So it is [RFC 5280, section 9]"


def rows_of(card: EntriesCard) -> list[tuple[str, Sign | None, str]]:
    """Read each line below the head: its label, its sign, its value."""
    grid = card.layout()
    assert isinstance(grid, QGridLayout)
    told: list[tuple[str, Sign | None, str]] = []
    for row in range(1, grid.rowCount()):
        items = [grid.itemAtPosition(row, column) for column in range(3)]
        parts = [item.widget() if item is not None else None for item in items]
        label, sign, value = parts
        if isinstance(value, Text) and not value.isHidden():
            told.append(
                (
                    cast("Text", label).text() if label is not None else "",
                    cast("Glyph", sign)._sign if sign is not None else None,
                    value.text().replace("\u200b", ""),
                )
            )
    return told


def linted() -> Linted:
    """A lint with a finding of our own, and three of the second linter's."""
    found = SecondLintFinding("pkix.odd", "error", "crl.0: It is odd.", "RFC 5280")
    return Linted(
        stage="before-signing",
        profile="root-ca",
        subject="root",
        rule_count=71,
        findings=(
            LintFinding("PKI-SKI-01", "notice", "It is short.", "RFC 5280, 4.2.1.2"),
        ),
        second=SecondLint(
            "pkilint",
            "0.13",
            40,
            (
                SecondLintFinding("x.so", "warning", "It is so.", "X.520"),
                SecondLintFinding(
                    "y.so", "error", "It is on purpose.", "X.509", departs="By 4.1."
                ),
                SecondLintFinding(
                    found.rule,
                    "error",
                    found.text,
                    found.source,
                    "",
                    f"waived {WAIVER}",
                ),
            ),
        ),
    )


def test_what_is_waived_stands_under_its_finding_and_each_has_its_source(
    qtbot: QtBot,
) -> None:
    card = EntriesCard(lint_lines((linted(),)))
    qtbot.addWidget(card)
    told = rows_of(card)
    at = next(n for n, row in enumerate(told) if row[0] == "second lint")
    own, second = told[:at], told[at:]
    assert own[0][:2] == ("lint", Sign.DONE)
    assert ("source", None, "RFC 5280, 4.2.1.2") in own
    assert second[0][1] is Sign.DONE
    assert second[1:] == [
        ("warning", None, "x.so: It is so."),
        ("source", None, "X.520"),
        ("error", None, "y.so: It is on purpose."),
        ("source", None, "X.509"),
        ("expected", None, "By 4.1."),
        ("error", None, "pkix.odd: crl.0: It is odd."),
        ("source", None, "RFC 5280"),
        ("", Sign.ATTENTION, f"waived: {WAIVER}"),
    ]


def test_each_mark_says_its_word_beside_its_sign(qtbot: QtBot) -> None:
    card = EntriesCard([Line("label", mark.name, mark=mark) for mark in Mark])
    qtbot.addWidget(card)
    signs = {
        Mark.FAIL: Sign.FAILED,
        Mark.WAIVED: Sign.ATTENTION,
        Mark.REMARK: Sign.ATTENTION,
    }
    assert rows_of(card) == [
        ("label", signs.get(mark, Sign.DONE), f"{mark.value}: {mark.name}")
        for mark in Mark
    ]
