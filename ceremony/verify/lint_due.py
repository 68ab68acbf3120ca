"""What a lint report has to tell by itself, and which lints a record has to tell of.

Part of check 12. Of what was signed the lint is made again (``verify.lint``). Before
its key exists nothing can be: there the report is held against the rules that its
profile is asked.

Invariants:
    * Nothing is demanded of a record that no build of its time could tell: a build that
      lints a second time does so for every certificate and list, and one before it for
      none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ceremony.engine.facts import Linted, LintFinding, Outcome
from ceremony.engine.state import Recorded
from ceremony.engine.steps.lint import BEFORE_KEY
from ceremony.pack.record import Record
from ceremony.pki.crl_lint import CRL_RULES
from ceremony.pki.crl_profile import CrlProfile
from ceremony.pki.finding import AskedRule, is_smki
from ceremony.pki.lint import rules_for
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_lint import rules_for_request
from ceremony.pki.script_profile import (
    certificate_profile,
    crl_profile,
    states_departures,
)
from ceremony.script.model import ThingKind
from ceremony.verify.check import FailedError
from ceremony.verify.issued import step_of
from ceremony.verify.trace import place

_GENERATE: Final = "key.generate"


def verify_counted(record: Record, recorded: Recorded, fact: Linted) -> None:
    """Hold a report of which nothing was signed against the rules of its profile.

    Args:
        record: The record.
        recorded: The leaf, for its place.
        fact: What it tells.

    Raises:
        FailedError: ``VERIFY-LINT-05``: it counts other rules, or has a finding of
            none of them.
        CeremonyError: Its profile cannot be read.
    """
    rules = _rules_of(record, fact)
    if fact.rule_count not in _counts(rules) or not all(
        any(_is_by(finding, rule) for rule in rules) for finding in fact.findings
    ):
        raise FailedError(
            "VERIFY-LINT-05",
            f"{place(recorded)}: the lint of {fact.subject} counts {fact.rule_count} "
            f"rules, of which {fact.profile} is asked {len(rules)}, or has a finding "
            "of none of them",
        )


def verify_due(record: Record) -> Iterator[str]:
    """Insist that each lint is told that the record's build has made.

    Yields:
        A remark on a record whose certificates and lists were not linted twice.

    Raises:
        FailedError: ``VERIFY-LINT-06``.
        CeremonyError: A profile cannot be read.
    """
    _verify_asked_before(record)
    reports = [
        (recorded, recorded.fact)
        for recorded in record.facts
        if isinstance(recorded.fact, Linted) and not _is_request(record, recorded.fact)
    ]
    twice = bool(record.state.script.waivers) or any(
        _shows_second(record, fact) for _, fact in reports
    )
    for recorded, fact in reports:
        if twice and fact.second is None:
            raise FailedError(
                "VERIFY-LINT-06",
                f"{place(recorded)}: the lint of {fact.subject} has no second lint, "
                "and the record is by a build that makes one",
            )
    if reports and not twice:
        yield (
            "No second lint is told of any certificate or list: the record is from "
            "before there was one, and this tool's own rules alone were asked."
        )


def _shows_second(record: Record, fact: Linted) -> bool:
    """Tell whether a report can only be by a build that lints a second time.

    It has a second lint, counts the SMKI's rules, or is by a profile of the site's own
    that departs from what a second linter wants.
    """
    if fact.second is not None:
        return True
    rules = _rules_of(record, fact)
    if fact.rule_count == len(rules) and any(is_smki(rule.id) for rule in rules):
        return True
    script = record.state.script
    return states_departures(script, fact.profile) and bool(
        _profile_of(record, fact).departures
    )


def _verify_asked_before(record: Record) -> None:
    """Insist that a request that was linted was linted before its key was made too."""
    made = {
        recorded.fact.thing
        for recorded in record.facts
        if isinstance(recorded.fact, Outcome) and recorded.fact.verb == _GENERATE
    }
    linted = {
        recorded.fact.subject
        for recorded in record.facts
        if isinstance(recorded.fact, Linted) and recorded.fact.stage == BEFORE_KEY
    }
    for recorded in record.facts:
        fact = recorded.fact
        if not isinstance(fact, Outcome) or fact.request is None:
            continue
        key = str(step_of(record, recorded).parameters["key"])
        if fact.request.tbs and key in made and fact.thing not in linted:
            raise FailedError(
                "VERIFY-LINT-06",
                f"{place(recorded)}: the request {fact.thing} was not linted before "
                f"{key} was made, and the record is by a build that does so",
            )


def _is_request(record: Record, fact: Linted) -> bool:
    return _kind_of(record, fact) is ThingKind.REQUEST


def _kind_of(record: Record, fact: Linted) -> ThingKind | None:
    """Tell what was linted; None of what the script does not name."""
    things = record.state.script.things
    return next((each.kind for each in things if each.name == fact.subject), None)


def _profile_of(record: Record, fact: Linted) -> CertificateProfile | CrlProfile:
    if _kind_of(record, fact) is ThingKind.CRL:
        return crl_profile(record.state.script, fact.profile)
    return certificate_profile(record.state.script, fact.profile)


def _rules_of(record: Record, fact: Linted) -> Sequence[AskedRule]:
    """Give the rules that are asked of what was linted."""
    kind = _kind_of(record, fact)
    if kind is ThingKind.CRL:
        return CRL_RULES
    profile = certificate_profile(record.state.script, fact.profile)
    if kind is ThingKind.REQUEST:
        return rules_for_request(profile)
    return rules_for(profile)


def _counts(rules: Sequence[AskedRule]) -> tuple[int, int]:
    """Give how many rules there are, and how many before the SMKI's were asked."""
    return len(rules), sum(not is_smki(rule.id) for rule in rules)


def _is_by(finding: LintFinding, rule: AskedRule) -> bool:
    """Tell whether a finding is one of a rule's, by all but what was wrong."""
    told = (finding.rule, finding.severity, finding.source)
    return told == (rule.id, rule.severity.value, rule.source) and (
        finding.text.startswith(f"{rule.sentence[:-1]}; ")
    )
