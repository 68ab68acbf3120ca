"""A list is signed only where every list goes along that a key of its CA has signed."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ceremony.check.findings import Finding, FindingSeverity
from ceremony.check.plan import read_plan
from ceremony.conduct.earlier import Found
from ceremony.conduct.known import Known
from ceremony.conduct.listable import (
    followed_keys,
    refused_lists,
    warn_of_corrections,
    warn_of_early_days,
)
from ceremony.conduct.log import Log
from ceremony.conduct.opening import Wish, _earlier
from ceremony.conduct.preflight import lint_refused
from ceremony.conduct.renewable import state_told
from ceremony.conduct.replaced import Journal
from ceremony.conduct.site import Site
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, Mode
from ceremony.register.history import History
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.forgery import Forgery
from tests.fakes.record_anew import script_with
from tests.fakes.record_builder import START, BuiltRecord, build_record
from tests.fakes.record_earlier import FIRST, search
from tests.fakes.record_key_gone import build_before, listing_script
from tests.fakes.record_renewal import second_script
from tests.fakes.record_succession import named_otherwise
from tests.fakes.renewal_script import ACT, NEXT_KEY, OTHER, list_step
from tests.fakes.room_after import history_of, room_after

OLD, KEY = "issuing-dca-certificate", "issuing-dca"
COPY = "issuing-copy: {kind: key, title: Copy, token: root-hsm, copy-of: issuing-dca}"
OTHER_EARLIER = "serial:4a0f 2020-01-10 key-compromise"
LATER = Digest("cd" * 32)
NEXT_LIST = list_step(2, [OTHER])


@cache
def build_there() -> BuiltRecord:
    """Make the first ceremony up, in which the issuing key signs a list and stays."""
    listed = {"first-list": "kind: crl, title: A list, profile: generic-crl"}
    raw = script_with([list_step(1, [OTHER])], listed)
    return build_record(Forgery(script=lambda _: raw, ceremony=FIRST))


def there(key: str) -> Script:
    """Give the second ceremony's script, in which a key signs a list.

    Args:
        key: Its name: the issuing key, which is there, a copy of it, or the next one.
    """
    signed = NEXT_LIST.replace(KEY, key)
    steps = [*ACT[:2], *(NEXT_KEY if key == "next-dca" else ()), signed]
    text = second_script(steps, first=build_there()).decode()
    if key == "issuing-copy":
        text = text.replace("  root-dca: ", f"  {COPY}\n  root-dca: ", 1)
    return decode_script(text.encode(), "second.yaml")


def gone(number: int = 2, revoked: Iterable[str] = (OTHER,)) -> Script:
    """Give the script in which the next key signs, and the one before is gone."""
    raw = listing_script(build_before(), number, tuple(revoked))
    return decode_script(raw, "second.yaml")


def lists_in(found: Iterable[Found]) -> list[tuple[str, str]]:
    """Give under which name each list goes along, and its key's where it is named."""
    told = (each.fact for each in found if each.fact.outcome.crl is not None)
    return [(fact.thing, fact.by) for fact in told]


def rules(
    script: Script, found: Iterable[Found], history: History, mode: Mode = Mode.LIVE
) -> list[tuple[str, str]]:
    """Give the key of each list that is not signed, and the rule."""
    told = refused_lists(script, found, history, mode)
    return [(str(step.parameters["key"]), refusal.code) for step, refusal in told]


def findings(script: Script, found: Iterable[Found], history: History) -> list[Finding]:
    """Give what is told before a live ceremony is opened."""
    journal = Journal(history, dict[Digest, bytes]().__getitem__)
    known = Known(script, tuple(found), (), journal, Mode.LIVE, START.date())
    return list(lint_refused(read_plan(script), known))


def wish_for(script: Script) -> Wish:
    """Give the wish to open a ceremony at a site with the token."""
    token = SimpleNamespace(name="root-hsm", serial="S-root-hsm")
    site = SimpleNamespace(binding=SimpleNamespace(tokens=[token]), certificates={})
    return Wish(script, (), cast("Site", site), Mode.REHEARSAL)


