"""No ceremony is opened on a token that tells firmware known to be weak."""

from __future__ import annotations

from datetime import date

import pytest

from ceremony.conduct.certified import verify_certified
from ceremony.engine.facts import BoundToken
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest

TODAY = date(2026, 3, 9)


def yubihsm(firmware: str) -> BoundToken:
    """A device of which the site recorded nothing."""
    return BoundToken(
        "root-hsm",
        "07550916",
        "KC-ROOT",
        Digest("0" * 64),
        vendor="Yubico (www.yubico.com)",
        model="YubiHSM",
        firmware=firmware,
    )


def test_weak_firmware_is_refused_though_nothing_is_recorded_of_the_device() -> None:
    verify_certified(yubihsm("2.41"), TODAY, 0)
    with pytest.raises(RefusedError) as caught:
        verify_certified(yubihsm("1.9"), TODAY, 0)
    assert caught.value.code == "CONDUCT-HARDWARE-01"
    assert "older than 2.4.0" in str(caught.value)
