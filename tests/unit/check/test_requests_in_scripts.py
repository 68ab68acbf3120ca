"""A script's requests are tried before any key is there: what stops them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony.check.findings import Finding
from ceremony.check.rules import check_script
from ceremony.script.decode import decode_script
from ceremony.script.own_profile import bind_profiles
from tests.fakes.act_script import own_section

SCRIPTS = Path(__file__).parents[2] / "vectors/scripts"
ASKING = (SCRIPTS / "sound-with-asking.yaml").read_text()
OWN = "our-device.yaml"
OURS = """format: key-ceremony.certificate-profile/1
name: our-device
title: A device of ours
based-on: smki-device-ds
"""
SILENT = """request:
  extensions: {value: none, status: chosen, source: ours}
"""


def found(text: str, profile: str = "") -> tuple[Finding, ...]:
    files = {OWN: profile.encode()} if profile else {}
    if profile:
        text = text.replace("smki-device-ds", "our-device")
        text = text.replace("things:\n", f"{own_section(files)}\nthings:\n", 1)
    script = decode_script(text.encode(), "script.yaml")
    return check_script(bind_profiles(script, files.__getitem__))


def test_a_request_by_a_profile_of_the_sites_own_is_tried_by_it() -> None:
    assert found(ASKING, OURS) == ()
    (finding,) = found(ASKING, OURS + SILENT)
    assert finding.rule == "SCRIPT-REQUEST-01"
    assert "The request ask of step 2.7 cannot be made: PKI-CSR-05: " in finding.message
    assert "section request of the profile our-device" in finding.remedy
    line = ASKING.splitlines().index(
        next(each for each in ASKING.splitlines() if "csr.create" in each)
    )
    # Two lines of the section stand before it.
    assert finding.place.line == line + 1 + 2


@pytest.mark.parametrize("spoilt", ["90b3d51f3000000g", "90b3"])
def test_a_value_that_no_request_can_state_is_told_once(spoilt: str) -> None:
    (finding,) = found(ASKING.replace("90b3d51f30000001", spoilt))
    assert finding.rule == "SCRIPT-REQUEST-01"
    assert spoilt in finding.message


def test_a_value_that_is_missing_is_told_of_the_key_alone() -> None:
    bare = ASKING.replace(", values: {hardware-serial: 90b3d51f30000001}", "")
    assert [each.rule for each in found(bare)] == ["SCRIPT-PROFILE-03"]


def test_of_a_request_that_is_answered_here_its_certificate_tells_the_fault() -> None:
    text = (SCRIPTS / "sound-with-request.yaml").read_text()
    assert found(text) == ()
    spoilt = text.replace("common-name: I1", 'common-name: "I\\u00e9"')
    assert "SCRIPT-REQUEST-01" not in {each.rule for each in found(spoilt)}
