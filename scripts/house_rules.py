"""Check that every rule id stands in the code, in the tests and in the list of rules.

A rule id runs from the place that refuses, through the report, to the test that shows
the refusal; an id that stands in fewer than three places is a rule that nobody shows,
or a promise that nothing keeps.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from house_tree import Finding, Source

RULE_ID: Final = re.compile(r"\b(?!KC-)[A-Z][A-Z0-9]*-[A-Z][A-Z0-9]*-\d\d\b")
"""A family, a subject and two figures; ``KC-`` begins ids of ceremonies."""

RULE_ROW: Final = re.compile(
    r"^\|\s*`?(?P<id>[A-Z][A-Z0-9]*-[A-Z][A-Z0-9]*-\d\d)`?\s*\|"
)
"""A row of a list of rules, which begins with the id."""


def rules_in_code(sources: list[Source]) -> dict[str, str]:
    """Give every rule id that the product uses, with the place that first does.

    An id counts where it is a whole string of its own, so that a docstring or a
    message that mentions one does not.
    """
    places: dict[str, str] = {}
    for source in sources:
        if not source.name.startswith(("ceremony/", "ui/")):
            continue
        for node in ast.walk(source.tree):
            match node:
                case ast.Constant(value=str(text)) if RULE_ID.fullmatch(text):
                    places.setdefault(text, f"{source.name}:{node.lineno}")
    return places


def rules_in_tests(texts: dict[str, str]) -> dict[str, str]:
    """Give every rule id that a test or its data mentions, with one such file."""
    return {
        found: name
        for name, text in reversed(texts.items())
        if name.startswith("tests/") and not name.startswith("tests/architecture/")
        for found in RULE_ID.findall(text)
    }


def rules_on_paper(texts: dict[str, str]) -> dict[str, list[str]]:
    """Give every rule id that begins a row of a list of rules, with those rows."""
    rows: dict[str, list[str]] = {}
    for name, text in texts.items():
        if name.startswith("docs/rules"):
            for number, line in enumerate(text.splitlines(), 1):
                if row := RULE_ROW.match(line):
                    rows.setdefault(row["id"], []).append(f"{name}:{number}")
    return rows


def find_rule_faults(texts: dict[str, str], sources: list[Source]) -> Iterator[Finding]:
    """Find rule ids that the code, the tests or the list of rules lacks."""
    code = rules_in_code(sources)
    tests = rules_in_tests(texts)
    paper = rules_on_paper(texts)
    for rule in sorted({*code, *tests, *paper}):
        if rule not in code:
            name = tests.get(rule) or paper[rule][0]
            yield Finding(name, 0, f"{rule} is used nowhere in the product")
            continue
        if rule not in tests:
            yield Finding(code[rule], 0, f"{rule} is shown by no test")
        if rule not in paper:
            yield Finding(code[rule], 0, f"{rule} is not in docs/rules.md")
        elif len(paper[rule]) > 1:
            places = " and ".join(paper[rule])
            yield Finding(code[rule], 0, f"{rule} stands twice: {places}")


def list_missing_rules(texts: dict[str, str], sources: list[Source]) -> Iterator[str]:
    """Give one line for every rule id and place that lacks it."""
    for finding in find_rule_faults(texts, sources):
        yield f"{finding.text}\t{finding.name}"
