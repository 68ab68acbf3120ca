"""A good request in which one octet was changed is never good, and never a defect."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_file import Imported, read_requests
from ceremony.pki.request_judgement import judge_request
from tests.fakes.made_requests import (
    DEVICE,
    ORGANISATION,
    device_csr,
    organisation_request,
)

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""


@pytest.mark.parametrize(
    ("der", "profile"),
    [
        pytest.param(organisation_request(), ORGANISATION, id="organisation"),
        pytest.param(device_csr(), DEVICE, id="device"),
    ],
)
def test_no_octet_can_be_changed(der: bytes, profile: CertificateProfile) -> None:
    assert judge_request(Imported("it", 1, der), profile).is_good
    for at in range(len(der)):
        for mask in (0x01, 0x20, 0x80, 0xFF):
            changed = bytearray(der)
            changed[at] ^= mask
            judgement = judge_request(Imported("it", 1, bytes(changed)), profile)
            assert not judgement.is_good, (at, mask)
            assert judgement.values == {}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, len(device_csr()) - 1),
    gone=st.integers(0, 8),
    put=st.binary(max_size=8),
    form=st.sampled_from(["der", "base64"]),
)
def test_no_octets_can_be_put_in_or_taken_out(
    tmp_path: Path, at: int, gone: int, put: bytes, form: str
) -> None:
    der = device_csr()
    changed = der[:at] + put + der[at + gone :]
    path = tmp_path / "it.csr"
    path.write_bytes(base64.b64encode(changed) if form == "base64" else changed)
    [imported] = read_requests(path)
    judgement = judge_request(imported, DEVICE)
    # An ECDSA signature is made anew each time: only what was not changed is good.
    assert judgement.is_good == (changed == der)
