"""What the room would refuse to renew is told before a ceremony is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace

import pytest

from ceremony.conduct.earlier import Found
from ceremony.conduct.renewable import refused_renewals
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import CrlMade, Fact, Outcome, RevokedCertificate
from ceremony.identifiers import Digest, Mode
from ceremony.register.history import History
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.record_builder import BuiltRecord
from tests.fakes.record_earlier import search
from tests.fakes.record_key_gone import (
    OTHER,
    REVOKES_THE_METER,
    gone_script,
)
from tests.fakes.record_key_gone import build_before as build_listed
from tests.fakes.record_renewal import build_before, second_script
from tests.fakes.record_succession import named_otherwise, succession_script
from tests.fakes.renewal_script import ACT
from tests.fakes.room_after import history_of

COPY = "issuing-copy: {kind: key, title: Copy, token: root-hsm, copy-of: issuing-dca}"


def known() -> tuple[Script, tuple[Found, ...]]:
    """Give the script of the second ceremony, and what the journal has of the first."""
    script = decode_script(second_script(ACT), "second.yaml")
    return script, search(script, build_before())


def answered_by(key: str, *requests: str) -> Script:
    """Let requests be answered by another key; the copy is one of the script then."""
    script, _ = known()
    text = script.raw.decode().replace("  root-dca: ", f"  {COPY}\n  root-dca: ")
    for request in requests:
        told = f"key: issuing-dca, request: {request}"
        assert told in text
        text = text.replace(told, f"key: {key}, request: {request}")
    return decode_script(text.encode(), "second.yaml")


def rules(
    script: Script,
    found: Sequence[Found],
    history: History | None = None,
    mode: Mode = Mode.REHEARSAL,
) -> list[tuple[str, str]]:
    """Give of each refusal the request that is not taken, and the rule."""
    told = refused_renewals(script, found, history or History(), mode)
    return [(str(step.parameters["request"]), refusal.code) for step, refusal in told]


def test_what_the_key_that_answers_has_signed_is_renewed() -> None:
    script, found = known()
    assert rules(script, found) == []


def test_another_earlier_cas_key_renews_neither_a_certificate_nor_a_batch() -> None:
    script = answered_by("root-dca", "meter-request", "device-requests")
    assert rules(script, known()[1]) == [
        ("meter-request", "ENGINE-RENEW-03"),
        ("device-requests", "ENGINE-RENEW-03"),
    ]


def test_a_copy_that_is_restored_only_in_the_ceremony_renews_as_its_original() -> None:
    script = answered_by("issuing-copy", "meter-request", "device-requests")
    assert rules(script, known()[1]) == []


def test_whose_key_a_batch_is_of_is_not_asked_where_the_journal_does_not_tell() -> None:
    script = answered_by("root-dca", "device-requests")
    found = [
        replace(each, fact=replace(each.fact, issuer_key=None)) for each in known()[1]
    ]
    assert rules(script, found) == []


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("superseded", [("meter-request", "ENGINE-RENEW-02")]),
        ("certificate-hold", []),
    ],
)
def test_what_the_last_list_revokes_is_refused(
    reason: str, told: list[tuple[str, str]]
) -> None:
    script, found = known()
    key = next(each for each in found if each.fact.thing == "issuing-dca")
    made = build_before().builder.state.certificates["meter-certificate"]
    crl = CrlMade(
        digest=Digest("ab" * 32),
        tbs=Digest("ac" * 32),
        number=1,
        issuer=made.issuer,
        issuer_thing="issuing-dca",
        issuer_key=build_before().builder.state.keys["issuing-dca"].public_key,
        this_update="2026-11-25T00:00:00Z",
        next_update="2026-12-25T00:00:00Z",
        revoked=(RevokedCertificate(made.serial, "2026-11-25", reason),),
    )
    outcome = replace(key.fact.outcome, key=None, crl=crl)
    listed = replace(key, fact=replace(key.fact, outcome=outcome))
    assert rules(script, [*found, listed]) == told


def listing() -> History:
    """Give a history in which the first ceremony's issuing key has signed a list."""
    history = History()
    for recorded in build_before().builder.facts:
        history.take(recorded.event)
    act = history.acts[-1]
    key = build_before().builder.state.keys["issuing-dca"].public_key
    crl = CrlMade(
        digest=Digest("ab" * 32),
        tbs=Digest("ac" * 32),
        number=1,
        issuer="CN=Z2",
        issuer_thing="issuing-dca",
        issuer_key=key,
        this_update="2026-11-25T00:00:00Z",
        next_update="2026-12-25T00:00:00Z",
    )
    history.acts.append(replace(act, outcome=replace(act.outcome, crl=crl)))
    return history


