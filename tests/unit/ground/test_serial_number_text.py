"""A serial number has one form wherever people read it in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.engine.revocation import read_revoked
from ceremony.hexadecimal import serial_text


@pytest.mark.parametrize(
    ("number", "told"),
    [(0x4A0F, "4a0f"), (0xA0F, "0a0f"), (1, "01"), (0, "00"), (-0x4A0F, "-4a0f")],
)
def test_it_is_written_octet_by_octet_without_zeros_before_it(
    number: int, told: str
) -> None:
    assert serial_text(number) == told


def test_the_digits_of_a_leaf_are_the_number_s() -> None:
    assert serial_text(f"{0x4A0F:032x}") == "4a0f"
    with pytest.raises(ValueError, match="invalid literal"):
        serial_text("none")


@given(st.integers(min_value=1, max_value=(1 << 159) - 1))
def test_a_script_takes_it_as_it_is_written(number: int) -> None:
    item = f"serial:{serial_text(number)} today superseded"
    assert read_revoked(item).serial == number
