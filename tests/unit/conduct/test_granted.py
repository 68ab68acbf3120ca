"""What a script lets be or relies on is told in full, before anything is opened."""

from __future__ import annotations

import re
from datetime import date

from ceremony.conduct.granted import Granted, Ground, granted, told_later
from ceremony.library import load_file
from ceremony.pki.builtin import load_builtin_profile
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.key_acts import TESTS

DAY = date(2026, 11, 27)
WAIVER = (
    "Waiver: pkix.invalid_uri_syntax in sub-cert is waived by A. Able, security "
    "officer until 2030-12-31: The host of the isolated network has no domain [RFC "
    "5280, section 4.2.1.6]."
)


def script(name: str, *, founded: bool = True) -> Script:
    text = (TESTS / f"vectors/scripts/{name}.yaml").read_text()
    if not founded:
        text = re.sub(r"(?m)^unverified:\n(  - .*\n)+", "", text)
    return decode_script(text.encode(), f"{name}.yaml")


def test_a_waiver_is_told_with_owner_reason_clause_and_last_day() -> None:
    waived = script("sound-with-waiver")
    assert granted(waived, DAY) == (Granted(WAIVER, Ground.WAIVED),)
    assert granted(waived, date(2030, 12, 31)) == (Granted(WAIVER, Ground.WAIVED),)
    assert told_later(granted(waived, DAY)) == (
        "Page 1 of the pack tells what somebody answers for, and the verifier remarks "
        "on each waiver."
    )
    expired = Granted(f"{WAIVER} It has expired.", Ground.WAIVED)
    assert granted(waived, date(2031, 1, 1)) == (expired,)


def test_a_confirmation_is_told_with_its_source_and_an_acceptance_with_its_reason() -> (
    None
):
    told = granted(script("sound-with-crl"), DAY)
    confirmed, accepted = Ground.CONFIRMED, Ground.ACCEPTED
    assert [each.ground for each in told] == [
        *(confirmed, accepted),
        *(confirmed, confirmed, confirmed),
    ]
    assert told_later(told) == "Page 1 of the pack tells what somebody answers for."
    assert told[0].told == (
        "Unverified: smki-root-oca, validity and path-length: confirmed by J. Doe of "
        "the PA, from Annex B 2.3."
    )
    assert told[1].told == (
        "Unverified: smki-root-oca, policies, extended-key-usage, "
        "subject-alternative-name, crl-distribution-points, ocsp-responders, "
        "issuer-certificates, serial-octets and key-usage: not confirmed, accepted by "
        "J. Doe of the PA: A test PKI."
    )


def test_what_nobody_answers_for_in_a_rehearsal_is_told_by_its_profile() -> None:
    told = granted(script("sound-with-crl", founded=False), DAY)
    root = load_builtin_profile("smki-root-oca")
    end = "Nobody confirms or accepts this, and no live ceremony is opened so."
    assert told == tuple(
        Granted(f"Unverified in {what}. {end}", Ground.NOBODYS)
        for what in (
            f"smki-root-oca: {', '.join(fact.name for fact in root.unverified)}",
            "smki-oca-arl: next-update, scope, reasons",
        )
    )
    assert told_later(told) == ""


def test_a_policy_that_nobody_has_seen_is_told_and_page_1_is_not_promised() -> None:
    demo = decode_script(load_file("demo", "script.yaml"), "script.yaml")
    unseen = [it for it in granted(demo, DAY) if it.ground is Ground.UNSEEN]
    of, by = "of Northmoor Trust Services Ltd", "Policy Authority minute"
    policy = "Organisation Certificate Policy"
    practice = "Certification Practice Statement"
    assert [each.told for each in unseen] == [
        f"Policy, not seen: {policy} {of}, 2.3: {by} PA-2026-19.",
        f"Policy, not seen: {practice} {of}, 2.1: {by} PA-2026-20.",
    ]
    assert told_later(unseen) == ""