def test_a_key_that_is_made_in_the_ceremony_may_be_its_cas_next_one() -> None:
    for change, told in (
        (bytes, []),
        (named_otherwise, [("meter-request", "ENGINE-RENEW-03")]),
    ):
        script = decode_script(change(succession_script()), "it")
        assert rules(script, search(script, build_before()), listing()) == told


def test_the_last_list_of_a_key_that_is_gone_goes_along_with_its_certificate() -> None:
    for revoked, told in (
        (OTHER, []),
        (REVOKES_THE_METER, [("meter-request", "ENGINE-RENEW-02")]),
    ):
        first = build_listed(revoked)
        destroyed = history_of(first.builder.facts)
        assert [key.serial for key in destroyed.gone] == ["S-root-hsm"]
        script = decode_script(gone_script(first), "it")
        found = search(script, first)
        lists = [each for each in found if each.fact.outcome.crl is not None]
        assert [(each.fact.thing, each.fact.by) for each in lists] == [
            ("issuing-dca-certificate", "")
        ]
        assert "crl-earlier-issuing-dca-certificate.crl" in lists[0].contents
        assert rules(script, found, destroyed) == told
        # The record of what the journal has not told is refused beforehand.
        less = [each for each in found if each not in lists]
        assert ("meter-request", "CONDUCT-RENEW-01") in rules(script, less, destroyed)


def test_a_list_goes_along_once_and_not_with_a_cross_certificate() -> None:
    first = build_listed()
    text = gone_script(first).decode()
    thing = next(
        it for it in text.splitlines() if it.startswith("  issuing-dca-certificate: ")
    )
    again = thing.replace("issuing-dca-certificate:", "once-more:")
    twice = decode_script(text.replace(thing, f"{thing}\n{again}").encode(), "it")
    assert len(lists_of(twice, first)) == 1
    assert len(lists_of(decode_script(text.encode(), "it"), first)) == 1

    def crossed(fact: Fact) -> Fact:
        if not isinstance(fact, Outcome) or fact.certificate is None:
            return fact
        return replace(fact, verb="certificate.cross-sign")

    assert lists_of(decode_script(text.encode(), "it"), first, crossed) == []


def lists_of(
    script: Script,
    first: BuiltRecord,
    change: Callable[[Fact], Fact] = lambda fact: fact,
) -> list[int]:
    """Give the number of each list that goes along, of a changed first ceremony."""
    facts = [
        replace(each, event=replace(each.event, data=encode_fact(change(each.fact))))
        for each in first.builder.facts
    ]
    changed = replace(first, builder=copy(first.builder))
    changed.builder.facts = facts
    crls = (each.fact.outcome.crl for each in search(script, changed))
    return [crl.number for crl in crls if crl is not None]


def test_what_a_key_before_has_listed_is_to_be_known_of() -> None:
    raw = succession_script().splitlines(keepends=True)
    less = b"".join(it for it in raw if not it.startswith(b"  issuing-dca: "))
    script = decode_script(less, "it")
    found = search(script, build_before())
    told = [("meter-request", "CONDUCT-RENEW-01")]
    assert rules(script, found, listing()) == told
    assert rules(script, found) == []


@pytest.mark.parametrize(
    ("verb", "change", "told"),
    [
        ("certificate.issue", {}, ["CONDUCT-RENEW-01", "CONDUCT-RENEW-01"]),
        ("certificate.issue", {"subject": "CN=Another"}, []),
        ("certificate.issue", {"issuer": "CN=Another"}, []),
        ("certificate.cross-sign", {}, []),
        # A CA of the same name under another root, as each rehearsal makes one.
        ("certificate.issue", {"issuer_thing": "another-root"}, []),
    ],
)
def test_what_a_later_key_has_listed_is_to_be_known_of(
    verb: str, change: dict[str, str], told: list[str]
) -> None:
    script, found = known()
    history = listing()
    listed = history.acts[-1]
    key = build_before().builder.state.keys["issuing-dca"].public_key
    for act in list(history.acts):
        made = act.outcome.certificate
        if made is not None and made.public_key == key:
            later = replace(made, public_key=Digest("cd" * 32), **change)
            outcome = replace(act.outcome, verb=verb, certificate=later)
            history.acts.append(replace(act, outcome=outcome))
    crl = listed.outcome.crl
    assert crl is not None
    crl = replace(crl, issuer_key=Digest("cd" * 32))
    history.acts.append(replace(listed, outcome=replace(listed.outcome, crl=crl)))
    assert [rule for _, rule in rules(script, found, history)] == told
    # In live ceremonies a name is one CA's, whoever has certified it.
    live = [rule for _, rule in rules(script, found, history, Mode.LIVE)]
    assert live == (told if "issuer_thing" not in change else ["CONDUCT-RENEW-01"] * 2)