def log_after(built: BuiltRecord) -> Log:
    """Give what the site has recorded after a ceremony."""
    return cast("Log", room_after(built, built, facts=()).log)


@pytest.mark.parametrize("key", ["issuing-dca", "issuing-copy", "next-dca"])
def test_the_last_list_goes_along_with_the_key_whichever_of_its_ca_signs(
    key: str,
) -> None:
    script = there(key)
    found = search(script, build_there())
    assert lists_in(found) == [(KEY, KEY)]
    history = history_of(build_there().builder.facts)
    assert rules(script, found, history) == []
    less = [each for each in found if each.fact.outcome.crl is None]
    assert rules(script, less, history) == [(key, "CONDUCT-CRL-03")]


def test_the_last_list_of_a_key_that_is_gone_goes_along_with_its_certificate() -> None:
    history = history_of(build_before().builder.facts)
    script = gone()
    found = search(script, build_before())
    assert lists_in(found) == [(OLD, "")]
    less = [each for each in found if each.fact.outcome.crl is None]
    for mode in Mode:
        assert rules(script, found, history, mode) == []
        assert rules(script, less, history, mode) == [("next-dca", "CONDUCT-CRL-03")]
    assert rules(script, less, History()) == []
    (finding,) = findings(script, less, history)
    lines = script.raw.decode().splitlines()
    assert "crl.issue" in lines[finding.place.line - 1]
    assert "signs a list by Next key, whose CA has had several keys" in finding.message
    assert finding.remedy.startswith("Name the certificate of that key in the script")


def test_a_key_whose_name_the_script_does_not_say_is_known_by_its_certificate() -> None:
    text = there("next-dca").raw.decode()
    told = 'common-name: Z2, values: {alternative-names: "dns:issuing.example"}, public'
    assert text.count(told) == 1
    script = decode_script(text.replace(told, "public").encode(), "second.yaml")
    found = search(script, build_there())
    assert lists_in(found) == [(KEY, KEY)]
    assert rules(script, found, history_of(build_there().builder.facts)) == []


def test_another_cas_key_follows_no_list() -> None:
    script = decode_script(named_otherwise(listing_script(build_before())), "it")
    found = search(script, build_before())
    assert lists_in(found) == []
    assert rules(script, found, history_of(build_before().builder.facts)) == []
    assert followed_keys(state_told(script, found), "next-dca") == ()


def test_a_cross_certificate_brings_no_keys_list_along() -> None:
    script = gone()
    found = search(script, build_before())
    old = build_before().builder.state.keys[KEY].public_key
    assert followed_keys(state_told(script, found), "next-dca") == (old,)
    crossed = [
        replace(each, fact=replace(each.fact, outcome=outcome))
        for each in found
        for outcome in [replace(each.fact.outcome, verb="certificate.cross-sign")]
        if each.fact.thing == OLD
    ]
    assert followed_keys(state_told(script, crossed), "next-dca") == ()


@pytest.mark.parametrize(
    ("number", "revoked", "told"),
    [
        (2, [OTHER], []),
        (1, [OTHER], ["CONDUCT-EARLIER-09"]),
        (2, [], ["ENGINE-EARLIER-03"]),
        (2, ["serial:4a0f 2020-01-16 key-compromise"], ["ENGINE-EARLIER-03"]),
    ],
)
def test_a_list_of_the_next_key_is_held_against_the_last_one_beforehand(
    number: int, revoked: list[str], told: list[str]
) -> None:
    script = gone(number, revoked)
    history = history_of(build_before().builder.facts)
    refused = findings(script, search(script, build_before()), history)
    assert [each.rule for each in refused] == told
    whose = "the last list of the key before, that of Issuing certificate,"
    assert all(whose in each.message for each in refused)


