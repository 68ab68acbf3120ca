"""Wall time has one written form, and no other is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ceremony.clock import decode_wall, encode_wall

WRITTEN = "2026-11-25T09:58:07.000450Z"
MEANT = datetime(2026, 11, 25, 9, 58, 7, 450, tzinfo=UTC)


def test_a_time_is_written_in_utc_to_the_microsecond() -> None:
    elsewhere = MEANT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert encode_wall(elsewhere) == WRITTEN


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (WRITTEN, MEANT),
        ("1970-01-01T00:00:00.000000Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2024-02-29T23:59:59.999999Z", datetime(2024, 2, 29, 23, 59, 59, 999999, UTC)),
    ],
)
def test_what_was_written_is_read_as_utc(text: str, meant: datetime) -> None:
    read = decode_wall(text)
    assert read == meant
    assert read.utcoffset() == timedelta(0)
    assert encode_wall(read) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-25",
        "2026-11-25T09:58:07Z",
        "2026-11-25T09:58:07.45Z",
        "2026-11-25T09:58:07,000450Z",
        "2026-11-25T09:58:07.0004500Z",
        "2026-11-25T09:58:07.000450",
        "2026-11-25T09:58:07.000450z",
        "2026-11-25T09:58:07.000450+00:00",
        "2026-11-25 09:58:07.000450Z",
        "2026-11-25T9:58:07.000450Z",
        "2026-1-25T09:58:07.000450Z",
        "20261125T095807.000450Z",
        "2026-W48-3T09:58:07.000450Z",
        " 2026-11-25T09:58:07.000450Z",
        "2026-11-25T09:58:07.000450Z\n",
        "2026-11-25T09:58:0\u0667.000450Z",
    ],
)
def test_another_form_of_a_time_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="not a time as"):
        decode_wall(text)


@pytest.mark.parametrize(
    "text",
    [
        "0000-11-25T09:58:07.000450Z",
        "2026-13-25T09:58:07.000450Z",
        "2026-02-29T09:58:07.000450Z",
        "2026-11-25T24:00:00.000000Z",
        "2026-11-25T09:60:07.000450Z",
        "2026-11-25T09:58:60.000000Z",
    ],
)
def test_a_time_that_no_clock_shows_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        decode_wall(text)
