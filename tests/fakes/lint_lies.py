"""Lies about lints, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ceremony.pki.finding import LintReport, SecondFinding, SecondReport, Severity
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.fakes.record_crl import build_crls

SIGNED: Final = "root-oca-certificate before-signing"
LIST: Final = "second-arl before-signing"

WARNING: Final = SecondFinding(
    "pkix.made_up", Severity.WARNING, "certificate: made up", "RFC 5280"
)
ERROR: Final = replace(WARNING, severity=Severity.ERROR)


def build_second_lint() -> BuiltRecord:
    """Make the record whose certificates were linted a second time."""
    return build_record(Forgery(lint=lambda _, report: report))


def with_second(
    change: Callable[[SecondReport], SecondReport], subject: str = SIGNED
) -> Callable[[str, LintReport], LintReport]:
    """Change what the second linter is said to say of one thing, in leaf and report.

    Args:
        change: What is made of it.
        subject: The thing and the stage; the root's certificate where it is left out.
    """

    def lint(told: str, report: LintReport) -> LintReport:
        if told != subject or report.second is None:
            return report
        return replace(report, second=change(report.second))

    return lint


def build_second_lint_of_lists() -> BuiltRecord:
    """Make the record whose revocation lists were linted a second time."""
    return build_crls(Forgery(lint=lambda _, report: report))


def build_waiver_of_list() -> BuiltRecord:
    """Make the record whose script has a waiver for a list, and nothing to waive."""
    return build_crls(Forgery(script=_with_list_waiver, lint=lambda _, report: report))


def _of_list(rule: str, **changes: Any) -> Lie:
    lint = with_second(lambda second: replace(second, **changes), LIST)
    return Lie("12", rule, lambda: build_crls(Forgery(lint=lint)), "step 2.17")


def _of_waived_list(rule: str, found: SecondFinding) -> Lie:
    """Tell of a finding in the list, which the script has a waiver for."""
    lint = with_second(lambda second: replace(second, findings=(found,)), LIST)
    told = Forgery(script=_with_list_waiver, lint=lint)
    return Lie("12", rule, lambda: build_crls(told), "step 2.17")


def _lie(rule: str, **changes: Any) -> Lie:
    forgery = Forgery(lint=with_second(lambda second: replace(second, **changes)))
    return Lie("12", rule, lambda: build_record(forgery), "step 2.7")


WAIVER: Final = """waivers:
  - finding: pkix.made_up
    certificate: root-oca-certificate
    owner: A. Able, security officer
    reason: It is made up.
    clause: RFC 5280, section 0
    expires: "2026-11-25"
