"""What a second linter finds in a script's revocation lists, and what is waived."""

from __future__ import annotations

import pytest

from ceremony.check.rules import check_script
from ceremony.script.decode import decode_script
from ceremony.script.own_profile import bind_profiles
from ceremony.script.shape import ShapeError
from tests.fakes.own_profiles import LIST, LIST_TEXT, OWN, own_script

PERIOD = "cabf.arl_invalid_validity_period"
WAIVER = """waivers:
  - finding: cabf.arl_invalid_validity_period
    crl: second-arl
    owner: A. Able, security officer
    reason: The root is brought out once a year.
    clause: Northmoor CPS, section 4.9.7
    expires: "2030-12-31"
"""
BASELINE = LIST_TEXT.replace(b"facts:\n", b"baseline-requirements: true\nfacts:\n")
LONG = BASELINE.replace(b"90 days", b"400 days")
DEPARTS = LONG.replace(
    b"facts:\n",
    b"departs:\n  - {finding: cabf.arl_invalid_validity_period, about: 400 days,\n"
    b"     reason: It is so on purpose., source: Northmoor CPS}\nfacts:\n",
)


def found(profile: bytes, waiver: str = "") -> list[tuple[str, str]]:
    files = {**OWN, LIST: profile}
    text = own_script(files).replace("things:\n", f"{waiver}things:\n", 1)
    script = decode_script(text.encode(), "script.yaml")
    bound = bind_profiles(script, files.__getitem__)
    return [(each.rule, each.message) for each in check_script(bound)]


def test_what_the_second_linter_finds_in_the_trial_of_a_list_is_told() -> None:
    assert found(BASELINE) == []
    ((rule, message),) = found(LONG)
    assert rule == "SCRIPT-CRL-08"
    assert f"The revocation list second-arl of step 2.17 cannot be made: {PERIOD}:" in (
        message
    )


def test_what_is_waived_or_what_the_profile_departs_from_is_let_be() -> None:
    assert found(LONG, WAIVER) == []
    assert found(DEPARTS) == []


def test_a_waiver_that_waives_nothing_in_the_list_is_an_error() -> None:
    for profile in (BASELINE, DEPARTS):
        ((rule, message),) = found(profile, WAIVER)
        assert rule == "SCRIPT-WAIVER-04"
        assert f"{PERIOD} is waived in second-arl" in message
    rules = [rule for rule, _ in found(LONG, WAIVER.replace("second-", "first-"))]
    assert rules == ["SCRIPT-WAIVER-04", "SCRIPT-CRL-08"]


@pytest.mark.parametrize("name", ["issuing-oca-certificate", "second-list"])
def test_what_is_no_list_has_no_waiver_as_one(name: str) -> None:
    told = found(LONG, WAIVER.replace("crl: second-arl", f"crl: {name}"))
    message = f"{name} is no single revocation list of the script."
    assert ("SCRIPT-WAIVER-01", message) in told
    as_certificate = WAIVER.replace("crl: second-arl", "certificate: second-arl")
    message = "second-arl is no single certificate of the script."
    assert ("SCRIPT-WAIVER-01", message) in found(LONG, as_certificate)


@pytest.mark.parametrize(
    "subject", ["crl: second-arl\n    certificate: second-arl", "# neither"]
)
def test_a_waiver_is_for_a_certificate_or_for_a_list(subject: str) -> None:
    with pytest.raises(ShapeError) as caught:
        found(LONG, WAIVER.replace("crl: second-arl", subject))
    (fault,) = caught.value.faults
    assert fault.code == "FILE-SHAPE-04"
    assert "either certificate or crl" in str(fault)
