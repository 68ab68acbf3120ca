"""A site's own profile departs from what its trial finds, and from nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.check.departure_rules import stale_departures
from ceremony.check.rules import check_script
from ceremony.pki.profile_file import decode_profile
from ceremony.script.decode import decode_script
from ceremony.script.own_profile import bind_profiles
from tests.fakes.own_profiles import (
    ISSUING,
    ISSUING_TEXT,
    LIST,
    LIST_TEXT,
    OWN,
    own_script,
)

PERIOD = b"cabf.arl_invalid_validity_period"
URI = b"pkix.invalid_uri_syntax"
BASELINE = LIST_TEXT.replace(b"facts:\n", b"baseline-requirements: true\nfacts:\n")
REASON = b"cabf.crl_prohibited_reason_code"


def departs(*of: tuple[bytes, bytes]) -> bytes:
    items = b"".join(
        b"  - {finding: %b, about: %b, reason: So., source: CPS}\n" % each
        for each in of
    )
    return b"departs:\n" + items


def found(**files: bytes) -> list[tuple[str, str]]:
    """Check the script with lists, with profiles changed: ``issuing``, ``arl``."""
    own = {**OWN, **{f"northmoor-{name}.yaml": raw for name, raw in files.items()}}
    assert set(own) == {ISSUING, LIST}
    script = decode_script(own_script(own).encode(), "script.yaml")
    bound = bind_profiles(script, own.__getitem__)
    return [(each.rule, each.message) for each in check_script(bound)]


def test_a_departure_of_which_nothing_is_found_is_an_error() -> None:
    ((rule, message),) = found(issuing=ISSUING_TEXT + departs((URI, b"URI")))
    assert rule == "SCRIPT-DEPART-01"
    assert message == (
        "The profile northmoor-issuing departs from pkix.invalid_uri_syntax about "
        "'URI', and nothing of the kind is found in its trial."
    )
    ((rule, _),) = found(issuing=ISSUING_TEXT + departs((b"x.nobody_knows", b"what")))
    assert rule == "SCRIPT-DEPART-01"


def test_one_of_a_list_is_an_error_where_the_list_is_as_it_should_be() -> None:
    told = departs((PERIOD, b"400 days"))
    assert found(arl=BASELINE.replace(b"90 days", b"400 days") + told) == []
    ((rule, _),) = found(arl=BASELINE + told)
    assert rule == "SCRIPT-DEPART-01"
    stale = departs((PERIOD, b"400 days"), (PERIOD, b"500 days"))
    ((rule, message),) = found(arl=BASELINE.replace(b"90 days", b"400 days") + stale)
    assert rule == "SCRIPT-DEPART-01"
    assert "'500 days'" in message


SUBJECT = b"""\
  subject:
    value:
      - {attribute: remote-party-role, string: printable, text: "07"}
      - {attribute: common-name, string: printable}
      - {attribute: unique-identifier, string: bit, optional: true}
    status: chosen
    source: Northmoor CPS
"""
SYNTAX = b"itu.invalid_asn1_syntax"
NUMBERED = ISSUING_TEXT.replace(b"facts:\n", b"facts:\n" + SUBJECT)
"""Whose identifier the script leaves out."""


def test_a_finding_in_what_this_script_leaves_out_is_looked_for() -> None:
    assert found(issuing=NUMBERED + departs((SYNTAX, b"OID 2.5.4.45"))) == []
    ((rule, _),) = found(issuing=NUMBERED + departs((SYNTAX, b"OID 2.5.4.5")))
    assert rule == "SCRIPT-DEPART-01"


def test_it_is_looked_for_where_the_issuer_is_known_to_nobody() -> None:
    told = NUMBERED + departs((SYNTAX, b"OID 2.5.4.45"))
    unknown = told.replace(b"based-on:", b"signed-by: nobody-known\nbased-on:")
    assert {rule for rule, _ in found(issuing=unknown)} == {"SCRIPT-PROFILE-04"}


def test_of_what_cannot_be_tried_its_own_fault_alone_is_told() -> None:
    signature = b"""\
  signature: {value: rsa-pkcs1-sha256, status: chosen, source: CPS}
"""
    told = NUMBERED + departs((SYNTAX, b"OID 2.5.4.45"))
    other = told.replace(b"facts:\n", b"facts:\n" + signature)
    assert {rule for rule, _ in found(issuing=other)} == {"SCRIPT-PROFILE-03"}


def test_what_an_own_profile_has_from_a_built_in_one_is_held_there() -> None:
    text = ISSUING_TEXT.replace(b"smki-issuing-oca", b"web-subordinate").decode()
    profile = decode_profile(text, ISSUING)
    assert profile.departures
    assert stale_departures(profile, ()) == ()
    stated = replace(profile, inherits_departures=False)
    assert stale_departures(stated, ()) == profile.departures


@pytest.mark.parametrize(
    ("permitted", "rules"), [(b"", ["SCRIPT-DEPART-01"]), (b", certificate-hold", [])]
)
def test_a_finding_about_an_entry_is_looked_for_though_the_list_has_none(
    permitted: bytes, rules: list[str]
) -> None:
    held = BASELINE.replace(b"superseded]", b"superseded%b]" % permitted)
    told = found(arl=held + departs((REASON, b"certificateHold")))
    assert [rule for rule, _ in told] == rules
