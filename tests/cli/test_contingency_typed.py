"""A contingency ceremony at a terminal, with the PINs of both tokens typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_device_verbs_typed import assert_verified, hold, told_at

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.soak]


def test_a_contingency_key_is_wrapped_and_its_pack_verifies(memory: Path) -> None:
    workspace = memory / "workspace"
    ceremony, shown = hold(workspace, "contingency", "contingency")
    before, after = told_at(shown, "3.8").split("Enter carries out", 1)
    assert "Public key Contingency key SHA-256 " in before
    assert "Under Symmetric key Method aes-kwp" in before
    assert "the token unwrapped it again: the public key came back" in after
    before, after = told_at(shown, "4.6").split("Enter carries out", 1)
    assert "Apex contingency key contingency" in before
    assert "carries: " in after
    assert_verified(workspace, ceremony)
