"""What a departure fits: the thing that a finding names, and never where it stands."""

from __future__ import annotations

import pytest

from ceremony.errors import InputError
from ceremony.pki.builtin import builtin_profiles, load_builtin_profile
from ceremony.pki.departure import Departure, departure_for
from ceremony.pki.profile_file import decode_profile
from tests.fakes.profile_texts import DEPARTS, EVERYTHING

SYNTAX = "itu.invalid_asn1_syntax"
NODE = "certificate.tbsCertificate.subject.rdnSequence.2.0"
TEXT = (
    f'{NODE}: ASN.1 decoding failure occurred at "{NODE}.value" with schema '
    '"DirectoryString" corresponding to type OID 2.5.4.45: Error decoding.'
)


@pytest.mark.parametrize(
    ("about", "fits"),
    [
        ("OID 2.5.4.45", True),
        ("2.5.4.45", True),
        ("DirectoryString", True),
        ("Error decoding", True),
        ("OID 2.5.4.4", False),
        ("2.5.4", False),
        ("5.4.45", False),
        ("Directory", False),
        # The place of it, which each finding has.
        ("certificate", False),
        ("subject", False),
        ("tbsCertificate.subject", False),
        ("value", False),
        # No pattern.
        ("OID .*", False),
    ],
)
def test_a_departure_fits_whole_words_of_what_was_found(
    about: str, *, fits: bool
) -> None:
    departure = Departure(SYNTAX, about, "So.", "X.520")
    assert departure_for((departure,), SYNTAX, TEXT) == (departure if fits else None)
    assert departure_for((departure,), "itu.other", TEXT) is None


@pytest.mark.parametrize(
    ("finding", "about", "is_narrow"),
    [
        (SYNTAX, "OID 2.5.4.45", True),
        (SYNTAX, "DirectoryString", False),
        ("base.unhandled_exception", "KeyError", False),
        ("base.unhandled_exception", "2.5.29.15", True),
        ("cabf.x", "digital signature bit", True),
        ("cabf.x", "400 days", True),
        ("cabf.x", "certificate", False),
        ("cabf.x", "certificate list", False),
        ("cabf.x", "a", False),
        ("cabf.x", ": ", False),
    ],
)
def test_a_profile_says_about_what_it_departs(
    finding: str, about: str, *, is_narrow: bool
) -> None:
    told = DEPARTS.replace(SYNTAX, finding).replace("OID 2.5.4.45", f'"{about}"')
    text = EVERYTHING.replace(DEPARTS, told)
    if is_narrow:
        (departure,) = decode_profile(text, "own.yaml").departures
        assert (departure.finding, departure.about) == (finding, about)
        return
    with pytest.raises(InputError) as caught:
        decode_profile(text, "own.yaml")
    assert caught.value.code == "PKI-DEPART-01"
    assert f"about {about!r}" in str(caught.value)


@pytest.mark.parametrize("name", builtin_profiles())
def test_who_states_departures_is_known(name: str) -> None:
    own = (
        "format: key-ceremony.certificate-profile/1\nname: own\ntitle: Own\n"
        f"based-on: {name}\n"
    )
    departures = load_builtin_profile(name).departures
    plain = decode_profile(own, "own.yaml")
    assert plain.departures == departures
    assert plain.inherits_departures is bool(departures)
    stated = decode_profile(own + DEPARTS, "own.yaml")
    assert len(stated.departures) == 1
    assert not stated.inherits_departures
