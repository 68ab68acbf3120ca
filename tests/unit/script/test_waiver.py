"""Waivers in a script: read strictly, and never for what may not be waived."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ceremony.check import check_script
from ceremony.conduct.opening import verify_waivers
from ceremony.errors import RefusedError
from ceremony.script.decode import decode_script, load_script
from ceremony.script.shape import ShapeError
from ceremony.script.waiver import (
    NEVER_WAIVED,
    Waiver,
    lapsed_waiver,
    waivers_on,
)

FILE = Path(__file__).parents[2] / "vectors/scripts/sound-with-waiver.yaml"
LAST = date(2030, 12, 31)
AFTER = date(2031, 1, 1)
WAIVER = Waiver(
    finding="pkix.invalid_uri_syntax",
    certificate="sub-cert",
    owner="A. Able, security officer",
    reason="The host of the isolated network has no domain.",
    clause="RFC 5280, section 4.2.1.6",
    expires=LAST,
)

ABOUT = replace(WAIVER, about="http://crl/root.crl")


def test_a_waiver_is_read_and_told_in_one_sentence() -> None:
    assert load_script(FILE).waivers == (WAIVER,)
    assert WAIVER.told == (
        "Waiver: pkix.invalid_uri_syntax in sub-cert is waived by A. Able, security "
        "officer until 2030-12-31: The host of the isolated network has no domain "
        "[RFC 5280, section 4.2.1.6]."
    )


def test_what_a_waiver_is_about_is_read_and_told() -> None:
    clause = "    clause: RFC 5280, section 4.2.1.6\n"
    about = f"{clause}    about: http://crl/root.crl\n"
    raw = FILE.read_text().replace(clause, about, 1).encode()
    (waiver,) = decode_script(raw, "script.yaml").waivers
    assert waiver == ABOUT
    assert waiver.told == (
        "Waiver: pkix.invalid_uri_syntax in sub-cert is waived by A. Able, security "
        "officer until 2030-12-31, for http://crl/root.crl alone: The host of the "
        "isolated network has no domain [RFC 5280, section 4.2.1.6]."
    )


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ('list.0.uri: Invalid URI syntax: "http://crl/root.crl".', True),
        ("list.0.uri: http://crl/root.crl: no domain", True),
        ("list.0.uri: No domain (http://crl/root.crl)", True),
        ('list.0.uri: Invalid URI syntax: "http://aia/root.cer".', False),
        # An address that only begins, ends or goes on alike is another one.
        ('list.0.uri: Invalid URI syntax: "http://crl/root.crl.bad".', False),
        ('list.0.uri: Invalid URI syntax: "http://crl/root.crl/next".', False),
        ('list.0.uri: Invalid URI syntax: "http://crl/root.crl?to=bad".', False),
        ('list.0.uri: Invalid URI syntax: "http://bad/?http://crl/root.crl".', False),
        ('list.0.uri: Invalid URI syntax: "http://crl/rootXcrl".', False),
        # Where it stands names no thing.
        ("http://crl/root.crl: Invalid URI syntax.", False),
        ("http://crl/root.crl", False),
    ],
)
def test_a_waiver_covers_what_it_is_about_and_nothing_else(
    text: str, *, covered: bool
) -> None:
    assert ABOUT.covers(ABOUT.finding, text) is covered
    assert not ABOUT.covers("pkix.other", text)
    assert WAIVER.covers(WAIVER.finding, text)


@pytest.mark.parametrize("day", ["2030-02-30", "20301231", "31.12.2030", "2030-1-1"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    raw = FILE.read_bytes().replace(b"2030-12-31", day.encode())
    with pytest.raises(ShapeError) as caught:
        decode_script(raw, "script.yaml")
    assert caught.value.code == "FILE-SHAPE-04"


@pytest.mark.parametrize("key", ["owner", "reason", "clause", "expires"])
def test_a_waiver_without_one_of_its_parts_is_refused(key: str) -> None:
    lines = FILE.read_text().splitlines()
    kept = [line for line in lines if not line.startswith(f"    {key}: ")]
    with pytest.raises(ShapeError) as caught:
        decode_script("\n".join(kept).encode(), "script.yaml")
    assert caught.value.code == "FILE-SHAPE-02"


def test_a_waiver_is_for_its_certificate_and_ends_after_its_last_day() -> None:
    assert waivers_on((WAIVER,), "sub-cert", LAST) == (WAIVER,)
    assert waivers_on((WAIVER,), "sub-cert", AFTER) == ()
    assert waivers_on((WAIVER,), "root-cert", LAST) == ()


@pytest.mark.parametrize(
    ("finding", "never"),
    [
        ("pkix.invalid_uri_syntax", False),
        ("PKI-SKI-01", True),
        ("itu.invalid_asn1_syntax", True),
        ("base.unhandled_exception", True),
        ("pkilint.more", True),
    ],
)
def test_our_own_rules_and_what_says_nothing_are_never_waived(
    finding: str, *, never: bool
) -> None:
    assert bool(NEVER_WAIVED.fullmatch(finding)) is never


def test_one_that_has_expired_is_found_and_keeps_the_ceremony_from_being_opened() -> (
    None
):
    script = load_script(FILE)
    assert check_script(script, LAST) == check_script(script) == ()
    (found,) = check_script(script, AFTER)
    assert (found.rule, found.severity) == ("SCRIPT-WAIVER-05", "error")
    assert f" by {script.waivers[0].owner} expired on 2030-12-31" in found.message
    assert (
        found.place.line
        == FILE.read_text().split("\n").index('    expires: "2030-12-31"') + 1
    )
    verify_waivers(script, LAST)
    with pytest.raises(RefusedError) as caught:
        verify_waivers(script, AFTER)
    assert caught.value.code == "CONDUCT-WAIVER-01"
    told = script.waivers[0]
    assert str(caught.value) == (
        f"{told.finding} in {told.subject} is waived no more. Its waiver by "
        f"{told.owner} has lapsed: its last day was 2030-12-31."
    )
    verify_waivers(replace(script, waivers=()), AFTER)


def test_of_waivers_that_lapsed_the_one_is_found_that_was_for_the_finding() -> None:
    text = "certificate.extensions.2: Bad: http://a/1."
    known = Waiver("pkix.id", "c", "J. Doe", "Why.", "RFC", date(2030, 1, 2))
    longer = replace(known, owner="A. Able", expires=date(2030, 1, 3))
    day = date(2030, 1, 4)
    told = ("c", "pkix.id", text, day)
    assert lapsed_waiver((known, longer), *told) == longer
    assert lapsed_waiver((longer, known), *told) == longer
    assert lapsed_waiver((replace(known, expires=day),), *told) is None
    assert lapsed_waiver((replace(known, certificate="d"),), *told) is None
    assert lapsed_waiver((replace(known, finding="pkix.other"),), *told) is None
    assert lapsed_waiver((replace(known, about="http://b/1"),), *told) is None
    assert lapsed_waiver((replace(known, about="http://a/1"),), *told) is not None


def test_a_waiver_in_short_keeps_what_whose_word_and_until_when() -> None:
    told = Waiver("pkix.id", "c", "J. Doe, PMA", "Why.", "RFC", date(2030, 1, 2))
    short = "Waiver: pkix.id in c is waived by J. Doe, PMA until 2030-01-02"
    assert told.brief == short
    alone = replace(told, certificate="", crl="list", about="http://a/b")
    assert (
        alone.brief == f"{short.replace(' in c ', ' in list ')}, for http://a/b alone"
    )
