"""Why a request is refused, in words: in the leaf, in the step, and at its close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ceremony import canonical
from ceremony.engine.decide import verify_command
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import (
    RequestRefused,
    RequestsJudged,
    RuleBroken,
    RuleCount,
    StepClosed,
)
from ceremony.engine.refusal import (
    FIRST,
    LONGEST_REASON,
    MOST_REASONS,
    brief_refusals,
)
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line
from ceremony.errors import RefusedError
from ceremony.journal.codec import LEAF_LIMIT
from ceremony.script.waiver import Waiver
from tests.fakes.walked_record import at, changed, going_on, walked_batch

ONE, SET = "2.15", "2.18"
UNSIGNED = RuleBroken(
    "PKI-REQUEST-02", "It is not signed by the key in it.", "RFC 2986, section 3"
)
NO_USAGE = RuleBroken("PKI-CSR-05", "It states no keyUsage.", "SEC Appendix M")
NEEDED = (
    "The lint finds nothing that stops it; pkilint 0.13.3 finds "
    "pkix.invalid_uri_syntax [RFC 5280]: certificate.extensions.2: Invalid URI."
)
LINTED = RuleBroken("PKI-CSR-31", NEEDED, "this tool's own")


def refused(*reasons: RuleBroken, file: str = "one.csr") -> RequestRefused:
    rules = tuple(dict.fromkeys(each.rule for each in reasons))
    return RequestRefused(1, file, rules, reasons)


def told_at_the_close(
    step: str, *first: RequestRefused, waivers: tuple[Waiver, ...] = (), **values: Any
) -> str:
    """Have every request of a step refused; give what is told where it would close."""
    known, closing = (
        at(step, kind, walked_batch()) for kind in (RequestsJudged, StepClosed)
    )
    rules = [rule for each in first for rule in each.rules]
    bad = changed(
        known.command,
        **{
            "good": 0,
            "refused": len(first),
            "accepted": None,
            "failures": tuple(RuleCount(rule, 1) for rule in rules),
            "first": first,
            "single": None,
            "refused_requests": None,
            **values,
        },
    )
    before = replace(
        known.before,
        script=replace(known.before.script, waivers=waivers),
    )
    after = going_on(before, known, bad)
    with pytest.raises(RefusedError) as caught:
        verify_command(after, closing.command)
    assert caught.value.code == "ENGINE-IMPORT-04"
    early = any(rule == "PKI-PATH-03" for rule in rules)
    begin = "Renew the certificate of the CA" if early else "Give the right file"
    assert caught.value.remedy.startswith(begin)
    return str(caught.value)


def test_a_refused_request_is_told_with_file_rule_clause_and_what_was_found() -> None:
    assert told_at_the_close(ONE, refused(UNSIGNED)) == (
        "Step 2.15 cannot close: no request was good. one.csr: PKI-REQUEST-02 "
        "[RFC 2986, section 3]: It is not signed by the key in it."
    )
    both = told_at_the_close(ONE, refused(UNSIGNED, NO_USAGE))
    assert "one.csr: PKI-CSR-05 [SEC Appendix M]: It states no keyUsage." in both


def test_where_the_ca_ends_too_early_no_other_request_is_asked_for() -> None:
    early = RuleBroken("PKI-PATH-03", "It ends too late.", "RFC 5280, section 6.1")
    assert "It ends too late." in told_at_the_close(ONE, refused(early))


def test_of_a_set_the_first_reasons_are_told_and_where_the_others_are() -> None:
    files = [refused(UNSIGNED, file=f"{number}.csr") for number in range(5)]
    told = told_at_the_close(SET, *files)
    assert [f"{number}.csr: " in told for number in range(5)] == [True] * 3 + [
        False
    ] * 2
    last = " 5 of 5 requests were refused; the results file has every reason."
    assert told.endswith(last)


def test_a_record_without_words_is_told_by_its_rules() -> None:
    told = told_at_the_close(ONE, RequestRefused(1, "one.csr", ("PKI-CSR-04",)))
    assert told.endswith("no request was good. Refused by PKI-CSR-04.")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, True),
        ({"expires": date(2099, 1, 1)}, False),
        ({"certificate": "another-certificate"}, False),
        ({"finding": "pkix.another"}, False),
        ({"about": "http://a/b"}, False),
    ],
)
def test_a_waiver_that_lapsed_is_told_with_its_owner_and_its_last_day(
    change: dict[str, Any], *, told: bool
) -> None:
    waiver = Waiver(
        *("pkix.invalid_uri_syntax", "meter-certificate", "A. Able, PMA", "So.", "CPS"),
        date(2026, 1, 31),
    )
    lapsed = replace(waiver, **change)
    said = told_at_the_close(ONE, refused(LINTED), waivers=(lapsed,))
    assert "[RFC 5280]: certificate.extensions.2: Invalid URI." in said
    lapse = "Its waiver by A. Able, PMA has lapsed: its last day was 2026-01-31."
    assert (lapse in said) is told


def test_each_refused_request_of_a_step_reads_with_its_reasons() -> None:
    known = at(SET, RequestsJudged, walked_batch())
    assert isinstance(known.command.fact, RequestsJudged)
    first = (refused(UNSIGNED), replace(refused(LINTED), rules=("a", "b"), position=4))
    fact = replace(known.command.fact, refused=2, first=first)
    told = KINDS["csr.import"].entries(known.before, (fact,))
    at_first = told.index(
        Line("request 1", "PKI-REQUEST-02: It is not signed by the key in it.")
    )
    assert told[at_first + 1 :] == (
        Line("source", "RFC 2986, section 3"),
        Line("request 4", f"PKI-CSR-31: {NEEDED}"),
        Line("source", "this tool's own"),
        Line("", "and more, in the results file"),
    )


def found(count: int, text: str = "It is wrong.") -> list[tuple[str, str, str]]:
    return [(f"PKI-CSR-{number:02d}", text, "RFC 2986") for number in range(count)]


@pytest.mark.parametrize(("requests", "each"), [(1, 6), (2, 3), (4, 1), (6, 1)])
def test_six_reasons_are_told_and_each_request_has_as_many(
    requests: int, each: int
) -> None:
    told = brief_refusals([(at, "f.csr", found(9)) for at in range(requests)])
    assert [len(one.reasons) for one in told] == [each] * requests
    assert [len(one.rules) for one in told] == [9] * requests
    assert brief_refusals([]) == ()


def test_what_is_told_fits_into_a_leaf_whatever_was_found() -> None:
    long = [(f"PKI-CSR-{at:02d}", '"' * 5000, "x" * 100) for at in range(20)]
    (one, *_) = told = brief_refusals([(9, "f" * 90, long)] * FIRST)
    assert sum(len(each.reasons) for each in told) == MOST_REASONS
    assert one.reasons[0].text == '"' * (LONGEST_REASON - 3) + "..."
    assert one.file == "f" * 60
    known = at(SET, RequestsJudged, walked_batch())
    assert isinstance(known.command.fact, RequestsJudged)
    counts = tuple(RuleCount(f"PKI-CSR-{at:02d}", 50_000) for at in range(70))
    fact = replace(known.command.fact, first=told, failures=counts)
    size = len(canonical.encode(encode_fact(fact)))
    assert size < LEAF_LIMIT - 1024