"""


def _with_waiver(raw: bytes) -> bytes:
    return raw.replace(b"\nthings:\n", f"\n{WAIVER}things:\n".encode())


def _with_list_waiver(raw: bytes) -> bytes:
    waiver = WAIVER.replace("certificate: root-oca-certificate", "crl: second-arl")
    return raw.replace(b"\nthings:\n", f"\n{waiver}things:\n".encode())


def _expired(raw: bytes) -> bytes:
    return _with_waiver(raw).replace(b"2026-11-25", b"2026-11-24")


WAIVED: Final = replace(
    ERROR,
    waived="waived by A. Able, security officer until 2026-11-25: It is made up "
    "[RFC 5280, section 0]",
)


def _with_narrow_waiver(raw: bytes) -> bytes:
    """Let the script waive what is about one address."""
    return _with_waiver(raw).replace(
        b"    owner:", b"    about: http://first.example\n    owner:", 1
    )


def build_two_waivers() -> BuiltRecord:
    """Make the record that waives one of two addresses, with a waiver for each."""

    def script(raw: bytes) -> bytes:
        once = _with_narrow_waiver(raw)
        other = (
            WAIVER.removeprefix("waivers:\n")
            .encode()
            .replace(b"    owner:", b"    about: http://second.example\n    owner:", 1)
        )
        return once.replace(b"waivers:\n", b"waivers:\n" + other, 1)

    return _waiving(script=script, lint=_finding(_about("http://first.example")))


def _about(address: str) -> SecondFinding:
    """Tell of a finding about an address, as waived by the waiver for the first."""
    ground = WAIVED.waived.replace(":", ", for http://first.example alone:", 1)
    return replace(WAIVED, message=f"certificate: Bad: {address}", waived=ground)


def _waiving(**changes: Any) -> BuiltRecord:
    """Make the record of another script, which the policy approves."""
    told = {"script": _with_waiver, "lint": lambda _, report: report}
    built = build_record(Forgery(**(told | changes)))
    approved = (built.builder.script.digest,)
    return replace(built, policy=replace(built.policy, scripts=approved))


def build_waiver(**changes: Any) -> BuiltRecord:
    """Make the record whose script has a waiver, by which nothing is waived."""
    return _waiving(**changes)


def _finding(found: SecondFinding) -> Callable[[str, LintReport], LintReport]:
    return with_second(lambda second: replace(second, findings=(found,)))


LINT_LIES: Final[Mapping[str, Lie]] = {
    "second-lint-with-an-error": _lie("ENGINE-LINT-01", findings=(ERROR,)),
    "second-lint-with-a-made-up-departure": _lie(
        "VERIFY-LINT-03", findings=(replace(ERROR, departs="By no clause at all."),)
    ),
    "second-lint-with-another-finding": _lie("VERIFY-LINT-04", findings=(WARNING,)),
    "waived-by-no-waiver": _lie("ENGINE-WAIVER-01", findings=(WAIVED,)),
    "waiver-that-had-expired": Lie(
        "12",
        "VERIFY-WAIVER-01",
        lambda: _waiving(script=_expired),
        "expired on 2026-11-24",
    ),
    "waived-and-not-found": Lie(
        "12", "VERIFY-LINT-04", lambda: _waiving(lint=_finding(WAIVED)), "step 2.7"
    ),
    "waived-about-something-else": Lie(
        "12",
        "ENGINE-WAIVER-01",
        lambda: _waiving(
            script=_with_narrow_waiver, lint=_finding(_about("http://second.example"))
        ),
        "step 2.7",
    ),
    "two-findings-waived-by-one": Lie(
        "12",
        "ENGINE-WAIVER-02",
        lambda: _waiving(
            lint=with_second(
                lambda second: replace(
                    second,
                    findings=(WAIVED, replace(WAIVED, message="certificate: other")),
                )
            )
        ),
        "step 2.7",
    ),
    "a-warning-that-is-waived": Lie(
        "12",
        "VERIFY-LINT-03",
        lambda: _waiving(lint=_finding(replace(WARNING, waived=WAIVED.waived))),
        "step 2.7",
    ),
    "second-lint-of-fewer-rules": _lie("VERIFY-LINT-04", rule_count=1),
    "second-lint-of-a-list-with-an-error": _of_list(
        "ENGINE-LINT-01", findings=(ERROR,)
    ),
    "second-lint-of-a-list-with-a-made-up-departure": _of_list(
        "VERIFY-LINT-03", findings=(replace(ERROR, departs="By no clause at all."),)
    ),
    "second-lint-of-a-list-with-another-finding": _of_list(
        "VERIFY-LINT-04", findings=(WARNING,)
    ),
    "second-lint-of-a-list-of-fewer-rules": _of_list("VERIFY-LINT-04", rule_count=1),
    "list-waived-by-no-waiver": _of_list("ENGINE-WAIVER-01", findings=(WAIVED,)),
    "list-waived-and-not-found": _of_waived_list("VERIFY-LINT-04", WAIVED),
    "a-warning-in-a-list-that-is-waived": _of_waived_list(
        "VERIFY-LINT-03", replace(WARNING, waived=WAIVED.waived)
    ),
}