@pytest.mark.parametrize(
    ("number", "revoked", "rule"),
    [
        (2, [OTHER], ""),
        (1, [OTHER], "CONDUCT-EARLIER-09"),
        (2, [], "ENGINE-EARLIER-03"),
    ],
)
def test_no_ceremony_is_opened_whose_list_does_not_follow_on_the_last_one(
    number: int, revoked: list[str], rule: str
) -> None:
    wish = wish_for(gone(number, revoked))
    log = log_after(build_before())
    if not rule:
        assert _earlier(wish, log, START.date())
        return
    with pytest.raises(RefusedError) as refused:
        _earlier(wish, log, START.date())
    assert refused.value.code == rule


def test_no_ceremony_is_opened_whose_list_revokes_what_is_another_cas() -> None:
    text = there(KEY).raw.decode()
    item = f"{OTHER}, root-dca-certificate today superseded"
    script = decode_script(text.replace(OTHER, item).encode(), "second.yaml")
    with pytest.raises(RefusedError) as refused:
        _earlier(wish_for(script), log_after(build_there()), START.date())
    assert refused.value.code == "ENGINE-CRL-01"


def test_what_a_list_corrects_of_one_in_the_journal_is_told_beforehand() -> None:
    script = gone(2, ["serial:4b today superseded", OTHER_EARLIER])
    found = search(script, build_before())
    (finding,) = warn_of_corrections(read_plan(script), found)
    assert (finding.rule, finding.severity) == (
        "CONDUCT-CRL-07",
        FindingSeverity.WARNING,
    )
    assert finding.message.endswith(
        " changes what the journal has of serial:4a0f: from 2020-01-15 superseded in "
        "list 1 to 2020-01-10 key-compromise."
    )
    line = script.raw.decode().splitlines()[finding.place.line - 1]
    assert line[finding.place.column - 1 :].startswith(OTHER_EARLIER)


@pytest.mark.parametrize(
    ("day", "is_told"),
    [("2026-11-24", True), ("2026-11-25", False), ("today", False)],
)
def test_a_day_before_the_certificate_held_is_told_beforehand(
    day: str, *, is_told: bool
) -> None:
    item = f"old-meter {day} key-compromise"
    script = gone(2, ["serial:4b 2001-01-01 superseded", item])
    findings = list(
        warn_of_early_days(read_plan(script), search(script, build_before()))
    )
    assert [each.rule for each in findings] == ["CONDUCT-CRL-08"] * is_told
    for finding in findings:
        assert finding.severity is FindingSeverity.WARNING
        assert "that certificate holds from 2026-11-25 on" in finding.message
        line = script.raw.decode().splitlines()[finding.place.line - 1]
        assert line[finding.place.column - 1 :].startswith(item)


def with_later(history: History, **changes: Any) -> History:
    """Let the CA have had another key since, which has signed a list as well.

    Args:
        history: What was done.
        changes: How its certificate differs from that of the key before, besides.
    """
    later = copy(history)
    later.acts = list(history.acts)
    pair = build_before().builder.state.keys[KEY].public_key
    for act in history.acts:
        made, crl = act.outcome.certificate, act.outcome.crl
        outcome = act.outcome
        if made is not None and made.public_key == pair:
            made = replace(made, public_key=LATER, **changes)
            outcome = replace(outcome, certificate=made)
        elif crl is not None:
            outcome = replace(outcome, crl=replace(crl, issuer_key=LATER))
        else:
            continue
        later.acts.append(replace(act, outcome=outcome))
    return later


@pytest.mark.parametrize(
    ("changes", "live", "rehearsed"),
    [
        ({}, True, True),
        ({"subject": "CN=Another"}, False, False),
        ({"issuer": "CN=Another"}, False, False),
        # Another root of the same name, as a rehearsal has that is held once more.
        ({"issuer_thing": KEY}, True, False),
    ],
)
def test_a_list_of_each_other_key_of_the_ca_goes_along(
    changes: dict[str, Any], *, live: bool, rehearsed: bool
) -> None:
    script = gone()
    found = search(script, build_before())
    history = with_later(history_of(build_before().builder.facts), **changes)
    for mode, is_refused in ((Mode.LIVE, live), (Mode.REHEARSAL, rehearsed)):
        assert bool(rules(script, found, history, mode)) is is_refused
