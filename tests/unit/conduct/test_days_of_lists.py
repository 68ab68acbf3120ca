"""A list that revokes from a day to come is refused while no key is made for it."""

from __future__ import annotations

from datetime import date

import pytest

from ceremony.check import check_script
from ceremony.conduct.listable import verify_days
from ceremony.conduct.preflight import lint_days
from ceremony.errors import RefusedError
from ceremony.script.decode import decode_script
from ceremony.script.model import Script
from tests.fakes.key_acts import TESTS

SOUND = (TESTS / "vectors/scripts/sound-with-crl.yaml").read_text()
ITEM = "serial:4a0f 2026-01-15 unspecified"
DAY, EVE = date(2026, 1, 15), date(2026, 1, 14)


def script() -> Script:
    return decode_script(SOUND.encode(), "crl.yaml")


def test_a_list_may_revoke_from_its_own_day_and_from_earlier_ones() -> None:
    assert check_script(script(), EVE) == ()
    for day in (DAY, date(2026, 11, 26)):
        verify_days(script(), day)
        assert list(lint_days(script(), day)) == []


def test_no_ceremony_is_opened_whose_list_revokes_from_a_day_to_come() -> None:
    with pytest.raises(RefusedError) as refused:
        verify_days(script(), EVE)
    assert refused.value.code == "CONDUCT-CRL-04"
    assert f"'{ITEM}', from a day that is to come: today is 2026-01-14." in str(
        refused.value
    )


def test_it_is_told_before_with_the_place_of_the_entry() -> None:
    (finding,) = lint_days(script(), EVE)
    assert finding.rule == "CONDUCT-CRL-04"
    assert finding.severity == "error"
    line = SOUND.splitlines()[finding.place.line - 1]
    assert line[finding.place.column - 1 :].startswith(ITEM)
