"""The page of PKI rules says what the code does, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

from ceremony.pki.crl_lint import CRL_RULES
from ceremony.pki.lint import RULES
from ceremony.pki.request_judgement import SOURCES
from ceremony.pki.request_lint import REQUEST_RULES
from ceremony.pki.request_rule import CONTENT_RULES, VERSION_RULE
from ceremony.pki.request_set import SET_RULES, SET_SOURCE, SET_SOURCES

CHECKOUT = Path(__file__).parents[3]
PAGE = (CHECKOUT / "docs" / "rules-pki.md").read_text("utf-8")
CODE = "".join(
    path.read_text("utf-8") for path in sorted((CHECKOUT / "ceremony/pki").glob("*.py"))
)
OTHERS = {"finding", "fault"}
"""What a row says in place of a family: the rule is told, and nothing raised."""

OF_REQUESTS = [
    rule for rule in REQUEST_RULES if rule.id.startswith(("PKI-REQ-", "SMKI-CSR-"))
]
"""The lint's own about requests; the others are those about imported ones."""

RULE_ID = re.compile(r"\b(?:PKI|SMKI)-[A-Z]+-[0-9]{2}")


def rows() -> list[list[str]]:
    lines = [
        line for line in PAGE.splitlines() if line.startswith(("| PKI-", "| SMKI-"))
    ]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_lint_rules_stand_on_the_page_word_for_word() -> None:
    listed = [[rule.id, rule.sentence, rule.severity, rule.source] for rule in RULES]
    listed += [
        [rule.id, rule.sentence, "error", rule.source]
        for rule in (*CRL_RULES, *OF_REQUESTS)
    ]
    assert [row for row in rows() if row[2] in {"error", "warning"}] == listed


def test_the_rules_about_requests_stand_on_the_page_word_for_word() -> None:
    listed = [
        [rule.id, rule.sentence, "finding", rule.source]
        for rule in (VERSION_RULE, *CONTENT_RULES)
        if rule.id not in {each.id for each in RULES}
    ]
    listed += [
        [rule, text, "finding", SET_SOURCES.get(rule, SET_SOURCE)]
        for rule, text in SET_RULES.items()
    ]
    assert [row for row in rows() if row[2] == "finding"] == listed


def test_a_finding_names_the_source_that_the_page_does() -> None:
    sources = {row[0]: row[3] for row in rows()}
    assert {rule: sources[rule] for rule in SOURCES} == SOURCES


def test_the_page_lists_every_rule_of_the_code_once_and_no_other() -> None:
    listed = [row[0] for row in rows()]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(RULE_ID.findall(CODE))


def test_the_page_names_the_family_that_each_other_rule_is_raised_as() -> None:
    families = r"InputError|EvidenceError|RefusedError|faults\.add"
    made = re.findall(rf'({families})\(\s*"(PKI-[A-Z]+-[0-9]{{2}})"', CODE)
    raised = {
        (rule, family.replace("faults.add", "InputError")) for family, rule in made
    }
    listed = {(row[0], row[2]) for row in rows() if row[2] not in OTHERS}
    lint = {(rule.id, rule.severity.value) for rule in RULES}
    lint |= {(rule.id, "error") for rule in (*CRL_RULES, *OF_REQUESTS)}
    assert listed - lint == raised
