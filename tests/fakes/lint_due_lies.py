"""Lies about what a lint report tells of, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ceremony import canonical
from ceremony.engine.command import Command
from ceremony.engine.facts import Linted
from ceremony.pack.lint_leaf import lint_record
from ceremony.pki.finding import Finding, LintReport, Severity
from tests.fakes.batch_output_lies import build_bound
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery, own_alone
from tests.fakes.lint_lies import LIST, SIGNED, build_waiver
from tests.fakes.own_profile_lies import build_departing
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord, build_record, remade
from tests.fakes.record_crl import build_crls
from tests.fakes.record_earlier import build_earlier
from tests.fakes.record_request import build_requests
from tests.fakes.request_lies import SIGNED as REQUEST

BEFORE: Final = "root-oca-certificate before-key"
PART: Final = "device-certificates before-signing"

Build = Callable[[Forgery], BuiltRecord]
Change = Callable[[str, LintReport], LintReport]


def _changed(which: str, **changes: Any) -> Change:
    """Change one report, in leaf and file alike; all are linted twice."""
    return lambda told, report: replace(report, **changes) if told == which else report


def _before(which: str, **changes: Any) -> Change:
    """Change one report of a record whose build lints once."""

    def lint(told: str, report: LintReport) -> LintReport:
        once = own_alone(told, report)
        return replace(once, **changes) if told == which else once

    return lint


def _lie(rule: str, place: str, lint: Change, build: Build = build_record) -> Lie:
    return Lie("12", rule, lambda: build(Forgery(lint=lint)), place)


def _told(which: str, build: Build, **changes: Any) -> Callable[[], BuiltRecord]:
    """Tell otherwise of what one report is, in leaf and file alike."""

    def make() -> BuiltRecord:
        files: dict[str, bytes] = {}

        def command(given: Command) -> Command:
            fact = given.fact
            if not isinstance(fact, Linted) or f"{fact.subject} {fact.stage}" != which:
                return given
            other = replace(fact, **changes)
            raw = canonical.encode(lint_record(other))
            (blob,) = given.blobs
            files[blob.name] = raw
            named = replace(blob, sha256=canonical.digest(raw), size=len(raw))
            return replace(given, fact=other, blobs=(named,))

        built = build(Forgery(command=command))
        assert files
        return remade(built, lambda left: left.update(files), manifest=True)

    return make


def _is_told(
    place: str, which: str, build: Build = build_record, **changes: Any
) -> Lie:
    return Lie("12", "ENGINE-LINT-02", _told(which, build, **changes), place)


def _asking(forgery: Forgery) -> BuiltRecord:
    return build_requests(command=forgery.command)


def _bound(forgery: Forgery) -> BuiltRecord:
    return build_bound(command=forgery.command)


FOUND: Final = Finding("PKI-SKI-01", Severity.WARNING, "It is made up.", "RFC 5280")

LINT_DUE_LIES: Final[Mapping[str, Lie]] = {
    "lint-of-nobody": _is_told("step 2.7", SIGNED, subject="nobody"),
    "lint-of-another-certificate": _is_told(
        "step 2.7", SIGNED, subject="issuing-oca-certificate", rule_count=1
    ),
    "lint-by-another-profile": _is_told("step 2.7", SIGNED, profile="smki-root-dca"),
    "lint-of-another-stage": _is_told("step 2.7", SIGNED, stage="after-signing"),
    "lint-of-another-certificate-before-a-key": _is_told(
        "step 2.5", BEFORE, subject="issuing-oca-certificate"
    ),
    "lint-of-nobody-before-a-key": _is_told("step 2.5", BEFORE, subject="nobody"),
    "lint-by-another-profile-before-a-key": _is_told(
        "step 2.5", BEFORE, profile="smki-root-dca"
    ),
    "lint-of-another-list": _is_told(
        "step 2.17", LIST, build_crls, subject="first-arl", rule_count=1
    ),
    "lint-of-no-batch": _is_told("step 2.19", PART, _bound, subject="nobody"),
    "lint-of-no-cross-certificate": _is_told(
        *("step 2.10", "cross-certificate before-signing", build_earlier),
        subject="issuing-oca-certificate",
    ),
    "lint-of-no-request": _is_told(
        "step 2.12", REQUEST, _asking, subject="issuing-dca-certificate"
    ),
    "one-rule-before-a-key": _lie(
        "VERIFY-LINT-05", "step 2.5", _before(BEFORE, rule_count=1)
    ),
    "finding-of-no-rule-before-a-key": _lie(
        "VERIFY-LINT-05", "step 2.5", _before(BEFORE, findings=(FOUND,))
    ),
    "certificate-without-its-second-lint": _lie(
        "VERIFY-LINT-06", "step 2.7", _changed(SIGNED, second=None)
    ),
    "key-without-its-second-lint": _lie(
        "VERIFY-LINT-06", "step 2.5", _changed(BEFORE, second=None)
    ),
    "list-without-its-second-lint": _lie(
        "VERIFY-LINT-06", "step 2.17", _changed(LIST, second=None), build_crls
    ),
    "part-without-its-second-lint": _lie(
        "VERIFY-LINT-06", "step 2.19", _changed(PART, second=None), build_batch
    ),
    "departing-list-without-its-second-lint": Lie(
        "12",
        "VERIFY-LINT-06",
        lambda: build_departing(lint=_changed(LIST, second=None)),
        "step 2.17",
    ),
    "departures-and-no-second-lint-at-all": Lie(
        "12", "VERIFY-LINT-06", lambda: build_departing(lint=own_alone), "step 2."
    ),
    "rules-of-the-smki-and-no-second-lint-at-all": _lie(
        "VERIFY-LINT-06",
        "step 2.5",
        lambda _, report: replace(report, second=None),
    ),
    "waiver-and-no-second-lint-at-all": Lie(
        "12",
        "VERIFY-LINT-06",
        lambda: build_waiver(lint=own_alone),
        "step 2.5",
    ),
}
"""Every such lie, by a name that says what it is."""
