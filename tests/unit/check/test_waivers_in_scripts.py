"""Waivers of a script, each of them for one finding in the trial of a certificate."""

from __future__ import annotations

from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
import yaml

from ceremony.check.rules import check_script
from ceremony.check.schema import script_schema
from ceremony.script.decode import decode_script

SOUND = Path(__file__).parents[2] / "vectors/scripts/sound-with-waiver.yaml"
URI = "pkix.invalid_uri_syntax"
CRL, OTHER, AIA = "http://crl/root.crl", "http://other/x", "http://aia/root.cer"
GIVEN = f"crl-urls: {CRL}}}"
PLAIN = f"""  - finding: {URI}
    certificate: sub-cert
    owner: A. Able, security officer
    reason: The host of the isolated network has no domain.
    clause: RFC 5280, section 4.2.1.6
    expires: "2030-12-31"
"""


def about(*addresses: str) -> str:
    """Give a waiver for each address; an empty one is about none."""
    return "".join(
        PLAIN + (f"    about: {address}\n" if address else "") for address in addresses
    )


def found(waivers: str, given: str = GIVEN) -> list[tuple[str, str]]:
    text = SOUND.read_text()
    assert PLAIN in text
    assert GIVEN in text
    text = text.replace(PLAIN, waivers).replace(GIVEN, given)
    script = decode_script(text.encode(), "script.yaml")
    return [(each.rule, each.message) for each in check_script(script)]


MORE_LISTS = f'crl-urls: "{CRL} {OTHER}"}}'
WITH_ISSUER = f"crl-urls: {CRL}, issuer-urls: {AIA}}}"


@pytest.mark.parametrize(
    ("given", "other"), [(MORE_LISTS, OTHER), (WITH_ISSUER, AIA)], ids=["crl", "issuer"]
)
def test_a_waiver_for_one_address_lets_no_second_one_pass(
    given: str, other: str
) -> None:
    ((rule, message),) = found(PLAIN, given)
    assert rule == "SCRIPT-WAIVER-06"
    assert f"{URI} is found 2 times in sub-cert: " in message
    assert CRL in message
    assert other in message
    ((rule, message),) = found(about(CRL), given)
    assert rule == "SCRIPT-PROFILE-03"
    assert other in message
    assert CRL not in message
    assert found(about(CRL, other), given) == []


def test_a_waiver_about_words_that_each_finding_has_is_for_none_of_them() -> None:
    ((rule, message),) = found(about("Invalid URI syntax"), MORE_LISTS)
    assert rule == "SCRIPT-WAIVER-06"
    assert f"{URI} about 'Invalid URI syntax' is found 2 times" in message
    assert found(about("Invalid URI syntax")) == []


def test_a_waiver_about_what_is_not_found_is_stale() -> None:
    rules = dict(found(about(AIA)))
    assert set(rules) == {"SCRIPT-WAIVER-04", "SCRIPT-PROFILE-03"}
    assert f"{URI} about '{AIA}' is waived in sub-cert" in rules["SCRIPT-WAIVER-04"]


@pytest.mark.parametrize(
    "addresses",
    [(CRL, CRL), (CRL, ""), ("", CRL), (CRL, "Invalid URI syntax")],
    ids=["the same", "one about all", "all and one of them", "by other words"],
)
def test_one_finding_is_waived_once(addresses: tuple[str, str]) -> None:
    ((rule, _),) = found(about(*addresses))
    assert rule == "SCRIPT-WAIVER-03"


def test_the_schema_knows_what_a_waiver_may_be_about() -> None:
    # The library that reads it here takes a question mark for a key.
    tree = yaml.safe_load(SOUND.read_text().replace("Ready?", "Ready."))
    validator = jsonschema.Draft7Validator(script_schema())
    validator.validate(tree)
    tree["waivers"][0]["about"] = CRL
    validator.validate(tree)
    tree["waivers"][0]["about"] = 7
    assert not validator.is_valid(tree)
